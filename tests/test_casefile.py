"""A call as an operator reads it, live or over."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from bot.dialogue.actions import Recall
from bot.dialogue.events import Event, Heard, OperatorSaid
from bot.journal import Journal
from bot.recall import recall
from bot.store import open_store
from tests.notebook import CLIPPED, NOW, SATO, SMILE, Desk
from tests.records import BEGAN, CALL, leave_call, talk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = open_store(leave_call(tmp_path, SMILE))
    yield Desk(store)
    store.close()


def test_a_clip_is_heard_while_the_call_goes_on_and_after(desk: Desk) -> None:
    live = desk.files.clip(desk.case, "number")
    desk.end()
    after = desk.files.clip(desk.case, "number")
    assert live is not None
    assert after is not None
    for sound in (live, after):
        assert 2.0 < soundfile.info(io.BytesIO(sound)).duration < 3.0
    assert live == after
    assert [each.name for each in desk.sheet().fields if each.clip] == list(CLIPPED)
    for name in ("extension", "began", "../secret", "details", "__class__"):
        assert desk.files.clip(desk.case, name) is None


def test_an_operator_reads_earlier_calls_of_the_same_caller_with_their_notes(desk: Desk) -> None:
    assert desk.files.earlier(desk.case).calls == ()
    desk.notebook.note(desk.case, SATO, "折り返しは午後に。")
    desk.end()
    later = replace(CALL, id="call-2", script_version=SMILE.version, began=BEGAN + 86400.0, caller="")
    journal = Journal(desk.store, own_thread=False)
    journal.begin(later, SMILE)
    for event in talk(later.began):
        journal.append(later.id, event.at, event)
    assert journal.close()
    case = desk.files.open("call-2")
    assert case is not None
    (card,) = desk.files.earlier(case).calls
    assert (card.call_id, card.who, card.when) == (CALL.id, "スマイル企画 エガワ様", "11月24日(火) 14:10")
    assert card.notes == ("折り返しは午後に。",)
    assert recall(desk.store, SMILE, Recall("01234567890"), later.began).earlier


def test_a_transcript_says_who_said_what(desk: Desk) -> None:
    typed = (OperatorSaid(BEGAN + 30.0, "佐藤", "少々お待ちください。", True),)
    journal = Journal(desk.store, own_thread=False)
    other = replace(CALL, id="call-3", script_version=SMILE.version)
    journal.begin(other, SMILE)
    spoken: tuple[Event, ...] = (*talk(), *typed, OperatorSaid(BEGAN + 40.0, "佐藤", "お電話代わりました。", False))
    for event in spoken:
        journal.append(other.id, event.at, event)
    assert journal.close()
    case = desk.files.open("call-3")
    assert case is not None
    lines = desk.files.said(case).lines
    heard = [each.hearing.text for each in talk() if isinstance(each, Heard)]
    assert [line.text for line in lines if line.who == "客"] == heard
    assert [line.text for line in lines if line.who == "佐藤"] == ["少々お待ちください。", "お電話代わりました。"]
    assert [line.n for line in lines] == list(range(len(lines)))
    assert {each.who for each in desk.files.said(desk.case).lines} == {"客", "受付"}


def test_calls_of_the_day_are_listed_for_those_who_serve_the_company(desk: Desk) -> None:
    assert desk.files.done(None, NOW).calls == ()
    desk.end()
    (card,) = desk.files.done((SMILE.key,), NOW).calls
    assert (card.call_id, card.company_name, card.caller) == (CALL.id, "スマイル精工", "スマイル企画 エガワ様")
    assert (card.reason, card.noted) == ("担当者へのお電話", False)
    desk.notebook.note(desk.case, SATO, "メモ")
    assert desk.files.done(None, NOW).calls[0].noted
    assert desk.files.done(("other",), NOW).calls == ()
    assert desk.files.done((), NOW).calls == ()
    assert desk.files.done(None, NOW + 2 * 86400.0).calls == ()
