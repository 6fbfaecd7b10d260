"""Putting callers through from an Asterisk: by the dialplan that dialled to us, and by ARI with AudioSocket's sound."""

from __future__ import annotations

import pytest

from tests.ari_server import asterisk, until
from tests.asterisk_peer import audiosocket, dialled
from tests.asterisk_site import SECRET, site
from tests.test_asterisk_calls import CALLED, LOUD, hear
from tests.website import run
from voice.lines import Closed, Incoming, Line, Ring, TransferEnded
from voice.lines.socket import Serve


def through(told: list[Incoming]) -> Serve:
    """Puts the caller through, and says something to one who is back."""

    async def serve(line: Line) -> None:
        line.transfer("101", 20.0)
        while not isinstance(came := await line.receive(), Closed):
            if isinstance(came, TransferEnded):
                told.append(came)
                line.play(LOUD["ulaw"])
        told.append(came)

    return serve


@pytest.mark.parametrize(("status", "why"), [("BUSY", "busy"), ("NOANSWER", "no_answer"), ("CHANUNAVAIL", "failed")])
def test_the_dialplan_puts_through_and_brings_back(status: str, why: str) -> None:
    told = list[Incoming]()

    async def test() -> None:
        async with site(through(told), ASTERISK_SECRET=SECRET) as server:
            async with dialled(server.url, {**CALLED, "onward": "1"}, SECRET) as far:
                await until(lambda: far.closed is not None)  # Dial's option g takes the caller on
                assert far.channel.commands == ["HANGUP"]
            assert (await server.post("next", channel="1764000000.9")).text == ""
            assert (await server.post("next", channel=CALLED["channel"])).text == "101,20"
            assert (await server.post("next", channel=CALLED["channel"])).text == ""
            async with dialled(server.url, {**CALLED, "onward": "1", "status": status}, SECRET) as far:
                await hear(far, LOUD["ulaw"])
                assert len(server.calls) == 1
            await until(lambda: not len(server.calls))

    run(test)
    assert told == [TransferEnded(False, why), Closed("caller")]


@pytest.mark.parametrize(
    ("status", "end"), [("ANSWER", [TransferEnded(True, "answered"), Closed("us")]), ("CANCEL", [Closed("caller")])]
)
def test_the_dialplan_tells_what_became_of_it(status: str, end: list[Incoming]) -> None:
    told = list[Incoming]()

    async def test() -> None:
        async with site(through(told), ASTERISK_SECRET=SECRET) as server:
            async with dialled(server.url, {**CALLED, "onward": "1"}, SECRET) as far:
                await until(lambda: far.closed is not None)
            assert (await server.post("next", channel=CALLED["channel"])).text == "101,20"
            assert (await server.post("outcome", channel=CALLED["channel"], status=status)).text == ""
            await until(lambda: not len(server.calls))

    run(test)
    assert told == end


def test_a_dialplan_that_does_not_go_on_is_not_asked_to() -> None:
    told = list[Incoming]()

    async def test() -> None:
        async with site(through(told), ASTERISK_SECRET=SECRET) as server, dialled(server.url, CALLED, SECRET) as far:
            await hear(far, LOUD["ulaw"])

    run(test)
    assert told == [TransferEnded(False, "unsupported"), Closed("caller")]


def test_a_call_in_stasis_may_come_over_audiosocket_and_be_put_through() -> None:
    told, rings = list[Incoming](), list[Ring]()
    puts = through(told)

    async def serve(line: Line) -> None:
        rings.append(line.ring)
        await puts(line)

    async def test() -> None:
        given = {"ARI_MEDIA": "audiosocket", "AUDIOSOCKET": "127.0.0.1:0"}
        async with asterisk() as (server, url), site(serve, ARI_URL=url, **given):
            await server.listening.wait()
            server.answers.append(("busy", 0.1))
            caller = await server.call("09012345678", "0312345678", "to=smile")
            await until(lambda: "POST /channels/externalMedia" in server.names())
            (made,) = [query for _, path, query in server.asked if path == "/channels/externalMedia"]
            assert (made["transport"], made["encapsulation"], made["format"]) == ("tcp", "audiosocket", "slin")
            host, _, port = made["external_host"].partition(":")
            async with audiosocket(host, int(port), made["data"]) as far:
                while await far.receive() != LOUD["ulaw"]:
                    pass
                await server.hang_up(caller)
                await server.hang_up(server.channels[made["channelId"]])
            await until(lambda: not server.channels and not server.bridges)

    run(test)
    assert told[0] == TransferEnded(False, "busy")
    assert [(ring.called, ring.caller) for ring in rings] == [("smile", "09012345678")]
