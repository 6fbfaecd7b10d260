"""What a reply shows beside the question: the same value again or another one, denial, wish, doubt, in named signs.

Every sign is something that can be read off the words (a cue of `nlu.replies.cues`, a phrase of the question said
again, how a clause ends); `judge` weighs them by `data/reply_weights.tsv`, learnt by `nlu.train.answers`. `other_value`
finds the words of a right value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu.expected import Ask, Expected
from nlu.kana import similarity
from nlu.meaning import Answer
from nlu.phone import correct, find_number
from nlu.phrases import Phrase, agree, parts, phrases
from nlu.replies.cues import cues
from nlu.tables import DATA, rows
from nlu.vectors import Vector, vector
from nlu.words import tokens

Signs = dict[str, float]

_QUESTIONS = (
    ("choice", r"どちら|どっち|それとも|いずれ"),
    ("more", r"ほかに|他に"),
    ("enough", r"以上で"),
    ("understood", r"書き留め|お控え(?:い|に|頂)|聞こえ|メモ|ご了承"),
    (
        "act",
        r"(?:[てば]も?|(?<=[んい])でも?|ますが、|ご都合は)よろしい|よろしければ|いただけますか|(?:お|ご)[^、。]{1,8}(?:し|いたし)ます。よろしい",
    ),
    (
        "value",
        r"(?:で|が)(?:よろしい|お?間違い|ございますね|ございますか|すね)|間違い|いらっしゃいますね|様でいらっしゃ|様で",
    ),
    (
        "offer",
        r"(?:ましょう|ますでしょう)か|ご?希望|なさい|ご利用|ご入り用|お使い|必要で|いかが|でしたら|でよろしければ",
    ),
    ("negative", r"(?:ません|ない)(?:でした|です|でしょう)?か|ないのです|お変わり"),
    ("state", r"か$"),
)
_FORMS = tuple((name, re.compile(words)) for name, words in _QUESTIONS)
_FINE = re.compile(
    r"結構|けっこう|大丈夫|だいじょうぶ|いい(?:です|わ|よ|$|、|。)|よか|ええ(?:です|わ|よ)|オッケ|構わ|かまわ|構い|かまい"
)
_NONE = re.compile(r"ない(?:です|わ|よ|ん|$|、|。)|ありません|ございません|なし(?:$|、|。|で)|特に|とくに")
_POLITENESS = re.compile(
    "間違い|違う|違い|宜しい|御座る|いらっしゃる|居る|有る|為る|致す|願う|頂く|下さる|有難う|お待ち|一度|名前|方|申す"
)
_THANKS = re.compile(r"ありがと|どうも|失礼|以上|それだけ|十分|ないです|ません|大丈夫|結構|けっこう|特に")
_MORE = re.compile(
    r"もう(?:一|ひと|1)|(?:^|[、。])(?:あと|それと|それから|実は|そうだ|そうそう|そういえば)|ついでに|まだ"
)
_NEGATIVE = re.compile(
    r"(?:ない|ません|へん|ぬ|まへん|なく|ねえ|ねぇ|ず)(?:で|ん|の|わ|よ|ね|な|から|けど|が|し|と|です|でした|もん|さ)*$"
)
_ASKING = re.compile(
    r"(?:か|かな|かしら|っけ|んの|るの|たの|のか|かね|かい|かいな|ですと|って)$|[?]$|^(?:何|いつ|どこ|どう|なんで|いくら|どの|誰)"
)
_MASK = {"same": "S", "other": "D", "denied same": "X", "value": "V"}
_KIN = 0.5
"""Nearness of two words from which they are of a kind (現金 and カード)."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value in the reply that is not the one in the question."""

    text: str
    kind: str
    score: float
    """About 0 (any noun) to 6 (of the kind that was read back, in the words of a correction)."""
    after: str
    span: tuple[int, int]
    fits: str
    """How it is tied to the question: "kind", "kin", "name", "denial" or ""."""


def judge(text: str, expected: Expected) -> tuple[tuple[Answer, float], ...]:
    """The answers with their probability, likeliest first, for a reply (normalised text) to a yes/no question."""
    answers, weights = _weights()
    totals = np.zeros(len(answers))
    for sign, strength in signs(text, expected).items():
        if sign in weights:
            totals += strength * weights[sign]
    shares = np.exp(totals - totals.max())
    shares /= shares.sum()
    return tuple(sorted(zip(answers, shares.tolist(), strict=True), key=lambda pair: -pair[1]))


@lru_cache(maxsize=1)
def _weights() -> tuple[tuple[Answer, ...], dict[str, NDArray[np.float64]]]:
    """The answers, and of every sign the log-odds that it adds to each."""
    head, *table = rows(DATA / "reply_weights.tsv")
    return tuple(map(Answer, head[1:])), {row[0]: np.array(row[1:], float) for row in table}


def signs(text: str, expected: Expected) -> Signs:
    """The signs of a reply (normalised text), each with its strength."""
    found: Signs = {"always": 1.0, f"ask {expected.ask}": 1.0}
    forms = question_forms(expected)
    found |= {f"question {form}": 1.0 for form in forms}
    value = other_value(text, expected)
    masked = _masked(text, expected, value, found)
    _cue_signs(text, found)
    if value and "cue no first" in found:
        found["value after no"] = found[f"value after no {value.after}"] = 1.0
    if value and ("cue unknown" in found or "cue repeat" in found):
        found["value in doubt"] = 1.0
    _ending_signs(text, expected, found)
    _letters(masked, found)
    _numbers(text, expected, found)
    crossed = [sign for sign in found if sign.startswith(("cue ", "fine", "none", "ends", "value", "echo", "first"))]
    for form in (*forms, f"ask {expected.ask}"):
        found |= {f"{form} & {sign}": found[sign] for sign in crossed}
    return found


@lru_cache(maxsize=256)
def question_forms(expected: Expected) -> tuple[str, ...]:
    """What kinds of question it is, by its words; () where they are not known."""
    if not expected.said:
        return ("unsaid",)
    return (next((form for form, words in _FORMS if words.search(expected.said)), "told"),)


def other_value(text: str, expected: Expected) -> Value | None:
    """The value that the reply puts in the place of the one in the question; None where it has none."""
    asked = _asked(expected)
    said = phrases(text)
    found = [value for phrase in said if (value := _value(phrase, said, asked, expected))]
    return max(found, key=lambda value: (round(value.score, 1), value.span), default=None)


@lru_cache(maxsize=256)
def _asked(expected: Expected) -> tuple[Phrase, ...]:
    """What the question names, part by part."""
    whole = phrases(expected.said)
    named = [Phrase(name, "name", name, "", 0, 0) for name in (expected.name, expected.company) if name]
    return (*named, *(part for phrase in whole for part in parts(phrase)))


_SAID_OF = {"is": 2.0, "wanted": 2.0, "called": 2.2, "asked": 1.2, "": 0.4, "of it": 0.2, "changed": -3.0}
_UNNAMED = frozenset({"ほか", "他", "別", "別の", "違うの"})
"""Something else, and not what."""
_DIGITS = frozenset("人個本枚箱台冊組匹部袋缶杯歳番") | {"人前", "セット", "ケース", ""}


def _value(phrase: Phrase, said: tuple[Phrase, ...], asked: tuple[Phrase, ...], expected: Expected) -> Value | None:
    if phrase.denied:
        return None
    pieces = parts(phrase)
    denied = [other for other in said if other.denied]
    chosen = "choice" in question_forms(expected)
    new = [piece for piece in pieces if chosen or not _is_asked(piece, asked, exactly=bool(denied))]
    if not new or (not chosen and len(pieces) == 1 and _is_asked(phrase, asked, exactly=bool(denied))):
        return None
    if any(agree(phrase, other) for other in denied):
        return None
    score = _SAID_OF[phrase.after]
    fits, worth = max((_fit(piece, asked, expected) for piece in new), key=lambda pair: pair[1])
    if denied:
        fits = fits or "denial"
        score += 1.5 if phrase.start > denied[0].start or phrase.after == "is" else 0.5
    score += worth + 0.02 * len(phrase.text)
    text, kind = (phrase.text, phrase.kind) if len(new) == len(pieces) else (new[-1].text, new[-1].kind)
    counted = next((piece for piece in reversed(new) if piece.kind.startswith("count")), None)
    if (
        counted
        and counted.kind[6:] in _DIGITS
        and (counted.kind[6:] or any(each.kind.startswith("count ") for each in asked))
    ):
        text, kind = counted.value, counted.kind
    if text in _UNNAMED:
        return None
    return Value(text, kind, score, phrase.after, (phrase.start, phrase.end), fits)


def _is_asked(piece: Phrase, asked: tuple[Phrase, ...], *, exactly: bool) -> bool:
    """Whether the question names it. After a denial a part of what it names (グリーンだけです) is something else."""
    if exactly and piece.kind in ("thing", "name"):
        return any(piece.value == known.value for known in asked)
    joined = "".join(known.text for known in asked)
    return any(agree(piece, known) for known in asked) or (
        piece.kind == "thing" and len(piece.text) > 1 and piece.text in joined
    )


def _fit(piece: Phrase, asked: tuple[Phrase, ...], expected: Expected) -> tuple[str, float]:
    """How a new value is tied to what was asked, and what that is worth."""
    kinds = {known.kind for known in asked}
    if piece.kind.split(" ")[0] in ("time", "day", "count", "part"):
        like = piece.kind in kinds or (piece.kind == "part" and kinds & {"time", "day"})
        loose = piece.kind == "count" and any(kind.startswith("count") for kind in kinds)
        return ("kind", 2.0) if like or loose else ("", 0.3)
    if piece.kind == "name" and ("name" in kinds or expected.ask is Ask.CONFIRM_CALLER):
        return "name", 2.0
    things = [known for known in asked if known.kind in ("thing", "name")]
    if expected.ask is Ask.CONFIRM_CALLER:
        sounds = max((similarity(piece.value, known.value) for known in things), default=0.0)
        return ("name", 1.5) if sounds >= 0.5 else ("", 0.0)
    near = max((_nearness(piece, known) for known in things), default=0.0)
    return ("kin", 2.0 * near) if near >= _KIN else ("", 0.5 * near)


def _nearness(one: Phrase, other: Phrase) -> float:
    """0..1: common characters at either end (本社, 支社), else the nearness of the words."""
    if len(one.text) > 1 and (one.text[-1] == other.text[-1] or one.text[0] == other.text[0]) and one.kind == "thing":
        return 0.8
    first, second = _last_vector(one.text), _last_vector(other.text)
    return 0.0 if first is None or second is None else max(0.0, float(first @ second)) * 1.5


@lru_cache(maxsize=2048)
def _last_vector(text: str) -> Vector | None:
    found = [vector(word.lemma.split("-")[0]) for word in tokens(text)]
    return next((each for each in reversed(found) if each is not None), None)


def _masked(text: str, expected: Expected, value: Value | None, found: Signs) -> str:
    """The text with its phrases replaced by what they are to the question."""
    asked = _asked(expected)
    cuts: list[tuple[int, int, str]] = []
    for phrase in phrases(text):
        same = any(agree(piece, known) for piece in parts(phrase) for known in asked)
        right = value is not None and value.span == (phrase.start, phrase.end)
        role = ("denied same" if phrase.denied else "same") if same and not right else "other" if right else ""
        if right and value is not None:
            tie = value.fits or "none"
            found |= {f"value {tie}": 1.0, f"value {tie} {value.after}": 1.0, "value score": value.score / 4}
            found[f"value {value.kind.split(' ')[0]}"] = 1.0
        elif role:
            found[f"value {role}"] = 1.0
            found[f"value {role} {phrase.after}"] = 1.0
        elif phrase.denied:
            role = "denied same"
            found["value denied"] = 1.0
        elif phrase.kind != "thing":
            role = "value"
        if role and (role != "other" or (value and (value.fits or value.kind != "thing"))):
            cuts.append((phrase.start, phrase.end, _MASK[role]))
    for start, end, mark in reversed(cuts):
        text = text[:start] + mark + text[end:]
    return text


def _cue_signs(text: str, found: Signs) -> None:
    clauses = [clause for clause in re.split("[、。]", text) if clause]
    for place, words in (
        ("", text),
        (" first", clauses[0] if clauses else ""),
        (" last", clauses[-1] if clauses else ""),
    ):
        for cue in cues("stalling", "consent", "denial", "doubt"):
            if cue.words.search(words):
                name = f"cue {cue.answer}{place}"
                found[name] = max(found.get(name, 0.0), cue.weight / 2)


def _ending_signs(text: str, expected: Expected, found: Signs) -> None:
    clauses = [clause for clause in re.split("[、。]", text) if clause]
    if not clauses:
        return
    found["long"] = min(len(text), 40) / 40
    found[f"clauses {min(len(clauses), 4)}"] = 1.0
    negative = [bool(_NEGATIVE.search(clause)) for clause in clauses]
    if any(_ASKING.search(clause) for clause in clauses):
        found["ends asking"] = 1.0
    if _ASKING.search(clauses[-1]):
        found["ends asking last"] = 1.0
    if any(negative):
        found["ends negative"] = 1.0
    if _FINE.search(text):
        found["fine"] = 1.0
        found["fine " + ("behind particle" if re.search(rf"[はもで](?:{_FINE.pattern})", text) else "alone")] = 1.0
    if _NONE.search(text):
        found["none"] = 1.0
    if _THANKS.search(text):
        found["none or thanks"] = 1.0
    if _MORE.search(text):
        found["fine more"] = 1.0
    asked = _matters(expected.said)
    for clause, denied in zip(clauses, negative, strict=True):
        if any(word.lemma in asked for word in tokens(clause)):
            found[f"echo {'negative' if denied else 'plain'}"] = 1.0


@lru_cache(maxsize=256)
def _matters(question: str) -> frozenset[str]:
    """The words that a question is about, in their dictionary form."""
    words = (word for word in tokens(question) if word.pos in ("動詞", "形容詞", "形状詞", "名詞"))
    return frozenset(word.lemma for word in words if len(word.lemma) > 1 and not _POLITENESS.fullmatch(word.lemma))


def _letters(masked: str, found: Signs) -> None:
    """Runs of one to four letters, with the borders of clauses, and single words."""
    text = "^" + re.sub("[、。]+", "|", masked) + "$"
    for size in (2, 3, 4):
        for at in range(len(text) - size + 1):
            found[f"~{text[at : at + size]}"] = 0.3
    for clause in text.strip("^$").split("|"):
        for word in tokens(clause):
            if word.pos not in ("助詞", "助動詞", "補助記号"):
                found[f"word {word.lemma}"] = 0.5


def _numbers(text: str, expected: Expected, found: Signs) -> None:
    """Telephone numbers: the one read back again, or another."""
    if expected.ask not in (Ask.CONFIRM_NUMBER, Ask.CALLER_ID, Ask.ECHO):
        return
    said = find_number(text)
    if expected.number and correct(expected.number, text):
        found["value number other"] = 1.0
    elif said and expected.number and said.digits and said.digits in expected.number.replace("-", ""):
        found["value number same"] = 1.0
    elif said and said.complete:
        found["value number new"] = 1.0
