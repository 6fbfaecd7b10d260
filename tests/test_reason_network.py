"""What the network over an opening's pieces says, and what it does with texts of any length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.meaning import Reason, Slots
from nlu.normalize import normalize
from nlu.reasons.judge import judge
from nlu.reasons.linear import load
from nlu.reasons.network import BEGIN, END, MOST, UNKNOWN, log_shares, pieces_of
from nlu.tables import DATA

PIECES = pieces_of(("<s>", "<pad>", "</s>", "<unk>", "▁", "予約", "予", "約"), (0, 0, 0, 0, -2, -3, -4, -4))


def test_a_text_falls_into_its_likeliest_pieces_between_begin_and_end() -> None:
    assert PIECES.of("予約") == [BEGIN, 4, 5, END]
    assert PIECES.of("約予") == [BEGIN, 4, 7, 6, END]
    assert PIECES.of("予鮨") == [BEGIN, 4, 6, UNKNOWN, END]


def test_of_a_long_text_the_first_and_the_last_pieces_are_looked_at() -> None:
    found = PIECES.of("予" * 90 + "約" * 90)
    assert len(found) == MOST
    assert found[:3] == [BEGIN, 4, 6]
    assert found[-2:] == [7, END]


@given(st.text(max_size=600))
@settings(max_examples=60, deadline=None)
def test_the_shares_of_any_text_are_one_together(text: str) -> None:
    shares = np.exp(log_shares(normalize(text)))
    assert shares.shape == (len(Reason),)
    assert shares.sum() == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("明日の夜七時から四名で席を取りたいのですが", Reason.RESERVATION_NEW),
        ("貴社の通信費が安くなるプランのご紹介でお電話しました", Reason.SALES),
        ("頼んだ品がまだ届かないし、折り返しもない、どうなってるんですか", Reason.CHASE),
        ("駐車場は何台停められますか", Reason.QUESTION),
    ],
)
def test_plain_openings_are_told_apart(text: str, reason: Reason) -> None:
    assert list(Reason)[int(log_shares(normalize(text)).argmax())] is reason


def test_the_judge_listens_to_it() -> None:
    assert load(DATA / "reason_weights.npz").network > 0


@pytest.mark.parametrize(
    ("text", "asked", "times"),
    [
        ("来週の金曜の夜七時から四名で予約をお願いしたいんですが", True, 0),
        ("あの赤いののことで、母がこないだそちらで", True, 1),
        ("あの青いののことで、父がこないだそちらで", False, 0),
    ],
)
def test_it_is_asked_only_where_the_signs_are_unsure_and_the_reason_was_asked_for(
    text: str, asked: bool, times: int
) -> None:
    before = log_shares.cache_info().misses
    judge(text, Slots(), asked)
    assert log_shares.cache_info().misses - before == times
