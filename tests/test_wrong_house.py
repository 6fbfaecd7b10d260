"""Whether a caller has reached another house than he meant."""

from __future__ import annotations

import pytest

from bot.dialogue.state import Outcome
from nlu.reasons.wrong_house import another, gives_up, misdialled, misplaced, surprised
from tests.dialogues import SMILE, call

OURS, SOUND = ("みつば不動産", "株式会社みつば不動産"), "ミツバフドウサン"


@pytest.mark.parametrize(
    "said",
    [
        "番号を間違えました",
        "あら、ごめんなさい、間違えました",
        "どうも間違えたようです",
        "あ、法律事務所なんですね。番号を間違えました",
        "かけ間違えました",
        "ありゃ、番号間違うたわ",
        "あちゃー、間違えてもうた",
        "電話間違っちゃった",
        "あら、まちごうたわ",
        "違うとこにかけてもうた",
        "番号ば間違えたごたる",
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
        "サイズ間違うてもうた",
        "会員番号を間違えました",
        "間違うた商品が届いてます",
        "間違った品を送られたんですけど",
        "色間違うて買うてしもて",
        "別の店にかけたら断られまして",
    ],
)
def test_a_mistaken_thing_is_none(said: str) -> None:
    assert not misdialled(said)


@pytest.mark.parametrize(
    "said",
    [
        "え、花屋さん。ありゃ、番号間違うたわ",
        "あ、番号ちゃうかったわ",
        "あれ、違いますね、すみません",
        "番号がひとつ違ってました",
        "えっ、歯医者さん。あらやだ、ごめんなさい",
        "あ、印刷屋さんでしたか、失礼しました",
        "え、そちら動物病院ですか、あらまあ、すいませんでした",
    ],
)
def test_who_checks_the_number_gives_up(said: str) -> None:
    assert gives_up(said)


@pytest.mark.parametrize(
    "said",
    [
        "いや、合ってます、そちらにお願いしたいんです",
        "いえ違います、そちらに用があるんです",
        "花屋さんですよね、花束をお願いします",
        "え、花屋さんならちょうどいい、予約したいんですが",
        "すみません、営業の方ですか",
        "すみません、担当者さん、急いでるんですけど",
        "届いた品が違いました、すみません",
    ],
)
def test_who_wants_us_does_not_give_up(said: str) -> None:
    assert not gives_up(said)


@pytest.mark.parametrize(
    "said",
    ["え、スマイル精工さん。ありゃ、番号間違うたわ", "スマイル精工さんでしたか、失礼しました", "番号ちゃうかったわ"],
)
def test_who_gives_up_is_let_go_at_once(said: str) -> None:
    playing = call(SMILE, "田中さんのお宅でしょうか", said)
    assert playing.state.outcome is Outcome.WRONG_NUMBER


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


@pytest.mark.parametrize(
    ("said", "ours", "sound"),
    [
        (
            "けやき動物病院さんですよね、犬の注射のことで聞きたいんですけど",
            "けやき通り整骨院",
            "ケヤキドオリセイコツイン",
        ),
        ("中央動物病院さんですよね、猫の爪を切ってもらいたいんですが", "中央橋眼科医院", "チュウオウバシガンカイイン"),
        ("さくら薬局さんでしょうか", "さくら坂歯科", "サクラザカシカ"),
    ],
)
def test_a_name_like_ours_of_another_trade_is_another_house(said: str, ours: str, sound: str) -> None:
    assert another(said, (ours,), sound)


@pytest.mark.parametrize(
    "said",
    ["けやき整骨院さんですか、予約をお願いしたいんですけど", "けやき通り整骨院さんですよね、今日は何時までですか"],
)
def test_our_name_said_a_little_otherwise_is_ours(said: str) -> None:
    assert not another(said, ("けやき通り整骨院",), "ケヤキドオリセイコツイン")


GEARS = "スマイル精工株式会社 歯車を一個から作れますか 特注の部品は、一個から承っております。"
CLINIC = "みどりの丘整形外科 駐車場はありますか 建物の裏に十二台分の駐車場がございます。"
TAVERN = "麺と宴 龍雲亭 持ち帰りはできますか お持ち帰りは、冷凍の餃子と生ラーメンをご用意しております。"
PRINTER = "かもめ印刷 名刺はいくらですか 名刺は百枚で四千円からでございます。"


@pytest.mark.parametrize("ours", [GEARS, CLINIC, PRINTER])
@pytest.mark.parametrize(
    "said",
    [
        "もしもし、寿司の上を三人前お願いできますか",
        "注文いいですか、マルゲリータのエルを一枚と",
        "あ、天丼二つ、三丁目の木村まで届けてもらえる",
        "駅前までタクシー一台お願いします",
        "灯油を二缶配達してほしいんですけど",
        "今朝、朝刊が入ってないんですけど",
    ],
)
def test_an_order_for_what_another_trade_has_is_misplaced(said: str, ours: str) -> None:
    assert misplaced(said, ours)


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("ラーメン二つ出前できますか", TAVERN),
        ("そば屋なんですけど、チラシを百枚お願いできますか", PRINTER),
        ("ラーメン店の看板を一枚頼みたいんですが", PRINTER),
        ("ピザ窯の部品を一個お願いしたいんですけど", GEARS),
        ("弁当の容器を百個注文できますか", GEARS),
        ("お寿司を食べてからお腹が痛いんです", CLINIC),
        ("歯車を三個お願いします", GEARS),
        ("タクシーで行きたいんですけど、どこに着けてもらえばいいですか", CLINIC),
    ],
)
def test_what_a_customer_of_ours_may_say_is_not(said: str, ours: str) -> None:
    assert not misplaced(said, ours)


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("もしもし、眼科をお願いします。あさっての診察をね、来週にしてほしいんです", GEARS),
        ("内科につないでもらえますか、検査の結果のことで", PRINTER),
        ("あの、救急外来をお願いします、主人が転んで", GEARS),
        ("フロントお願いします、三〇五号室の者ですが", PRINTER),
        ("配車お願いします、駅前まで一台", CLINIC),
        ("学務課をお願いします、入学の書類がまだ届かないんです", GEARS),
        ("戸籍係お願いします、謄本を取りたいんですけど", TAVERN),
        ("すみません、三年二組の担任の先生をお願いします", PRINTER),
    ],
)
def test_a_desk_that_only_another_trade_has_is_misplaced(said: str, ours: str) -> None:
    assert misplaced(said, ours)


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("小児科をお願いします、子どもの熱が下がらなくて", CLINIC),
        ("みなと眼科の森です、社長さんお願いします", GEARS),
        ("眼科に納めた看板のことでお電話しました", PRINTER),
        ("フロントガラスの部品をお願いします", GEARS),
        ("学校の配布物の印刷をお願いしたいんですが", PRINTER),
        ("営業をお願いします", GEARS),
    ],
)
def test_a_desk_of_ours_or_a_customer_of_that_trade_is_not(said: str, ours: str) -> None:
    assert not misplaced(said, ours)
