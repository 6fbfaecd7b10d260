"""Kamailio in front, as the SIP line's README sets it up: registrar, record-routing proxy, and guard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.baresip import phone
from tests.broken_sip import broken, invite
from tests.kamailio import PASSWORD, USER, Proxy, kamailio
from tests.sip import Office, loud, office, run, share, tone
from tests.sip_caller import caller
from voice.audio import Sound
from voice.lines import Closed

NUMBER = "0312345678"


@asynccontextmanager
async def behind(proxy: Proxy, **more: object) -> AsyncIterator[Office]:
    """Our agent, registered there."""
    account = {"port": proxy.port, "user": USER, "password": PASSWORD, "register": True, **more}
    async with office(**account) as ours:
        assert ours.trunk.stood.state == "ready", ours.trunk.stood
        yield ours


def test_a_call_through_the_proxy_is_held_and_ended_from_either_side(tmp_path: Path) -> None:
    async def test() -> None:
        async with kamailio(tmp_path / "proxy") as proxy, behind(proxy) as ours, phone(tmp_path / "phone") as theirs:
            await theirs.order("dial", f"sip:{NUMBER}@127.0.0.1:{proxy.port}")
            call = await ours.answered()
            await theirs.until("CALL_ESTABLISHED")
            assert call.line.ring.called == NUMBER
            await theirs.say(Sound(tone(600, 60.0).tobytes(), 8000))
            await call.until(lambda: len(loud(call.samples)) > 4000)
            assert share(loud(call.samples), 600) > 0.9
            await theirs.order("hold")
            await theirs.until("CALL_REMOTE_SDP", 2)
            held = len(call.pcm)
            await call.until(lambda: len(call.pcm) > held + 16_000)
            assert not len(loud(call.samples[-3200:]))
            await theirs.order("resume")
            await call.until(lambda: len(loud(call.samples[-1600:])) > 800)
            await theirs.order("hangup")
            assert await call.hears(Closed) == Closed("caller")
            await proxy.until(lambda: proxy.count("within a call: BYE") == 1)
            assert proxy.count("within a call: INVITE") == 2
            await theirs.order("dial", f"sip:{NUMBER}@127.0.0.1:{proxy.port}")
            call = await ours.answered()
            await theirs.until("CALL_ESTABLISHED", 2)
            call.line.hang_up()
            await theirs.until("CALL_CLOSED", 2)
            await proxy.until(lambda: proxy.count("within a call: BYE") == 2)

    run(test)


def test_the_registration_is_refreshed_and_taken_back(tmp_path: Path) -> None:
    async def test() -> None:
        async with kamailio(tmp_path / "proxy") as proxy:
            async with behind(proxy, register_seconds=5):
                await proxy.until(lambda: proxy.count("registered: 200") >= 2)
                assert proxy.count("wrong password") == 0
            async with caller(proxy.address) as theirs:
                assert await theirs.call() == 503  # nobody is there any more

    run(test)


def test_a_wrong_password_is_said_plainly(tmp_path: Path) -> None:
    async def test() -> None:
        async with (
            kamailio(tmp_path / "proxy") as proxy,
            office(port=proxy.port, user=USER, password="hush", register=True) as ours,
        ):
            assert ours.trunk.stood.state == "failed"
            assert ours.trunk.stood.detail.startswith("401")
            assert proxy.count("wrong password for 200") >= 1
            assert proxy.count("hush") == 0

    run(test)


def test_what_is_broken_is_kept_away(tmp_path: Path) -> None:
    async def test() -> None:
        async with kamailio(tmp_path / "proxy") as proxy, behind(proxy) as ours:
            async with caller(proxy.address, call_id="1@noise") as noise:
                for packet in broken(proxy.address, 200):
                    noise.send(packet)
                    await asyncio.sleep(0)
            async with caller(proxy.address, call_id="2@none") as noise:
                noise.send(noise.request("INVITE", (), noise.offer(), contact=False))
                assert await noise.status() == 400
            async with caller(proxy.address, call_id="3@clean") as theirs:
                calling = asyncio.create_task(theirs.call())
                while (rung := await ours.rung()).rang.call_id != theirs.call_id:
                    rung.refuse(486)  # changed where it does not matter
                call = await ours.take(rung)
                assert await calling == 200
                call.line.hang_up()
                await call.hears(Closed)
            assert proxy.count("without a Contact") > 40

    run(test)


def test_strangers_need_a_password_and_are_banned_for_a_flood(tmp_path: Path) -> None:
    async def test() -> None:
        async with kamailio(tmp_path / "proxy") as proxy, behind(proxy) as ours:
            async with caller(proxy.address, host="127.0.0.2", call_id="1@stranger") as stranger:
                assert await stranger.call() == 407
                for number in range(100):
                    stranger.send(invite(proxy.address, number))
                    await asyncio.sleep(0)
                await proxy.until(lambda: proxy.count("banned: 127.0.0.2"))
            async with caller(proxy.address, call_id="2@known") as known:
                calling = asyncio.create_task(known.call())
                call = await ours.answered()
                assert call.line.ring.line_call_id == known.call_id
                assert await calling == 200
                call.line.hang_up()
                await call.hears(Closed)

    run(test)
