"""The part that a simulated caller plays: what it has to say, knows and remembers, and what each of its lines holds.

A role comes from a line of dialogues.jsonl. Its lines are told apart by plain words and by the caller's own facts, not
by understanding: a caller knows what it is saying. Which line answers which question is for `bot/simulation/caller`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from nlu.score import forms
from nlu.words import readings


class Holds(StrEnum):
    """What a line holds."""

    NAME = "name"
    COMPANY = "company"
    NUMBER = "number"
    POLICY = "policy"
    """Which number may be used, or why none is given."""
    STAFF = "staff"
    WHEN = "when"
    PARTY = "party"
    YES = "yes"
    """No more than assent."""
    ASSENT = "assent"
    """Assent, and something else."""
    FAREWELL = "farewell"
    """Thanks and good-bye, whatever else."""
    WAIT = "wait"
    ECHO = "echo"
    """Acknowledges or repeats an address."""
    CORRECTION = "correction"
    REACTION = "reaction"
    """Takes up news: あ、会議ですか。"""
    QUESTION = "question"
    """Asks or requests."""
    MATTER = "matter"
    """Tells something that is none of the above."""


_YES = re.compile(
    r"はい|ええ|うん|おう|そうです|その(?:通|とお)り|そうだ?|合って(?:い|おり)?(?:ます|る)|間違い(?:あり|ござい)ません|間違いない|大丈夫|"
    r"(?:それ|これ)で|結構|けっこう|よろしい|です|ます|お願い(?:いた)?しま(?:ー)?す|よろしく|ね|よ|だ|[、。ー\s]"
)
_ASSENT = re.compile(r"(?:はい|ええ|うん|おう|そうです(?!か)|そうそう)")
_AGREES = re.compile(r"はい|ええ|うん|おう|そうです(?!か)|そうだ|その(?:通|とお)り|合って|間違い|大丈夫|それで")
_FAREWELL = re.compile(
    r"(?:お願い(?:いた)?しま(?:ー)?す|失礼(?:いた)?し(?:ます|ました)|ありがとう(?:ござい(?:ます|ました))?|よろしく(?:どうぞ)?|頼む|頼みます|"
    r"おおきに|お手数(?:を)?(?:お)?かけ(?:し|いたし)?ます|またかけます|改めます|すみませんでした)(?:ね|よ|わ|、ほんとに|、失礼します|。|ー)*$"
)
_WAIT = re.compile(r"待ち(?:ます|ましょ)|待たせて(?:いただ|もら)|待って(?:る|ます)$|このまま待")
_ECHO = re.compile(r"アットマーク|@|控え|メモし|書き(?:まし|とめ|留)|(?:すぐ|今から)(?:お?電話|かけ)")
_CORRECTION = re.compile(r"(?:では|じゃ)なく(?:て)?、?(.*)")
_REACTION = re.compile(
    r"^(?:(?:あ|えっ?|あら)、[^、。]{1,16}(?:です|ます)[かねよ]|へえ|そうですか|そう(?:なん)?ですか|"
    r"お?(?:休み|外出|出張|会議|留守)|いっぱい|満席|不在|まいった)|"
    r"(?:いっぱい|休み|外出|会議|出張|不在|満席)(?:なん)?ですか"
)
_QUESTION = re.compile(
    r"(?:か|かね|かな|かい|かしら|の|ます(?=[?？]))[、。？?]?$|(?:ます|です|せん|でしょう|れる)か[、。]|教えて|ください|いただけ|もらえ|ほしい|代わって|くれ(?:ない|ませ)"
)
_POLICY = re.compile(
    r"番号(?:で|に|は[^0-9〇一-九]*(?:ご存|知|言|教え|いら|いい|結構))|(?:今|いま)(?:おかけ|かけて)|この番号|ご存じ|いりません"
)
_WHEN = re.compile(
    r"[0-9]+(?:時|日|月)|明日|あした|あさって|明後日|今日|今夜|今週|来週|再来週|曜|午前|午後|夕方|お?昼|朝"
)
_PARTY = re.compile(r"[0-9]+(?:人|名)|一人|ひとり|ふたり")
_LONG_NUMBER = re.compile(r"[0-9]{6,}")
_CUT = re.compile(
    r"と申します|と(?:い|言)います|といい?ます|でございます|でござい|です|だけど|ですが|[、。\sの]|名前は|という者|(?:なん)?ですけど"
)
_TAKES_UP = re.compile(r"^[^。]{1,24}?(?:ですか|ですね|ですよね|でしたら|だったら|なら|(?:しまし|れまし|りまし)たら)")
_OWN_WORD = re.compile(r"[一-龥々ァ-ヴー]{2,}|休み")
_SHORT = 3
"""Characters beside a good-bye or a yes that are none of their own."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the caller has to say."""

    text: str
    holds: frozenset[Holds]
    takes_up: frozenset[str] = frozenset()
    """Words of which it begins as news (お休みですか, 出張でしたら): it is said once one was heard."""

    def any(self, *kinds: Holds) -> bool:
        """Whether it holds one of these."""
        return not self.holds.isdisjoint(kinds)


@dataclass(frozen=True, slots=True)
class Role:
    """One caller."""

    lines: tuple[Line, ...]
    facts: Mapping[str, str]
    """What can be told when asked, in the caller's words: name, company, number, purpose, staff, when …"""
    now: datetime
    shown: str = ""
    """The number on the line, "" = withheld."""
    names: tuple[str, ...] = ()
    """How the caller is called, katakana; any of them will do. () = not to be judged."""
    companies: tuple[str, ...] = ()
    number: str = ""
    """Digits; "" = none is given."""
    start: str = ""
    """Of the booking, ISO local."""
    party: int = 0
    sells: bool = False
    put_through: bool = False
    """Wants to speak with somebody now."""

    def fact(self, *keys: str) -> str:
        """The first of these facts that there is."""
        return next((self.facts[key] for key in keys if self.facts.get(key)), "")

    @property
    def urgent(self) -> bool:
        return bool(self.facts.get("urgent"))

    @property
    def private(self) -> bool:
        """There is no company."""
        return is_private(self.fact("company"))


@dataclass(frozen=True, slots=True)
class Memory:
    """What the caller remembers of the call."""

    said: frozenset[int] = frozenset({0})
    """Which of its lines; the first is said when the call is answered."""
    met: Mapping[str, int] = field(default_factory=dict)
    """How often each kind of question was met."""
    corrected: Mapping[str, int] = field(default_factory=dict)
    """How often each kind of thing was corrected."""
    last: str = ""
    repeated: int = 0
    """How often in a row the same was said."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the caller does."""

    kind: str
    """What it took our words for."""
    text: str = ""
    """"" = says nothing."""
    over: bool = False
    """Hangs up after it."""
    press: str = ""
    """Push buttons instead of words."""


def is_private(company: str) -> bool:
    """Whether what somebody says of his company is that there is none: いや個人だよ."""
    return not company or re.match(r"(?:いや|いえ|いいえ|あ|え|ただの|、)*個人(?!事業)", company) is not None


def own_words(role: Role) -> dict[str, str]:
    """How the caller's own name and company are written in its lines, with their sounds."""
    found: dict[str, str] = {}
    for tokens, sounds in (
        (_company_tokens(role.fact("company")), role.companies),
        (_name_tokens(role.fact("name"), role.names), role.names),
    ):
        found |= {token: sounds[0] for token in tokens if sounds and token not in sounds}
    return found


def role_of(row: Mapping[str, Any]) -> Role:
    """The caller of one line of dialogues.jsonl."""
    facts, expect = dict(row["caller"]), row["expect"]
    names = _alternatives(expect.get("caller_name", ""))
    said = _digits(facts.get("number", ""))
    number = str(expect.get("number", "")) or (said if len(said) > 8 else "")
    return Role(
        lines=tuple(_line(text, facts, names) for text in row["turns"]),
        facts=facts,
        now=datetime.fromisoformat(row["now"]),
        shown=row.get("caller_id", ""),
        names=names,
        companies=_alternatives(expect.get("company", "")),
        number=number,
        start=expect.get("start", ""),
        party=int(expect.get("party", 0)),
        sells=expect.get("reason") == "sales",
        put_through="transferred" in str(expect.get("outcome", "")),
    )


def _alternatives(value: str) -> tuple[str, ...]:
    return tuple(each for each in value.split("|") if each)


def _digits(text: str) -> str:
    return "".join(letter for letter in forms.number(forms.words(text)) if letter.isdigit())


def _line(text: str, facts: Mapping[str, str], names: tuple[str, ...]) -> Line:
    plain = forms.words(text)
    holds = {kind for kind, pattern in _PATTERNS.items() if pattern.search(plain if kind in _IN_FIGURES else text)}
    said = {
        Holds.NUMBER: bool(_LONG_NUMBER.search(forms.number(plain))),
        Holds.NAME: any(token in text for token in _name_tokens(facts.get("name", ""), names)),
        Holds.COMPANY: any(token in text for token in _company_tokens(facts.get("company", ""))),
        Holds.STAFF: any(token in text for token in _staff_tokens(facts.get("staff", ""))),
    }
    tokens = _name_tokens(facts.get("name", ""), names)
    amended = _CORRECTION.search(text)
    said[Holds.CORRECTION] = amended is not None and any(token in amended[1] for token in tokens)
    holds |= {kind for kind, there in said.items() if there}
    if _AGREES.search(text):
        rest = _YES.sub("", text)
        for token in tokens:
            rest = rest.replace(token, "")
        if len(rest) <= _SHORT and not said[Holds.NUMBER]:
            holds = (holds | {Holds.YES}) - {Holds.FAREWELL, Holds.QUESTION}
        elif _ASSENT.match(text):
            holds.add(Holds.ASSENT)
    if not holds & {Holds.YES, Holds.WAIT, Holds.ECHO, Holds.CORRECTION} and not _bare(text, facts, names):
        holds.add(Holds.MATTER)
    return Line(text, frozenset(holds), _news(text, (*tokens, *_company_tokens(facts.get("company", "")))))


def _news(text: str, own: tuple[str, ...]) -> frozenset[str]:
    head = _TAKES_UP.match(text)
    return frozenset(_OWN_WORD.findall(head[0])).difference(own) if head else frozenset()


_PATTERNS = {
    Holds.FAREWELL: _FAREWELL,
    Holds.WAIT: _WAIT,
    Holds.ECHO: _ECHO,
    Holds.REACTION: _REACTION,
    Holds.QUESTION: _QUESTION,
    Holds.POLICY: _POLICY,
    Holds.WHEN: _WHEN,
    Holds.PARTY: _PARTY,
}
_IN_FIGURES = frozenset({Holds.WHEN, Holds.PARTY, Holds.POLICY})


def _bare(text: str, facts: Mapping[str, str], names: tuple[str, ...]) -> bool:
    """Whether nothing is left beside names, a number and courtesies."""
    rest = forms.words(_FAREWELL.sub("", text))
    tokens = (*_name_tokens(facts.get("name", ""), names), *_company_tokens(facts.get("company", "")))
    for token in map(forms.words, (*tokens, *_CUT.split(facts.get("number", "")))):
        rest = rest.replace(token, "") if token else rest
    rest = re.sub(r"[0-9の\-]+|お?世話になって(?:おり)?ます|番号|わかりました|念のため|は|" + _CUT.pattern, "", rest)
    return len(_YES.sub("", rest)) <= _SHORT


def _name_tokens(fact: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """How the caller says the name: the words of the fact that sound like it."""
    tokens = [token for token in _CUT.split(fact) if token and not _QUESTION.search(token)]
    wanted = {forms.name(name) for name in names}
    named = [token for token in tokens if wanted & {forms.name(sound) for sound in (*readings(token), token)}]
    return tuple(dict.fromkeys((*(named or tokens[-1:]), *names)))


def _company_tokens(fact: str) -> tuple[str, ...]:
    token = re.sub(r"(?:株式|有限|合同)会社|です$|でございます$", "", fact)
    return () if is_private(token) else (token,)


def _staff_tokens(fact: str) -> tuple[str, ...]:
    return tuple(token for token in re.split(r"さん|様|の|先生|、", fact) if len(token) > 1)
