"""Whom of the staff a caller means."""

from __future__ import annotations

import pytest

from nlu.identity.directory import find_staff, match
from nlu.vocabulary import Entry, Person, Vocabulary

KURIMOTO = Person("kurimoto", "栗本", "クリモト", "賢治", "ケンジ", "営業部", "主任")
SALES_SATO = Person("sato-sales", "佐藤", "サトウ", "健", "ケン", "営業部")
BOOKS_SATO = Person("sato-books", "佐藤", "サトウ", "香", "カオリ", "経理課")
HEAD = Person("oshiro", "大城", "オオシロ", "剛", "ツヨシ", "", "社長")
STAFF = Vocabulary(
    staff=(KURIMOTO, SALES_SATO, BOOKS_SATO, HEAD), departments=(("営業部", "エイギョウブ"), ("経理課", "ケイリカ"))
)


def key(said: str) -> str:
    staff = find_staff(said, STAFF).staff
    return staff.value if staff else ""


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("営業の栗本さんいらっしゃいますか", "kurimoto"),
        ("栗本をお願いします", "kurimoto"),
        ("栗本主任はいらっしゃいますか", "kurimoto"),
        ("経理の佐藤さんお願いします", "sato-books"),
        ("佐藤健さんをお願いします", "sato-sales"),
        ("社長さんいますか", "oshiro"),
        ("クリモドさんお願いします", "kurimoto"),
    ],
)
def test_one_person_is_meant(said: str, wanted: str) -> None:
    assert key(said) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("栗本いる。大学の同期の黒岩だけど", "kurimoto"),
        ("栗本おる", "kurimoto"),
        ("栗本、まだいないの", "kurimoto"),
        ("もしもし栗本は?", "kurimoto"),
        ("あの、クリモト戻ってる", "kurimoto"),
        ("経理の佐藤出してよ", "sato-books"),
        ("栗本です", ""),
        ("栗本だけど", ""),
        ("駅前の栗本医院ですが", ""),
        ("栗本を探している猫がいる", ""),
    ],
)
def test_friends_call_for_somebody_by_the_bare_name(said: str, wanted: str) -> None:
    assert key(said) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("ワクチンをお願いしたくて、水曜の四時なんですけど", ""),
        ("フィラリアの薬をお願いしたくて", ""),
        ("ヒロセをお願いします", "ヒロセ"),
        ("ミナミをお願いしたくて", "minami"),
    ],
)
def test_what_the_company_offers_is_nobody(said: str, wanted: str) -> None:
    minami = Person("minami", "ミナミ", "ミナミ")
    entry = Entry(("ワクチンはいくらですか",), "ワクチンは五千円で、ミナミが承ります。")
    staff = find_staff(said, Vocabulary(staff=(minami,), entries=(entry,))).staff
    assert (staff.value if staff else "") == wanted


CLINIC = Vocabulary(
    staff=(
        Person("hayakawa", "早川", "ハヤカワ", "哲也", "テツヤ", "診療部", "院長"),
        Person("komiya", "小宮", "コミヤ", "和子", "カズコ", "看護", "看護師長"),
        Person("watanabe", "渡辺", "ワタナベ", "健", "ケン", "数学科", "講師"),
        Person("watanabe_2", "渡辺", "ワタナベ", "結衣", "ユイ", "英語科", "講師"),
        Person("isobe", "磯部", "イソベ", "勝", "マサル", "板場", "大将"),
    ),
    departments=(("数学科", "スウガクカ"), ("英語科", "エイゴカ"), ("診療部", "シンリョウブ")),
)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("小宮師長さん、お手すきでしょうか", "komiya"),
        ("大将いる", "isobe"),
        ("数学の渡辺先生いらっしゃいますか", "watanabe"),
        ("英語の渡辺先生に代わってください", "watanabe_2"),
        ("早川先生からご依頼いただいた資料の件ですが、先生はいらっしゃいますか", "hayakawa"),
    ],
)
def test_a_house_has_titles_and_departments_of_its_own(said: str, wanted: str) -> None:
    staff = find_staff(said, CLINIC).staff
    assert staff is not None
    assert staff.value == wanted


def test_two_of_one_name_are_both_kept() -> None:
    staff = find_staff("佐藤さんをお願いします", STAFF).staff
    assert staff is not None
    assert staff.value == "サトウ"
    assert set(staff.alternatives) == {"sato-sales", "sato-books"}


def test_an_unknown_name_is_nobody() -> None:
    staff = find_staff("木村さんをお願いします", STAFF).staff
    assert staff is not None
    assert (staff.value, staff.alternatives) == ("キムラ", ())


def test_a_near_name_is_not_guessed_between_two() -> None:
    pair = Vocabulary(staff=(Person("kato", "加藤", "カトウ"), Person("gato", "雅藤", "ガトウ")))
    assert match("ガトー", pair).value == "gato"
    assert set(match("カドウ", pair).alternatives) <= {"kato", "gato"}


def test_a_role_stands_for_the_person_in_charge() -> None:
    asked = find_staff("経理のご担当者様をお願いします", Vocabulary())
    assert asked.staff is not None
    assert asked.department is not None
    assert (asked.staff.value, asked.department.value) == ("担当者", "経理")


def test_a_department_may_be_all_that_is_asked_for() -> None:
    asked = find_staff("経理に回してください", STAFF)
    assert asked.staff is None
    assert asked.department is not None
    assert asked.department.text == "経理"


def test_equal_alternatives_name_nobody() -> None:
    assert find_staff("社長か経理の方お願いします", Vocabulary()).staff is None


def test_the_first_choice_counts() -> None:
    assert key("栗本さんか、いなければ佐藤さんをお願いします") == "kurimoto"


def test_customers_and_guests_are_no_staff() -> None:
    assert find_staff("お客様の奥様のお子様が皆様と", Vocabulary()).staff is None


def test_what_somebody_does_is_no_name() -> None:
    assert find_staff("仲居さんが笑って", Vocabulary()).staff is None


def test_the_callers_own_name_is_not_looked_for() -> None:
    said = "栗本ですけど、栗本さんの伝言を聞いて"
    assert find_staff(said, STAFF, ((0, len(said)),)).staff is None
