"""Telephone numbers found, corrected, grouped and read aloud."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlu.phone import correct, find_number, groups, known, spoken, written
from tests.test_numbers import READINGS

WHOLE = st.from_regex(r"0[0-9]{9,10}", fullmatch=True)
DIGITS = st.text(alphabet="0123456789", min_size=3, max_size=11)


@settings(deadline=None)
@given(DIGITS)
@example("81112000000")
def test_what_is_read_aloud_is_understood_unchanged(number: str) -> None:
    found = find_number(spoken(groups(number)))
    assert found is not None
    assert found.digits == number


@settings(deadline=None)
@given(st.lists(st.text(alphabet="0123456789", min_size=2, max_size=4), min_size=2, max_size=4))
def test_the_callers_own_groups_lose_no_digit(parts: list[str]) -> None:
    number = "".join(parts)
    if len(number) > 11:
        number, parts = "".join(parts[:2]), parts[:2]
    found = find_number("の".join("".join("〇一二三四五六七八九"[int(digit)] for digit in part) for part in parts))
    assert found is not None or len(number) < 3
    assert found is None or found.digits == number


@settings(deadline=None)
@given(st.text(alphabet="0123456789", max_size=14))
def test_groups_keep_every_digit(number: str) -> None:
    assert "".join(groups(number)) == number


@pytest.mark.parametrize(
    ("number", "cut"),
    [
        ("0312345678", "03-1234-5678"),
        ("09033124480", "090-3312-4480"),
        ("0120888214", "0120-888-214"),
        ("0570012345", "0570-012-345"),
        ("0266782205", "0266-78-2205"),
        ("0499221384", "04992-2-1384"),
        ("01234567890", "012-3456-7890"),
        ("2314478", "231-4478"),
        ("3572", "3572"),
    ],
)
def test_groups_by_the_number_plan(number: str, cut: str) -> None:
    assert written(groups(number)) == cut


def test_the_plan_knows_its_numbers() -> None:
    assert known("0312345678")
    assert not known("01234567890")
    assert not known("12")


def test_reading_aloud() -> None:
    assert spoken(("03", "1234", "5678")) == "ゼロサン、イチニーサンヨン、ゴーロクナナハチ"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("はい、ゼロ九ゼロの三三一二の四四八〇です", "09033124480"),
        ("ゼロサンイチニーサンヨンゴーロクナナハチ", "0312345678"),
        ("〇三の、あ、違う、〇六の一二三四の五六七八です", "0612345678"),
        ("〇九〇の一二三四の五六七八、最後は九です", "09012345679"),
        ("〇九〇の一二三四の五六七八、じゃなくて五七六八です", "09012345768"),
        ("〇三の一二三四の五六七八です。もう一度言います、〇三の一二三四の五六七八です", "0312345678"),
        ("〇三の一一から始まって、一一の二二の三三四四です", "0311223344"),
        ("電話は〇三の一二三四の五六七八、ファックスは〇三の一二三四の五六七九です", "0312345678"),
        ("プラス八一九〇の三三一二の四四八〇", "09033124480"),
    ],
)
def test_found(text: str, number: str) -> None:
    found = find_number(text)
    assert found is not None
    assert found.digits == number
    assert found.complete


def test_the_callers_groups_stay() -> None:
    found = find_number("012の3456の7890です")
    assert found is not None
    assert found.groups == ("012", "3456", "7890")


def test_a_number_goes_on_where_it_stopped() -> None:
    first = find_number("〇九〇の三三一二まで")
    assert first is not None
    assert not first.complete
    whole = find_number("四四八〇です", so_far="-".join(first.groups))
    assert whole is not None
    assert (whole.groups, whole.complete) == (("090", "3312", "4480"), True)


def test_area_code_left_out() -> None:
    local = find_number("二三一の四四七八です")
    assert local is not None
    assert (local.digits, local.note, local.complete) == ("2314478", "no_area", False)
    full = find_number("二三一の四四七八です", area_code="042")
    assert full is not None
    assert (full.digits, full.assumed_area, full.complete) == ("0422314478", True, True)


def test_extension() -> None:
    both = find_number("〇三の一二三四の五六七八、内線が四一五です")
    assert both is not None
    assert (both.digits, both.extension) == ("0312345678", "415")
    alone = find_number("内線で、二二一です")
    assert alone is not None
    assert (alone.digits, alone.extension) == ("", "221")


@pytest.mark.parametrize(
    ("number", "text", "right"),
    [
        ("0312345678", "いえ、最後は九です", "0312345679"),
        ("0312345671", "さいごはハチです", "0312345678"),
        ("09012245678", "四じゃなくて七です", "09012275678"),
        ("09012245678", "七です、四じゃなくて", "09012275678"),
        ("0312345678", "下四桁は5679です", "0312345679"),
        ("0422345678", "市外局番は043です", "0432345678"),
        ("0312345678", "真ん中が1334", "0313345678"),
        ("0312345678", "最後の二桁は七九です", "0312345679"),
        ("0312345678", "最後から二番目は八です", "0312345688"),
        ("0312345678", "違います、〇六の一二三四の五六七八です", "0612345678"),
        ("0266782205", "二二〇五のところ、二二五〇です", "0266782250"),
        ("090-9094-4903", "いえ、〇九〇の八〇九四の四九〇三です", "09080944903"),
        ("090-9094-4903", "いえ、〇九〇の九九四の四九〇三です", None),  # a digit was lost: nothing is made of both
        ("0312345678", "はい、合ってます", None),
        ("0312345678", "はい、〇三の一二三四の五六七八です", None),
        ("0312345678", "違います", None),
        ("0312345678", "三時にまたかけます", None),
    ],
)
def test_corrections(number: str, text: str, right: str | None) -> None:
    assert correct(number, text) == right


@settings(deadline=None)
@given(
    st.text(alphabet="03", min_size=10, max_size=11),
    st.text(alphabet="いえ、最後は三じゃなくて四です下桁〇の", max_size=20),
)
def test_a_correction_changes_something_or_nothing(number: str, text: str) -> None:
    assert correct(number, text) != number


@settings(max_examples=400, deadline=None)
@given(st.data(), WHOLE)
def test_any_reading_in_any_grouping_gives_the_same_digits(data: st.DataObject, number: str) -> None:
    sizes = data.draw(st.sampled_from([(3, 4), (2, 4), (4, 2), (3, 3), (5, 1), (4, 3), (2, 2, 2), (11,)]))
    cuts = [min(cut, len(number)) for cut in accumulate(sizes)]
    parts = [number[left:right] for left, right in pairwise([0, *cuts, len(number)]) if left < right]
    between = data.draw(st.sampled_from(["の", "、", "の、", "、えーと、", "の、えー、", " "]))
    said = between.join("".join(data.draw(st.sampled_from(READINGS[digit])) for digit in part) for part in parts)
    lead = data.draw(st.sampled_from(["", "番号は", "はい、", "えっと、", "携帯で、"]))
    found = find_number(lead + said + data.draw(st.sampled_from(["", "です", "になります", "でお願いします"])))
    assert found is not None
    assert found.digits == number
    assert "".join(found.groups) == number


@settings(deadline=None)
@given(
    st.text(max_size=40)
    | st.text(alphabet="〇一二九ゼロのいえ、違すみません最後は内線番を前が三つ千百+-0812です", max_size=40)
)
def test_no_text_makes_it_fall_over(text: str) -> None:
    found = find_number(text, area_code="0266", so_far="090-12")
    assert found is None or "".join(found.groups) == found.digits
    correct("0312345678", text)


@settings(deadline=None)
@given(WHOLE, st.integers(3, 8))
def test_a_number_in_two_turns_is_whole(number: str, cut: int) -> None:
    kanji = "".join("〇一二三四五六七八九"[int(digit)] for digit in number)
    found = find_number(kanji[cut:] + "です", so_far=number[:cut])
    assert found is not None
    assert found.digits == number


@settings(deadline=None)
@given(st.text(alphabet="123456789", min_size=6, max_size=6))
def test_an_area_code_left_out_is_the_members_own_and_says_so(local: str) -> None:
    said = "の".join("".join("〇一二三四五六七八九"[int(digit)] for digit in part) for part in (local[:2], local[2:]))
    found = find_number(said + "です", area_code="0266")
    assert found is not None
    assert (found.digits, found.assumed_area, found.groups[0]) == ("0266" + local, True, "0266")
    assert "area code assumed" in found.remark
    left_out = find_number(said + "です")
    assert left_out is not None
    assert (left_out.digits, left_out.note, left_out.remark) == (local, "no_area", "area code left out")


@pytest.mark.parametrize(
    ("text", "digits", "remark"),
    [
        ("〇三の五二二〇の三〇〇〇です", "0352203000", ""),
        ("〇九九の一二三四の五六七八です", "09912345678", "not in the number plan"),
        ("〇四一二の三四の五六七八です", "0412345678", "not in the number plan"),
        ("〇九〇の三三四五です", "0903345", "not all digits"),
    ],
)
def test_what_the_plan_does_not_know_is_kept_and_marked(text: str, digits: str, remark: str) -> None:
    found = find_number(text)
    assert found is not None
    assert (found.digits, found.remark) == (digits, remark)
    assert found.known is (remark == "")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("東京〇三の、三二二一の、よんよんごーごーです", "0332214455"),
        ("〇四五の八六五の二二一九、最後は〇です、九じゃなくて", "0458652210"),
        ("ゼロ七ゼロの三一二四、すみません三一四二の五九二六です", "07031425926"),
        ("ゼロ三の五五二〇の三三一八に", "0355203318"),
        ("ゼロ九ゼロの五五三八の、ろくろく、あ、しちしち、七七〇一です", "09055387701"),
    ],
)
def test_second_thoughts_and_words_at_the_edges(text: str, digits: str) -> None:
    found = find_number(text)
    assert found is not None
    assert found.digits == digits


SAID_NUMBERS = ("0257の22の3194", "〇九〇の一二三四の五六七八です", "03の1234の5678", "ゼロロクの六五四一の二二七八")
WITHOUT_FIGURES = (
    "ありがとさん",
    "今かけるわ",
    "つかまらなかったら困るから",
    "こっちの番号も頼む",
    "よし、いくよ",
    "奥さんにも言うといて",
    "しち面倒くさいなあ",
    "お客さんに聞かれたんで",
    "おじさんの家です",
    "何しろ急ぐもんで",
    "じゃあ言いますね",
    "会社のほうにお願いします",
    "そしたらこっちに",
    "メモいいですか",
    "はい、わかりました",
    "ご苦労さん",
    "早う出てや",
    "おたくさんに、かけてもろうて",
    "いや、助かります",
)


@given(st.lists(st.sampled_from(WITHOUT_FIGURES), min_size=1, max_size=3), st.sampled_from("、。"), st.data())
@example(["ありがとさん", "今かけるわ", "こっちの番号も頼む"], "、", None)
@example(["しち面倒くさいなあ", "ありがとさん"], "、", None)
@settings(max_examples=200, deadline=None)
def test_words_without_a_figure_add_none(words: list[str], sign: str, data: st.DataObject | None) -> None:
    number = data.draw(st.sampled_from(SAID_NUMBERS)) if data else SAID_NUMBERS[0]
    found, alone = find_number(sign.join([*words, number])), find_number(number)
    assert found is not None
    assert alone is not None
    assert found.digits == alone.digits
