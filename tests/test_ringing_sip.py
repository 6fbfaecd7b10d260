"""A number on the urgent route is rung over SIP: a real telephone program answers, listens and presses keys."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.clock import steady
from bot.dialogue.state import Outcome
from bot.house import House
from bot.journal import Journal
from bot.recovery import Closing
from bot.rehearsal.fast import REAL
from bot.reporting.follow_up import FollowUps, Sources
from bot.reporting.mail import FileSender
from bot.reporting.outbox import Outbox
from bot.ringing.ringer import Ringer
from bot.store import open_store
from bot.store.remembered import URGENT
from bot.store.rings import list_rings
from tests.baresip import Phone, phone
from tests.followed import ENDED, LINKS, A, Desk, at_once, mind
from tests.records import CALL
from tests.rung import FACTS, ONE, routed
from tests.sip import loud, office, run, tone
from voice.audio import Sound


async def hears(staff: Phone, seconds: float, after: int) -> int:
    """Until so much more speech has come to it; how many samples of speech there were then."""
    async with asyncio.timeout(60):
        while len(said := loud(staff.heard().samples())) < after + 8000 * seconds:
            await asyncio.sleep(0.1)  # it writes down what it hears
    return len(said)


def test_somebody_answers_listens_and_takes_the_call_on(tmp_path: Path) -> None:
    async def test() -> None:
        store = open_store(tmp_path / "denwaban.db")
        began = steady()
        desk = Desk(store, routed((ONE, 5.0)), FACTS, lambda: ENDED + steady() - began)
        desk.end()
        step, scripts = mind(FACTS, Outcome.MESSAGE), {desk.script.key: desk.script}
        engines, closing = REAL.engines(), Closing(store, step, rings=True)
        outbox = Outbox(store, FileSender(tmp_path / "mail", at_once), A, desk.now, at_once)
        work = (Journal(store, own_thread=False), closing, outbox, desk.now, asyncio.to_thread)
        house = House(scripts, engines, engines, *work, tmp_path / "recordings")
        sources = Sources(store, step, scripts, LINKS, rings=True)
        ringer = Ringer(sources, lambda: None, desk.now, asyncio.to_thread)
        async with (
            phone(tmp_path / "staff") as staff,
            office(transfer=f"sip:phone@127.0.0.1:{staff.sip_port}") as ours,
            ringer.at_work(ours.trunk, house),
        ):
            await FollowUps(sources, ringer.wake, desk.now, asyncio.to_thread).look()
            await staff.until("CALL_INCOMING")
            await staff.order("accept")
            await staff.say(Sound(tone(300, 0.3).tobytes(), 8000))  # a short word
            asked = await hears(staff, 1.0, 0)
            await staff.press("1")
            await hears(staff, 2.0, asked)
            await staff.press("1")
            await staff.until("CALL_CLOSED")
            assert desk.owed(URGENT) == (ONE, True)
            async with asyncio.timeout(30):
                while True:
                    with store.read() as connection:
                        (rung,) = list_rings(connection, CALL.id)
                    if rung.ended is not None:
                        break
                    await asyncio.sleep(0.05)  # it is written down beside
            assert rung.outcome == "taken"
        store.close()

    run(test)
