"""Whatever is understood, refusing, answering and letting go end well: properties over any meaning."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.company.load import load_script, vocabulary
from bot.desk import Desk
from bot.dialogue import hours
from bot.dialogue.events import Event, Heard, Tone
from bot.dialogue.state import Outcome, Phase
from bot.dialogue.wording import confirmed
from bot.golden import Playing
from nlu.hearing import Hearing
from nlu.meaning import Known, Meaning, Reason, Sales, SalesOutcome
from tests.dialogues import BEGAN, SCRIPTS, meanings

TSUBAKI = load_script(SCRIPTS / "tsubaki")
WEDNESDAY = datetime(2026, 11, 25, 11, 0, tzinfo=hours.TOKYO).timestamp()

sales = st.none() | st.builds(Sales, st.sampled_from(SalesOutcome), st.floats(0, 1))
known = st.none() | st.one_of(
    st.builds(Known, st.just("entry"), st.integers(0, 20), st.floats(0, 1)),
    st.builds(Known, st.sampled_from(["beyond", "none"]), st.none(), st.floats(0, 1)),
)
words = st.sampled_from(
    [
        "わかりました 失礼します",
        "そうですか",
        "自動音声です 一番を押してください",
        "玄関の前に着きました",
        "機械ですか",
        "間違えました",
        "ええと",
    ]
)
understood = st.builds(
    lambda meaning, sold, found, sure: replace(meaning, sales=sold, known=found, confidence=sure),
    meanings,
    sales,
    known,
    st.floats(0, 1),
)
happened: st.SearchStrategy[Event] = st.one_of(
    st.builds(Heard, st.just(0.0), st.builds(Hearing.of, words), understood, st.just((0.0, 1.0))),
    st.builds(Tone, st.just(0.0), st.just("fax")),
)


def played(events: list[Event]) -> Playing:
    """A call in which these happen, each after our words were heard to their end; then nothing any more."""
    playing = Playing(TSUBAKI, vocabulary(TSUBAKI), Desk(TSUBAKI))
    playing.feed(replace(BEGAN, at=WEDNESDAY, called=TSUBAKI.numbers[0]))
    for event in events:
        playing.finish()
        playing.feed(replace(event, at=playing.state.at + 1.0))
    playing.silence(3600)
    return playing


@given(st.lists(happened, max_size=12))
@settings(max_examples=150, deadline=None)
def test_every_call_ends_with_an_outcome(events: list[Event]) -> None:
    state = played(events).state
    assert state.outcome is not None
    assert state.phase is Phase.ENDED or state.outcome is Outcome.TRANSFERRED


@given(st.lists(happened, max_size=12))
@settings(max_examples=150, deadline=None)
def test_who_was_refused_is_answered_twice_at_most_and_left_us_no_number(events: list[Event]) -> None:
    playing = played(events)
    assert playing.state.asked.count("refuse") <= 3
    if playing.state.outcome is Outcome.REFUSED:
        assert playing.state.facts.reason is Reason.SALES
        assert not playing.state.facts.callback_promised
        assert not confirmed(playing.state.facts.number)


@given(st.lists(happened, max_size=12))
@settings(max_examples=100, deadline=None)
def test_only_entries_of_the_script_are_told(events: list[Event]) -> None:
    playing = played(events)
    said = "".join(line for line in playing.lines if line.startswith("受付>"))
    prices = [sentence for sentence in said.split("。") if "円" in sentence]
    answers = "".join(entry.answer for entry in TSUBAKI.knowledge.entries)
    assert all(sentence.removeprefix("受付> ") in answers for sentence in prices)


def test_an_entry_that_is_no_more_is_not_told() -> None:
    gone = Meaning(reason=Reason.QUESTION, confidence=1.0, known=Known("entry", 99, 1.0))
    playing = played([Heard(0.0, Hearing.of("それはいくらですか"), gone, (0.0, 1.0))])
    assert playing.state.facts.unanswered
