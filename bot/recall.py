"""What is known of a caller: the answer to `Recall`, from the store; and what of a call is kept for it.

Rule: a number is somebody; a name alone may be anybody of that name, so calls under it are given with their own number
and name for the dialogue to compare. On the lists the more exact entry counts (a number before a company), then the
later one (the store's before the script's); a company is the same by any reading that its written name may have.
Blocking: reads the store.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.company.script import Absence, Script
from bot.dialogue.actions import Recall
from bot.dialogue.events import EarlierCall, Event, Heard, Recalled
from bot.dialogue.hours import local
from bot.dialogue.state import Captured, Outcome, State
from bot.store import Call, Store
from bot.store.desk import ALLOW, DENY, ListedCaller, list_callers, told_absences
from bot.store.remembered import FollowUpRow, Remembered, earlier_calls
from nlu.identity.companies import company_slot
from nlu.identity.names import name_slot
from nlu.kana import canonical, is_kana, to_katakana
from nlu.meaning import Slot

MEMORY_SECONDS = 14 * 86400.0
"""How far back a call is an earlier call about the same thing: two weeks, the longest leave and a few days more."""

UNTOLD = frozenset({Outcome.NOTHING, Outcome.WRONG_NUMBER, Outcome.FAX})
"""Calls nobody would come back to."""

_LEGAL_SOUND = re.compile(
    r"^(?:カブシキ|ユーゲン|ゴード|ゴーシ|ゴーメー)[ガカ]イシャ|(?:カブシキ|ユーゲン|ゴード)[ガカ]イシャ$"
)
_LEGAL_SIGN = (("(株)", "株式会社"), ("(有)", "有限会社"), ("(合)", "合同会社"))


def recall(store: Store, script: Script, asked: Recall, at: float) -> Recalled:
    """What the company's lists and the calls of the last days say of this caller; newest first."""
    with store.read() as connection:
        told = list_callers(connection, script.key)
        found = earlier_calls(connection, script.key, at - MEMORY_SECONDS, asked.number, family_sound(asked.name))
    earlier = tuple(_earlier(call, owed) for call, owed in found if is_same(call, asked))
    return Recalled(at, listed(script, told, asked), earlier)


def listed(script: Script, told: Sequence[ListedCaller], asked: Recall) -> str:
    """`ALLOW` or `DENY` where the lists say so; an entry that allows counts where two are alike exact and late."""
    seeds = script.rules.sales
    lists = (
        {kind: [entry.written for entry in told if entry.kind == kind] for kind in (ALLOW, DENY)},
        {ALLOW: list(seeds.allow), DENY: list(seeds.deny)},
    )
    for fits in (_is_number, _is_company):
        for entries in lists:
            for kind in (ALLOW, DENY):
                if any(caller_key(written) and fits(asked, written) for written in entries[kind]):
                    return kind
    return ""


def caller_key(written: str) -> str:
    """What a list's entry is known by: a number's digits, else the sound of a company's name."""
    return digits_of(written) or next(iter(sounds(written)), plain(written))


def digits_of(written: str) -> str:
    """The digits of a written number; "" where it is none."""
    bare = re.sub(r"[-() ]", "", unicodedata.normalize("NFKC", written).replace("ー", "-"))
    return bare if re.fullmatch(r"[0-9]{3,}", bare) else ""


def plain(written: str) -> str:
    """A company's name without width, blanks and abbreviations of its legal form."""
    text = unicodedata.normalize("NFKC", written).replace(" ", "")
    for sign, whole in _LEGAL_SIGN:
        text = text.replace(sign, whole)
    return text


@lru_cache(maxsize=4096)
def sounds(written: str) -> tuple[str, ...]:
    """How a company's written name may sound, legal form aside, in canonical spelling; the likeliest first."""
    text = plain(written)
    slot = None if is_kana(text) else company_slot(text)
    kana = (text,) if is_kana(text) else (slot.value, *slot.alternatives) if slot else ()
    return tuple(filter(None, (_LEGAL_SOUND.sub("", canonical(each)) for each in kana)))


def family_sound(name: str) -> str:
    """The family name of "エガワ ケンジ" in canonical spelling."""
    return canonical(name.split()[0]) if name.split() else ""


def remembered(call: Call, happened: Iterable[Event], state: State, now: float, digest_due: bool) -> Remembered:
    """What of an ended call is kept for the next one by the same caller, and for the digest."""
    facts = state.facts
    outcome = state.outcome or Outcome.ABANDONED
    name = _sound(facts.caller_name, name_slot)
    return Remembered(
        call_id=call.id,
        company=call.company,
        began=call.began,
        shown=call.caller,
        number=_value(facts.number),
        name=name,
        family_sound=family_sound(name),
        caller_company=_sound(facts.company, company_slot),
        caller_company_text=facts.company.text if facts.company else "",
        staff=_value(facts.staff),
        reason=facts.reason.value if facts.reason else "",
        purpose=_value(facts.purpose),
        outcome=outcome.value,
        spoke=any(isinstance(event, Heard) for event in happened),
        kept=now,
        digest_due=digest_due,
    )


def put_right(before: Remembered, call: Call, state: State) -> Remembered:
    """The same call as it is to be remembered now that somebody has corrected what was heard."""
    after = remembered(call, (), state, before.kept, before.digest_due)
    return replace(after, spoke=before.spoke, digested=before.digested)


def absences(store: Store, script: Script, now: float, staff: str = "") -> dict[str, tuple[Absence, ...]]:
    """What the company was told of its staff's whereabouts, by `Staff.key`: what `bot.company.schedule.found` takes."""
    told: dict[str, tuple[Absence, ...]] = {}
    with store.read() as connection:
        for each in told_absences(connection, script.key, now, staff):
            back = None if each.back is None else local(each.back)
            absence = Absence(local(each.starts), local(each.ends), each.state, back)
            told[each.staff] = (*told.get(each.staff, ()), absence)
    return told


def _is_number(asked: Recall, written: str) -> bool:
    return bool(asked.number) and digits_of(written) == asked.number


def _is_company(asked: Recall, written: str) -> bool:
    if digits_of(written):
        return False
    heard = {*sounds(asked.company), *sounds(asked.company_text)}
    return bool(heard & {*sounds(written)}) or (
        bool(asked.company_text) and plain(asked.company_text) == plain(written)
    )


def is_same(call: Remembered, asked: Recall) -> bool:
    """Whether that earlier call was by whom is asked for."""
    if call.outcome in UNTOLD:
        return False
    return (bool(asked.number) and asked.number in (call.shown, call.number)) or _same_name(call.name, asked.name)


def _same_name(one: str, other: str) -> bool:
    """By sound; given names must agree only where both were told."""
    mine, theirs = one.split(), other.split()
    return bool(mine and theirs) and all(canonical(a) == canonical(b) for a, b in zip(mine, theirs, strict=False))


def _earlier(call: Remembered, owed: FollowUpRow | None) -> EarlierCall:
    return EarlierCall(
        at=call.began,
        number=call.number or call.shown,
        name=call.name,
        company=call.caller_company,
        staff=call.staff,
        reason=call.reason,
        purpose=call.purpose,
        promised=owed is not None,
        settled=owed is not None and owed.settled is not None,
    )


def _value(fact: Captured | None) -> str:
    return fact.value if fact else ""


def _sound(fact: Captured | None, slot_of: Callable[[str], Slot | None]) -> str:
    """In katakana, also of what an operator has written in other characters; as it stands where it cannot be read."""
    value = _value(fact)
    slot = slot_of(value) if value and not is_kana(value) else None
    return slot.value if slot else to_katakana(value) if is_kana(value) else value
