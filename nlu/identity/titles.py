"""Words behind a name and in its place by which staff are asked for: honorifics, titles, and the company's own titles.

A title that only this company has (弁護士, 大将, 塾長) counts as one in calls to it, in full and cut short (看護師長 is
師長 in 小宮師長). In place of a name only the title of a head does: 事務の方 may be anybody.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nlu.identity.roles import TITLES
from nlu.vocabulary import Person
from nlu.wordlists import words

_STEMS = "行聞書着置引抜歩働届続泣咲弾空叩焼描除築驚動向"
"""Characters of verbs in く: 行くんです calls for nobody."""
_HONORIFIC = (
    rf"(?P<honorific>さん|様|さま|氏|殿|(?<![{_STEMS}])くん|君|ちゃん|はん)"
    r"(?!方|々|子|のお?宅|ですよね|ではない|じゃない)"
)
_RANKED = r"(?=$|[、。]|を|に|さ|は|と|お|が|、|いる|い[まら]|っ|の(?:方|ほう)|でも|で(?:いい|よ|結構|かま|構)|宛|から)"
_AGENT = r"(?P<agent>担当|責任|代表)(?:の|される|なさる)?(?P<kind>者|方|人|かた)"
_FAMILIAR = (
    r"(?=(?:は|って)[。?]?$|(?:は|って)?、?(?:今|もう|まだ)?(?:い(?:る|てる|ん|ます|ない|てない)|お(?:る|らん|らへん|らない|ります)"
    r"|(?:戻っ|帰っ|来)て?(?:る|ます|た)|出て?る|(?:出し|呼ん|代わっ|替わっ)て|どこ|どう(?:し|。|\?|$)))"
)
"""What stands behind a bare name by which somebody is asked for."""
_HEAD = re.compile(r".{0,4}(?:長|将|主|頭|代表|棟梁|親方|オーナー)$")
"""A title by which somebody is asked for without a name, though no list has it (塾長, 大将)."""


@lru_cache(maxsize=64)
def own_titles(staff: tuple[Person, ...]) -> frozenset[str]:
    """Titles of a company's people, in full and as they are cut short (看護師長: 師長)."""
    titles = {person.title for person in staff if len(person.title) > 1}
    return frozenset(titles | {title[-2:] for title in titles if title.endswith("長")})


@lru_cache(maxsize=64)
def named_by(own: frozenset[str]) -> re.Pattern[str]:
    """What stands behind a name: an honorific, with or without a title, or a title alone."""
    title = _either(frozenset(TITLES | own))
    return re.compile(rf"(?P<title>{title})?{_HONORIFIC}|(?P<rank>{title}){_RANKED}")


@lru_cache(maxsize=64)
def asked_by(own: frozenset[str]) -> re.Pattern[str]:
    """By what somebody is asked for without a name."""
    titles = words("asked by title") | {title for title in own if _HEAD.fullmatch(title)}
    return re.compile(rf"{_AGENT}|(?P<title>{_either(frozenset(titles))})")


@lru_cache(maxsize=64)
def called_familiarly(staff: tuple[Person, ...]) -> re.Pattern[str]:
    """A company's own people called by the bare family name, as friends and old customers do: 栗本いる, 栗本は?"""
    names = {person.family for person in staff} | {
        person.family_kana for person in staff if len(person.family_kana) > 1
    }
    return re.compile(rf"(?:(?<=[、。の])|(?<=もしもし)|^)(?P<name>{_either(frozenset(names))}){_FAMILIAR}")


def _either(words: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
