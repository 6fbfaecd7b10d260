"""The report of one call: what was captured and how sure we are of it. Pure: a call's record and state in, a value out.

Rule: every field says whether the caller confirmed it, whether it was only heard, or whether it was not heard at all;
what was only heard brings its alternatives. Nothing is guessed and nothing captured is left out; the gist comes first,
the caller's words stand whole below where they are longer. `bot/reporting/rendering` makes a mail of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.company.rules import SalesPolicy
from bot.company.script import Script
from bot.dialogue.events import Broke, Digit, Event, Heard, HungUp, Interrupted
from bot.dialogue.hours import local
from bot.dialogue.state import BookingAction, Facts, Outcome, State
from bot.reporting.fields import (
    Field,
    Mark,
    Sample,
    attended,
    captured,
    clean,
    company_field,
    gist_of,
    name_field,
    number_field,
    own_groups,
    phone,
    sort_fields,
    wanted_field,
    when,
)
from bot.store import Call
from nlu.meaning import Reason

__all__ = [
    "WHOLE_CALL",
    "Button",
    "Field",
    "Mark",
    "Report",
    "Sample",
    "broke_down",
    "compose",
    "has_report",
    "in_digest",
    "owes_callback",
    "worth_reporting",
]

REASONS = {
    Reason.PERSON: "担当者へのお電話",
    Reason.CALLBACK: "折り返しのお電話",
    Reason.MESSAGE: "伝言",
    Reason.SALES: "営業のお電話",
    Reason.RESERVATION_NEW: "ご予約",
    Reason.RESERVATION_CHANGE: "ご予約の変更",
    Reason.RESERVATION_CANCEL: "ご予約の取り消し",
    Reason.QUESTION: "お問い合わせ",
    Reason.COMPLAINT: "ご意見・苦情",
    Reason.CHASE: "催促",
    Reason.OFFICIAL: "官公署・公的なご連絡",
    Reason.OPERATOR: "人との会話をご希望",
    Reason.IDENTITY: "当方についてのご確認",
    Reason.WRONG_NUMBER: "おかけ間違い",
    Reason.APPLICATION: "求人へのご応募",
    Reason.DELIVERY: "配達・納品",
    Reason.OTHER: "その他",
}
"""Why somebody called, in the reader's words."""
_OUTCOMES = {
    Outcome.MESSAGE: "伝言をお預かりしました。",
    Outcome.TRANSFERRED: "お電話をお取り次ぎしました。",
    Outcome.RECORDED: "お話を聞き取れなかったため、録音でお預かりしました。録音をお聞きください。",
    Outcome.ABANDONED: "ご用件を伺い終える前にお電話が切れました。それまでに伺った内容です。",
    Outcome.RESERVED: "ご予約を承りました。",
    Outcome.ANSWERED: "ご質問にお答えしました。",
    Outcome.GIVEN_UP: "ご予約について承りましたが、お客様のご意向で、お取りも変更もしておりません。",
    Outcome.REFUSED: "営業のお電話として、お断りしました。",
    Outcome.WRONG_NUMBER: "おかけ間違いのお電話でした。",
    Outcome.FAX: "ファクスなど、機械からのお電話でした。",
    Outcome.NOTHING: "お話はありませんでした。",
    Outcome.TAKEN_OVER: "オペレーターが応対しました。",
    Outcome.TURNED_AWAY: "お電話が混み合っていたため、承ることができませんでした。ご用件は伺っておりません。",
}
_BOOKINGS = {
    BookingAction.CHANGE: "ご予約の変更を承りました。",
    BookingAction.CANCEL: "ご予約の取り消しを承りました。",
}
_UNFINISHED = (Outcome.ABANDONED, Outcome.NOTHING)
_BRIEF = frozenset(Outcome) - {Outcome.MESSAGE, Outcome.RECORDED, Outcome.ABANDONED}
"""Calls in which not everything a message needs was to be asked."""
_NAMELESS = frozenset({Outcome.REFUSED, Outcome.WRONG_NUMBER, Outcome.FAX, Outcome.TURNED_AWAY})
"""Callers that nobody has to know."""
_SUBJECTS = {
    Outcome.TRANSFERRED: "お取り次ぎ済みのお電話",
    Outcome.RECORDED: "録音のお電話",
    Outcome.RESERVED: "ご予約のお電話",
    Outcome.GIVEN_UP: "ご予約のお電話(お取りやめ)",
    Outcome.REFUSED: "営業のお電話(お断り済み)",
    Outcome.WRONG_NUMBER: "おかけ間違いのお電話",
    Outcome.FAX: "ファクスの着信",
    Outcome.TAKEN_OVER: "オペレーターが応対したお電話",
    Outcome.TURNED_AWAY: "お受けできなかったお電話(混雑)",
}
_OVER = frozenset({Outcome.TRANSFERRED, Outcome.TAKEN_OVER, Outcome.WRONG_NUMBER, Outcome.FAX, Outcome.NOTHING})
"""After these nobody waits for a call back."""
_OUR_FAULT = (
    "当方の不具合により、受付が途中で止まりました。それまでに伺った内容です。"
    "お手数ですが、お客様へのご連絡をお願いいたします。"
)
_LOST = "電話回線が途中で切れました。それまでに伺った内容です。"
_CUT_OFF_THERE = (
    "オペレーターの応対中に、電話が途中で切れました。それまでに伺った内容です。"
    "お手数ですが、お客様へのご連絡をお願いいたします。"
)
_CUT_OFF = {"lost": _LOST, "crash": _OUR_FAULT, "fault": _OUR_FAULT}
"""What to say of a call that did not come to its good-bye, by `HungUp.why`."""


WHOLE_CALL = "call"
"""`Sample.field` of the caller's side as a whole, for calls that words do not tell."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something its reader can mark by a link."""

    label: str
    """折り返し済み"""
    href: str = ""
    """"" = there is no public address."""
    command: str = ""
    """Does the same at the command line."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the member is told of one call."""

    company: str
    """The member's own, as spoken."""
    call_id: str
    urgent: bool
    subject: str
    fields: tuple[Field, ...]
    done: tuple[str, ...]
    """What was promised and told."""
    outcome: str
    purpose: str = ""
    """The caller's words whole, where the gist is shorter."""
    trouble: str = ""
    """What of ours went wrong."""
    answered: tuple[str, ...] = ()
    """Questions that the script answered, in the caller's words."""
    unanswered: tuple[str, ...] = ()
    """And those beyond it."""
    notice: str = ""
    """What the mail says first; "" = the usual words."""
    buttons: tuple[Button, ...] = ()
    changes: tuple[str, ...] = ()
    """What an operator has put right, with both values."""
    remarks: tuple[str, ...] = ()
    """What operators noted."""


def worth_reporting(happened: Iterable[Event], state: State) -> bool:
    """Whether anybody should be written to: the caller spoke, pressed a button, left or reached something, or we broke
    down and cannot know. A call in which nothing was said at all (a wrong number put down at the greeting, a robot)
    is kept in the record only: thirty empty mails a day would hide the one that matters."""
    if any(isinstance(event, Heard | Interrupted | Digit) or broke_down(event) for event in happened):
        return True
    if state.outcome is Outcome.TURNED_AWAY:
        return state.began is not None and bool(state.began.caller)  # the others cannot be rung back
    return state.outcome not in (None, Outcome.NOTHING, Outcome.ABANDONED)


def has_report(script: Script, happened: Sequence[Event], state: State) -> bool:
    """Whether the call is reported by itself. A refused sales call is not, unless the company wants that, something of
    ours failed, or the caller left a number or was promised a call: then a report is owed."""
    if not worth_reporting(happened, state):
        return False
    if state.outcome is not Outcome.REFUSED or script.rules.sales.policy is SalesPolicy.REPORT:
        return True
    number = state.facts.number
    owed = state.facts.callback_promised or (number is not None and bool(number.value))
    return owed or any(broke_down(event) for event in happened)


def in_digest(script: Script, happened: Sequence[Event], state: State) -> bool:
    """Whether the day's digest is all that will tell of the call."""
    return state.outcome is Outcome.REFUSED and not has_report(script, happened, state)


def owes_callback(state: State) -> bool:
    """Whether somebody must ring this caller back."""
    return state.facts.callback_promised and state.outcome not in _OVER


def broke_down(event: Event) -> bool:
    """Did we fail the caller so that words may have gone unheard?"""
    match event:
        case Broke(what="ear" | "house") | HungUp(why="crash" | "fault"):
            return True
        case _:
            return False


def _hurry(facts: Facts) -> str:
    """How soon somebody must see to it."""
    if facts.urgent:
        return "至急"
    return "すぐにご確認ください(お急ぎとのお話なし)" if facts.pressing else "通常(お急ぎとのお話なし)"


def compose(script: Script, call: Call, state: State, samples: Sequence[Sample], trouble: str = "") -> Report:
    """The report of a call that has ended (`call.ended`, `call.why`)."""
    facts = state.facts
    sound = {sample.field: sample for sample in samples}
    outcome = state.outcome or Outcome.ABANDONED
    brief, nameless = outcome in _BRIEF, outcome in _NAMELESS
    gist, whole = gist_of(facts.purpose)
    fields = (
        name_field(state, sound) if facts.caller_name or not nameless else None,
        company_field(state, sound) if facts.company or ("company" in script.ask and not nameless) else None,
        None if facts.number is None and (brief or "number" not in script.ask) else number_field(call, state, sound),
        Field("発信者番号", phone(call.caller) if call.caller else "非通知または不明", dial=call.caller),
        wanted_field(script, state, sound),
        None if brief and facts.purpose is None else captured("ご用件", facts.purpose, gist, sound.get("purpose")),
        *sort_fields(script, facts, REASONS[facts.reason] if facts.reason else ""),
        Field("緊急度", _hurry(facts)),
        Field("日時", when(call)),
        Field("通話の録音", "お客様の声をそのまま添えます", sample=sound[WHOLE_CALL]) if WHOLE_CALL in sound else None,
    )
    return Report(
        company=clean(script.spoken.text),
        call_id=call.id,
        urgent=facts.at_once,
        subject=_subject(script, call, state),
        fields=tuple(field for field in fields if field is not None),
        done=(*attended(state), *_promised(state), *(f"お伝えした内容:{clean(words)}" for words in facts.told)),
        outcome=_ended(call, state, outcome),
        purpose=whole,
        trouble=trouble,
        answered=tuple(map(clean, facts.answered)),
        unanswered=tuple(map(clean, facts.unanswered)),
    )


def _ended(call: Call, state: State, outcome: Outcome) -> str:
    """How the call ended, in the reader's words."""
    if outcome is Outcome.TAKEN_OVER and call.why in _CUT_OFF:
        return _CUT_OFF_THERE
    if outcome in _UNFINISHED:
        return _CUT_OFF.get(call.why, _OUTCOMES[outcome])
    booking = state.facts.booking
    if outcome is Outcome.RESERVED and booking:
        return _BOOKINGS.get(booking.action, _OUTCOMES[outcome])
    return _OUTCOMES[outcome]


def _promised(state: State) -> tuple[str, ...]:
    """A call back is a promise once the good-bye says so, which it does where there is a number."""
    facts = state.facts
    if not owes_callback(state):
        return ()
    if state.outcome in (Outcome.MESSAGE, Outcome.RESERVED) and facts.number is not None and facts.number.value:
        return ("折り返しのお電話をお約束しました。",)
    return ("折り返しのご連絡が必要なご用件です(お約束には至っていません)。",)


def _subject(script: Script, call: Call, state: State) -> str:
    facts = state.facts
    company = clean(facts.company.text or facts.company.value) if facts.company and facts.company.value else ""
    name = f"{clean(facts.caller_name.value)}様" if facts.caller_name and facts.caller_name.value else ""
    number = own_groups(facts.number) if facts.number and facts.number.value else phone(call.caller)
    who = f"{company} {name}".strip() if name else f"{company}の方" if company else f"{number or 'お名前不明'}の方"
    person = script.person(facts.staff.value) if facts.staff else None
    wanted = person.family.text if person else clean(facts.staff.text or facts.staff.value) if facts.staff else ""
    if not wanted and facts.department:
        wanted = clean(facts.department.text or facts.department.value)
    flags = (("【至急】", facts.at_once), ("【再入電】", facts.chases), ("【営業の可能性】", facts.sales_suspected))
    flagged = "".join(flag for flag, holds in flags if holds)
    to = f"{wanted}宛 " if wanted else " "
    kind = _SUBJECTS.get(state.outcome, "お電話") if state.outcome else "お電話"
    began = local(call.began)
    return f"{flagged}{who}より{to}{kind}({began.month}/{began.day} {began:%H:%M})"
