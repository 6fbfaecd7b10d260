"""Two or three questions in one breath: which they are, and what the script has for each.

Where something is asked after something else was (休みはいつですか、それと犬も入れますか), each question is looked for
by itself, with what leads to it in front; one that names nothing (いくらですか) belongs to the one before. Only where
the script answers one of them surely is the utterance taken apart; else it is one question. Leaves out whether anything
is asked at all (`nlu/reasons/matter.py`), and what is done about a question that has no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.asking import HOW, clause_asks
from nlu.knowledge.retrieval import Found, find
from nlu.leads import leads_to
from nlu.vocabulary import Entry
from nlu.words import Token, tokens

_CAN = re.compile(r"[えけげせてねべめれ]ます$")
"""車停められます, behind another question: asked by the voice alone."""
_LEAVE = re.compile(
    r"(?:聞|きい|伺|うかが|尋|たずね|質問|電話)[^、。]{0,10}(?:いい|よい|よろし|大丈夫|かまい)[^、。]{0,6}か|"
    r"(?:じゃ|では)ない(?:です)?か|(?:そちら|こちら|お宅|おたく)[^、。]{0,14}(?:です|でしょう)か|"
    r"^[^、。]{2,16}(?:さん|様|さま)(?:です|でしょう)か$|聞こえ"
)
"""What asks for leave to ask, for assent, or who we are."""
_NEXT = re.compile(f"^{leads_to('on')}")
"""Leads over to another question."""
_BOTH = re.compile(
    r"(?P<one>[^、。]{2,14}?)(?<!こ)と、?(?P<other>[^、。と]{2,14}?)(?:を|も|が|、)?"
    r"(?P<ask>(?:教えて|知りた|伺いた|うかがいた|お?聞きした)[^、。]*)$"
)
"""料金と場所を教えてください."""
_LIGHT = frozenset(
    [
        "為る",
        "居る",
        "有る",
        "成る",
        "出来る",
        "掛かる",
        "遣る",
        "思う",
        "下さる",
        "頂く",
        "貰う",
        "言う",
        "教える",
        "聞く",
        "くださる",
    ]
)
"""Verbs that name nothing, in dictionary form."""
_MAY = re.compile(r"[てで]も?(?:大丈夫|いい|よい|よろし|平気|[構か]ま?い?わ?な?い?)[^、。]{0,6}$")
_OR = re.compile(r"^それとも|(?:ほう|方)が(?:いい|よい|よろし|無難|安心)[^、。]*$")
"""スーツのまま行って大丈夫ですか、着替えを持って行ったほうがいいですか: two sides of one question."""
_MOST = 4
"""Questions in one breath that are looked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of several."""

    words: str
    found: Found


def several(text: str, entries: tuple[Entry, ...], beyond: tuple[str, ...]) -> tuple[Asked, ...]:
    """Each question of a (normalised) utterance that asks for more than one thing, those that have an answer first; ()
    where it is one question, or none of them has one."""
    parts = questions(text)
    if len(parts) < 2:
        return ()
    asked: list[Asked] = []
    for place, words in enumerate(parts[:_MOST]):
        found = find(words, entries, beyond)
        if found.kind != "entry" and place and _names_nothing(words):
            found = find(f"{parts[place - 1]}、{words}", entries, beyond)
            if found.kind != "entry" or found.entry == asked[-1].found.entry:
                continue  # it asks the same thing on
        asked.append(Asked(words, found))
    asked = _each_once(asked)
    answered = [each for each in asked if each.found.kind == "entry"]
    told = "".join(entries[each.found.entry].answer for each in answered if each.found.entry is not None)
    open_ = [each for each in asked if each.found.kind != "entry" and not _is_told(each.words, told)]
    return (*answered, *open_) if answered and len(answered) + len(open_) > 1 else ()


def _is_told(words: str, told: str) -> bool:
    """Whether the answers speak of all that a question names, or it may be no question."""
    named = [token.surface for token in tokens(words) if _is_named(token)]
    return (bool(named) and all(word in told for word in named)) or not clause_asks(words)


def _each_once(asked: list[Asked]) -> list[Asked]:
    """Two questions that one entry answers are one."""
    kept: list[Asked] = []
    for each in asked:
        entry = each.found.entry
        if entry is None or all(entry != other.found.entry for other in kept):
            kept.append(each)
    return kept


def questions(text: str) -> tuple[str, ...]:
    """The questions of an utterance in order, each with what leads to it; the whole where it asks for one thing."""
    found: list[str] = []
    for group in _groups(text):
        found += _both(_NEXT.sub("", group))
    merged: list[str] = []
    for words in found:
        either = bool(merged) and _MAY.search(merged[-1]) and _OR.search(words)
        if merged and (either or (_names_nothing(words) and not _answerable(words))):
            merged[-1] = f"{merged[-1]}、{words}"
        else:
            merged.append(words)
    return tuple(merged) if len(merged) > 1 else (text,)


def _answerable(words: str) -> bool:
    """Whether words ask for a fact of their own though they name nothing: 何時までですか."""
    return re.search(r"何時|何曜|いつ(?:まで|から)|どこ", words) is not None


def _groups(text: str) -> Iterator[str]:
    """The utterance cut behind each clause that asks; what follows the last one belongs to it."""
    pieces = [piece for piece in re.split("[、。]", text) if piece]
    pieces = [piece for piece in pieces if not _LEAVE.search(piece)]
    group: list[str] = []
    groups: list[str] = []
    for piece in pieces:
        if group and _NEXT.match(piece) and re.search(rf"{HOW}|ます$", group[-1]):
            groups.append("、".join(group))
            group = []
        group.append(piece)
        if clause_asks(piece) or (groups and _CAN.search(piece)):
            groups.append("、".join(group))
            group = []
    if group and groups:
        groups[-1] = "、".join((groups[-1], *group))
    yield from groups or (text,)


def _both(group: str) -> tuple[str, ...]:
    """料金と場所を教えてください asks for two things."""
    both = _BOTH.search(group)
    if both is None:
        return (group,)
    one, other = f"{group[: both.start()]}{both['one']}", both["other"]
    return f"{one}を教えてください", f"{other}{'' if other.endswith('か') else 'を'}教えてください"


def _names_nothing(words: str) -> bool:
    """Whether a question has no word of its own: いくらぐらいしますか, 何時までですか."""
    return not any(
        _is_named(token) or (token.pos in ("動詞", "形容詞", "形状詞") and token.lemma not in _LIGHT)
        for token in tokens(words)
    )


def _is_named(token: Token) -> bool:
    return token.pos == "名詞" and token.pos2 in ("普通名詞", "固有名詞") and not re.search(HOW, token.surface)
