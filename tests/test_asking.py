"""Questions that are not put as such: by the voice alone, in a worker's speech, amid news."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.company import script as company
from bot.company.load import load_script
from bot.company.script import Script
from bot.dialogue.state import FrameName
from nlu.asking import beside_wish, plainly, put_amid, rises
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import Reason
from nlu.understand import understand
from nlu.vocabulary import Entry, Vocabulary
from tests.dialogues import SCRIPTS, call, ours

NOW = datetime(2026, 11, 24, 14, 10)
ENTRIES = (
    Entry(("カードは使えますか", "支払いは現金だけですか"), "お支払いは現金でお願いしております。"),
    Entry(("駐車場はありますか", "車で行けますか"), "店の裏に六台分の駐車場がございます。"),
    Entry(("荷物はどこに下ろせばいいですか", "搬入口はどこですか"), "荷物は、建物の北側の搬入口でお受けしております。"),
    Entry(("犬を連れて行けますか",), "犬は、庭の席でしたらご一緒にお過ごしいただけます。"),
)
SCRIPT = Vocabulary(entries=ENTRIES, beyond=("値引きの約束",))


@pytest.mark.parametrize(
    "words",
    [
        "あ、そうなんですね。支払いってクレジットカードいけます",
        "駐車場って使えます",
        "犬とか連れて行けます",
        "予約って要るの",
        "着替えってある",
        "前の日でもいい",
        "一人で行っても大丈夫",
        "カードは使えます",
    ],
)
def test_the_voice_alone_makes_a_question(words: str) -> None:
    assert rises(words)


@pytest.mark.parametrize(
    "words",
    [
        "はい、いつでもいいです",
        "それでいい",
        "折り返しはいいです",
        "番号はありますので、結構です",
        "もう大丈夫です",
        "夕方はいますから",
        "田中って言います",
        "何時でもいい",
        "お願いします",
    ],
)
def test_what_is_told_or_declined_asks_nothing(words: str) -> None:
    assert not rises(words)


@pytest.mark.parametrize(
    ("words", "clause"),
    [
        ("箱持ってきたんすけど、これどこに下ろせばいいっすか、表は停められないんで", "これどこに下ろせばいいですか"),
        ("配達です、搬入口ってどこっすかね、初めてなんで", "搬入口ってどこですかね"),
        ("荷物をお持ちしました。もうすぐ着きます", ""),
    ],
)
def test_a_question_amid_news_is_seen(words: str, clause: str) -> None:
    assert put_amid(words) == clause


def test_a_workers_word_is_plain() -> None:
    assert plainly("いいっすか、あざっす") == "いいですか、あざっす"


@pytest.mark.parametrize(
    ("words", "ask", "entry"),
    [
        ("あ、そうですか。支払いってカードいけます", Ask.OFFER, 0),
        ("なるほど。駐車場って使えます", Ask.OFFER, 1),
        ("東西運輸ですけど、荷物持ってきたんすけど、どこに下ろせばいいっすか、表は停められないんで", Ask.OPENING, 2),
        ("宅配便です、搬入口ってどこですか、大きい荷物なもんで", Ask.OPENING, 2),
        ("荷物の配達で来たんですけど、駐車場って使えます、二トンなんで", Ask.OPENING, 1),
    ],
)
def test_such_a_question_is_looked_for(words: str, ask: Ask, entry: int) -> None:
    known = understand(Hearing.of(words), Expected(ask), NOW, SCRIPT).known
    assert known is not None
    assert (known.kind, known.entry) == ("entry", entry)


@pytest.mark.parametrize(
    "words",
    ["夕方なら電話は出られます", "いつでもいいです", "今の番号でもいいです", "はい。車で出てますけど携帯は出られます"],
)
def test_an_answer_to_an_offer_is_no_question(words: str) -> None:
    meaning = understand(Hearing.of(words), Expected(Ask.OFFER), NOW, SCRIPT)
    assert meaning.reason is not Reason.QUESTION
    assert meaning.known is None or meaning.known.kind != "entry"


def test_a_couriers_hour_is_not_that_of_orders() -> None:
    """What a clause alone asks for is told only where the entry speaks of a thing that it names."""
    orders = Entry(("注文は何時までですか", "翌日の注文の締め切りは"), "翌日分のご注文は、午後一時まで承っております。")
    words = "氷の配達っすけど、何時までに入ればいいっすか、道が混んでて"
    known = understand(Hearing.of(words), Expected(Ask.OPENING), NOW, Vocabulary(entries=(*ENTRIES, orders))).known
    assert known is None or known.kind != "entry"


def test_a_courier_hears_where_to_go() -> None:
    script = _told(load_script(SCRIPTS / "tsubaki"))
    playing = call(script, "東西運輸ですけど、荷物持ってきたんすけど、どこに下ろせばいいっすか、表は停められないんで")
    assert "北側の搬入口" in ours(playing)[-1]


@pytest.mark.parametrize(
    ("words", "beside"),
    [
        (
            "髪を切りたいんで、予約をお願いしたいんですよ。それから駐車場もあるって聞いたんだけど、どこに停めればいいのかねえ",
            "駐車場もあるって聞いたんだけど、どこに停めればいいのかねえ",
        ),
        ("席の予約をしたいんですけど、あと犬って連れて行けます", "犬って連れて行けます"),
        ("体験の予約を取りたいです。ちなみに支払いはカードで大丈夫ですか", "支払いはカードで大丈夫ですか"),
        ("駐車場はありますか。それと、予約をお願いしたいんですが", "駐車場はありますか"),
        ("予約をしたいんですけど、何日前までにすればいいですか", ""),
        ("予約の変更をお願いしたいんですけど、あとキャンセル料ってかかりますか", ""),
        ("予約をしてるんですけど。駐車場はありますか", ""),
        ("予約をお願いしたいんです。木曜の三時に伺いたくて", ""),
    ],
)
def test_what_is_asked_beside_a_wish_to_book(words: str, beside: str) -> None:
    assert beside_wish(words) == beside


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("それから車で行きたいんだけど、駐車場はあるんですかねえ", "六台分の駐車場"),
        ("ちなみに、支払いってカードいけます", "お支払いは現金"),
        ("それと、値引きってしてもらえますか", "担当の者"),
    ],
)
def test_a_booking_is_taken_and_the_question_beside_it_answered_or_taken_on(asked: str, said: str) -> None:
    script = _told(load_script(SCRIPTS / "ryuunoya"))
    playing = call(script, f"席の予約をお願いしたいんですよ。{asked}")
    assert said in "".join(ours(playing)[1:])
    assert FrameName.RESERVATION in playing.state.frames
    assert playing.state.facts.reason is Reason.RESERVATION_NEW


@pytest.mark.parametrize("words", ["北側の搬入口ですね、あと五分で着きます", "わかりました、そこに下ろします"])
def test_a_courier_who_was_told_where_to_go_is_asked_nothing(words: str) -> None:
    playing = call(
        _told(load_script(SCRIPTS / "tsubaki")), "東西運輸です、荷物はどこに下ろせばいいっすか、大きいんで", words
    )
    assert "お名前" not in ours(playing)[-1]
    assert playing.state.facts.answered


def test_news_of_a_delivery_is_taken_though_a_question_was_answered() -> None:
    words = "わかりました、それと一箱足りないんで明日また伺います"
    playing = call(
        _told(load_script(SCRIPTS / "tsubaki")), "東西運輸です、荷物はどこに下ろせばいいっすか、大きいんで", words
    )
    assert "またご不明な点" not in ours(playing)[-1]


def _told(script: Script) -> Script:
    """The company with the entries of these tests."""
    told = tuple(company.Entry(entry.questions, entry.answer) for entry in ENTRIES)
    knowledge = replace(script.knowledge, entries=told, beyond=SCRIPT.beyond)
    return replace(script, knowledge=knowledge)
