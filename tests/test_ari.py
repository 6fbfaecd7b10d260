"""Calls in Stasis, against an Asterisk whose REST interface checks what it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.settings import read_settings
from bot.web.live import LiveCalls
from tests.ari_server import AriServer, Channel, asterisk, until
from tests.website import echo, nobody, run
from voice.lines import Closed, Incoming, Line, LineError, Marked, Ring, TransferEnded
from voice.lines.ari import Account, Ari, Told, channel_of, told_of
from voice.lines.audiosocket import Awaited
from voice.lines.client_socket import media_socket
from voice.lines.socket import Serve
from voice.lines.stasis import Exchange

LOUD = b"\x84\x82" * 160
"""20 ms of the loudest sample that mu-law knows."""


def account(url: str, **values: str) -> Account:
    given = {"DENWABAN_ARI_URL": url} | {f"DENWABAN_ARI_{name.upper()}": value for name, value in values.items()}
    found = read_settings(given).lines.asterisk.ari
    assert found is not None
    return found


@asynccontextmanager
async def exchange(serve: Serve, calls: LiveCalls | None = None) -> AsyncIterator[tuple[AriServer, Exchange]]:
    """An Asterisk, and the one that takes its calls."""
    async with asterisk() as (server, url):
        ari = Ari(account(url))
        taking = Exchange(ari, serve, LiveCalls() if calls is None else calls, Awaited(asyncio.get_running_loop().time))
        running = asyncio.create_task(taking.run())
        try:
            await until(lambda: taking.connected)
            yield server, taking
        finally:
            running.cancel()
            await asyncio.wait({running})
            await ari.close()


async def heard(channel: Channel, frame: bytes) -> None:
    """Until the caller hears that."""
    assert channel.media is not None
    async with asyncio.timeout(30):
        while await channel.media.receive() != frame:
            pass


def media_of(server: AriServer) -> Channel:
    return next(channel for channel in server.channels.values() if channel.media is not None)


def transferring(to: str, told: list[Incoming], ring_seconds: float = 5.0) -> Serve:
    """Puts the caller through at once, and speaks to one who is still there."""

    async def serve(line: Line) -> None:
        line.transfer(to, ring_seconds)
        while not isinstance(came := await line.receive(), TransferEnded | Closed):
            pass
        told.append(came)
        if isinstance(came, TransferEnded) and not came.connected:
            line.play(LOUD * 5)
            line.mark("sorry")
            while not isinstance(came := await line.receive(), Marked | Closed):
                pass
            told.append(came)
        elif isinstance(came, TransferEnded):
            told.append(await line.receive())

    return serve


def test_a_call_is_answered_bridged_and_heard() -> None:
    rings = list[Ring]()

    async def serve(line: Line) -> None:
        rings.append(line.ring)
        await echo(line)

    async def test() -> None:
        async with exchange(serve) as (server, _):
            caller = await server.call("+819012345678", "0312345678", "forwarded=0120444555", "why=cfnr")
            await until(lambda: any(each.media for each in server.channels.values()))
            media = media_of(server)
            await until(lambda: list(server.bridges.values()) == [{caller.id, media.id}])
            assert media.media is not None
            media.media.send(LOUD)
            await heard(media, LOUD)
            (bridge,) = server.bridges
            assert server.asked == [
                ("GET", "/events", {"app": "denwaban", "subscribeAll": "false"}),
                ("POST", f"/channels/{caller.id}/answer", {}),
                ("POST", "/bridges", {"type": "mixing", "bridgeId": bridge}),
                ("POST", f"/bridges/{bridge}/addChannel", {"channel": caller.id}),
                ("POST", "/channels/externalMedia", {
                    "channelId": media.id, "app": "denwaban", "external_host": "INCOMING", "transport": "websocket",
                    "format": "ulaw", "encapsulation": "none", "connection_type": "server",
                }),
                ("POST", f"/bridges/{bridge}/addChannel", {"channel": media.id}),
            ]  # fmt: skip
            await server.hang_up(caller)
            await until(lambda: not server.channels and not server.bridges)
            assert media.media.channel.wrong == []

    run(test)
    assert rings == [
        Ring("0312345678", "09012345678", "asterisk", "1764000000.1", 8000, "0120444555", "no_answer", codec="PCMU")
    ]


def test_our_end_ends_the_callers_channel() -> None:
    async def serve(line: Line) -> None:
        line.play(LOUD)
        line.mark("bye")
        while await line.receive() != Marked("bye"):
            pass
        line.hang_up()

    async def test() -> None:
        async with exchange(serve) as (server, _):
            caller = await server.call("09012345678", "0312345678")
            await until(lambda: caller.id not in server.channels and not server.bridges and len(server.asked) > 3)
            assert ("DELETE", f"/channels/{caller.id}", {"reason": "normal"}) in server.asked
            assert not server.channels

    run(test)


def test_an_extension_that_answers_gets_the_caller_and_nobody_stays_alone() -> None:
    told = list[Incoming]()

    async def test() -> None:
        async with exchange(transferring("101", told, 20.0)) as (server, _):
            server.answers.append(("answered", 0.1))
            caller = await server.call("09012345678", "0312345678")
            await until(lambda: len(told) == 2 and len(server.channels) == 2)
            extension = next(each for each in server.channels.values() if each is not caller)
            assert extension.exten == "PJSIP/101"
            (bridge,) = server.bridges
            assert server.bridges[bridge] == {caller.id, extension.id}
            (dialled,) = [query for method, path, query in server.asked if (method, path) == ("POST", "/channels")]
            assert dialled == {
                "channelId": extension.id, "endpoint": "PJSIP/101", "app": "denwaban", "appArgs": "transfer",
                "timeout": "20", "originator": caller.id, "callerId": "09012345678",
            }  # fmt: skip
            assert not caller.ringing
            await server.hang_up(extension)
            await until(lambda: not server.channels and not server.bridges)

    run(test)
    assert told == [TransferEnded(True, "answered"), Closed("us")]


@pytest.mark.parametrize(
    ("how", "why"),
    [("busy", "busy"), ("rejected", "busy"), ("no_answer", "no_answer"), ("failed", "failed"), ("nobody", "failed")],
)
def test_who_is_not_answered_comes_back_to_us(how: str, why: str) -> None:
    told = list[Incoming]()

    async def test() -> None:
        async with exchange(transferring("101", told)) as (server, _):
            server.answers.append((how, 0.1))
            caller = await server.call("09012345678", "0312345678")
            await until(lambda: any(each.media for each in server.channels.values()))
            media = media_of(server)
            await heard(media, LOUD)
            await until(lambda: not server.channels and not server.bridges)
            assert (len(told), caller.ringing) == (2, False)
            asked = server.names()
            assert asked.index(f"POST /channels/{caller.id}/ring") < asked.index(f"DELETE /channels/{caller.id}/ring")

    run(test)
    assert told == [TransferEnded(False, why), Marked("sorry")]


def test_a_caller_who_hangs_up_while_it_rings_is_gone() -> None:
    told = list[Incoming]()

    async def test() -> None:
        async with exchange(transferring("101", told)) as (server, _):
            server.answers.append(("answered", 60.0))
            caller = await server.call("09012345678", "0312345678")
            await until(lambda: caller.ringing and any(each.exten == "PJSIP/101" for each in server.channels.values()))
            await server.hang_up(caller)
            await until(lambda: not server.channels and not server.bridges and bool(told))

    run(test)
    assert told == [Closed("caller")]


@pytest.mark.parametrize(("to", "status", "asks"), [("101", 500, True), ("101;rm", 0, False)])
def test_what_ari_does_not_do_is_a_failed_transfer(
    to: str, status: int, asks: bool, caplog: pytest.LogCaptureFixture
) -> None:
    told = list[Incoming]()

    async def test() -> None:
        async with exchange(transferring(to, told)) as (server, _):
            server.refused = {"channels": status} if status else {}
            await server.call("09012345678", "0312345678")
            await until(lambda: len(told) == 2)
            assert ("POST /channels" in server.names()) == asks

    run(test)
    assert told == [TransferEnded(False, "failed"), Marked("sorry")]
    assert ("answered 500 POST /channels: refused" if status else "'101;rm' cannot be dialled") in caplog.text


@pytest.mark.parametrize(("refusal", "reason"), [("full", "busy"), ("stopping", "congestion")])
def test_a_call_that_may_not_be_answered_is_told_so(refusal: str, reason: str) -> None:
    async def test() -> None:
        calls, away = LiveCalls(0, sentence=False), list[Ring]()
        calls.turned_away = away.append
        if refusal == "stopping":
            calls.stop()
        async with exchange(nobody, calls) as (server, _):
            caller = await server.call("09012345678", "0312345678")
            await until(lambda: not server.channels)
            assert server.asked[1:] == [("DELETE", f"/channels/{caller.id}", {"reason": reason})]
        assert [ring.caller for ring in away] == (["09012345678"] if refusal == "full" else [])

    run(test)


def test_asterisk_may_be_restarted() -> None:
    async def test() -> None:
        async with exchange(echo) as (server, taking):
            await server.drop_events()
            await until(lambda: not taking.connected)
            assert "ended its events" in taking.trouble
            await server.listening.wait()
            await until(lambda: taking.connected)
            await server.call("09012345678", "0312345678")
            await until(lambda: any(each.media for each in server.channels.values()))

    run(test)


def test_an_extension_that_answers_when_nobody_waits_any_more_is_hung_up() -> None:
    async def test() -> None:
        async with exchange(nobody) as (server, _):
            late = Channel("denwaban-to-00", "", "PJSIP/101")
            server.channels[late.id] = late
            await server.tell("StasisStart", late, args=["transfer"])
            await until(lambda: not server.channels)
            assert server.names()[1:] == ["DELETE /channels/denwaban-to-00"]

    run(test)


def test_a_call_whose_setup_fails_is_hung_up_and_the_reason_told(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async with exchange(nobody) as (server, _):
            server.refused = {"channels/externalMedia": 500}
            caller = await server.call("09012345678", "0312345678")
            await until(lambda: caller.id not in server.channels and not server.bridges)

    run(test)
    assert "answered 500 POST /channels/externalMedia: refused" in caplog.text


async def refused(order: Callable[[Ari], Coroutine[Any, Any, object]], url: str) -> str:
    ari = Ari(account(url))
    try:
        with pytest.raises(LineError) as caught:
            await order(ari)
    finally:
        await ari.close()
    assert "of ari" not in str(caught.value)
    return str(caught.value)


def test_what_goes_wrong_is_said_and_no_password_with_it() -> None:
    async def events(ari: Ari) -> None:
        async for _ in ari.events():
            pass

    async def test() -> None:
        async with asterisk() as (_, url):
            wrong = url.replace("of%20ari", "wrong")
            where = f"ARI at http://{url.partition('@')[2]}"
            assert await refused(lambda ari: ari.answer("1"), url) == (
                f"{where} answered 404 POST /channels/1/answer: Channel not found"
            )
            compare = f"{where} refuses our name or password: compare DENWABAN_ARI_URL with ari.conf"
            assert await refused(lambda ari: ari.answer("1"), wrong) == compare
            assert await refused(events, wrong) == compare
            ari = Ari(account(url))
            await ari.hang_up("1")  # it has gone already
            await ari.close()
        for order in (lambda ari: ari.answer("1"), events):
            assert "does not answer (Connect" in await refused(order, url)

    run(test)


def test_a_media_socket_that_is_not_there_is_named() -> None:
    async def test() -> None:
        async with asterisk() as (server, url):
            sockets = account(url).sockets
            with pytest.raises(LineError, match="/media/none does not take us: nobody dialled it"):
                async with media_socket(sockets, "none"):
                    pass
            waiting = server.incoming("ulaw")
            async with media_socket(sockets, waiting):
                with pytest.raises(LineError, match="does not take us: it is connected already"):
                    async with media_socket(sockets, waiting):
                        pass
        with pytest.raises(LineError, match="does not answer"):
            async with media_socket(sockets, "none"):
                pass

    run(test)


def test_events_as_asterisk_writes_them() -> None:
    start = (
        '{"type":"StasisStart","timestamp":"2026-11-24T14:10:02.671+0900","args":["to=smile"],"channel":{"id":"1.1",'
        '"name":"PJSIP/line-1","state":"Ring","caller":{"name":"","number":"09012345678"},"connected":{"name":"",'
        '"number":""},"accountcode":"","dialplan":{"context":"from-line","exten":"0312345678","priority":2,'
        '"app_name":"Stasis","app_data":"denwaban,to=smile"},"creationtime":"","language":"ja"},"application":"denwaban"}'
    )
    channel = channel_of({"id": "1.1", "caller": {"number": "09012345678"}, "dialplan": {"exten": "0312345678"}})
    assert told_of(start) == Told("StasisStart", channel, ("to=smile",))
    ended = '{"type":"ChannelDestroyed","cause":17,"cause_txt":"User busy","channel":{"id":"1.2"}}'
    assert told_of(ended) == Told("ChannelDestroyed", channel_of({"id": "1.2"}), cause=17)
    dial = '{"type":"Dial","dialstatus":"BUSY","dialstring":"101","caller":{"id":"1.1"},"peer":{"id":"1.2"}}'
    assert told_of(dial) == Told("Dial", channel_of({"id": "1.2"}), dial_status="BUSY")
    for other in ("", "[]", "{}", "[" * 60_000, '{"type":"BridgeCreated","bridge":{"id":"b"}}', b"\xff"):
        assert told_of(other) is None
