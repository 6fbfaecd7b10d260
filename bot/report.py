"""The report of one call: what was captured and how sure we are of it. Pure: a call's record and state in, a value out.

Rule: every field says whether the caller confirmed it, whether it was only heard, or whether it was not heard at all;
what was only heard brings its alternatives. Nothing is guessed and nothing captured is left out; the gist comes first,
the caller's words stand whole below where they are longer. `bot/rendering` makes a mail of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.dialogue.events import Broke, Digit, Event, Heard, HungUp, Interrupted
from bot.dialogue.hours import local
from bot.dialogue.state import Captured, Outcome, State, Status
from bot.script import Script
from bot.store import Call
from nlu.meaning import Reason
from nlu.phone import groups, known, written

GIST_CHARACTERS = 120
"""Three lines on a telephone's screen: what is longer is cut there, and given whole at the end."""

_SURNAMES = """
サトウ スズキ タカハシ タナカ イトウ ワタナベ ヤマモト ナカムラ コバヤシ カトウ ヨシダ ヤマダ ササキ ヤマグチ マツモト
イノウエ キムラ ハヤシ サイトウ シミズ ヤマザキ モリ イケダ ハシモト アベ イシカワ ヤマシタ ナカジマ イシイ オガワ
"""
COMMON_SURNAMES = frozenset(_SURNAMES.split())
"""The readings of about the thirty most frequent surnames: alone they do not tell who called."""

_REASONS = {
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
_OUTCOMES = {
    Outcome.MESSAGE: "伝言をお預かりしました。",
    Outcome.TRANSFERRED: "お電話をお取り次ぎしました。",
    Outcome.RECORDED: "お話を聞き取れなかったため、録音でお預かりしました。録音をお聞きください。",
    Outcome.ABANDONED: "ご用件を伺い終える前にお電話が切れました。それまでに伺った内容です。",
    Outcome.NOTHING: "お話はありませんでした。",
}
_COMPLETE = (Outcome.MESSAGE, Outcome.TRANSFERRED, Outcome.RECORDED)
_OUR_FAULT = (
    "当方の不具合により、受付が途中で止まりました。それまでに伺った内容です。"
    "お手数ですが、お客様へのご連絡をお願いいたします。"
)
_LOST = "電話回線が途中で切れました。それまでに伺った内容です。"
_CUT_OFF = {"lost": _LOST, "crash": _OUR_FAULT, "fault": _OUR_FAULT}
"""What to say of a call that did not come to its good-bye, by `HungUp.why`."""
_WEEKDAYS = "月火水木金土日"
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")


WHOLE_CALL = "call"
"""`Sample.field` of the caller's side as a whole, for calls that words do not tell."""


class Mark(StrEnum):
    """How sure a field is, in the reader's words."""

    CONFIRMED = "確認済み"
    HEARD = "聞き取りのみ(未確認)"
    MISSING = "聞き取れず"
    NONE = ""
    """Nothing that the caller could confirm."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The sound of one captured value: attached under a name, or behind a link."""

    field: str
    """Of `Facts`: caller_name, company, number, staff, purpose; or `WHOLE_CALL`."""
    name: str
    """File name; several fields may lie in one."""
    href: str = ""
    """Where to listen; "" = attached."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the report."""

    label: str
    value: str
    mark: Mark = Mark.NONE
    notes: tuple[str, ...] = ()
    sample: Sample | None = None
    dial: str = ""
    """Digits to be dialled by a touch."""


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


def worth_reporting(happened: Iterable[Event], state: State) -> bool:
    """Whether anybody should be written to: the caller spoke, pressed a button, left or reached something, or we broke
    down and cannot know. A call in which nothing was said at all (a wrong number put down at the greeting, a robot)
    is kept in the record only: thirty empty mails a day would hide the one that matters."""
    if any(isinstance(event, Heard | Interrupted | Digit) or broke_down(event) for event in happened):
        return True
    return state.outcome not in (None, Outcome.NOTHING, Outcome.ABANDONED)


def broke_down(event: Event) -> bool:
    """Did we fail the caller so that words may have gone unheard?"""
    match event:
        case Broke(what="ear") | HungUp(why="crash" | "fault"):
            return True
        case _:
            return False


def compose(script: Script, call: Call, state: State, samples: Sequence[Sample], trouble: str = "") -> Report:
    """The report of a call that has ended (`call.ended`, `call.why`)."""
    facts = state.facts
    sound = {sample.field: sample for sample in samples}
    outcome = state.outcome or Outcome.ABANDONED
    brief = outcome in (Outcome.TRANSFERRED, Outcome.NOTHING)
    gist, whole = _gist(facts.purpose)
    fields = (
        _name(state, sound),
        _company(state, sound) if facts.company or "company" in script.ask else None,
        None if facts.number is None and (brief or "number" not in script.ask) else _number(call, state, sound),
        Field("発信者番号", phone(call.caller) if call.caller else "非通知または不明", dial=call.caller),
        _wanted(script, state, sound),
        None if brief and facts.purpose is None else _captured("ご用件", facts.purpose, gist, sound.get("purpose")),
        Field("種類", _REASONS[facts.reason]) if facts.reason else None,
        Field("緊急度", "至急" if facts.urgent else "通常(お急ぎとのお話なし)"),
        Field("日時", _when(call)),
        Field("通話の録音", "お客様の声をそのまま添えます", sample=sound[WHOLE_CALL]) if WHOLE_CALL in sound else None,
    )
    return Report(
        company=clean(script.spoken.text),
        call_id=call.id,
        urgent=facts.urgent,
        subject=_subject(script, call, state),
        fields=tuple(field for field in fields if field is not None),
        done=(*_promised(state), *(f"お伝えした内容:{clean(words)}" for words in facts.told)),
        outcome=_OUTCOMES[outcome] if outcome in _COMPLETE else _CUT_OFF.get(call.why, _OUTCOMES[outcome]),
        purpose=whole,
        trouble=trouble,
    )


def clean(text: str) -> str:
    """On one line, without signs that cannot be seen: captured text goes into subjects and pages."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def phone(digits: str) -> str:
    """A number in the groups of the number plan; as it is where it is not made of digits alone."""
    return written(groups(digits)) if digits.isascii() and digits.isdigit() else clean(digits)


def _captured(label: str, fact: Captured | None, shown: str, sample: Sample | None, *notes: str) -> Field:
    if fact is None:
        return Field(label, "", Mark.MISSING, notes)
    mark = Mark.CONFIRMED if fact.status is Status.CONFIRMED else Mark.HEARD
    return Field(label, shown, mark, notes, sample)


def _others(fact: Captured, alternatives: Sequence[str]) -> tuple[str, ...]:
    """The alternatives of what was only heard."""
    kept = [clean(text) for text in alternatives if text and text != fact.value]
    return (f"ほかの候補:{'、'.join(kept)}",) if kept and fact.status is not Status.CONFIRMED else ()


def _name(state: State, sound: dict[str, Sample]) -> Field:
    fact = state.facts.caller_name
    if fact is None or not fact.value:
        return Field("お名前", "", Mark.MISSING)
    notes = (*_spelled(fact), *_others(fact, fact.alternatives), *_told_apart(state))
    return _captured("お名前", fact, f"{clean(fact.value)} 様", sound.get("caller_name"), *notes)


def _spelled(fact: Captured) -> tuple[str, ...]:
    text = clean(fact.text)
    return (f"表記(推定):{text}",) if text and text != clean(fact.value) else ()


def _told_apart(state: State) -> tuple[str, ...]:
    """What tells the bearer of a common surname from the others."""
    name, company = state.facts.caller_name, state.facts.company
    if name is None or (family := clean(name.value).split(" ")[0]) not in COMMON_SURNAMES:
        return ()
    means = [f"下のお名前 {given}"] if (given := clean(name.value).removeprefix(family).strip()) else []
    if company is not None and (company.text or company.value):
        means.append("個人の方" if not company.value else f"会社名 {clean(company.text or company.value)}")
    if means:
        return (f"{family}様は多いお名前です。見分ける手がかり:{'、'.join(means)}",)
    return (f"{family}様は多いお名前です。会社名も下のお名前も伺えていないため、どなたかは電話番号でお確かめください",)


def _company(state: State, sound: dict[str, Sample]) -> Field:
    fact = state.facts.company
    if fact is None:
        return Field("会社名", "", Mark.MISSING)
    shown = clean(fact.value) or clean(fact.text)
    return _captured(
        "会社名",
        fact,
        shown,
        sound.get("company"),
        *_spelled(fact) * bool(fact.value),
        *_others(fact, fact.alternatives),
    )


def _number(call: Call, state: State, sound: dict[str, Sample]) -> Field:
    fact, extension = state.facts.number, state.facts.extension
    inner = f" 内線 {clean(extension.text or extension.value)}" if extension else ""
    if fact is None and not extension:
        return Field("折り返し先", "", Mark.MISSING)
    if fact is None or not fact.value:
        why = clean(fact.text) if fact else ""
        return Field("折り返し先", (why or "番号は伺えていません") + inner, Mark.NONE, (), sound.get("number"))
    notes = [] if known(fact.value) else ["番号計画にない番号です。お客様のおっしゃったとおりに記しています"]
    if fact.value == call.caller:
        notes.append("発信者番号と同じです")
    others = _others(fact, [phone(digits) for digits in fact.alternatives if digits != fact.value])
    mark = Mark.CONFIRMED if fact.status is Status.CONFIRMED else Mark.HEARD
    shown = _own_groups(fact) + inner
    return Field("折り返し先", shown, mark, (*notes, *others), sound.get("number"), dial=fact.value)


def _own_groups(fact: Captured) -> str:
    """The number as the caller grouped it, where known; else as the number plan does."""
    own = clean(fact.text)
    if "-" in own and own.replace("-", "") == fact.value:
        return own
    return phone(fact.value)


def _promised(state: State) -> tuple[str, ...]:
    """A call back is a promise once the good-bye says so, which it does where there is a number."""
    facts = state.facts
    if not facts.callback_promised:
        return ()
    if state.outcome is Outcome.MESSAGE and facts.number is not None and facts.number.value:
        return ("折り返しのお電話をお約束しました。",)
    return ("折り返しのご連絡が必要なご用件です(お約束には至っていません)。",)


def _wanted(script: Script, state: State, sound: dict[str, Sample]) -> Field:
    fact = state.facts.staff
    if fact is None:
        department = state.facts.department
        return Field("宛先", clean(department.text or department.value) if department else "ご指定なし")
    others = _others(fact, [staff_name(script, key) for key in fact.alternatives if key != fact.value])
    notes = () if script.person(fact.value) else ("この名前の社員は登録されていません",)
    return _captured(
        "宛先", fact, staff_name(script, fact.value) or clean(fact.text), sound.get("staff"), *notes, *others
    )


def staff_name(script: Script, key: str) -> str:
    """Department and family name of a member of staff; the key itself, where it names nobody."""
    person = script.person(key)
    return clean(f"{person.department} {person.family.text}") if person else clean(key)


def _gist(purpose: Captured | None) -> tuple[str, str]:
    """(the gist, the whole where the gist had to be cut)."""
    whole = clean(purpose.value or purpose.text or "言葉にできませんでした。録音をお聞きください") if purpose else ""
    if len(whole) <= GIST_CHARACTERS:
        return whole, ""
    end = max(whole.rfind(sign, 0, GIST_CHARACTERS) for sign in "。、 ")
    return whole[: end + 1 if end >= GIST_CHARACTERS // 2 else GIST_CHARACTERS] + "…", whole


def _when(call: Call) -> str:
    began = local(call.began)
    seconds = max(0, round((call.ended or call.began) - call.began))
    lasted = f"{seconds // 60}分{seconds % 60:02}秒" if seconds >= 60 else f"{seconds}秒"
    return f"{began.month}月{began.day}日({_WEEKDAYS[began.weekday()]}) {began:%H:%M}から{lasted}"


def _subject(script: Script, call: Call, state: State) -> str:
    facts = state.facts
    company = clean(facts.company.text or facts.company.value) if facts.company and facts.company.value else ""
    name = f"{clean(facts.caller_name.value)}様" if facts.caller_name and facts.caller_name.value else ""
    number = _own_groups(facts.number) if facts.number and facts.number.value else phone(call.caller)
    who = f"{company} {name}".strip() if name else f"{company}の方" if company else f"{number or 'お名前不明'}の方"
    person = script.person(facts.staff.value) if facts.staff else None
    wanted = person.family.text if person else clean(facts.staff.text or facts.staff.value) if facts.staff else ""
    if not wanted and facts.department:
        wanted = clean(facts.department.text or facts.department.value)
    sort = {Outcome.TRANSFERRED: "お取り次ぎ済みのお電話", Outcome.RECORDED: "録音のお電話"}
    urgent = "【至急】" if facts.urgent else ""
    to = f"{wanted}宛 " if wanted else " "
    kind = sort.get(state.outcome, "お電話") if state.outcome else "お電話"
    began = local(call.began)
    return f"{urgent}{who}より{to}{kind}({began.month}/{began.day} {began:%H:%M})"
