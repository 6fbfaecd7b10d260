"""What callers tell and ask while somebody is away: kept with the wish for a call, or answered by the schedule."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.company.load import vocabulary
from bot.dialogue import hours
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import Reason, Want
from nlu.reasons.wants import wants
from nlu.understand import understand
from tests.dialogues import SMILE, call, ours

NOW = datetime(2026, 11, 24, 14, 10, tzinfo=hours.TOKYO)


def _purpose(words: str) -> str:
    return understand(Hearing.of(words), Expected(Ask.OFFER), NOW, vocabulary(SMILE)).purpose


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("では木曜にお電話を頂戴できますか。借り入れの更新の書類が、今月末までとなっておりまして", "更新の書類"),
        ("じゃあ戻ったら電話ちょうだい、旅行の積み立ての話って言えばわかるから", "旅行の積み立て"),
        ("では折り返しお願いできますか。先月納めた棚の金具が一つ足りなかったそうで、そのご相談です", "棚の金具"),
        ("戻られましたらお電話ください、試食会の人数が増えそうなんです", "試食会の人数"),
        ("今すぐ連絡取れませんか、厨房の冷蔵庫が止まって肉が傷みそうなんですよ", "冷蔵庫"),
    ],
)
def test_a_matter_told_with_a_wish_is_kept(words: str, told: str) -> None:
    assert told in _purpose(words)


@pytest.mark.parametrize(
    "words",
    [
        "そうですか、急いでるんで、戻り次第お電話いただけますか",
        "お休みですか、でしたら折り返しお電話いただけますか",
        "会議ね、じゃあ終わったら電話ください、いつでもいいんで",
    ],
)
def test_a_wish_alone_tells_no_matter(words: str) -> None:
    assert not _purpose(words)


@pytest.mark.parametrize(
    "words", ["帰ったら電話ちょうだい", "手が空いたら一本電話ちょうだいよ", "お電話を頂戴したいのですが"]
)
def test_chodai_asks_for_a_call(words: str) -> None:
    assert Want.CALLBACK in wants(words)


@pytest.mark.parametrize("words", ["お電話を頂戴しまして", "昨日お電話頂戴した者です", "電話ちょうだいしてましたか"])
def test_a_call_that_was_had_is_not_wished(words: str) -> None:
    assert Want.CALLBACK not in wants(words)


@pytest.mark.parametrize(
    ("words", "human"),
    [
        ("早川です。あの、謝ってほしいとかじゃなくて、ちゃんと見て説明してほしいんです", False),
        ("村井です。機械じゃなくて、人に代わってください", True),
    ],
)
def test_nobody_asks_for_a_human_without_a_word_for_one(words: str, human: bool) -> None:
    meaning = understand(Hearing.of(words), Expected(Ask.NAME), NOW, vocabulary(SMILE))
    assert (meaning.reason is Reason.OPERATOR) is human


@pytest.mark.parametrize("words", ["何時ごろ帰ってくるの", "いつ戻られますか", "何時にお戻りですか"])
def test_when_somebody_is_back_is_told_by_the_schedule_before_anything_was_said_of_it(words: str) -> None:
    playing = call(SMILE, "栗本さんお願いします", "東西物産の川島です", "はい", words)
    assert "戻る予定でございます" in ours(playing)[-1]
    assert not any(entry.answer in line for entry in SMILE.knowledge.entries for line in ours(playing))
