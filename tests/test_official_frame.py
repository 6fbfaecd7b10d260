"""Courts, police, tax offices, lawyers: the gist, the numbers, the deadline; never where anybody is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.company.schedule import found
from bot.dialogue import official
from bot.dialogue.state import Captured, FrameName, Outcome
from bot.golden import Playing
from nlu.meaning import Reason
from tests.dialogues import TUESDAY_AFTERNOON
from tests.grave import KAEDE, SMILE, call, ours

COURT = "東京地方裁判所の書記官の田中と申します 給与の差し押さえの件でお電話しました"


def details(playing: Playing) -> dict[str, str]:
    return dict(playing.state.facts.details)


def test_everything_a_court_leaves_is_kept_and_read_back() -> None:
    playing = call(
        SMILE, COURT, "はい", "令和8年 ル 第1234号です", "03の1234の5678 内線の205です", "はい", "12月4日までです"
    )
    last = ours(playing)[-1]
    assert "第1234号" in last
    assert "十二月四日金曜日" in last
    assert "205" in last
    playing.hear("はい")
    assert playing.state.outcome is Outcome.MESSAGE
    assert playing.state.facts.callback_promised
    assert details(playing) == {"照会番号": "令和8年 ル 第1234号", "期限": "十二月四日金曜日まで"}


def test_a_deadline_that_is_corrected_is_read_back_again() -> None:
    playing = call(SMILE, COURT, "はい", "番号はありません", "03の1234の5678です", "はい", "12月4日までです")
    playing.hear("いえ 12月7日までです")
    assert "十二月七日月曜日" in ours(playing)[-1]
    playing.hear("はい")
    assert details(playing)["期限"] == "十二月七日月曜日まで"


def test_a_way_to_reach_somebody_is_told_as_far_as_the_script_allows_and_is_no_reference() -> None:
    playing = call(SMILE, "法務局の手塚と申します 申請の補正の件で 営業の栗本さんをお願いします", "はい")
    playing.hear("本日の五時までに必要でして、ご連絡の取れる方法はございますか")
    assert "kurimoto@smilecorp.example" in ours(playing)[-1]
    playing.hear("はい 控えました")
    assert details(playing) == {"期限": "十一月二十四日火曜日の午後五時まで"}


def test_a_deadline_is_no_reference() -> None:
    playing = call(SMILE, COURT, "はい", "あさっての五時までに必要なんですけど")
    assert "照会番号" not in details(playing)


def test_what_was_said_unasked_is_not_asked_for() -> None:
    playing = call(
        SMILE, "横浜地方検察庁の原と申します 令和8年検第52号の件で お電話を今月三十日までにいただきたいのですが", "はい"
    )
    assert official.REFERENCE not in playing.state.asked
    assert details(playing)["照会番号"].endswith("号")


@pytest.mark.parametrize(
    "words", ["石田さんは今どちらにいらっしゃいますか", "石田さんのご自宅の住所を教えてください", "今どこにいますか"]
)
def test_nothing_is_said_of_where_anybody_is(words: str) -> None:
    playing = call(SMILE, "みやま法律事務所の桐生と申します 御社の石田さんの件でお電話しました", "はい", words)
    told = "".join(ours(playing))
    away = found(SMILE, next(each for each in SMILE.staff if each.key == "ishida"), TUESDAY_AFTERNOON)
    assert away.state == "外出"
    assert "外出" not in told
    assert "午後四時" not in told
    assert "お答えいたしかねます" in ours(playing)[-1]


def test_a_text_that_is_read_out_is_not_taken_down() -> None:
    playing = call(SMILE, COURT, "はい", "では通知書を読み上げますので書き取ってください")
    assert "要点を申し伝えます" in ours(playing)[-1]


def test_the_reference_is_asked_for_twice_at_most() -> None:
    playing = call(
        SMILE,
        COURT,
        "はい",
        "石田さんは今どちらにいらっしゃいますか",
        "では読み上げますので控えてください",
        "石田さんの自宅の住所は",
    )
    assert playing.state.asked.count(official.REFERENCE) == 2


def test_an_emergency_goes_to_a_person_before_any_question() -> None:
    words = "丘の上警察署の三島です 御社の社員の方が交通事故にあわれて 至急ご連絡したいのですが"
    playing = call(SMILE, words, transfers=["応答なし"])
    assert playing.lines[-2] == "[転送 11 応答なし]"
    playing.hear("はい")
    playing.hear("042の111の0110です")
    playing.hear("はい")
    assert playing.state.outcome is Outcome.MESSAGE
    assert official.REFERENCE not in playing.state.asked
    assert official.DEADLINE not in playing.state.asked


def test_the_person_asked_for_is_put_through_if_at_the_desk() -> None:
    playing = call(SMILE, "税務署の大槻と申します 源泉所得税の件で西川様はいらっしゃいますか", "はい")
    assert playing.lines[-1] == "[転送 11 応答]"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("税務署の望月と申します 栗本様はいらっしゃいますか", Reason.OFFICIAL),
        ("年金事務所の小出です 営業の栗本さんをお願いします", Reason.OFFICIAL),
        ("保健所の船越と申しますが 栗本さんいらっしゃいますか", Reason.OFFICIAL),
        ("北消防署の大森です 社長の西川様お願いできますか", Reason.OFFICIAL),
        ("市役所の納税課の森と申します 西川様はおいででしょうか", Reason.OFFICIAL),
        ("さくら法律事務所の稲村です 栗本さんはいらっしゃいますか", Reason.PERSON),
        ("弁護士の小沢と申します 西川様をお願いいたします", Reason.PERSON),
    ],
)
def test_an_authority_calls_as_one_whomever_it_asks_for(words: str, reason: Reason) -> None:
    assert call(SMILE, words, "はい").state.facts.reason is reason


def test_the_head_of_the_company_is_somebody() -> None:
    at_ten = TUESDAY_AFTERNOON - 4 * 3600.0
    playing = call(KAEDE, "労働基準監督署の大槻と申します 代表者の方をお願いします", "はい", at=at_ten)
    assert playing.lines[-1] == "[転送 10 応答]"


def test_two_heads_are_nobody() -> None:
    twins = replace(KAEDE, staff=(*KAEDE.staff, replace(KAEDE.staff[0], key="other", extension="99")))
    playing = call(twins, "労働基準監督署の大槻と申します 代表者の方をお願いします", "はい")
    assert not any(line.startswith(("[転送 10", "[転送 99")) for line in playing.lines)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("東京地方裁判所", True),
        ("丘の上警察署", True),
        ("みやま法律事務所", True),
        ("北税務署", True),
        ("スマイル企画", False),
    ],
)
def test_an_office_is_known_by_its_name(name: str, is_one: bool) -> None:
    assert official.is_office(Captured("", name)) is is_one


def test_an_office_that_is_told_later_is_one_all_the_same() -> None:
    playing = call(SMILE, "石田さんをお願いします", "みやま法律事務所の桐生と申します")
    assert playing.state.frames[-1] is FrameName.OFFICIAL
    assert FrameName.PERSON not in playing.state.frames
