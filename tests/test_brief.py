"""What is said back of a matter: the thing, what is told of it, never words that a receptionist would not repeat."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.reasons.brief import LONGEST, Brief, brief, is_topic

FIGURE = r"[0-9一二三四五六七八九十百千]+"
THINGS = [
    ("見積もりの件です", "見積もり"),
    ("昨日給湯器のことで電話したんですけど", "給湯器"),
    ("では戻られましたらお電話をいただきたいんですが、契約書の件です", "契約書"),
    ("水曜には新しい名簿を送ってくださるって約束だったのに、もう金曜なんですよね", "名簿"),
    ("四月の発表会の会場", "四月の発表会の会場"),
    ("先日お送りした資料の件です", "先日お送りした資料"),
]
TOLD = [
    ("受け取りの日にちを決めたいということで", "受け取りの日にちを決めたい"),
    ("検査の機械が品切れになりまして、別の型でよいかお返事をいただきたいので、お電話をいただけますか",
     "検査の機械が品切れになりまして、別の型でよいかお返事をいただきたい"),
    ("明日の集まり、二時からにしてほしいとお伝えください", "明日の集まり、二時からにしてほしい"),
    ("田辺さんに伝えていただきたいんですが、庭の手入れ、三日でけっこうですと", "庭の手入れ、三日でけっこうです"),
    ("取っ手が外れてしまいまして", "取っ手が外れてしまいました"),
    ("先月の納品書を再発行してもらえますか", "先月の納品書を再発行してほしい"),
    ("おたくの自転車、道にはみ出してるのよ、危ないわよ", "自転車、道にはみ出している"),
    ("今朝そっちに届けるんだけど、道が混んでて、八時って言ってたのが九時半になっちゃうわ",
     "今朝こちらに届けるのですが、道が混んでいて、八時と言っていたのが九時半になってしまう"),
    ("二十日の土曜の朝六時から昼の一時まで、この通りは通れないんですわ",
     "二十日の土曜の朝六時から昼の一時まで、この通りは通れない"),
    ("三十枚ではなくて三十五枚、とお伝えください。戻られたらお電話をいただけますか", "三十枚ではなくて三十五枚"),
    ("今夜の海老が揃わへんねん", "今夜の海老が揃わない"),
    ("数は八百個です。出来上がるまで、どれくらいかかりますか 見積もりをお願いしたいので、お電話をいただけますか",
     "数は八百個です、見積もりをお願いしたい"),
    ("今日の三時の会議で使う図面を直してほしい 外出ですか。金曜にはお戻りですね",
     "今日の三時の会議で使う図面を直してほしい"),
]  # fmt: skip
NOTHING = [
    "",
    "どうもー",
    "大至急なんです",
    "さっきそちらから電話があったみたいで、かけ直したんですけど",
    "お手すきでしょうか",
    "わかりました、かけてみます",
    "じゃあ頼みたいんで電話ください",
    "今度こそお願いしますね",
    "お手数かけます",
    "お昼は出かけるので、二時から三時の間にお電話いただけますか",
]


@pytest.mark.parametrize(("said", "thing"), THINGS)
def test_the_thing_is_named(said: str, thing: str) -> None:
    assert brief(said) == Brief(thing)


@pytest.mark.parametrize(
    "before", ["もしもし", "お世話になっております", "お世話になっております青葉のミイダと申します", "すみません"]
)
def test_dictation_that_sets_no_marks_is_begun_with_the_matter(before: str) -> None:
    assert brief(f"{before}請求書の件でお電話しました折り返しお電話をいただきたいのですが") == Brief("請求書")


@pytest.mark.parametrize(("said", "told"), TOLD)
def test_what_is_told_stands_before_its_quotation(said: str, told: str) -> None:
    assert brief(said) == Brief("", told)


@pytest.mark.parametrize("said", NOTHING)
def test_what_is_no_matter_is_not_said_back(said: str) -> None:
    assert brief(said) == Brief()


def test_loose_speech_is_put_as_a_receptionist_puts_it() -> None:
    said = "子どもの上着を昼前に取りに行くって言ってたんですけど、今日の夕方、六時になりますってお伝えください"
    assert brief(said) == Brief("", "子どもの上着を昼前に取りに行くと言っていたのですが、今日の夕方、六時になります")


@pytest.mark.parametrize(
    "said",
    [
        "下水の工事のお知らせでお電話しました",
        "納品の件です",
        "停電のお知らせがありまして",
        "集まりのことでご連絡いたしました",
    ],
)
def test_a_topic_tells_nothing_of_its_matter(said: str) -> None:
    assert is_topic(said)


@pytest.mark.parametrize(
    "said", ["下水の工事のお知らせで、二十日は断水です", "荷物が壊れていた件です", "", "封筒を百枚お願いします"]
)
def test_what_tells_of_its_matter_is_more_than_a_topic(said: str) -> None:
    assert not is_topic(said)


def test_a_question_is_not_quoted() -> None:
    assert brief("封筒って百枚からでも頼めます") == Brief("封筒")


def test_rough_words_are_not_repeated() -> None:
    assert brief("穴が開いてんだよ、どうしてくれるんだ、責任取れよ").told == "穴が開いている"
    assert brief("ふざけんなよ、三回も言ったのに何も直ってねえだろ").told == ""


@given(st.lists(st.sampled_from([each for each, _ in THINGS + TOLD] + NOTHING), max_size=4).map(" ".join))
def test_what_is_said_back_is_short_and_was_said(said: str) -> None:
    found = brief(said)
    assert len(found.told) <= LONGEST
    assert all(part in said for part in found.thing.split("の"))
    assert set(re.findall(FIGURE, found.told)) <= set(re.findall(FIGURE, said))
