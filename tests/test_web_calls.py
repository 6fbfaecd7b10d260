"""Calls that come in by the server's sockets, over loopback."""

from __future__ import annotations

import asyncio
import json
import xml.etree.ElementTree as ET

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.lines.carrier_settings import CarrierSettings
from bot.lines.settings import LineSettings
from tests.website import FORM, SILENCE, START, echo, get, nobody, post, run, send, website
from voice.lines import Closed, Line, LineError, Ring
from voice.lines.twilio import signature

SIGNED = LineSettings(carriers={"twilio": CarrierSettings("secret")})


def test_a_twilio_call_hears_and_is_heard() -> None:
    rings: list[Ring] = []

    async def serve(line: Line) -> None:
        rings.append(line.ring)
        await echo(line)

    async def test() -> None:
        async with website(serve) as site, connect(f"{site.ws}/twilio/media") as phone:
            await send(phone, {"event": "connected"}, START)
            await send(phone, {**SILENCE, "media": {"payload": "gICA"}})
            played, marked = json.loads(await phone.recv()), json.loads(await phone.recv())
            await send(phone, {"event": "stop", "streamSid": "MZ1"})
            with pytest.raises(ConnectionClosed) as closed:
                await phone.recv()
        assert played == {"event": "media", "streamSid": "MZ1", "media": {"payload": "gICA"}}
        assert marked == {"event": "mark", "streamSid": "MZ1", "mark": {"name": "m"}}
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1000
        assert rings == [Ring("0312345678", "09012345678", "twilio", "CA1", 8000, codec="PCMU")]

    run(test)


def test_a_bad_message_closes_the_socket_and_says_why(caplog: pytest.LogCaptureFixture) -> None:
    told: list[object] = []

    async def serve(line: Line) -> None:
        told.append(await line.receive())

    async def test() -> None:
        async with website(serve) as site, connect(f"{site.ws}/twilio/media") as phone:
            await send(phone, START, {"event": "media", "streamSid": "MZ1", "media": {"payload": "?"}})
            with pytest.raises(ConnectionClosed) as closed:
                await phone.recv()
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "media.payload is not base64: '?'")

    run(test)
    assert told == [Closed("media.payload is not base64: '?'")]
    assert "media.payload is not base64" in caplog.text


def test_a_number_that_is_nobodys_is_refused_in_words(caplog: pytest.LogCaptureFixture) -> None:
    async def serve(line: Line) -> None:
        raise LineError(
            f"{line.ring.called} はこの電話番の番号ではありません。番号を script.toml の numbers に足してください。"
        )

    async def test() -> None:
        async with website(serve) as site, connect(f"{site.ws}/twilio/media") as phone:
            await send(phone, START)
            with pytest.raises(ConnectionClosed) as closed:
                await phone.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.reason.startswith("0312345678 はこの電話番の番号ではありません")

    run(test)
    assert "0312345678" in caplog.text


@pytest.mark.parametrize("size", [100_000, 300_000])
def test_a_message_that_is_too_long_closes_the_socket(size: int) -> None:
    async def test() -> None:
        async with website(echo) as site, connect(f"{site.ws}/twilio/media") as phone:
            await send(phone, START)
            await phone.send(" " * size)
            with pytest.raises(ConnectionClosed) as closed:
                await phone.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code in (1008, 1009)

    run(test)


def test_with_a_token_only_signed_sockets_are_taken() -> None:
    async def test() -> None:
        origin = "https://phone.example.jp"
        async with website(echo, lines=SIGNED, public_origin=origin) as site:
            for bad in ("", signature("other", "wss://phone.example.jp/twilio/media")):
                with pytest.raises(InvalidStatus) as refused:
                    await connect(f"{site.ws}/twilio/media", additional_headers={"X-Twilio-Signature": bad})
                assert refused.value.response.status_code == 403
            for url in ("wss://phone.example.jp/twilio/media", "wss://phone.example.jp/twilio/media/"):
                signed = {"X-Twilio-Signature": signature("secret", url)}
                async with connect(f"{site.ws}/twilio/media", additional_headers=signed) as phone:
                    await send(phone, START, SILENCE)
                    assert json.loads(await phone.recv())["event"] == "media"

    run(test)


def test_the_webhook_connects_the_call_to_our_socket() -> None:
    async def test() -> None:
        async with website(nobody, public_origin="https://phone.example.jp") as site:
            answer = await post(site, FORM)
        assert answer.headers["content-type"].startswith("text/xml")
        stream = ET.fromstring(answer.text).find("./Connect/Stream")
        assert stream is not None
        assert stream.attrib["url"] == "wss://phone.example.jp/twilio/media"
        assert {item.attrib["name"]: item.attrib["value"] for item in stream} == {
            "to": "+81312345678",
            "from": "+819012345678",
            "forwarded": "+81120444555",
        }

    run(test)


def test_the_webhook_wants_twilios_signature_where_there_is_a_token() -> None:
    async def test() -> None:
        url = "https://phone.example.jp/twilio/voice"
        async with website(nobody, lines=SIGNED, public_origin="https://phone.example.jp") as site:
            signed = {"X-Twilio-Signature": signature("secret", url, FORM.items())}
            assert (await post(site, FORM, **signed)).status_code == 200
            assert (await post(site, {**FORM, "To": "+81399999999"}, **signed)).status_code == 403
            assert (await post(site, FORM)).status_code == 403

    run(test)


def test_a_webhook_that_never_ends_is_cut() -> None:
    async def test() -> None:
        async with website(nobody) as site:
            assert (await post(site, {"To": "1" * 70_000})).status_code == 413

    run(test)


def test_a_page_calls_at_16_khz() -> None:
    rings: list[Ring] = []

    async def serve(line: Line) -> None:
        rings.append(line.ring)
        await echo(line)

    async def test() -> None:
        async with website(serve) as site, connect(f"{site.ws}/phone/line", origin=site.http) as page:  # type: ignore[arg-type]
            await send(page, {"event": "start", "called": "smile-seiko", "caller": ""})
            ready = json.loads(await page.recv())
            await page.send(b"\x01\x02" * 320)
            assert await page.recv() == b"\x01\x02" * 320
            assert json.loads(await page.recv()) == {"event": "mark", "name": "m"}
            path = f"/api/calls/{ready['call']}/said"
            assert (await get(site, path, Authorization=f"Bearer {ready['ticket']}")).status_code == 200
            await send(page, {"event": "hangup"})
            assert json.loads(await page.recv()) == {"event": "closed", "why": "caller"}
        assert rings == [Ring("smile-seiko", "", "browser", ready["call"], 16_000)]

    run(test)


def test_a_page_of_another_origin_cannot_call() -> None:
    async def test() -> None:
        async with website(nobody) as site:
            with pytest.raises(InvalidStatus) as refused:
                await connect(f"{site.ws}/phone/line", origin="https://elsewhere.example")  # type: ignore[arg-type]
            assert refused.value.response.status_code == 403

    run(test)


def test_the_socket_of_a_vanished_peer_is_lost() -> None:
    told: list[object] = []

    async def serve(line: Line) -> None:
        while not isinstance(item := await line.receive(), Closed):
            pass
        told.append(item)

    async def test() -> None:
        async with website(serve) as site:
            phone = await connect(f"{site.ws}/twilio/media")
            await send(phone, START, SILENCE)
            while not len(site.calls):
                await asyncio.sleep(0)
            phone.transport.abort()
            while len(site.calls):
                await asyncio.sleep(0)

    run(test)
    assert told == [Closed("lost")]
