"""After a call: reminders until a call-back is marked, the urgent route until somebody takes it."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.company.rules import RouteStep, Rules, SalesPolicy, SalesRules
from bot.company.script import Script
from bot.dialogue.state import BookingFact, Facts, Outcome
from bot.reporting.follow_up import FollowUps, Sources
from bot.reporting.links import MARK_PATH, Mark, MarkKind
from bot.reporting.mail import FileSender
from bot.reporting.marks import press
from bot.reporting.outbox import Outbox
from bot.store import Store, open_store
from bot.store.letters import list_letters
from bot.store.remembered import CALLBACK, URGENT, find_follow_up
from nlu.meaning import Reason
from tests.followed import ENDED, FACTS, LINKS, URGENTLY, A, B, C, Desk, at_once, company, follow, hours, mind
from tests.records import CALL, SCRIPT


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "denwaban.db")
    yield opened
    opened.close()


def test_a_promise_is_told_again_to_one_after_the_other_until_the_list_ends(store: Store) -> None:
    script = company(callback_minutes=60.0, callback_recipients=(B, C))
    desk = follow(store, script, FACTS, lambda desk: hours(desk, 6.0))
    assert desk.told() == [("reminder", B, 60.0), ("reminder", C, 120.0)]
    assert desk.posted == [ENDED + 3600.0, ENDED + 7200.0]


def test_without_a_list_the_usual_recipients_are_told_again(store: Store) -> None:
    desk = follow(store, company(callback_minutes=30.0), FACTS, lambda desk: hours(desk, 6.0))
    assert desk.told() == [("reminder", A, 30.0), ("reminder", B, 60.0)]


def test_somebody_who_stands_twice_on_a_list_is_told_twice(store: Store) -> None:
    script = company(callback_minutes=10.0, callback_recipients=(C, C))
    desk = follow(store, script, FACTS, lambda desk: hours(desk, 1.0))
    assert desk.told() == [("reminder", C, 10.0), ("reminder-2", C, 20.0)]


@pytest.mark.parametrize(
    ("script", "facts"),
    [
        (company(), FACTS),
        (company(callback_minutes=60.0), replace(FACTS, callback_promised=False)),
        (company(route=(RouteStep(C, 5.0),)), FACTS),
    ],
)
def test_where_nothing_is_owed_nobody_is_told_again(store: Store, script: Script, facts: Facts) -> None:
    assert follow(store, script, facts, lambda desk: hours(desk, 6.0)).told() == []


def test_a_marked_call_back_is_not_told_again(store: Store) -> None:
    async def test(desk: Desk) -> None:
        await hours(desk, 1.5)
        page = press(desk.store, Mark(MarkKind.DONE, CALL.id, B), desk.now())
        assert page is not None
        assert (page.title, page.label, page.lines[-1]) == ("折り返し済みです", "", f"11月24日 15:41 {B}")
        late = press(desk.store, Mark(MarkKind.DONE, CALL.id, C), desk.now() + 60.0)
        assert late == page
        await hours(desk, 6.0)

    desk = follow(store, company(callback_minutes=60.0, callback_recipients=(B, C)), FACTS, test)
    assert desk.told() == [("reminder", B, 60.0)]
    assert desk.owed(CALLBACK) == (B, True)


def test_the_urgent_route_goes_on_until_somebody_takes_it(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    route = (RouteStep(A, 5.0), RouteStep("09011112222", 5.0), RouteStep(B, 10.0), RouteStep(C, 5.0))

    async def test(desk: Desk) -> None:
        await hours(desk, 0.2)
        press(desk.store, Mark(MarkKind.TAKE, CALL.id, B), desk.now())
        await hours(desk, 6.0)

    with caplog.at_level(logging.WARNING):
        desk = follow(store, company(route=route), URGENTLY, test)
    assert desk.told() == [("urgent", A, 0.0), ("urgent", B, 5.0)]
    assert desk.owed(URGENT) == (B, True)
    assert "step 2 is a number and no line can dial out" in caplog.text
    assert "nobody on its route" not in caplog.text


def test_a_route_at_its_end_is_said_in_the_log(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        script = company(route=(RouteStep(A, 5.0), RouteStep("0451112222", 30.0)))
        desk = follow(store, script, URGENTLY, lambda desk: hours(desk, 2.0))
    assert desk.told() == [("urgent", A, 0.0)]
    assert caplog.text.count("nobody on its route has marked it taken") == 1


def test_whoever_rang_back_has_seen_to_the_urgency_too_but_not_the_other_way_round(store: Store) -> None:
    script = company(route=(RouteStep(A, 60.0), RouteStep(B, 60.0)), callback_minutes=30.0, callback_recipients=(C,))

    async def test(desk: Desk) -> None:
        await hours(desk, 0.1)
        press(desk.store, Mark(MarkKind.TAKE, CALL.id, A), desk.now())
        await hours(desk, 1.0)
        assert desk.owed(CALLBACK) == ("", False)
        press(desk.store, Mark(MarkKind.DONE, CALL.id, C), desk.now())

    desk = follow(store, script, replace(FACTS, urgent=True), test)
    assert desk.told() == [("urgent", A, 0.0), ("reminder", C, 30.0)]
    assert (desk.owed(CALLBACK), desk.owed(URGENT)) == ((C, True), (A, True))
    # and where nobody had taken it, ringing back ends the route
    other = replace(desk, links=None)
    other.end("call-2")
    press(store, Mark(MarkKind.DONE, "call-2", B), ENDED + 9.0)
    with store.read() as connection:
        row = find_follow_up(connection, "call-2", URGENT)
    assert row is not None
    assert row.taken_by == B


def test_what_fell_due_while_nobody_ran_is_done_at_the_next_start_once(store: Store) -> None:
    script = company(callback_minutes=60.0, callback_recipients=(B, C))

    async def test(desk: Desk) -> None:
        await asyncio.sleep(10 * 3600.0)
        one, other = desk.follow_ups(), desk.follow_ups()
        await one.look()
        await other.look()
        await asyncio.sleep(2 * 3600.0)
        await asyncio.gather(one.look(), other.look())

    desk = follow(store, script, FACTS, test)
    assert desk.told() == [("reminder", B, 600.0), ("reminder", C, 720.0)]


def test_a_fault_of_ours_puts_one_call_off_and_no_other(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    script = company(callback_minutes=60.0, callback_recipients=(B, C))

    async def test(desk: Desk) -> None:
        odd = BookingFact(None, "", "", "")  # type: ignore[arg-type]
        broken = replace(desk, facts=replace(FACTS, booking=odd))
        await asyncio.sleep(3600.0)
        await broken.follow_ups().look()
        assert desk.told() == []
        await hours(desk, 2.0)

    desk = follow(store, script, FACTS, test)
    assert desk.told() == [("reminder", B, 70.0), ("reminder", C, 130.0)]
    assert "a fault of the program (KeyError) puts its follow-up off" in caplog.text


def test_a_call_of_a_company_that_is_gone_follows_the_script_it_was_held_under(store: Store) -> None:
    async def test(desk: Desk) -> None:
        await asyncio.sleep(3600.0)
        await desk.follow_ups(replace(SCRIPT, key="hanamizuki")).look()

    desk = follow(store, company(callback_minutes=60.0, callback_recipients=(C,)), FACTS, test)
    assert desk.told() == [("reminder", C, 60.0)]


def test_the_mail_holds_the_report_and_what_to_mark(tmp_path: Path, store: Store) -> None:
    script = company(route=(RouteStep(C, 5.0), RouteStep("09011112222", 5.0)), callback_minutes=60.0)
    with_links = follow(store, script, replace(FACTS, urgent=True), lambda desk: hours(desk, 1.2))
    with store.read() as connection:
        letters = [queued.letter for queued in list_letters(connection)]
    assert [letter.kind for letter in letters] == ["report", "report", "urgent", "reminder"]
    for letter in letters:
        assert "エガワ 様" in letter.text
        tokens = re.findall(rf"{LINKS._origin}{MARK_PATH}(\S+)", letter.text)
        marks = [LINKS.open_mark(token, with_links.now()) for token in tokens]
        assert marks == [
            Mark(MarkKind.TAKE, CALL.id, letter.recipient),
            Mark(MarkKind.DONE, CALL.id, letter.recipient),
        ]
        assert all(f'href="{LINKS._origin}{MARK_PATH}{token}"' in letter.html for token in tokens)
        assert "緊急の連絡先のうち 090-1111-2222 へは、この回線から発信できない" in letter.text
    assert letters[2].subject.startswith("【要対応】【至急】")
    assert letters[3].subject.startswith("【折り返し未了】【至急】")
    assert letters[3].text.startswith("折り返しのお電話が、まだ済みになっていません。")
    plain = replace(with_links, links=None)
    plain.end("call-2")
    with store.read() as connection:
        text = list_letters(connection, "call-2")[0].letter.text
    assert "対応します:denwaban done call-2 --take\n折り返し済み:denwaban done call-2\n" in text


@pytest.mark.parametrize(
    ("policy", "facts", "kinds"),
    [
        (SalesPolicy.REFUSE, replace(FACTS, callback_promised=False, number=None), []),
        (SalesPolicy.REFUSE, replace(FACTS, callback_promised=False), ["report", "report"]),
        (SalesPolicy.REPORT, replace(FACTS, callback_promised=False, number=None), ["report", "report"]),
    ],
)
def test_a_refused_call_is_reported_only_where_that_is_owed_or_wanted(
    store: Store, policy: SalesPolicy, facts: Facts, kinds: list[str]
) -> None:
    script = replace(company(), rules=Rules(sales=SalesRules(policy=policy)))
    desk = Desk(store, script, replace(facts, reason=Reason.SALES), lambda: ENDED, Outcome.REFUSED)
    desk.end()
    with store.read() as connection:
        letters = [queued.letter for queued in list_letters(connection)]
    assert [letter.kind for letter in letters] == kinds
    assert all("営業のお電話(お断り済み)" in letter.subject for letter in letters)


def test_a_file_is_written_where_there_is_no_mail_server(tmp_path: Path, store: Store) -> None:
    async def test(desk: Desk) -> None:
        outbox = Outbox(store, FileSender(tmp_path / "mail", at_once), A, desk.now, at_once)
        sources = Sources(store, mind(FACTS, Outcome.MESSAGE), {desk.script.key: desk.script})
        running = [
            asyncio.create_task(outbox.run()),
            asyncio.create_task(FollowUps(sources, outbox.wake, desk.now, at_once).run()),
        ]
        await asyncio.sleep(2 * 3600.0)
        for task in running:
            task.cancel()
        await asyncio.wait(running)

    follow(store, company(callback_minutes=60.0, callback_recipients=(C,)), FACTS, test)
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 3
