"""The same rehearsed call over every kind of line: nothing the receptionist hears, decides or says depends on the wire.

All but SIP run on virtual time through real sockets; SIP's packets are paced by another process, so it takes its time.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.dialogue.actions import Say
from bot.dialogue.events import Measured
from bot.journal import from_row
from bot.rehearsal.book import book_of
from bot.rehearsal.caller import Reply
from bot.rehearsal.far import FRAME_BYTES, Clear, Far, Message, place
from bot.rehearsal.fast import REAL, VIRTUAL, FastWay, Pace, by_loopback, call_with
from bot.rehearsal.plan import Plan, load_plan
from bot.rehearsal.play import Mind, Planned, Player
from bot.rehearsal.voice import Clip, voiced
from bot.store import open_store, read_rows
from tests.asterisk_lines import by_audiosocket, by_websocket
from tests.carrier_fars import by_twilio
from tests.sip import office
from tests.sip_caller import Caller, caller
from tests.website import website
from voice.g711 import ulaw_decode
from voice.lines import Line
from voice.lines.socket import Serve
from voice.resample import Resampler

SCRIPTS = Path(__file__).parent.parent / "scripts"
PLAN = """\
title = "予約の変更"
at = "2026-11-24 10:10"

[caller]
name = "江川"
reading = "エガワ"
number = "090-1111-2222"
presents = "090-1111-2222"
opening = ["江川と申します。"]

[telephone]
noise = "white"
snr_db = 40
level_db = -20

[replies]
yes_right = ["そうです。"]

[expects]
outcome = "abandoned"
"""
TURNS = 2
"""Of the caller's, who hears the next question out and hangs up: the name is known and confirmed."""


class Brief:
    """A caller's mind that has no more time than for some turns."""

    def __init__(self, mind: Mind) -> None:
        self._mind = mind
        self._turns = 0

    def answer(self, words: str) -> tuple[Reply, Clip | None]:
        self._turns += 1
        return self._mind.answer(words) if self._turns <= TURNS else (Reply("good-bye", over=True), None)


class BrowserManner:
    """What our page sends. The rehearsal's caller speaks at 8 kHz, the page at 16, as with a Bluetooth headset."""

    returns_marks = True

    def __init__(self) -> None:
        self._up, self._down = Resampler(8000, 16_000), Resampler(16_000, 8000)
        self._rest = b""

    def begins(self, to: str, caller: str) -> list[Message]:
        return [json.dumps({"event": "start", "called": to, "caller": caller})]

    def sound(self, pcm: bytes) -> Message:
        return self._up.push(pcm)

    def key(self, digit: str) -> Message:
        return json.dumps({"event": "key", "digit": digit})

    def mark(self, name: str) -> Message:
        return json.dumps({"event": "mark", "name": name})

    def ends(self) -> Message | None:
        return json.dumps({"event": "hangup"})

    def read(self, message: Message) -> bytes | str | Clear | None:
        if isinstance(message, bytes):
            self._rest += self._down.push(message)
            size = len(self._rest) // FRAME_BYTES * FRAME_BYTES
            whole, self._rest = self._rest[:size], self._rest[size:]
            return whole
        match json.loads(message):
            case {"event": "mark", "name": str() as name}:
                return name
            case {"event": "clear"}:
                return Clear()
        return None


@asynccontextmanager
async def by_browser(plan: Plan, serve: Serve) -> AsyncIterator[tuple[Far, str]]:
    rang: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def known(line: Line) -> None:
        rang.set_result(line.ring.line_call_id)
        await serve(line)

    async with website(known) as site:
        called, presents = plan.company, plan.written.caller.presents
        async with place(site.http, "/phone/line", BrowserManner(), called, presents) as far:
            yield far, await rang


class SipFar:
    """A telephone's side of a call that stands."""

    def __init__(self, theirs: Caller) -> None:
        self._theirs = theirs
        self._over: asyncio.Task[None] = asyncio.create_task(self._hear())
        self._heard: asyncio.Queue[bytes | None] = asyncio.Queue()

    @property
    def times(self) -> list[float]:
        """Loop time of each packet."""
        return self._theirs.rtp.times

    def send(self, pcm: bytes) -> None:
        self._theirs.say(pcm)

    def press(self, digit: str) -> None:
        raise AssertionError("no key is pressed in this call")

    def hang_up(self) -> None:
        self._theirs.send(self._theirs.request("BYE"))
        self._heard.put_nowait(None)

    async def receive(self) -> bytes | None:
        return await self._heard.get()

    async def _hear(self) -> None:
        while True:
            packet = await self._theirs.rtp.packets.get()
            if packet[1] & 0x7F == 0:
                self._heard.put_nowait(ulaw_decode(packet[12:]))

    def close(self) -> None:
        self._over.cancel()


@asynccontextmanager
async def by_sip(plan: Plan, serve: Serve) -> AsyncIterator[tuple[Far, str]]:
    presents = plan.written.caller.presents
    async with office() as ours, caller(ours.address) as theirs:
        calling = asyncio.create_task(theirs.call(f"From: <sip:{presents}@127.0.0.1>;tag=c1"))
        line = await (await ours.rung()).answer(plan.company)
        assert await calling == 200
        assert line is not None
        async with asyncio.TaskGroup() as serving:
            serving.create_task(_served(serve, line))
            far = SipFar(theirs)
            yield far, theirs.call_id
        far.close()


async def _served(serve: Serve, line: Line) -> None:
    await serve(line)


WAYS: dict[str, FastWay] = {
    "twilio": by_twilio,
    "chan_websocket": by_websocket,
    "audiosocket": by_audiosocket,
    "browser": by_browser,
    "sip": by_sip,
}


@dataclass(frozen=True)
class Came:
    """What is left of a call."""

    journal: tuple[str, ...]
    """The kind of each event and action, in order, and the words of each `Say`."""
    outcome: str
    facts: dict[str, tuple[str, str]]
    """Value and status."""


def clear_call(folder: Path) -> Plan:
    """On a line so good that what is heard does not hang by a hair."""
    scripts = folder / "scripts"
    shutil.copytree(SCRIPTS, scripts)
    path = scripts / "hanamizuki" / "rehearsals" / "same.toml"
    path.write_text(PLAN, "utf-8")
    return load_plan(path)


def call(folder: Path, way: FastWay, pace: Pace = VIRTUAL) -> Came:
    plan = clear_call(folder)
    voice = voiced(plan, book_of(plan, 1), 1)
    player = Player(plan, voice, 1, folder / "call.flac", lambda _said: None, Brief(Planned(plan, voice)))
    store = open_store(folder / "denwaban.db")
    try:
        account = call_with(plan, player, store, folder, way, pace).account
        assert account is not None
        with store.read() as connection:
            entries = [from_row(row).what for row in read_rows(connection, account.call_id)]
    finally:
        store.close()
    journal = [each.text if isinstance(each, Say) else type(each).__name__ for each in entries]
    facts = {name: (fact.value, str(fact.status)) for name, fact in account.facts.items()}
    return Came(tuple(each for each in journal if each != Measured.__name__), account.outcome, facts)


@pytest.fixture(scope="module")
def over_loopback(tmp_path_factory: pytest.TempPathFactory) -> Came:
    return call(tmp_path_factory.mktemp("loopback"), by_loopback)


def test_the_call_itself(over_loopback: Came) -> None:
    assert over_loopback.facts["name"] == ("エガワ", "confirmed")
    assert over_loopback.journal[0] == "Began"
    assert over_loopback.journal[-1] == "HungUp"
    assert any("エガワ様でいらっしゃいますね" in each for each in over_loopback.journal)


@pytest.mark.parametrize("name", sorted(WAYS.keys() - {"sip"}))
def test_the_same_over_every_line(tmp_path: Path, over_loopback: Came, name: str) -> None:
    assert call(tmp_path, WAYS[name]) == over_loopback


def test_the_same_over_sip(tmp_path: Path, over_loopback: Came) -> None:
    assert call(tmp_path, by_sip, REAL) == over_loopback
