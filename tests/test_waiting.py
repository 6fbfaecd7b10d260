"""What makes a chase: something overdue, asked for before or promised; a trouble or a question alone is none."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.dialogue.state import FrameName
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import Reason
from nlu.reasons.waiting import tells_of_earlier, waits
from nlu.understand import understand
from nlu.vocabulary import Vocabulary
from tests.dialogues import SMILE, call, ours

NOW = datetime(2026, 11, 24, 14, 10)


@pytest.mark.parametrize(
    "said",
    [
        "折り返しのお電話がないんですけど",
        "昨日中に送ってくださるというお話でしたよね",
        "これで三回電話しているんですが",
        "金曜までのお約束でしたよね",
        "ご返事がまだいただけないので催促のお電話です",
    ],
)
def test_an_earlier_call_or_a_promise_is_told(said: str) -> None:
    assert tells_of_earlier(said)


@pytest.mark.parametrize(
    "said",
    [
        "部品がまだ届かないんですが",
        "修理はいつになったら終わりますか",
        "先週お願いした見積もりの件ですが",
        "もう十日になります",
        "その後いかがでしょうか",
    ],
)
def test_what_is_overdue_is_waited_for(said: str) -> None:
    assert waits(said)


@pytest.mark.parametrize(
    "said",
    [
        "資料って、まだ全然まとまってないんですけど、いつまでに出せば間に合いますか",
        "届いた品が頼んだのと違うんですよ、これで二回目です",
        "請求書の宛名の件なんですけど",
        "まだ決めていないんですが相談できますか",
    ],
)
def test_a_question_a_trouble_and_a_matter_are_not(said: str) -> None:
    assert not waits(said)


def test_whoever_asks_on_after_an_answer_does_not_chase() -> None:
    said = Hearing.of("資料って、まだ全然まとまってないんですけど、いつまでに出せば三月の期限に間に合いますか")
    assert understand(said, Expected(Ask.MORE), NOW, Vocabulary()).reason is Reason.QUESTION


@pytest.mark.parametrize(
    "said",
    [
        "三栄家具の室井です。今朝届いたねじ、頼んだのと長さが違うんですよ。これで二回目ですよ、いい加減にして",
        "三峰工業の永瀬です。昨日届いた名刺、電話番号が間違ってるんですよ。明日の展示会で配るのに、どうしてくれるんですか",
    ],
)
def test_a_trouble_is_apologised_for_as_one(said: str) -> None:
    playing = call(SMILE, said)
    assert FrameName.COMPLAINT in playing.state.frames


def test_no_wait_is_apologised_for_that_nobody_told_of() -> None:
    playing = call(SMILE, "請求書の宛名の件なんですけど")
    assert not any("お待たせ" in words for words in ours(playing))
