"""Every letter reaches its mailbox once, whatever the mail server says and for how long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import Now, run_virtual
from bot.reporting.mail import FileSender, Receipt, Sender, SmtpSender, pack
from bot.reporting.outbox import FIRST_SECONDS, LASTING_TRIES, LEASE_SECONDS, LONGEST_SECONDS, Outbox, backoff
from bot.settings import Smtp
from bot.store import Clip, Store, begin_call, keep_clips, keep_script, open_store
from bot.store.letters import Letter, Queued, enqueue, lease, list_letters, mark_accepted
from tests.records import BEGAN, CALL, SCRIPT
from tests.smtp_server import Mailboxes, mail_server

SENDER = "denwaban@smilecorp.example"
EIGYO, SOUMU = (each.address for each in SCRIPT.recipients)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "denwaban.db")
    with opened.write() as connection:
        keep_script(connection, SCRIPT, BEGAN)
        begin_call(connection, CALL)
        keep_clips(connection, CALL.id, [Clip("number.wav", "折り返し先", b"RIFF" * 100)])
    yield opened
    opened.close()


def post(store: Store, *recipients: str) -> None:
    letters = [
        Letter(CALL.id, "report", to, "お電話(11/24 14:10)", "本文", "<p>本文</p>", True, BEGAN) for to in recipients
    ]
    with store.write() as connection:
        enqueue(connection, letters)


def queued(store: Store) -> list[Queued]:
    with store.read() as connection:
        return list_letters(connection)


def smtp(port: int) -> SmtpSender:
    return SmtpSender(Smtp("127.0.0.1", port, "none"))


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = BEGAN + 100.0

    def now(self) -> float:
        return self.at


def test_every_recipient_gets_one_whole_mail(store: Store) -> None:
    async def deliver() -> Mailboxes:
        async with mail_server(Mailboxes()) as boxes:
            post(store, EIGYO, SOUMU)
            post(store, EIGYO)
            outbox = Outbox(store, smtp(boxes.port), SENDER, Clock().now)
            assert await outbox.deliver() is None
            assert await outbox.deliver() is None
        return boxes

    boxes = asyncio.run(deliver())
    assert sorted(to for to, _ in boxes.got) == [EIGYO, SOUMU]
    message = boxes.got[0][1]
    assert message["Subject"] == "お電話(11/24 14:10)"
    assert message["From"] == SENDER
    assert [part.get_filename() for part in message.iter_attachments()] == ["number.wav"]
    assert [letter.accepted for letter in queued(store)] == [BEGAN + 100.0] * 2


def test_what_the_server_puts_off_is_tried_again_later_and_the_rest_goes_out(store: Store) -> None:
    async def deliver(clock: Clock) -> list[tuple[float | None, int]]:
        answers = iter(["451 try later", "421 busy", "250 OK"])
        boxes = Mailboxes(rcpt=lambda to: next(answers) if to == EIGYO else "250 OK")
        seen = []
        async with mail_server(boxes):
            post(store, EIGYO, SOUMU)
            outbox = Outbox(store, smtp(boxes.port), SENDER, clock.now)
            for _ in range(3):
                soonest = await outbox.deliver()
                seen.append((soonest, len(boxes.got)))
                clock.at = soonest or clock.at
        return seen

    start = Clock().at
    first, second = start + backoff(1), start + backoff(1) + backoff(2)
    assert asyncio.run(deliver(Clock())) == [(first, 1), (second, 1), (None, 2)]


def test_what_is_refused_for_good_is_kept_told_and_revived(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    async def deliver() -> None:
        clock = Clock()
        boxes = Mailboxes(rcpt=lambda to: "550 no such user")
        async with mail_server(boxes):
            post(store, EIGYO)
            outbox = Outbox(store, smtp(boxes.port), SENDER, clock.now)
            for _ in range(LASTING_TRIES):
                clock.at += LONGEST_SECONDS
                await outbox.deliver()
            (letter,) = queued(store)
            assert letter.failed == clock.at
            assert letter.error == "550 no such user"
            assert await outbox.deliver() is None
            boxes.rcpt = lambda to: "250 OK"
            await outbox.start()
            await outbox.deliver()
            assert len(boxes.ids(EIGYO)) == 1

    asyncio.run(deliver())
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "correct the recipient" in record.getMessage()
    assert "550 no such user" in record.getMessage()


def test_an_unreachable_server_is_told_once_and_nothing_waits_when_it_is_back(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async def deliver() -> None:
        clock = Clock()
        async with mail_server(Mailboxes()) as boxes:
            port = boxes.port
        post(store, EIGYO, SOUMU)
        outbox = Outbox(store, smtp(port), SENDER, clock.now)
        for _ in range(12):
            await outbox.deliver()
            clock.at += 60.0
        assert all(letter.tries >= 3 and letter.accepted is None for letter in queued(store))
        clock.at += LONGEST_SECONDS
        async with mail_server(boxes, port):
            post(store, "third@smilecorp.example")
            assert await outbox.deliver() is None
        assert sorted(to for to, _ in boxes.got) == [EIGYO, SOUMU, "third@smilecorp.example"]

    asyncio.run(deliver())
    assert len([record for record in caplog.records if "cannot be handed over" in record.getMessage()]) == 1


def test_a_letter_that_can_be_no_mail_does_not_hold_up_the_others(store: Store) -> None:
    async def deliver() -> Mailboxes:
        async with mail_server(Mailboxes()) as boxes:
            post(store, "a@b\nBcc: c@d", EIGYO)
            await Outbox(store, smtp(boxes.port), SENDER, Clock().now).deliver()
        return boxes

    assert [to for to, _ in asyncio.run(deliver()).got] == [EIGYO]


def test_a_leased_letter_is_left_alone_until_its_lease_ends(store: Store) -> None:
    post(store, EIGYO)
    with store.write() as connection:
        mine = lease(connection, BEGAN, BEGAN + LEASE_SECONDS, store.seat)
        assert mine is not None
        assert mine.tries == 1
        assert lease(connection, BEGAN + LEASE_SECONDS - 1, BEGAN + 999, "other") is None
        again = lease(connection, BEGAN + LEASE_SECONDS, BEGAN + 999, "other")
        assert again is not None
        assert (again.id, again.tries) == (mine.id, 2)
        mark_accepted(connection, mine.id, BEGAN)
        assert lease(connection, BEGAN + 9999, BEGAN + 99999, "other") is None


def test_only_leases_of_the_dead_are_freed_at_the_start(store: Store, tmp_path: Path) -> None:
    other = open_store(tmp_path / "denwaban.db")
    post(store, EIGYO, SOUMU)
    with store.write() as connection:
        lease(connection, BEGAN, BEGAN + LEASE_SECONDS, other.seat)
        lease(connection, BEGAN, BEGAN + LEASE_SECONDS, "77")
    clock = Clock()

    async def deliver() -> list[str]:
        async with mail_server(Mailboxes()) as boxes:
            outbox = Outbox(store, smtp(boxes.port), SENDER, clock.now)
            await outbox.start()
            assert await outbox.deliver() == BEGAN + LEASE_SECONDS
            return [to for to, _ in boxes.got]

    assert asyncio.run(deliver()) == [SOUMU]
    other.close()


def test_the_running_outbox_sends_what_it_is_woken_for(store: Store) -> None:
    async def live() -> list[str]:
        came = asyncio.Event()

        def take(recipient: str) -> str:
            came.set()
            return "250 OK"

        async with mail_server(Mailboxes(data=take)) as boxes:
            outbox = Outbox(store, smtp(boxes.port), SENDER, Clock().now)
            running = asyncio.create_task(outbox.run())
            for recipient in (EIGYO, SOUMU):
                came.clear()
                post(store, recipient)
                outbox.wake()
                await came.wait()
            running.cancel()
            await asyncio.wait({running})
            return [to for to, _ in boxes.got]

    assert asyncio.run(live()) == [EIGYO, SOUMU]
    assert all(letter.accepted is not None for letter in queued(store))


async def at_once(function: Callable[..., object], /, *args: object) -> object:
    return function(*args)


def test_a_folder_that_cannot_be_written_is_tried_until_it_can(store: Store, tmp_path: Path) -> None:
    """On virtual time: two hours of trouble, then one file a letter, and none twice."""
    mail = tmp_path / "mail"
    mail.write_text("in the way")

    async def live(now: Now) -> None:
        outbox = Outbox(store, FileSender(mail, at_once), SENDER, now, at_once)
        running = asyncio.create_task(outbox.run())
        post(store, EIGYO, SOUMU)
        await asyncio.sleep(7200.0)
        assert all(letter.tries >= 10 for letter in queued(store))
        mail.unlink()
        await asyncio.sleep(LONGEST_SECONDS + FIRST_SECONDS)
        running.cancel()
        await asyncio.wait({running})

    run_virtual(live, BEGAN)
    assert [letter.accepted is not None for letter in queued(store)] == [True, True]
    assert len(list(mail.iterdir())) == 2
    assert {path.suffix for path in mail.iterdir()} == {".eml"}


def test_a_file_that_is_written_again_replaces_itself(tmp_path: Path) -> None:
    sender: Sender = FileSender(tmp_path)
    mail = pack(Letter(CALL.id, "report", EIGYO, "題", "本文", "<p>本文</p>", False, BEGAN), SENDER, [])

    async def send() -> list[Receipt]:
        return [await sender.send(mail), await sender.send(mail)]

    assert asyncio.run(send()) == [Receipt(True)] * 2
    (path,) = tmp_path.iterdir()
    assert path.name.startswith("20261124-141000-")
    assert path.read_bytes() == mail.content


@given(st.integers(-5, 10**6))
def test_waits_grow_to_a_limit(tries: int) -> None:
    assert FIRST_SECONDS <= backoff(tries) <= backoff(tries + 1) <= LONGEST_SECONDS
    assert backoff(1) == FIRST_SECONDS
