"""When a caller wants to be called: found in his own words, and not taken for the time of something else."""

from __future__ import annotations

import pytest

from nlu.times.call_hours import call_hours

TOLD = [
    ("四時過ぎにお電話をくださいと伝えてもらえますか。今は会議に入るので", "四時過ぎ"),
    ("お昼は出かけるので、一時から二時の間にお電話いただけますか。見積もりの件です", "一時から二時の間"),
    ("十一時半から十二時なら出られるので、その間に山口さんから電話もらえますか", "十一時半から十二時"),
    ("今日の六時より後に、店長さんから電話をください", "今日の六時より後"),
    ("夕方五時以降でしたら電話に出られます", "夕方五時以降"),
    ("戻ったらまたかけてもらえます、七時ぐらいまでは家におるんで", "七時ぐらいまで"),
    ("はい、合ってます。平日の十時から正午なら出られます", "平日の十時から正午"),
    ("折り返しをお願いします、今から外に出るので四時ごろに", "四時ごろ"),
    ("今から出るので、今日中に責任のある方から電話をください", "今日中"),
    ("二時は無理なので三時に電話ください", "三時"),
]
NOT_TOLD = [
    "昨日の三時にお電話したんですが",
    "三時に会議が始まるから電話ください",
    "来週の打ち合わせの件でお電話ください",
    "三時にお電話をいただいたようで",
    "一時から三時は会議で出られないんです",
    "明日の三時に伺います",
    "水曜の二時に予約したいんですが",
    "",
]
ANSWERS = [
    ("午前中は出てしまうので、一時以降でお願いいたします", "一時以降"),
    ("夜は無理なので、平日の二時から四時の間がいいです", "平日の二時から四時の間"),
    ("はい、三時以降に", "三時以降"),
    ("はい、お願いします。二時までは打ち合わせなので", ""),
]


@pytest.mark.parametrize(("said", "hours"), TOLD)
def test_hours_are_found_beside_the_wish_for_a_call(said: str, hours: str) -> None:
    assert call_hours(said) == hours


@pytest.mark.parametrize("said", NOT_TOLD)
def test_other_times_are_not_taken_for_them(said: str) -> None:
    assert call_hours(said) == ""


@pytest.mark.parametrize(("said", "hours"), ANSWERS)
def test_they_may_be_all_that_is_said_where_a_call_is_offered(said: str, hours: str) -> None:
    assert call_hours(said, asked=True) == hours
