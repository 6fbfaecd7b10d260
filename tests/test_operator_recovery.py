"""A process that dies while an operator has a call: what was said and typed is there, and the report goes out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.dialogue.events import Event, HandedBack, OperatorSaid, OperatorsRung, PutOnHold, TakenOver
from bot.dialogue.step import step
from bot.journal import Journal, events, from_row
from bot.recovery import Closing, recover_calls
from bot.reporting.account import words_said
from bot.store import Store, find_call, open_store, read_rows
from bot.store.letters import list_letters
from tests.dialogues import SMILE
from tests.records import BEGAN, CALL, talk

TYPED = "お調べして、折り返します。"
SPOKEN = "佐藤でございます。"
TOOK = (
    OperatorsRung(BEGAN + 30.0, 2, 30.0),
    TakenOver(BEGAN + 35.0, "sato", "佐藤", "voice"),
    OperatorSaid(BEGAN + 38.0, "佐藤", SPOKEN, False),
    PutOnHold(BEGAN + 40.0, True),
    PutOnHold(BEGAN + 45.0, False),
    TakenOver(BEGAN + 50.0, "sato", "佐藤", "text"),
    OperatorSaid(BEGAN + 55.0, "佐藤", TYPED, True),
)
BACK = HandedBack(BEGAN + 60.0, "佐藤", "take_number", "見積もりの件、明日折り返す")


def left_by_a_dead_process(folder: Path, *happened: Event) -> Store:
    """The store with a call of which this was written down."""
    store = open_store(folder / "denwaban.db")
    journal = Journal(store, own_thread=False)
    journal.begin(replace(CALL, script_version=SMILE.version), SMILE)
    for event in (*talk(), *happened):
        journal.append(CALL.id, event.at, event)
    assert journal.close()
    return store


def reported(store: Store) -> str:
    recover_calls(Closing(store, step), BEGAN + 3600.0)
    with store.read() as connection:
        return list_letters(connection, CALL.id)[0].letter.text


def test_a_call_that_died_with_an_operator_is_reported_with_who_had_it(tmp_path: Path) -> None:
    store = left_by_a_dead_process(tmp_path, *TOOK)
    text = reported(store)
    assert "オペレーターの佐藤が応対しました" in text
    assert "オペレーターの応対中に、電話が途中で切れました" in text
    assert "エガワ 様" in text
    with store.read() as connection:
        call = find_call(connection, CALL.id)
        rows = read_rows(connection, CALL.id)
    assert call is not None
    assert (call.outcome, call.why) == ("taken_over", "crash")
    assert [each for each in events(map(from_row, rows)) if isinstance(each, OperatorSaid)] == [TOOK[2], TOOK[6]]
    store.close()


def test_what_an_operator_left_at_the_hand_back_is_in_the_report(tmp_path: Path) -> None:
    store = left_by_a_dead_process(tmp_path, *TOOK, BACK)
    text = reported(store)
    assert "佐藤のメモ:見積もりの件、明日折り返す" in text
    assert "折り返し" in text
    store.close()


def test_both_sides_words_are_in_the_account_of_the_call(tmp_path: Path) -> None:
    store = left_by_a_dead_process(tmp_path, *TOOK)
    said = [(each.who, each.text) for each in words_said(store, CALL.line_call_id, -1)]
    assert ("receptionist", SPOKEN) in said
    assert ("caller", "はい") in said
    store.close()
