"""The doctor on lines, scripts, mail, disk and past calls: real sockets, a real mail server, a real store."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from bot.clock import wall
from bot.dialogue.events import Began, Digit, Event, HungUp, Measured
from bot.doctor import calls, here, lines, reach
from bot.doctor.finding import Level
from bot.journal import Entry, to_row
from bot.settings import Smtp, read_settings
from bot.store import Call, Store, begin_call, end_call, keep_script, open_store, write_rows
from bot.store.letters import Letter, enqueue, lease, mark_refused
from bot.web.server import listen
from tests.doctored import free_port, here_at
from tests.records import SCRIPT
from tests.smtp_server import Mailboxes, mail_server
from tests.website import run
from voice.lines.sip.account import Account

ROOT = Path(__file__).parent.parent


@contextmanager
def pbx(answer: bytes) -> Iterator[int]:
    """Answers SIP requests; its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                request, sender = listening.recvfrom(4096)
                if request == b"stop":
                    return
                assert request.startswith(b"OPTIONS sip:127.0.0.1")
                listening.sendto(answer, sender)

        serving = threading.Thread(target=serve)
        serving.start()
        yield int(listening.getsockname()[1])
        listening.sendto(b"stop", listening.getsockname())
        serving.join()


def test_a_pbx_is_asked_whether_it_speaks_sip() -> None:
    with pbx(b"SIP/2.0 200 OK\r\n\r\n") as port:
        assert lines.options(Account("127.0.0.1", port)).level is Level.GOOD
    assert lines.options(Account("127.0.0.1", free_port(socket.SOCK_DGRAM))).level is Level.BAD  # nobody is there
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        assert lines.options(Account("127.0.0.1", deaf.getsockname()[1])).level is Level.DOUBT


def test_the_sip_port_and_the_registration() -> None:
    with (
        pbx(b"SIP/2.0 405 Method Not Allowed\r\n\r\n") as peer,
        closing(socket.socket(type=socket.SOCK_DGRAM)) as taken,
    ):
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        account = Account("127.0.0.1", peer, listen_port=port)
        settings = read_settings(
            {"DENWABAN_SIP_URL": f"sip:127.0.0.1:{peer}", "DENWABAN_SIP_LISTEN": f"127.0.0.1:{port}"}
        )
        stands = {"name": "SIP", "state": "ready", "detail": "登録済み"}
        found = {each.key: each for each in lines.lines(settings, reach.Server("http://x", 0, (stands,)))}
        assert found["sip-port"].level is found["registration"].level is found["sip-peer"].level is Level.GOOD
        failed = {**stands, "state": "failed", "detail": "登録を断られました(401)"}
        found = {each.key: each for each in lines.lines(settings, reach.Server("http://x", 0, (failed,)))}
        assert found["registration"].level is Level.BAD
        assert {each.key: each for each in lines.sip(account, None)}["sip-port"].level is Level.BAD
        deaf = reach.Server("http://x", 0, ())
        elsewhere = replace(account, listen_port=free_port(socket.SOCK_DGRAM))
        assert {each.key: each for each in lines.sip(elsewhere, deaf)}["sip-port"].level is Level.BAD
        assert {each.key: each for each in lines.sip(elsewhere, None)}["sip-port"].level is Level.GOOD


def test_no_line_at_all_and_an_asterisk_that_is_not_there() -> None:
    (none,) = lines.lines(read_settings({}), None)
    assert none.level is Level.BAD
    port = free_port()
    given = {"DENWABAN_AUDIOSOCKET": f"127.0.0.1:{port}", "DENWABAN_ARI_URL": f"http://u:secret@127.0.0.1:{port}"}
    settings, running = read_settings(given), reach.Server("http://x", 0, ())
    assert [each.level for each in lines.asterisk(settings.lines.asterisk, running)] == [Level.BAD, Level.BAD]
    with closing(listen("127.0.0.1", port)):
        waiting, _ = lines.asterisk(replace(settings.lines.asterisk), running)
        assert waiting.level is Level.GOOD
    assert not [each for each in lines.lines(settings, running) if "secret" in each.text + each.remedy]


def test_companies_without_numbers_and_two_with_one(tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(ROOT / "scripts" / "smile_quiet", tmp_path / name)
    shutil.copy(ROOT / "scripts" / "common.toml", tmp_path)
    found = here.scripts(here_at(1, scripts_dir=tmp_path))
    assert [(each.key, each.level) for each in found] == [("scripts", Level.BAD), ("numbers", Level.GOOD)]
    assert "belongs to" in found[0].text
    for script in tmp_path.glob("*/script.toml"):
        script.write_text(re.sub(r"(?m)^numbers = .*$", "numbers = []", script.read_text()))
    (bad,) = here.scripts(here_at(1, scripts_dir=tmp_path))
    assert (bad.key, bad.level) == ("numbers", Level.BAD)
    assert here.scripts(here_at(1, scripts_dir=tmp_path / "none"))[0].level is Level.BAD


def test_mail_is_tried() -> None:
    async def test() -> None:
        async with mail_server(Mailboxes()) as boxes:
            server = Smtp("127.0.0.1", boxes.port, "none")
            found = await asyncio.to_thread(here.mail, here_at(1, smtp=server))
            assert found.level is Level.GOOD
            wrong = Smtp("127.0.0.1", boxes.port, "none", "user", "secret")
            refused = await asyncio.to_thread(here.mail, here_at(1, smtp=wrong))
            assert refused.level is Level.BAD
            assert "secret" not in refused.text + refused.remedy
        gone = await asyncio.to_thread(here.mail, here_at(1, smtp=Smtp("127.0.0.1", free_port(), "none")))
        assert gone.level is Level.BAD

    run(test)
    assert here.mail(here_at(1)).level is Level.DOUBT


def test_disk_and_clock(tmp_path: Path) -> None:
    assert here.disk(tmp_path / "not" / "yet").level in (Level.GOOD, Level.DOUBT)
    assert not list(tmp_path.iterdir())
    (tmp_path / "file").touch()
    assert here.disk(tmp_path / "file").level is Level.BAD
    assert here.clock(1000.0, 5000.0).level is Level.BAD
    assert here.clock(wall(), 0.0).level in (Level.GOOD, Level.DOUBT)


def test_engines_speak_and_hear() -> None:
    assert {each.key: each.level for each in here.engines(here_at(1))} == {"ear": Level.GOOD, "voice": Level.GOOD}
    wrong = here.engines(here_at(1, dictation="vosk:nowhere", models=Path("/nonexistent")))
    assert wrong[0].level is Level.BAD


def kept(store: Store, number: int, *events: Event, line: str = "sip", seconds: float = 20.0) -> None:
    call = Call(f"call-{number}", SCRIPT.key, SCRIPT.version, line, f"line-{number}", "042", "03", 1000.0 + number)
    rows = [to_row(Entry(call.id, n, event.at, event)) for n, event in enumerate(events)]
    with store.write() as connection:
        keep_script(connection, SCRIPT, 0.0)
        begin_call(connection, call)
        write_rows(connection, rows)
        end_call(connection, replace(call, ended=call.began + seconds, why="caller", outcome="nothing"))


def began(codec: str = "PCMU") -> Began:
    return Began(0.0, "042", "03", "sip", codec=codec)


def test_one_way_sound_is_found_in_the_last_calls(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "d.db")) as store:
        assert [each.level for each in calls.judged(calls.past_calls(store)[0])] == [Level.DOUBT]
        kept(store, 0, began(), line="browser")
        assert [each.level for each in calls.judged(calls.past_calls(store)[0])] == [Level.DOUBT]
        for number in range(1, 4):
            kept(store, number, began(), HungUp(20.0, "caller"))
        past, latest = calls.past_calls(store)
        assert latest == 1003.0
        found = {each.key: each for each in calls.judged(past)}
        assert found["one-way"].level is Level.BAD
        assert found["codec"].text == "音声の形式: PCMU 3 件"
        for number in range(4, 8):
            kept(store, number, began("opus"), Digit(3.0, "1"), Measured(20.0, 1000, 100, 5.0, 3.1))
        found = {each.key: each for each in calls.judged(calls.past_calls(store)[0])}
        assert "one-way" not in found
        assert (found["quality"].level, "10.0%" in found["quality"].text) == (Level.DOUBT, True)


def test_letters_that_do_not_leave_are_found(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "d.db")) as store:
        kept(store, 1, began())
        letter = Letter("call-1", "report", "a@example.jp", "件名", "本文", "<p>本文</p>", False, 1000.0)
        with store.write() as connection:
            enqueue(connection, [letter])
        assert calls.letters(store, 1100.0).level is Level.GOOD
        with store.write() as connection:
            queued = lease(connection, 1100.0, 1200.0, store.seat)
            assert queued is not None
            mark_refused(connection, queued.id, "550 no such user", 1200.0)
        found = calls.letters(store, 9000.0)
        assert (found.level, "550 no such user" in found.text) == (Level.BAD, True)
        assert "本文" not in found.text


def test_an_urgent_number_needs_a_line_that_rings_it(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scripts" / "smile_quiet", tmp_path / "one")
    shutil.copy(ROOT / "scripts" / "common.toml", tmp_path)
    with (tmp_path / "one" / "script.toml").open("a", encoding="utf-8") as out:
        out.write('\n[[report.urgent]]\nnumber = "090-1111-2222"\nwait_minutes = 5\n')
    without = here_at(1, scripts_dir=tmp_path)
    with_sip = replace(without, lines=replace(without.lines, sip=Account("127.0.0.1")))
    assert [each.key for each in here.scripts(with_sip)] == ["numbers"]
    *_, bad = here.scripts(without)
    assert (bad.key, bad.level) == ("urgent", Level.BAD)
    assert "DENWABAN_SIP_URL" in bad.remedy
