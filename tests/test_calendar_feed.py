"""A company's bookings as iCalendar: read back as they were written, behind a link that nobody can forge."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.booking.bookings import Books
from bot.booking.events import read
from bot.booking.feed import OURS, PATH, SUFFIX, FeedLinks, FeedName, alone, feed, key_of, uid_of
from bot.booking.feeds import feed_link, feed_links, open_feed
from bot.booking.slots import moment
from bot.company.rules import Calendar, Rules
from bot.dialogue.actions import Book, CancelBooking, Hold
from bot.dialogue.events import Booked, Held
from bot.settings import Settings
from bot.store import open_store
from bot.store.bookings import CANCELLED, Reservation, Spot
from bot.web.app import create_app
from bot.web.live import LiveCalls
from tests.booked import INN, NOW
from tests.records import SCRIPT
from tests.website import VIEWS, nobody

LINKS = FeedLinks("https://phone.example.jp", "s" * 32)
START = moment("2026-11-27T19:00").timestamp()
SPOT = Spot("table", START, START + 7200, 3)
BOOKING = Reservation("k1", "smile", "seats", SPOT, 3, "エガワ", "0312345678", "コース, 窓側; 3名", NOW, NOW + 60)


def events(content: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(content).events)


def test_a_booking_is_one_entry_that_says_all() -> None:
    (entry,) = events(feed("宿 ご予約", [BOOKING], INN))
    assert entry["uid"] == f"k1{OURS}"
    assert entry["summary"] == "お席 エガワ様 3名"
    assert entry["description"] == "電話番号: 0312345678\nコース, 窓側; 3名"
    assert entry["location"] == "席"
    assert entry["status"] == "CONFIRMED"
    assert entry.start == datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
    assert entry.end == datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def test_a_change_and_a_cancellation_are_told_of_the_same_entry() -> None:
    (entry,) = events(alone(replace(BOOKING, state=CANCELLED, version=2), INN))
    assert (entry["uid"], entry["sequence"], entry["status"]) == (f"k1{OURS}", 2, "CANCELLED")


@given(st.text(), st.text(), st.text(), st.integers(0, 2_000_000), st.integers(0, 99))
def test_any_booking_is_read_back(name: str, number: str, note: str, later: int, version: int) -> None:
    spot = replace(SPOT, start=START + later * 300.0, until=START + later * 300.0 + 3600)
    booking = replace(BOOKING, name=name, number=number, note=note, spot=spot, version=version)
    content = alone(booking, INN)
    assert content == alone(booking, INN)
    (seen,) = read(content.decode(), INN, spot.start - 86400, spot.until + 86400)
    assert (seen.key, seen.start, seen.until, seen.resource) == ("k1", spot.start, spot.until, "table")
    assert seen.takes
    assert max(map(len, content.split(b"\r\n"))) <= 75


def test_only_our_uids_are_ours() -> None:
    assert key_of(uid_of("k1")) == "k1"
    assert key_of("k1@elsewhere.example") == ""


@given(st.text(), st.text())
def test_a_link_names_its_feed_for_good(company: str, word: str) -> None:
    address = LINKS.feed(FeedName(company, word))
    token = address.removeprefix(f"https://phone.example.jp{PATH}").removesuffix(SUFFIX)
    assert LINKS.open(token) == FeedName(company, word)
    assert FeedLinks("https://phone.example.jp", "t" * 32).open(token) is None


@given(st.text())
def test_noise_opens_no_feed(token: str) -> None:
    assert LINKS.open(token) is None


def test_a_feed_shows_bookings_until_the_company_ends_its_link(tmp_path: Path) -> None:
    store = open_store(tmp_path / "denwaban.db")
    script = replace(SCRIPT, rules=Rules(reservations=INN))
    books = Books(store, script.key, INN)
    keys = []
    for call in ("a", "b"):
        held = books.answer(Hold("seats", "2026-11-27T19:00", party=3), call, NOW)
        assert isinstance(held, Held)
        booked = books.answer(Book(held.hold, "エガワ", "0312345678"), call, NOW)
        assert isinstance(booked, Booked)
        keys.append(booked.booking)
    books.answer(CancelBooking(keys[1]), "c", NOW)
    links = feed_links(Settings(secret="s" * 32))
    token = feed_link(links, script).removeprefix(f"http://127.0.0.1:8080{PATH}").removesuffix(SUFFIX)
    content = open_feed(store, {script.key: script}, links, token, NOW)
    assert content is not None
    assert {str(each["uid"]): str(each["status"]) for each in events(content)} == {
        uid_of(keys[0]): "CONFIRMED",
        uid_of(keys[1]): "CANCELLED",
    }
    ended = replace(script, rules=Rules(reservations=replace(INN, calendar=Calendar(feed="2"))))
    assert open_feed(store, {script.key: ended}, links, token, NOW) is None
    assert open_feed(store, {script.key: SCRIPT}, links, token, NOW) is None
    assert open_feed(store, {}, links, token, NOW) is None
    assert open_feed(store, {script.key: script}, links, f"{token}x", NOW) is None
    assert feed_link(links, SCRIPT) == ""
    store.close()


@pytest.mark.parametrize(("token", "code"), [("good", 200), ("forged", 404)])
def test_the_route_gives_the_feed_to_whoever_has_the_link(token: str, code: int) -> None:
    async def calendar(asked: str) -> bytes | None:
        return b"BEGIN:VCALENDAR" if asked == "good" else None

    app = create_app(Settings(secret="s" * 32), nobody, replace(VIEWS, calendar=calendar), LiveCalls())

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
            return await client.get(f"{PATH}{token}{SUFFIX}")

    answer = asyncio.run(get())
    assert answer.status_code == code
    assert answer.headers["content-type"].startswith("text/calendar" if code == 200 else "text/plain")
    assert ("BEGIN:VCALENDAR" in answer.text) == (code == 200)
