"""Who is calling, said in answer to a question: name and company in any order, corrections, spelling.

What is denied is cut away before anything is looked for (`denials`), so the last word counts. Clauses that
describe characters are no names, but they choose between the readings of one and, where no name was
said beside them, make one. After a read-back each value goes to the item it sounds like, so that a
corrected company leaves the name alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from nlu.clauses import clauses, final_chunks
from nlu.denials import as_said
from nlu.expected import Ask, Expected
from nlu.identity.companies import company_answer, company_in, company_slot, headed, is_somebody
from nlu.identity.company_answers import said_company, sounded
from nlu.identity.company_choice import chosen, in_answer
from nlu.identity.introductions import Introduction, introductions, names_shop
from nlu.identity.names import family_of, given_readings, looks_like_name, name_slot, surname_readings
from nlu.identity.roles import is_role
from nlu.identity.spelling import (
    describes_characters,
    kana_by_kana,
    read_as,
    said_again,
    said_in_kana,
    spelt_characters,
    spelt_kana,
)
from nlu.identity.trades import LEGAL_FORM, ends_like_company
from nlu.kana import is_kana, morae, similarity
from nlu.meaning import Slot

_AGAIN = re.compile(
    r"(?:^|[、。])(?:いえ|いや|違い?ます|違う|失礼|すみません|訂正|正しくは|じゃなく|今は|現在は)|名前は|名字は|苗字は|(?:私|わたくし|わたし)(?:は|、)"
)
_LEAD = re.compile(
    r"^(?:はい|ええ|うん|えっ|え|いえ|いや|あの|ええと|うーんと|私|わたし|わたくし|わし|僕|俺)?(?:は|も|、)?"
    r"(?:(?:お)?名前|名字|苗字|フルネーム|下の名前|会社(?:名)?|社名|屋号)?(?:は|が|で|だと|言うと)?、?"
)
_CLOSE = re.compile(
    r"(?:と(?:申|もう)し.*|と(?:言|い)い?(?:ます|まして|う).*|って(?:言|い)い?.*|っていう.*|いいます.*|と読.*|って(?:読|呼).*|でございます.*|なん(?:です|だ).*|"
    r"です.*|だけど.*|だよ.*|だわ.*|や(?:で|けど)?$|じゃ$|よ$|ね$|で$|っす.*|になります.*|と(?:だけ)?$|でお願い.*|のほう.*|で(?:結構|いい|通して).*|で登録.*|とだけ.*|とお伝え.*)$"
)
_IS_COMPANY = re.compile(
    r"(?:^|[、。])(?P<company>[^、。]{2,16}?)(?:は|が)(?:会社|店|屋号)(?:の名前|名)?(?:で|です|なん)"
)
_PLACE_OF_WORK = re.compile(r"(?<=、)[^、。]{1,10}の$")
_IN_A_ROLE = re.compile(r"(?P<company>.{2,20})の(?P<role>[^の、]{1,8}?)で?")
_IN_PARTS = re.compile(
    r"(?:上の名前|上|名字|苗字|姓)(?:は|が)(?P<family>[^、。はが]{1,6}?)(?:で|、|です、?)+(?:下の名前|下|名前|名)(?:は|が)"
    r"(?P<given>[^、。はが]{1,6}?)(?=$|[、。]|です|と|って|で|だ)"
)
_GIVEN_AFTER = re.compile(r"(?:名前|下)は$")
_NAME_FOR_COMPANY = re.compile(r"(?:会社|社名|屋号|店名|お店)(?:の名前)?は|会社(?:が|のほう|の方)")


@dataclass(frozen=True, slots=True)
class Caller:
    """Name and company as far as they were said, and where."""

    name: Slot | None = None
    company: Slot | None = None
    spans: tuple[tuple[int, int], ...] = ()
    """Of the introductions in the text, for the readers of the rest."""


@lru_cache(maxsize=16)
def introduced(text: str) -> Caller:
    """Name and company that a caller gives unasked, in free speech; kept, since several judges ask of one text."""
    found = introduced_by_rule(text)
    return replace(found, company=chosen(text, Ask.OPENING, found.company))


def introduced_by_rule(text: str) -> Caller:
    """As `introduced`, the learned choice of the company left aside."""
    found = introductions(text)
    name = _best(found, text)
    with_company = [intro for intro in found if intro.company and (name is None or intro.name)] or [
        intro for intro in found if intro.company
    ]
    company = with_company[0].company if with_company else _before(name, text)
    return Caller(name.name if name else None, company, tuple((i.start, i.end) for i in found))


def _before(name: Introduction | None, text: str) -> Slot | None:
    """The company in the clause right before the name's (スマイル物流の配車担当、横尾です), or behind it at the end."""
    if name is None:
        return _trailing(text) or _whole_clause(text)
    lead = _PLACE_OF_WORK.sub("", text[: name.start])
    if lead.endswith("、"):
        clause = clauses(lead)[-1]
        chunks = final_chunks(clause.text)
        named = any(ends_like_company(chunk.text) for chunk in chunks)
        found = company_in(chunks, sure=False) if named and chunks[-1].end == len(clause.text) else None
        if found:
            return found[0]
    return _trailing(text)


def _whole_clause(text: str) -> Slot | None:
    """A company that is a clause of its own, without any phrase of introducing (東都新聞)."""
    for clause in clauses(text):
        chunks = final_chunks(clause.text) if is_somebody(clause.text) else ()
        if len(chunks) == 1 and chunks[0].text == clause.text:
            found = company_in(chunks, sure=False)
            return found[0] if found else None
    return None


def _best(found: tuple[Introduction, ...], text: str) -> Introduction | None:
    """The first introduction by name, or a later one that takes it back."""
    named = [intro for intro in found if intro.name]
    if not named:
        return None
    chosen = max(named, key=lambda intro: (intro.strength >= 0.75, -intro.start))
    for intro in named:
        if intro.start > chosen.end and re.search(
            r"(?:いえ|いや|違|失礼)、?$", text[max(0, intro.start - 6) : intro.start]
        ):
            chosen = intro
    return chosen


def answered(text: str, expected: Expected) -> Caller:
    """Name and company in the answer to a question for them, or to their read-back."""
    found = answered_by_rule(text, expected)
    if expected.ask is not Ask.COMPANY:
        return found
    company = in_answer(as_said(text), found.company)
    again = company and found.name and found.name.text == company.text
    return replace(found, name=None if again else found.name, company=company)


def answered_by_rule(text: str, expected: Expected) -> Caller:
    """As `answered`, the learned choice of the company left aside."""
    if expected.ask is Ask.KANA:
        kana = kana_by_kana(text)
        if kana:
            return Caller(Slot(kana, text, 0.9))
    kept = as_said(text)
    private = company_answer(kept)
    found = introductions(kept, sure=True)
    name, company = _from(found, kept, expected)
    if company is None and name is None:
        name, company = _loose(kept, expected)
    if company is None and expected.ask in (Ask.COMPANY, Ask.CALLER):
        company = _legal(kept) or (_loose(kept, expected)[1] if expected.ask is Ask.COMPANY else _trailing(kept))
    if expected.ask is Ask.COMPANY:
        company = _weighed(company, name, said_company(kept))
        if name is not None and private is None:
            name, company = _as_company(name, company, kept)
    if company is not None and expected.ask in (Ask.COMPANY, Ask.CONFIRM_CALLER):
        company = sounded(company, kept)
        name = None if name and not private and _is_part(name, company, kept) else name
    if private and (company is None or not ends_like_company(company.text)):
        company = private
    if company is None and expected.ask is Ask.NAME:
        company = _beside(kept)
    name = _spelt(name, text, kept, expected)
    if expected.ask is Ask.CONFIRM_CALLER:
        name, company = _assign(name, company, kept, expected)
    return Caller(name, company, tuple((i.start, i.end) for i in found))


def _is_part(name: Slot, company: Slot, text: str) -> bool:
    """Whether what was taken for a name is only the company's name again."""
    return company.value.startswith(name.value) and name.text in company.text and f"の{name.text}" not in text


def _weighed(introduced: Slot | None, name: Slot | None, said: Slot | None) -> Slot | None:
    """The company beside a name, or else the one that the whole answer speaks for most."""
    better = bool(said and introduced and ends_like_company(said.text) and not ends_like_company(introduced.text))
    apart = bool(name and introduced and introduced.text != name.text and introduced.text not in (said or name).text)
    if introduced and (said is None or (apart and not better)):
        return introduced
    if said and name and said.text == name.text and introduced is None:
        return None
    return said


def _from(found: tuple[Introduction, ...], text: str, expected: Expected) -> tuple[Slot | None, Slot | None]:
    """Name and company out of introductions; the first counts unless the caller begins anew."""
    usable = [intro for intro in found if not _only_spelling(text[intro.start : intro.end], intro)]
    named = [intro for intro in usable if intro.name]
    name = named[0] if named else None
    for later in named[1:]:
        if name and _completes(later, name, text):
            return _whole_name(name, later), None
        if name and (_AGAIN.search(text[name.end : later.start + 4]) or _fuller(later, name)):
            name = later
    companies = [intro for intro in usable if intro.company]
    company = companies[-1 if companies and _AGAIN.search(text[: companies[-1].start]) else 0] if companies else None
    return (name.name if name else None), (company.company if company else None)


def _only_spelling(words: str, intro: Introduction) -> bool:
    if intro.company is not None and (intro.name or ends_like_company(intro.company.text)):
        return False
    return describes_characters(words)


def _fuller(later: Introduction, first: Introduction) -> bool:
    if later.name is None or first.name is None:
        return False
    short, long = first.name.value, later.name.value
    return len(long) > len(short) and (long.startswith(short) or long.endswith(short))


def _completes(later: Introduction, first: Introduction, text: str) -> bool:
    """Whether a given name is told after the family name of a relation (村上の孫です、名前はケンタです)."""
    if later.name is None or first.name is None or not _GIVEN_AFTER.search(text[: later.start]):
        return False
    given = later.name.value in given_readings() and later.name.value not in surname_readings()
    return given and "の" in text[first.start : first.end] and first.company is None


def _whole_name(first: Introduction, later: Introduction) -> Slot | None:
    if first.name is None or later.name is None:
        return first.name
    return Slot(
        family_of(first.name.value) + later.name.value, first.name.text + later.name.text, first.name.confidence
    )


def _loose(text: str, expected: Expected) -> tuple[Slot | None, Slot | None]:
    """Name or company from the first clause that could be one, for answers without any phrase of introducing."""
    for clause in clauses(text):
        if describes_characters(clause.text) or clause.text.endswith(("か", "かね")):
            continue
        body = _LEAD.sub("", _CLOSE.sub("", clause.text))
        chunks = headed(body, final_chunks(body))
        if not chunks:
            continue
        if expected.ask in (Ask.COMPANY, Ask.CALLER) or ends_like_company(chunks[-1].text):
            company = company_in(chunks, sure=expected.ask is Ask.COMPANY)
            if company:
                return None, company[0]
        if expected.ask is not Ask.COMPANY:
            last = chunks[-1].text
            if len(chunks) > 1 and names_shop(chunks[-2].text, last, looks_like_name(last)):
                shop = company_in(chunks, sure=True)
                return None, (shop[0] if shop else None)
            if looks_like_name(last) >= 0.6 and not is_role(last):
                return name_slot(last), None
    return None, None


def _beside(text: str) -> Slot | None:
    """The company in an answer to the question for the name: ミトベは会社で, 江川です、スマイル企画の."""
    said = _IS_COMPANY.search(text)
    return company_slot(said["company"]) if said else _trailing(text) or _legal(text) or _apart(text)


def _apart(text: str) -> Slot | None:
    """A company that a clause of its own names, or one with the caller's place in it (讃州堂の主人で、香西です)."""
    for clause in clauses(text):
        role = _IN_A_ROLE.fullmatch(clause.text)
        words = role["company"] if role and is_role(role["role"]) else clause.text
        chunks = final_chunks(words)
        if role and chunks and ends_like_company(chunks[0].text):
            chunks, words = chunks[:1], chunks[0].text
        found = company_in(chunks, sure=False) if chunks and ends_like_company(chunks[-1].text) else None
        if found and found[1].end == len(words) and (role or chunks[0].start == 0):
            return found[0]
    return None


def _trailing(text: str) -> Slot | None:
    """A company that comes after the name (江川です、スマイル企画の)."""
    found = company_in(final_chunks(text.removesuffix("の")), sure=False) if text.endswith("の") else None
    return found[0] if found else None


def _legal(text: str) -> Slot | None:
    """A company that its legal form gives away, whatever stands around it."""
    for clause in clauses(text):
        form = LEGAL_FORM.search(clause.text)
        found = company_in(final_chunks(_CLOSE.sub("", clause.text)), sure=True) if form else None
        if found:
            return found[0]
    return None


def _as_company(name: Slot, company: Slot | None, text: str) -> tuple[Slot | None, Slot | None]:
    """What was asked for is the company: a bare name that was given is one (カネマツです), and so is one in kana that
    nobody bears, said behind a kind of business (ブラジル食品のボンジーアです)."""
    if company is not None and (not is_kana(name.text) or family_of(name.value) in surname_readings()):
        return name, company
    if company is not None and (name.value in given_readings() or f"{company.text}の{name.text}" not in text):
        return name, company
    own = company_slot(name.text, 0.6)
    return (None, own) if own else (name, company)


def _spelt(name: Slot | None, text: str, kept: str, expected: Expected) -> Slot | None:
    """The name with its spelling and the reading told for it taken into account."""
    if expected.ask is Ask.COMPANY and name is None:
        return None
    kana = spelt_kana(kept)
    if kana and (name is None or similarity(kana, name.value) > 0.6) and len(morae(kana)) > 1:
        return Slot(kana, text, 0.95, (name.value,) if name and name.value != kana else ())
    parts = _IN_PARTS.search(kept)
    both = name_slot(parts["family"] + parts["given"]) if parts and expected.ask is not Ask.COMPANY else None
    if both:
        return both
    again = said_again(name.value, kept) if name and not is_kana(name.text) else ""
    told = (read_as(kept) or again) if expected.ask is not Ask.COMPANY else ""
    if told and (name is None or not is_kana(name.text)) and len(morae(told)) > 1:
        return Slot(told, name.text if name else told, 0.95, (name.value,) if name and name.value != told else ())
    if name is None and expected.ask in (Ask.NAME, Ask.CALLER, Ask.KANA, Ask.CONFIRM_CALLER):
        made = spelt_characters(kept)
        return Slot(made[0], text, 0.7, made[1:]) if made else None
    if name is not None and name.alternatives and not is_kana(name.text):
        said = next((other for other in name.alternatives if said_in_kana(other, kept)), "")
        if said and not said_in_kana(name.value, kept):
            rest = (name.value, *(other for other in name.alternatives if other != said))
            return replace(name, value=said, alternatives=rest)
    return name


def _assign(name: Slot | None, company: Slot | None, text: str, expected: Expected) -> tuple[Slot | None, Slot | None]:
    """After a read-back: a value that sounds like the company read back is the company, one like the name the name."""
    if name is None or company is not None:
        return name, company
    of_company = _NAME_FOR_COMPANY.search(text) is not None
    nearer = similarity(name.value, expected.company) if expected.company else 0.0
    if of_company or (
        nearer > 0.5 and nearer > (similarity(name.value, expected.name) if expected.name else 0.0) + 0.1
    ):
        return None, company_slot(name.text, 0.7)
    return name, company
