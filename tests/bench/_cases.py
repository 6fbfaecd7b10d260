"""What synthetic callers say to measure the ear with, and the lines they say it over; drawn by a fixed seed.

Numbers follow the numbering plan, with runs of one digit, each speaker's own readings, fillers and carriers; surnames
are drawn by frequency ("name") or from the rare ones; "other" is talk that no grammar covers.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from bot.score_speech import Codec, Condition, Noise, carried
from nlu.grammars import answer, number, staff, who
from nlu.meaning import Person, Vocabulary
from nlu.networks import Network
from nlu.spoken import replies, surnames
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import Arc, Grammar
from voice.engines.openjtalk import OpenJTalk
from voice.resample import convert

COMPANY = Vocabulary(
    "スマイル精工",
    "スマイルセイコウ",
    (
        Person("kurimoto", "栗本", "クリモト"),
        Person("sato", "佐藤", "サトウ"),
        Person("takeda", "武田", "タケダ"),
        Person("ono", "小野", "オノ"),
        Person("oono", "大野", "オオノ"),
        Person("mizuno", "水野", "ミズノ"),
    ),
    (("営業部", "エイギョウブ"), ("総務部", "ソウムブ")),
)
WAYS = (
    ("ゼロ", "ゼロ", "レイ", "マル"), ("イチ",), ("ニー", "ニー", "ニ"), ("サン",), ("ヨン", "ヨン", "ヨン", "シー"),
    ("ゴー", "ゴー", "ゴ"), ("ロク",), ("ナナ", "ナナ", "ナナ", "シチ"), ("ハチ",),
    ("キュー", "キュー", "キュー", "ク"),
)  # fmt: skip
PLANS = (
    (("090", (4, 4)), ("080", (4, 4)), ("070", (4, 4))),
    (("03", (4, 4)), ("06", (4, 4))),
    (("0", (2, 3, 4)), ("0", (3, 2, 4))),
)
RUN = 0.25
"""How often a digit is the one before it once more."""
LEADS = ("", "", "", "", "えーと、", "えっと", "はい、", "あ、", "電話番号は", "番号は、", "えー、", "携帯が")
ENDS = ("", "", "です", "です", "になります", "でお願いします", "ですけど", "でございます", "ですね")
BEFORE_NAMES = ("", "", "", "はい、", "えーと", "私、", "あ、", "青葉商事の", "東西運輸の", "株式会社ミライの")
AFTER_NAMES = (
    "です",
    "です",
    "と申します",
    "と申しますが",
    "といいます",
    "ですけど",
    "でございます",
    "",
    "ですけれども",
)
WISHES = (
    "いらっしゃいますか",
    "お願いします",
    "はいらっしゃいますでしょうか",
    "お願いできますか",
    "はおいででしょうか",
)
TALK = (
    "昨日注文した部品がまだ届かないのですが", "駅から歩いて何分くらいかかりますか",
    "見積書の金額が違っているようなのですが",
    "来月の展示会についての資料を送りました", "そちらの営業時間を教えてください",
    "子どもが熱を出しまして予約を変えたいんです",
    "電気代の見直しのご案内でお電話しました", "道に迷ってしまって今駅前にいます", "社長さんはゴルフがお好きでしたよね",
    "隣の工事の音がうるさくて困っています", "部品の型番がよく分からないのですが", "キャンセル料はかかりますか",
    "先週お願いした件はどうなりましたか", "お店は何階にありますか", "ホームページを見てお電話しています",
)  # fmt: skip
LABELS = {"number": "digit", "name": "surname", "rare": "surname", "answer": "answer", "staff": "staff"}
KINDS = ("yes", "no", "repeat", "hold")


class Case(NamedTuple):
    """One utterance and what should be heard in it."""

    group: str
    text: str
    expected: str
    """Of an answer its kind; "" = nothing of what the grammar is for."""
    sound: Sound
    """Clean, at 16 kHz."""


def grammar(network: Network) -> Grammar:
    return Grammar(network.name, tuple(Arc(*arc) for arc in network.arcs), network.finals)


def grammars() -> dict[str, Grammar]:
    """By group."""
    names = grammar(who())
    made = {"number": grammar(number()), "answer": grammar(answer()), "staff": grammar(staff(COMPANY))}
    return {**made, "name": names, "rare": names}


def kinds_of() -> dict[str, set[str]]:
    """Text of a reply → the kinds it may be of."""
    found: dict[str, set[str]] = {}
    for kind, items in replies().items():
        for _, text in items:
            found.setdefault(text, set()).add(kind)
    return found


def cases(count: int, seed: int) -> Iterator[Case]:
    """`count` of each group."""
    drawn: dict[str, Callable[[random.Random], tuple[str, str]]] = {
        "number": _number, "name": _name, "rare": _rare, "answer": _answer, "staff": _staff, "other": _other,
    }  # fmt: skip
    for group, draw in drawn.items():
        chance = random.Random(f"{group} {seed}")
        for _ in range(count):
            text, expected = draw(chance)
            said = OpenJTalk(chance.uniform(-6, 4), chance.uniform(0.85, 1.25)).speak(text)
            yield Case(group, text, expected, convert(said, INNER_RATE_HZ))


def over(case: Case, condition: tuple[Codec, float | None, Noise], loss: float = 0.0) -> tuple[Sound, int]:
    """The case as the ear gets it; `loss` is the share of packets lost, each replaced by the one before, softer."""
    sound, band_hz = carried(case.sound, Condition(*condition), case.text)
    samples = sound.samples().copy()
    chance = random.Random(case.text)
    for start in range(320, len(samples) - 320, 320):
        if chance.random() < loss:
            samples[start : start + 320] = (samples[start - 320 : start] * 0.7).astype(np.int16)
    return Sound(samples.astype("<i2").tobytes(), sound.rate_hz), band_hz


def _run(chance: random.Random, size: int) -> list[int]:
    digits: list[int] = []
    for _ in range(size):
        digits.append(digits[-1] if digits and chance.random() < RUN else chance.randrange(10))
    return digits


def _number(chance: random.Random) -> tuple[str, str]:
    prefix, sizes = chance.choice(chance.choices(PLANS, (5, 2, 3))[0])
    head, joined = [int(digit) for digit in prefix], prefix == "0"
    groups = [_run(chance, size) for size in sizes]
    groups = [head + groups[0], *groups[1:]] if joined else [head, *groups]
    style = [chance.choice(ways) for ways in WAYS]
    said = [
        "".join(style[digit] if chance.random() < 0.85 else chance.choice(WAYS[digit]) for digit in group)
        for group in groups
    ]
    text = chance.choice(("の", "の", "、", "、", "の、", "")).join(said)
    return chance.choice(LEADS) + text + chance.choice(ENDS), "".join(str(digit) for group in groups for digit in group)


def _name(chance: random.Random) -> tuple[str, str]:
    listed = surnames().items
    name = chance.choices(listed, [math.exp(-cost) for _, _, cost in listed])[0][0]
    return chance.choice(BEFORE_NAMES) + name + chance.choice(AFTER_NAMES), name


def _rare(chance: random.Random) -> tuple[str, str]:
    name = chance.choice(surnames().items[300:8000])[0]
    return chance.choice(BEFORE_NAMES) + name + chance.choice(AFTER_NAMES), name


def _answer(chance: random.Random) -> tuple[str, str]:
    kind = chance.choice(KINDS)
    return chance.choice(replies()[kind])[1], kind


def _staff(chance: random.Random) -> tuple[str, str]:
    person = chance.choice(COMPANY.staff)
    lead = chance.choice(("", "営業の", "総務部の", "えーと、", "すみません、"))
    return lead + person.family_kana + chance.choice(("さん", "様")) + chance.choice(WISHES), person.family


def _other(chance: random.Random) -> tuple[str, str]:
    return chance.choice(TALK), ""
