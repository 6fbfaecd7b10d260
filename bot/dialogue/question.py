"""The frame *question*: answered from the company's own entries, or not at all.

An answer is said as the company wrote it. Whatever is beyond the entries, a follow-up that goes deeper too, is handed
over where the company wants that, or somebody calls back; nothing is guessed. Name and number are not asked of a
caller whose questions were all answered. A question that comes up within another goal is answered, and that goal goes
on.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import delivery, gather, handover, message, sales, who
from bot.dialogue.actions import Phrase
from bot.dialogue.events import Heard
from bot.dialogue.moves import Onward, Rung, announce, ask, climb, then
from bot.dialogue.state import FrameName, State
from nlu.asking import is_put
from nlu.expected import Ask
from nlu.meaning import PLAIN, Answer, Known, Meaning, Reason, Want
from nlu.times import choices

MORE: tuple[Rung, ...] = (
    (Ask.MORE, "ask_more"),
    (Ask.MORE, "ask_more_again"),
    (Ask.MORE, "ask_more_else"),
) * 2
"""Whether there is anything else; each wording comes twice at most. Nobody has asked seven questions yet."""

OFFER: tuple[Rung, ...] = ((Ask.OFFER, "offer_answer"), (Ask.OFFER, "offer_answer_again"))

BEYOND = "beyond"
"""Topic of a question that we cannot answer and of which nothing was said yet."""
SAID = "beyond_said"
TOPIC = "beyond_topic"
"""The question touches what the company wants a person to answer. Others are handed over only where a group of people
is there for questions."""
OVER = "question_over"
"""Topic of a question that a person answers, once it is known who calls."""
DONE = "no_more"

BOOKING = frozenset({Reason.RESERVATION_NEW, Reason.RESERVATION_CHANGE, Reason.RESERVATION_CANCEL})
LEFT = frozenset({Reason.MESSAGE, Reason.CALLBACK, Reason.PERSON, Reason.APPLICATION, Reason.DELIVERY})
"""Matters that come after an answer and are left for somebody."""

KEPT_BACK = 0.5
"""Probability from which words that give no other reason ask for what the company wants a person to answer."""

DOUBTABLE = frozenset({None, Reason.DELIVERY, Reason.APPLICATION})
"""Reasons beside a question with which it is asked back what was probably asked."""

WISHES = frozenset({Reason.CALLBACK, Reason.MESSAGE, Reason.PERSON, Reason.OPERATOR, Reason.SALES})
"""Reasons that are no questions, however near an entry sounds."""

NAMELESS = 2
"""How often the name is asked for before somebody is put through without it."""

SAME_ANSWER = 2
"""How often one entry is told: whoever asks a third time wants to know something else."""

TOLD_AGAIN = 0.85
"""Probability from which an entry is told a second time: who has heard it and asks on mostly asks for what it leaves
open (after 四トン車まで: 車高の高いトラックは)."""

STANDING = frozenset(
    {Ask.CALLER, Ask.NAME, Ask.COMPANY, Ask.CALLER_ID, Ask.NUMBER, Ask.PURPOSE, Ask.OFFER, Ask.WHEN, Ask.PARTY}
)
"""Questions of the goal below to which one comes back with それでは."""

_WISHES_MORE = re.compile(
    r"(?:たい|ほしい|欲しい|もらえ|もらいた|いただけ|いただきた|頂け|頂きた|くれ)[^。]{0,14}$|[をに]お願い(?:し|でき|いた)"
)
"""What somebody wants done, and no more to know: 中を見せてもらいたいんですが."""

_THANKS = re.compile(
    r"ありがとう|助かり(?:ます|ました)|どうも[。]?$|(?:分|わ)かりました[。]?$|承知(?:し|いた)しました[。]?$"
)

TAKEN = frozenset({Answer.YES, Answer.CALLER_ID, Answer.KNOWN})
DECLINED = frozenset({Answer.NO, Answer.REFUSE, Answer.LATER})
LIKELY = 0.4
"""Confidence of the reason from which something is a question though no entry answers it."""


def asks(meaning: Meaning) -> bool:
    """Whether this is a question to the company's entries; who wants to be called, or to leave word, asks for that."""
    if not {Want.CALLBACK, Want.MESSAGE}.isdisjoint(meaning.wants):
        return False
    known = meaning.known.kind if meaning.known else "none"
    entry = known == "entry" or (known == "maybe" and meaning.reason in DOUBTABLE)
    if known == "beyond" and meaning.known is not None and meaning.known.probability >= KEPT_BACK:
        entry = meaning.reason in (None, Reason.OTHER)
    wishes = meaning.reason in WISHES and meaning.confidence >= PLAIN
    return (entry and not wishes) or (meaning.reason is Reason.QUESTION and meaning.confidence >= LIKELY)


def is_kept_back(heard: Heard) -> bool:
    """Whether something is asked that the company wants a person to answer, whatever else it sounds like."""
    known = heard.meaning.known
    beyond = known is not None and known.kind == "beyond" and known.probability >= KEPT_BACK
    return beyond and is_put(heard.hearing.text)


def _asks_more(heard: Heard) -> bool:
    """Whether an answer to "anything else?" asks something, though it sounds like a no: 連れて行ってもいいですか."""
    meaning, text = heard.meaning, heard.hearing.text
    vague = meaning.reason in (None, Reason.OTHER, Reason.IDENTITY) or meaning.confidence < PLAIN
    return meaning.known is not None and vague and not sales.takes_note(text) and not sales.leaves(text)


def _takes_leave(heard: Heard) -> bool:
    """Whether an answer is only repeated, with thanks: 三時と四時半ね、わかりました。ありがとう."""
    known, text = heard.meaning.known, heard.hearing.text
    doubtful = known is not None and known.kind != "entry"
    thanks = sales.leaves(text) or bool(_THANKS.search(text))
    return doubtful and thanks and not is_put(text)


def takes(script: Script, state: State, heard: Heard) -> State:
    """A question, the answer to our offer, or whether there is anything else."""
    meaning, asked = heard.meaning, state.asked[-1:]
    if OVER in state.asked and _wants_call(meaning):
        return then(_as_message(state), "understood")
    more = asked in (("more",), ("more_what",)) and bool(heard.hearing.readings)
    if more and choices.gives_up(heard.hearing.text) and not _wants_call(meaning):
        return replace(gather.without_purpose(state, meaning.purpose), asked=(*state.asked, DONE))
    if more and (_takes_leave(heard) or delivery.was_told(state, meaning, heard.hearing.text)):
        return replace(gather.without_purpose(state, meaning.purpose), asked=(*state.asked, DONE))
    if asks(meaning) or (more and _asks_more(heard)):
        return _take_question(script, state, heard)
    if state.doubted is not None and heard.hearing.readings:
        return _take_doubted(script, state, meaning)
    if asked == ("offer_answer",):
        return _take_offer(state, heard)
    if more:
        return _take_more(script, state, meaning)
    return state


def _take_question(script: Script, state: State, heard: Heard) -> State:
    known, words = heard.meaning.known, heard.meaning.purpose or heard.hearing.text
    doubtful = state.facts.reason is None or heard.meaning.confidence < PLAIN
    answered = known is not None and known.kind == "entry" and state.facts.reason in DOUBTABLE and doubtful
    reason = Reason.QUESTION if answered or state.facts.reason in (None, Reason.OTHER) else state.facts.reason
    state = replace(state, doubted=None, facts=replace(state.facts, reason=reason))
    new = known is not None and any(f"answer:{entry}" not in state.asked for _, _, entry in known.several)
    if known is not None and new:
        return _take_several(script, state, known)
    return _take_one(script, state, known, words)


def _take_one(script: Script, state: State, known: Known | None, words: str) -> State:
    if known is not None and known.entry is not None and known.entry < len(script.knowledge.entries):
        if known.kind == "maybe" and f"maybe:{known.entry}" not in state.asked:
            return replace(state, doubted=(known.entry, words))
        if known.kind == "entry" and _worth_telling(known, state.asked.count(f"answer:{known.entry}")):
            return _answered(script, state, known.entry, words)
    topic = (TOPIC,) if known is not None and known.kind == "beyond" else ()
    return replace(_unanswered(state, words), asked=(*state.asked, *topic, BEYOND))


def _take_several(script: Script, state: State, known: Known) -> State:
    """Every one of several questions: those that have an answer first; one that may have is asked back about, and the
    others are taken on."""
    for words, kind, entry in known.several:
        if entry is not None and f"answer:{entry}" in state.asked:
            continue
        state = replace(state, pending=tuple(key for key in state.pending if key != "resume"))
        if kind != "entry" and (state.doubted is not None or _owes_word(state)):
            state = _unanswered(state, words)
        else:
            state = _take_one(script, state, Known(kind, entry, 1.0), words)
    return state


def _owes_word(state: State) -> bool:
    """Whether there is a question of which it was not said yet that we cannot answer it."""
    return state.asked.count(BEYOND) > state.asked.count(SAID)


def _worth_telling(known: Known, times: int) -> bool:
    """Whether an entry is told that was told so often before."""
    return times == 0 or (times < SAME_ANSWER and known.probability >= TOLD_AGAIN)


def _answered(script: Script, state: State, number: int, words: str) -> State:
    """The company's own answer, and back to the goal below, if that had asked something."""
    entry, facts = script.knowledge.entries[number], state.facts
    resumes = len(state.frames) > 1 and state.expected is not None and state.expected.ask in STANDING
    facts = replace(facts, answered=_with(facts.answered, words))
    state = replace(state, facts=facts, doubted=None, asked=(*state.asked, f"answer:{number}"))
    return then(state, Phrase(entry.answer, entry.reading), *(("resume",) if resumes else ()))


def _unanswered(state: State, words: str) -> State:
    return replace(state, facts=replace(state.facts, unanswered=_with(state.facts.unanswered, words)))


def _take_doubted(script: Script, state: State, meaning: Meaning) -> State:
    """What we understood was asked back: yes, or else we cannot tell."""
    if state.doubted is None:
        return state
    number, words = state.doubted
    if meaning.answer in TAKEN:
        return _answered(script, state, number, words)
    return replace(_unanswered(replace(state, doubted=None), words), asked=(*state.asked, BEYOND))


def _wants_call(meaning: Meaning) -> bool:
    """Whether a call back is asked for, and not declined."""
    by_reason = meaning.reason is Reason.CALLBACK and meaning.confidence >= PLAIN
    return (by_reason or Want.CALLBACK in meaning.wants) and meaning.answer not in DECLINED


def _with(said: tuple[str, ...], words: str) -> tuple[str, ...]:
    return said if words in said else (*said, words)


def _take_offer(state: State, heard: Heard) -> State:
    """Whoever gives a name or a number instead of a yes wants to be called, too."""
    meaning, slots = heard.meaning, heard.meaning.slots
    if _wants_call(meaning) or meaning.answer in TAKEN or slots.number is not None or slots.caller_name is not None:
        return _as_message(state)
    if meaning.answer in DECLINED:
        leaves = (DONE,) if sales.leaves(heard.hearing.text) else ()
        state = replace(state, asked=(*state.asked, "offer_declined", *leaves))
        return state if leaves else then(state, "understood")
    if meaning.known is not None:
        facts = replace(state.facts, unanswered=_with(state.facts.unanswered, heard.hearing.text))
        return then(replace(state, facts=facts), "beyond_too")
    return state


def _take_more(script: Script, state: State, meaning: Meaning) -> State:
    """No; yes, without saying what; a name, left for somebody; or another matter, which becomes a message where
    it is no goal of its own."""
    thanks = sales.takes_note(state.words) or sales.leaves(state.words)
    if Want.MESSAGE in meaning.wants and meaning.reason in LEFT and meaning.confidence >= PLAIN:
        return _left(state, meaning)
    if (meaning.slots.caller_name is not None and not thanks) or meaning.slots.number is not None:
        return _as_message(state)
    if meaning.answer is Answer.YES and meaning.bare:
        return replace(state, asked=(*state.asked, "more_wanted"))
    if _WISHES_MORE.search(state.words) and not thanks:
        return _as_message(state)
    if meaning.answer is Answer.NO:
        return replace(gather.without_purpose(state, meaning.purpose), asked=(*state.asked, DONE))
    if meaning.confidence >= PLAIN and _is_message(script, meaning):
        if meaning.reason is Reason.CALLBACK:
            return _as_message(state)
        return _left(state, meaning)
    return replace(state, asked=(*state.asked, DONE))


def _left(state: State, meaning: Meaning) -> State:
    """A matter is left for somebody."""
    frames = (*state.frames[:-1], FrameName.MESSAGE)
    return replace(state, frames=frames, facts=replace(state.facts, reason=meaning.reason))


def _is_message(script: Script, meaning: Meaning) -> bool:
    """Whether it is left for somebody, and no goal of its own."""
    if meaning.reason in BOOKING:
        return script.rules.reservations is None
    # a trouble that is not sure enough to be a goal of its own is told to somebody, too
    return meaning.reason in LEFT | {Reason.COMPLAINT} and meaning.slots.staff is None


def _as_message(state: State) -> State:
    """Somebody is to call back: who, and where?"""
    facts = replace(state.facts, callback_promised=True)
    return replace(state, facts=facts, frames=(*state.frames[:-1], FrameName.MESSAGE))


def goes_on(script: Script, state: State) -> Onward:
    """Say what is to be said; ask what else there is."""
    if state.doubted is not None:
        return ask(script, state, f"maybe:{state.doubted[0]}", (Ask.OFFER, "ask_back"))
    if _owes_word(state):
        return _beyond(script, state)
    if OVER in state.asked:
        return _over(script, state)
    if len(state.frames) == 1 and state.facts.callback_promised and state.facts.unanswered:
        return _message(script, state)
    declined = "offer_declined" in state.asked
    offered = state.asked.count("offer_answer") > 0 and not declined
    if offered and not state.facts.callback_promised:
        return climb(script, state, "offer_answer", OFFER) or _message(script, state)
    if len(state.frames) > 1 or DONE in state.asked:
        return state
    if state.asked[-1:] == ("more_wanted",):
        return climb(script, state, "more_what", ((Ask.MORE, "ask_more_what"),)) or state
    return _more(script, state)


def _more(script: Script, state: State) -> Onward:
    """Who says nothing to it is asked once more, and not whether the line is dead."""
    silent = any(key in ("silence_1", "silence_2") for key in state.pending)
    if silent:
        state = replace(state, pending=())
    if silent and state.silences:
        return state
    return climb(script, state, "more", MORE) or state


def _beyond(script: Script, state: State) -> Onward:
    """We cannot tell: over to a person, or a call back."""
    state = replace(state, asked=(*state.asked, SAID))
    rest = any(isinstance(words, Phrase) for words in state.pending)  # another question is being answered
    owed = len(state.frames) > 1 or state.facts.callback_promised
    wanted = handover.is_wanted(script, Reason.QUESTION) and handover.HUMAN not in state.asked
    grouped = any(Reason.QUESTION in group.reasons for group in script.rules.groups)
    if wanted and (TOPIC in state.asked or grouped) and not owed and handover.way(script, state, Reason.QUESTION):
        return _over(script, announce(state, OVER, "beyond_transfer"))
    if owed:
        facts = replace(state.facts, callback_promised=True)
        state = then(replace(state, facts=facts), "beyond_rest_noted" if rest else "beyond_noted")
        return state if len(state.frames) > 1 else _message(script, state)
    told = then(state, "beyond_rest" if rest else "beyond")
    return climb(script, told, "offer_answer", OFFER) or _message(script, state)


def _over(script: Script, state: State) -> Onward:
    """Who is calling, then through, also without a name that was not told; nobody there: a call back."""
    nameless = state.facts.caller_name is None and state.asked.count("caller") + state.asked.count("name") >= NAMELESS
    move = None if nameless else who.caller_next(script, state)
    return move or handover.hand_over(script, state, Reason.QUESTION) or _message(script, state)


def is_over(script: Script, state: State) -> bool:
    """Whether the caller is on the way to a person anyway: asking for somebody by a role changes nothing."""
    staff = state.facts.staff
    named = staff is not None and (script.person(staff.value) is not None or len(staff.alternatives) > 1)
    return OVER in state.asked and state.frames[-1:] == (FrameName.QUESTION,) and not named


def _message(script: Script, state: State) -> Onward:
    return message.goes_on(script, _as_message(state))
