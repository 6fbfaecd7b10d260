"""Whether a caller has reached another house than he meant."""

from __future__ import annotations

import pytest

from nlu.reasons.wrong_house import another, misdialled, surprised

OURS, SOUND = ("みつば不動産", "株式会社みつば不動産"), "ミツバフドウサン"


@pytest.mark.parametrize(
    "said",
    [
        "番号を間違えました",
        "あら、ごめんなさい、間違えました",
        "どうも間違えたようです",
        "あ、法律事務所なんですね。番号を間違えました",
        "かけ間違えました",
    ],
)
def test_a_mistake_of_dialling(said: str) -> None:
    assert misdialled(said)


@pytest.mark.parametrize(
    "said",
    [
        "請求書の金額が間違えてるみたいなので",
        "宛名を間違えています",
        "電話番号を間違えて伝えてしまいまして",
        "先ほど間違えて送った書類のことで",
        "間違いないです",
    ],
)
def test_a_mistaken_thing_is_none(said: str) -> None:
    assert not misdialled(said)


@pytest.mark.parametrize(
    "said",
    [
        "三つ葉クリーニングさんですか",
        "すみません、北野税理士さんの事務所でしょうか",
        "山田医院ですか、今日の診察は何時までですか",
        "常盤水道さんじゃないですか",
        "田中さんのお宅でしょうか",
    ],
)
def test_another_house_is_asked_for(said: str) -> None:
    assert another(said, OURS, SOUND)


@pytest.mark.parametrize(
    "said",
    [
        "みつば不動産さんですか、部屋を探してるんですけど",
        "三つ葉不動産さんですか",
        "佐藤さんでしょうか",
        "予約の確認ですか、それなら",
        "あ、これ機械ですか。人に代わってください",
        "そちら病院ですか、診察の予約をしたいんですが",
    ],
)
def test_ours_is_no_other(said: str) -> None:
    assert not another(said, OURS, SOUND)


def test_surprise_names_a_house() -> None:
    assert surprised("え、ピザ屋さんじゃないんですか")
    assert not surprised("え、無料じゃないんですか")
