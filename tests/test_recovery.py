"""However a call ends, and wherever its process is killed, its report goes out once and says what was captured."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import soundfile

from bot.company.load import load_script
from bot.company.rules import FollowUp, Recipient, RouteStep, Rules
from bot.company.script import Script
from bot.dialogue.actions import Action, Recall
from bot.dialogue.events import Event, Heard, HungUp
from bot.dialogue.state import State
from bot.dialogue.step import step
from bot.journal import Journal
from bot.recall import recall
from bot.recovery import Closing, close_call, finish, recover_calls
from bot.reporting.links import PATH, ClipName, Links
from bot.reporting.mail import FileSender
from bot.reporting.outbox import Outbox
from bot.store import Row, Store, find_call, find_clip, list_clips, open_store, read_rows, write_rows
from bot.store.letters import Queued, list_letters
from tests.killed import FOLLOW
from tests.records import BEGAN, CALL, leave_call, talk
from tests.smtp_server import Mailboxes, mail_server

NOW = BEGAN + 3600.0
RECIPIENTS = ("eigyo@smilecorp.example", "soumu@smilecorp.example")
SCRIPT = load_script(Path(__file__).parent.parent / "scripts" / "smile")
SMILE = replace(SCRIPT, recipients=tuple(map(Recipient, RECIPIENTS)))


@pytest.fixture
def left(tmp_path: Path) -> Iterator[Store]:
    """A store with the call that a killed process left."""
    store = open_store(leave_call(tmp_path, SMILE))
    yield store
    store.close()


def letters(store: Store) -> list[Queued]:
    with store.read() as connection:
        return list_letters(connection, CALL.id)


def test_an_unfinished_call_is_reported_once_with_all_that_was_captured(left: Store, tmp_path: Path) -> None:
    closing = Closing(left, step)
    assert recover_calls(closing, NOW) == [CALL.id]
    assert recover_calls(closing, NOW) == []
    assert finish(closing, CALL.id, NOW) is False
    first, second = letters(left)
    assert (first.letter.recipient, second.letter.recipient) == RECIPIENTS
    text = first.letter.text
    assert "スマイル企画 エガワ様より栗本宛" in first.letter.subject
    assert "エガワ 様【確認済み】" in text
    assert "012-3456-7890【聞き取りのみ(未確認)】" in text
    assert "当方の不具合により、受付が途中で止まりました" in text
    assert first.letter.attach
    with left.read() as connection:
        call = find_call(connection, CALL.id)
        clips = list_clips(connection, CALL.id)
        rows = read_rows(connection, CALL.id)
    assert call is not None
    assert (call.ended, call.why, call.outcome) == (BEGAN + 27.0, "crash", "abandoned")
    assert (rows[-1].kind, [row.n for row in rows]) == ("HungUp", list(range(len(rows))))
    assert soundfile.info(call.recording).channels == 2
    assert list(tmp_path.glob("*.pcm")) == []
    assert {"caller_name.wav", "number.wav", "call.wav"} <= {clip.name for clip in clips}
    for clip in clips:
        path = tmp_path / clip.name
        path.write_bytes(clip.content)
        assert soundfile.info(path).channels == 1
        assert soundfile.info(path).duration > 1.0


def test_an_ended_call_is_remembered_of_its_caller(left: Store) -> None:
    assert recall(left, SMILE, Recall("01234567890"), NOW).earlier == ()
    finish(Closing(left, step), CALL.id, NOW)
    for asked in (Recall("01234567890"), Recall(CALL.caller), Recall("", "エガワ")):
        (earlier,) = recall(left, SMILE, asked, NOW).earlier
        assert (earlier.at, earlier.name, earlier.staff) == (BEGAN, "エガワ", "kurimoto")


def test_with_a_public_origin_clips_are_linked(left: Store) -> None:
    links = Links("https://phone.example.jp", "s" * 32, 3600.0)
    assert finish(Closing(left, step, links), CALL.id, NOW)
    letter = letters(left)[0].letter
    assert not letter.attach
    tokens = [line.partition(PATH)[2] for line in letter.text.splitlines() if PATH in line]
    assert tokens
    for token in tokens:
        name = links.open(token, NOW)
        assert name is not None
        with left.read() as connection:
            assert find_clip(connection, name.call_id, name.name) is not None
    assert links.open(tokens[0], NOW + 3600.0) is None
    assert isinstance(links.open(tokens[0], NOW), ClipName)


def test_calls_of_a_living_process_are_left_alone(left: Store, tmp_path: Path) -> None:
    journal = Journal(left, own_thread=False)
    journal.begin(replace(CALL, id="live", script_version=SMILE.version), SMILE)
    assert journal.flush()
    other = open_store(tmp_path / "denwaban.db")
    # The dead process had the first seat, which `left` has taken since: to others its calls look alive.
    assert recover_calls(Closing(other, step), NOW) == []
    other.close()


def test_a_silent_call_is_closed_without_a_report(left: Store) -> None:
    journal = Journal(left, own_thread=False)
    journal.begin(replace(CALL, id="silent", script_version=SMILE.version), SMILE)
    for event in (talk()[0], HungUp(BEGAN + 5.0, "caller")):
        journal.append("silent", event.at, event)
    assert journal.flush()
    assert finish(Closing(left, step), "silent", NOW)
    with left.read() as connection:
        call = find_call(connection, "silent")
        assert call is not None
        assert (call.ended, call.why, call.outcome) == (BEGAN + 5.0, "caller", "nothing")
        assert list_letters(connection, "silent") == []


def test_a_mind_that_breaks_costs_its_part_of_the_report_only(left: Store) -> None:
    def breaking(script: Script, state: State, event: Event) -> tuple[State, tuple[Action, ...]]:
        if isinstance(event, Heard) and event.meaning.slots.number:
            raise KeyError("a fault of ours")
        return step(script, state, event)

    assert finish(Closing(left, breaking), CALL.id, NOW)
    text = letters(left)[0].letter.text
    assert "エガワ 様【確認済み】" in text
    assert "折り返し先:(聞き取れず)" in text
    assert "処理に不具合があり" in text


def test_an_entry_of_a_newer_version_is_left_out_and_said_so(left: Store) -> None:
    with left.write() as connection:
        write_rows(connection, [Row(CALL.id, 999, BEGAN + 30.0, "Teleported", "{}")])
    assert finish(Closing(left, step), CALL.id, NOW)
    text = letters(left)[0].letter.text
    assert "エガワ 様【確認済み】" in text
    assert "記録の一部を読み取れませんでした" in text


def test_a_recording_that_cannot_be_read_does_not_cost_the_report(left: Store, tmp_path: Path) -> None:
    (tmp_path / f"{CALL.id}.8000.pcm").unlink()
    (tmp_path / f"{CALL.id}.flac").write_bytes(b"no sound at all")
    assert finish(Closing(left, step), CALL.id, NOW)
    assert "エガワ 様【確認済み】" in letters(left)[0].letter.text
    with left.read() as connection:
        assert list_clips(connection, CALL.id) == []


def test_a_value_said_after_the_recording_ends_has_no_clip(tmp_path: Path) -> None:
    store = open_store(leave_call(tmp_path, SMILE, 12))
    assert finish(Closing(store, step), CALL.id, NOW)
    with store.read() as connection:
        assert {clip.name for clip in list_clips(connection, CALL.id)} == {"caller_name.wav", "call.wav"}
    store.close()


def test_the_normal_end_takes_the_same_way(tmp_path: Path) -> None:
    store = open_store(tmp_path / "denwaban.db")
    journal = Journal(store)
    mail = tmp_path / "mail"

    async def live() -> None:
        journal.begin(replace(CALL, script_version=SMILE.version), SMILE)
        for event in (*talk(), HungUp(BEGAN + 29.0, "caller")):
            journal.append(CALL.id, event.at, event)
        outbox = Outbox(store, FileSender(mail), "denwaban@localhost", lambda: NOW)
        await close_call(Closing(store, step), journal, outbox, CALL.id, lambda: NOW, asyncio.to_thread)
        await outbox.deliver()

    asyncio.run(live())
    assert "それまでに伺った内容です" in letters(store)[0].letter.text
    assert len(list(mail.glob("*.eml"))) == 2
    assert journal.close()
    store.close()


@dataclass(slots=True)
class Mortal:
    """The process of `tests/killed.py`."""

    process: Process

    async def does(self, database: Path, way: str, fatal: int, begun: Callable[[int], None]) -> int:
        """One task; the exit status, -9 where it was killed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{database} {way} {fatal}\n".encode())
        begun(int((await self.process.stdout.readline()).split()[1]))
        return int((await self.process.stdout.readline()).split()[1])


@asynccontextmanager
async def mortal() -> AsyncIterator[Mortal]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.killed", stdin=PIPE, stdout=PIPE)
    yield Mortal(process)
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


def accepted(database: Path) -> set[str]:
    """Recipients whose letter is marked accepted."""
    store = open_store(database)
    marked = {letter.letter.recipient for letter in letters(store) if letter.accepted is not None}
    store.close()
    return marked


def forget(pid: int) -> None:
    """Nothing is done to the process once it has begun."""


def copy_of(left_call: Path, to: Path) -> Path:
    """The same left-over call in a folder of its own; returns its database."""
    shutil.copytree(left_call, to)
    store = open_store(to / "denwaban.db")
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE calls SET recording = ?", (str(to / f"{CALL.id}.flac"),))
    store.close()
    return to / "denwaban.db"


def test_killed_before_any_statement_every_report_still_arrives_once(tmp_path: Path) -> None:
    """Only a letter that was accepted and not yet marked may come twice, and then under the same Message-ID."""
    leave_call(tmp_path / "left", SMILE, 8)

    async def die_everywhere() -> tuple[int, int]:
        fatal, twice = 0, 0
        async with mortal() as process:
            while True:
                fatal += 1
                database = copy_of(tmp_path / "left", tmp_path / str(fatal))
                async with mail_server(Mailboxes()) as boxes:
                    status = await process.does(database, str(boxes.port), fatal, forget)
                    before = {to for to, _ in boxes.got} - accepted(database)
                    assert await process.does(database, str(boxes.port), 0, forget) == 0
                for recipient in RECIPIENTS:
                    ids = boxes.ids(recipient)
                    assert len(ids) == 1 + (recipient in before), (fatal, recipient)
                    assert len(set(ids)) == 1
                twice += len(before)
                if status == 0:
                    return fatal, twice
                assert status == -signal.SIGKILL

    points, twice = asyncio.run(die_everywhere())
    assert points > 20  # recovering, two letters: fewer would mean that the process did not do its work
    assert twice > 0  # the window was met, and told apart


def test_killed_every_few_statements_every_file_is_written_once(tmp_path: Path) -> None:
    leave_call(tmp_path / "left", SMILE, 8)

    async def die_everywhere() -> None:
        fatal, status = 0, -signal.SIGKILL
        async with mortal() as process:
            while status != 0:
                fatal += 3
                mail = tmp_path / f"mail{fatal}"
                database = copy_of(tmp_path / "left", tmp_path / str(fatal))
                status = await process.does(database, str(mail), fatal, forget)
                assert await process.does(database, str(mail), 0, forget) == 0
                assert [path.suffix for path in mail.iterdir()] == [".eml", ".eml"]

    asyncio.run(die_everywhere())


def test_killed_before_any_statement_of_a_follow_up_its_letter_is_written_once(tmp_path: Path) -> None:
    rules = Rules(follow_up=FollowUp(route=(RouteStep(RECIPIENTS[1], 60.0), RouteStep(RECIPIENTS[0], 60.0))))
    store = open_store(leave_call(tmp_path / "left", replace(SMILE, rules=rules), 8))
    assert finish(Closing(store, step), CALL.id, NOW)
    store.close()

    async def die_everywhere() -> int:
        fatal, status = 0, -signal.SIGKILL
        async with mortal() as process:
            while status != 0:
                fatal += 1
                database = copy_of(tmp_path / "left", tmp_path / str(fatal))
                status = await process.does(database, FOLLOW, fatal, forget)
                assert await process.does(database, FOLLOW, 0, forget) == 0
                store = open_store(database)
                told = [queued.letter.recipient for queued in letters(store) if queued.letter.kind == "urgent"]
                store.close()
                assert told == [RECIPIENTS[1]], fatal
        return fatal

    assert asyncio.run(die_everywhere()) > 8


@pytest.mark.parametrize("moment", ["rcpt", "data"])
def test_killed_while_talking_to_the_mail_server(tmp_path: Path, moment: str) -> None:
    """Before the server has the message nothing is doubled; once it has it, it may be."""
    database = leave_call(tmp_path, SMILE, 8)

    async def die() -> list[int]:
        pids: list[int] = []

        def kill(recipient: str) -> str:
            if pids:
                os.kill(pids.pop(), signal.SIGKILL)
            return "250 OK"

        boxes = Mailboxes(rcpt=kill) if moment == "rcpt" else Mailboxes(data=kill)
        async with mail_server(boxes), mortal() as process:
            assert await process.does(database, str(boxes.port), 0, pids.append) == -signal.SIGKILL
            assert await process.does(database, str(boxes.port), 0, forget) == 0
        assert all(len(set(boxes.ids(to))) == 1 for to in RECIPIENTS)
        return [len(boxes.ids(to)) for to in RECIPIENTS]

    assert asyncio.run(die()) == ([1, 1] if moment == "rcpt" else [2, 1])
