"""A matter in brief: what of a caller's words can be said back in one breath, the thing it is about and what is told.

Rule: words are left out, endings taken off, and how friends speak is put as a receptionist does (なっちゃう as
なってしまう, `data/brief_words.tsv`); nothing else is reworded. The thing is a noun phrase that was said
(鍵の受け渡し, お薬の欠品); what is told is a sentence that can stand before とのこと, of several the one with the most
figures, for those are what must be checked; of like ones the last. Who speaks too roughly or too long to be quoted is
told the thing alone, and where no thing is plain, nothing. What a call is about in full is for `gist`, when to call
back for `call_hours`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from nlu.clauses import final_chunks
from nlu.tables import DATA, rows
from nlu.times.call_hours import call_hours
from nlu.words import Token, tokens

LONGEST = 60
"""Characters that can be said back in one breath."""
SHORTEST = 5
"""Characters below which nothing is told: 高いです, そうです."""
TWO = 50
"""Characters that two sentences may have together."""
SAME = 0.5
"""Share of the shorter one's pairs of characters from which two sentences tell the same."""
_LONGEST_THING = 20
_ALIKE = 4
"""Characters of a thing by which it is told in what is told."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What can be said back; "" where a part had better not be."""

    thing: str = ""
    """Stands before の件."""
    told: str = ""
    """Stands before とのこと."""


_FILE = DATA / "brief_words.tsv"
_WORDS = {name: words for name, words, *_ in rows(_FILE)}
_LEAD, _PASS_ON, _WISHES, _STANDS, _ROUGH, _CASUAL, _ASKS, _ABOUT = (
    re.compile(_WORDS[name]) for name in ("lead", "pass_on", "wishes", "stands", "rough", "casual", "asks", "about")
)
_OWNER, _VAGUE, _TIME, _LATELY, _FIGURE, _CUT, _BUSY, _ECHO, _TOPIC = (
    re.compile(_WORDS[name]) for name in ("owner", "vague", "time", "lately", "figure", "cut", "busy", "echo", "topic")
)
_ENDS, _LIFTS = (
    tuple((re.compile(found), "".join(left)) for name, found, *left in rows(_FILE) if name == kind)
    for kind in ("end", "lift")
)
"""Endings, and what is left of them; how friends speak, and what is said instead."""
_NO_THING = frozenset(_WORDS["no_thing"].split())
_MINE = re.compile(r"(?:返事|回答)をいただきたい")
"""What the caller waits for is of the matter."""
_NAMED = re.compile(r"(?:の件|のこと)(?:です)?$")
"""No more than what it is about."""
_WHETHER = re.compile(r"かどうか|か否か")
_THEIRS = re.compile(r"(?:おたく|お宅|そちら|御社)の(?=[一-龥ァ-ヴ])")
_COUNTED = re.compile(r"[0-9〇一二三四五六七八九十百]+(?:時|日|分|月|個|枚|台|名|本|箱|件)")
_WRITTEN = re.compile(r"[一-龥ァ-ヴA-Za-z]|[ぁ-ん]{2}")
_PHRASES_OF_NOTHING = frozenset({"ほう", "方", "人", "者", "もの", "件", "元", "旦那"})
_MARKS = frozenset({"を", "が", "は", "って"})
_DOES = frozenset({"し", "に", "さ", "を", "いただ", "で"})
_NOT_THINGS = frozenset({"代名詞", "数詞"})


@lru_cache(maxsize=64)
def brief(text: str) -> Brief:
    """The thing and what is told, out of a gist (utterances are joined by blanks)."""
    told, thing = _weightiest(sentences(text)), topic(text)
    return Brief("" if thing.split("の")[0][:_ALIKE] in told else thing, told)


@lru_cache(maxsize=64)
def topic(text: str) -> str:
    """The thing alone."""
    return _thing([said for part in text.split(" ") if (said := _begun(part))])


def is_topic(text: str) -> bool:
    """Whether all of it names what it is about, and tells nothing of it: 水道工事のお知らせで電話しました."""
    parts = [part for each in text.split(" ") if (part := _begun(each))]
    return bool(parts) and all(_TOPIC.fullmatch(part) for part in parts)


def sentences(text: str) -> list[str]:
    """What can be quoted of it, in the order in which it was said."""
    parts = [said for part in text.split(" ") if (said := _begun(part))]
    cut = [sentence for part in parts for sentence in _CUT.sub("。", part).split("。")]
    return [told for sentence in cut if (told := _told(sentence))]


def figures(text: str) -> int:
    """How many amounts, dates and numbers there are in it."""
    return len(_FIGURE.findall(text))


def _weightiest(told: list[str]) -> str:
    """The sentence with the most figures, of like ones the last; with another that has some, or the last."""
    if not told:
        return ""
    best, last = max(range(len(told)), key=lambda place: (figures(told[place]), place)), len(told) - 1
    others = [place for place in range(len(told)) if place != best and (figures(told[place]) or place == last)]
    for place in sorted(others, key=lambda place: (figures(told[place]), place), reverse=True):
        both = [told[each] for each in sorted((best, place))]
        if len("、".join(both)) <= TWO and not _alike(*both):
            return "、".join(both)
    return told[best]


def _alike(one: str, other: str) -> bool:
    """Whether the same is told twice."""
    pairs = [{text[at : at + 2] for at in range(len(text) - 1)} for text in (one, other)]
    return len(pairs[0] & pairs[1]) >= SAME * min(map(len, pairs))


def _begun(part: str) -> str:
    """An utterance without what only begins it."""
    return _LEAD.sub("", part.strip("、。 ") + "、").strip("、。 ")


def _last_of(told: str) -> str:
    """The end of a sentence that is too long or too loose as a whole."""
    clauses = told.split("、")
    loose = [place for place, clause in enumerate(clauses, 1) if _CASUAL.search(f"{clause}、")]
    behind = clauses[loose[-1] if loose else 0 :]
    short = "、".join(behind) if sum(map(len, behind)) <= LONGEST else behind[-1]
    return short if SHORTEST <= len(short) <= LONGEST else ""


def _told(sentence: str) -> str:
    """A sentence that says something, without its ending; "" where it is none to quote."""
    wish = _PASS_ON.search(sentence)
    sentence = _lifted(_begun(sentence[: wish.start()] if wish else sentence))
    if _ECHO.search(sentence):
        return ""
    busy = bool(call_hours(sentence))
    clauses = [clause for clause in sentence.replace("ですね、", "、").split("、") if not _aside(clause, busy)]
    text = _quoted(clauses)
    while not text and len(clauses) > 1 and figures("".join(clauses[:-1])):
        clauses = clauses[
            :-1
        ]  # 三時ごろになります、裏口でいいですよね: the figures stand, what hangs on to them does not
        text = _quoted(clauses)
    return text


def _quoted(clauses: list[str]) -> str:
    """Clauses as they stand before とのこと, "" where they cannot."""
    text = _THEIRS.sub("", "、".join(clauses).strip("、 "))
    for ending, left in _ENDS:
        text = ending.sub(left, text).strip("、 ")
    text = _OWNER.sub("", text)
    if len(text) < SHORTEST or not _STANDS.search(text) or not _tells(text) or _ROUGH.search(text):
        return ""
    if len(text) > LONGEST or _CASUAL.search(text):
        text = _last_of(text)
    return "" if _NAMED.search(text) else text


def _lifted(sentence: str) -> str:
    """The same in the words of a receptionist."""
    for said, instead in _LIFTS:
        sentence = said.sub(instead, sentence)
    return sentence


def _aside(clause: str, hours: bool) -> bool:
    """Whether a clause asks, wishes for a call, or says when one may come and why not at another time."""
    if call_hours(clause) or (hours and _BUSY.search(clause)):
        return True
    asks = _ASKS.search(_WHETHER.sub("", clause)) and not _ENDS[-1][0].search(clause)
    return bool(asks) or (bool(_WISHES.search(clause)) and not _MINE.search(clause))


def _tells(sentence: str) -> bool:
    """Whether it names something or a time, and is more than a wish to speak."""
    if _COUNTED.search(sentence):
        return True
    nouns = [word for word in tokens(sentence) if word.pos == "名詞" and word.pos2 not in _NOT_THINGS]
    return any(word.surface not in _NO_THING and word.pos3 != "人名" and _WRITTEN.match(word.surface) for word in nouns)


def _thing(said: list[str]) -> str:
    """Named outright, or all that was said, or what something is said of."""
    for part in said:
        for found in _ABOUT.finditer(part):
            thing = _bare(_LEAD.sub("", found[1]))
            if thing and not _VAGUE.search(thing):
                return thing
    whole = next((thing for part in said if (thing := _whole(part))), "")
    return whole or next((thing for part in said if (thing := _spoken_of(part))), "")


def _whole(part: str) -> str:
    """An utterance that is one phrase and no sentence: 注文のワクチンの入荷の日."""
    for ending, left in _ENDS:
        part = ending.sub(left, part)
    part = re.sub(r"のこと(?:です)?$|です$", "", part)
    chunks = final_chunks(_LATELY.sub("", part))
    phrase = _bare(part) if len(chunks) > 1 and not chunks[0].start else ""
    return "" if not phrase or _VAGUE.search(phrase) or chunks[-1].text in _PHRASES_OF_NOTHING else phrase


def _bare(thing: str) -> str:
    thing = _TIME.sub("", _OWNER.sub("", thing))
    return thing if 2 <= len(thing) <= _LONGEST_THING else ""


def _spoken_of(part: str) -> str:
    """The first noun that something is said of, with what is done to it: 図面, お薬の欠品."""
    words = tokens(part)
    for place, word in enumerate(words[1:], 1):
        behind = words[place - 1]
        marked = word.surface in _MARKS and word.pos == "助詞"
        if (not marked and word.surface != "、") or behind.pos not in ("名詞", "接尾辞"):
            continue
        chunks = final_chunks(part[: word.start])
        phrase = _bare("の".join(chunk.text for chunk in chunks[-3:]))
        last = chunks[-1].text if chunks else ""
        if not phrase or last in _NO_THING or _VAGUE.search(phrase) or not _is_thing(last, len(chunks)):
            continue
        done = _done(words[place + 1 :]) if word.surface in ("が", "を") else ""
        return f"{phrase}の{done}" if done and done not in phrase else phrase
    return ""


def _is_thing(noun: str, chunks: int) -> bool:
    """Whether a noun is none of persons, times or amounts."""
    parts = tokens(noun)
    named = any(word.pos3 == "人名" for word in parts)
    timely = all(word.pos2 in _NOT_THINGS or (word.pos3 == "副詞可能" and chunks < 2) for word in parts)
    return not (named or timely or re.search(r"[0-9〇一二三四五六七八九十百千万]+[時日月分人名年円言]", noun))


def _done(words: tuple[Token, ...]) -> str:
    """The noun of doing right behind: 欠品になりまして, 変更したい."""
    run = list(takewhile(lambda word: word.pos in ("名詞", "接頭辞"), words))
    follows = words[len(run) : len(run) + 1]
    verbal = run and run[-1].pos3 == "サ変可能" and follows and follows[0].surface in _DOES
    return "".join(word.surface for word in run) if verbal else ""
