"""The real server with operators at its console and callers on the telephone, in one process and in real time.

Sockets, store, switchboard and calls are the real ones; the engines are those of `tests/desk` (words as told, tones for
speech). The clock runs from a Tuesday afternoon on, so that companies are open whenever the tests are run.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bot import clock
from bot.access.gate import Gate, csrf_of, hash_of
from bot.access.user import Role, User
from bot.call import run_call
from bot.company.load import load_script
from bot.dialogue.step import step
from bot.house import House
from bot.journal import Journal
from bot.operators.amend import Amendments
from bot.operators.casefile import CaseFiles
from bot.operators.notes import Notebook
from bot.recovery import Closing
from bot.rehearsal.far import Far
from bot.reporting.mail import FileSender
from bot.reporting.outbox import Outbox
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.users import Session, add_user, begin_session
from bot.web.app import create_app
from bot.web.casework import ConsoleParts
from bot.web.live import LiveCalls
from bot.web.server import Stop, address, listen, run_web
from tests.desk import Caller, Tones, Words, on_the_telephone, speaking
from tests.dialogues import SCRIPTS, SMILE, TUESDAY_AFTERNOON
from tests.website import VIEWS, nobody
from voice.lines import Ring
from voice.lines.loopback import loopback

MINATO = load_script(SCRIPTS / "minato")
PEOPLE = (
    User("sato", "佐藤", Role.OPERATOR, ("minato",)),
    User("suzuki", "鈴木", Role.OPERATOR, ("minato",)),
    User("mori", "森", Role.OPERATOR, (SMILE.key,)),
    User("ono", "大野", Role.MEMBER, ("minato",)),
    User("admin", "管理", Role.ADMIN),
)
LIMIT_SECONDS = 90.0
"""Patience with a machine that has much else to do."""


@dataclass
class Seat:
    """An operator's socket, read as it comes."""

    key: str
    socket: ClientConnection
    news: list[dict[str, Any]] = field(default_factory=list)
    sound: list[bytes] = field(default_factory=list)
    sound_at: list[float] = field(default_factory=list)
    """When each frame came, in the loop's seconds."""
    code: int = 0
    """With which the server closed it."""
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read(self) -> None:
        try:
            while True:
                message = await self.socket.recv()
                if isinstance(message, bytes):
                    self.sound.append(message)
                    self.sound_at.append(asyncio.get_running_loop().time())
                else:
                    self.news.append(json.loads(message))
                async with self._came:
                    self._came.notify_all()
        except ConnectionClosed as closed:
            self.code = closed.rcvd.code if closed.rcvd else 1006
            async with self._came:
                self._came.notify_all()

    async def joined(self) -> None:
        """Wait until the exchange has it, or has sent it away: what happens before is in its snapshot alone."""
        await self._when(lambda: bool(self.code) or any(each["kind"] == "Snapshot" for each in self.news), "Snapshot")

    async def order(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"kind": kind, **fields}))

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The first news of that kind with these values, whenever it came; `call__x`: field x of its card."""

        def fits(each: dict[str, Any]) -> bool:
            card = each.get("call") or {}
            found = {name: card.get(name[6:]) if name.startswith("call__") else each.get(name) for name in fields}
            return each["kind"] == kind and found == fields

        return next(each for each in await self._when(lambda: any(map(fits, self.news)), kind) if fits(each))

    async def hear(self, frames: int) -> list[bytes]:
        """At least so many frames of sound, from the first on."""
        await self._when(lambda: len(self.sound) >= frames, f"{frames} frames")
        return self.sound

    async def closed(self) -> int:
        await self._when(lambda: bool(self.code), "the end")
        return self.code

    async def _when(self, true: Callable[[], bool], what: str) -> list[dict[str, Any]]:
        try:
            async with asyncio.timeout(LIMIT_SECONDS), self._came:
                await self._came.wait_for(lambda: true() or bool(self.code))
        except TimeoutError as error:
            raise AssertionError(f"{self.key} waited for {what}: {self.news[-5:]}") from error
        assert true(), f"{self.key} waited for {what}, and was closed with {self.code}"
        return self.news


@dataclass
class KeepingFar:
    """The caller's telephone, which keeps what it has played."""

    far: Far
    heard: list[bytes] = field(default_factory=list)
    """Frames of 20 ms at 8 kHz."""
    heard_at: list[float] = field(default_factory=list)
    """When each began to be heard, in the loop's seconds."""

    def send(self, pcm: bytes) -> None:
        self.far.send(pcm)

    def press(self, digit: str) -> None:
        self.far.press(digit)

    def hang_up(self) -> None:
        self.far.hang_up()

    async def receive(self) -> bytes | None:
        frame = await self.far.receive()
        if frame is not None:
            self.heard.append(frame)
            self.heard_at.append(asyncio.get_running_loop().time())
        return frame


@dataclass
class Guest:
    """A caller whose call goes on."""

    call_id: str
    voice: Caller
    far: KeepingFar


@dataclass
class Office:
    """A server with two companies and some people."""

    http: str
    house: House
    store: Store
    gate: Gate
    ear: Words
    mouth: Tones
    _tokens: dict[str, str] = field(default_factory=dict)

    def token(self, key: str) -> str:
        """Of a session of that person's; the first time it begins."""
        if key not in self._tokens:
            token, now = f"token-of-{key}", self.gate.now()
            with self.store.write() as connection:
                begin_session(connection, Session(hash_of(token), key, now, now, "127.0.0.1"))
            self._tokens[key] = token
        return self._tokens[key]

    @asynccontextmanager
    async def seat(self, key: str, **headers: str) -> AsyncIterator[Seat]:
        """That person at the console; "" = nobody who has logged in."""
        told = {"Origin": self.http, **headers} | ({"Cookie": f"denwaban={self.token(key)}"} if key else {})
        url = self.http.replace("http", "ws", 1) + "/console/line"
        async with connect(url, additional_headers=told, max_size=None) as socket:
            seat = Seat(key, socket)
            reading = asyncio.create_task(seat.read())
            try:
                await seat.joined()
                yield seat
            finally:
                await socket.close()
                await reading

    @asynccontextmanager
    async def browser(self, key: str) -> AsyncIterator[httpx.AsyncClient]:
        """The same person's requests."""
        token = self.token(key)
        headers = {"X-CSRF-Token": csrf_of(token), "Origin": self.http}
        async with httpx.AsyncClient(base_url=self.http, cookies={"denwaban": token}, headers=headers) as client:
            yield client

    @asynccontextmanager
    async def call(self, called: str = "minato", number: str = "0312345678") -> AsyncIterator[Guest]:
        """A call that goes on until this is left."""
        known = set(self.house.switchboard.board.calls)
        line, end = loopback(Ring(called, number, "loopback", f"line-{len(known)}", 8000))
        far = KeepingFar(end)
        voice = Caller(far, self.house.now, self.ear)
        speaking.set(voice)
        async with on_the_telephone(voice, _waits):
            living = asyncio.create_task(run_call(line, self.house))
            try:
                while not (fresh := set(self.house.switchboard.board.calls) - known):
                    await asyncio.wait({living}, timeout=0.01)
                yield Guest(fresh.pop(), voice, far)
            finally:
                far.hang_up()
                await living


async def _waits(caller: Caller) -> None:
    await caller.over.wait()


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    """Open until left."""
    begun = clock.wall()

    def now() -> float:
        return TUESDAY_AFTERNOON + clock.wall() - begun

    store = open_store(folder / "denwaban.db")
    with store.write() as connection:
        for user in PEOPLE:
            add_user(connection, user, "none", now())
    scripts = {script.key: script for script in (MINATO, SMILE)}
    journal = Journal(store)
    outbox = Outbox(store, FileSender(folder / "mail"), "denwaban@localhost", now)
    closing, recordings = Closing(store, step), folder / "recordings"
    ear, mouth = Words(), Tones()
    house = House(scripts, ear, mouth, journal, closing, outbox, now, asyncio.to_thread, recordings)
    files, gate = CaseFiles(store, scripts, step), Gate(store, now, "s" * 32)
    amendments = Amendments(store, step, None, outbox.wake, now)
    parts = ConsoleParts(house.switchboard, files, Notebook(files, now), amendments, now)
    stop, calls, listener = Stop(), LiveCalls(), listen("127.0.0.1", 0)
    views = replace(VIEWS, files=files)
    app = create_app(Settings(secret="s" * 32), nobody, views, calls, gate, parts)
    running = asyncio.create_task(run_web(app, listener, calls, stop, signals=False))
    try:
        yield Office(address(listener), house, store, gate, ear, mouth)
    finally:
        stop.ask()
        stop.ask()
        await running
        journal.close()
        store.close()


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(2 * LIMIT_SECONDS):
            await test()

    asyncio.run(limited())
