"""E-mail addresses read aloud, spelled and compared with what a caller repeats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.identity.email import Echo, compare, find_email, readable, reading, spelling

KURIMOTO = "kurimoto@smilecorp.com"
LABEL = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=2, max_size=10)
ADDRESS = st.builds("{}@{}.{}".format, LABEL, LABEL, st.sampled_from(["com", "co.jp", "jp", "net"]))


def test_what_can_be_read_aloud() -> None:
    assert readable(KURIMOTO)
    assert not readable("kurimoto")
    assert not readable("栗本@smilecorp.com")
    assert not readable("a@b@c.jp")
    assert not readable("x" * 60 + "@smilecorp.com")


def test_read_as_it_sounds() -> None:
    assert reading(KURIMOTO) == ("クリモト", "アットマーク", "スマイルコープ", "ドット", "コム")
    assert reading("sales@tsumugi-web.co.jp")[:5] == ("セールス", "アットマーク", "ツムギ", "ハイフン", "ウェブ")
    assert reading("xq@sunada.jp")[0] == "エックス、キュー"


def test_spelled_letter_by_letter() -> None:
    assert spelling("kurimoto@ab.jp")[:2] == ("ケー、ユー、アール、アイ", "エム、オー、ティー、オー")


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("クリモトアットマークスマイルコープドットコムですね", Echo.SAME),
        ("はい、クリモト、アットマーク、スマイルコープ、ドットコムですね、わかりました", Echo.SAME),
        ("栗本アットマークスマイルコープドットコム", Echo.SAME),
        ("kurimotoアットマークsmilecorpドットコム", Echo.SAME),
        ("ケーユーアールアイエムオーティーオー", Echo.SAME),
        ("クリ、エムオーティーオーですね", Echo.SAME),
        ("クリモトですね", Echo.SAME),
        ("クリヤマアットマークスマイルコープドットコム", Echo.DIFFERENT),
        ("ケーユーアールアイエヌオーティーオー", Echo.DIFFERENT),
        ("クリモトアットマークスマイルドットコム", Echo.DIFFERENT),
        ("クリハラですか", Echo.DIFFERENT),
        ("はい、メモしました", Echo.UNCLEAR),
        ("もう一度お願いします", Echo.UNCLEAR),
        ("すみません、ペンがなくて", Echo.UNCLEAR),
        ("", Echo.UNCLEAR),
    ],
)
def test_compare(text: str, worth: Echo) -> None:
    assert compare(KURIMOTO, text) is worth


def test_a_second_account_may_be_the_right_one() -> None:
    assert compare(KURIMOTO, "クリヤマ", kana="クリモト") is Echo.SAME


@given(ADDRESS)
def test_an_echo_of_what_was_read_is_the_same(email: str) -> None:
    assert compare(email, "", kana="".join(reading(email)).replace("、", "")) is Echo.SAME
    assert compare(email, "", kana="".join(spelling(email)).replace("、", "")) is Echo.SAME


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("メールは kurimoto@smilecorp.com です", KURIMOTO),
        ("クリモトアットマークスマイルコープドットコムです", KURIMOTO),
        ("エーアットマークつむぎドットシーオードットジェーピー", "a@tsumugi.co.jp"),
        ("はい、そうです", None),
    ],
)
def test_find_email(text: str, email: str | None) -> None:
    assert find_email(text) == email
