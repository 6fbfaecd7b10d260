"""What the tests of the dialogue share: the example company, and any event that can happen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from bot.company.load import load_script, vocabulary
from bot.company.script import Script
from bot.desk import Desk
from bot.dialogue.actions import Action, HangUp, Look, Say, Transfer
from bot.dialogue.events import (
    Began,
    Broke,
    Digit,
    Due,
    Event,
    Found,
    Heard,
    HungUp,
    Interrupted,
    LineHeld,
    Spoken,
    Tone,
    Transferred,
)
from bot.dialogue.state import State
from bot.dialogue.step import step
from bot.golden import Playing
from nlu.hearing import Hearing
from nlu.meaning import Answer, Meaning, Reason, Slot, Slots

SCRIPTS = Path(__file__).parent.parent / "scripts"
SMILE = load_script(SCRIPTS / "smile")
QUIET = load_script(SCRIPTS / "smile_quiet")
TUESDAY_AFTERNOON = 1795497000.0
"""2026-11-24 14:10 in Tokyo."""

kana = st.sampled_from(["エガワ", "サトウ", "サイドウ", "スマイルキカク", "カンノ", ""])
numbers = st.sampled_from(["0312345678", "09012345678", "01234567890", "1234", "5678", ""])
staff = st.sampled_from([*(person.key for person in SMILE.staff), "クリモリ", "社長", ""])


def slot(values: st.SearchStrategy[str]) -> st.SearchStrategy[Slot | None]:
    return st.none() | st.builds(Slot, values, values, st.floats(0, 1), st.tuples() | st.tuples(values, values))


meanings = st.builds(
    Meaning,
    reason=st.none() | st.sampled_from(Reason),
    answer=st.none() | st.sampled_from(Answer),
    slots=st.builds(
        Slots,
        caller_name=slot(kana),
        company=slot(kana),
        staff=slot(staff),
        number=slot(numbers),
    ),
    urgent=st.booleans(),
    purpose=st.sampled_from(["", "見積もりの件で", "至急ご相談したい"]),
)

heard = st.builds(Heard, st.just(0.0), st.builds(Hearing.of, st.text(max_size=8)), meanings, st.just((0.0, 1.0)))

events: st.SearchStrategy[Event] = st.one_of(
    heard,
    st.builds(Interrupted, st.just(0.0), st.text(max_size=4)),
    st.builds(Spoken, st.just(0.0)),
    st.builds(Digit, st.just(0.0), st.sampled_from("0123456789*#")),
    st.builds(Tone, st.just(0.0), st.just("fax")),
    st.builds(LineHeld, st.just(0.0), st.booleans()),
    st.builds(Due, st.just(0.0)),
    st.builds(Found, st.just(0.0), staff, st.sampled_from(["在席", "出張", ""]), st.none() | st.floats(1.79e9, 1.8e9)),
    st.builds(Transferred, st.just(0.0), st.booleans(), st.just("busy")),
    st.builds(Broke, st.just(0.0), st.sampled_from(["ear", "mouth"])),
    st.builds(HungUp, st.just(0.0), st.just("caller")),
)

BEGAN = Began(TUESDAY_AFTERNOON, SMILE.numbers[0], "", "test")


def timed(happened: list[Event], gaps: list[float]) -> list[Event]:
    """The same events, one after the other in time."""
    at, moved = TUESDAY_AFTERNOON, []
    for event, gap in zip(happened, gaps, strict=True):
        at += gap
        moved.append(replace(event, at=at))
    return moved


def play(script: Script, happened: list[Event]) -> tuple[State, list[tuple[Event, State, tuple[Action, ...]]]]:
    """Fold events into a state; with what came of each."""
    state, trace = State(), []
    for event in happened:
        state, actions = step(script, state, event)
        trace.append((event, state, actions))
    return state, trace


def silent_world(script: Script, state: State, limit: int = 400) -> list[Action]:
    """What follows when the caller says nothing any more: prompts end, transfers fail, deadlines come."""
    done: list[Action] = []
    for _ in range(limit):
        if state.deadline is None:
            break
        state, actions = step(script, state, Due(state.deadline))
        done.extend(actions)
        for action in actions:
            match action:
                case Say():
                    state, more = step(script, state, Spoken(state.at + 3.0))
                case Look():
                    state, more = step(script, state, Found(state.at, action.staff, "外出", None))
                case Transfer():
                    state, more = step(script, state, Transferred(state.at + 20.0, False, "no_answer"))
                case HangUp():
                    return done
                case _:
                    more = ()
            done.extend(more)
    return done


def call(script: Script, *words: str, at: float = BEGAN.at, shown: str = "") -> Playing:
    """A call in which the caller says these, one after the other."""
    playing = Playing(script, vocabulary(script), Desk(script))
    called = script.numbers[0] if script.numbers else script.key
    playing.feed(replace(BEGAN, at=at, called=called, caller=shown))
    for text in words:
        playing.hear(text)
    return playing


def ours(playing: Playing) -> list[str]:
    """Our turns."""
    return [line.removeprefix("受付> ") for line in playing.lines if line.startswith("受付>")]
