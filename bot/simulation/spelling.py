"""How simulated callers spell their names aloud: by everyday words, 朝日のア、さくらのサ. Pure.

The words are people's, and not those that understanding knows.
"""

from __future__ import annotations

from nlu.kana import morae

_WORDS = """
ア:朝日 イ:いちご ウ:うさぎ エ:えんぴつ オ:おにぎり カ:からす キ:きって ク:くるま ケ:ケーキ コ:こども サ:さくら シ:新聞
ス:すずめ セ:せかい ソ:そろばん タ:たぬき チ:チーズ ツ:つばめ テ:手紙 ト:東京 ナ:なごや ニ:にほん ヌ:ぬりえ ネ:ねこ
ノ:のはら ハ:はがき ヒ:ひこうき フ:富士山 ヘ:へいわ ホ:ほけん マ:マッチ ミ:みかん ム:むすび メ:めがね モ:もも ヤ:やま
ユ:ゆき ヨ:よこはま ラ:ラジオ リ:りんご ル:ルビー レ:れもん ロ:ローマ ワ:わに ガ:がっこう ギ:ぎんこう グ:グラス
ゴ:ごはん ジ:じてんしゃ ズ:ずぼん ダ:だいこん デ:でんわ ド:ドア バ:バナナ ビ:ビール ブ:ぶどう ベ:べんとう ボ:ぼうし
"""
SPELLING = dict(pair.split(":") for pair in _WORDS.split())
"""By which words people spell their names aloud."""
SPELT = {"ッ": "小さいツ", "ー": "伸ばす棒", "ン": "ン", "ャ": "小さいヤ", "ュ": "小さいユ", "ョ": "小さいヨ"}
"""Kana that no word begins with."""


def by_words(kana: str) -> str:
    """朝日のア、さくらのサ"""
    return "、".join(f"{SPELLING[one]}の{one}" if one in SPELLING else SPELT.get(one, one) for one in kana)


def spelt(kana: str, asked: str) -> str:
    """A name kana by kana, by words where the question asks for them."""
    return by_words(kana) if "のように" in asked else "、".join(morae(kana))
