"""How questions are taken: yes, no, corrections, stalling, and numbers refused or known."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import Answer
from nlu.replies.answers import answer
from nlu.score.asked import expected_of
from nlu.understand import understand
from nlu.vocabulary import Vocabulary

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
        (OFFER, "すみません、よく聞こえません", Answer.REPEAT),
        (OFFER, "声が遠いです", Answer.REPEAT),
        (OFFER, "少々お時間ください", Answer.HOLD),
        (OFFER, "控えますので", Answer.HOLD),
        (Expected(Ask.CLOSING), "大丈夫です、ありがとうございました", Answer.NO),
        (Expected(Ask.CLOSING), "あ、もう一つだけいいですか", Answer.YES),
        (Expected(Ask.NUMBER), "番号は言いたくありません", Answer.REFUSE),
        (Expected(Ask.NAME), "いえ、聞くだけなので", Answer.REFUSE),
        (Expected(Ask.CALLER), "ちょっとお尋ねしただけですので", Answer.REFUSE),
        (Expected(Ask.NAME), "問い合わせだけなんですけど", Answer.REFUSE),
        (Expected(Ask.CALLER), "値段を聞きたいだけなんで", Answer.REFUSE),
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


@pytest.mark.parametrize(
    ("question", "text", "kind"),
    [
        ("ほかにご質問はございますか", "大丈夫です、どうも", Answer.NO),
        ("ほかにご質問はございますか", "あと、もう一点だけ", Answer.YES),
        ("資料をお送りいたしましょうか", "結構です", Answer.NO),
        ("資料をお送りいたしましょうか", "ええ、助かります", Answer.YES),
        ("お届け先は支店でよろしいでしょうか", "はい、結構です", Answer.YES),
        ("お届け先は支店でよろしいでしょうか", "支店で大丈夫です", Answer.YES),
        ("十七時でお取りしてよろしいですか", "五時ですね、お願いします", Answer.YES),
        ("三名様でよろしいでしょうか", "ちょっと主人に聞いてきます、お待ちください", Answer.HOLD),
        ("三名様でよろしいでしょうか", "まだ人数がわからないんです", Answer.UNKNOWN),
        ("三名様でよろしいでしょうか", "え、何名様って言いました", Answer.REPEAT),
        ("十三日の日曜日でございますね", "いや、違いますけど", Answer.NO),
    ],
)
def test_the_question_decides_how_words_are_meant(question: str, text: str, kind: Answer) -> None:
    assert answer(text, expected_of(question)).answer is kind


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("三名様でよろしいでしょうか", "四人に変えてください", "4"),
        ("十七時でお取りしてよろしいですか", "十七時じゃなくて十八時半です", "十八時半"),
        ("数量は二百本でよろしいでしょうか", "二百じゃなくて二千です", "2000"),
        ("お届け先は支店でよろしいでしょうか", "倉庫のほうにお願いします", "倉庫"),
        ("営業の小島あてでございますね", "小島さんじゃなくて児玉さんです", "コダマ"),
        ("お電話番号は、080-5563-2217でございますね", "最後の七は一です", "08055632211"),
        ("お電話番号は、080-5563-2217でございますね", "会社にしてください、〇三の三四四五の六六七八です", "0334456678"),
    ],
)
def test_the_right_value_is_given(question: str, text: str, value: str) -> None:
    meaning = understand(Hearing.of(text), expected_of(question), datetime(2026, 11, 24, 14), Vocabulary())
    assert (meaning.answer, meaning.correction) == (Answer.CORRECT, value)


@pytest.mark.parametrize("expected", [EGAWA, NUMBER, OFFER, ECHO, OWN, Expected(Ask.NUMBER), Expected(Ask.PURPOSE)])
@pytest.mark.parametrize(
    "text",
    [
        "もう一度お願いします",
        "すみません、もう一回",
        "もう一回言ってもらえますか",
        "ゆっくりお願いします",
        "アルファベットで一文字ずつお願いします",
    ],
)
def test_a_wish_to_hear_it_again_is_no_yes_whatever_was_asked(expected: Expected, text: str) -> None:
    assert answer(text, expected).answer is Answer.REPEAT


@pytest.mark.parametrize("text", ["はい、お願いします", "すみません、お願いします", "はい、では"])
def test_a_plain_request_is_no_wish_to_hear_it_again(text: str) -> None:
    assert answer(text, OFFER).answer is Answer.YES


@pytest.mark.parametrize("text", ["公衆電話なんです", "電話番号はありません", "携帯を持ってなくて"])
def test_whoever_has_no_number_is_not_asked_for_it_again(text: str) -> None:
    assert answer(text, Expected(Ask.NUMBER)).answer is Answer.REFUSE


def test_another_number_beside_the_one_that_is_missing_is_a_value() -> None:
    assert answer("携帯はないんですけど、家なら042の555の1234です", Expected(Ask.NUMBER)).answer is not Answer.REFUSE


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
