"""A caller who puts us on hold: nothing is said into it, nothing of it is taken for words, and nobody is forgotten."""

from __future__ import annotations

from bot.company.load import vocabulary
from bot.dialogue import hours
from bot.dialogue.actions import Action, HangUp, Say
from bot.dialogue.events import Due, Event, Found, Heard, Interrupted, LineHeld, Spoken, Tone
from bot.dialogue.held import BACK_SECONDS, LONGEST_SECONDS
from bot.dialogue.state import Outcome, Phase, State
from bot.dialogue.step import step
from bot.journal import decode, encode
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.understand import understand
from tests.dialogues import BEGAN, SMILE

OPENING = "スマイル企画の江川と申します。"


class Call:
    """One that stands, with a caller who may hold us."""

    def __init__(self) -> None:
        self.state, self.at = State(), BEGAN.at
        self.said: list[str] = []
        self.done: list[Action] = []
        self.feed(BEGAN)

    def feed(self, event: Event) -> None:
        self.state, actions = step(SMILE, self.state, event)
        self.said += [action.text for action in actions if isinstance(action, Say)]
        self.done += actions

    def after(self, seconds: float) -> float:
        self.at += seconds
        return self.at

    def spoken(self) -> None:
        self.feed(Spoken(self.after(4.0)))

    def hears(self, text: str, began: float | None = None) -> None:
        """`began`: when the words began, seconds since the epoch; None: just now."""
        expected = self.state.expected or Expected(Ask.OPENING)
        meaning = understand(Hearing.of(text), expected, hours.local(self.at), vocabulary(SMILE))
        start = (self.at if began is None else began) - BEGAN.at
        self.feed(Heard(self.at, Hearing.of(text), meaning, (start, start + 1.0)))

    def holds(self) -> None:
        self.feed(LineHeld(self.at, True))

    def returns(self) -> None:
        self.feed(LineHeld(self.at, False))

    def due(self) -> bool:
        """Time passes until something is due; False: nothing is."""
        if self.state.deadline is None:
            return False
        self.at = max(self.at, self.state.deadline)
        self.feed(Due(self.at))
        return True


def asked() -> Call:
    """Who calls was read back, and is to be confirmed."""
    call = Call()
    call.spoken()
    call.hears(OPENING)
    call.spoken()
    return call


def test_no_word_is_said_into_a_hold_however_long_the_silence() -> None:
    call = asked()
    said = list(call.said)
    call.holds()
    call.feed(Due(call.after(LONGEST_SECONDS - 1)))
    assert call.said == said


def test_whoever_comes_back_hears_the_question_again() -> None:
    call = asked()
    call.holds()
    call.after(60.0)
    call.returns()
    call.feed(Due(call.after(BACK_SECONDS - 0.1)))
    assert len(call.said) == 2
    assert call.due()
    assert call.said[2] == call.said[1]
    assert "エガワ様でいらっしゃいますね" in call.said[2]


def test_whoever_speaks_first_is_answered() -> None:
    call = asked()
    call.holds()
    call.after(60.0)
    call.returns()
    call.after(1.0)
    call.hears("はい、そうです。")
    assert len(call.said) == 3
    assert call.state.facts.caller_name is not None
    assert str(call.state.facts.caller_name.status) == "confirmed"


def test_words_that_a_hold_cut_off_are_said_again() -> None:
    call = Call()
    call.spoken()
    call.hears(OPENING)
    call.feed(Interrupted(call.after(0.3), ""))  # as the shell tells it before the hold
    call.holds()
    call.after(10.0)
    call.returns()
    assert call.due()
    assert "エガワ様でいらっしゃいますね" in call.said[-1]


def test_music_is_nobodys_words_but_what_was_said_before_it_counts() -> None:
    call = asked()
    said = len(call.said)
    call.holds()
    call.after(0.5)
    call.hears("はい、そうです。", began=call.at - 2.0)
    assert str(call.state.facts.caller_name.status if call.state.facts.caller_name else "") == "confirmed"
    call.after(5.0)
    before = call.state
    call.hears("ただいま電話をおつなぎしております。")
    call.feed(Tone(call.at, "fax"))
    assert call.state == before
    assert len(call.said) == said
    call.returns()
    assert call.due()
    assert len(call.said) == said + 1


def test_what_the_world_answers_meanwhile_is_told_afterwards() -> None:
    call = Call()
    call.spoken()
    call.hears("スマイル企画の江川と申しますが、図面の件で営業の栗本さんはいらっしゃいますか。")
    call.spoken()
    call.hears("はい、そうです。")
    assert call.state.looking
    call.holds()
    staff = call.state.facts.staff
    assert staff is not None
    said = len(call.said)
    call.feed(Found(call.after(0.1), staff.value, "出張", None))
    assert len(call.said) == said
    call.after(20.0)
    call.returns()
    assert call.due()
    assert len(call.said) == said + 1
    assert "栗本" in call.said[-1]


def test_a_hold_without_end_ends_with_a_good_bye_and_what_was_told_is_reported() -> None:
    call = asked()
    call.holds()
    held = call.at
    assert call.due()
    assert call.at == held + LONGEST_SECONDS
    assert "お戻りでない" in call.said[-1]
    assert "申し伝えます" in call.said[-1]
    assert (call.state.phase, call.state.outcome) == (Phase.CLOSING, Outcome.ABANDONED)
    call.spoken()
    assert call.due()
    assert HangUp() in call.done


def test_a_hold_by_somebody_who_said_nothing_leaves_nothing() -> None:
    call = Call()
    call.spoken()
    call.holds()
    call.due()
    assert call.state.outcome is Outcome.NOTHING
    assert "おかけ直し" in call.said[-1]


def test_a_caller_who_is_back_counts_silences_from_none() -> None:
    call = asked()
    call.due()
    call.spoken()
    call.holds()
    call.after(30.0)
    call.returns()
    assert call.state.silences == 0


def test_the_hold_is_journaled() -> None:
    for on in (True, False):
        assert decode(*encode(LineHeld(1.5, on))) == LineHeld(1.5, on)
