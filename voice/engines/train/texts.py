"""What the synthetic callers say: sentences, names, telephone numbers, dates, short answers and nonsense words.

Rule: all randomness comes from the generator handed in. Nonsense is among them on purpose: a surname is often
nothing but a string of morae that no sentence contains. The sentences are the half of the project's own material
whose hash is even (`for_training`); the other half is left for measuring, and so is every fifth surname.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import unidic_lite

SENTENCES = Path(__file__).parent / "sentences.txt"
LONGEST = 44
"""Characters of a sentence read in one go, about six seconds; longer ones are cut at a comma."""

DIGITS: tuple[tuple[str, ...], ...] = (
    ("ゼロ", "ゼロ", "ゼロ", "レイ", "レー", "マル"),
    ("イチ", "イチ", "ヒト"),
    ("ニー", "ニー", "ニ"),
    ("サン",),
    ("ヨン", "ヨン", "ヨン", "シ", "シー"),
    ("ゴー", "ゴー", "ゴ"),
    ("ロク",),
    ("ナナ", "ナナ", "ナナ", "シチ"),
    ("ハチ",),
    ("キュー", "キュー", "キュー", "ク"),
)
RIVALS = ((6,), (2, 4, 7, 8), (1,), (4,), (3, 7), (0,), (0, 9), (1, 4, 8), (1, 7), (6,))
"""Of each digit those that a noisy line makes of it: ゼロ and ロク; イチ and ニ, シ, シチ, ハチ; サン and ヨン."""
RUN, RIVAL = 0.2, 0.2
"""How often a digit is the one before it once more, and how often one that sounds like it."""
SHAPES = ((3, 4, 4), (3, 4, 4), (2, 4, 4), (3, 3, 4), (4, 2, 4), (4, 3, 3), (4, 4), (3, 4), (4,), (2,), (3,))
ANSWERS = (
    "はい", "はいはい", "ええ", "ええ、そうです", "はい、そうです", "そうです", "そうそう", "はい、結構です",
    "いいえ", "いえ", "いや", "いや、違います", "違います", "ちがう、ちがう", "うん", "うーん", "はい、お願いします",
    "お願いします", "大丈夫です", "間違いありません", "間違いないです", "合ってます", "合っています",
    "もう一度お願いします", "え", "えっ", "すみません、もう一度", "ちょっと待ってください", "少々お待ちください",
    "少し待って", "あの", "えーと", "えっと", "もしもし", "あ、はい", "ああ、そうですか", "分かりました",
    "承知しました", "かしこまりました", "結構です", "いりません", "よろしいです", "ありません", "ないです",
    "あります", "ではそれで", "それでお願いします", "またかけます", "ありがとうございます", "ありがとう",
    "失礼します", "失礼いたします", "どうも", "よろしくお願いいたします", "人に代わって",
    "オペレーターをお願いします", "担当の方をお願いします", "だれかいませんか", "聞こえますか", "聞こえません",
)  # fmt: skip
MORAE = """
ア イ ウ エ オ カ キ ク ケ コ サ シ ス セ ソ タ チ ツ テ ト ナ ニ ヌ ネ
ノ ハ ヒ フ ヘ ホ マ ミ ム メ モ ヤ ユ ヨ ラ リ ル レ ロ ワ ガ ギ グ ゲ
ゴ ザ ジ ズ ゼ ゾ ダ デ ド バ ビ ブ ベ ボ パ ピ プ ペ ポ ン ン ー ー ッ
キャ キュ キョ シャ シュ ショ チャ チュ チョ ニャ ニュ ニョ ヒャ ヒュ ヒョ ミャ ミュ ミョ リャ リュ リョ ギャ ギュ ギョ
ジャ ジュ ジョ ビャ ビュ ビョ ピャ ピュ ピョ ファ フィ フェ フォ ティ ディ デュ ウィ ウェ ウォ ヴ シェ チェ ジェ
""".split()  # noqa: SIM905
CARRIERS = (
    "{}です", "{}と申します", "{}と申しますが", "{}と言います", "{}", "{}", "{}", "私、{}と申します",
    "株式会社{}の者です", "{}商事です", "{}様いらっしゃいますか", "{}さんお願いします", "{}さんはいらっしゃいますか",
    "{}部長をお願いします", "えーと、{}です", "あの、{}と申しますけれども", "{}ですけど", "営業の{}さんを",
    "いえ、{}です", "{}でございます", "{}製作所の{}と申します", "{}の{}です", "{}工業の{}ですが",
    "{}電機の{}です", "株式会社{}の{}です", "株式会社{}の{}と申します", "{}建設の{}と申しますが", "{}物産の{}です",
    "{}不動産の{}ですけど", "{}サービスの{}でございます", "{}株式会社の{}です", "{}さんの{}ですけれども",
)  # fmt: skip
BY_NUMBERS = (24, 30, 20, 8, 4, 4, 10)
"""Shares of what is said (`utterance`), more of what a receptionist has to get right."""
FAMILY = "名詞,固有名詞,人名,姓".encode()
GIVEN = "名詞,固有名詞,人名,名".encode()
COMMON = "名詞,普通名詞".encode()


def for_training(text: str) -> bool:
    """Whether a text may be trained on; the same text always gives the same answer."""
    return hashlib.blake2b(text.encode(), digest_size=2).digest()[0] % 2 == 0


def utterance(chance: Random, shares: tuple[int, ...] = (22, 26, 22, 7, 8, 5, 10)) -> str:
    """One thing a caller might say, for a synthesiser to read: sentence, number, name, date, nonsense, answer, word."""
    kinds: tuple[Callable[[Random], str], ...] = (_sentence, _number, _named, _date, _nonsense, _answer, _word)
    return chance.choices(kinds, shares)[0](chance)


def _sentence(chance: Random) -> str:
    pieces = [piece for piece in re.split("[、。]", chance.choice(_sentences())) if piece]
    first = chance.randrange(len(pieces))
    said = pieces[first]
    for piece in pieces[first + 1 :]:
        if len(said) + len(piece) > LONGEST:
            break
        said += "、" + piece
    return said


def _number(chance: Random) -> str:
    joint = chance.choice(("の", "の", "、", "、", "の、", ""))
    shape = chance.choice(SHAPES)
    said = iter(digits(chance, sum(shape)))
    groups = joint.join("".join(chance.choice(DIGITS[next(said)]) for _ in range(size)) for size in shape)
    carrier = chance.choice(("{}", "{}", "{}です", "電話番号は{}です", "えーと、{}", "はい、{}になります", "内線の{}"))
    return carrier.format(groups)


def digits(chance: Random, size: int) -> list[int]:
    """Rows of like digits and of those that sound alike are frequent: they are what is heard wrong."""
    said: list[int] = []
    for _ in range(size):
        lot = chance.random() if said else 1.0
        alike = (said[-1],) if lot < RUN else RIVALS[said[-1]] if lot < RUN + RIVAL else range(10)
        said.append(chance.choice(alike))
    return said


def _named(chance: Random) -> str:
    carrier = chance.choice(CARRIERS)
    firms = (_words() if chance.random() < 0.5 else family_names() for _ in range(carrier.count("{}") - 1))
    names = [chance.choice(chance.choice(known)) for known in (*firms, family_names())]
    if chance.random() < 0.3:
        names[-1] += chance.choice(chance.choice(_given_names()))
    return carrier.format(*names)


def _date(chance: Random) -> str:
    day = chance.choice(
        (
            f"{chance.randint(1, 12)}月{chance.randint(1, 31)}日",
            chance.choice(("今日", "明日", "明後日", "あさって", "昨日", "来週", "さ来週", "今週", "来月", "週明け")),
            chance.choice(("", "今週の", "来週の", "さ来週の", "今度の")) + chance.choice("月火水木金土日") + "曜日",
        )
    )
    hour = chance.choice(("", "午前", "午後", "夜", "朝の", "夕方の")) + f"{chance.randint(1, 12)}時"
    minute = chance.choice(("", "", "半", f"{chance.randrange(5, 60, 5)}分", "ごろ", "過ぎ", "から"))
    persons = (f"に{chance.randint(2, 12)}名", f"で{chance.randint(1, 9)}人")
    party = chance.choice(("", "", *persons, "でお願いします", "に伺います"))
    time = hour + minute
    return chance.choice((f"{day}の{time}{party}", f"{time}{party}", f"{day}{party}", f"{day}、{time}"))


def _nonsense(chance: Random) -> str:
    word = "".join(chance.choice(MORAE) for _ in range(chance.randint(2, 7)))
    word = re.sub("([ーッンー])[ーッン]+", r"\1", word.lstrip("ーッン")).rstrip("ッ") or "ヌエ"
    return chance.choice(CARRIERS).replace("{}", word)


def _word(chance: Random) -> str:
    """One word alone, as somebody says a name who was asked for it."""
    return chance.choice(chance.choice(_words() if chance.random() < 0.6 else family_names()))


def _answer(chance: Random) -> str:
    return chance.choice(ANSWERS)


@cache
def _sentences() -> tuple[str, ...]:
    return tuple(line for line in SENTENCES.read_text(encoding="utf-8").splitlines() if line)


@cache
def family_names(training: bool = True) -> tuple[tuple[str, str], ...]:
    """(as written, as spoken in katakana) from unidic-lite: four fifths to train with, the rest to measure with."""
    return tuple(name for name in _entries(FAMILY) if _fifth(name[1]) == (not training))


def _fifth(text: str) -> bool:
    return hashlib.blake2b(text.encode()).digest()[0] % 5 == 4


@cache
def _given_names() -> tuple[tuple[str, str], ...]:
    return _entries(GIVEN)


@cache
def _words() -> tuple[tuple[str, str], ...]:
    return tuple(word for word in _entries(COMMON) if 2 <= len(word[1]) <= 8)


def _entries(kind: bytes) -> tuple[tuple[str, str], ...]:
    """Words out of the compiled dictionary, which keeps each entry's features as one readable line."""
    image = (Path(unidic_lite.DICDIR) / "sys.dic").read_bytes()
    entries = (found.decode().split(",") for found in re.findall(kind + rb",[^\0]+", image))
    return tuple(sorted({(entry[8], entry[9]) for entry in entries if len(entry) > 9 and entry[9] != "*"}))
