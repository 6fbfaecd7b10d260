"""The day's digest: every refused call once, in the caller's words, and nothing on a day without."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import pytest

from bot.clock import Now, run_virtual
from bot.company.rules import Recipient, Span
from bot.company.script import Script
from bot.dialogue.hours import TOKYO
from bot.dialogue.state import Captured, Facts, Outcome
from bot.reporting.digest import last_digest, next_digest
from bot.reporting.links import MARK_PATH, Mark, MarkKind
from bot.store import Store, open_store
from bot.store.bookings import Reservation, Spot, keep_reservation
from bot.store.calendars import Clash, keep_clashes, untold_clashes
from bot.store.letters import Letter, list_letters
from nlu.meaning import Reason
from tests.followed import ENDED, LINKS, A, B, Desk, company

SIX = datetime(2026, 11, 24, 18, 0, tzinfo=TOKYO).timestamp()
SALES = Facts(
    caller_name=Captured("ヤマダ", "山田"),
    company=Captured("ヒカリツウシン", "ひかり<通信>"),
    purpose=Captured("電話料金の削減"),
    reason=Reason.SALES,
)
SCRIPT = company(digest_at=time(18, 0))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "denwaban.db")
    yield opened
    opened.close()


def digests(store: Store) -> list[Letter]:
    with store.read() as connection:
        return [queued.letter for queued in list_letters(connection) if queued.letter.kind.startswith("digest")]


async def hours(desk: Desk, count: float) -> None:
    """As the loop beside the outbox, which looks more often."""
    for _ in range(int(count * 6)):
        await desk.follow_ups().look()
        await asyncio.sleep(600.0)


def after(store: Store, count: float, *outcomes: Outcome, script: Script = SCRIPT, facts: Facts = SALES) -> Desk:
    """A call of each outcome at 14:11, and the loop for that many hours."""

    async def main(now: Now) -> Desk:
        desk = Desk(store, script, facts, now)
        for number, outcome in enumerate(outcomes):
            replace(desk, outcome=outcome).end(f"call-{number}")
        await hours(desk, count)
        return desk

    return run_virtual(main, ENDED)


def test_a_digest_has_its_hour() -> None:
    assert last_digest(SCRIPT, SIX) == SIX
    assert last_digest(SCRIPT, SIX - 1.0) == SIX - 86400.0
    assert next_digest(SCRIPT, SIX - 1.0) == SIX
    assert next_digest(SCRIPT, SIX) == SIX + 86400.0
    midnight = company(digest_at=time(0, 0))
    assert last_digest(midnight, SIX) == SIX - 18 * 3600.0


def test_refused_calls_are_told_once_at_the_hour_to_every_recipient(store: Store) -> None:
    after(store, 3.8, Outcome.REFUSED, Outcome.REFUSED)
    assert digests(store) == []
    after(store, 30.0)
    first, second = digests(store)
    assert (first.recipient, second.recipient) == (A, B)
    assert SIX <= first.created <= SIX + 660.0
    assert first.subject == "【営業電話のまとめ】スマイル精工 2件(11/24)"
    assert first.text.startswith("営業のお電話を2件、お断りしました。\n\n■ 11月24日(火) 14:10 03-1234-5678 ")
    assert "ひかり<通信> ヤマダ様\n「スマイル企画の江川と申しますが至急栗本さんをお願いします」\n「はい」" in first.text
    assert "ひかり&lt;通信&gt; ヤマダ様" in first.html
    tokens = re.findall(rf"{MARK_PATH}(\S+)", first.text)
    marks = {LINKS.open_mark(token, first.created) for token in tokens}
    assert marks == {Mark(MarkKind.ALLOW, f"call-{n}", A) for n in range(2)}
    assert all(token in first.html for token in tokens)


def test_a_day_without_refused_calls_has_no_digest(store: Store) -> None:
    after(store, 30.0, Outcome.MESSAGE, Outcome.NOTHING, Outcome.FAX, Outcome.WRONG_NUMBER)
    assert digests(store) == []


def test_a_call_refused_after_the_hour_is_told_the_next_day(store: Store) -> None:
    async def main(now: Now) -> None:
        desk = Desk(store, SCRIPT, SALES, now, Outcome.REFUSED)
        await hours(desk, 4.0)
        desk.end()
        await hours(desk, 23.0)
        assert digests(store) == []
        await hours(desk, 1.0)

    run_virtual(main, ENDED)
    assert {letter.subject for letter in digests(store)} == {"【営業電話のまとめ】スマイル精工 1件(11/25)"}


def test_what_a_dead_server_missed_is_told_when_it_is_back(store: Store) -> None:
    async def main(now: Now) -> None:
        desk = Desk(store, SCRIPT, SALES, now, Outcome.REFUSED)
        desk.end()
        late = Desk(store, SCRIPT, SALES, lambda: now() + 3 * 86400.0, Outcome.REFUSED)
        await late.follow_ups().look()
        await late.follow_ups().look()

    run_virtual(main, ENDED)
    assert [letter.created for letter in digests(store)] == [ENDED + 3 * 86400.0] * 2


def test_it_counts_the_silent_and_lists_what_was_not_answered(store: Store) -> None:
    facts = replace(SALES, unanswered=("駐車場に屋根はありますか",))
    after(store, 5.0, Outcome.REFUSED, Outcome.FAX, Outcome.FAX, facts=facts)
    text = digests(store)[0].text
    assert text.count("「駐車場に屋根はありますか」") == 3
    assert "無言や機械からのお電話が2件ありました。" in text
    assert text.count("営業ではありませんでした") == 1


def test_it_goes_to_those_whom_sales_concern(store: Store) -> None:
    boss = Recipient("boss@smilecorp.example", urgent_only=True)
    night = Recipient("night@smilecorp.example", hours=Span(time(20), time(8)))
    sales = Recipient("soumu@smilecorp.example", reasons=(Reason.SALES,))
    orders = Recipient("orders@smilecorp.example", reasons=(Reason.MESSAGE,))
    after(store, 5.0, Outcome.REFUSED, script=replace(SCRIPT, recipients=(boss, night, orders, sales)))
    assert [letter.recipient for letter in digests(store)] == ["soumu@smilecorp.example"]


def test_a_caller_of_whom_nothing_is_known_has_no_button(store: Store) -> None:
    async def main(now: Now) -> None:
        desk = Desk(store, SCRIPT, Facts(reason=Reason.SALES), now, Outcome.REFUSED)
        desk.end("anonymous", caller="")
        await hours(desk, 5.0)

    run_virtual(main, ENDED)
    text = digests(store)[0].text
    assert "非通知または不明 お名前不明" in text
    assert MARK_PATH not in text


def clash(store: Store, uid: str, found: float = ENDED) -> None:
    """A booking of the company's and an event of its calendar disagree."""
    spot = Spot("room", SIX + 86400.0, SIX + 90000.0, 1)
    booking = Reservation("b1", SCRIPT.key, "talk", spot, 1, "エガワ", "0312345678", "", ENDED, ENDED)
    with store.write() as connection:
        keep_reservation(connection, booking)
        text = f"カレンダーの予定「来客<{uid}>」が、ご予約と重なっています。"
        keep_clashes(connection, [Clash("b1", uid, SCRIPT.key, text, found)])


def test_a_clash_of_booking_and_calendar_is_told_once(store: Store) -> None:
    clash(store, "one")
    after(store, 3.8, Outcome.MESSAGE)
    assert digests(store) == []
    after(store, 30.0)
    first, second = digests(store)
    assert (first.recipient, second.recipient) == (A, B)
    assert first.subject == "【カレンダーのお知らせ】スマイル精工 1件(11/24)"
    assert first.text == (
        "ご予約とカレンダーについて、お知らせが1件ございます。\n\n■ ご予約とカレンダー\n"
        "カレンダーの予定「来客<one>」が、ご予約と重なっています。\n\n--\nスマイル精工 電話受付\n"
    )
    assert "来客&lt;one&gt;" in first.html
    with store.read() as connection:
        assert untold_clashes(connection, SCRIPT.key) == []


def test_clashes_of_two_days_are_two_letters(store: Store) -> None:
    clash(store, "one")
    clash(store, "two", SIX + 60.0)
    after(store, 30.0, Outcome.MESSAGE)
    told = {(letter.recipient, letter.subject[-7:]) for letter in digests(store)}
    assert told == {(reader, f"({day})") for reader in (A, B) for day in ("11/24", "11/25")}
    assert [letter.text.count("来客") for letter in digests(store)] == [1, 1, 1, 1]


def test_a_clash_stands_beside_refused_calls(store: Store) -> None:
    clash(store, "one")
    after(store, 5.0, Outcome.REFUSED)
    letter = digests(store)[0]
    assert letter.subject == "【営業電話のまとめ】スマイル精工 1件・カレンダーのお知らせ 1件(11/24)"
    assert letter.text.startswith("営業のお電話を1件、お断りしました。")
    assert "■ ご予約とカレンダー\nカレンダーの予定「来客<one>」" in letter.text


def test_clashes_are_told_only_to_those_whom_bookings_concern(store: Store) -> None:
    clash(store, "one")
    sales = Recipient("soumu@smilecorp.example", reasons=(Reason.SALES,))
    desk = Recipient("yoyaku@smilecorp.example", reasons=(Reason.RESERVATION_CHANGE,))
    after(store, 5.0, Outcome.REFUSED, script=replace(SCRIPT, recipients=(sales, desk)))
    seen = {
        each.recipient: ("来客" in each.text + each.html, "お断り" in each.text + each.html) for each in digests(store)
    }
    assert seen == {"soumu@smilecorp.example": (False, True), "yoyaku@smilecorp.example": (True, False)}
    with store.read() as connection:
        assert untold_clashes(connection, SCRIPT.key) == []


def test_a_company_without_a_call_is_told_after_its_first(store: Store) -> None:
    clash(store, "one")
    after(store, 30.0)
    assert digests(store) == []
    after(store, 30.0, Outcome.MESSAGE)
    assert len(digests(store)) == 2
