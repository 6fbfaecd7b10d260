"""jambonz: its audio socket on literal messages, and its calls over real sockets from webhook to hang-up."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from bot.lines.carrier_settings import CarrierSettings
from bot.lines.settings import LineSettings
from tests.carriers import HOST, KEY, ORIGIN
from tests.website import Site, echo, nobody, run, website
from voice.lines import Audio, Closed, Incoming, Key, Line, LineError, Marked, Ring, TransferEnded
from voice.lines.jambonz import JambonzWire, call_facts
from voice.lines.socket import Serve
from voice.lines.streams import Facts

FIRST = (
    '{"callSid":"a5726a4d-ac9e-41d1-8fd8-8b8d80d8ee0c","direction":"inbound","from":"+819012345678",'
    '"to":"0312345678","callId":"e1ac8b1a","sipStatus":100,"callStatus":"in-progress","accountSid":"9351f46a",'
    '"applicationSid":"0e0681b0","sampleRate":8000,"mixType":"mono"}'
)  # fmt: skip
DTMF = '{"event":"dtmf","dtmf":"2","duration":"1600"}'
MARK = '{"type":"mark","data":{"name":"m1","event":"playout"}}'


def started() -> JambonzWire:
    wire = JambonzWire()
    assert isinstance(wire.read(FIRST), Ring)
    return wire


def test_a_call_is_told_as_the_line_protocol_wants() -> None:
    wire = JambonzWire()
    call_id = "a5726a4d-ac9e-41d1-8fd8-8b8d80d8ee0c"
    assert wire.read(FIRST) == Ring("0312345678", "09012345678", "jambonz", call_id, 8000, codec="L16")
    assert wire.read(b"\x01\x00\xff\x7f") == Audio(b"\x01\x00\xff\x7f")
    assert wire.read(b"") is None
    assert wire.read(DTMF) == Key("2")
    assert wire.read(DTMF.replace('"2"', '"A"')) is None
    assert wire.read(MARK) == Marked("m1")
    assert wire.read('{"event":"somethingNew"}') is None


def test_what_it_is_sent() -> None:
    wire = started()
    assert wire.play(b"\x01\x00") == b"\x01\x00"
    assert wire.mark("m1") == '{"type":"mark","data":{"name":"m1"}}'
    assert wire.clear() == '{"type":"killAudio"}'
    assert wire.forgotten() == (Marked("m1"),)
    assert wire.farewell("us") == '{"type":"disconnect"}'


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (FIRST.replace("8000", "16000"), "sampleRate is 16000; only 8000"),
        (FIRST.replace("mono", "stereo"), "mixType is 'stereo'"),
        (FIRST.replace("callSid", "x"), "message.call_sid is missing"),
        (b"\x00\x00", "sound before"),
        ("hello", "not JSON"),
    ],
)
def test_a_call_that_does_not_begin_well_is_refused(message: str | bytes, why: str) -> None:
    with pytest.raises(LineError, match=why):
        JambonzWire().read(message)


@pytest.mark.parametrize("message", [b"\x00", bytes(70_000), '{"type":"mark"}', '{"event":"dtmf","dtmf":2}'])
def test_a_bad_message_is_named(message: str | bytes) -> None:
    with pytest.raises(LineError):
        started().read(message)


@given(st.lists(st.binary(max_size=9) | st.text(max_size=20) | st.sampled_from([FIRST, DTMF, MARK, "{}"]), max_size=8))
def test_whatever_comes_is_something_or_a_line_error(messages: list[str | bytes]) -> None:
    wire = JambonzWire()
    for message in messages:
        with contextlib.suppress(LineError):
            wire.read(message)


def test_the_invite_that_comes_with_a_call_says_why_it_was_passed_on() -> None:
    body = {"call_sid": "c1", "from": "anonymous", "to": "0312345678"}
    assert call_facts(body) == Facts("0312345678", "anonymous", call_id="c1")
    headers = {"Diversion": "<sip:0120444555@carrier.jp>;reason=no-answer", "via": 7}
    assert call_facts({**body, "sip": {"headers": headers}}) == Facts(
        "0312345678", "anonymous", "0120444555", "no_answer", "c1"
    )
    odd: list[object] = [7, {"headers": [1]}, {}]
    for sip in odd:
        assert call_facts({**body, "sip": sip}).forwarded_from == ""


@asynccontextmanager
async def answering(serve: Serve, transfer: str = "sip:{}@pbx.example.jp") -> AsyncIterator[Site]:
    lines = LineSettings(carriers={"jambonz": CarrierSettings(KEY, transfer=transfer)})
    async with website(serve, lines=lines, public_origin=ORIGIN) as site:
        yield site


async def ask(site: Site, url: str, **body: object) -> dict[str, Any]:
    """jambonz asks one of our hooks; the verb that it gets."""
    async with httpx.AsyncClient(base_url=site.http, verify=False) as client:
        answer = await client.post(url.removeprefix(ORIGIN), json={"call_sid": "c1", **body})
    assert answer.status_code == 200, answer.text
    verbs = answer.json()
    assert len(verbs) <= 1
    return verbs[0] if verbs else {}


async def ring(site: Site) -> dict[str, Any]:
    verb = await ask(site, f"/jambonz/{KEY}/voice", **{"from": "+819012345678", "to": "0312345678"})
    assert verb["verb"] == "listen"
    return verb


async def stream(site: Site, verb: dict[str, Any]) -> ClientConnection:
    url = str(verb["url"])
    assert url.startswith(f"wss://{HOST}/jambonz/{KEY}/")
    socket = await connect(site.ws + url.removeprefix(f"wss://{HOST}"), subprotocols=[Subprotocol("audio.jambonz.org")])
    assert socket.subprotocol == "audio.jambonz.org"
    await socket.send(FIRST)
    return socket


def test_the_webhook_asks_for_sound_both_ways() -> None:
    async def test() -> None:
        async with answering(nobody) as site:
            verb = await ring(site)
        assert verb["bidirectionalAudio"] == {"enabled": True, "streaming": True, "sampleRate": 8000}
        assert (verb["mixType"], verb["sampleRate"], verb["passDtmf"]) == ("mono", 8000, True)
        assert verb["actionHook"].startswith(f"{ORIGIN}/jambonz/{KEY}/next/")

    run(test)


def test_a_call_hears_and_is_heard_and_is_ended_by_its_hook() -> None:
    async def serve(line: Line) -> None:
        while not isinstance(came := await line.receive(), Closed):
            if isinstance(came, Audio):
                line.play(came.pcm)
            if isinstance(came, Key):
                line.hang_up()

    async def test() -> None:
        async with answering(serve) as site:
            verb = await ring(site)
            async with await stream(site, verb) as phone:
                await phone.send(b"\x01\x02" * 160)
                assert await phone.recv() == b"\x01\x02" * 160
                await phone.send(DTMF)
                assert await phone.recv() == '{"type":"disconnect"}'
            assert await ask(site, verb["actionHook"]) == {"verb": "hangup"}

    run(test)


def test_only_who_has_the_key_is_listened_to_and_a_socket_works_once() -> None:
    async def test() -> None:
        async with answering(echo) as site, httpx.AsyncClient(base_url=site.http, verify=False) as client:
            assert (await client.post("/jambonz/guess/voice", json={})).status_code == 404
            assert (await client.post(f"/jambonz/{KEY}/voice", content="[]")).status_code == 400
            assert (await client.post(f"/jambonz/{KEY}/voice", content=b" " * 70_000)).status_code == 413
            verb = await ring(site)
            path = verb["url"].removeprefix(f"wss://{HOST}")
            async with await stream(site, verb):
                for wrong in (path, path.replace(KEY, "x" * 20), f"/jambonz/{KEY}/back/a/b"):
                    with pytest.raises(InvalidStatus) as refused:
                        await connect(site.ws + wrong)
                    assert refused.value.response.status_code == 403

    run(test)


def test_a_house_that_is_full_or_closing_sounds_busy() -> None:
    async def test() -> None:
        refused: list[Ring] = []
        async with answering(nobody) as site:
            site.calls.most, site.calls.sentence, site.calls.turned_away = 0, False, refused.append
            path = f"/jambonz/{KEY}/voice"
            assert await ask(site, path, to="0312345678") == {
                "verb": "sip:decline",
                "status": 486,
                "reason": "Busy Here",
            }
            site.calls.stop()
            assert (await ask(site, path))["verb"] == "sip:decline"
        assert [ring.called for ring in refused] == ["0312345678"]

    run(test)


UNSUPPORTED = TransferEnded(connected=False, why="unsupported")


async def put_through(line: Line, told: list[Incoming]) -> None:
    line.transfer("101", 20.0)
    while not isinstance(came := await line.receive(), Closed):
        told.append(came)
        if isinstance(came, Audio) or came == UNSUPPORTED:
            line.hang_up()
    told.append(came)


async def dialled(site: Site) -> tuple[dict[str, Any], dict[str, Any]]:
    """A call that is being put through: its listen verb and its dial verb."""
    verb = await ring(site)
    async with await stream(site, verb) as phone:
        assert await phone.recv() == '{"type":"disconnect"}'
    dial = await ask(site, verb["actionHook"])
    assert (dial["verb"], dial["timeout"]) == ("dial", 20)
    assert dial["target"] == [{"type": "sip", "sipUri": "sip:101@pbx.example.jp"}]
    return verb, dial


def test_whoever_answers_has_the_call() -> None:
    told: list[Incoming] = []

    async def test() -> None:
        async with answering(lambda line: put_through(line, told)) as site:
            _, dial = await dialled(site)
            assert await ask(site, dial["confirmHook"]) == {}
            while len(site.calls):
                await asyncio.sleep(0)
            assert await ask(site, dial["actionHook"], dial_call_status="completed") == {"verb": "hangup"}

    run(test)
    assert told == [TransferEnded(connected=True, why="answered"), Closed("us")]


def test_nobody_answers_and_the_caller_is_with_us_again() -> None:
    told: list[Incoming] = []

    async def test() -> None:
        async with answering(lambda line: put_through(line, told)) as site:
            _, dial = await dialled(site)
            again = await ask(site, dial["actionHook"], dial_call_status="busy", call_status="in-progress")
            async with await stream(site, again) as phone:
                await phone.send(b"\x00\x00" * 160)
                assert await phone.recv() == '{"type":"disconnect"}'
            assert await ask(site, again["actionHook"]) == {"verb": "hangup"}

    run(test)
    assert told == [TransferEnded(connected=False, why="busy"), Audio(bytes(320)), Closed("us")]


def test_the_caller_hangs_up_while_it_rings() -> None:
    told: list[Incoming] = []

    async def test() -> None:
        async with answering(lambda line: put_through(line, told)) as site:
            _, dial = await dialled(site)
            gone = await ask(site, dial["actionHook"], dial_call_status="no-answer", call_status="completed")
            assert gone == {"verb": "hangup"}
            while len(site.calls):
                await asyncio.sleep(0)
            assert (await ask(site, dial["actionHook"], dial_call_status="busy"))["verb"] == "listen"

    run(test)
    assert told == [Closed("caller")]


def test_without_a_way_to_extensions_nobody_is_rung() -> None:
    told: list[Incoming] = []

    async def test() -> None:
        async with answering(lambda line: put_through(line, told), transfer="") as site:
            phone = await stream(site, await ring(site))
            assert await phone.recv() == '{"type":"disconnect"}'
            await phone.close()

    run(test)
    assert told == [UNSUPPORTED, Closed("us")]


def test_a_first_message_may_be_written_with_underscores() -> None:
    assert json.loads(FIRST)["callSid"]
    assert isinstance(JambonzWire().read(FIRST.replace("callSid", "call_sid")), Ring)
