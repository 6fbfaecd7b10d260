"""How sure a word is: a probability that grows with what speaks for the word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voice.engines.calibration import Signs, sure, weights

SHARES = st.none() | st.floats(0, 1)
BAD = st.floats(-50, 5)
CLEAR = 3.0
"""The free loop's score per phoneme where every sound is plain."""


@given(
    SHARES, BAD, BAD, st.integers(0, 40), st.sampled_from(("digit", "surname", "+surname", "answer", "", "other")), BAD
)
def test_any_signs_give_a_probability(
    share: float | None, margin: float, own: float, size: int, label: str, clear: float
) -> None:
    assert 0.0 <= sure(Signs(share, margin, own, size, label, clear)) <= 1.0


@given(st.floats(0.01, 0.98), BAD, BAD, st.sampled_from(("digit", "surname", "staff", "answer")), BAD)
def test_a_word_with_fewer_rivals_or_a_better_fit_is_surer(
    share: float, margin: float, own: float, label: str, clear: float
) -> None:
    first = sure(Signs(share, margin, own, 4, label, clear))
    assert sure(Signs(share + 0.01, margin, own, 4, label, clear)) >= first
    assert sure(Signs(share, margin + 0.1, own, 4, label, clear)) >= first
    assert sure(Signs(share, margin, own + 0.1, 4, label, clear)) >= first


def test_a_clear_digit_is_sure_and_a_bad_fit_is_not() -> None:
    assert sure(Signs(0.99, -0.5, -0.2, 4, "digit", CLEAR)) > 0.9
    assert sure(Signs(0.5, -4.0, -4.0, 4, "digit", CLEAR)) < 0.2
    assert sure(Signs(0.99, -1.0, -0.8, 4, "digit", CLEAR - 3)) < sure(Signs(0.99, -1.0, -0.8, 4, "digit", CLEAR))


def test_the_table_names_what_it_weighs() -> None:
    assert {"one", "share", "margin", "own"} <= set(weights())
