"""The words of a wanted time, as they stand in what callers say first."""

from difflib import SequenceMatcher
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.times.when import wanted_time


def overlaps(one: str, other: str) -> bool:
    """Whether the two have at least half of the longer one in common, without a gap."""
    common = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return 2 * common.size >= max(len(one), len(other))


def test_the_words_of_the_wanted_time_are_found() -> None:
    lines = (Path(__file__).parent / "when.tsv").read_text(encoding="utf-8").splitlines()[1:]
    wrong = []
    for line in lines:
        text, words, kind, *_ = [*line.split("\t"), "", ""]
        found = wanted_time(text, kind == "change")
        if bool(found) != bool(words) or (words and not overlaps(found, words)):
            wrong.append((text, words, found))
    assert not wrong
    assert len(lines) >= 30


@settings(deadline=None)
@given(st.text(max_size=300), st.booleans())
def test_what_is_found_stands_in_the_text(text: str, changing: bool) -> None:
    assert wanted_time(text, changing) in text
