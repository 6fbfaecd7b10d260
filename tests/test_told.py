"""Whether somebody sells, by all that was told so far; and what is asked and done when it shows late."""

from __future__ import annotations

import pytest

from bot.dialogue.state import Outcome
from nlu.meaning import Reason, SalesOutcome
from nlu.reasons.sales import plain_slots
from nlu.reasons.told import judge_answer, judge_told, needs
from tests.dialogues import SMILE, call

PITCH = "今でしたら無料でお試しいただけまして、毎月の電気料金がお安くなるご案内です"
BOSS = "先日の件で大野社長にお伝えいただければと"


def judged(before: str, text: str) -> SalesOutcome:
    return judge_told(before, text, plain_slots(text)).outcome


def test_a_pitch_is_one_wherever_it_comes() -> None:
    assert judged(BOSS, PITCH) is SalesOutcome.CERTAIN


@pytest.mark.parametrize("before", ["先週お借りした部屋の鍵のことで", "ホームページで見た部屋を借りたいんですけど"])
def test_words_that_a_customer_may_say_too_are_no_pitch(before: str) -> None:
    assert judged(before, "無料で見られますか") is not SalesOutcome.CERTAIN


def test_a_need_told_before_speaks_for_a_customer() -> None:
    opening = "家賃なんですけどね、三千円ぐらい下げてもらえたら借りたいんですけど、どうですかね"
    answer = judge_answer(
        opening, "恐れ入りますが、もう少し詳しく伺えますでしょうか。", "だめですかねえ。誰か決められる人います"
    )
    assert answer.outcome is not SalesOutcome.CERTAIN


@pytest.mark.parametrize("text", ["給湯器を直してほしいんですが", "一台借りたいんですけど", "染めるとおいくらですか"])
def test_what_a_customer_needs_is_known(text: str) -> None:
    assert needs(text)


@pytest.mark.parametrize("text", ["土地を買いたいというお客様がいらして", "先ほどかけ直してくださいと言われまして"])
def test_the_needs_of_others_are_none(text: str) -> None:
    assert not needs(text)


def test_an_opening_that_tells_next_to_nothing_is_asked_about() -> None:
    assert judged("", "ちょっとしたご案内なんですけど") is not SalesOutcome.CERTAIN


def test_a_stranger_is_asked_what_it_is_about_before_anything_is_told() -> None:
    playing = call(SMILE, "早川商会の早川です 営業の栗本さんをお願いします", "はい")
    assert playing.lines[-1].endswith("ご用件でしょうか。") or playing.lines[-1].endswith(
        "ご用件でいらっしゃいますか。"
    )
    assert not any("出張" in line for line in playing.lines)


def test_whoever_tells_the_matter_is_not_asked_for_it() -> None:
    playing = call(SMILE, "早川商会の早川です 図面の件で営業の栗本さんをお願いします", "はい")
    assert "出張" in playing.lines[-1]


def test_a_pitch_in_answer_is_refused_and_nothing_told() -> None:
    playing = call(SMILE, "早川商会の早川です 営業の栗本さんをお願いします", "はい", PITCH)
    assert "お断り" in playing.lines[-1]
    assert not any("出張" in line for line in playing.lines)


def test_a_pitch_after_the_number_is_confirmed_is_reported_and_marked() -> None:
    playing = call(
        SMILE, "見積もりの件で伝言をお願いします", "早川商会の早川です", "はい", "03-1234-5678です", "はい", PITCH
    )
    assert playing.state.facts.sales_suspected
    assert playing.state.outcome is Outcome.MESSAGE


def test_a_complaint_after_the_good_bye_is_apologised_for() -> None:
    message = ("見積もりの件で伝言をお願いします", "早川商会の早川です", "はい", "03-1234-5678です", "はい")
    playing = call(SMILE, *message, "何度言っても直らないじゃないですか、いい加減にしてください")
    assert playing.state.facts.reason is Reason.COMPLAINT
    assert "申し訳ございません" in playing.lines[-1]
    assert playing.state.facts.pressing
