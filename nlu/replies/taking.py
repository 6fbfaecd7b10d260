"""Whether somebody who was rung up takes on what was read out: said plainly, refused, or to be heard again.

Rule: nothing is taken on by a bare はい, which people say along with whatever they hear, nor by words that name a
doubt or somebody else; then it is asked again. Words are compared by their sound, as a recogniser's choice of
characters does not matter. Leaves out: push buttons.
"""

from __future__ import annotations

import re

from nlu.meaning import Answer
from nlu.words import reading

_AGAIN = re.compile(
    r"モウ(?:イチド|イチカイ|イッカイ|イッペン)|(?:キ(?:コエ|キトレ)|ワカリ).{0,3}(?:マセ|ナ[イカ])|ナン(?:デス|テ|ト)|クリカエシ"
)
_NOT = re.compile(
    r"^(?:アノ|エット)?イ[イエヤ]|(?:^|[^キ])ムリ|(?:デキ|デラレ|ウケ(?:ラレ)?|カケ(?:ラレ)?|イケ)(?:マセ|ナ[イカ])|ムズカシ|ムツカシ"
    r"|(?:ホカ|タ|ベツ)ノ(?:モノ|ヒト|カタ|シャイン|タントウ)|(?:デワ|デハ|ジャ)(?:ナ[イクカ]|アリマセ)|チガ[イウ]|コトワ|エンリョ"
    r"|ウンテン|カイギ|(?:オ)?ヤスミ(?:ナ|デ)|イマ(?:[ワハ]|チョット)|カネ(?:マス|ル)|シュッチョウ|アト(?:デ|ニ)"
)
_TAKEN = re.compile(
    r"ショウチ|リョウカイ|カシコマリ|(?:ヒキ)?ウケ(?:マス|マシタ|イタシマ|トリマシタ|オイマ|ル|タ)|タイオウ(?:シ|イタシ|サセ|デキ|スル)"
    r"|ヤリマス|ワカリマシタ|オリカエシ(?:シ|デンワ|イタシ)?マ?|(?:デンワ|レンラク)(?:ヲ)?(?:シ|イタシ)マス|カケ(?:ナオシ|テミ)?マス"
)


def takes(text: str) -> Answer | None:
    """`Answer.YES`, `NO` or `REPEAT`; None: it is not said plainly."""
    sounds = re.sub(r"[^ァ-ヶー]", "", reading(text)).replace("ー", "ウ")
    if _AGAIN.search(sounds):
        return Answer.REPEAT
    if _NOT.search(sounds):
        return Answer.NO
    return Answer.YES if _TAKEN.search(sounds) else None
