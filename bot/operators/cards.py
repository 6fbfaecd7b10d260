"""A live call as consoles show it: who, why, what is known and how surely. Pure: from the mind's state to a card.

In the report's own words (`bot/reporting/fields`), so that an operator reads while the call goes on what the company
will read after it. Left out: the transcript, and what is kept of a call beside itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.company.script import Script
from bot.dialogue.greeting import greeting
from bot.dialogue.state import Facts, State
from bot.dialogue.vip import vip_of
from bot.dialogue.wording import phrases
from bot.operators.duty import LiveCall
from bot.operators.messages import CallCard, FieldCard
from bot.reporting.fields import Field, Mark, clean, company_field, gist_of, name_field, number_field, wanted_field
from bot.reporting.report import REASONS
from bot.store import Call
from nlu import phone
from nlu.meaning import Reason

FIELDS = ("caller_name", "company", "number", "staff", "purpose")
"""Of `Facts`, in the order of the report; all that has a clip."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A live call as the one who leads it knows it."""

    record: Call
    script: Script
    state: State


def card_of(subject: Subject, live: LiveCall) -> CallCard:
    """The card."""
    record, script, state = subject.record, subject.script, subject.state
    facts, fields = state.facts, _fields(subject)
    caller, gist = _caller(facts), gist_of(facts.purpose)[0]
    reason = REASONS[facts.reason] if facts.reason not in (None, Reason.OTHER) else ""
    ringing = live.ringing
    consulting = live.consulted or (ringing.at[0] if ringing and ringing.consulting else "")
    return CallCard(
        call_id=record.id,
        company=script.key,
        company_name=clean(script.spoken.text),
        began=record.began,
        where=live.where,
        operator=live.operator or (state.attended[-1].operator if state.attended else ""),
        mode=live.mode,
        number=phone.written(phone.groups(record.caller)) if record.caller else "",
        caller=caller,
        reason=reason,
        summary="、".join(filter(None, (caller, _wanted(subject), gist or reason))),
        marks=_marks(script, state),
        fields=fields,
        greeting=_greeting(subject),
        waiting_since=live.since,
        consulting=consulting,
        dials=live.dials,
        telephone=phone.written(phone.groups(live.telephone)) if live.telephone else "",
        reached=live.reached,
    )


def _fields(subject: Subject) -> tuple[FieldCard, ...]:
    script, state = subject.script, subject.state
    gist, whole = gist_of(state.facts.purpose)
    purpose = Field("ご用件", whole or gist, _mark(state.facts, "purpose"))
    number = number_field(subject.record, state, {})
    shown = (name_field(state, {}), company_field(state, {}), number, wanted_field(script, state, {}), purpose)
    cards = [_card(state.facts, name, field) for name, field in zip(FIELDS, shown, strict=True)]
    extra = [FieldCard(f"detail:{label}", clean(label), clean(value), "", 1.0) for label, value in state.facts.details]
    return (*(card for card in cards if card is not None), *extra)


def _mark(facts: Facts, name: str) -> Mark:
    fact = facts.get(name)
    return Mark.MISSING if fact is None else Mark.CONFIRMED if fact.status.value == "confirmed" else Mark.HEARD


def _card(facts: Facts, name: str, field: Field) -> FieldCard | None:
    fact = facts.get(name)
    if fact is None:
        return FieldCard(name, field.label, field.value, "未聴取", 0.0)
    status = {Mark.CONFIRMED: "確認済み", Mark.HEARD: "聞き取りのみ", Mark.MISSING: "未聴取"}.get(field.mark, "")
    return FieldCard(name, field.label, field.value, status, fact.confidence, fact.span)


def _caller(facts: Facts) -> str:
    company = clean(facts.company.text or facts.company.value) if facts.company and facts.company.value else ""
    name = f"{clean(facts.caller_name.value)} 様" if facts.caller_name and facts.caller_name.value else ""
    return f"{company} {name}".strip()


def _wanted(subject: Subject) -> str:
    facts, field = subject.state.facts, wanted_field(subject.script, subject.state, {})
    return f"{field.value}宛" if (facts.staff or facts.department) and field.value else ""


def _marks(script: Script, state: State) -> tuple[str, ...]:
    """What an operator should know before anything else."""
    facts, vip = state.facts, vip_of(script, state)
    marks = (
        ("VIP", vip is not None),
        ("至急", facts.urgent),
        ("苦情", facts.reason is Reason.COMPLAINT),
        ("優先", facts.pressing and not facts.urgent),
        (f"再入電{facts.chases}回", facts.chases > 0),
        ("営業の疑い", facts.sales_suspected or facts.reason is Reason.SALES),
        ("聞き取り困難", state.asked.count("missed") > 1),
    )
    return tuple(mark for mark, holds in marks if holds)


def _greeting(subject: Subject) -> str:
    state = subject.state
    if state.began is None:
        return ""
    return "".join(phrase.text for phrase in phrases(subject.script, State(), greeting(subject.script, state.began)))
