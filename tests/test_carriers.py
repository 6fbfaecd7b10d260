"""Every carrier's calls over real sockets: webhook, stream, transfer with its way back, hang-up by REST."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from bot.lines.settings import LineSettings
from tests.carriers import KEY, ORIGIN, TELNYX, TWILIO, VENDORS, Form, RestServer, Vendor, rest_server
from tests.website import Site, echo, nobody, run, website
from voice.lines import Audio, Closed, Incoming, Line, Quality, Ring, TransferEnded
from voice.lines.socket import Serve

EVERY = pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)


def settings(vendor: Vendor, api: str = "", **changed: str) -> LineSettings:
    account = vendor.settings.account if api else ""
    return LineSettings(
        carriers={vendor.name: dataclasses.replace(vendor.settings, api=api, account=account, **changed)}
    )


@asynccontextmanager
async def answering(vendor: Vendor, serve: Serve, api: str = "", **changed: str) -> AsyncIterator[Site]:
    async with website(serve, lines=settings(vendor, api, **changed), public_origin=ORIGIN) as site:
        yield site


async def ask(site: Site, vendor: Vendor, path: str, form: Form) -> httpx.Response:
    """The carrier asks one of our webhooks."""
    async with httpx.AsyncClient(base_url=site.http, verify=False, timeout=60) as client:
        return await client.post(path, data=form, headers=vendor.signed(path, form))


async def stream(site: Site, vendor: Vendor, path: str, name: str = "MZ1") -> ClientConnection:
    """The carrier brings a call's sound."""
    socket = await connect(f"{site.ws}{path}", additional_headers=vendor.signed(path))
    await socket.send(vendor.opening(name))
    return socket


async def placed(site: Site, vendor: Vendor) -> ClientConnection:
    """A call, from its webhook on."""
    answer = await ask(site, vendor, f"{vendor.path}/voice", vendor.calling)
    assert answer.status_code == 200, answer.text
    return await stream(site, vendor, vendor.stream_path(answer.text))


async def in_thread(rest: RestServer, count: int) -> tuple[str, Form]:
    """Method and form of the request of that number."""
    asked = await asyncio.to_thread(rest.wait, count)
    return asked.method, asked.form


@EVERY
def test_a_call_hears_and_is_heard(vendor: Vendor) -> None:
    told: list[object] = []

    async def serve(line: Line) -> None:
        told.append(line.ring)
        while not isinstance(came := await line.receive(), Closed):
            told.append(came)
            if isinstance(came, Audio):
                line.play(came.pcm)
        told.append(came)

    async def test() -> None:
        async with answering(vendor, serve) as site, await placed(site, vendor) as phone:
            await phone.send(vendor.media.replace("STREAM", "MZ1"))
            assert json.loads(await phone.recv()) == json.loads(json.dumps(vendor.played).replace("STREAM", "MZ1"))
            await phone.send(vendor.stop.replace("STREAM", "MZ1").replace("CALL", "CA1"))
            await phone.wait_closed()

    run(test)
    ring, audio, quality, closed = told
    assert ring == Ring("0312345678", "09012345678", vendor.name, "CA1", 8000, codec="PCMU")
    assert audio == Audio(bytes(8))
    assert isinstance(quality, Quality)
    assert (quality.packets, quality.lost) == (1, 0)
    assert closed == Closed("caller")


@EVERY
def test_who_has_not_the_carriers_sign_is_not_listened_to(vendor: Vendor) -> None:
    async def test() -> None:
        async with answering(vendor, nobody) as site, httpx.AsyncClient(base_url=site.http, verify=False) as client:
            path = f"{vendor.path}/voice".replace(KEY, "x" * 20)
            assert (await client.post(path, data=vendor.calling)).status_code in (403, 404)
            for form in (vendor.calling, {**vendor.calling, "To": "+81399999999"}):
                headers = {name: value[:-3] + "xx=" for name, value in vendor.signed(path, form).items()}
                assert (await client.post(path, data=form, headers=headers)).status_code in (403, 404)
            for path in (f"{vendor.path}/media", f"{vendor.path}/media/guess", f"{vendor.path}/back/guess"):
                with pytest.raises(InvalidStatus) as refused:
                    await connect(f"{site.ws}{path}", additional_headers={"X-Twilio-Signature": "x"})
                assert refused.value.response.status_code == 403

    run(test)


@EVERY
def test_a_socket_that_is_let_in_by_its_address_is_let_in_once(vendor: Vendor) -> None:
    async def test() -> None:
        async with answering(vendor, echo) as site:
            answer = await ask(site, vendor, f"{vendor.path}/voice", vendor.calling)
            path = vendor.stream_path(answer.text)
            async with await stream(site, vendor, path):
                if vendor is not TWILIO:
                    with pytest.raises(InvalidStatus):
                        await connect(f"{site.ws}{path}")

    run(test)


@EVERY
def test_a_house_that_is_full_or_closing_sounds_busy(vendor: Vendor) -> None:
    async def test() -> None:
        refused: list[Ring] = []
        async with answering(vendor, nobody) as site:
            site.calls.most, site.calls.sentence, site.calls.turned_away = 0, False, refused.append
            answer = await ask(site, vendor, f"{vendor.path}/voice", vendor.calling)
            assert 'reason="busy"' in answer.text
            site.calls.most = 20
            site.calls.stop()
            answer = await ask(site, vendor, f"{vendor.path}/voice", vendor.calling)
            assert 'reason="busy"' in answer.text
        assert [(ring.caller, ring.called, ring.line_call_id) for ring in refused] == [
            ("09012345678", "0312345678", "CA1")
        ]

    run(test)


async def transferred(site: Site, vendor: Vendor, rest: RestServer, phone: ClientConnection) -> tuple[str, str, str]:
    """The carrier is told to ring 101, takes the stream away and asks whom: paths of /dial, /answered and /ended."""
    asked = await asyncio.to_thread(rest.wait, 1)
    assert (asked.path, asked.authorization) == (vendor.call_path, vendor.authorization)
    name = next(name for name, value in vendor.redirect.items() if value == "URL")
    url = asked.form[name]
    assert (asked.method, asked.form) == ("POST", {**vendor.redirect, name: url})
    dial = url.removeprefix(ORIGIN)
    await phone.send(vendor.stop.replace("STREAM", "MZ1").replace("CALL", "CA1"))
    await phone.close()
    answer = await ask(site, vendor, dial, vendor.calling)
    assert "sip:101@pbx.example.jp" in answer.text
    answered, ended = (dial.replace("/dial/", f"/{what}/") for what in ("answered", "ended"))
    assert f'"{ORIGIN}{answered}"' in answer.text
    assert f'"{ORIGIN}{ended}"' in answer.text
    assert 'timeout="20"' in answer.text
    return dial, answered, ended


async def put_through(line: Line, told: list[Incoming]) -> None:
    """A call that asks for 101, and hangs up where nobody takes it."""
    line.transfer("101", 20.0)
    while not isinstance(came := await line.receive(), Closed):
        told.append(came)
        if isinstance(came, TransferEnded) and not came.connected:
            line.play(bytes(8))
        if isinstance(came, Audio):
            line.hang_up()
    told.append(came)


def with_a_transfer(vendor: Vendor, test: Callable[[Site, RestServer, ClientConnection], object]) -> list[Incoming]:
    told: list[Incoming] = []

    async def run_test() -> None:
        with rest_server() as rest:
            async with answering(vendor, lambda line: put_through(line, told), rest.url) as site:
                phone = await placed(site, vendor)
                outcome = test(site, rest, phone)
                assert asyncio.iscoroutine(outcome)
                await outcome
                while len(site.calls):
                    await asyncio.sleep(0)

    run(run_test)
    return told


@EVERY
def test_whoever_answers_has_the_call(vendor: Vendor) -> None:
    async def test(site: Site, rest: RestServer, phone: ClientConnection) -> None:
        _, answered, ended = await transferred(site, vendor, rest, phone)
        assert (await ask(site, vendor, answered, vendor.answered)).status_code == 204
        while len(site.calls):
            await asyncio.sleep(0)
        form = {**vendor.unanswered, "DialCallStatus": "completed", "DialStatus": "completed"}
        assert "<Hangup/>" in (await ask(site, vendor, ended, form)).text
        assert len(rest.asked) == 1

    assert with_a_transfer(vendor, test) == [TransferEnded(connected=True, why="answered"), Closed("us")]


@EVERY
def test_nobody_answers_and_the_caller_is_with_us_again(vendor: Vendor) -> None:
    async def test(site: Site, rest: RestServer, phone: ClientConnection) -> None:
        _, _, ended = await transferred(site, vendor, rest, phone)
        answer = await ask(site, vendor, ended, vendor.unanswered)
        async with await stream(site, vendor, vendor.stream_path(answer.text), "MZ2") as again:
            assert json.loads(await again.recv()) == json.loads(json.dumps(vendor.played).replace("STREAM", "MZ2"))
            await again.send(vendor.media.replace("STREAM", "MZ2"))
            await again.wait_closed()
            assert again.close_code == 1000
        assert await in_thread(rest, 2) == vendor.hang_up
        assert rest.asked[1].path == vendor.call_path

    told = with_a_transfer(vendor, test)
    assert [each for each in told if not isinstance(each, Quality)] == [
        TransferEnded(connected=False, why="no_answer"),
        Audio(bytes(8)),
        Closed("us"),
    ]


@EVERY
def test_the_caller_hangs_up_while_it_rings(vendor: Vendor) -> None:
    async def test(site: Site, rest: RestServer, phone: ClientConnection) -> None:
        _, _, ended = await transferred(site, vendor, rest, phone)
        assert "<Hangup/>" in (await ask(site, vendor, ended, vendor.gone)).text

    assert with_a_transfer(vendor, test) == [Closed("caller")]


@EVERY
def test_without_an_account_nobody_can_be_put_through(vendor: Vendor) -> None:
    told: list[Incoming] = []

    async def test() -> None:
        async with answering(vendor, lambda line: put_through(line, told)) as site, await placed(site, vendor) as phone:
            await phone.recv()

    run(test)
    assert told[0] == TransferEnded(connected=False, why="unsupported")


def test_without_a_way_to_extensions_only_numbers_can_be_rung() -> None:
    told: list[Incoming] = []

    async def serve(line: Line) -> None:
        line.transfer("101", 20.0)
        told.append(await line.receive())
        line.transfer("0398765432", 20.0)
        told.append(await line.receive())

    async def test() -> None:
        with rest_server() as rest:
            async with answering(TWILIO, serve, rest.url, transfer="", caller_id="+81312345678") as site:
                phone = await placed(site, TWILIO)
                asked = await asyncio.to_thread(rest.wait, 1)
                dial = asked.form["Url"].removeprefix(ORIGIN)
                answer = await ask(site, TWILIO, dial, TWILIO.calling)
                assert ">+81398765432</Number>" in answer.text
                assert 'callerId="+81312345678"' in answer.text
                await ask(site, TWILIO, dial.replace("/dial/", "/answered/"), TWILIO.answered)
                await phone.wait_closed()

    run(test)
    assert told == [
        TransferEnded(connected=False, why="unsupported"),
        TransferEnded(connected=True, why="answered"),
    ]


def test_a_transfer_that_the_carrier_refuses_has_failed(caplog: pytest.LogCaptureFixture) -> None:
    told: list[Incoming] = []

    async def test() -> None:
        with rest_server() as rest:
            rest.answers.append((400, '{"code": 21220, "message": "Call to +819012345678 is not in-progress"}'))
            async with answering(TWILIO, lambda line: put_through(line, told), rest.url) as site:
                phone = await placed(site, TWILIO)
                assert json.loads(await phone.recv())["event"] == "media"
                await phone.close()

    run(test)
    assert told[0] == TransferEnded(connected=False, why="failed")
    assert "twilio call CA1 was not put through: Twilio answered 400: 21220 Call to … is not in-progress" in caplog.text


def test_nobody_waits_for_a_caller_who_comes_back_and_is_answered_anew() -> None:
    async def test() -> None:
        async with answering(TWILIO, echo) as site:
            answer = await ask(site, TWILIO, "/twilio/ended/forgotten", TWILIO.unanswered)
            assert TWILIO.stream_path(answer.text) == "/twilio/media"
            assert "<Hangup/>" in (await ask(site, TWILIO, "/twilio/ended/forgotten", TWILIO.gone)).text
            assert "<Hangup/>" in (await ask(site, TWILIO, "/twilio/dial/forgotten", TWILIO.calling)).text
            assert (await ask(site, TWILIO, "/twilio/answered/forgotten", TWILIO.answered)).status_code == 204

    run(test)


def test_a_socket_that_does_not_begin_well_is_not_the_caller_who_comes_back() -> None:
    async def test(site: Site, rest: RestServer, phone: ClientConnection) -> None:
        _, _, ended = await transferred(site, TELNYX, rest, phone)
        path = TELNYX.stream_path((await ask(site, TELNYX, ended, TELNYX.unanswered)).text)
        async with connect(f"{site.ws}{path}") as wrong:
            await wrong.send("hello")
            await wrong.wait_closed()
            assert wrong.close_code == 1008
        async with await stream(site, TELNYX, path, "MZ2") as again:
            await again.recv()
            await again.send(TELNYX.media.replace("STREAM", "MZ2"))
            await again.wait_closed()

    assert TransferEnded(connected=False, why="no_answer") in with_a_transfer(TELNYX, test)
