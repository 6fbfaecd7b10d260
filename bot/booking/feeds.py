"""The feed behind a link: which company's it is, and that company's bookings as they are now. Blocking."""

from __future__ import annotations

from collections.abc import Mapping

from bot.booking.feed import KEPT_SECONDS, FeedLinks, FeedName, feed
from bot.company.script import Script
from bot.settings import Settings
from bot.store import Store
from bot.store.bookings import list_reservations


def feed_links(settings: Settings) -> FeedLinks:
    """Links to feeds; under this machine's own address where the world does not reach it."""
    return FeedLinks(settings.public_origin or f"http://127.0.0.1:{settings.port}", settings.secret)


def feed_link(links: FeedLinks, script: Script) -> str:
    """What the company subscribes to; "" where it takes no reservations."""
    rules = script.rules.reservations
    return links.feed(FeedName(script.key, rules.calendar.feed)) if rules else ""


def open_feed(store: Store, scripts: Mapping[str, Script], links: FeedLinks, token: str, now: float) -> bytes | None:
    """The bookings as iCalendar; None where the link is forged or the company has ended it."""
    name = links.open(token)
    script = scripts.get(name.company) if name else None
    rules = script.rules.reservations if script else None
    if name is None or script is None or rules is None or rules.calendar.feed != name.word:
        return None
    with store.read() as connection:
        bookings = list_reservations(connection, script.key, now - KEPT_SECONDS, cancelled=True)
    return feed(f"{script.spoken.text} ご予約", bookings, rules)
