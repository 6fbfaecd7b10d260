"""Calls of invented companies from ring to report, by a simulated caller that answers from its facts.

Written for this project to find what the receptionist does not yet do well; they are no measure, for it was tuned to
them. Each of the first must go on coming out right; of those written later, as many as do now: of the strangers', in
two batches, 65 of 104 and 33 of 48 came out right at first, of the newcomers', for four companies more, 28 of 48, of
the visitors', for five, 36 of 60, of the guests', for four, 32 of 48, of the patrons', for eight, 45 of 64, and of
the regulars', for eight more, 20 of 32. The other half of those is kept unread (`unmet`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bot.simulation.score import Scored, read_dialogues, score_dialogues
from tests.written_calls import COMMON

FOLDER = Path(__file__).parent / "data" / "dialogues"

FLOORS = {
    "strangers": 0.92,
    "newcomers": 0.81,
    "visitors": 0.86,
    "guests": 0.87,
    "patrons": 0.92,
    "regulars": 0.84,
}
"""Share that comes out right: 141 of 152, 40 of 48, 54 of 60, 44 of 48, 61 of 64 and 28 of 32 do; understanding is
weighed, and may lose one for another."""

UNREAD = {"unread": 0.8, "unmet": 0.8}
"""Of the unread 55 of 64 came out right at first, of the unmet 27 of 32; as many do after what the others showed was
mended."""


@cache
def results() -> dict[str, Scored]:
    return {scored.id: scored for scored in score_dialogues(FOLDER, COMMON)}


@pytest.mark.parametrize("key", [row["id"] for row in read_dialogues(FOLDER)])
def test_a_call_ends_as_it_should(key: str) -> None:
    scored = results()[key]
    assert not scored.wrong, "\n".join(scored.transcript)


@pytest.mark.parametrize("lot", FLOORS)
def test_calls_written_later_end_as_they_should(lot: str) -> None:
    scored = score_dialogues(FOLDER / lot, COMMON)
    wrong = [f"{each.id}: {'; '.join(each.wrong)}" for each in scored if not each.passed]
    assert 1 - len(wrong) / len(scored) >= FLOORS[lot], "\n".join(wrong)
    assert not [each.id for each in scored if any("loop" in why for why in each.wrong)]


@pytest.mark.parametrize("lot", UNREAD)
def test_calls_that_nobody_has_read_end_as_they_should(lot: str) -> None:
    """Written by somebody who never saw our code, kept unread by us: only how many come out right is ever looked at."""
    scored = score_dialogues(FOLDER / lot, COMMON)
    assert sum(each.passed for each in scored) / len(scored) >= UNREAD[lot]
