"""Orders to a carrier's REST interface, against one that listens on loopback."""

from __future__ import annotations

import asyncio
import socket

import pytest

from tests.carriers import RestServer, basic, rest_server
from voice.lines import LineError
from voice.lines.plivo import plivo_account
from voice.lines.rest import Rest
from voice.lines.twilio import account


def hang_up(server: RestServer) -> None:
    asyncio.run(Rest("Twilio", account(server.url, "AC1", "secret")).hang_up("CA1"))


def redirect(server: RestServer) -> None:
    asyncio.run(Rest("Twilio", account(server.url, "AC1", "secret")).redirect("CA1", "https://p.example.jp/dial?a={}"))


def test_a_call_is_ended_by_one_request() -> None:
    with rest_server() as server:
        hang_up(server)
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/2010-04-01/Accounts/AC1/Calls/CA1.json")
    assert asked.authorization == basic("AC1", "secret")
    assert asked.form == {"Status": "completed"}


def test_a_call_is_sent_elsewhere_as_it_is_said() -> None:
    with rest_server() as server:
        redirect(server)
    assert server.asked[0].form == {"Url": "https://p.example.jp/dial?a={}", "Method": "POST"}


def test_plivo_deletes() -> None:
    with rest_server() as server:
        asyncio.run(Rest("Plivo", plivo_account(server.url, "MA1", "secret")).hang_up("a1-b2"))
    assert [(asked.method, asked.path, asked.form) for asked in server.asked] == [
        ("DELETE", "/v1/Account/MA1/Call/a1-b2/", {})
    ]


def test_a_call_that_has_ended_is_ended() -> None:
    with rest_server() as server:
        server.answers.append((404, '{"code": 20404, "message": "The requested resource was not found"}'))
        hang_up(server)
        server.answers.append((404, '{"code": 20404, "message": "The requested resource was not found"}'))
        with pytest.raises(LineError, match="Twilio answered 404: 20404 The requested"):
            redirect(server)


@pytest.mark.parametrize("status", [429, 503])
def test_a_carrier_that_is_busy_is_asked_again(status: int) -> None:
    with rest_server() as server:
        server.answers += [(status, ""), (status, "")]
        redirect(server)
    assert len(server.asked) == 3


def test_a_carrier_that_stays_busy_is_not_asked_for_ever() -> None:
    with rest_server() as server:
        server.answers += [(503, "")] * 5
        with pytest.raises(LineError, match=r"Twilio answered 503$"):
            redirect(server)
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (401, '{"code": 20003, "message": "Authenticate"}', "Twilio answered 401: it does not accept the account"),
        (403, "", "Twilio answered 403: it does not accept"),
        (400, '{"code": 21217, "message": "Phone number +81312345678 is bad"}', "21217 Phone number … is bad"),
        (400, "<html>", "Twilio answered 400$"),
        (400, "[" * 9000, "Twilio answered 400$"),
        (400, '{"message": "a\\u0007b\\n' + "c" * 900 + '"}', "abc{100,200}$"),
        (500, '["x"]', "Twilio answered 500$"),
        (302, "", "Twilio answered 302$"),
    ],
)
def test_what_a_carrier_will_not_do_is_said_clearly(status: int, body: str, why: str) -> None:
    with rest_server() as server:
        server.answers.append((status, body))
        with pytest.raises(LineError, match=why) as caught:
            redirect(server)
    assert "secret" not in str(caught.value)
    assert len(server.asked) == 1


def test_a_carrier_that_cannot_be_reached() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: nobody else takes the port meanwhile
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(LineError, match="Twilio cannot be reached"):
            asyncio.run(Rest("Twilio", account(url, "AC1", "secret")).hang_up("CA1"))


def test_a_carrier_that_breaks_off_is_not_asked_twice() -> None:
    asked = 0

    async def test() -> None:
        async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal asked
            asked += 1
            await reader.read(1)
            writer.close()

        async with await asyncio.start_server(hear, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            with pytest.raises(LineError, match="Twilio did not answer"):
                await Rest("Twilio", account(url, "AC1", "secret")).redirect("CA1", "https://p.example.jp")

    asyncio.run(test())
    assert asked == 1


def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr(account("https://api.twilio.com", "AC1", "secret"))
