"""The lines of golden calls in which an operator has a part, and what a company may say of its operators."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from bot.company.rules import Span
from bot.dialogue import handover
from bot.dialogue.events import Event, HandedBack, NobodyTook, OperatorSaid, OperatorsRung, PutOnHold, TakenOver
from bot.dialogue.state import State
from bot.operator_lines import RING_SECONDS, operator_event, rings
from nlu.meaning import Reason
from tests.at_console import MINATO
from tests.dialogues import TUESDAY_AFTERNOON

HOUR = 3600.0


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("[応答 佐藤]", TakenOver(1.0, "佐藤", "佐藤", "voice")),
        ("[応答 佐藤 文字]", TakenOver(1.0, "佐藤", "佐藤", "text")),
        ("[応答なし]", NobodyTook(1.0, "no_answer")),
        ("[辞退]", NobodyTook(1.0, "declined")),
        ("[回線断]", NobodyTook(1.0, "lost")),
        ("[保留]", PutOnHold(1.0, True)),
        ("[保留解除]", PutOnHold(1.0, False)),
        ("応対> お調べします。", OperatorSaid(1.0, "", "お調べします。", False)),
        ("入力> お調べします。", OperatorSaid(1.0, "", "お調べします。", True)),
        ("[返却 番号を伺う]", HandedBack(1.0, "", "take_number")),
        ("[返却 伝言を承る 「折り返す 午後」]", HandedBack(1.0, "", "take_message", "折り返す 午後")),
        ("[返却 転送 0312345678]", HandedBack(1.0, "", "put_through", "", "0312345678")),
        ("[返却 踊る]", None),
        ("[転送 11 応答]", None),
        ("客> 応対してください", None),
    ],
)
def test_a_line_says_what_an_operator_did(line: str, event: Event | None) -> None:
    assert operator_event(line, 1.0) == event


def test_a_ringing_meets_with_operators_where_no_line_says_otherwise() -> None:
    assert rings([], 1.0) == OperatorsRung(1.0, 2, RING_SECONDS)
    assert rings(["不在"], 1.0) == NobodyTook(1.0, "nobody")


def test_a_script_says_who_is_rung_how_and_when() -> None:
    complaints, others = MINATO.rules.groups
    assert (complaints.console, complaints.operators, complaints.in_turn) == (True, ("sato", "suzuki"), True)
    assert (others.extension, others.in_turn, others.hours) == ("11", False, Span(time(8), time(20)))
    assert MINATO.rules.after_misses
    assert [vip.operator for vip in MINATO.rules.vips] == [True]


@pytest.mark.parametrize(
    ("hours_later", "asked_for", "complaint"),
    [(0.0, "uketsuke", "kujo"), (4.5, "uketsuke", None), (6.5, None, None), (-7.0, None, None)],
)
def test_a_group_takes_calls_in_its_own_hours_or_the_company_s(
    hours_later: float, asked_for: str | None, complaint: str | None
) -> None:
    state = replace(State(), at=TUESDAY_AFTERNOON + hours_later * HOUR)
    way = handover.way(MINATO, state, Reason.OPERATOR)
    assert (way.key if way else None) == asked_for
    way = handover.way(MINATO, state, Reason.COMPLAINT)
    assert (way.key if way else None) == (complaint or asked_for)
