"""People with accounts at a server, and browsers of theirs, for tests of who may what.

The application is the real one over a store of its own; a browser speaks to it without a socket in between.
"""

from __future__ import annotations

import atexit
import re
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import httpx
from fastapi import FastAPI

from bot import clock
from bot.access.gate import Gate, csrf_of, hash_of
from bot.access.passwords import hashed
from bot.access.user import ALL, Role, User
from bot.clock import Now
from bot.company.load import load_script
from bot.company.script import Script
from bot.dialogue.actions import Phrase, Say
from bot.dialogue.events import HungUp
from bot.dialogue.step import step
from bot.journal import Journal
from bot.lines.carrier_settings import CarrierSettings
from bot.lines.settings import LineSettings
from bot.operators.amend import Amendments
from bot.operators.casefile import CaseFiles
from bot.operators.notes import Notebook
from bot.operators.switchboard import Switchboard
from bot.recovery import Closing, finish
from bot.reporting.links import Links, links_for
from bot.serve import views
from bot.settings import Settings
from bot.store import Clip, Store, keep_clips, open_store
from bot.store.users import Session, add_user, begin_session
from bot.web.app import create_app
from bot.web.casework import ConsoleParts
from bot.web.live import LiveCalls
from tests.records import CALL, talk
from tests.website import nobody

ORIGIN = "https://phone.example.jp"
PASSWORD = "うみのむこうは山また山また山"
OURS, THEIRS = "call-1", "call-2"
"""A call of the company smile, and one of the other."""
ROOT = Path(__file__).parent.parent
SCRIPTS: Mapping[str, Script] = {key: load_script(ROOT / "scripts" / key) for key in ("smile", "tsubaki")}
CARRIERS = ("twilio", "signalwire", "telnyx", "plivo", "jambonz")
CARRIER_KEY = "k" * 32
PEOPLE = (
    User("admin", "管理 太郎", Role.ADMIN),
    User("sato", "佐藤", Role.OPERATOR, ("smile",)),
    User("suzuki", "鈴木", Role.OPERATOR, ("tsubaki",)),
    User("everywhere", "遠藤", Role.OPERATOR, (ALL,)),
    User("ono", "大野", Role.MEMBER, ("smile",)),
    User("mori", "森", Role.MEMBER, ("tsubaki",)),
)


@dataclass
class Town:
    """A server with two companies, a call of each, and people."""

    app: FastAPI
    store: Store
    gate: Gate
    settings: Settings
    forward: list[float] = field(default_factory=list)
    """Seconds by which the clock of the gate was put forward; else it stands still, however slow the machine is."""

    def later(self, seconds: float) -> None:
        """Put the clock forward."""
        self.forward.append(seconds)


def town(where: Path | str, folder: Path, origin: str = ORIGIN) -> Town:
    """Open it; close its store behind you."""
    if isinstance(where, Path):
        shutil.copy(_made(), where)
    store = open_store(where, folder / "seats")
    if not isinstance(where, Path):
        _settle(store)
    forward: list[float] = []
    lines = LineSettings(carriers={name: CarrierSettings(CARRIER_KEY) for name in CARRIERS})
    settings = Settings(secret="s" * 32, var_dir=folder, public_origin=origin, lines=lines)
    opened = clock.wall()
    gate = Gate(store, lambda: opened + sum(forward), settings.secret)
    links = links_for(settings)
    seen = views(settings, dict(SCRIPTS), store, links)
    app = create_app(settings, nobody, seen, LiveCalls(), gate, _console(store, links, gate.now))
    return Town(app, store, gate, settings, forward)


def _console(store: Store, links: Links | None, now: Now) -> ConsoleParts:
    files = CaseFiles(store, SCRIPTS, step)
    amendments = Amendments(store, step, links, lambda: None, now)
    return ConsoleParts(Switchboard(now), files, Notebook(files, now), amendments, now)


@cache
def _made() -> Path:
    """A database with everything in it, made once."""
    folder = Path(tempfile.mkdtemp(prefix="denwaban-town-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = open_store(folder / "made.db")
    _settle(store)
    store.close()  # the last to leave writes the log back into the file
    return folder / "made.db"


def _settle(store: Store) -> None:
    kept = hashed(PASSWORD)
    with store.write() as connection:
        for user in PEOPLE:
            add_user(connection, user, kept, clock.wall())
    for call_id, script in ((OURS, SCRIPTS["smile"]), (THEIRS, SCRIPTS["tsubaki"])):
        _call(store, call_id, script)


def _call(store: Store, call_id: str, script: Script) -> None:
    journal = Journal(store, own_thread=False)
    call = replace(
        CALL, id=call_id, company=script.key, script_version=script.version, line_call_id=f"line-of-{call_id}"
    )
    journal.begin(call, script)
    journal.append(call_id, call.began, Say((Phrase("お電話ありがとうございます。"),)))
    for event in (*talk(call.began), HungUp(call.began + 60.0, "caller")):
        journal.append(call_id, event.at, event)
    assert journal.close()
    assert finish(Closing(store, step), call_id, call.began + 61.0)
    with store.write() as connection:
        keep_clips(connection, call_id, [Clip("purpose.wav", "ご用件", b"RIFF" + bytes(96))])


@dataclass
class Browser:
    """One that may be logged in."""

    client: httpx.AsyncClient
    csrf: str = ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers={"accept": "text/html"} | headers)

    async def post(
        self, path: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """As a form of our page sends it."""
        told = {"origin": str(self.client.base_url).rstrip("/"), "sec-fetch-site": "same-origin", "accept": "text/html"}
        fields = {"csrf": self.csrf, **(form or {})}
        return await self.client.post(path, data=fields, headers={**told, **(headers or {})})

    async def log_in(self, key: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        shown = await self.get("/login")
        self.csrf = hidden(shown.text)
        answer = await self.post("/login", {"key": key, "password": password, **more})
        if answer.status_code == 303:
            self.csrf = hidden((await self.get("/password")).text)
        return answer


def hidden(html: str) -> str:
    """The csrf token of a page's form."""
    found = re.search(r'name="csrf" (?:value|content)="([^"]*)"', html)
    return found[1] if found else ""


@asynccontextmanager
async def browser(at: Town, key: str = "", address: str = "203.0.113.7") -> AsyncIterator[Browser]:
    """A fresh one; logged in where a person is named."""
    wire = httpx.ASGITransport(at.app, client=(address, 50000))
    async with httpx.AsyncClient(
        transport=wire, base_url=at.settings.public_origin or "http://127.0.0.1:8080"
    ) as client:
        opened = Browser(client)
        if key:
            come_in(at, opened, key, address)
        yield opened


def come_in(at: Town, one: Browser, key: str, address: str) -> None:
    """As if the browser had logged in before; without the work of a password's hash."""
    token = secrets.token_urlsafe(32)
    with at.store.write() as connection:
        begin_session(connection, Session(hash_of(token), key, at.gate.now(), at.gate.now(), address))
    name = "__Host-denwaban" if at.settings.public_origin else "denwaban"
    one.client.cookies.set(name, token, domain=one.client.base_url.host)
    one.csrf = csrf_of(token)
