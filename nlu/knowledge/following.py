"""Questions that follow an answer and name no thing of their own: 時間はどれくらい, after 三千円、およそ四十分.

Such a question is about what was answered last. So it is looked for with that entry's thing in front, and the entry is
told again only where it gives what is asked for. A question that names something of its own stands by itself, and so
does one that a human must answer.
"""

from __future__ import annotations

import re
from functools import cache

from nlu.knowledge.retrieval import Found, find
from nlu.knowledge.topics import kinds, take_apart
from nlu.leads import leads_to
from nlu.vocabulary import Entry

SURE = 0.9
"""Probability of an entry that was told last and gives the fact that is asked for."""
_FACT = re.compile(
    r"お?いくら|[何幾](?:時間|か月|ヶ月|週間|日間?|分間?|年間?|枚|個|人|名|台|回|割)|時間|料金|値段|金額|お?金|代金|費用|日数|期間|枚数|"
    r"(?:月|一(?:日|回|枚|個|人|台|か月|ヶ月|時間))(?:に|あたり|で|、)?(?=お?いくら|いくら|何|なん|どれ)"
)
"""Words that say which kind of fact is asked for, and nothing of a thing."""
_LIGHT = re.compile(
    r"(?:平気|大丈夫|出来|掛|見|置|待|終|済|取|要|貰|頂|教|知|聞|払|言|思|予定|大体|普通|結局|合計|全部)"
)
"""Characters of words that tell nothing either."""
_NAMES = re.compile(r"[一-龠々〇0-9A-Za-z]+|[ァ-ヴー]+")
_DURATION = re.compile(r"時間|何(?:分|日|週間|か月|ヶ月)(?!曜)|待")
_TAKEN = re.compile(
    r"(?:[〇一二三四五六七八九十百数\d]+(?:時間半?|分|日|営業日|週間)|半日)間?(?:ほど|ぐらい|くらい|で|が目安|かか|後|いただ)|"
    r"(?:即|当|翌)日[^。]{0,8}(?:渡|仕上|でき|終)|その場で|すぐに?お渡し"
)
"""Time that something takes; a day before which, or years for which something holds, is none."""
_TOLD_OF = re.compile(r"(?:^|[、。])(?P<thing>[^、。はがをも]{3,12})は")
"""What an answer tells of: 手びねり は四歳から、 電動ろくろ は小学四年生から."""
_FIGURE = r"[^。、]{0,8}?(?:[〇一二三四五六七八九十百千万半\d]+|無料)"
"""What is told of a thing."""
_LEAD = leads_to("on", "so")
_REMARK = re.compile(
    r".*(?:です|ます|でした|ました|ません|なるほど|はい|そう|そっか|へえ|うん|[ねよわ])[、。]"
    rf"{_LEAD}*(?P<question>[^、。]+)。?$"
)
"""Something told for good, and a question behind it; what is told with て, で or けど is a part of the question."""
_LEADS = re.compile(rf"(?<=[、。]){_LEAD}+$")
_POINTS = re.compile(r"そっち|そちら|それ(?!は?で)|そい|こっち|これ|あれ|あっち")
"""Points at what was named just before: 外の壁を塗ろうかな、そっちはいくらですか."""
_NAMED_LAST = re.compile(r"[一-龠々ァ-ヴー0-9A-Za-z]です[ねよ]?[、。]$")
"""車検です、 before いくらですか tells what is asked about."""
_THING = re.compile(r"^(?!何|いつ|どこ|いくら)[^、。はがをもって]{2,}?(?=[はがをも]|って)")
"""What an entry's question begins with: エアコン も外してもらえますか."""


def following(text: str, about: int, entries: tuple[Entry, ...], beyond: tuple[str, ...]) -> Found | None:
    """What is found for a (normalised) question after this entry was told; None where it stands by itself."""
    if about >= len(entries):
        return None
    entry, told = entries[about], "".join(entries[about].written)
    text = behind_remark(text, told)
    if (alone := find(text, entries, beyond)).kind == "beyond":
        return None
    if alone.kind == "entry" and alone.entry == about:
        return None
    if names_nothing(text):
        return _of_the_thing(text, about, entries, beyond)
    if alone.kind != "entry" and _is_named(text, told) and _gives(text, entry):
        return Found("entry", about, SURE, alone.grounds)
    return None


def _of_the_thing(text: str, about: int, entries: tuple[Entry, ...], beyond: tuple[str, ...]) -> Found:
    """What is found where the question is put about the thing of the entry."""
    if _gives(text, entries[about]):
        return Found("entry", about, SURE, ())
    things = (_THING.match(way) for way in entries[about].questions)
    asked = [f"{thing}、{text}" for thing in dict.fromkeys(found[0] for found in things if found)]
    found = [each for each in (find(one, entries, beyond) for one in asked) if each.entry is not None]
    if not _asked(text) and any(each.entry == about and each.kind == "entry" for each in found):
        return Found("entry", about, SURE, ())
    other = next((each for each in found if each.entry != about), None)
    return other or _of_things_told(text, about, entries, beyond) or Found("none", None, 1.0, ())


def _of_things_told(text: str, about: int, entries: tuple[Entry, ...], beyond: tuple[str, ...]) -> Found | None:
    """The one entry that gives the fact for all things that the answer told of; None where none does, or several."""
    things = {match["thing"] for match in _TOLD_OF.finditer(entries[about].answer)}
    if not things or any(find(f"{thing}、{text}", entries, beyond).kind == "beyond" for thing in things):
        return None
    given = [
        number
        for number, entry in enumerate(entries)
        if number != about and _gives(text, entry) and all(_has_figure(thing, entry.answer) for thing in things)
    ]
    return Found("entry", given[0], SURE, ()) if len(given) == 1 else None


def _has_figure(thing: str, answer: str) -> bool:
    """Whether an answer tells a figure of this very thing: 電動ろくろがお一人四千円."""
    return re.search(rf"(?:^|[^ぁ-んァ-ヶ一-龠]|[はがをにで]){re.escape(thing)}[はがも、]{_FIGURE}", answer) is not None


def behind_remark(text: str, told: str) -> str:
    """The question alone, where only a remark goes before it: 五年生です、じゃあできますね。で、いくらですか."""
    said = _REMARK.match(text)
    if said is None or not names_nothing(said["question"]) or _POINTS.search(said["question"]):
        return text
    remark = _LEADS.sub("", text[: said.start("question")])
    last = re.split("[、。]", remark.rstrip("、。"))[-1]
    new = _NAMED_LAST.search(text[: said.start("question")]) or not _is_named(last, told)
    return text if new else said["question"]


def names_nothing(text: str) -> bool:
    """Whether a question has no thing in it: nothing in characters or katakana but the kind of fact."""
    return not _own_words(text)


def _own_words(text: str) -> list[str]:
    return _NAMES.findall(_LIGHT.sub("、", _FACT.sub("、", text)))


def shares_a_word(text: str, entry: Entry) -> bool:
    """Whether an entry speaks of anything that a question names: 何時までに入れば alone is about no order."""
    told = "".join(entry.written)
    return any(word in told for word in _own_words(text) if not word.startswith("何"))


def _is_named(text: str, told: str) -> bool:
    """Whether an entry speaks of all that a question names."""
    return all(word in told for word in _own_words(text))


def _asked(text: str) -> set[int]:
    """The kinds of fact that are asked for."""
    asked = {kind for kind in take_apart(text).asks if kind in _facts()}
    return asked | {_duration()} if _DURATION.search(text) else asked


def _gives(text: str, entry: Entry) -> bool:
    """Whether an answer gives a fact of the kind that is asked for."""
    given = set(take_apart(entry.answer).gives) - {_duration()}
    if _TAKEN.search(entry.answer):
        given.add(_duration())
    return bool(_asked(text) & given)


@cache
def _facts() -> frozenset[int]:
    return frozenset(kinds().index(name) for name in ("price", "clock", "day", "duration", "place", "count"))


@cache
def _duration() -> int:
    return kinds().index("duration")
