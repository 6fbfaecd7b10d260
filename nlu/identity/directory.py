"""Whom of the called company the caller means: a name, a title or a department, matched by sound.

A person is spoken of with an honorific (栗本さん, 佐藤様, 吉岡課長) or by title (社長, ご担当者様); the
names by which the caller introduced himself are taken out before. Against the staff list a name counts by its sound, so
クリモド finds 栗本; several that fit equally are all given, and nobody is guessed when the best is not clearly
better than the next. Where somebody is, and what may be told of that, is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from nlu.clauses import Clause, final_chunks
from nlu.identity.names import looks_like_name, readings, surnames
from nlu.identity.roles import TITLES, is_department, is_role
from nlu.identity.titles import asked_by, called_familiarly, named_by, own_titles
from nlu.kana import is_kana, similarity, to_katakana
from nlu.meaning import Slot
from nlu.vocabulary import Person, Vocabulary
from nlu.wordlists import words
from nlu.words import tokens

ALIKE = 0.82
"""Least `similarity` of a heard name with a listed one: one voiced consonant off in four morae lies at about 0.95.
With eight of the 300 commonest surnames as staff, 0.7 % of other surnames are taken for one of them and 95 % of 40
mishearings find theirs; 0.86 would halve the first and lose 8 % of the second."""
_SAME_SOUND = 0.99
"""Likeness of a name that differs from the listed one in the writing of long vowels only (ガトー, ガトウ)."""
MARGIN = 0.08
"""By how much the best must lead the next other name; 佐藤 and 加藤 differ by more."""

_OURS = re.compile(
    r"(?:うち|弊社|当社|私ども|御社以外|税理士|弁護士|患者|お客|会社|業者|店員|看護師|記者|大家|取引先|担任)の?$"
)
_CALLED = re.compile(
    r"(?:お願い|願い|いらっしゃ|おられ|います|いる|おる|おります|つない|つなが|代わ|替わ|かわ|取り?次|回し|出して|呼ん|お話|話し|話が)"
)
_NOBODY = words("no staff")
_ADVERBS = frozenset({"至急", "大至急", "早急", "今", "今日", "本日", "明日", "先日", "直接", "急遽", "再度", "毎回"})
_BARE = re.compile(r"(?:を|に|は|って)?(?:お願い|いらっしゃ|おられ|いますか|おりますか|つない|代わ|替わ|取り?次)")
_TEACHER = re.compile(r"(?:様|に|を(?!変|替|か)|から|宛|いらっしゃ|はいらっしゃ|お願い|とお話)")
_ALTERNATIVE = re.compile(r"^(?:さん|様|の方|課|部)?(?:か|または|もしくは)(?!ら|し|も)")
_ONLY_IF_NOT = re.compile(r"^(?:さん|様)?か、?(?:もし)?(?:いな|いらっしゃらな|おられな|不在|だめ|無理)")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom the caller asks for or speaks of."""

    staff: Slot | None = None
    department: Slot | None = None
    spans: tuple[tuple[int, int], ...] = ()
    """Where in the text they are named."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where somebody is named by name or by role."""

    name: str
    """As written, "" where only the role is said."""
    role: str
    department: str
    start: int
    end: int


@lru_cache(maxsize=16)
def find_staff(text: str, vocabulary: Vocabulary, taken: tuple[tuple[int, int], ...] = ()) -> Asked:
    """Whom a text asks for. `taken`: spans of the caller's self-introduction, in which nobody is looked for. Kept,
    since what is told beside an answer is looked through for the same people."""
    mentions = [m for m in _mentions(text, vocabulary) if not _overlaps(m.start, m.end, taken)]
    chosen = _choose(mentions, text)
    if chosen is None:
        department = _department_alone(text, vocabulary, taken)
        return Asked(None, department, ())
    department = department_slot(chosen.department, vocabulary)
    staff = _resolve(_named_before(chosen, text, vocabulary), vocabulary)
    return Asked(staff, department, ((chosen.start, chosen.end),))


def _named_before(mention: Mention, text: str, vocabulary: Vocabulary) -> Mention:
    """先生 alone, after 早川先生 was spoken of, is 早川先生."""
    spoken_of = (person.family for person in vocabulary.staff if f"{person.family}{mention.role}" in text)
    name = next(spoken_of, "") if mention.role and not mention.name else ""
    return replace(mention, name=name) if name else mention


def match(name: str, vocabulary: Vocabulary, *, department: str = "", title: str = "") -> Slot:
    """A name as written or heard, resolved against the staff; its katakana where nobody fits."""
    kana = readings(name) or (to_katakana(name),)
    graded = sorted(((_likeness(kana, name, person), person) for person in vocabulary.staff), key=lambda g: -g[0])
    best = graded[0][0] if graded else 0.0
    fitting = [person for grade, person in graded if grade >= max(ALIKE, best - MARGIN / 2)]
    rivals = [p for grade, p in graded if best - MARGIN < grade < best - MARGIN / 2 and grade >= ALIKE]
    if best < 1.0 and rivals:
        fitting += rivals
    exact = [person for grade, person in graded if grade == best >= _SAME_SOUND]
    fitting = _narrow(exact or fitting, department, title)
    if not fitting:
        return Slot(kana[0], name, 0.8 if vocabulary.staff else 0.9, kana[1:])
    if len(fitting) == 1:
        return Slot(fitting[0].key, name, best)
    return Slot(kana[0], name, best * 0.6, tuple(person.key for person in fitting))


def _likeness(kana: tuple[str, ...], name: str, person: Person) -> float:
    """0..1: how well a name fits a person, by family name, given name or both."""
    if name in (person.family, person.family + person.given):
        return 1.0
    sounds = (person.family_kana, person.family_kana + person.given_kana)
    best = max((similarity(one, other) for one in kana for other in sounds if other), default=0.0)
    if best == 1.0 and not set(kana) & set(sounds):
        best = _SAME_SOUND
    given = any(one == person.given_kana for one in kana if person.given_kana)
    return max(best, 0.9 if given else 0.0)


def _narrow(people: list[Person], department: str, title: str) -> list[Person]:
    for wanted, of in ((department, "department"), (title, "title")):
        if wanted and len(people) > 1:
            kept = [person for person in people if _same_part(wanted, getattr(person, of))]
            people = kept or people
    return people


def _same_part(said: str, listed: str) -> bool:
    bare = re.compile(r"(?:部門|部|課|係|室|科)$")
    one, other = bare.sub("", said), bare.sub("", listed)
    return bool(one and other) and (one in other or other in one)


def _resolve(mention: Mention, vocabulary: Vocabulary) -> Slot:
    if mention.name:
        return match(mention.name, vocabulary, department=mention.department, title=mention.role)
    titled = [person for person in vocabulary.staff if mention.role and person.title.endswith(mention.role)]
    titled = [person for person in titled if person.title == mention.role] or titled
    titled = _narrow(titled, mention.department, "")
    if len(titled) == 1:
        return Slot(titled[0].key, mention.role, 0.95)
    return Slot(mention.role, mention.role, 0.8, tuple(person.key for person in titled))


def _mentions(text: str, vocabulary: Vocabulary) -> list[Mention]:
    found, own = [], own_titles(vocabulary.staff)
    for mark in named_by(own).finditer(text):
        named = _named(text, mark, vocabulary)
        if named:
            found.append(named)
    for mark in _BARE.finditer(text):
        bare = _named(text, mark, vocabulary, bare=True)
        if bare and not _overlaps(bare.start, bare.end, _places(found)):
            found.append(bare)
    for mark in called_familiarly(vocabulary.staff).finditer(text) if vocabulary.staff else ():
        if not _overlaps(mark.start(), mark.end(), _places(found)):
            found.append(Mention(mark["name"], "", *_department_before(text, mark.start(), vocabulary), mark.end()))
    named_spans = _places(found)
    for mark in asked_by(own).finditer(text):
        role = f"{mark['agent']}者" if mark["agent"] and mark["agent"] != "代表" else mark["title"] or mark["agent"]
        if mark["agent"] == "代表" and mark["kind"] == "者":
            role = "代表者"
        if _overlaps(mark.start(), mark.end(), named_spans) or not _is_ours(text, mark, role or ""):
            continue
        department, start = _department_before(text, mark.start(), vocabulary)
        found.append(Mention("", role or "", department, start, mark.end()))
    return sorted(found, key=lambda mention: mention.start)


def _places(mentions: list[Mention]) -> tuple[tuple[int, int], ...]:
    return tuple((mention.start, mention.end) for mention in mentions)


def _is_offered(name: str, vocabulary: Vocabulary) -> bool:
    """Whether the company's own entries speak of it, and none of its people is called so: ワクチンをお願いしたくて."""
    ours = any(name in (person.family, person.given) for person in vocabulary.staff)
    written = (words for entry in vocabulary.entries for words in entry.written)
    return not ours and any(name in words for words in (*written, *(word for word, _ in vocabulary.words)))


def _named(text: str, mark: re.Match[str], vocabulary: Vocabulary, bare: bool = False) -> Mention | None:
    """The person named before an honorific or a title, or (`bare`) before words of calling for somebody."""
    chunks = final_chunks(text[: mark.start()])
    if not chunks:
        return None
    last = chunks[-1]
    name, role = _without_title(last.text, TITLES | own_titles(vocabulary.staff))
    name = _name_at_end(name)
    if bare and (looks_like_name(name) < 1.0 or _is_offered(name, vocabulary)):
        return None
    if not _could_be_staff(name, not bare and bool(mark["honorific"])):
        return None
    role = role if bare else mark["title"] or mark["rank"] or role
    department, start = _department_before(text, last.start, vocabulary)
    before = [chunk.text for chunk in chunks[:-1]]
    if not role and before and before[-1].removeprefix("ご") in TITLES:
        role = before[-1].removeprefix("ご")
    return Mention(name, role or "", department, start, last.end if bare else mark.end())


def _name_at_end(text: str) -> str:
    """The name behind a word of hurry or time (至急栗本); else the words themselves."""
    parts = tokens(text)
    if looks_like_name(text) or parts[0].surface not in _ADVERBS:
        return text
    ends = ["".join(part.surface for part in parts[first:]) for first in range(1, len(parts))]
    return next((end for end in ends if looks_like_name(end) == 1.0), text)


def _without_title(text: str, titles: frozenset[str] = TITLES) -> tuple[str, str]:
    """(what stands before the longest title that a text ends in, that title)."""
    title = max((title for title in titles if text.endswith(title) and text != title), key=len, default="")
    return text.removesuffix(title), title


def _could_be_staff(name: str, honorific: bool) -> bool:
    if name in surnames():
        return name not in _NOBODY and (honorific or looks_like_name(name) >= 0.8)
    if (
        not name
        or name in _NOBODY
        or is_role(name)
        or is_department(name)
        or name.endswith(("会社", "屋", "士", "者", "客", "業"))
    ):
        return False
    score = looks_like_name(name)
    if honorific:
        return score >= 0.5 or (is_kana(name) and len(name) > 1 and score > 0)
    return score >= 0.8


def _department_before(text: str, place: int, vocabulary: Vocabulary) -> tuple[str, int]:
    """(department, start of the phrase) of what stands before a name or role (営業の…, 総務部長)."""
    chunks = [chunk for chunk in final_chunks(text[:place].removesuffix("の").removesuffix("のご")) if chunk.text]
    start = place
    for chunk in reversed(chunks):
        words = chunk.text.removeprefix("ご")
        if is_department(words) or any(words and _same_part(words, each) for each, _ in vocabulary.departments):
            return words, chunk.start
        shorter = _without_title(words.removesuffix("担当").removesuffix("の"))[0]
        if shorter != words and is_department(shorter):
            return shorter, chunk.start
        if not (is_role(words) or words in ("担当", "責任者")):
            break
        start = chunk.start
    return "", start


def _is_ours(text: str, mark: re.Match[str], role: str) -> bool:
    before, after = text[: mark.start()], text[mark.end() :]
    if role == "先生" and not _TEACHER.match(after):
        return False
    if not role or _OURS.search(before) or re.match(r"の(?:者|もの)|(?:です|でございます)(?:が|けど|けれど|$)", after):
        return False
    if re.search(r"[\u3400-\u9fffァ-ヴー]$", before) and not is_department(
        final_chunks(before)[-1].text if final_chunks(before) else ""
    ):
        return before.endswith(("今", "本日", "ご", "御"))
    if re.match(r"[\u3400-\u9fffァ-ヴー]", after) and not re.match(r"様|方|宛|今|本日|先生|出|居|呼", after):
        return False
    return not re.match(
        r"さん?の(?:同級生|奥|友|紹介|変更)|の責任|職|向け|探し|さん?をご紹介|さん?でも|の[。、]", after
    )


def _choose(mentions: list[Mention], text: str) -> Mention | None:
    """The one meant: a name before a role, one called for before one spoken of; None for equal alternatives."""
    if not mentions:
        return None
    if _offers_alternatives(mentions, text):
        return None
    mentions = [
        m for m, n in zip(mentions, [*mentions[1:], None], strict=True) if not (n and text[m.end : n.start] == "、")
    ]
    if _ONLY_IF_NOT.match(text[mentions[0].end :]):
        return mentions[0]
    named = [mention for mention in mentions if mention.name]
    pool = named or mentions
    called = [mention for mention in pool if _CALLED.search(text[mention.end : mention.end + 12])]
    chosen = (called or pool)[0]
    same = [
        m
        for m in mentions
        if m.department
        and not chosen.department
        and (m.name, m.role)[not m.name] == (chosen.name, chosen.role)[not m.name]
    ]
    return replace(chosen, department=same[0].department) if same and chosen.name else chosen


def _offers_alternatives(mentions: list[Mention], text: str) -> bool:
    if re.search(r"どちらか|どっちか", text):
        return True
    for mention in mentions:
        if (
            mention.start > 1
            and text[mention.start - 1] == "か"
            and is_department(
                final_chunks(text[: mention.start - 1])[-1:][0].text if final_chunks(text[: mention.start - 1]) else ""
            )
        ):
            return True
        tail = text[mention.end :]
        if _ALTERNATIVE.match(tail) and not _ONLY_IF_NOT.match(tail) and not tail.startswith(("かな", "か。", "か、")):
            return True
    return False


def _department_alone(text: str, vocabulary: Vocabulary, taken: tuple[tuple[int, int], ...]) -> Slot | None:
    """A department that is asked for without a person: 経理に回してください, 営業をお願いします."""
    for mark in re.finditer(r"(?:さん)?(?:の(?:方|人|ほう))?(?:に|を|へ|さ|って|、|が)?(?:直接|今|どなたか|か)?", text):
        if not mark.group() or not (_CALLED.match(text[mark.end() :]) or re.search(r"の(?:方|人)", mark.group())):
            continue
        chunks: tuple[Clause, ...] = final_chunks(text[: mark.start()])
        if not chunks or _overlaps(chunks[-1].start, mark.start(), taken):
            continue
        slot = department_slot(chunks[-1].text.removeprefix("ご"), vocabulary)
        if slot and slot.text not in ("予約", "受付", "窓口", "現場", "倉庫", "事務", "サポート", "会計"):
            return slot
    return None


def department_slot(text: str, vocabulary: Vocabulary) -> Slot | None:
    """A department as written, if the company has it or its word is one that companies have."""
    if not text:
        return None
    for written, _ in vocabulary.departments:
        if text == written or _same_part(text, written):
            return Slot(text, text, 0.95)
    return Slot(text, text, 0.8) if is_department(text) else None


def _overlaps(start: int, end: int, spans: tuple[tuple[int, int], ...]) -> bool:
    return any(start < other_end and end > other_start for other_start, other_end in spans)
