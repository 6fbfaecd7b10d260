"""Who calls again is known by number and name alike, and by nothing less."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue import earlier
from bot.dialogue.actions import Recall, Say
from bot.dialogue.events import Began, EarlierCall, Heard, Recalled, Spoken
from bot.dialogue.state import Outcome, State, Status
from bot.dialogue.step import step
from bot.earlier_lines import earlier_call, memory
from nlu.hearing import Hearing
from nlu.meaning import Meaning, Reason, Slot, Slots
from tests.dialogues import TUESDAY_AFTERNOON
from tests.grave import SMILE, call, ours

YESTERDAY = TUESDAY_AFTERNOON - 86400.0
MINE = EarlierCall(YESTERDAY, "0312345678", "エガワ", "スマイルキカク", "ishida", "person", "見積もりの件です", True)
WAITING = "昨日お電話したんですけど まだ折り返しがないんですが"


def test_what_is_known_is_read_back_in_one_sentence_and_not_asked_for() -> None:
    playing = call(SMILE, WAITING, "江川です", caller="0312345678", earlier=[MINE])
    last = ours(playing)[-1]
    assert "見積もりの件" in last
    assert "03-1234-5678" in last
    assert "スマイルキカク" in last
    playing.hear("はい そうです")
    facts = playing.state.facts
    assert facts.number is not None
    assert facts.number.status is Status.CONFIRMED
    assert facts.company is not None
    assert facts.company.status is Status.CONFIRMED
    assert facts.chases == 1
    assert not {"caller", "company", "number", "caller_id", "purpose"} & {*playing.state.asked}


def test_what_was_taken_over_is_only_heard_until_the_caller_says_yes() -> None:
    playing = call(SMILE, WAITING, "江川です", caller="0312345678", earlier=[MINE])
    facts = playing.state.facts
    assert facts.company is not None
    assert facts.company.status is Status.HEARD
    assert facts.number is not None
    assert facts.number.status is Status.HEARD


def test_a_no_forgets_the_earlier_call() -> None:
    playing = call(SMILE, WAITING, "江川です", "いえ 違います", caller="0312345678", earlier=[MINE])
    facts = playing.state.facts
    assert facts.staff is None
    assert not any(label == "前回のお電話" for label, _ in facts.details)


def test_without_an_earlier_call_it_is_an_ordinary_message_with_an_apology() -> None:
    playing = call(SMILE, WAITING, "スマイル企画の江川です", "はい", "03の1234の5678です", "はい")
    assert "申し訳ございません" in ours(playing)[1]
    assert playing.state.outcome is Outcome.MESSAGE
    assert playing.state.facts.reason is Reason.CHASE
    assert playing.state.facts.chases == 0
    assert playing.state.facts.at_once


def test_the_calls_before_are_counted_whatever_this_one_is_about() -> None:
    older = EarlierCall(YESTERDAY - 86400.0, "0312345678", "エガワ ケンジ")
    playing = call(SMILE, "スマイル企画の江川です 図面の件で", "はい", caller="0312345678", earlier=[MINE, older])
    assert playing.state.facts.chases == 2
    assert not any("見積もり" in turn or "昨日" in turn for turn in ours(playing))


names = st.sampled_from(["エガワ", "エガワ ケンジ", "エガミ", "サトウ"])
numbers = st.sampled_from(["0312345678", "0312345679", "09011112222", ""])


@given(names, numbers, numbers, st.sampled_from([Reason.CHASE, Reason.PERSON, Reason.MESSAGE, Reason.COMPLAINT]))
@settings(max_examples=150, deadline=None)
def test_nothing_is_said_of_a_call_unless_number_and_name_agree(
    name: str, shown: str, told: str, reason: Reason
) -> None:
    state = State()
    texts: list[str] = []
    asked: list[Recall] = []

    def happen(event: Began | Heard | Recalled | Spoken) -> None:
        nonlocal state
        state, actions = step(SMILE, state, event)
        texts.extend(action.text for action in actions if isinstance(action, Say))
        for action in actions:
            if isinstance(action, Recall):
                asked.append(action)
                happen(memory([MINE])(action, state.at))

    happen(Began(TUESDAY_AFTERNOON, SMILE.numbers[0], shown, "test"))
    first = Slots(caller_name=Slot(name), company=Slot("キタヤマコウギョウ"))
    heard = [Meaning(reason=reason, slots=first, purpose="納期の件", confidence=0.9)]
    heard += [Meaning(slots=Slots(number=Slot(told)))] if told else []
    for meaning in heard:
        happen(Spoken(state.at + 1))
        happen(Heard(state.at + 1, Hearing.of("まだでしょうか"), meaning, (0.0, 1.0)))
    agree = MINE.number in (shown, told) and earlier.is_same_name(name, MINE.name)
    whole = "".join(texts)
    if not agree:
        assert state.facts.chases == 0
        assert "見積もり" not in whole
        assert "スマイル企画" not in whole
        assert "スマイルキカク" not in whole
        assert "石田" not in whole
        assert MINE.number in (shown, told) or "03-1234-5678" not in whole
    assert len({(each.number, each.name) for each in asked}) == len(asked)


@pytest.mark.parametrize(
    ("purpose", "matter"),
    [
        ("見積もりの件です", "見積もり"),
        ("先日お願いした図面の件でお電話しました", "図面"),
        ("給湯器のことで", "給湯器"),
        ("どうしても聞いてほしいことがあるんです", ""),
        ("", ""),
    ],
)
def test_only_a_plain_matter_is_said_back(purpose: str, matter: str) -> None:
    assert earlier.matter(EarlierCall(YESTERDAY, "", "", purpose=purpose)) == matter


def test_a_day_is_called_as_people_do() -> None:
    days = [EarlierCall(TUESDAY_AFTERNOON - each * 86400.0, "", "") for each in (0, 1, 4)]
    assert [earlier.day(each, TUESDAY_AFTERNOON) for each in days] == ["本日", "昨日", "十一月二十日金曜日"]


def test_an_earlier_call_is_written_in_a_golden_call() -> None:
    line = "[前回 2026-11-23 14:10 03-1234-5678 エガワ スマイルキカク 宛先:石田 折り返し約束 「見積もりの件です」]"
    written = earlier_call(SMILE, line)
    assert written is not None
    assert (written.number, written.name, written.company) == (MINE.number, MINE.name, MINE.company)
    assert (written.staff, written.purpose, written.promised, written.settled) == ("ishida", MINE.purpose, True, False)
    assert written.at == YESTERDAY
    assert earlier_call(SMILE, "[前回 昨日 エガワ]") is None
