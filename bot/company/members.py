"""Companies of a members.json as script files: what a folder of written calls says of its companies, ready to load.

The rule: all of members.json comes through, and nothing else is claimed of a company but what a call cannot do without:
an extension for each member of staff (whoever is at the desk can be put through), one for the company itself, and
readings of its departments and rooms by the dictionary. The files are the company's own from then on.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.company.load import COMMON, load_script
from bot.company.member_list import (
    HOLIDAY,
    Member,
    MemberAnswer,
    MemberBookings,
    MemberEntry,
    MemberStaff,
    Week,
    read_members,
)
from bot.company.script import Script
from bot.company.toml import Table, Value, written
from nlu.identity.romaji import letters_of
from nlu.kana import is_kana, to_katakana
from nlu.words import reading

FRONT_EXTENSION = "10"
"""Of the company itself: whoever is there takes it."""
HALF_HOUR, QUARTER = 30, 15
"""Minutes; the steps in which people name times."""
FIRST_EXTENSION = 11
"""Of the first member of staff; the others follow."""

_LEGAL_FORMS = {
    "株式会社": "カブシキガイシャ",
    "有限会社": "ユウゲンガイシャ",
    "合同会社": "ゴウドウガイシャ",
    "合資会社": "ゴウシガイシャ",
    "医療法人": "イリョウホウジン",
    "税理士法人": "ゼイリシホウジン",
    "弁護士法人": "ベンゴシホウジン",
    "司法書士法人": "シホウショシホウジン",
    "社会福祉法人": "シャカイフクシホウジン",
}
_NEEDS = {"caller_name": "name", "name": "name", "number": "number", "party": "party", "purpose": "purpose"}
_DAYS_BEFORE = re.compile(r"([0-9〇一二三四五六七八九十]+)日前")
_FEE = re.compile(r"キャンセル|取り?消し")
_KANJI = {kanji: str(digit) for digit, kanji in enumerate("〇一二三四五六七八九")} | {"十": "10"}


def write_members(members: Mapping[str, Member], out: Path, common: Path) -> list[Path]:
    """A folder of script files for each company, and the common wording beside them; the folders."""
    folders = []
    for key, member in members.items():
        folder = out / key
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in files(member).items():
            (folder / name).write_text(written(table, _comment(member, name)), encoding="utf-8")
        folders.append(folder)
    if common.resolve() != (out / COMMON).resolve():
        shutil.copyfile(common, out / COMMON)
    return folders


def load_members(path: Path, common: Path) -> dict[str, Script]:
    """The companies of a members.json as scripts, exactly as their files would load. Raises `ScriptError`."""
    with tempfile.TemporaryDirectory(prefix="denwaban-") as folder:
        return {each.name: load_script(each) for each in write_members(read_members(path), Path(folder), common)}


def files(member: Member) -> dict[str, Table]:
    """The company's files by name."""
    made = {"script.toml": _script(member), "staff.toml": _staff(member), "knowledge.toml": _knowledge(member)}
    if member.reservations is not None:
        made["reservations.toml"] = _reservations(member.reservations, member.faq)
    return made


def _script(member: Member) -> Table:
    hours = _week(member.open, member.closed_on)
    if dates := [day for day in member.closed_on if day[:1].isdigit()]:
        hours["closed"] = list[Value](dates)
    asked = ["name", "number", "purpose"] if member.reservations else ["company", "name", "number", "purpose"]
    departments = dict.fromkeys(each.department for each in member.staff if each.department)
    named: list[Value] = [{"name": each, "reading": _reading(each)} for each in departments]
    table: Table = {
        "company": _company(member),
        "hours": hours,
        "call": {"ask": list[Value](asked)},
        "human": {"extension": FRONT_EXTENSION, "hand_over": ["operator", "question"]},
        "complaints": {"supervisor": FRONT_EXTENSION},
        "sales": {"policy": member.sales},
    }
    return table | ({"department": named} if named else {})


def _company(member: Member) -> Table:
    """As registered, and as said on the telephone: there the legal form falls away."""
    name, kana = member.name.strip(), to_katakana(member.reading).strip()
    form = next((form for form in _LEGAL_FORMS if name.startswith(form) or name.endswith(form)), "")
    spoken = name.removeprefix(form).removesuffix(form).strip()
    table: Table = {"name": name, "reading": kana, "numbers": []}
    if not form or not spoken:
        return table
    legal = _LEGAL_FORMS[form]
    bare = kana.removeprefix(legal).removesuffix(legal).strip()
    whole = legal + bare if name.startswith(form) else bare + legal
    return table | {"reading": whole, "spoken": spoken, "spoken_reading": bare}


def _week(week: Week, closed: Sequence[str]) -> Table:
    table: Table = {
        day: list[Value]([f"{start}-{end}" for start, end in spans]) for day, spans in week.items() if day not in closed
    }
    return table | {"closed_on_holidays": HOLIDAY in closed}


def _staff(member: Member) -> Table:
    keys: list[str] = []
    for each in member.staff:
        key = re.sub(r"[^a-z0-9]", "", letters_of(to_katakana(each.reading).split()[0])) or "staff"
        keys.append(f"{key}_{keys.count(key) + 1}" if key in keys else key)
    people = [_person(key, each, number) for number, (key, each) in enumerate(zip(keys, member.staff, strict=True))]
    return {"staff": list[Value](people)}


def _person(key: str, each: MemberStaff, number: int) -> Table:
    table: Table = {"key": key, "name": each.name, "reading": to_katakana(each.reading)}
    table |= {name: value for name, value in (("department", each.department), ("title", each.title)) if value}
    table |= {"extension": str(FIRST_EXTENSION + number), "may_tell": {"state": True, "back": True}}
    return table | {"schedule": [_entry(entry) for entry in each.schedule]}


def _entry(entry: MemberEntry) -> Table:
    table: Table = {"state": entry.state, "from": entry.start, "until": entry.to}
    if entry.back:
        table["back"] = entry.back
    told: Table = {key: entry.may_tell[key] for key in ("email", "mobile") if entry.may_tell.get(key)}
    return table | ({"may_tell": told} if told else {})


def _knowledge(member: Member) -> Table:
    entries: list[Value] = [{"questions": list[Value](each.q), "answer": each.a} for each in member.faq]
    return {"beyond": list[Value](member.beyond), "entry": entries}


def _reservations(bookings: MemberBookings, faq: Sequence[MemberAnswer]) -> Table:
    rooms: list[Table] = [
        {"key": f"room{number}", "name": room.name, "reading": _reading(room.name), "capacity": room.seats}
        for number, room in enumerate(bookings.rooms, 1)
    ] or [{"key": "place", "name": bookings.kind, "reading": _reading(bookings.kind), "capacity": 1}]
    need = [_NEEDS[each] for each in bookings.need if each in _NEEDS]
    service: Table = {
        "key": "booking",
        "name": bookings.kind,
        "reading": _reading(bookings.kind),
        "minutes": bookings.unit_minutes,
        "resources": [room["key"] for room in rooms],
        "per_person": bool(bookings.rooms),
    }
    return {
        "open": _week(bookings.open, bookings.closed) | {"closed": list[Value](bookings.closed_dates)},
        "slot_minutes": _grid(bookings.unit_minutes),
        "days_ahead": bookings.days_ahead,
        "party_max": bookings.party_max,
        "need": list[Value](need),
        "change_until_days": _days_before(bookings.change_until),
        "cancel_note": _cancel_note(bookings.cancel_fee, faq),
        "service": [service],
        "resource": list[Value](rooms),
        "question": [
            {"key": f"question{number}", "question": _asked(text), "label": text}
            for number, text in enumerate(bookings.also_ask, 1)
        ],
        "block": [{"from": span.start, "until": span.to} for span in bookings.full],
        "booking": [
            {"name": each.caller_name, "number": each.number, "at": each.start, "party": each.party}
            for each in bookings.existing
        ],
    }


def _asked(text: str) -> str:
    """A question of the company's own, as it is spoken: コースか席のみか、お聞かせいただけますでしょうか。"""
    if text.endswith(("。", "？", "?")):
        return text
    return (
        f"{text}、お聞かせいただけますでしょうか。"
        if text.endswith("か")
        else f"{text}を、お聞かせいただけますでしょうか。"
    )


def _grid(unit_minutes: int) -> int:
    """How far apart bookings may begin: a long one need not begin on its own multiple."""
    return next(
        (step for step in (HALF_HOUR, QUARTER) if unit_minutes > step and unit_minutes % step == 0), unit_minutes
    )


def _days_before(change_until: str) -> int:
    """Until how many days before a booking can be changed here; what may be done by telephone may be done here."""
    if "電話" in change_until:
        return 0
    counted = _DAYS_BEFORE.search(change_until)
    if counted:
        digits = "".join(_KANJI.get(letter, letter) for letter in counted[1])
        return int(digits) if digits.isdigit() else 1
    return 1 if "前日" in change_until else 0


def _cancel_note(fee: str, faq: Sequence[MemberAnswer]) -> str:
    """What a cancellation costs, in the words of the company's own answer where it has one."""
    if not fee.strip():
        return ""
    own = next((each.a for each in faq if any(_FEE.search(question) for question in each.q)), "")
    if not own and fee.strip().rstrip("。") in ("なし", "無し", "無料", "不要"):
        return "お取り消しの料金は、かかりません。"
    return own or f"お取り消しの料金は、{fee.strip().rstrip('。').replace('。', '、')}となっております。"


def _reading(text: str) -> str:
    """By the dictionary, in katakana alone."""
    kana = "".join(letter for letter in reading(text) if is_kana(letter))
    return kana or "ナマエ"


def _comment(member: Member, name: str) -> str:
    """What stands at the head of a file, for the company's staff."""
    lines = [f"{member.name}。members.json から作られたもの。このまま書き足し、書き直してよい。"]
    if name == "script.toml":
        lines += [f"業種: {member.business}"] if member.business else []
        lines += [f"営業時間: {member.hours}"] if member.hours else []
        lines += ["電話番号（numbers）と報告の届け先（[report] の recipients）は、書き足すこと。"]
    if name == "reservations.toml" and member.reservations is not None:
        lines += [f"変更の期限: {member.reservations.change_until}"] if member.reservations.change_until else []
        lines += [f"取り消しの料金: {member.reservations.cancel_fee}"] if member.reservations.cancel_fee else []
    return "\n".join(lines)
