"""The doctor, against real ports, certificates, proxies, mail servers and calls."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import wall
from bot.doctor import reach
from bot.doctor.finding import Level
from bot.lines.state import LineState
from bot.settings import read_settings
from bot.web.app import create_app
from bot.web.live import LiveCalls
from bot.web.server import Stop, address, listen, run_web
from bot.web.tickets import Tickets
from tests.doctored import SECRET, free_port, here_at
from tests.tls import certificate, tls_proxy
from tests.website import VIEWS, echo, run, website

ROOT = Path(__file__).parent.parent
TICKET = Tickets(SECRET).issue("lines")
SIP_READY = LineState("SIP", "ready", "denwaban@pbx に登録済み")


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


async def doctor(**environ: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    """The command itself: its exit status, and what it found by key."""
    asked = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor", "--json"),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, errors = await asked.communicate()
    assert told, errors.decode()
    found: dict[str, list[dict[str, str]]] = {}
    for each in json.loads(told)["findings"]:
        found.setdefault(each["key"], []).append(each)
    assert all(each["remedy"] for all_of in found.values() for each in all_of if each["level"] != "good")
    return asked.returncode or 0, found


def levels(found: dict[str, list[dict[str, str]]], key: str) -> list[str]:
    return [each["level"] for each in found[key]]


def test_the_whole_way_of_a_twilio_call_is_tried(tmp_path: Path) -> None:
    made = certificate(tmp_path)

    async def test() -> None:
        calls_live, stop = LiveCalls(), Stop()
        with closing(listen("127.0.0.1", 0)) as listener:
            port = port_of(address(listener))
            async with tls_proxy(made, port) as tls:
                environ = {
                    "DENWABAN_PORT": str(port),
                    "DENWABAN_SECRET": SECRET,
                    "DENWABAN_VAR_DIR": str(tmp_path / "var"),
                    "DENWABAN_PUBLIC_ORIGIN": f"https://localhost:{tls}",
                    "DENWABAN_TWILIO_TOKEN": "t" * 32,
                }
                app = create_app(read_settings(environ), echo, VIEWS, calls_live)
                running = asyncio.create_task(run_web(app, listener, calls_live, stop, signals=False))
                status, found = await doctor(SSL_CERT_FILE=str(made.chain), **environ)
                stop.ask()
                await running
        assert levels(found, "server") == ["good"]
        assert levels(found, "line") == ["good"]
        assert levels(found, "origin") == ["doubt"]  # an address of this machine only
        assert levels(found, "tls") == ["good"]
        assert levels(found, "proxy") == ["good"]
        assert levels(found, "signature") == ["good", "good"]
        assert levels(found, "socket") == ["good", "good"]
        assert levels(found, "numbers") == ["good"]
        assert levels(found, "disk") == ["good"]
        assert status == 0
        assert not len(calls_live)

    run(test)


def test_a_proxy_without_websockets_an_ending_certificate_a_changed_token_and_a_strange_server(
    tmp_path: Path,
) -> None:
    made = certificate(tmp_path, days=5)

    async def test() -> None:
        calls_live, stop = LiveCalls(), Stop()
        with closing(listen("127.0.0.1", 0)) as listener:
            port = port_of(address(listener))
            async with tls_proxy(made, port, lambda piece: piece.replace(b"Upgrade: websocket", b"X-No: x")) as tls:
                environ = {
                    "DENWABAN_PORT": str(port),
                    "DENWABAN_SECRET": SECRET,
                    "DENWABAN_VAR_DIR": str(tmp_path / "var"),
                    "DENWABAN_PUBLIC_ORIGIN": f"https://localhost:{tls}",
                    "DENWABAN_TWILIO_TOKEN": "t" * 32,
                    "SSL_CERT_FILE": str(made.chain),
                }
                app = create_app(read_settings(environ), echo, VIEWS, calls_live)
                running = asyncio.create_task(run_web(app, listener, calls_live, stop, signals=False))
                status, found = await doctor(**environ)
                assert levels(found, "socket") == ["good", "bad"]
                assert levels(found, "tls") == ["doubt"]
                assert status == 1
                _, changed = await doctor(**environ | {"DENWABAN_TWILIO_TOKEN": "u" * 32})
                assert levels(changed, "signature") == ["bad", "bad"]
                _, others = await doctor(**environ | {"DENWABAN_SECRET": "x" * 32})
                assert levels(others, "server") == ["bad"]
                assert "後ろにいるのは、この電話番ではありません(403)" in others["proxy"][0]["text"]
                stop.ask()
                await running

    run(test)


def test_a_server_that_does_not_run_is_said_so(tmp_path: Path) -> None:
    port = free_port()
    finding, running = reach.server(here_at(port), TICKET)
    assert finding.level is Level.BAD
    assert "動いていません" in finding.text
    assert running is None
    with closing(listen("127.0.0.1", 0)) as other:
        finding, _ = reach.server(replace(here_at(port), host="192.0.2.1"), TICKET)
        assert "起動もできません" in finding.text
        assert other


def test_a_port_that_another_program_has_is_said_so() -> None:
    async def test() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as other:
            port = other.sockets[0].getsockname()[1]
            finding, _ = await asyncio.to_thread(reach.server, here_at(port), TICKET)
        assert finding.level is Level.BAD
        assert "ほかのプログラム" in finding.text

    run(test)


def test_a_server_of_other_settings_a_full_one_and_one_that_stops_are_told_apart() -> None:
    async def test() -> None:
        async with website(echo, public_origin="https://phone.example.jp") as site:
            settings = here_at(port_of(site.http))
            mine, running = await asyncio.to_thread(reach.server, settings, TICKET)
            assert mine.level is Level.GOOD
            assert running is not None
            assert running.lines == ()
            others, _ = await asyncio.to_thread(reach.server, settings, Tickets("x" * 32).issue("lines"))
            assert "別の設定" in others.text
            site.calls.most = 0
            full, _ = await asyncio.to_thread(reach.server, settings, TICKET)
            assert full.level is Level.DOUBT
            site.calls.stop()
            stopping, _ = await asyncio.to_thread(reach.server, settings, TICKET)
            assert stopping.level is Level.BAD

    run(test)


@pytest.mark.parametrize(
    ("name", "days", "host", "trusted", "fault"),
    [
        ("localhost", 90, "localhost", False, "自己署名"),
        ("localhost", -1, "localhost", True, "期限が切れています"),
        ("phone.example.jp", 90, "localhost", True, "別の名前"),
        ("localhost", 90, "127.0.0.1", True, "この住所のものではありません"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_named(
    tmp_path: Path, name: str, days: int, host: str, trusted: bool, fault: str
) -> None:
    made = certificate(tmp_path, name, days)

    async def test() -> None:
        trusting = ssl.create_default_context(cafile=made.chain) if trusted else None
        async with tls_proxy(made, 9) as port:
            found = await asyncio.to_thread(reach.certificate, host, port, wall(), trusting)
        assert (found.level, found.key, fault in found.text) == (Level.BAD, "tls", True)
        assert found.remedy

    run(test)


def test_a_port_without_tls_and_one_where_nobody_is_are_named() -> None:
    async def test() -> None:
        async with website(echo) as site:
            plain = await asyncio.to_thread(reach.certificate, "127.0.0.1", port_of(site.http), wall())
            assert (plain.level, "TLS で答えません" in plain.text) == (Level.BAD, True)
        nobody = await asyncio.to_thread(reach.certificate, "127.0.0.1", free_port(), wall())
        assert (nobody.level, "つながりません" in nobody.text) == (Level.BAD, True)

    run(test)


def test_an_origin_without_tls_or_without_a_name_is_said_so() -> None:
    plain = reach.public(here_at(1, public_origin="http://127.0.0.1:1"), TICKET, wall())
    assert [each.key for each in plain] == ["origin", "tls"]
    assert plain[-1].level is Level.BAD
    (nameless,) = reach.public(here_at(1, public_origin="https://nowhere.invalid"), TICKET, wall())
    assert (nameless.key, nameless.level) == ("origin", Level.BAD)


def test_the_command_says_what_is_amiss_and_fails(tmp_path: Path) -> None:
    async def test() -> None:
        var = str(tmp_path / "var")
        status, found = await doctor(DENWABAN_VAR_DIR=var, DENWABAN_PORT=str(free_port()), DENWABAN_WORKERS="1")
        assert status == 1
        assert levels(found, "server") == ["bad"]
        assert levels(found, "line") == ["bad"]
        assert not (tmp_path / "var" / "denwaban.db").exists()
        status, found = await doctor(DENWABAN_VAR_DIR=var, DENWABAN_PORT="many")
        assert (status, levels(found, "settings")) == (1, ["bad"])

    run(test)


def test_the_status_page_shows_the_lines() -> None:
    async def test() -> None:
        import httpx

        calls_live, stop = LiveCalls(7), Stop()
        with closing(listen("127.0.0.1", 0)) as listener:
            app = create_app(here_at(0), echo, VIEWS, calls_live)
            app.state.lines = lambda: (SIP_READY,)
            running = asyncio.create_task(run_web(app, listener, calls_live, stop, signals=False))
            async with httpx.AsyncClient(base_url=address(listener)) as client:
                page, told = (await client.get("/")).text, (await client.get("/api/lines")).json()
            stop.ask()
            await running
        assert "denwaban@pbx に登録済み" in page
        assert "同時に 7 件まで" in page
        assert told == {
            "status": "ok",
            "calls": 0,
            "most": 7,
            "lines": [{"name": "SIP", "state": "ready", "detail": "denwaban@pbx に登録済み"}],
        }

    run(test)
