"""Who has which call: what operators and callers may do in any order, and what holds whatever they do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.actions import HandOver
from bot.dialogue.events import Event, HandedBack, NobodyTook, OperatorSaid, OperatorsRung, PutOnHold, TakenOver
from bot.operators import board
from bot.operators.console import OperatorIdentity
from bot.operators.duty import Board, Effect, Tell, ToCall
from bot.operators.messages import (
    Decline,
    EndCall,
    GiveBack,
    HoldCall,
    Instruction,
    JoinCaller,
    Listen,
    Mode,
    News,
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
from bot.rules import Why

SATO = OperatorIdentity("sato", "佐藤")
SUZUKI = OperatorIdentity("suzuki", "鈴木", frozenset({"minato"}))
TANAKA = OperatorIdentity("tanaka", "田中", frozenset({"smile"}))
VOICE, TEXT = Mode.VOICE, Mode.TEXT


class Room:
    """A board on which things happen; all that followed is kept."""

    def __init__(self, *operators: OperatorIdentity) -> None:
        self.board = Board()
        self.now = 1000.0
        self.effects: list[Effect] = []
        for each in operators:
            self.do(board.joined, each)
            self.now += 1.0

    def do(self, what: Callable[..., board.Step], *arguments: object) -> list[Effect]:
        self.board, effects = what(self.board, *arguments, self.now)
        self.effects += effects
        return list(effects)

    def order(self, key: str, order: Order) -> list[Effect]:
        return self.do(board.ordered, key, order)

    def call(self, call_id: str = "a", company: str = "minato") -> None:
        self.do(board.began, call_id, company)

    def ring(self, call_id: str = "a", **how: object) -> list[Effect]:
        wanted = {"group": "g", "why": Why.ASKED, "ring_seconds": 20.0, **how}
        return self.do(board.asked, call_id, HandOver(**wanted))  # type: ignore[arg-type]

    def wait(self, seconds: float) -> list[Effect]:
        """Everything that is due within comes."""
        until, effects = self.now + seconds, []
        while (at := board.deadline(self.board)) is not None and at <= until:
            self.now = at
            effects += self.do(board.due)
        self.now = until
        return effects


def news(effects: list[Effect], operator: str) -> list[News]:
    return [each.news for each in effects if isinstance(each, Tell) and each.operator == operator]


def events(effects: list[Effect], call_id: str = "a") -> list[Event]:
    return [each.event for each in effects if isinstance(each, ToCall) and each.call_id == call_id]


def where(room: Room, call_id: str = "a") -> Where:
    return room.board.calls[call_id].where


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


KEYS, IDS = ["sato", "suzuki", "tanaka"], ["a", "b", "c"]
PEOPLE = {each.key: each for each in (SATO, SUZUKI, TANAKA)}
key, call_id = st.sampled_from(KEYS), st.sampled_from(IDS)
order = st.one_of(
    st.builds(SetPresence, st.sampled_from(Presence)),
    st.builds(Take, call_id, st.sampled_from(Mode)),
    st.builds(Decline, call_id),
    st.builds(Listen, call_id, st.booleans()),
    st.builds(Speak, call_id, st.sampled_from(["はい", ""])),
    st.builds(HoldCall, call_id, st.booleans()),
    st.builds(PassOn, call_id, st.sampled_from([*KEYS, "0312345678", "x"]), st.booleans()),
    st.builds(JoinCaller, call_id),
    st.builds(GiveBack, call_id, st.sampled_from(Instruction)),
    st.builds(EndCall, call_id),
)
wanted = st.builds(
    HandOver,
    st.just("g"),
    st.sampled_from(Why),
    st.floats(1, 60),
    st.sampled_from([(), ("suzuki", "sato"), ("sato",)]),
    st.booleans(),
)
thing = st.one_of(
    st.tuples(st.just("order"), key, order),
    st.tuples(st.just("order"), key, order),
    st.tuples(st.just("joined"), key, st.none()),
    st.tuples(st.just("left"), key, st.none()),
    st.tuples(st.just("began"), call_id, st.sampled_from(["minato", "smile"])),
    st.tuples(st.just("asked"), call_id, wanted),
    st.tuples(st.just("ended"), call_id, st.none()),
    st.tuples(st.just("called_off"), call_id, st.none()),
    st.tuples(st.just("occupied"), call_id, st.booleans()),
    st.tuples(st.just("wait"), st.floats(0, 40), st.none()),
)


Thing = tuple[str, object, object]


def happen(room: Room, what: Thing) -> None:
    match what:
        case "order", str(who), then:
            room.order(who, then)  # type: ignore[arg-type]
        case "joined", str(who), _:
            room.do(board.joined, PEOPLE[who])
        case "began", str(which), company:
            if which not in room.board.calls:
                room.do(board.began, which, company)
        case "wait", float(seconds), _:
            room.wait(seconds)
        case name, which, None:
            room.do(getattr(board, name), which)
        case name, which, then:
            room.do(getattr(board, name), which, then)


def rings(effects: list[Effect]) -> set[tuple[str, str]]:
    """Where it rings, as the operators were told."""
    ringing: set[tuple[str, str]] = set()
    for operator, told in [(each.operator, each.news) for each in effects if isinstance(each, Tell)]:
        if isinstance(told, Rang):
            ringing.add((operator, told.call_id))
        elif isinstance(told, RingStopped | Taken):
            ringing.discard((operator, told.call_id))
    return ringing


@given(st.lists(thing, max_size=40))
@settings(max_examples=300, deadline=None)
def test_whatever_happens_a_call_has_one_master_and_no_wait_is_endless(
    things: list[tuple[str, object, object]],
) -> None:
    room = Room()
    for what in [("joined", "sato", None), ("joined", "suzuki", None), ("began", "a", "minato"), *things]:
        happen(room, what)
        holds(room)
    room.wait(101.0)  # ringing for a minute, a return of ten seconds and half a minute at the others
    for call in room.board.calls.values():
        assert call.ringing is None
        assert call.where not in (Where.RINGING, Where.RETURNING)
        if call.where in (Where.OPERATOR, Where.HELD):
            assert room.board.operators[call.operator].connected


def holds(room: Room) -> None:
    """What is true at every moment."""
    told = rings(room.effects)
    assert told == {(who, call.id) for call in room.board.calls.values() if call.ringing for who in call.ringing.at}
    for call in room.board.calls.values():
        has_one = call.where in (Where.OPERATOR, Where.HELD, Where.RETURNING)
        assert bool(call.operator) == has_one or call.where is Where.TRANSFERRED
        assert (call.ringing is not None) == (call.where is Where.RINGING) or (call.ringing and call.ringing.consulting)
        assert call.consulted != call.operator or not call.operator
        for who in {call.operator, *call.listeners, call.consulted} - {""}:
            assert room.board.operators[who].serves(call.company)
    for who, operator in room.board.operators.items():
        assert len(room.board.of(who, VOICE)) <= operator.identity.voice_calls
        assert len(room.board.of(who, TEXT)) <= operator.identity.text_calls
        assert not (room.board.rings_at(who) and not operator.connected)
