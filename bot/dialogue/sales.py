"""The frame *sales*: somebody calls to sell, or may.

Who certainly does is refused at once, without a lie, a name, an address, a better time or a promise; insistence is
answered twice, and then the call ends. In doubt we ask what it is about, in two ways at most, and whoever is not
plainly selling is then a caller like any other. Which calls come here at all is `frames`' business; what sells is
understanding's.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.company.rules import SalesPolicy
from bot.company.script import Script
from bot.dialogue import gather
from bot.dialogue.events import Heard
from bot.dialogue.moves import Onward, Rung, ask, climb, close, then
from bot.dialogue.state import Captured, FrameName, Outcome, State
from bot.dialogue.wording import confirmed
from nlu.expected import Ask
from nlu.identity.companies import company_slot
from nlu.kana import canonical, is_kana
from nlu.meaning import PLAIN, SURE, Answer, Meaning, Reason, Sales, SalesOutcome, Want
from nlu.reasons.gist import is_farewell

EVASIVE = 0.25
"""Probability of sales from which an answer to a probe has not cleared the matter, though it counts as none."""

HARMLESS = 0.12
"""Probability of sales below which words after a refusal may show that we were wrong. All that insistence is made of
("資料だけでも", "お名前だけでも") lies well above it."""

DOUBTED_AT = frozenset({Ask.OPENING, Ask.PURPOSE, Ask.PROBE, Ask.MORE, Ask.CALLER, Ask.NAME, Ask.COMPANY})
"""Questions at whose answer a doubt is still asked about; elsewhere only who certainly sells is refused."""

NEVER_SALES = frozenset(
    {
        Reason.DELIVERY,
        Reason.OFFICIAL,
        Reason.CHASE,
        Reason.COMPLAINT,
        Reason.APPLICATION,
        Reason.RESERVATION_NEW,
        Reason.RESERVATION_CHANGE,
        Reason.RESERVATION_CANCEL,
    }
)
"""What customers, authorities, couriers and applicants call about."""

UNDOUBTED = NEVER_SALES | {Reason.QUESTION}
"""Reasons that keep a call from being doubted; a question that sells is certain sales."""

ASIDES = frozenset({Reason.IDENTITY, Reason.OPERATOR})
"""Answered by `repair`, whatever the goal."""

BESIDE = ASIDES | {Reason.WRONG_NUMBER}
"""What is answered first where there is but a small doubt."""

OTHERWISE = NEVER_SALES | {Reason.PERSON, Reason.CALLBACK, Reason.MESSAGE}
"""Reasons that, given after a refusal by plain words, show that we were wrong."""

REFUSALS: tuple[Rung, ...] = (
    (Ask.PROBE, "refuse_sales"),
    (Ask.PROBE, "refuse_sales_again"),
    (Ask.PROBE, "refuse_sales_last"),
)
"""The refusal, and the answers to insistence. A probe is what follows them for understanding: what is said next is
judged together with the opening."""

PROBES = ("probe_before", "probe_matter", "probe_detail", "probe_appointment")
"""Kinds of doubt that we ask about: an earlier talk, the matter, more of it, an appointment."""

MOST_PROBES = 2

MACHINE = "machine"
"""Topic of a recorded announcement."""
WORD = "sales_word"
"""Topic of a seller who asks no more than that his call be passed on, to a company that has such calls reported."""
LEAVES = "sales_leaves"
"""Topic of a caller who takes leave."""

_EARLIER = re.compile(r"先日|以前|この前|この間|前回|昨日|先週|先月|例の|お送りし|お話しした|お伝えし")
"""Words that claim an earlier talk."""

_LEAVES = re.compile(
    r"失礼(?:いた)?し(?:ます|ました)|改め(?:ます|て)|また(?:お)?(?:かけ|電話|連絡)|さようなら|ありがとうござい"
)
_GIVES_WAY = re.compile(
    r"(?:あ|ああ|いえ|では|じゃ|もう|はい|ええ|ね|、|。| |そう(?:なん)?ですか|"
    r"わかりました|承知(?:いた)?しました|了解です|なるほど|結構です)+"
)
"""Words by which somebody takes leave, and such as only take note."""


_ONLY_CALLED = re.compile(
    r"(?:電話|連絡)(?:が|を|の)?(?:あ[っり]|した|いた|差し上げ)[^、。]{0,6}(?:こと|旨|と)?(?:だけ|のみ)"
)
"""A message of no more than that somebody called."""
_MACHINE = re.compile(
    r"自動(?:音声|応答|ガイダンス)|音声(?:ガイダンス|案内)|(?:番号|数字|ボタン|シャープ|米印|[0-9〇一二三四五六七八九]番?)を(?:押|お押|選)|"
    r"(?:発信音|ピーという音)の(?:後|あと)|留守番電話(?:サービス)?(?:です|に(?:接続|おつなぎ))|電話に出ることができません"
)
"""What only a recorded announcement says of itself."""


def takes(script: Script, state: State, heard: Heard) -> State:
    """Before a refusal: whether they sell. After it: whether they leave, insist, or turn out to be somebody else."""
    if "refuse" in state.asked:
        return _after_refusal(script, state, heard)
    meaning, sales = heard.meaning, heard.meaning.sales
    if _MACHINE.search(state.told):
        return _take_machine(state, heard)
    if meaning.reason in ASIDES or meaning.answer in (Answer.REPEAT, Answer.HOLD):
        return state
    if sells(script, state, sales):
        return _mark(state, "sales_certain")
    probes = _probed(state)
    if probes and leaves(heard.hearing.text) and not meaning.slots.caller_name:
        return _mark(gather.without_purpose(state, meaning.purpose), LEAVES)
    doubtful = sales is None or sales.outcome is SalesOutcome.DOUBTFUL or sales.probability >= EVASIVE
    plainly = meaning.reason in NEVER_SALES or asks_us(meaning)
    if not probes or (doubtful and probes < MOST_PROBES and not plainly):
        return state
    return cleared(state, meaning, doubtful)


def _take_machine(state: State, heard: Heard) -> State:
    """Whether somebody answered the question whether we expect the call; an announcement goes on talking."""
    meaning = heard.meaning
    if state.facts.purpose is None:
        words = Captured(heard.hearing.text, span=heard.span)
        state = replace(state, facts=replace(state.facts, purpose=words))
    if MACHINE not in state.asked or not heard.hearing.readings:
        return state if MACHINE in state.asked else _mark(state, MACHINE)
    person = meaning.answer in (Answer.YES, Answer.NO) or meaning.slots.caller_name or meaning.slots.staff
    if person and not _MACHINE.search(heard.hearing.text):
        return cleared(replace(state, told=heard.hearing.text), meaning, suspected=False)
    return _mark(state, LEAVES)


def _probed(state: State) -> int:
    return sum(state.asked.count(probe) for probe in PROBES)


def sells(script: Script, state: State, sales: Sales | None) -> bool:
    """Whether this caller is one to refuse: by the lists, or by what was said."""
    on = listed(script, state)
    return on == "deny" if on else sales is not None and sales.outcome is SalesOutcome.CERTAIN


def _mark(state: State, topic: str) -> State:
    return replace(state, asked=(*state.asked, topic))


def cleared(state: State, meaning: Meaning, suspected: bool) -> State:
    """They do not plainly sell: the goal below goes on with what is known."""
    facts = state.facts
    if facts.reason is Reason.SALES:
        other = meaning.reason if meaning.reason not in (None, Reason.SALES) else Reason.MESSAGE
        facts = replace(facts, reason=other)
    facts = replace(facts, sales_suspected=facts.sales_suspected or suspected)
    below = state.frames[:-1]
    if below[-1:] == (FrameName.QUESTION,) and not facts.answered and not facts.unanswered:
        below = (*below[:-1], FrameName.MESSAGE)  # it was asked before we asked, and is passed on
    return replace(_mark(state, "sales_cleared"), frames=below, facts=facts)


def asks_us(meaning: Meaning) -> bool:
    """Whether it is a question that the company's entries answer."""
    return meaning.known is not None and meaning.known.kind == "entry"


def _after_refusal(script: Script, state: State, heard: Heard) -> State:
    text, meaning = heard.hearing.text, heard.meaning
    if shows_otherwise(meaning):
        state = cleared(state, meaning, suspected=True)
        return then(_mark(state, "sales_mistaken"), "sales_mistaken")
    state = gather.without_purpose(state, meaning.purpose)
    if Want.MESSAGE in meaning.wants and script.rules.sales.policy is SalesPolicy.REPORT:
        return _mark(state, WORD)
    if leaves(text) or takes_note(text):
        return _mark(state, LEAVES)
    return _mark(state, "sales_insists")


def leaves(text: str) -> bool:
    """Whether somebody takes leave."""
    return is_farewell(text) or bool(_LEAVES.search(text.replace("ー", "")))


def takes_note(text: str) -> bool:
    """Whether nothing was said but that it was heard: そうですか、わかりました."""
    return bool(_GIVES_WAY.fullmatch(text))


def shows_otherwise(meaning: Meaning) -> bool:
    """Whether words after a refusal are plainly those of a customer, a courier, an authority."""
    sales = meaning.sales
    harmless = sales is not None and sales.probability < HARMLESS and sales.outcome is SalesOutcome.NOT_SALES
    told = bool(meaning.purpose) and not _ONLY_CALLED.search(meaning.purpose)
    return harmless and meaning.reason in OTHERWISE and (told or meaning.reason in NEVER_SALES)


def goes_on(script: Script, state: State) -> Onward:
    """Refuse, ask, or leave it to the goal below."""
    if "sales_certain" in state.asked:
        return _refuse(script, state)
    if MACHINE in state.asked:
        return _ask_machine(script, state)
    if LEAVES in state.asked:
        suspected = replace(state, facts=replace(state.facts, sales_suspected=True), pending=())
        return close(script, suspected, Outcome.ABANDONED)
    if _probed(state) >= MOST_PROBES:
        return _suspect(state)
    probe = _probe(state)
    return ask(script, state, probe, (Ask.PROBE, probe))


def _refuse(script: Script, state: State) -> Onward:
    """Each insistence has an answer of its own; silence and leave-taking end the call."""
    state = replace(state, facts=replace(state.facts, reason=Reason.SALES, urgent=False), pending=())
    if WORD in state.asked:
        state = replace(state, facts=replace(state.facts, sales_suspected=True))
        return close(script, state, Outcome.MESSAGE, "closing_sales_word")
    refused, insisted = state.asked.count("refuse"), state.asked.count("sales_insists")
    argues = refused <= insisted and LEAVES not in state.asked
    if argues and (move := climb(script, state, "refuse", REFUSALS)):
        return move
    key = "closing_sales_insisted" if insisted >= len(REFUSALS) else "closing_sales"
    return close(script, state, Outcome.REFUSED, key)


def _ask_machine(script: Script, state: State) -> Onward:
    """One question; an announcement does not answer it."""
    state = replace(state, pending=())
    if LEAVES not in state.asked and "probe_appointment" not in state.asked:
        return ask(script, state, "probe_appointment", (Ask.PROBE, "probe_appointment"))
    state = replace(state, facts=replace(state.facts, reason=Reason.SALES, urgent=False))
    return close(script, state, Outcome.REFUSED, "closing_machine")


def _suspect(state: State) -> State:
    """Asked twice and none the wiser: an ordinary message, marked, and no call back is promised of our own accord."""
    other = cleared(state, Meaning(), suspected=True)
    other = replace(other, facts=replace(other.facts, reason=Reason.SALES))
    below = other.frames or ((FrameName.PERSON,) if other.facts.staff else (FrameName.MESSAGE,))
    return replace(other, frames=(*below, FrameName.SALES))


def _probe(state: State) -> str:
    """The question that fits what was said best, of those that were not put."""
    matter = "probe_detail" if state.facts.purpose or "purpose" in state.asked else "probe_matter"
    order = ["probe_before", matter] if _EARLIER.search(state.told) else [matter, "probe_before"]
    return next(probe for probe in (*order, "probe_appointment") if probe not in state.asked)


def listed(script: Script, state: State) -> str:
    """ "allow" or "deny" where the company's lists say so of this caller, "" otherwise; what the store has recalled
    goes before the script."""
    if state.recalled is not None and state.recalled.listed:
        return state.recalled.listed
    rules = script.rules.sales
    for kind, entries in (("allow", rules.allow), ("deny", rules.deny)):
        if any(_is_caller(state, entry) for entry in entries):
            return kind
    return ""


def _is_caller(state: State, entry: str) -> bool:
    shown = state.began.caller if state.began else ""
    company = state.facts.company
    digits = re.sub(r"[-() ]", "", entry)
    if digits.isdigit():
        return digits == shown
    if company is None or not company.value:
        return False
    slot = None if is_kana(entry) else company_slot(entry)
    sounds = (slot.value, *slot.alternatives) if slot else (entry,)
    return company.text == entry or canonical(company.value) in {canonical(sound) for sound in sounds}


def wanted(script: Script, state: State, meaning: Meaning) -> bool:
    """Whether this may be a sales call that the company does not want; once a number was taken or a call-back was
    promised it is a message like any other, and so it is once we were wrong. A doubt is asked about while we ask."""
    sales = meaning.sales
    if script.rules.sales.policy is SalesPolicy.PUT_THROUGH or "sales_mistaken" in state.asked or owed(state):
        return False
    if on := listed(script, state):
        return on == "deny"
    if _MACHINE.search(state.words) and MACHINE not in state.asked:
        return True
    certain = sales is not None and sales.outcome is SalesOutcome.CERTAIN
    doubted = sales is None and meaning.reason is Reason.SALES and meaning.confidence >= PLAIN
    if not doubted and (sales is None or sales.outcome is SalesOutcome.NOT_SALES):
        return False
    if not doubted and not certain and not _may_be_doubted(state, meaning):
        return False
    if not certain and meaning.reason in BESIDE and sales is not None and sales.probability < EVASIVE:
        return False
    if not certain and state.facts.answered:
        return False  # who asks what our script answers, and then says no more than that, is a customer
    plainly_not = (meaning.reason in UNDOUBTED and meaning.confidence >= SURE) or asks_us(meaning)
    plainly_not = plainly_not or (meaning.known is not None and meaning.known.entry is not None)
    return certain or not ("sales_cleared" in state.asked or plainly_not)


def _may_be_doubted(state: State, meaning: Meaning) -> bool:
    """Whether a doubt is asked about: while we ask, and of whoever answers an offer by what sounds like a pitch alone
    (では、資料をお送りしてもよろしいですか)."""
    asked = state.expected.ask if state.expected else None
    pitch = meaning.reason is Reason.SALES and meaning.confidence >= SURE and "sales_cleared" not in state.asked
    return asked in DOUBTED_AT or (asked is Ask.OFFER and pitch and meaning.answer not in (Answer.YES, Answer.NO))


def suspected(script: Script, state: State, meaning: Meaning) -> State:
    """A pitch that comes when a report is owed already: it is taken, and marked."""
    policy, sales = script.rules.sales.policy, meaning.sales
    pitch = sales is not None and sales.outcome is SalesOutcome.CERTAIN and owed(state)
    if not pitch or policy is SalesPolicy.PUT_THROUGH or listed(script, state) == "allow":
        return state
    return replace(state, facts=replace(state.facts, sales_suspected=True))


def policy_refuses(script: Script) -> bool:
    """Whether the company wants no sellers put through."""
    return script.rules.sales.policy is not SalesPolicy.PUT_THROUGH


def owed(state: State) -> bool:
    """Whether somebody is to be told of this call, whatever else comes up in it."""
    return state.facts.callback_promised or confirmed(state.facts.number)


def refusing(state: State) -> bool:
    """Whether the caller is one who was refused, or an announcement: no wish of such a caller is granted."""
    return state.frames[-1:] == (FrameName.SALES,) and ("refuse" in state.asked or MACHINE in state.asked)
