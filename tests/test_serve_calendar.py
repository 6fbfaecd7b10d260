"""What is booked is seen from without: in the company's calendar on a real CalDAV server, and in its feed over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from bot import clock
from bot.__main__ import app
from bot.booking.bookings import Books
from bot.booking.caldav import ROUND_SECONDS
from bot.booking.feed import uid_of
from bot.company.load import load_all
from bot.dialogue.actions import Book, Hold
from bot.dialogue.events import Booked, Held
from bot.dialogue.hours import local
from bot.opened import keep_calendars, open_books
from bot.settings import read_settings
from bot.store import open_store
from tests.radicale_server import PASSWORD, USER, Calendar, free_port, radicale
from tests.served import ROOT, environ, one_company, run, serving, until

CLINIC = ROOT / "scripts" / "hidamari" / "reservations.toml"


@pytest.fixture
def calendar(tmp_path: Path) -> Iterator[Calendar]:
    with radicale(tmp_path / "radicale", free_port()) as made:
        made.make()
        yield made


@pytest.fixture
def var(tmp_path: Path, calendar: Calendar) -> dict[str, str]:
    """The environment of a company that takes bookings and has that calendar."""
    scripts = one_company(tmp_path)
    written = f'\n[calendar]\nurl = "{calendar.url}"\nuser = "{USER}"\n'
    (scripts / "smile" / "reservations.toml").write_text(CLINIC.read_text("utf-8") + written, "utf-8")
    return environ(tmp_path, scripts, DENWABAN_CALDAV_PASSWORD_SMILE=PASSWORD)


def book(books: Books, call: str) -> str:
    """Whatever is free first within a fortnight; the booking's key."""
    now = clock.wall()
    first, last = (f"{local(now + days * 86400.0):%Y-%m-%d}" for days in (1, 14))
    free = books.answer(Hold("visit", first, last), call, now)
    assert isinstance(free, Held)
    held = books.answer(Hold("visit", free.free[0]), call, now)
    assert isinstance(held, Held)
    booked = books.answer(Book(held.hold, "エガワ", "0312345678"), call, now)
    assert isinstance(booked, Booked)
    assert booked.done
    return booked.booking


def test_a_server_brings_bookings_into_the_calendar_and_gives_out_the_feed(
    tmp_path: Path, calendar: Calendar, var: dict[str, str]
) -> None:
    scripts, _ = load_all(tmp_path / "scripts")
    (tmp_path / "var").mkdir()
    with closing(open_store(tmp_path / "var" / "denwaban.db")) as store:
        key = book(open_books(store, scripts, clock.wall())["smile"], "a")

    async def test() -> None:
        async with serving(var) as server:
            await until(lambda: "エガワ様" in calendar.get(f"{uid_of(key)}.ics"))
            shown = CliRunner().invoke(app, ["calendar"], env=var | {"DENWABAN_PUBLIC_ORIGIN": server.url})
            assert shown.exit_code == 0, shown.output
            async with httpx.AsyncClient(trust_env=False) as client:
                link = shown.output.removeprefix("smile: ").strip()
                feed = await client.get(link)
                assert (feed.status_code, feed.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
                assert f"UID:{uid_of(key)}" in feed.text
                assert (await client.get(link.replace(".ics", "x.ics"))).status_code == 404
            assert await server.stopped() == 0

    run(test)
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def test_a_booking_made_in_the_server_is_in_the_calendar_before_the_next_round(
    tmp_path: Path, calendar: Calendar, var: dict[str, str]
) -> None:
    scripts, _ = load_all(tmp_path / "scripts")

    async def test() -> None:
        with closing(open_store(tmp_path / "denwaban.db")) as store:
            async with AsyncExitStack() as opened:
                changed = keep_calendars(opened, read_settings(var), store, scripts)
                assert set(changed) == {"smile"}
                books = open_books(store, scripts, clock.wall(), changed)["smile"]
                first = await asyncio.to_thread(book, books, "a")
                await until(lambda: calendar.get(f"{uid_of(first)}.ics") != "")
                second = await asyncio.to_thread(book, books, "b")
                async with asyncio.timeout(0.8 * ROUND_SECONDS):
                    await until(lambda: calendar.get(f"{uid_of(second)}.ics") != "")

    run(test)
