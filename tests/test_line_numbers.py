"""Numbers as carriers write them."""

from __future__ import annotations

import pytest

from voice.lines.numbers import dialled, international, is_extension, is_withheld


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        ("+81312345678", "0312345678"),
        ("+81 90-1234-5678", "09012345678"),
        ("0312345678", "0312345678"),
        ("+14158675310", "01014158675310"),
        ("+266696687", ""),
        ("+86282452253", ""),
        ("anonymous", ""),
        ("Restricted", ""),
        ("client:taro", ""),
        ("sip:0312345678@example.jp", ""),
        ("", ""),
        ("０３１２３４５６７８", ""),
    ],
)
def test_numbers_become_what_can_be_dialled_in_japan(number: str, digits: str) -> None:
    assert dialled(number) == digits


@pytest.mark.parametrize("number", ["", "Unavailable", "+86282452253", "unknown", "+8656696", "+819012345678"])
def test_a_number_that_is_not_known_is_not_kept_back(number: str) -> None:
    assert not is_withheld(number)


@pytest.mark.parametrize(
    ("digits", "number"),
    [
        ("0312345678", "+81312345678"),
        ("09012345678", "+819012345678"),
        ("0120444555", "+81120444555"),
        ("01014158675310", "+14158675310"),
        ("+14158675310", "+14158675310"),
        ("101", ""),
        ("110", ""),
        ("00", ""),
        ("operators", ""),
        ("", ""),
    ],
)
def test_numbers_go_out_in_the_worlds_notation(digits: str, number: str) -> None:
    assert international(digits) == number


def test_short_numbers_are_extensions() -> None:
    assert is_extension("101")
    assert is_extension("*55")
    assert not is_extension("0312345678")
    assert not is_extension("+81312345678")
    assert not is_extension("operators")
