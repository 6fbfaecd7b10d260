"""An urgent opening is known by what it tells, with or without a word of hurry; what only sounds like one is none."""

from __future__ import annotations

from datetime import datetime

import pytest

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.reasons.urgency import urgency
from nlu.understand import understand
from nlu.vocabulary import Vocabulary

NOW = datetime(2026, 11, 24, 14, 10)


def urgent(said: str, ask: Ask = Ask.OPENING) -> bool:
    return understand(Hearing.of(said), Expected(ask), NOW, Vocabulary()).urgent


@pytest.mark.parametrize(
    "said",
    [
        "至急、栗本さんから折り返しお電話をいただけますか",
        "倉庫の裏が燃えています",
        "母が息をしていないんです、どうしたらいいですか",
        "天井から水が落ちてきて床が水浸しです",
        "面接まであと五分しかないのに建物の入り口が見つかりません",
        "このままだと明日の会議に間に合わないんで、今日中に電話ください",
        "月曜の開店に間に合わないので困ります",
        "地下で電車が止まってしまって、二時の診察を四時にずらしてもらえませんか",
        "新幹線が止まって動けないんですけど、今夜の宿はどうしたらいいですか",
        "電車が遅れてて五時の受付に間に合いそうにないんです、まだ入れますか",
        "日曜の法事に間に合わないので、土曜までに何とかしてもらえませんか",
    ],
)
def test_urgent_calls(said: str) -> None:
    assert urgent(said)


@pytest.mark.parametrize(
    "said",
    [
        "急ぎませんので来週お電話ください",
        "お急ぎのところすみません、総務の方をお願いします",
        "火災保険の証明書はどこでもらえますか",
        "救急箱の中身を見直したいので見積もりをください",
        "停電のときはエレベーターは動きますか",
        "二十五日の支払いに間に合わないので、月末に振り込みます",
        "引き落としに給料が間に合わないんで、三十日に自分で払いますって伝えてください",
        "締め切りに間に合わなかったので、次の回に申し込みます",
        "今週の便に間に合わないんで、来週の便で送ります",
        "入荷が月末に間に合わないので、来月の五日にお届けいたします",
        "今日の四時半からの数学なんですけど、電車が止まってて、三十分ぐらい遅れちゃうんで、先生に伝えといてもらえますか",
        "新幹線が遅れてるので会議には一時間遅れて行きますと、企画の方に言っておいてください",
        "渋滞にはまってまして、納品が二時ごろになると倉庫の方に伝えてください",
        "飛行機が遅れているので、直接会場に向かいますと伝言をお願いします",
    ],
)
def test_calls_that_only_sound_urgent(said: str) -> None:
    assert not urgent(said)


def test_hurry_told_in_an_answer_counts_too() -> None:
    assert urgent("江川です、急いでいるんです", Ask.NAME)
    assert not urgent("江川です", Ask.NAME)


NOWS = ("今", "すぐ", "今日中に", "早く", "急いで", "その場で")
DONE = ("決めて", "返事をして", "手配して", "対応して")
MUST = ("もらわないと困ります", "もらわんとあかん", "もらわにゃならん", "いただかないといけません", "ほしいんです")


@pytest.mark.parametrize("now", NOWS)
@pytest.mark.parametrize("done", DONE)
@pytest.mark.parametrize("must", MUST)
def test_what_must_be_done_now_cannot_wait(now: str, done: str, must: str) -> None:
    assert urgency(f"例の件は{now}{done}{must}")[0]


@pytest.mark.parametrize(
    "text",
    [
        "五時じゃ間に合わねえなあ",
        "それでは間に合わへんのや",
        "夕方までは待てないんですよ",
        "三時までなんて待ってられへん",
    ],
)
def test_what_comes_too_late_cannot_wait(text: str) -> None:
    assert urgency(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "式の日取りを決めてしまいまして",
        "まだ決めてないんです",
        "すぐ決まりました",
        "少しお待ちいただけますか",
        "今日返事がなかったので",
    ],
)
def test_deciding_and_waiting_alone_are_no_hurry(text: str) -> None:
    assert not urgency(text)[0]
