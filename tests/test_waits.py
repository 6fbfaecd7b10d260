"""Whoever holds out a matter is answered, whatever word of waiting stands in it; who asks us to wait is waited for."""

from __future__ import annotations

from datetime import datetime

import pytest

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import Answer
from nlu.understand import understand
from nlu.vocabulary import Vocabulary
from tests.dialogues import SMILE, call, ours


def taken(words: str, ask: Ask) -> Answer | None:
    return understand(Hearing.of(words), Expected(ask), datetime(2027, 2, 19, 10, 0), Vocabulary()).answer


@pytest.mark.parametrize(
    ("words", "ask"),
    [
        ("今日このあと三時から二人で体験ってできますか。雨で予定がなくなって、今急いで探してるんです", Ask.OPENING),
        ("今ちょうど部屋を探してるんですけど、猫と住めるところってありますか", Ask.OPENING),
        ("ネットで調べてみたんですけど載ってなくて、粗大ごみの引き取りはやってますか", Ask.OPENING),
        ("うちの犬が昨日からいなくなって、近所を探してるんですけど、そちらに来てませんか", Ask.OPENING),
        ("見積もりの中身を確認してから決めたいので、先に送ってもらえますか", Ask.PURPOSE),
        ("引っ越しで移動する荷物が冷蔵庫とベッドで、いくらぐらいになりますか", Ask.PURPOSE),
        ("先週頼んだ修理、調べてみますって言われたきりなんですけど、まだですか", Ask.OPENING),
        ("バイトを探してるんです、高校生でも応募できますか", Ask.OPENING),
        ("三十分ほど待ってもらえますか、渋滞で約束の時間に遅れます", Ask.OPENING),
        ("明日の十時に行けなくなって、代わりの日を探してるんですけど", Ask.WHEN),
        ("ペンが書けないんですけど、先週買ったやつで、交換してもらえますか", Ask.OPENING),
        ("急ぎで部品を探してるんです、六角ボルトのエムエイト", Ask.DETAIL),
        ("倉庫の在庫を見てきてもらえますか", Ask.PURPOSE),
        ("仕立て直しができたら電話くれるって聞いて、ずっと待っとるんやけど", Ask.OPENING),
        ("送別会が三人減って二十人になります、お料理はそのままで", Ask.OPENING),
        ("あ、切らないでくださいね、先日の見積もりの返事をもらっていないだけなんです", Ask.OPENING),
        ("ちょっと待って、名刺、名刺。あった、営業の小山さんをお願い", Ask.OPENING),
        ("電話してもいつもお待ちくださいって、もう十日になります", Ask.OPENING),
    ],
)
def test_whoever_holds_out_a_matter_is_not_waited_for(words: str, ask: Ask) -> None:
    assert taken(words, ask) is not Answer.HOLD


@pytest.mark.parametrize(
    ("words", "ask"),
    [
        ("ちょっと手帳見てきます", Ask.WHEN),
        ("今、確認しますから", Ask.PARTY),
        ("診察券探してるんで", Ask.DETAIL),
        ("少々お待ちください", Ask.OPENING),
        ("今スマホで調べますから", Ask.WHEN),
        ("注文番号ですか、今メールを探してるところです", Ask.DETAIL),
        ("主人に聞いてきますので待っててもらえますか", Ask.OFFER),
        ("お待ちいただけますか、家の者に代わります", Ask.NAME),
        ("ちょっと待ってください、子どもが起きちゃって", Ask.OPENING),
        ("在庫の数ですか、倉庫見てきますね", Ask.DETAIL),
        ("何名だったかな、みんなに聞いてみます", Ask.PARTY),
        ("ちょっと待って、主人に聞いてもいいですか", Ask.OFFER),
        ("診察券を取ってきますから、切らずにそのままで", Ask.DETAIL),
        ("すみません、ちょっと時間ください", Ask.WHEN),
    ],
)
def test_who_asks_us_to_wait_or_looks_now_is_waited_for(words: str, ask: Ask) -> None:
    assert taken(words, ask) is Answer.HOLD


WAIT = "はい、お待ちしております。"


@pytest.mark.parametrize(
    "words", ["ちょっと待ってください", "少々お待ちください、今、奥の部屋で書類の入ったファイルを出していますので"]
)
def test_the_same_words_are_not_answered_with_a_wait_again(words: str) -> None:
    said = ours(call(SMILE, "見積もりのことで伝言をお願いしたいんですが", words, words, words))
    assert said[2] == WAIT
    assert WAIT not in said[3:]


def test_another_wish_to_wait_is_waited_for_again() -> None:
    said = ours(call(SMILE, "見積もりの伝言をお願いします", "ちょっと待ってください", "まだ待ってください、人が来て"))
    assert said[2:4] == [WAIT, WAIT]
