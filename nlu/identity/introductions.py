"""Self-introductions: from which words a caller's own name and company come.

A name is the caller's where a phrase of introducing stands behind it (と申します, です, だけど, の母です …) and no
honorific does. と申します takes almost anything for a name; a bare です wants a listed surname, or a company
before it. What is asked and how answers are corrected is not known here (see `callers`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.clauses import Clause, clauses, final_chunks
from nlu.identity.companies import company_in, headed, headed_unasked
from nlu.identity.company_readings import is_shop
from nlu.identity.names import LONGEST_NAME, looks_like_name, name_slot, split_name, surnames
from nlu.identity.roles import is_role
from nlu.identity.trades import continues_name, ends_like_company, is_kind_only, is_trade
from nlu.meaning import Slot
from nlu.wordlists import words
from nlu.words import tokens

_CUES = re.compile(
    r"(?P<strong>と(?:申|もう)し|と(?:言|い)い(?:ま|や)|って(?:言い|いい)ま|(?<!と)いいい?ます|と名乗|と申す)"
    r"|(?P<from>から(?:って|と)(?:だけ)?(?:言|い|お?伝)|が(?:来|参|伺|電話|連絡)[^、。]{0,8}(?:と|って)(?:だけ)?(?:お?伝|言|い)"
    r"|がそう(?:言|い)って|から(?:お)?電話(?:が)?あったと)"
    r"|(?P<booked>の名前で|で(?:ご)?(?:予約|登録)(?:し|を|が|の)|で(?:お)?(?:取って|入って|入れて|通って))"
    r"|(?P<working>をして(?:おり|い)ます|をしてます|を?やって(?:おり|い)?ます|を務めて(?:おり|い)?ます)"
    r"|(?P<copula>でございま|で(?:え|ー)+す|なんです|です|っす|なんだけど|なんやけど|じゃけど|やけん|だばって|だべ|っちゃ(?=$)|やさ(?=$)|"
    r"になりました|だけど|だけんど|だども|やけど|ですき|だが(?=$|ね)|や(?:言|いう|ゆう)|だって(?=$|ば)|"
    r"(?:や|じゃ|だ|よ|だよ|だわ|ばい|たい|だっぺ|やで|やねん|どす|だす)$)"
)
_HONORIFIC = re.compile(r"(?:さん|様|さま|氏|ちゃん|くん)(?:の方)?$")
_OF = re.compile(r"(?:の(?:者|もの|もん|方|ほう|担当(?:者)?))$|(?:で)$")
_ASKS = re.compile(r"(?:す|する)?か(?:ね|な)?(?:$|[、。])")
_REPEATS = re.compile(r"よ?ね(?:$|[、。])")
"""北口ですね: said back to us, where nobody was asked for a name."""
_COMPANY_IS = re.compile(r"(?:会社名?|社名|屋号|店名|お?店の名前)(?:は|が|も)、?$")
_RELATIONS = words("relations")
_SELF = re.compile(r"(?:私|わたくし|わたし|わし|俺|僕|こちら|うち)(?:は|、)?$")
_HIRAGANA = re.compile(r"[\u3041-\u3096ー]{3,}")
_LOAN = re.compile(r"[ァ-ヴーA-Za-z]{3,}")
_FOREIGN = re.compile(r"[ァ-ヴー]{2,}・[ァ-ヴー]{2,}")
"""リチャード・ベネット: a person though it ends like ネット."""
_A_NAME = 0.8
_RARE_NAME = re.compile(r"[\u3400-\u9fff々]{2,3}")
_PLAIN = 0.6
"""`looks_like_name` from which words are a name where one was asked for."""
_NOT_CALLERS = re.compile(r"(?:名前|名字|苗字|会社|母|父|患者|本人|息子|娘|主人|ご担当|相手)は")
_COMMON = words("no names")
_NUMERIC = re.compile(r"[〇零一二三四五六七八九十百千\d]+(?:時|日|月|名|人|分|半|年|番|号|個|枚|円|つ|月.*日)?")


@dataclass(frozen=True, slots=True)
class Introduction:
    """What one clause tells of its speaker."""

    name: Slot | None
    company: Slot | None
    start: int
    """Of the words, the phrase of introducing included."""
    end: int
    strength: float
    """0..1: how plainly it is an introduction."""


def introductions(text: str, sure: bool = False) -> tuple[Introduction, ...]:
    """Every self-introduction in a text, in order. `sure`: the caller was asked for name or company."""
    parts = clauses(text)
    found = (_introduction(clause, sure, clause is parts[-1]) for clause in parts)
    return tuple(intro for intro in found if intro is not None)


def _introduction(clause: Clause, sure: bool, last: bool) -> Introduction | None:
    if _HIRAGANA.fullmatch(clause.text) and looks_like_name(clause.text) == 1.0:
        return _bare(clause, sure, last)
    for cue in _CUES.finditer(clause.text):
        body = clause.text[: cue.start()]
        rest = clause.text[cue.end() :]
        if _ASKS.match(rest) or (not sure and _REPEATS.match(rest)):
            continue
        found = _read(body, clause, cue.lastgroup or "", sure)
        if found is not None:
            start, end = clause.start + found.start, clause.start + _end_of(clause.text, cue.end())
            return Introduction(found.name, found.company, start, end, found.strength)
    return _bare(clause, sure, last)


def _end_of(text: str, cue_end: int) -> int:
    """Where the verb ending after the cue ends."""
    tail = re.match(
        r"(?:して|し|す|ます|ましてる?|おります|まーす|者|もの|です|が|けれども|けれど|けども|けど|よ|ね|わ|の|けんど)*",
        text[cue_end:],
    )
    return cue_end + (tail.end() if tail else 0)


def _read(body: str, clause: Clause, cue: str, sure: bool) -> Introduction | None:
    """The introduction in the words before a cue; positions are those within the clause."""
    member = _OF.search(body)
    if member and cue in ("copula", "strong"):
        body = body[: member.start()]
    if cue == "working":
        body = re.sub(r"で(?=[^で]{1,8}$)", "の", body)
    if not body or _HONORIFIC.search(body):
        return None
    chunks = (headed if sure else headed_unasked)(body, _chunks(body))
    if not chunks or (cue == "working" and not _is_post(chunks[-1].text)):
        return None
    plain = cue != "copula" or sure or bool(_SELF.search(body[: chunks[0].start]))
    about_company = _COMPANY_IS.search(body[: chunks[0].start])
    place = None if about_company else _name_place(chunks, plain, cue, bool(member))
    name = _name(chunks, place)
    before = chunks[:place] if place is not None else chunks
    asserted = "なん" not in clause.text[len(body) : len(body) + 6]
    told = plain or bool(about_company) or _led_in(body, chunks) or (asserted and _is_brand(body, before, bool(member)))
    company = company_in(before, sure=name is not None or told)
    if name is None and (company is None or cue in ("from", "booked")):
        return None
    start = company[1].start if company else chunks[place or 0].start
    strength = 0.95 if cue == "strong" else 0.85 if company and name else 0.75
    return Introduction(name, company[0] if company else None, start, 0, strength)


def _name_place(chunks: tuple[Clause, ...], plain: bool, cue: str, member: bool) -> int | None:
    """Which chunk is the speaker's name, if one is."""
    last = len(chunks) - 1
    text = chunks[last].text
    if text in _RELATIONS and last > 0:
        last -= 1
        text = chunks[last].text
    elif member and not (plain and last == 0 and text in surnames()):
        return None
    score = looks_like_name(text)
    named_company = last > 0 and company_in(chunks[:last], sure=False) is not None
    if (is_role(text) or is_kind_only(text)) and not (score >= 0.8 and (named_company or text in surnames())):
        return None
    if is_role(text) and not named_company:
        return None
    if ends_like_company(text) and score < 1.0 and not (plain and _FOREIGN.fullmatch(text)):
        return None
    if last > 0 and names_shop(chunks[last - 1].text, text, score):
        return None
    if text in _COMMON or (_NUMERIC.fullmatch(text) and cue != "strong"):
        return None
    if cue == "strong":
        rare = last > 0 and is_role(chunks[last - 1].text) and bool(_RARE_NAME.fullmatch(text))
        return last if score >= 0.3 or rare else None
    needed = 0.6 if plain or (last > 0 and _leads_to_name(chunks[:last])) else 0.8
    return last if score >= needed else None


def _is_post(text: str) -> bool:
    """店長, 園長 …: what somebody is in a company, and not a business that he runs."""
    return is_role(text) and not text.endswith(("会社", "店", "工場", "オフィス", "営業所"))


def _chunks(body: str) -> tuple[Clause, ...]:
    """The noun phrase at the end; a name in hiragana is one though it may end like a particle (かわの)."""
    if _HIRAGANA.fullmatch(body) and looks_like_name(body) >= _PLAIN:
        return (Clause(body, 0),)
    return final_chunks(body)


def names_shop(head: str, text: str, score: float) -> bool:
    """Whether a name behind a trade is the shop's (魚屋の魚政, 畳の増井) and not a person's (酒屋の三浦)."""
    if is_shop(text):
        return True
    if is_trade(head) and len(text) > 4 and score < 0.8 and _is_rare(text):
        return True
    if is_kind_only(head) and (score < 0.8 or text[0] == head[0]):
        return head.endswith("屋") or text[0] == head[0]
    return not is_role(head) and continues_name(head, text) and not ends_like_company(head)


def _name(chunks: tuple[Clause, ...], place: int | None) -> Slot | None:
    """The name at that place; of a relation's (桜井みゆきの母) the family name only."""
    if place is None:
        return None
    text = chunks[place].text
    halves = split_name(text) if place < len(chunks) - 1 else None
    return name_slot(halves[0] if halves else text)


def _led_in(body: str, chunks: tuple[Clause, ...]) -> bool:
    """Whether a verb leads straight to the noun phrase and this has a proper name in it (…しております北斗企画)."""
    proper = any(word.pos2 == "固有名詞" or not word.known for word in tokens(chunks[-1].text))
    return proper and _leads(body[: chunks[0].start])


def _leads(lead: str) -> bool:
    words = tokens(lead)
    return bool(words) and words[-1].pos in ("動詞", "助動詞") and words[-1].form.startswith(("連体", "終止"))


def _is_brand(body: str, chunks: tuple[Clause, ...], member: bool) -> bool:
    """Whether no more is said than a word that no dictionary has, its trade in front or not, or whose man one is."""
    if not chunks or not (member or chunks[0].start == 0 or _leads(body[: chunks[0].start])):
        return False
    text = chunks[-1].text
    return is_shop(text) or (_is_rare(text) and looks_like_name(text) < _A_NAME)


def _is_rare(text: str) -> bool:
    """Whether a word in katakana or with katakana in it is none of the dictionary's."""
    run = _LOAN.search(text)
    parts = tokens(run.group()) if run else ()
    return len(parts) > 1 or any(not word.known or word.pos2 == "固有名詞" for word in parts)


def _leads_to_name(chunks: tuple[Clause, ...]) -> bool:
    """Whether what stands before の is what people say before their own name."""
    return is_role(chunks[-1].text) or company_in(chunks, sure=False) is not None


def _bare(clause: Clause, sure: bool, last: bool) -> Introduction | None:
    """A clause that is nothing but company and name, or, where nothing else is said, a name."""
    text = clause.text.strip()
    _, of, tail = text.rpartition("の")
    if not (of or sure or last) or len("".join(tail.split())) > LONGEST_NAME or _HONORIFIC.search(text):
        return None
    chunks = _chunks(text)
    if not chunks or chunks[0].start > 0:
        return None
    place = _name_place(chunks, sure, "copula", False)
    if place is None:
        return None
    company = company_in(chunks[:place], sure=False)
    alone = place == 0 and (sure or last) and looks_like_name(chunks[0].text) >= (0.6 if sure else 1.0)
    if company is None and not alone:
        return None
    name = name_slot(chunks[place].text)
    return Introduction(name, company[0] if company else None, clause.start, clause.end, 0.6 if company else 0.5)
