"""What goes over an operator's socket: whatever a browser sends is an order with sensible values, or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.operators.messages import Order, PassOn, Refused, Speak, Take
from bot.operators.wire import Alive, OrderError, read_order, write_news

json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
kinds = st.sampled_from(["Take", "Speak", "SetPresence", "PassOn", "GiveBack", "Listen", "Snapshot", "Alive", "x", ""])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kinds, st.dictionaries(st.sampled_from(["call_id", "mode", "text", "to", "warm", "on", "note"]), json_values))
def test_whatever_a_browser_sends_is_an_order_or_refused(kind: str, fields: dict[str, Any]) -> None:
    order = order_or_why(json.dumps({"kind": kind, **fields}))
    assert isinstance(order, Order | Alive) or order.endswith("。")
    if isinstance(order, Speak):
        assert 0 < len(order.text) <= 500


def order_or_why(text: str) -> Order | Alive | str:
    try:
        return read_order(text)
    except OrderError as error:
        return error.why


@settings(deadline=None)
@given(st.text(max_size=200))
def test_whatever_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(OrderError):
        read_order(text)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 4000,
        "[" * 4000,
        '{"kind":"Speak","call_id":"c","text":"' + "あ" * 501 + '"}',
        '{"kind":"Speak","call_id":"c","text":"\\u0000 \\n"}',
        '{"kind":"Speak","call_id":"c","text":"\\ud800"}',
        '{"kind":"Take","call_id":"c","mode":"shout"}',
        '{"kind":"Take","call_id":"../c","mode":"text"}',
        '{"kind":"Take","mode":"text"}',
        '{"kind":"Listen","call_id":"c","on":"yes"}',
        '{"kind":"PassOn","call_id":"c","to":"a b","warm":true}',
        '{"kind":"SetPresence","presence":"gone"}',
        '{"kind":"Take","call_id":"c","mode":"text","pad":"' + "x" * 4096 + '"}',
    ],
)
def test_orders_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(OrderError):
        read_order(text)


def test_orders_and_news_are_written_as_agreed() -> None:
    assert read_order('{"kind":"Take","call_id":"c1","mode":"voice"}') == Take("c1", "voice")  # type: ignore[arg-type]
    assert read_order('{"kind":"PassOn","call_id":"c1","to":"0312345678","warm":false}') == PassOn(
        "c1", "0312345678", False
    )
    assert read_order('{"kind":"Speak","call_id":"c1","text":" はい、\\nどうぞ "}') == Speak("c1", "はい、 どうぞ")
    assert json.loads(write_news(Refused("c1", "だめです。"))) == {
        "kind": "Refused",
        "call_id": "c1",
        "why": "だめです。",
    }
