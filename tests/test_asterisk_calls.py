"""Calls of an Asterisk at the server's sockets: both ways of connecting, AudioSocket, and transfers by the dialplan."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from bot.environment import SettingsError
from bot.web.server import listen
from tests.ari_server import asterisk, until
from tests.asterisk_peer import AsteriskFar, audiosocket, dialled, place_call
from tests.asterisk_site import SECRET, site
from tests.website import echo, nobody, run
from voice.lines import Audio, Closed, Incoming, Key, Line, Marked, Ring

CALLED = {"to": "0312345678", "from": "+819012345678", "channel": "1764000000.7"}
LOUD = {"ulaw": b"\x84\x82" * 160, "slin16": b"\x84\x82" * 320}
"""20 ms of the loudest sample that mu-law knows."""


async def hear(far: AsteriskFar, frame: bytes) -> None:
    async with asyncio.timeout(30):
        while await far.receive() != frame:
            pass


@pytest.mark.parametrize("dialect", ["text", "json"])
@pytest.mark.parametrize(("form", "codec", "rate"), [("ulaw", "PCMU", 8000), ("slin16", "L16", 16_000)])
def test_a_call_that_asterisk_dials_to_us(dialect: str, form: str, codec: str, rate: int) -> None:
    rings, keys = list[Ring](), list[Incoming]()

    async def serve(line: Line) -> None:
        rings.append(line.ring)
        while not isinstance(told := await line.receive(), Closed):
            if isinstance(told, Audio):
                line.play(told.pcm)
                line.mark("m")
            else:
                keys.append(told)

    async def test() -> None:
        async with site(serve, ASTERISK_SECRET=SECRET) as server:
            async with dialled(server.url, {**CALLED, "answer": "1"}, SECRET, form, dialect) as far:
                far.send(LOUD[form])
                await hear(far, LOUD[form])
                far.press("7")
                await until(lambda: Key("7") in keys and Marked("m") in keys)
            assert far.channel.wrong == []
            assert far.channel.commands[0] == "ANSWER"
            assert far.channel.answered
            await until(lambda: not len(server.calls))
            assert rings == [Ring("0312345678", "09012345678", "asterisk", far.channel.channel_id, rate, codec=codec)]

    run(test)


def test_our_end_is_asterisks_hang_up() -> None:
    async def serve(line: Line) -> None:
        line.hang_up()

    async def test() -> None:
        async with site(serve, ASTERISK_SECRET=SECRET) as server, dialled(server.url, CALLED, SECRET) as far:
            await until(lambda: far.closed is not None)
            assert far.channel.commands == ["HANGUP"]
            assert far.closed == (1000, "us")

    run(test)


def test_what_was_flushed_is_not_heard_and_its_mark_comes_back_at_once() -> None:
    told = list[Incoming]()

    async def serve(line: Line) -> None:
        line.play(LOUD["ulaw"] * 400)
        line.mark("eight seconds")
        while not isinstance(came := await line.receive(), Key):
            assert isinstance(came, Audio)
        line.clear()
        while not isinstance(came := await line.receive(), Marked):
            pass
        told.append(came)
        line.play(bytes(319) + b"\x40")
        line.mark("after")
        while not isinstance(came := await line.receive(), Marked):
            pass
        told.append(came)
        line.hang_up()

    async def test() -> None:
        async with site(serve, ASTERISK_SECRET=SECRET) as server, dialled(server.url, CALLED, SECRET) as far:
            await hear(far, LOUD["ulaw"])
            far.press("1")
            heard = 0
            while (frame := await far.receive()) is not None:
                heard += frame == LOUD["ulaw"]
            assert heard < 300  # of four hundred
            assert far.channel.wrong == []
            assert far.channel.commands == [
                "START_MEDIA_BUFFERING", "STOP_MEDIA_BUFFERING", "FLUSH_MEDIA", "CONTINUE_MEDIA",
                "START_MEDIA_BUFFERING", "STOP_MEDIA_BUFFERING", "HANGUP",
            ]  # fmt: skip

    run(test)
    assert told == [Marked("eight seconds"), Marked("after")]


def test_half_a_minute_at_once_waits_where_asterisk_says_stop() -> None:
    """Asterisk's queue holds twenty seconds; what was ordered beyond waits here, and what waits is bounded."""
    told = list[Incoming]()

    async def serve(line: Line) -> None:
        for _ in range(1200):
            line.play(LOUD["ulaw"])
            await asyncio.sleep(0.001)
        while not isinstance(came := await line.receive(), Closed):
            pass
        told.append(came)

    async def test() -> None:
        async with site(serve, ASTERISK_SECRET=SECRET) as server, dialled(server.url, CALLED, SECRET) as far:
            await hear(far, LOUD["ulaw"])
            await until(lambda: far.channel._length >= 899)
            for _ in range(20):
                await asyncio.sleep(0.02)
                assert far.channel._length < 1000  # it said stop at 900
            assert far.channel.wrong == []

    run(test)
    assert told == [Closed("caller")]


def test_only_who_shows_the_secret_is_let_in() -> None:
    async def refused(url: str, **more: object) -> int:
        with pytest.raises(InvalidStatus) as caught:
            await connect(url, **more)  # type: ignore[arg-type]
        return caught.value.response.status_code

    async def test() -> None:
        media = [Subprotocol("media")]
        async with site(nobody, ASTERISK_SECRET=SECRET) as server:
            where = server.url.replace("http", "ws") + "/asterisk/media"
            assert await refused(where, subprotocols=media) == 403
            assert await refused(f"{where}?secret=wrong", subprotocols=media) == 403
            assert await refused(f"{where}?secret={SECRET}", subprotocols=media, origin=Origin(server.url)) == 403
            assert await refused(f"{where}?secret={SECRET}") == 400  # protocols = media is missing
            async with connect(f"{where}?secret={SECRET}", subprotocols=media) as socket:
                assert socket.subprotocol == "media"
            for path in ("calls", "next", "outcome"):
                assert (await server.post(path, secret="wrong", channel="1")).status_code == 403
                assert (await server.post(path, filler="x" * 20_000)).status_code == 403
        async with site(nobody) as server:  # without a secret: this machine, and no page of a browser
            where = server.url.replace("http", "ws") + "/asterisk/media"
            async with connect(where, subprotocols=media):
                pass
            assert await refused(where, subprotocols=media, origin=Origin(server.url)) == 403
        async with site(nobody, PUBLIC_ORIGIN="https://phone.example.jp") as server:
            assert await refused(server.url.replace("http", "ws") + "/asterisk/media", subprotocols=media) == 403

    run(test)


def test_a_call_that_is_one_too_many_is_refused_before_it_is_answered() -> None:
    async def test() -> None:
        async with site(nobody, ASTERISK_SECRET=SECRET) as server:
            server.calls.stop()
            with pytest.raises(InvalidStatus) as caught:
                async with dialled(server.url, CALLED, SECRET):
                    pass
            assert caught.value.response.status_code == 503
            assert (await server.post("calls", uuid=str(uuid.uuid4()))).status_code == 503

    run(test)


def test_a_call_for_which_asterisk_waits() -> None:
    """Dial(WebSocket/INCOMING/…): the dialplan says where, and we connect."""
    rings = list[Ring]()

    async def serve(line: Line) -> None:
        rings.append(line.ring)
        await echo(line)

    async def test() -> None:
        async with (
            asterisk() as (server, url),
            site(serve, ASTERISK_SECRET=SECRET, ASTERISK_SOCKETS=f"ws://{url.partition('@')[2]}") as ours,
        ):
            waiting = server.incoming("ulaw")
            answer = await ours.post("calls", connection=waiting, **CALLED)
            assert (answer.status_code, answer.text) == (200, "connecting")
            await until(lambda: any(each.media for each in server.channels.values()))
            (channel,) = server.channels.values()
            assert channel.media is not None
            channel.media.send(LOUD["ulaw"])
            await hear(channel.media, LOUD["ulaw"])
            assert (await ours.post("calls", connection="../etc")).status_code == 422
            await server.hang_up(channel)
            await until(lambda: not len(ours.calls))
        async with site(nobody, ASTERISK_SECRET=SECRET) as ours:
            assert (await ours.post("calls", connection=waiting)).status_code == 422

    run(test)
    assert [(ring.called, ring.caller) for ring in rings] == [("0312345678", "09012345678")]


def test_what_the_dialplan_leaves_out_is_asked_by_ari() -> None:
    rings = list[Ring]()

    async def serve(line: Line) -> None:
        rings.append(line.ring)

    async def test() -> None:
        async with asterisk() as (server, url), site(serve, ASTERISK_SECRET=SECRET, ARI_URL=url) as ours:
            caller = await server.call("+819012345678", "0312345678")
            async with dialled(ours.url, {"channel": caller.id}, SECRET) as far:
                await until(lambda: far.closed is not None)
            assert f"GET /channels/{caller.id}" in server.names()

    run(test)
    assert [(ring.called, ring.caller) for ring in rings if ring.line_call_id != "1764000000.1"] == [
        ("0312345678", "09012345678")
    ]


def test_an_audiosocket_call_is_announced_and_then_comes() -> None:
    rings = list[Ring]()

    async def serve(line: Line) -> None:
        rings.append(line.ring)
        await echo(line)

    async def test() -> None:
        async with site(serve, ASTERISK_SECRET=SECRET, AUDIOSOCKET="127.0.0.1:0") as server:
            key = str(uuid.uuid4())
            answer = await server.post("calls", uuid=key, **CALLED)
            assert (answer.status_code, answer.text) == (200, key)
            async with audiosocket(*server.audiosocket, key) as far:
                heard = await place_call(far, [LOUD["ulaw"]] * 25 + [bytes(320)] * 25)
            assert far.wrong == []
            assert heard.count(LOUD["ulaw"]) >= 20
            assert len(heard) % 320 == 0
            async with audiosocket(*server.audiosocket, key) as far:  # each is taken once
                await until(lambda: far.hung_up)
            assert (await server.post("calls", uuid="none")).status_code == 422

    run(test)
    assert [(ring.called, ring.caller, ring.line) for ring in rings] == [("0312345678", "09012345678", "audiosocket")]


def test_how_the_lines_stand_is_told_without_secrets() -> None:
    async def test() -> None:
        async with asterisk() as (_, url):
            given = {"ASTERISK_SECRET": SECRET, "ARI_URL": url, "AUDIOSOCKET": "127.0.0.1:0"}
            async with site(nobody, **given) as server:
                media, ari, audio = [each.detail for each in server.states()]
                assert "/asterisk/media" in media
                assert ari == f"http://{url.partition('@')[2]} につないでいます。"
                assert audio.endswith("で Asterisk からの接続を待っています。")
                assert SECRET not in media + ari + audio

    run(test)


def test_a_format_that_is_not_spoken_and_a_uuid_that_nobody_announced_are_told() -> None:
    async def test() -> None:
        async with site(echo, ASTERISK_SECRET=SECRET, AUDIOSOCKET="127.0.0.1:0") as server:
            where = f"{server.url.replace('http', 'ws')}/asterisk/media?secret={SECRET}"
            async with connect(where, subprotocols=[Subprotocol("media")]) as socket:
                await socket.send("MEDIA_START connection_id:1 channel_id:1 format:opus optimal_frame_size:0")
                await socket.wait_closed()
            async with audiosocket(*server.audiosocket, str(uuid.uuid4())) as far:
                await until(lambda: far.hung_up)
            await until(lambda: not len(server.calls))
            media, audio = server.states()
            assert (media.state, "format 'opus': dial with c(ulaw)" in media.detail) == ("failed", True)
            assert (audio.state, "was not registered" in audio.detail) == ("failed", True)
            async with dialled(server.url, CALLED, SECRET) as far_end:
                await hear(far_end, bytes(320))
            await until(lambda: not len(server.calls))
            assert server.states()[0].state == "ready"

    run(test)


def test_a_port_that_is_taken_is_told_at_the_start() -> None:
    async def test() -> None:
        with listen("127.0.0.1", 0) as taken:
            where = f"127.0.0.1:{taken.getsockname()[1]}"
            with pytest.raises(SettingsError, match=f"DENWABAN_AUDIOSOCKET: found '{where}'; it cannot be listened on"):
                async with site(nobody, AUDIOSOCKET=where):
                    pass

    run(test)
