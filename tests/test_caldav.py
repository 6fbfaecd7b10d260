"""A company's calendar on a real CalDAV server follows its bookings, and its own entries are times that are full."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.booking.bookings import Books
from bot.booking.caldav import CalendarSync, collection_for
from bot.booking.collection import Collection
from bot.booking.feed import uid_of
from bot.company.rules import Calendar as Written
from bot.dialogue.actions import Book, CancelBooking, Hold
from bot.dialogue.events import Booked, Held
from bot.settings import read_settings
from bot.store import Store, open_store
from bot.store.calendars import Clash, mark_told, untold_clashes
from tests.booked import NOW, SALON
from tests.radicale_server import PASSWORD, USER, Calendar, free_port, radicale

RULES = replace(SALON, known=(), blocks=())
MORNING = "2026-11-26T10:00"


class Office:
    """A salon with its books and its calendar."""

    def __init__(self, store: Store, calendar: Calendar, password: str = PASSWORD) -> None:
        self.store = store
        self.calendar = calendar
        self.password = password
        self.books = Books(store, "salon", RULES)

    def sync(self, collection: Collection) -> CalendarSync:
        return CalendarSync(self.store, "salon", RULES, collection, lambda: NOW)

    def round(self, times: int = 1) -> None:
        """In step once, or so many times."""

        async def go() -> None:
            collection = Collection(self.calendar.url, USER, self.password)
            for _ in range(times):
                await self.sync(collection).once()
            await collection.close()

        asyncio.run(go())

    def hold(self, start: str = MORNING, call: str = "a", service: str = "cut", moving: str = "") -> Held:
        held = self.books.answer(Hold(service, start, moving=moving), call, NOW)
        assert isinstance(held, Held)
        return held

    def book(self, start: str = MORNING, call: str = "a", service: str = "cut", moving: str = "") -> str:
        held = self.hold(start, call, service, moving)
        booked = self.books.answer(Book(held.hold, "エガワ", "0312345678", "初めて"), call, NOW)
        assert isinstance(booked, Booked)
        assert booked.done
        return booked.booking

    def entry(self, booking: str) -> str:
        return self.calendar.get(f"{uid_of(booking)}.ics").replace("\r\n ", "")

    def news(self) -> list[Clash]:
        with self.store.read() as connection:
            return untold_clashes(connection, "salon")

    def full(self, *starts: str) -> list[bool]:
        """Of the room; and the chairs, as colouring needs the room alone."""
        answers = [self.hold(start, "asking", "colour").why == "full" for start in starts]
        self.books.release("asking")
        return answers


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calendar]:
    with radicale(tmp_path_factory.mktemp("radicale"), free_port()) as calendar:
        yield calendar


@pytest.fixture
def office(server: Calendar, tmp_path: Path) -> Iterator[Office]:
    calendar = Calendar(server.url.replace("bookings", tmp_path.name))
    calendar.make()
    with closing(open_store(tmp_path / "denwaban.db")) as store:
        yield Office(store, calendar)


def test_a_booking_appears_moves_and_goes(office: Office) -> None:
    key = office.book()
    office.round()
    first = office.entry(key)
    assert "SUMMARY:カット エガワ様 1名" in first
    assert "DTSTART:20261126T010000Z" in first
    office.round(2)
    assert office.entry(key) == first
    assert office.book("2026-11-27T11:00", "b", "colour", key) == key
    office.round()
    assert "DTSTART:20261127T020000Z" in office.entry(key)
    assert "LOCATION:個室" in office.entry(key)
    office.books.answer(CancelBooking(key), "c", NOW)
    office.round()
    assert office.entry(key) == ""
    office.round()
    assert office.news() == []


def test_what_others_entered_is_full_until_it_goes(office: Office) -> None:
    office.calendar.put("meeting", "DTSTART;TZID=Asia/Tokyo:20261126T100000", "DTEND;TZID=Asia/Tokyo:20261126T110000")
    office.calendar.put("holiday", "DTSTART;VALUE=DATE:20261127", "DTEND;VALUE=DATE:20261128", "SUMMARY:研修")
    office.calendar.put("birthday", "DTSTART;VALUE=DATE:20261128", "TRANSP:TRANSPARENT")
    office.calendar.put("called-off", "DTSTART:20261129T010000Z", "DTEND:20261129T020000Z", "STATUS:CANCELLED")
    office.calendar.put(
        *("weekly", "DTSTART:20261105T073000Z", "DTEND:20261105T083000Z", "RRULE:FREQ=WEEKLY", "SUMMARY:朝礼")
    )
    office.round()
    days = [f"2026-11-{day}T10:00" for day in (26, 27, 28, 29)]
    assert office.full(*days) == [True, True, False, False]
    weekly = [f"2026-{day}T16:15" for day in ("11-26", "12-03", "12-17")]
    assert office.full(*weekly) == [True, True, True]
    office.calendar.delete("meeting.ics")
    office.calendar.put("holiday", "DTSTART;VALUE=DATE:20261129", "DTEND;VALUE=DATE:20261130")
    office.round()
    assert office.full(*days) == [False, False, False, True]
    assert office.news() == []


def test_an_event_in_one_room_leaves_the_others_free(office: Office) -> None:
    office.calendar.put("visit", "DTSTART:20261126T010000Z", "DTEND:20261126T020000Z", "LOCATION:個室")
    office.round()
    assert office.full(MORNING) == [True]
    assert office.hold(MORNING).hold


def test_an_event_over_a_booking_is_told_and_the_booking_stands(office: Office) -> None:
    key = office.book()
    times = ("DTSTART:20261126T013000Z", "DTEND:20261126T023000Z")
    office.calendar.put("later", *times, "SUMMARY:来客", "CREATED:20261125T000000Z")
    office.round(2)
    (later,) = office.news()
    assert later.booking == key
    assert later.text == (
        "カレンダーの予定「来客」(11月26日(木)10時30分から)が、11月26日(木)10時00分のご予約(カット エガワ様 1名)と"
        "重なっています。先にお受けしたご予約を、そのまま残しています。"
    )
    with office.store.write() as connection:
        mark_told(connection, [later], NOW)
    office.calendar.put("earlier", *times, "CREATED:20261120T000000Z")
    office.round(2)
    (earlier,) = office.news()
    assert "「無題」" in earlier.text
    assert earlier.text.endswith("予定が先でした。お客様(電話番号 0312345678)へのご連絡をお願いします。")
    assert "DTSTART:20261126T010000Z" in office.entry(key)
    assert office.hold(MORNING, "b").why == "full"


def test_a_booking_follows_its_entry_where_there_is_room(office: Office) -> None:
    key = office.book(service="colour")
    office.round()
    dragged = office.entry(key).replace("T010000Z", "T030000Z").replace("T023000Z", "T043000Z")
    office.calendar.put_text(f"{uid_of(key)}.ics", dragged)
    office.round(2)
    assert "DTSTART:20261126T030000Z" in office.entry(key)
    assert office.full(MORNING, "2026-11-26T11:00", "2026-11-26T11:30") == [False, True, True]
    (told,) = office.news()
    assert told.text.startswith("カレンダーで動かされたご予約を、11月26日(木)12時00分のご予約(カラー エガワ様 1名)に")
    assert office.book("2026-11-27T11:00", "b", "colour", key) == key
    office.round()
    assert "DTSTART:20261127T020000Z" in office.entry(key)


@pytest.mark.parametrize(
    ("change", "how"),
    [
        (lambda text: text.replace("T020000Z", "T023000Z"), "変更"),
        (lambda text: text.replace("20261126", "20260126"), "削除"),
        (lambda text: text.replace("STATUS:CONFIRMED", "STATUS:CANCELLED"), "変更"),
        (None, "削除"),
    ],
)
def test_our_entry_is_put_back_and_that_is_told(office: Office, change: Callable[[str], str] | None, how: str) -> None:
    key = office.book()
    for call in ("b", "c"):
        office.book("2026-11-26T11:00", call)  # both chairs
    office.round()
    before = office.entry(key)
    if change is None:
        office.calendar.delete(f"{uid_of(key)}.ics")
    else:
        office.calendar.put_text(f"{uid_of(key)}.ics", change(before))
        assert office.entry(key) != before
    office.round(2)
    assert office.entry(key) == before
    (told,) = office.news()
    assert f"カレンダーで{how}されていました" in told.text


def test_a_note_that_was_added_to_our_entry_is_left(office: Office) -> None:
    key = office.book()
    office.round()
    noted = office.entry(key).replace("初めて", "初めて。紹介状あり")
    office.calendar.put_text(f"{uid_of(key)}.ics", noted)
    office.round(2)
    assert "紹介状あり" in office.entry(key)
    assert office.news() == []


def test_an_entry_that_was_written_but_not_marked_is_known_again(office: Office) -> None:
    key = office.book()
    office.round()
    before = office.entry(key)
    with office.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM copies")
    office.round(2)
    assert office.entry(key) == before
    assert office.news() == []


@asynccontextmanager
async def running(sync: CalendarSync) -> AsyncIterator[None]:
    task = asyncio.create_task(sync.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(true):
            pass


def test_a_change_is_in_the_calendar_at_once(office: Office) -> None:
    async def go() -> None:
        collection = Collection(office.calendar.url, USER, PASSWORD)
        sync = office.sync(collection)
        office.books = Books(office.store, "salon", RULES, sync.wake)
        async with running(sync):
            first = await asyncio.to_thread(office.book)
            await until(lambda: office.entry(first) != "")
            second = await asyncio.to_thread(office.book, "2026-11-26T11:00", "b")
            await until(lambda: office.entry(second) != "")
        await collection.close()

    asyncio.run(go())


def test_calls_go_on_while_the_calendar_is_away_and_it_catches_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    with closing(open_store(tmp_path / "denwaban.db")) as store:
        office = Office(store, Calendar(f"http://127.0.0.1:{port}/{USER}/bookings/"))
        asyncio.run(attempt(office, PASSWORD, 3))
        key = office.book()
        (told,) = [record for record in caplog.records if record.levelno == logging.ERROR]
        assert "ConnectError" in told.getMessage()
        assert "DENWABAN_CALDAV_PASSWORD" in told.getMessage()
        with radicale(tmp_path / "radicale", port) as calendar:
            calendar.make()
            office.round()
            assert office.entry(key)


async def attempt(office: Office, password: str, times: int) -> None:
    """Rounds as `run` goes them, one after the other."""
    collection = Collection(office.calendar.url, USER, password)
    sync = office.sync(collection)
    for _ in range(times):
        await sync.attempt()
    await collection.close()


def test_a_wrong_password_is_told(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    asyncio.run(attempt(office, "falsch", 2))
    (told,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "HTTP 401" in told.getMessage()


def test_one_entry_that_is_refused_does_not_hold_up_the_others(office: Office) -> None:
    first, second = office.book(), office.book("2026-11-26T11:00", "b")
    # in another file and out of sight: no collection has two of one UID
    office.calendar.put("x", "DTSTART:20250101T010000Z", "DTEND:20250101T020000Z", uid=uid_of(first))
    with pytest.raises(httpx.HTTPStatusError):
        office.round()
    assert office.entry(first) == ""
    assert office.entry(second)


def test_the_calendar_comes_from_the_script_and_its_password_from_the_settings(
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = read_settings({"DENWABAN_CALDAV_PASSWORD_SMILE_QUIET": "pw"})
    assert settings.caldav_password("smile-quiet") == settings.caldav_password("smile_quiet") == "pw"
    assert settings.caldav_password("smile") == ""
    assert "pw" not in repr(settings)
    assert collection_for(settings, "smile_quiet", RULES) is None
    open_one = replace(RULES, calendar=Written("http://calendar.example.jp/x/", USER))
    assert collection_for(settings, "smile_quiet", open_one) is None
    assert "https://" in caplog.text
    safe = collection_for(settings, "smile_quiet", replace(RULES, calendar=Written("https://calendar.example.jp/x")))
    assert safe is not None
    asyncio.run(safe.close())
