"""How questions are taken: yes, no, corrections, stalling, and numbers refused or known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.answers import answer
from nlu.meaning import Answer, Ask, Expected

EGAWA = Expected(Ask.CONFIRM_CALLER, name="エガワ", company="スマイルキカク")
NUMBER = Expected(Ask.CONFIRM_NUMBER, number="09022334455")
OFFER = Expected(Ask.OFFER)
ECHO = Expected(Ask.ECHO, email="kurimoto@smilecorp.com")
OWN = Expected(Ask.CALLER_ID, number="0312345678")


@pytest.mark.parametrize(
    ("expected", "text", "kind"),
    [
        (EGAWA, "はい、そうです", Answer.YES),
        (EGAWA, "ハイソウデス", Answer.YES),
        (EGAWA, "えーと、はい", Answer.YES),
        (EGAWA, "江川です", Answer.YES),
        (EGAWA, "スマイル企画のエガワです", Answer.YES),
        (EGAWA, "間違いありません", Answer.YES),
        (EGAWA, "大丈夫です", Answer.YES),
        (EGAWA, "違います", Answer.NO),
        (EGAWA, "チガイマス", Answer.NO),
        (EGAWA, "え、なんておっしゃいました", Answer.REPEAT),
        (EGAWA, "え?", Answer.REPEAT),
        (EGAWA, "ちょっと待ってください", Answer.HOLD),
        (NUMBER, "はい、合ってます", Answer.YES),
        (NUMBER, "二二三三の四四五五です", Answer.YES),
        (NUMBER, "ちょっとわかりません", Answer.UNKNOWN),
        (OFFER, "はい、お願いします", Answer.YES),
        (OFFER, "お願いします", Answer.YES),
        (OFFER, "いえ、けっこうです", Answer.NO),
        (OFFER, "大丈夫です", Answer.NO),
        (OFFER, "結構です", Answer.NO),
        (OFFER, "電話はいいです", Answer.NO),
        (OFFER, "それでいいです", Answer.YES),
        (OFFER, "またこちらからかけ直します", Answer.NO),
        (OWN, "はい、大丈夫です", Answer.YES),
        (OWN, "いえ、違う番号で", Answer.NO),
        (ECHO, "はい、メモしました", Answer.YES),
        (ECHO, "クリモトアットマークスマイルコープドットコムですね", Answer.YES),
        (ECHO, "クリヤマアットマークスマイルコープドットコムですね", Answer.NO),
        (ECHO, "もう一度お願いします", Answer.REPEAT),
        (ECHO, "ちょっと待って、ペンがない", Answer.HOLD),
        (Expected(Ask.CLOSING), "大丈夫です、ありがとうございました", Answer.NO),
        (Expected(Ask.CLOSING), "あ、もう一つだけいいですか", Answer.YES),
        (Expected(Ask.NUMBER), "番号は言いたくありません", Answer.REFUSE),
        (Expected(Ask.NUMBER), "栗本さんがご存じです", Answer.KNOWN),
        (Expected(Ask.NUMBER), "今かけている番号でお願いします", Answer.CALLER_ID),
        (Expected(Ask.NUMBER), "あとでメールでお知らせします", Answer.LATER),
        (Expected(Ask.NUMBER), "少々お待ちください", Answer.HOLD),
        (Expected(Ask.NUMBER), "〇三の一二三四の五六七八です", None),
        (Expected(Ask.NAME), "江川です", None),
        (Expected(Ask.NAME), "名前は言いたくないです", Answer.REFUSE),
        (Expected(Ask.PURPOSE), "もう一度言ってもらえますか", Answer.REPEAT),
        (Expected(Ask.OPENING), "栗本さんはいらっしゃいますか", None),
    ],
)
def test_kind(expected: Expected, text: str, kind: Answer | None) -> None:
    assert answer(text, expected).answer is kind


@pytest.mark.parametrize(
    ("expected", "text", "words"),
    [
        (EGAWA, "いえ、エガワじゃなくてエガミです", "エガミ"),
        (EGAWA, "エガミです、エガワではなく", "エガミ"),
        (EGAWA, "サイトウではなくサイドウです", "サイドウ"),
        (EGAWA, "エガミなんですけど", "エガミ"),
        (EGAWA, "スマイル企画のエガミです", "エガミ"),
        (EGAWA, "イエサイトウデス", "サイトウ"),
        (ECHO, "いえ、muratsu@aokikiko.jpです", "muratsu@aokikiko.jp"),
        (EGAWA, "コクラって読むんです", "コクラ"),
        (EGAWA, "スマイル企画じゃなくてスマイル計画です", "スマイル計画"),
        (NUMBER, "いえ、最後は六です", "09022334456"),
        (NUMBER, "四四五四です、下四桁", "09022334454"),
        (OWN, "いえ、〇九〇の二二三三の四四五五にお願いします", "09022334455"),
        (OFFER, "明日じゃなくて明後日です", "明後日"),
    ],
)
def test_corrections_give_the_right_words(expected: Expected, text: str, words: str) -> None:
    judged = answer(text, expected)
    assert (judged.answer, judged.correction) == (Answer.CORRECT, words)


def test_nothing_said_is_no_answer() -> None:
    assert answer("", EGAWA).answer is None
    assert answer("えーと", EGAWA).answer in (None, Answer.UNKNOWN)


def test_grounds_and_confidence() -> None:
    judged = answer("はい、そうです", EGAWA)
    assert judged.grounds
    assert judged.confidence > answer("うーん、はあ", EGAWA).confidence


@settings(deadline=None)
@given(st.sampled_from(list(Ask)), st.text(alphabet="はいえ違うエガワじゃなくてです、。一二〇?もう度a@", max_size=24))
def test_any_words_after_any_question(ask: Ask, text: str) -> None:
    judged = answer(text, Expected(ask, "エガワ", "スマイルキカク", "0312345678", "a@b.jp"))
    assert 0.0 <= judged.confidence <= 1.0
    assert not judged.correction or judged.answer is Answer.CORRECT
