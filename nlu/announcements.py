"""What answers when we have dialled out: a person, or an announcement of a carrier or of an answering machine?

Rule: an announcement is known by the set phrases that the Japanese carriers use, compared by their sound, so that a
recogniser's choice of characters does not matter; a person who says that somebody is away says it in other words, and
is a person. What is doubtful is one too: nobody is cut off for a likeness. Leaves out: tones (`voice/tones`).
"""

from __future__ import annotations

import re
from enum import StrEnum

from nlu.words import reading


class Unreached(StrEnum):
    """Why nobody can be spoken to at a number that was dialled."""

    NO_SUCH_NUMBER = "no_such_number"
    """現在使われておりません"""
    UNREACHABLE = "unreachable"
    """電波の届かない場所にあるか、電源が入っていない"""
    NO_ANSWER = "no_answer"
    """お呼びしましたが、お出になりません"""
    BUSY = "busy"
    """お話し中です"""
    MACHINE = "machine"
    """An answering machine or service: words said now would be recorded, not heard."""
    REFUSED = "refused"
    """The other side takes no calls from us, or none without a number, or none at all now."""
    CONGESTED = "congested"
    """The network is crowded."""


_DIALLED = r"オカケニ?ナ(?:ッ|リマシ)タ(?:オ?デンワ(?:バンゴウ)?|バンゴウ)"
"""おかけになったお電話番号: no person speaks so."""
_BEGINNING = re.compile(
    r"^(?:(?:タイヘン)?(?:オソレイリマス|モウシワケ).{0,8})?"
    r"(?:オカケニ?ナ|オルスバン|ルスバン|タダイマ|コチラ[ハワ]|オキャク(?:サマ|サン)|[コソ]ノ(?:デンワ|チ[イホ])|オヨビ)"
)
"""Words with which announcements begin, and few people."""
_CANNOT = r"(?:オ?ツナギ|オウケ)(?:スルコトガ)?(?:イタシカネ|デキ)(?:マセン|ナイ)"

_PHRASES = {
    Unreached.MACHINE: (
        r"ルスバン(?:デンワ)?サービス|ルスバンデンワニ(?:セツゾク|オツナギ|テンソウ|ナッテ)",
        r"(?:ハッシンオン|ピ[ーイッ]*トイウ(?:オト|ハッシン)|アイズノオト)(?:ノ|ガ).{0,8}(?:アト|マシタラ|ナリマシ)",
        r"(?:デンゴン|メッセージ)(?:ヲ|モ)?(?:オアズカリ(?:シマス|イタシマス|サービス)|オノコシクダサイ)",
        r"ルスニシテ(?:オリ|イ)マス.{0,40}(?:オハナシ|ハッシンオン|メッセージ)",
    ),
    Unreached.NO_SUCH_NUMBER: (r"ゲンザイ(?:ワ|ハ)?ツカワレテ(?:オリ|イ)マセン", rf"{_DIALLED}.{{0,12}}ツカワレテ"),
    Unreached.UNREACHABLE: (
        r"デンパノトドカナイ(?:バショ|トコロ)",
        rf"{_DIALLED}.{{0,30}}デンゲンガハイッテ(?:イ)?ナイ",
    ),
    Unreached.NO_ANSWER: (
        r"オヨビ(?:ダシ)?(?:シ|イタシ)マシタガ.{0,10}(?:オデニナリ|デマセン|オツナギデキ|オウトウガ)",
        rf"{_DIALLED}.{{0,20}}デンワニデ(?:ルコトガデキ|ラレ)(?:マセン|ナイ)",
        r"ウンテンチュウノタメ.{0,12}デ(?:ラレ|ルコト)",
    ),
    Unreached.BUSY: (rf"{_DIALLED}.{{0,16}}(?:オハナシ|ツウワ)チュウ", r"タダイマ(?:オハナシ|ツウワ)チュウデス"),
    Unreached.REFUSED: (
        r"オキャク(?:サマ|サン)ノ(?:ゴツゴウ|ゴキボウ|オ?モウシデ|ゴヨウボウ)ニヨリ",
        rf"(?:{_DIALLED}|コノデンワ|コチラノデンワ).{{0,24}}{_CANNOT}",
        r"ツウワガデキナクナッテ(?:オリ|イ)マス",
        r"(?:バンゴウヲ(?:オシラセ|ツウチ)|バンゴウツウチ|ヒツウチ).{0,60}(?:カケナオシ|オカケ|ツナギ|ウケ)",
    ),
    Unreached.CONGESTED: (
        r"(?:コノ|ソノ)チ(?:イキ|ホウ).{0,30}(?:ツナガリ|カカリ)ニクク",
        r"カイセンガ.{0,10}コンザツ",
        r"デンワガ.{0,8}(?:コミアッ|コンデ|ツナガリニクク).{0,60}(?:シバラク|ノチホド).{0,12}カケナオシ",
    ),
}
"""In katakana as words are read; a long vowel may be written either way."""
_KNOWN = tuple((why, re.compile("|".join(phrases).replace("ウ", "[ウー]"))) for why, phrases in _PHRASES.items())


def begins(text: str) -> bool:
    """Whether these may be the first words of an announcement that is not known yet: more is to be heard of it."""
    return bool(_BEGINNING.search(_sounds(text)))


def judge(text: str) -> Unreached | None:
    """Why nobody can be spoken to, by what answers; None: it is a person, or may be one. Asked again as words come."""
    sounds = _sounds(text)
    return next((why for why, phrase in _KNOWN if phrase.search(sounds)), None)


def _sounds(text: str) -> str:
    return re.sub(r"[^ァ-ヶー]", "", reading(text))
