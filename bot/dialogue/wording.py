"""From wording keys to what is said: variants, places filled, cushion words never twice running.

A script's wording is text with places such as `{caller}`. Each place has a written and a spoken form, so
that 江川様 is written and エガワさま said. What a key's places are is fixed here (`PLACES`), and `bot/company/load`
refuses a script that uses another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from rapidfuzz import fuzz

from bot.company.script import Script, Staff
from bot.dialogue import booking_words, call_hours, earlier
from bot.dialogue.actions import Phrase
from bot.dialogue.hours import local
from bot.dialogue.said_back import said_back
from bot.dialogue.spoken_times import clock_words, kanji_number, moment_words
from bot.dialogue.state import Captured, Facts, State, Status
from nlu import phone
from nlu.identity import email
from nlu.reasons import trouble
from nlu.reasons.brief import brief

CUSHIONS = ("恐れ入ります", "失礼ですが", "あいにく", "申し訳ございません", "差し支えなければ", "お手数ですが")
"""Words that soften a question or a refusal; the same one is not used in two turns running."""

_NUMBERS = "confirm_number confirm_number_changed confirm_number_odd"
_SLOWLY = f"{_NUMBERS} tell_email spell_email tell_mobile tell_mobile_again confirm_kana"
SLOW = frozenset(_SLOWLY.split())
"""What a caller writes down is said slowly."""

_CALLERS = "caller caller_name caller_company number"
_PERSONS = "staff asked_for choices colleague state back email spelling mobile"
_OURS = "receptionist bureau fax wait"
_MATTERS = "entry trouble details gist thing hours late earlier earlier_day menu"
PLACES = frozenset(f"company {_CALLERS} {_PERSONS} {_OURS} {_MATTERS}".split()) | booking_words.PLACES
"""What may stand in braces in a wording."""

_KEY_SOUNDS = zip(
    "0123456789", ["ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュー"], strict=True
)
KEYS = {
    **{key: (f"{key}番", f"{sound}バン") for key, sound in _KEY_SOUNDS},
    "*": ("米印", "コメジルシ"),
    "#": ("シャープ", "シャープ"),
}
"""Push buttons as they are written and said."""

ALOUD = frozenset({"照会番号", "期限"})
"""Labels of `Facts.details` that are read back to the caller."""


@dataclass(frozen=True, slots=True)
class Word:
    """What stands at a place: as written, and as said."""

    text: str
    kana: str


def phrases(script: Script, state: State, keys: tuple[str | Phrase, ...]) -> tuple[Phrase, ...]:
    """The sentences of these wording keys, in order, as this state fills them, none twice in one breath; a `Phrase` is
    said as it stands."""
    words = _words(script, state)
    last = _last_cushion("".join(phrase.text for phrase in state.said))
    said: list[Phrase] = []
    for key in keys:
        if isinstance(key, Phrase):
            said += [key] if key.reading else [replace(key, text=text) for text in _sentences(key.text)]
            last = _cushion(key.text) or last
            continue
        template = _variant(script.wording[key], last, state.turns)
        last = _last_cushion(template) or last
        for sentence in _sentences(template):
            text = sentence.format_map({place: word.text for place, word in words.items()})
            reading = sentence.format_map({place: word.kana for place, word in words.items()})
            if text and all(text != phrase.text for phrase in said):
                said.append(Phrase(text, "" if reading == text else reading, slow=key in SLOW))
    return tuple(said)


def fixed(script: Script) -> tuple[Phrase, ...]:
    """Every sentence that holds no place but the company's own name, greetings first: its sound can be made before
    the first call."""
    made = {}
    for key in sorted(script.wording, key=lambda key: not key.startswith("greeting")):
        for sentence in (sentence for variant in script.wording[key] for sentence in _sentences(variant)):
            if set(re.findall(r"{(\w+)}", sentence)) <= {"company"}:
                text = sentence.format_map({"company": script.spoken.text})
                reading = sentence.format_map({"company": script.spoken.kana})
                made[Phrase(text, "" if reading == text else reading, key in SLOW)] = key
    return tuple(made)


def _variant(variants: tuple[str, ...], last_cushion: str, turn: int) -> str:
    """The variant whose turn it is, or the next one that does not repeat the last cushion word."""
    turned = [variants[(turn + index) % len(variants)] for index in range(len(variants))]
    return next((text for text in turned if not last_cushion or _cushion(text) != last_cushion), turned[0])


def _cushion(text: str) -> str:
    found = [(text.find(cushion), cushion) for cushion in CUSHIONS if cushion in text]
    return min(found)[1] if found else ""


def _last_cushion(text: str) -> str:
    found = [(text.rfind(cushion), cushion) for cushion in CUSHIONS if cushion in text]
    return max(found)[1] if found else ""


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[。?？！!])", text) if part]


def _words(script: Script, state: State) -> Mapping[str, Word]:
    facts = state.facts
    name, company = name_word(facts.caller_name), company_word(facts.company)
    digits = facts.number.value if facts.number else ""
    groups = number_groups(facts.number)
    staff = staff_word(script, facts)
    presence = state.presence
    address = presence.email if presence else ""
    caller = Word(
        f"{company.text}の{name.text}" if company.text and name.text else company.text + name.text,
        f"{company.kana}の{name.kana}" if company.kana and name.kana else company.kana + name.kana,
    )
    back = back_words(presence.back if presence else None, state.at)
    return {
        "company": Word(script.spoken.text, script.spoken.kana),
        "caller": caller,
        "caller_name": name,
        "caller_company": company,
        "number": Word(phone.written(groups), phone.spoken(groups)) if digits else Word("", ""),
        "staff": staff,
        "asked_for": asked_for_word(facts),
        "state": Word(presence.state, presence.state) if presence else Word("", ""),
        "back": Word(back, back),
        "email": Word(address, "、".join(email.reading(address))) if address else Word("", ""),
        "spelling": Word(address, "、".join(email.spelling(address))) if address else Word("", ""),
        "mobile": _number(presence.mobile if presence else ""),
        "colleague": _family(script.person(state.colleague.staff) if state.colleague else None),
        "choices": _choices(script, facts),
        **ours(script),
        "wait": _wait(state),
        "entry": _entry(script, state),
        **matters(state),
        "menu": _menu(script),
        **{place: Word(each.text, each.kana) for place, each in booking_words.places(script, state).items()},
    }


def _wait(state: State) -> Word:
    """About how long it rings at the operators: 二十秒, 一分."""
    until = state.handing.until if state.handing else None
    tens = max(1, round(((until or state.at) - state.at) / 10))
    about = "一分" if tens >= 6 else f"{kanji_number(tens * 10)}秒"
    return Word(about, about)


def ours(script: Script) -> Mapping[str, Word]:
    """What a company tells of its reception; "" where it tells nothing."""
    told, fax = script.rules.disclosure, phone.groups(script.rules.fax) if script.rules.fax else ()
    name = told.receptionist
    return {
        "receptionist": Word(name.text, name.kana) if name else Word("", ""),
        "bureau": Word(told.bureau, told.bureau),
        "fax": Word(phone.written(fax), phone.spoken(fax)) if fax else Word("", ""),
    }


def matters(state: State) -> Mapping[str, Word]:
    """What it is about, as far as it can be said back."""
    facts, purpose = state.facts, state.facts.purpose
    thing = trouble.thing(purpose.value, purpose.confidence) if purpose else ""
    told = [Word(f"{label}は{value}", f"{label}は{value}") for label, value in facts.details if label in ALOUD]
    if facts.extension:
        told.append(Word(f"内線は{facts.extension.value}", f"内線は{phone.spoken((facts.extension.value,))}"))
    details = Word("、".join(word.text for word in told), "、".join(word.kana for word in told))
    matter, late = said_back(state), brief(state.words).told
    calls = earlier.matching(state)[:1]
    before = "".join(earlier.matter(call) for call in calls)
    day = "".join(earlier.day(call, state.at) for call in calls)
    return {
        "trouble": Word(thing, thing),
        "details": details,
        "gist": Word(matter.told, matter.told),
        "thing": Word(matter.thing, matter.thing),
        "hours": Word(call_hours.told(facts), call_hours.told(facts)),
        "late": Word(late, late),
        "earlier": Word(before, before),
        "earlier_day": Word(day, day),
    }


def _menu(script: Script) -> Word:
    """The keys and what they lead to: 設備の故障は1番、お部屋探しは2番."""
    items = script.rules.menu
    return Word(
        "、".join(f"{item.text.text}は{KEYS[item.key][0]}" for item in items),
        "、".join(f"{item.text.kana}は{KEYS[item.key][1]}" for item in items),
    )


def name_word(name: Captured | None) -> Word:
    """The caller's name: katakana is said, what it was written with is written if it is a name in characters."""
    return Word(name.value, name.value) if name else Word("", "")


def company_word(company: Captured | None) -> Word:
    """The caller's company; a private person has none."""
    if company is None or not company.value:
        return Word("", "")
    return Word(company.text or company.value, company.value)


def number_groups(number: Captured | None) -> tuple[str, ...]:
    """Digit groups for reading a number aloud: the number plan's, or the caller's own where it knows none."""
    if number is None or not number.value:
        return ()
    if phone.known(number.value) or "-" not in number.text:
        return phone.groups(number.value)
    return tuple(number.text.split("-"))


SOMEBODY = Word("担当の者", "タントウの者")


def staff_word(script: Script, facts: Facts) -> Word:
    """Own staff, without 様, as they are spoken of to a caller; nobody known: whoever is in charge."""
    return _family(script.person(facts.staff.value) if facts.staff else None)


def _family(person: Staff | None) -> Word:
    return Word(person.family.text, person.family.kana) if person else SOMEBODY


def _entry(script: Script, state: State) -> Word:
    """The question that we believe was asked: the company's wording of it that is nearest to the caller's."""
    if state.doubted is None:
        return Word("", "")
    number, words = state.doubted
    nearest = max(script.knowledge.entries[number].questions, key=lambda each: fuzz.ratio(each, words))
    return Word(nearest.rstrip("。?？"), nearest.rstrip("。?？"))


def _number(digits: str) -> Word:
    groups = phone.groups(digits) if digits else ()
    return Word(phone.written(groups), phone.spoken(groups)) if digits else Word("", "")


def asked_for_word(facts: Facts) -> Word:
    """Whom the caller asked for, in the caller's words."""
    return Word(facts.staff.text or facts.staff.value, facts.staff.value) if facts.staff else SOMEBODY


def _choices(script: Script, facts: Facts) -> Word:
    """The people whom the name that was asked for fits: 営業部の佐藤健、社長の佐藤香."""
    people = [script.person(key) for key in (facts.staff.alternatives if facts.staff else ())]
    told = [(f"{where}の" if (where := p.department or p.title) else "", p) for p in people if p]
    texts = [f"{where}{p.family.text}{p.given.text}" for where, p in told]
    kanas = [f"{where}{p.family.kana}{p.given.kana}" for where, p in told]
    return Word("と、".join(texts), "と、".join(kanas))


def back_words(back: float | None, now: float) -> str:
    """When somebody is back, as one says it now: 本日午後三時, 明日の午前八時半, 十一月三十日月曜日の午前八時半."""
    if back is None:
        return ""
    moment, today = local(back), local(now)
    if moment.date() == today.date():
        return f"本日{clock_words(moment)}"
    if moment.date() == today.date() + timedelta(days=1):
        return f"明日の{clock_words(moment)}"
    return moment_words(moment.strftime("%Y-%m-%dT%H:%M"))


def confirmed(item: Captured | None) -> bool:
    """The caller said yes to it."""
    return item is not None and item.status is Status.CONFIRMED
