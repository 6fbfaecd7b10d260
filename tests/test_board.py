"""Who has which call: where it rings, who gets it, and what becomes of it when somebody is lost."""

from __future__ import annotations

import pytest

from bot.dialogue.events import HandedBack, NobodyTook, OperatorSaid, OperatorsRung, PutOnHold, TakenOver
from bot.operators import board
from bot.operators.messages import (
    Decline,
    EndCall,
    GiveBack,
    HoldCall,
    Instruction,
    JoinCaller,
    Listen,
    Order,
    PassOn,
    Presence,
    Rang,
    Refused,
    RingStopped,
    SetPresence,
    Speak,
    Take,
    Taken,
    Where,
)
from tests.room import SATO, SUZUKI, TANAKA, TEXT, VOICE, Room, events, news, where


def test_a_call_rings_at_all_who_serve_the_company_and_the_first_click_has_it() -> None:
    room = Room(SATO, SUZUKI, TANAKA)
    room.call()
    rang = room.ring()
    assert [type(each) for each in (*news(rang, "sato"), *news(rang, "suzuki"))] == [Rang, Rang]
    assert not news(rang, "tanaka")
    assert events(rang) == [OperatorsRung(room.now, 2, 20.0)]
    taken = room.order("suzuki", Take("a", VOICE))
    assert events(taken) == [TakenOver(room.now, "suzuki", "鈴木", "voice")]
    assert news(taken, "suzuki") == [Taken("a", VOICE)]
    assert news(taken, "sato") == [RingStopped("a", "taken", "鈴木さん")]
    late = room.order("sato", Take("a", VOICE))
    assert news(late, "sato") == [Refused("a", "鈴木さんが先に応答しました。")]
    assert room.board.calls["a"].operator == "suzuki"


def test_in_turn_it_rings_at_one_after_the_other_and_gives_up_within_a_minute() -> None:
    room = Room(SUZUKI, SATO)
    room.call()
    room.ring(operators=("sato", "suzuki"), in_turn=True, ring_seconds=40.0)
    assert room.board.rings_at("sato") == ("a",)
    assert not room.board.rings_at("suzuki")
    next_ = room.wait(40.0)
    assert news(next_, "sato") == [RingStopped("a", "passed")]
    assert room.board.rings_at("suzuki") == ("a",)
    over = room.wait(20.0)
    assert events(over) == [NobodyTook(room.now, "no_answer")]
    assert room.board.calls["a"].where is Where.RECEPTIONIST


def test_the_longest_idle_is_rung_first() -> None:
    room = Room(SATO, SUZUKI)
    room.call()
    room.order("sato", Take("a", VOICE))
    room.now += 60
    room.order("sato", GiveBack("a", Instruction.CLOSE))
    room.call("b")
    room.ring("b", in_turn=True)
    assert room.board.rings_at("suzuki") == ("b",)


def test_all_decline_and_the_receptionist_goes_on_at_once() -> None:
    room = Room(SATO, SUZUKI)
    room.call()
    room.ring()
    assert not events(room.order("sato", Decline("a")))
    assert events(room.order("suzuki", Decline("a"))) == [NobodyTook(room.now, "declined")]
    assert not room.board.rings_at("sato")


@pytest.mark.parametrize(("presence", "why"), [(Presence.BREAK, "nobody"), (Presence.BUSY, "busy")])
def test_nobody_who_is_not_on_duty_is_rung(presence: Presence, why: str) -> None:
    room = Room(SATO)
    room.order("sato", SetPresence(presence))
    room.call()
    assert events(room.ring()) == [NobodyTook(room.now, why)]


def test_a_break_ends_the_ringing_there() -> None:
    room = Room(SATO, SUZUKI)
    room.call()
    room.ring()
    assert news(room.order("sato", SetPresence(Presence.BREAK)), "sato") == [RingStopped("a", "passed")]
    assert room.board.rings_at("suzuki") == ("a",)


def test_the_caller_hangs_up_and_nothing_rings_any_more() -> None:
    room = Room(SATO, SUZUKI)
    room.call()
    room.ring()
    ended = room.do(board.ended, "a")
    assert news(ended, "sato") == news(ended, "suzuki") == [RingStopped("a", "caller")]
    assert not room.board.calls
    assert news(room.order("sato", Take("a", VOICE)), "sato")[0].__class__ is Refused


def test_capacity_is_counted_by_mode() -> None:
    room = Room(SATO)
    for call_id in "abcde":
        room.call(call_id)
    for call_id in "abc":
        assert news(room.order("sato", Take(call_id, TEXT)), "sato") == [Taken(call_id, TEXT)]
    assert isinstance(news(room.order("sato", Take("d", TEXT)), "sato")[0], Refused)
    assert news(room.order("sato", Take("d", VOICE)), "sato") == [Taken("d", VOICE)]
    assert isinstance(news(room.order("sato", Take("e", VOICE)), "sato")[0], Refused)
    assert room.board.card(room.board.operators["sato"]).presence is Presence.BUSY


def test_a_foreign_company_s_call_is_as_if_it_were_not() -> None:
    room = Room(TANAKA)
    room.call()
    orders: list[Order] = [Take("a", VOICE), Listen("a"), Speak("a", "こんにちは"), EndCall("a"), Decline("a")]
    refused = [news(room.order("tanaka", each), "tanaka") for each in orders]
    missing = news(room.order("tanaka", Take("b", VOICE)), "tanaka")
    assert all(each == [Refused("a", missing[0].why)] for each in refused)  # type: ignore[union-attr]
    assert room.board.calls["a"].operator == ""


def test_only_whoever_has_a_call_may_speak_in_it() -> None:
    room = Room(SATO, SUZUKI)
    room.call()
    assert isinstance(news(room.order("sato", Speak("a", "はい")), "sato")[0], Refused)
    room.order("sato", Take("a", TEXT))
    assert events(room.order("sato", Speak("a", " お調べ\nします "))) == [
        OperatorSaid(room.now, "佐藤", "お調べ します", True)
    ]
    for text in ("", "  ", "あ" * 401):
        assert isinstance(news(room.order("sato", Speak("a", text)), "sato")[0], Refused)
    assert isinstance(news(room.order("suzuki", Speak("a", "はい")), "suzuki")[0], Refused)


def test_a_lost_operator_comes_back_within_ten_seconds_to_the_same_call() -> None:
    room = Room(SATO)
    room.call()
    room.order("sato", Take("a", VOICE))
    assert events(room.do(board.left, "sato")) == [PutOnHold(room.now, True)]
    assert where(room) is Where.RETURNING
    room.wait(9.0)
    back = room.do(board.joined, SATO)
    assert events(back) == [PutOnHold(room.now, False)]
    assert news(back, "sato") == [Taken("a", VOICE)]
    assert where(room) is Where.OPERATOR


def test_a_lost_operator_who_does_not_come_back_is_replaced_or_the_receptionist_goes_on() -> None:
    room = Room(SATO, SUZUKI)
    room.call()
    room.order("sato", Take("a", VOICE))
    room.do(board.left, "sato")
    assert isinstance(news(room.wait(10.0), "suzuki")[0], Rang)
    assert events(room.wait(30.0)) == [NobodyTook(room.now, "no_answer")]
    room.order("suzuki", Take("a", VOICE))
    room.do(board.left, "suzuki")
    assert events(room.wait(10.0)) == [NobodyTook(room.now, "lost")]
    assert room.board.calls["a"].where is Where.RECEPTIONIST


def test_a_warm_transfer_two_speak_and_then_the_caller_is_the_other_s() -> None:
    room = Room(SATO, SUZUKI)
    room.call()
    room.order("sato", Take("a", VOICE))
    asked = room.order("sato", PassOn("a", "suzuki", warm=True))
    assert events(asked) == [PutOnHold(room.now, True)]
    assert isinstance(news(asked, "suzuki")[0], Rang)
    assert news(room.order("suzuki", Take("a", VOICE)), "suzuki") == [Taken("a", VOICE)]
    assert (room.board.calls["a"].operator, room.board.calls["a"].consulted) == ("sato", "suzuki")
    joined = room.order("sato", JoinCaller("a"))
    assert events(joined) == [TakenOver(room.now, "suzuki", "鈴木", "voice")]
    call = room.board.calls["a"]
    assert (call.operator, call.consulted, call.where) == ("suzuki", "", Where.OPERATOR)


@pytest.mark.parametrize("answer", ["declined", "silent"])
def test_a_colleague_who_cannot_leaves_the_caller_on_hold_with_the_first(answer: str) -> None:
    room = Room(SATO, SUZUKI)
    room.call()
    room.order("sato", Take("a", VOICE))
    room.order("sato", PassOn("a", "suzuki", warm=True))
    told = room.order("suzuki", Decline("a")) if answer == "declined" else room.wait(30.0)
    assert isinstance(news(told, "sato")[-1], Refused)
    assert len(news(told, "suzuki")) == 1
    assert room.board.calls["a"].where is Where.HELD
    assert events(room.order("sato", HoldCall("a", on=False))) == [PutOnHold(room.now, False)]


def test_a_blind_transfer_that_is_not_answered_comes_back_to_the_receptionist() -> None:
    room = Room(SATO, SUZUKI)
    room.call()
    room.order("sato", Take("a", VOICE))
    room.order("sato", PassOn("a", "suzuki", warm=False))
    assert room.board.calls["a"].operator == ""
    assert events(room.wait(30.0)) == [NobodyTook(room.now, "no_answer")]


def test_a_telephone_is_tried_and_the_operator_has_the_caller_again_if_it_does_not_answer() -> None:
    room = Room(SATO)
    room.call()
    room.order("sato", Take("a", VOICE))
    assert isinstance(news(room.order("sato", PassOn("a", "0312345678", warm=True)), "sato")[0], Refused)
    assert isinstance(news(room.order("sato", PassOn("a", "とうきょう", warm=False)), "sato")[0], Refused)
    passed = room.order("sato", PassOn("a", "03-1234-5678", warm=False))
    assert events(passed) == [HandedBack(room.now, "佐藤", "put_through", "", "0312345678")]
    assert where(room) is Where.TRANSFERRED
    room.do(board.occupied, "a", False)
    assert where(room) is Where.OPERATOR


def test_listening_in_is_given_up_for_a_call_of_one_s_own() -> None:
    room = Room(SATO)
    room.call("a")
    room.call("b")
    room.order("sato", Listen("a"))
    assert board.ears(room.board.calls["a"]) == ("sato",)
    room.order("sato", Take("b", VOICE))
    assert board.ears(room.board.calls["a"]) == ()
    assert isinstance(news(room.order("sato", Listen("a")), "sato")[0], Refused)


def test_a_caller_who_does_not_wait_is_the_receptionist_s_again() -> None:
    room = Room(SATO)
    room.call()
    room.ring()
    assert news(room.do(board.called_off, "a"), "sato") == [RingStopped("a", "caller")]
    assert room.board.calls["a"].where is Where.RECEPTIONIST
