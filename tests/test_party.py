"""How many persons: a table of ways to say it, and what must hold of any text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.times.party import find_party, party_change

ONES = "〇一二三四五六七八九"
PIECES = [
    "三人",
    "大人",
    "子ども",
    "二名",
    "と",
    "、",
    "増えて",
    "減って",
    "から",
    "じゃなくて",
    "私と妻",
    "は",
    "十五、",
    "ふたり",
    "5名様",
    "夫婦",
]


def test_what_is_said_of_a_party_is_understood() -> None:
    lines = (Path(__file__).parent / "parties.tsv").read_text(encoding="utf-8").splitlines()
    wrong = []
    for line in lines[1:]:
        text, _, number = line.partition("\t")
        found = find_party(text)
        if (found.value if found else "") != number:
            wrong.append((text, number, found))
    assert not wrong
    assert len(lines) > 100


@settings(deadline=None)
@given(st.integers(1, 99))
def test_digits_and_characters_are_equal(number: int) -> None:
    tens, ones = divmod(number, 10)
    spoken = (("" if tens == 1 else ONES[tens]) + "十" if tens else "") + (ONES[ones] if ones else "")
    for text in (f"{number}名でお願いします", f"{spoken}人です", f"全部で{spoken}名様です"):
        found = find_party(text)
        assert found is not None
        assert found.value == str(number)


@settings(deadline=None)
@given(st.text(max_size=500) | st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_no_text_raises(text: str) -> None:
    found = find_party(text)
    assert found is None or int(found.value) > 0


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("二人増えるんですが大丈夫ですか", 2),
        ("一人減りました", -1),
        ("一人来られなくなって", -1),
        ("五人に増やしたい", 0),
        ("二人目です", 0),
    ],
)
def test_a_party_grows_or_shrinks_by_so_many(text: str, more: int) -> None:
    assert party_change(text) == more
