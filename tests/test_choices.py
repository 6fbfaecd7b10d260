"""Answers that hold no value of their own: which of several, any, none, no more, what was wrong."""

from __future__ import annotations

import pytest

from nlu.times import choices


@pytest.mark.parametrize(
    ("words", "count", "place"),
    [
        ("最初のほうで", 2, 0),
        ("じゃあ早いほうでお願いします", 3, 0),
        ("あとのほうで", 2, 1),
        ("二番目でお願いします", 3, 1),
        ("遅い方がいいです", 3, 2),
        ("三つ目で", 2, None),
        ("初めてです", 2, None),
        ("八時で", 2, None),
    ],
)
def test_one_of_several_is_told_by_its_place(words: str, count: int, place: int | None) -> None:
    assert choices.chosen(words, count) == place


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("やっぱりいいです", True),
        ("じゃあ結構です", True),
        ("またかけ直します", True),
        ("少し考えてまた電話します", True),
        ("八時でいいです", False),
        ("それでいいです", False),
        ("四名です", False),
    ],
)
def test_a_wish_is_given_up(words: str, ends: bool) -> None:
    assert choices.gives_up(words) is ends


def test_a_plain_assent_drops_nothing_after_a_yes_or_no_question() -> None:
    assert not choices.drops("いいです")
    assert not choices.drops("大丈夫です")
    assert choices.drops("やっぱりやめておきます")


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("キャンセルしてください", True),
        ("なので、今回はなしにしてもらってもいいですか", True),
        ("じゃあなしでお願いします", True),
        ("その枠は空けてもらって構いませんので", True),
        ("なかったことにしていただけますか", True),
        ("予約は流してもらえますか", True),
        ("ほかの方に回してください", True),
        ("一旦白紙にしてもらえますか", True),
        ("行けないのでお断りしたいんです", True),
        ("ネギなしでお願いします", False),
        ("予約なしでもいいですか", False),
        ("キャンセル料はかかりますか", False),
        ("枠が空いていたらお願いします", False),
        ("飲み放題なしでお願いします", False),
    ],
)
def test_a_booking_is_given_up_in_many_words(words: str, ends: bool) -> None:
    assert choices.cancels(words) is ends


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("一時間ずらせますか", True),
        ("別の日にしてほしいんです", True),
        ("一人増えました", True),
        ("子どもが熱を出しまして", False),
        ("都合がつかなくなりまして", False),
    ],
)
def test_it_is_said_that_a_booking_is_to_be_another(words: str, said: bool) -> None:
    assert choices.moves(words) is said


@pytest.mark.parametrize("words", ["あ、やっぱりそのままでいいです", "キャンセルはしないでください"])
def test_a_booking_is_to_stay(words: str) -> None:
    assert choices.keeps(words)


@pytest.mark.parametrize("words", ["キャンセルしてください", "お願いします", "変えないといけなくて"])
def test_a_booking_is_not_to_stay(words: str) -> None:
    assert not choices.keeps(words)


@pytest.mark.parametrize("words", ["いつでもいいです", "一番早い日で", "何時が空いてますか", "空いてる時間で"])
def test_any_time_will_do(words: str) -> None:
    assert choices.leaves_open(words)


@pytest.mark.parametrize("words", ["どちらもだめですね", "ちょっと難しいです", "別の日にします", "その日しかだめです"])
def test_nothing_offered_suits(words: str) -> None:
    assert choices.none_suits(words)


@pytest.mark.parametrize(
    ("words", "items"),
    [
        ("時間が違います", ("time",)),
        ("名前が違います", ("name",)),
        ("違います", ()),
        ("電話番号が間違ってます", ("number",)),
    ],
)
def test_what_of_a_read_back_is_wrong(words: str, items: tuple[str, ...]) -> None:
    assert choices.wrong(words) == items


@pytest.mark.parametrize(
    ("words", "day", "half"),
    [
        ("明日の七時", True, False),
        ("七時です", False, False),
        ("十九時で", False, True),
        ("夜の七時半", False, True),
        ("今夜", True, True),
        ("来週", True, False),
    ],
)
def test_which_part_of_a_time_was_said(words: str, day: bool, half: bool) -> None:
    assert choices.names_day(words) is day
    assert choices.names_half(words) is half


@pytest.mark.parametrize(
    ("words", "known", "more"),
    [
        ("明日の七時に四名で予約をお願いしたいんですが", ("四名",), False),
        ("予約をお願いします", (), False),
        ("腰が痛くて、明日の午前中に診てもらえますか", (), True),
        ("窓側の席でお願いします", (), True),
    ],
)
def test_words_beyond_the_values_of_a_booking(words: str, known: tuple[str, ...], more: bool) -> None:
    assert choices.says_more(words, *known) is more
