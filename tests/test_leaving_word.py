"""Leaving word: who only says that he wants to is asked for it, and it is told again before the good-bye."""

from __future__ import annotations

import pytest

from bot.company.load import load_script
from bot.dialogue.state import Outcome
from nlu.expected import Ask
from nlu.identity.callers import introduced
from nlu.identity.directory import find_staff
from nlu.meaning import Reason
from nlu.normalize import normalize
from nlu.reasons.brief import brief
from nlu.reasons.gist import gist
from nlu.vocabulary import Person, Vocabulary
from tests.dialogues import SCRIPTS, SMILE, call, ours

HANAMIZUKI = load_script(SCRIPTS / "hanamizuki")
STAFF = Vocabulary(staff=(Person("kurimoto", "栗本", "クリモト", "賢治", "ケンジ", "営業部", "主任"),))

WISHES = [
    "栗本さん会議中ですよね、伝言だけいいですか",
    "栗本さんお留守だと思うんですけど、言づけを頼めますでしょうか",
    "栗本さんは外出中でしょうから、伝言をお願いしたいんですが",
    "栗本さんに一言伝えてもらえますか",
    "栗本さんに伝えてほしいことがありまして",
    "栗本主任に伝言を残したいんですけど",
    "栗本さんにことづけがあるんですが",
]
MATTERS = [
    ("伝言をお願いしていた歯車の件ですが", "伝言をお願いしていた歯車の件"),
    ("栗本さんお休みですよね、明日の納品は中止とお伝えください", "明日の納品は中止とお伝えください"),
    ("明日の十時に伺いますと一言お伝えください", "明日の十時に伺いますと一言お伝えください"),
    ("お休みですよね、土曜日は", "お休みですよね、土曜日は"),
]


def of(said: str) -> str:
    text = normalize(said)
    caller = introduced(text)
    return gist(text, caller.spans, find_staff(text, STAFF, caller.spans).spans)


@pytest.mark.parametrize("wish", WISHES)
def test_a_wish_to_leave_word_is_no_matter_yet(wish: str) -> None:
    assert of(wish) == ""


@pytest.mark.parametrize(("said", "matter"), MATTERS)
def test_what_is_told_beside_such_a_wish_is_kept(said: str, matter: str) -> None:
    assert of(said).startswith(matter)


@pytest.mark.parametrize("wish", WISHES)
def test_whoever_wants_to_leave_word_is_asked_for_it_before_his_number(wish: str) -> None:
    playing = call(SMILE, f"青葉製作所の村井です。{wish}", "はい")
    assert "ご伝言を承ります" in ours(playing)[-1]
    playing.hear("図面は今日の夕方に送りますとだけ伝えてください")
    assert playing.state.expected is not None
    assert playing.state.expected.ask is Ask.NUMBER
    playing.hear("番号は栗本さんがご存じです")
    assert "夕方に送ります" in ours(playing)[-1]
    assert playing.state.outcome is Outcome.MESSAGE


def test_who_leaves_word_for_nobody_by_name_is_asked_for_it_too() -> None:
    playing = call(HANAMIZUKI, "伝言をお願いしたいんですが", "技工所の大木です", "はい")
    assert "ご伝言を承ります" in ours(playing)[-1]
    playing.hear("明日の納品が午後になりますとお伝えください")
    playing.hear("045の111の2222です")
    playing.hear("はい")
    assert "明日の納品が午後になります" in ours(playing)[-1]


@pytest.mark.parametrize(
    "word", ["図面は今日の夕方に送りますとだけ伝えてください", "明日の分はあとで連絡しますって言っておいてください"]
)
def test_word_left_in_place_of_a_number_puts_no_number_off(word: str) -> None:
    playing = call(SMILE, "青葉製作所の村井です。注文書の宛名を書き替えてほしいんです", "はい")
    assert playing.state.expected is not None
    assert playing.state.expected.ask is Ask.NUMBER
    playing.hear(word)
    assert playing.state.facts.number is None
    assert playing.state.facts.purpose is not None
    assert word in playing.state.facts.purpose.value


def test_a_number_told_in_place_of_a_matter_is_a_number() -> None:
    playing = call(SMILE, "青葉製作所の村井です。伝言をお願いしたいんですが", "はい", "03の1234の5678です")
    facts = playing.state.facts
    assert facts.number is not None
    assert facts.number.value == "0312345678"
    assert facts.purpose is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("荷物は受け取ったとだけ伝えてもらえますか", "荷物は受け取った"),
        ("図面は直しましたって一言伝えといて", "図面は直しました"),
        ("鍵は管理人室に預けました、とだけお伝えください", "鍵は管理人室に預けました"),
        ("結構です、図面は月曜に送りますとお伝えください", "図面は月曜に送ります"),
    ],
)
def test_no_more_than_the_word_itself_is_said_back(said: str, told: str) -> None:
    assert brief(said).told == told


@pytest.mark.parametrize(
    "wish",
    [
        "栗本さんに伝えとってほしかことのあるとですけど",
        "栗本さんに伝えといてほしいことがあんねんけど",
        "栗本さんに言うといてくれへんかな",
    ],
)
def test_the_wish_is_one_in_dialect_too(wish: str) -> None:
    playing = call(SMILE, f"青葉製作所の村井です。{wish}", "はい")
    assert playing.state.facts.reason is Reason.MESSAGE
