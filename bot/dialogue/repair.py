"""When a conversation goes wrong, or aside: the same for every company.

Silence, not understood, "もう一度", "ちょっと待って", interruption, wants a human, asks who we are, an engine broke.
Asking once more is done by going on: the topic's next rung is another wording, then another way, and
when a ladder ends the call is taken as a recorded message (`moves.record`). Corrections are not here: they
are values like any other (`gather.absorb`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import abuse, handover, identity, reach, sales
from bot.dialogue.actions import HangUp, Phrase, Say
from bot.dialogue.events import Booked, Broke, Found, Heard, Recalled
from bot.dialogue.moves import Move, aside, ask_again, close, hearing, record, say, then
from bot.dialogue.state import FrameName, Outcome, Phase, State
from nlu.expected import Ask, Expected
from nlu.meaning import SURE, Answer, Meaning, Reason, Want

_ANYBODY_WILL_DO = re.compile(
    r"人間|機械|ロボット|オペレータ|(?:人|者|方|かた|誰か|どなたか|担当|受付)[^、。]{0,6}(?:代|替|つな|繋|出し|お?願)"
)
"""Plain words for a human, whoever it is. `nlu` lets many more pass for a wish for one (社長, 直接, 話); by those
whoever was called for may be meant, and nobody else."""

GoOn = Callable[[Script, State], Move]

HOLD_SECONDS = 30.0
"""How long we wait unasked after "ちょっと待ってください"."""

NUMBER_EXTRA_SECONDS = 3.0
"""Looking up one's own number takes longer than answering."""

TROUBLE_EXTRA_SECONDS = 6.0
"""Whoever tells what went wrong draws breath, and is not to be hurried."""

CUT_SECONDS = 3.0
"""After an interruption that came to nothing we say it again."""

SILENCES = 3
"""The silence that ends a call: the third in a row."""

TRANSFER_MARGIN_SECONDS = 15.0
"""Beyond the ringing, until a transfer of which nothing is heard counts as failed."""

HUMAN_SURE = 0.4
"""Confidence from which somebody wants a person: 社内で相談します sounds a little like it."""

PUTS_THROUGH = frozenset({FrameName.PERSON, FrameName.MESSAGE, FrameName.QUESTION, FrameName.SALES})
"""Goals that find somebody of a department themselves, or put nobody through."""

BARE_WAIT = 20
"""Most characters of a wish that we wait that is nothing else."""

REPEATS = 3
"""How often the same words are said again before we go on to another wording."""


def intercept(script: Script, state: State, meaning: Meaning, go_on: GoOn) -> Move | None:
    """What is not about the matter but about the conversation."""
    greeted = state.turns == 1 and not state.asked
    grave = meaning.reason in handover.GRAVE and meaning.confidence >= SURE  # どうにかしてもらえませんか
    again = meaning.answer is Answer.REPEAT and not _told_anew(state)
    if again and not greeted and not grave and not _says_too_often(state):
        slow = tuple(replace(phrase, slow=True) for phrase in state.said)
        state = replace(aside(state, "repeat"), said=slow)
        said, _ = say(script, replace(state, pending=()))
        return replace(said, said=slow), (Say(slow),)
    if meaning.answer is Answer.HOLD and state.waiting:
        return _waits_on(script, state)
    if meaning.answer is Answer.HOLD:
        held, actions = say(script, replace(state, waiting=True), "hold")
        return replace(held, said=state.said), actions
    if sales.refusing(state):
        honest = identity.asked(script, state, meaning) == "machine"
        return identity.answered(script, state, meaning, go_on) if honest else None
    if abuse.is_abusive(state.words, meaning.slots):
        return abuse.answered(script, state)
    if identity.was_all(state):
        return close(script, identity.nothing_more(state, meaning), Outcome.ANSWERED)
    if handover.wants_supervisor(state, meaning):
        return _supervisor(script, state, go_on)
    human = meaning.reason is Reason.OPERATOR and meaning.confidence >= HUMAN_SURE and not _insists_on_ours(state)
    human = human or _calls_beside(state, meaning)
    if human and not identity.asked(script, state, meaning):
        return _human(script, state, go_on)
    if reach.asks_contact(state, meaning) and state.asked.count("no_contact") < 2:
        state = _beside(state, "no_contact")
        return ask_again(script, state, "no_contact") if state.question else go_on(script, then(state, "no_contact"))
    if Want.OTHER in meaning.wants or reach.asks_of_absence(state) or state.asked.count("identity") > 1:
        return None
    if not identity.asked(script, state, meaning):
        return None
    return identity.answered(script, _beside(state, "identity"), meaning, go_on)


def holds_again(state: State, event: Heard) -> bool:
    """Whether we are to wait by the very words that were said last."""
    return event.meaning.answer is Answer.HOLD and event.hearing.text == state.words


def not_again(state: State, event: Heard) -> Heard:
    """The same words once more while we wait for the caller: he meant something else by them, and is not put off with
    the same answer. A bare wish that we wait stays one."""
    again = holds_again(state, event) and len(event.hearing.text) > BARE_WAIT
    return replace(event, meaning=replace(event.meaning, answer=None)) if again else event


def _waits_on(script: Script, state: State) -> Move:
    """The same bare wish that we wait while we do: we are still there."""
    held, actions = ask_again(script, state, "hold_end")
    return replace(held, waiting=True), actions


def _calls_beside(state: State, meaning: Meaning) -> bool:
    """Whether a department is to come to the telephone amid a goal that nobody's absence has to do with."""
    goal = state.frames[-1] if state.frames else FrameName.PERSON
    return meaning.reason is Reason.PERSON and reach.calls_department(meaning) and goal not in PUTS_THROUGH


def _insists_on_ours(state: State) -> bool:
    """Whether who is asked what it is about only wants whom he called for: 直接お話ししたいので means nobody else."""
    probed = state.expected is not None and state.expected.ask is Ask.PROBE
    return probed and state.facts.staff is not None and not _ANYBODY_WILL_DO.search(state.words)


def _beside(state: State, marker: str) -> State:
    """Note an aside; the question that stands is put in the same words once more, and then in others."""
    again = f"again:{state.asked[-1]}" if state.asked else "again"
    if again in state.asked:
        return replace(aside(state, marker), question=())
    return aside(aside(state, marker), again)


def _told_anew(state: State) -> bool:
    """Whether what was asked has an answer that was not just said: after the car park お休みは何曜日でしたっけ."""
    said = "".join(phrase.text for phrase in state.said)
    return any(isinstance(words, Phrase) and words.text not in said for words in state.pending)


def _says_too_often(state: State) -> bool:
    """An address is spelled instead of being said again; and nothing is repeated for ever."""
    echo = state.expected is not None and state.expected.ask is Ask.ECHO
    return echo or state.asked[-REPEATS - 1 : -1] == ("repeat",) * REPEATS


def _human(script: Script, state: State, go_on: GoOn) -> Move | None:
    """Put through whoever wants a person, where there is one; else promise a call back, and go on."""
    reason = state.facts.reason if state.facts.reason not in (None, Reason.OPERATOR) else Reason.OPERATOR
    facts = replace(state.facts, reason=reason)
    state = replace(state, facts=facts, frames=state.frames or (FrameName.MESSAGE,))
    if move := handover.hand_over(script, state, reason or Reason.OPERATOR):
        return move
    if move := handover.once_more(script, state, reason or Reason.OPERATOR):
        return move
    if handover.HUMAN in state.asked and not handover.owes_a_word(state):
        return None
    facts = replace(facts, callback_promised=True)
    state = then(replace(state, asked=(*state.asked, handover.HUMAN), facts=facts), "human_unavailable")
    return ask_again(script, state) if state.question else go_on(script, state)


def _supervisor(script: Script, state: State, go_on: GoOn) -> Move | None:
    """Somebody responsible: now if that can be, else by an urgent message; said once."""
    if handover.SUPERVISOR in state.asked:
        return None
    state = handover.heard_out(state)
    if move := handover.to_supervisor(script, state):
        return move
    return go_on(script, handover.supervisor_told(state))


def tone(script: Script, state: State) -> Move:
    """A fax machine calls. Nobody is there to talk to; but whoever set it going may be told where to send it."""
    if state.phase is not Phase.TALKING or state.turns:
        return state, ()
    if script.rules.fax:
        return close(script, replace(state, pending=()), Outcome.FAX, "fax_number")
    ended = replace(state, phase=Phase.CLOSING, outcome=Outcome.FAX, speaking=False, deadline=None)
    return ended, (HangUp(),)


def turned_away(script: Script, state: State) -> Move:
    """All lines are taken: a sentence, and the end; the report says who it was."""
    state = replace(state, phase=Phase.CLOSING, expected=Expected(Ask.CLOSING), outcome=Outcome.TURNED_AWAY)
    state, actions = say(script, state, "all_busy", protected=True)
    return state, (*actions, HangUp())


def missed(state: State) -> State:
    """Not understood: the line is to blame, and the question is put in another way."""
    return then(state, "line_far") if "line_far" not in state.pending else state


def spoken(script: Script, state: State) -> State:
    """We have finished: how long the caller now has."""
    patience, phase = script.patience, state.phase
    if phase is Phase.CLOSING:
        return hearing(state, phase, patience.closing)
    if phase is Phase.TRANSFERRING:
        return hearing(state, phase, state.ring_seconds + TRANSFER_MARGIN_SECONDS)
    asked = state.expected.ask if state.expected else Ask.OPENING
    if state.waiting:
        return hearing(state, phase, HOLD_SECONDS)
    if asked is Ask.CONFIRM_CALLER:
        return hearing(state, phase, patience.readback)
    extra = NUMBER_EXTRA_SECONDS if asked in (Ask.NUMBER, Ask.ECHO, Ask.RECORD) else 0.0
    if state.frames[-1:] == (FrameName.COMPLAINT,) and asked in (Ask.PURPOSE, Ask.DETAIL):
        extra = TROUBLE_EXTRA_SECONDS
    return hearing(state, phase, patience.answer + extra)


def due(script: Script, state: State, go_on: GoOn) -> Move:
    """Nothing came in time."""
    match state.phase:
        case Phase.CLOSING:
            return replace(state, deadline=None), (HangUp(),)
        case Phase.RECORDING:
            return recorded(script, state)
        case Phase.TRANSFERRING:
            return transfer_failed(script, state, go_on)
        case _:
            return _silent(script, state, go_on)


def resume(script: Script, state: State, go_on: GoOn) -> Move:
    """Say again what an interruption that brought nothing had cut off."""
    if state.unheard:
        return go_on(script, state)
    said = state.said
    state, _ = say(script, replace(state, pending=()))
    return replace(state, said=said), (Say(said),)


def _silent(script: Script, state: State, go_on: GoOn) -> Move:
    if state.looking:
        return go_on(script, _unanswered(state))
    if state.cut:
        return resume(script, replace(state, silences=state.silences + 1), go_on)
    if state.waiting:
        return ask_again(script, replace(state, waiting=False), "hold_end")
    if state.expected and state.expected.ask is Ask.CONFIRM_CALLER:
        return go_on(script, replace(state, asked=(*state.asked, state.asked[-1])))
    silences = state.silences + 1
    if silences >= SILENCES:
        nothing = state.turns == 0 and not state.digits
        return close(script, state, Outcome.NOTHING if nothing else Outcome.ABANDONED, "silence_end")
    after, actions = go_on(script, then(state, f"silence_{silences}"))
    return replace(after, silences=silences), actions


def _unanswered(state: State) -> State:
    """The shell was asked and did not answer: nothing is known then, and nothing done."""
    staff = state.facts.staff.value if state.facts.staff else ""
    match state.looking:
        case "staff":
            state = replace(state, presence=Found(state.at, staff, "", None))
        case "colleague":
            pass  # the next one is asked for
        case "caller":
            state = replace(state, recalled=state.recalled or Recalled(state.at))
        case _:
            state = replace(state, answer=Booked(state.at, False))
    return replace(state, looking="")


def recorded(script: Script, state: State) -> Move:
    """The recorded message has ended, or never began."""
    spoke = state.turns > 0
    return (
        close(script, state, Outcome.RECORDED, "record_end")
        if spoke
        else close(script, state, Outcome.NOTHING, "silence_end")
    )


def recording(script: Script, state: State, heard: Heard) -> State:
    """More of a recorded message: it is in the recording; what could be written down is kept beside it."""
    return replace(hearing(state, Phase.RECORDING, script.patience.recording), turns=state.turns + 1)


def transfer_failed(script: Script, state: State, go_on: GoOn) -> Move:
    """Nobody took it: the caller is with us again, and a message is taken."""
    return go_on(script, handover.returned(replace(state, phase=Phase.TALKING)))


def broke(script: Script, state: State, event: Broke) -> Move:
    """Something of ours failed: an apology and the question again, then the recorded message, then good-bye."""
    if event.what == "house":
        return _shut(script, state)
    state = replace(state, breaks=state.breaks + 1, speaking=False)
    if state.phase in (Phase.CLOSING, Phase.RECORDING) and event.what == "ear":
        return hearing(state, state.phase, script.patience.recording), ()
    if event.what == "mouth" and state.breaks > 1:
        return replace(state, deadline=None, outcome=state.outcome or Outcome.ABANDONED), (HangUp(),)
    if state.phase is Phase.TALKING and state.breaks == 1:
        return ask_again(script, state, "broke")
    if state.phase is Phase.TALKING and state.breaks == 2:
        return record(script, state)
    return close(script, state, state.outcome or Outcome.ABANDONED, "broke_end")


def _shut(script: Script, state: State) -> Move:
    """We are being stopped: what was said so far is passed on, and the caller told so where there is anything."""
    if state.phase is Phase.CLOSING or state.phase is Phase.TRANSFERRING:
        return state, ()
    told = state.turns > 0 or bool(state.digits)
    state = replace(state, pending=(), digits="", frames=())
    words = "house_end_passed_on" if told else "house_end"
    closed, actions = close(script, state, state.outcome or Outcome.ABANDONED, words)
    return closed, (*actions, HangUp())
