"""SIP as it comes over the wire, message by message: what telephones send seldom, wrongly, or not at all."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import AbstractAsyncContextManager

import numpy as np

from tests.sip import Office, loud, office, run, share, tone
from tests.sip_caller import caller
from voice.g711 import ulaw_decode, ulaw_encode
from voice.lines import Closed, Key, OnHold, TransferEnded

DIVERTED = (
    "P-Asserted-Identity: <tel:+81678901234>",
    "Diversion: <sip:+81355551234@pbx.example>;reason=no-answer;counter=1",
)


def reception(staff: Office) -> AbstractAsyncContextManager[Office]:
    """Whose extensions all ring at `staff`."""
    return office(transfer=f"sip:{{}}@127.0.0.1:{staff.port}")


def test_the_headers_become_the_ring() -> None:
    async def test() -> None:
        async with office() as ours, caller(ours.address, call_id="abc@caller") as theirs:
            calling = asyncio.create_task(theirs.call(*DIVERTED, called="+81421118855"))
            call = await ours.answered()
            assert await calling == 200
            ring = call.line.ring
            assert (ring.called, ring.caller, ring.line_call_id) == ("0421118855", "0678901234", "abc@caller")
            assert (ring.forwarded_from, ring.forwarded_why) == ("0355551234", "no_answer")
            assert await theirs.hang_up() == 200
            assert await call.hears(Closed) == Closed("caller")

    run(test)


def test_words_that_the_network_holds_up_are_heard_whole() -> None:
    """All that a telephone sent, sample by sample, though a third of a second came late and in one burst."""

    async def test() -> None:
        async with office() as ours, caller(ours.address) as theirs:
            calling = asyncio.create_task(theirs.call())
            call = await ours.answered()
            await calling
            said = np.random.default_rng(1).integers(-9000, 9000, 100 * 160, np.int16)
            frames = said.astype("<i2").reshape(-1, 160)
            for number, frame in enumerate(frames):
                if not 31 <= number < 47:
                    await asyncio.sleep(0.34 if number == 30 else 0.02)  # the telephone's pace, but for a hold-up
                theirs.say(frame.tobytes())
            wire = np.frombuffer(ulaw_decode(ulaw_encode(said.tobytes())), "<i2")
            await call.until(lambda: len(loud(call.samples)) >= len(wire))
            assert np.abs(loud(call.samples).astype(int) - wire).max() <= 2  # two decoders write a zero in two ways

    run(test)


def test_where_refer_is_refused_a_second_leg_is_dialled_and_both_are_joined() -> None:
    async def test() -> None:
        async with office() as staff, reception(staff) as ours, caller(ours.address) as theirs:
            theirs.answers["REFER"] = "501 Not Implemented"
            calling = asyncio.create_task(theirs.call())
            call = await ours.answered()
            await calling
            talking = asyncio.create_task(theirs.talk(tone(600, 1.0), 20.0))
            listening = asyncio.create_task(theirs.until("BYE"))
            call.put_through(ours.tasks, "101", 20.0)
            rung = await staff.rung()
            assert rung.rang.called[0] == "101"
            theirs.heard()
            await asyncio.sleep(0.5)
            assert share(loud(theirs.heard()), 400) > 0.5  # it rings, as in Japan
            person, wide = await staff.take(rung), 16_000  # the agents speak opus with one another
            assert await call.hears(TransferEnded) == TransferEnded(connected=True, why="answered")
            assert await call.hears(Closed) == Closed("us")
            await person.until(lambda: share(loud(person.samples[-16_000:], wide), 600, wide) > 0.9)
            theirs.heard()
            for frame in tone(800, 0.6, wide).reshape(-1, 320):
                person.line.play(frame.tobytes())
            await asyncio.sleep(0.5)
            assert share(loud(theirs.heard()), 800) > 0.9
            person.line.hang_up()
            await listening
            talking.cancel()

    run(test)


def test_a_second_leg_that_is_busy_brings_the_caller_back() -> None:
    async def test() -> None:
        async with office() as staff, reception(staff) as ours, caller(ours.address) as theirs:
            theirs.answers["REFER"] = "603 Decline"
            calling = asyncio.create_task(theirs.call())
            call = await ours.answered()
            await calling
            answering = asyncio.create_task(theirs.until("BYE"))
            call.put_through(ours.tasks, "101", 20.0)
            (await staff.rung()).refuse(486)
            assert await call.hears(TransferEnded) == TransferEnded(connected=False, why="busy")
            call.put_through(ours.tasks, "102", 0.3)
            rung = await staff.rung()
            await call.until(lambda: len(call.of(TransferEnded)) == 2)
            assert call.of(TransferEnded)[1] == TransferEnded(connected=False, why="no_answer")
            await rung.gone()
            call.line.hang_up()
            await answering

    run(test)


def test_a_caller_who_gives_up_while_the_second_leg_rings() -> None:
    async def test() -> None:
        async with office() as staff, reception(staff) as ours, caller(ours.address) as theirs:
            theirs.answers["REFER"] = "405 Method Not Allowed"
            calling = asyncio.create_task(theirs.call())
            call = await ours.answered()
            await calling
            answering = asyncio.create_task(theirs.until("REFER"))
            call.put_through(ours.tasks, "101", 20.0)
            await answering
            rung = await staff.rung()
            assert await theirs.hang_up() == 200
            assert await call.hears(Closed) == Closed("caller")
            assert not call.of(TransferEnded)
            await rung.gone()

    run(test)


def test_every_way_of_holding_us_is_known() -> None:
    async def test() -> None:
        async with office() as ours, caller(ours.address) as theirs:
            calling = asyncio.create_task(theirs.call())
            call = await ours.answered()
            await calling
            nowhere = theirs.offer().replace(f"c=IN IP4 {theirs.rtp.address[0]}", "c=IN IP4 0.0.0.0")
            told: list[OnHold] = []
            for offer in (theirs.offer("sendonly"), theirs.offer("inactive"), nowhere):
                for on, body in ((True, offer), (False, theirs.offer())):
                    theirs.send(theirs.request("INVITE", (), body))
                    assert await theirs.status() == 200
                    told.append(OnHold(on))
                    await call.until(lambda: call.of(OnHold) == told)
            assert await theirs.hang_up() == 200

    run(test)


def test_digits_in_info_messages() -> None:
    async def test() -> None:
        async with office() as ours, caller(ours.address) as theirs:
            calling = asyncio.create_task(theirs.call())
            call = await ours.answered()
            await calling
            body = "Signal=5\r\nDuration=160\r\n"
            info = theirs.request("INFO", ["Content-Type: application/dtmf-relay"]).decode()
            theirs.send(info.replace("Content-Length: 0", f"Content-Length: {len(body)}").encode() + body.encode())
            assert await theirs.status("INFO") == 200
            assert await call.hears(Key) == Key("5")

    run(test)


def test_an_agent_that_dies_ends_its_calls_and_is_replaced() -> None:
    async def test() -> None:
        async with office() as ours, caller(ours.address) as theirs, caller(ours.address, call_id="2@caller") as other:
            calling = asyncio.create_task(theirs.call())
            call = await ours.answered()
            await calling
            agent = ours.trunk.process_id
            assert agent is not None
            os.kill(agent, signal.SIGKILL)
            assert await call.hears(Closed) == Closed("lost")
            await ours.is_ready(but_not=agent)
            calling = asyncio.create_task(other.call())
            await ours.answered()
            assert await calling == 200

    run(test)


def test_one_invite_that_comes_thrice_is_one_call() -> None:
    async def test() -> None:
        async with office(ring_seconds=0.2) as ours, caller(ours.address) as theirs:
            invite = theirs.request("INVITE", (), theirs.offer())
            for _ in range(3):
                theirs.send(invite)
            calling = asyncio.create_task(theirs.status())
            call = await ours.answered()
            assert await calling == 200
            assert ours.rungs.empty()
            assert await theirs.hang_up() == 200
            assert await call.hears(Closed) == Closed("caller")

    run(test)


def test_invites_without_a_contact_do_not_use_up_the_lines() -> None:
    async def test() -> None:
        async with office() as ours:
            for number in range(60):
                async with caller(ours.address, call_id=f"{number}@orphan") as broken:
                    broken.send(broken.request("INVITE", (), broken.offer(), contact=False))
                    assert await broken.status() == 500
            first = ours.trunk.process_id
            await ours.is_ready(but_not=first)  # the worn agent has made place for a new one
            async with caller(ours.address, call_id="1@clean") as theirs:
                calling = asyncio.create_task(theirs.call())
                await ours.answered()
                assert await calling == 200

    run(test)


def test_the_pace_of_our_packets_does_not_depend_on_the_call_process() -> None:
    async def test() -> None:
        async with office() as ours, caller(ours.address) as theirs:
            calling = asyncio.create_task(theirs.call())
            call = await ours.answered()
            await calling
            call.line.play(tone(440, 1.0).tobytes())
            loop = asyncio.get_running_loop()
            end = loop.time() + 0.6
            while loop.time() < end:
                pass  # this process is the call process, and does not come to anything else
            await asyncio.sleep(0.5)
            heard = theirs.heard()
            assert 40 <= len(heard) / 160 <= 80
            assert share(loud(heard), 440) > 0.9
            assert 0.7 < len(loud(heard)) / 8000 <= 1.1
            assert np.abs(heard).max() < 8000

    run(test)
