"""The lines of a report, one function each: what a captured value is shown as, and how sure it is. Pure.

Every field says whether the caller confirmed it, whether it was only heard, or whether it was not heard at all; what
was only heard brings its alternatives.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.company.script import Script
from bot.dialogue.hours import local
from bot.dialogue.state import BookingAction, BookingFact, Captured, Facts, State, Status
from bot.store import Call
from nlu.phone import groups, known, written

GIST_CHARACTERS = 120
"""Three lines on a telephone's screen: what is longer is cut there, and given whole at the end."""

_SURNAMES = """
サトウ スズキ タカハシ タナカ イトウ ワタナベ ヤマモト ナカムラ コバヤシ カトウ ヨシダ ヤマダ ササキ ヤマグチ マツモト
イノウエ キムラ ハヤシ サイトウ シミズ ヤマザキ モリ イケダ ハシモト アベ イシカワ ヤマシタ ナカジマ イシイ オガワ
"""
COMMON_SURNAMES = frozenset(_SURNAMES.split())
"""The readings of about the thirty most frequent surnames: alone they do not tell who called."""

_BOOKED = {BookingAction.NEW: "新規", BookingAction.CHANGE: "変更", BookingAction.CANCEL: "取り消し"}
WEEKDAYS = "月火水木金土日"
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")


class Mark(StrEnum):
    """How sure a field is, in the reader's words."""

    CONFIRMED = "確認済み"
    HEARD = "聞き取りのみ(未確認)"
    MISSING = "聞き取れず"
    CORRECTED = "訂正済み"
    """An operator has put it right since."""
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


def clean(text: str) -> str:
    """On one line, without signs that cannot be seen: captured text goes into subjects and pages."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def phone(digits: str) -> str:
    """A number in the groups of the number plan; as it is where it is not made of digits alone."""
    return written(groups(digits)) if digits.isascii() and digits.isdigit() else clean(digits)


def captured(label: str, fact: Captured | None, shown: str, sample: Sample | None, *notes: str) -> Field:
    """A value as a line: missing, heard or confirmed."""
    if fact is None:
        return Field(label, "", Mark.MISSING, notes)
    mark = Mark.CONFIRMED if fact.status is Status.CONFIRMED else Mark.HEARD
    return Field(label, shown, mark, notes, sample)


def _others(fact: Captured, alternatives: Sequence[str]) -> tuple[str, ...]:
    """The alternatives of what was only heard."""
    kept = [clean(text) for text in alternatives if text and text != fact.value]
    return (f"ほかの候補:{'、'.join(kept)}",) if kept and fact.status is not Status.CONFIRMED else ()


def name_field(state: State, sound: dict[str, Sample]) -> Field:
    """Who called."""
    fact = state.facts.caller_name
    if fact is None or not fact.value:
        return Field("お名前", "", Mark.MISSING)
    notes = (*_spelled(fact), *_others(fact, fact.alternatives), *_told_apart(state))
    return captured("お名前", fact, f"{clean(fact.value)} 様", sound.get("caller_name"), *notes)


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


def company_field(state: State, sound: dict[str, Sample]) -> Field:
    """From where."""
    fact = state.facts.company
    if fact is None:
        return Field("会社名", "", Mark.MISSING)
    shown = clean(fact.value) or clean(fact.text)
    return captured(
        "会社名",
        fact,
        shown,
        sound.get("company"),
        *_spelled(fact) * bool(fact.value),
        *_others(fact, fact.alternatives),
    )


def number_field(call: Call, state: State, sound: dict[str, Sample]) -> Field:
    """Where to call back."""
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
    shown = own_groups(fact) + inner
    return Field("折り返し先", shown, mark, (*notes, *others), sound.get("number"), dial=fact.value)


def own_groups(fact: Captured) -> str:
    """The number as the caller grouped it, where known; else as the number plan does."""
    own = clean(fact.text)
    if "-" in own and own.replace("-", "") == fact.value:
        return own
    return phone(fact.value)


def wanted_field(script: Script, state: State, sound: dict[str, Sample]) -> Field:
    """For whom."""
    fact = state.facts.staff
    if fact is None:
        department = state.facts.department
        return Field("宛先", clean(department.text or department.value) if department else "ご指定なし")
    others = _others(fact, [staff_name(script, key) for key in fact.alternatives if key != fact.value])
    notes = () if script.person(fact.value) else ("この名前の社員は登録されていません",)
    return captured(
        "宛先", fact, staff_name(script, fact.value) or clean(fact.text), sound.get("staff"), *notes, *others
    )


def staff_name(script: Script, key: str) -> str:
    """Department and family name of a member of staff; the key itself, where it names nobody."""
    person = script.person(key)
    return clean(f"{person.department} {person.family.text}") if person else clean(key)


def gist_of(purpose: Captured | None) -> tuple[str, str]:
    """(the gist, the whole where the gist had to be cut)."""
    whole = clean(purpose.value or purpose.text or "言葉にできませんでした。録音をお聞きください") if purpose else ""
    if len(whole) <= GIST_CHARACTERS:
        return whole, ""
    end = max(whole.rfind(sign, 0, GIST_CHARACTERS) for sign in "。、 ")
    return whole[: end + 1 if end >= GIST_CHARACTERS // 2 else GIST_CHARACTERS] + "…", whole


def when(call: Call) -> str:
    """Day, hour and length of the call."""
    began = local(call.began)
    seconds = max(0, round((call.ended or call.began) - call.began))
    lasted = f"{seconds // 60}分{seconds % 60:02}秒" if seconds >= 60 else f"{seconds}秒"
    return f"{began.month}月{began.day}日({WEEKDAYS[began.weekday()]}) {began:%H:%M}から{lasted}"


def booking_field(script: Script, booking: BookingFact) -> Field:
    """What was booked, moved or given up."""
    rules = script.rules.reservations
    services = rules.services if rules else ()
    service = next((each.name.text for each in services if each.key == booking.service), booking.service)
    party = f" {booking.party}名様" if booking.party > 1 else ""
    shown = f"{_BOOKED[booking.action]} {start_of(booking.start)} {clean(service)}{party}"
    return Field("ご予約", shown, notes=(f"予約番号 {clean(booking.key)}",) if booking.key else ())


def start_of(iso: str) -> str:
    """11月27日(金) 19:00, of an ISO local time; as it is where it is none."""
    try:
        start = datetime.fromisoformat(iso)
    except ValueError:
        return clean(iso)
    hour = f" {start:%H:%M}" if "T" in iso else ""
    return f"{start.month}月{start.day}日({WEEKDAYS[start.weekday()]}){hour}"


def sort_fields(script: Script, facts: Facts, sort: str) -> tuple[Field, ...]:
    """What sort of call it was, and what else has a name of its own."""
    chased = "この数日のあいだに、同じご用件のお電話をいただいています"
    listed = (
        Field("種類", sort) if sort else None,
        Field("営業の可能性", "あり(念のためお伝えします)") if facts.sales_suspected else None,
        Field("再入電", f"{facts.chases}回目", notes=(chased,)) if facts.chases else None,
        Field("分類", clean(facts.category)) if facts.category else None,
        booking_field(script, facts.booking) if facts.booking else None,
        *(Field(clean(label), clean(value), Mark.HEARD) for label, value in facts.details),
    )
    return tuple(field for field in listed if field is not None)


def attended(state: State) -> tuple[str, ...]:
    """Which operators had the call, when, and what they left for the report."""
    lines = []
    for part in state.attended:
        how = "文字" if part.mode == "text" else "音声"
        span = f"{local(part.began):%H:%M}〜{local(part.ended or state.at):%H:%M}"
        to = f"、{phone(part.to)}へ転送" if part.to else ""
        lines.append(f"オペレーターの{clean(part.name)}が応対しました({span}、{how}{to})。")
        if part.note:
            lines.append(f"{clean(part.name)}のメモ:{clean(part.note)}")
    return tuple(lines)
