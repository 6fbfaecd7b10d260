"""A word for somebody stays one, whatever it is about; asking leave for it is no matter; who says しまーす goes."""

from __future__ import annotations

import pytest

from bot.dialogue import sales
from bot.dialogue.state import FrameName
from nlu.meaning import Reason
from nlu.normalize import normalize
from nlu.reasons.gist import gist
from tests.dialogues import SMILE, call, ours


@pytest.mark.parametrize(
    "leave",
    [
        "いいですか",
        "よろしいですか",
        "いいですかね",
        "大丈夫ですか",
        "かまいませんか",
        "今いいですか",
        "頼んでもいいかな",
    ],
)
def test_leave_to_speak_is_no_matter(leave: str) -> None:
    assert not gist(normalize(f"伝言をお願いしたいんですけども、{leave}"), (), ())


@pytest.mark.parametrize(
    "words", ["犬を連れて行ってもいいですか", "ワードのデータでも大丈夫ですか", "犬がいるんですけど、いいですか"]
)
def test_what_is_asked_with_such_words_is_a_matter(words: str) -> None:
    assert gist(normalize(words), (), ()) == words


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("明日お貸しする車なんですが、車の番号が変わりまして、四五一八の車になります", "四五一八"),
        ("明日お届けする部品の箱が二つから三つになりました", "三つ"),
        ("面接の方の履歴書が届きましたので、机に置いてあります", "履歴書"),
    ],
)
def test_a_word_for_somebody_is_passed_on_whatever_it_is_about(word: str, told: str) -> None:
    wish = "栗本さんに伝言お願いしたいんですけども、いいですか"
    playing = call(SMILE, wish, "東西物産の川島です", "はい", word, "0312345678です", "はい")
    assert playing.state.facts.reason is Reason.MESSAGE
    assert {FrameName.DELIVERY, FrameName.APPLICATION}.isdisjoint(playing.state.frames)
    assert told in ours(playing)[-1]


@pytest.mark.parametrize(
    "words", ["わかりました、失礼しまーす", "はーい、失礼しますー", "そうですか、失礼いたしまーす"]
)
def test_who_draws_the_good_bye_out_takes_leave(words: str) -> None:
    assert sales.leaves(words)
