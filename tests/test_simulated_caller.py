"""The simulated caller: what it says to what it is asked, offered and read back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.simulation.caller import answer
from bot.simulation.questions import kind_of
from bot.simulation.turns import Memory, Reply, Role, role_of
from nlu.expected import Ask, Expected
from tests.written_calls import BOOKING, MESSAGE, SELLER, expecting


def said(role: Role, words: str, asked: Expected | Ask | None = None, memory: Memory | None = None) -> Reply:
    expected = Expected(asked) if isinstance(asked, Ask) else asked
    return answer(role, memory or Memory(), words, expected)[1]


ROLE = role_of(MESSAGE)


@pytest.mark.parametrize(
    ("words", "ask", "reply"),
    [
        ("お電話番号をお願いいたします。", Ask.NUMBER, "03の5512の3488です"),
        ("どういったご用件でしょうか。", Ask.PURPOSE, "額の寸法を決めたいという件です"),
        ("折り返しお電話を差し上げましょうか。", Ask.OFFER, "あ、出張ですか。それでは折り返しお電話をいただけますか"),
        ("はい、か、いいえ、でお答えください。", Ask.OFFER, "はい、お願いします"),
        ("三宅のメールアドレスをご案内いたしましょうか。はい、か、いいえ、で。", Ask.OFFER, "いえ、結構です"),
        ("お名前をお願いいたします。", Ask.NAME, "額縁の和田の和田です"),
        ("御社名をお願いいたします。", Ask.COMPANY, "額縁の和田"),
        ("どちらの者でしょうか。", Ask.STAFF, "店長の三宅さん"),
        ("一文字ずつお願いいたします。", Ask.KANA, "ワ、ダ"),
    ],
)
def test_the_caller_answers_what_it_is_asked(words: str, ask: Ask, reply: str) -> None:
    assert said(ROLE, words, ask).text == reply


def test_news_is_taken_up_when_it_is_heard_and_not_before() -> None:
    lines = ["和田です。三宅さんお願いします", "お休みですか。それでは額の件とお伝えください", "失礼します"]
    role = role_of({**MESSAGE, "turns": lines})
    assert said(role, "どういったご用件でしょうか。", Ask.PURPOSE).text == role.fact("purpose")
    told = "あいにく三宅は、本日は休みをいただいております。お電話番号をお願いいたします。"
    assert said(role, told, Ask.NUMBER).text == lines[1]


@pytest.mark.parametrize(
    ("line", "words", "said_then"),
    [
        ("戻られましたらお電話を頂戴したいんですが、額縁のことで", "折り返しお電話を差し上げましょうか。", True),
        ("なんだ、じゃあ額縁のことで電話くれって言っといて", "折り返しお電話を差し上げましょうか。", True),
        ("額縁は木でとお伝え願えますか、お願いします", "ご伝言を承りましょうか。", True),
        ("戻られましたらお電話を頂戴したいんですが、額縁のことで", "メールアドレスをご案内いたしましょうか。", False),
        ("昨日お電話をいただいた額縁の件です", "折り返しお電話を差し上げましょうか。", False),
    ],
)
def test_an_offer_is_taken_by_the_line_that_wishes_for_it(line: str, words: str, said_then: bool) -> None:
    role = role_of({**MESSAGE, "turns": ["和田です。三宅さんお願いします", "はい、そうです", line, "失礼します"]})
    assert (said(role, words, Ask.OFFER).text == line) is said_then


@pytest.mark.parametrize(
    ("company", "private"),
    [
        ("個人です", True),
        ("いや個人だよ", True),
        ("いえ、個人です", True),
        ("個人事業の和田屋", False),
        ("和田商店", False),
    ],
)
def test_who_has_no_company_says_so_in_many_ways(company: str, private: bool) -> None:
    assert role_of({**MESSAGE, "caller": {**MESSAGE["caller"], "company": company}}).private is private


def test_a_line_is_said_once_and_then_the_fact_plainly() -> None:
    memory, first = answer(ROLE, Memory(), "お電話番号をお願いいたします。", Expected(Ask.NUMBER))
    memory, again = answer(ROLE, memory, "もう一度お願いいたします。", Expected(Ask.NAME))
    _, plainly = answer(ROLE, memory, "もう一度、お名前をお願いいたします。", Expected(Ask.NAME))
    assert (first.text, again.text, plainly.text) == ("03の5512の3488です", "額縁の和田の和田です", "ワダです")


def test_the_caller_corrects_what_is_read_back_wrongly_and_gives_in_at_last() -> None:
    right = Expected(Ask.CONFIRM_NUMBER, number="0355123488")
    assert said(ROLE, "03-5512-3488。以上でよろしいでしょうか。", right).text == "はい、合っています"
    false = Expected(Ask.CONFIRM_NUMBER, number="0355123489")
    memory, replies = Memory(), []
    for _ in range(4):
        memory, reply = answer(ROLE, memory, "03-5512-3489。以上でよろしいでしょうか。", false)
        replies.append(reply.text)
    assert replies[:3] == ["いえ、違います。03の5512の3488です"] * 3
    assert replies[3].startswith("はい")
    name = Expected(Ask.CONFIRM_CALLER, name="ワタ", company="ガクブチノワダ")
    assert said(ROLE, "ワタ様でいらっしゃいますね。", name).text == "いえ、ワダです"
    assert said(ROLE, "ワダ様でいらっしゃいますね。", replace(name, name="ワダ")).text == "はい"
    firm = Expected(Ask.CONFIRM_CALLER, name="ワダ", company="ハクブツカン")
    assert said(ROLE, "ワダ様でいらっしゃいますね。", firm).text == "いえ、額縁の和田です"


def test_a_time_that_is_read_back_is_held_against_the_one_wanted() -> None:
    role = role_of(BOOKING)
    full = "十二月二日の午前十時は埋まっております。午前十一時でしたら空いておりますが、いかがでしょうか。"
    assert said(role, full, Ask.OFFER).text == "じゃあ十一時でお願いします"
    read = "十二月二日水曜日、午前十一時、三名様でよろしいでしょうか。"
    assert said(role, read, Ask.OFFER, Memory(frozenset({0, 1, 2}))).text == "はい、大丈夫です"
    wrong_party = "十二月二日水曜日、午前十一時、二名様でよろしいでしょうか。"
    assert said(role, wrong_party, Ask.OFFER, Memory(frozenset({0, 1, 2}))).text != "はい、大丈夫です"
    wrong_day = "十二月三日木曜日、午前十一時、三名様でよろしいでしょうか。"
    assert "十二月二日" in said(role, wrong_day, Ask.OFFER, Memory(frozenset({0, 1, 2, 3}))).text
    assert said(role, "初めての方でいらっしゃいますか。", Ask.DETAIL).text == "初めてです"
    assert said(role, "何名様でしょうか。", Ask.PARTY).text == "三人です"


def test_the_caller_does_not_say_the_same_for_ever() -> None:
    memory, replies = Memory(), []
    for _ in range(6):
        memory, reply = answer(ROLE, memory, "どちらの者でしょうか。", Expected(Ask.STAFF))
        replies.append(reply)
    assert [reply.text for reply in replies[:3]] == ["店長の三宅さん"] * 3
    assert replies[3] == Reply("staff", "もう結構です", over=True)


def test_a_question_that_is_put_back_is_the_one_that_was_asked_or_not() -> None:
    asked = Memory(last="焼き増しって一枚おいくらなんですか")
    offer = "恐れ入ります、『{}』とのお尋ねでよろしいでしょうか。"
    assert said(ROLE, offer.format("焼き増しの料金を教えてください"), Ask.OFFER, asked).text == "はい、そうです"
    assert said(ROLE, offer.format("駐車場はありますか"), Ask.OFFER, asked).text == f"いえ、{asked.last}"
    plainly = "恐れ入りますが、焼き増しはいくらですか、とのお尋ねでよろしいでしょうか。"
    assert said(ROLE, plainly, Ask.OFFER, asked).text == "はい、そうです"


def test_which_number_the_caller_lets_be_used() -> None:
    offer = "今おかけの番号でよろしいでしょうか。"

    def reply(number: str, policy: str, shown: str = "0312345678") -> str:
        caller = {**MESSAGE["caller"], "number": number} | ({"number_policy": policy} if policy else {})
        row = {**MESSAGE, "caller": caller, "caller_id": shown, "turns": MESSAGE["turns"][:1]}
        return said(role_of(expecting(row, number="" if policy else "0355123488")), offer, Ask.CALLER_ID).text

    assert reply("03の5512の3488です", "") == "いえ、03の5512の3488です"
    assert reply("03の5512の3488です", "", shown="0355123488") == "はい、それでお願いします"
    assert reply("今かけている番号です", "caller_id") == "はい、それでお願いします"
    assert reply("言いたくありません", "refuse") == "言いたくありません"


def test_the_caller_presses_its_number_where_it_is_asked_to() -> None:
    asked = "お手数ですが、お電話のボタンで番号を押して、最後にシャープを押してください。"
    assert said(ROLE, asked, Ask.NUMBER) == Reply("buttons", press="0355123488#")


def test_who_sells_insists_and_others_hang_up() -> None:
    bye = "お電話ありがとうございました。失礼いたします。"
    assert said(ROLE, bye, Ask.CLOSING) == Reply("closing", "よろしくお願いします", over=True)
    seller = role_of(SELLER)
    memory, first = answer(seller, Memory(), bye, Expected(Ask.CLOSING))
    _, last = answer(seller, memory, bye, Expected(Ask.CLOSING))
    assert first == Reply("closing", "一分だけお時間をいただけませんか")
    assert last == Reply("closing", "では失礼します", over=True)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("かしこまりました。お電話番号をお願いいたします。", "number"),
        ("和田様でいらっしゃいますね。", "confirm"),
        ("03-5512-3488。以上でよろしいでしょうか。", "confirm"),
        ("ほかにご不明な点はございますか。", "more"),
        ("お電話ありがとうございました。失礼いたします。", "closing"),
        ("何名様でいらっしゃいますか。", "party"),
        ("三宅から折り返しお電話を差し上げましょうか。", "offer"),
        ("", "silence"),
    ],
)
def test_the_question_is_known_by_its_words_alone(words: str, kind: str) -> None:
    assert kind_of(words, None) == kind


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.none() | st.sampled_from(Ask)), max_size=12))
def test_no_words_make_the_caller_fall_over(turns: list[tuple[str, Ask | None]]) -> None:
    for row in (MESSAGE, BOOKING, SELLER):
        role, memory = role_of(row), Memory()
        for words, ask in turns:
            memory, _ = answer(role, memory, words, Expected(ask) if ask else None)
        said_lines = [number for number in memory.said if number]
        assert len(said_lines) < len(role.lines), "no line is said twice"
