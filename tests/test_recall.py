"""What is known of a caller: by number, by name, and by the company's lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.company.rules import Rules, SalesRules
from bot.dialogue.actions import Recall
from bot.dialogue.events import EarlierCall
from bot.dialogue.state import Captured, Facts, Outcome, State
from bot.recall import MEMORY_SECONDS, caller_key, listed, recall, remembered
from bot.store import Store, begin_call, keep_script, open_store
from bot.store.desk import ALLOW, DENY, ListedCaller, list_caller, list_callers
from bot.store.remembered import CALLBACK, FollowUpRow, owe, remember, settle
from nlu.meaning import Reason
from tests.records import BEGAN, CALL, SCRIPT, talk

NOW = BEGAN + 86400.0
FACTS = Facts(
    caller_name=Captured("エガワ ケンジ", "江川"),
    company=Captured("スマイルキカク", "スマイル企画"),
    number=Captured("0312345678"),
    staff=Captured("kurimoto"),
    purpose=Captured("見積もりの件"),
    reason=Reason.CALLBACK,
    callback_promised=True,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "denwaban.db")
    with opened.write() as connection:
        keep_script(connection, SCRIPT, BEGAN)
    yield opened
    opened.close()


def held(
    store: Store, call_id: str, facts: Facts = FACTS, outcome: Outcome = Outcome.MESSAGE, **changed: object
) -> None:
    """A call that has ended, in the store; `changed` are fields of its record."""
    fields: dict[str, object] = {"caller": "", **changed}
    call = replace(CALL, id=call_id, **fields)  # type: ignore[arg-type]
    with store.write() as connection:
        begin_call(connection, call)
        remember(connection, remembered(call, talk(), State(facts=facts, outcome=outcome), NOW, False))


def known(store: Store, number: str = "", name: str = "", at: float = NOW) -> tuple[EarlierCall, ...]:
    return recall(store, SCRIPT, Recall(number, name), at).earlier


def test_an_earlier_call_is_told_with_what_it_was_about(store: Store) -> None:
    held(store, "c1")
    assert known(store, "0312345678") == (
        EarlierCall(
            at=BEGAN,
            number="0312345678",
            name="エガワ ケンジ",
            company="スマイルキカク",
            staff="kurimoto",
            reason="callback",
            purpose="見積もりの件",
        ),
    )


def test_a_number_counts_whether_it_was_shown_or_told(store: Store) -> None:
    held(store, "shown", Facts(), caller="09011112222", began=BEGAN - 60.0)
    held(store, "told", replace(FACTS, number=Captured("09011112222")), caller="0399998888")
    earlier = known(store, "09011112222")
    assert [(call.at, call.number) for call in earlier] == [(BEGAN, "09011112222"), (BEGAN - 60.0, "09011112222")]
    assert len(known(store, "0399998888")) == 1
    assert known(store, "09011112223") == known(store) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("オオノ", "オーノ", True),
        ("エガワ ケンジ", "エガワ", True),
        ("エガワ", "エガワ ケンジ", True),
        ("エガワ ケンジ", "エガワ ケンイチ", False),
        ("エガワ", "エガミ", False),
        ("ハヅキ", "ハズキ", True),
    ],
)
def test_a_name_is_the_same_by_sound(store: Store, one: str, other: str, same: bool) -> None:
    held(store, "c1", replace(FACTS, caller_name=Captured(one)))
    assert len(known(store, name=other)) == same


def test_calls_too_long_ago_or_of_another_company_or_of_nobody_are_not_told(store: Store) -> None:
    held(store, "old", began=NOW - MEMORY_SECONDS - 1.0)
    held(store, "other", company="hanamizuki")
    for outcome in (Outcome.NOTHING, Outcome.WRONG_NUMBER, Outcome.FAX):
        held(store, outcome.value, outcome=outcome)
    assert known(store, "0312345678", "エガワ") == ()
    held(store, "young", began=NOW - MEMORY_SECONDS)
    assert len(known(store, "0312345678", "エガワ")) == 1


def test_a_promise_is_told_and_whether_it_was_kept(store: Store) -> None:
    held(store, "c1")
    with store.write() as connection:
        owe(connection, [FollowUpRow("c1", CALLBACK, None)])
    (call,) = known(store, name="エガワ")
    assert (call.promised, call.settled) == (True, False)
    with store.write() as connection:
        assert settle(connection, "c1", CALLBACK, "eigyo@smilecorp.example", NOW)
        assert not settle(connection, "c1", CALLBACK, "soumu@smilecorp.example", NOW)
    (call,) = known(store, name="エガワ")
    assert (call.promised, call.settled) == (True, True)


def entry(written: str, kind: str) -> ListedCaller:
    return ListedCaller("smile", caller_key(written), written, kind, "", "", BEGAN)


CALLER = Recall("0312345678", "エガワ", "スマイルキカク", "スマイル企画")


@pytest.mark.parametrize(
    ("allow", "deny", "told", "expected"),
    [
        ((), (), (), ""),
        ((), ("03-1234-5678",), (), DENY),
        (("スマイル企画",), (), (), ALLOW),
        (("スマイル企画株式会社",), (), (), ALLOW),
        (("(株)スマイル企画",), (), (), ALLOW),
        (("スマイルキカク",), (), (), ALLOW),
        (("カブシキガイシャ スマイルキカク",), (), (), ALLOW),
        (("スマイル商事",), (), (), ""),
        (("スマイル企画",), ("スマイル企画",), (), ALLOW),
        (("スマイル企画",), ("0312345678",), (), DENY),
        (("0312345678",), (), ((("スマイル企画"), DENY),), ALLOW),
        ((), ("0312345678",), (("0312345678", ALLOW),), ALLOW),
        (("スマイル企画",), (), (("株式会社スマイル企画", DENY),), DENY),
    ],
)
def test_the_more_exact_and_then_the_later_entry_counts(
    allow: tuple[str, ...], deny: tuple[str, ...], told: tuple[tuple[str, str], ...], expected: str
) -> None:
    script = replace(SCRIPT, rules=Rules(sales=SalesRules(allow=allow, deny=deny)))
    assert listed(script, [entry(*each) for each in told], CALLER) == expected


def test_a_company_is_known_by_how_it_is_written_or_sounds(store: Store) -> None:
    with store.write() as connection:
        list_caller(connection, entry("スマイル企画", DENY))
        list_caller(connection, entry("スマイル企画", ALLOW))
        assert [each.kind for each in list_callers(connection, "smile")] == [ALLOW]
    assert recall(store, SCRIPT, Recall("", company="スマイルキカク"), NOW).listed == ALLOW
    assert recall(store, SCRIPT, Recall("", company_text="株式会社スマイル企画"), NOW).listed == ALLOW
    assert recall(store, SCRIPT, Recall("", company="スマイルショウジ"), NOW).listed == ""
    assert recall(store, SCRIPT, Recall("0312345678"), NOW).listed == ""


@given(st.text(max_size=12))
def test_any_text_can_be_listed_and_is_found_again_as_written(text: str) -> None:
    key = caller_key(text)
    assert isinstance(key, str)
    script = replace(SCRIPT, rules=Rules(sales=SalesRules(deny=(text,))))
    found = listed(script, [], Recall(key if key.isdigit() else "", company_text=text))
    assert found == (DENY if key else "")
