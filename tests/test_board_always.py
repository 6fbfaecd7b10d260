"""Who has which call: what holds whatever operators and callers do, in any order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.company.rules import Why
from bot.dialogue.actions import HandOver
from bot.operators import board
from bot.operators.duty import Effect, Tell
from bot.operators.messages import (
    Decline,
    EndCall,
    GiveBack,
    HoldCall,
    Instruction,
    JoinCaller,
    Listen,
    Mode,
    PassOn,
    Presence,
    Rang,
    RingStopped,
    SetPresence,
    Speak,
    Take,
    Taken,
    Where,
)
from tests.room import SATO, SUZUKI, TANAKA, TEXT, VOICE, Room

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
    st.tuples(st.just("replied"), call_id, st.sampled_from(["answered", *board.NOT_REACHED])),
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
                room.do(board.began, which, company, True)
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
        assert not call.telephone or (call.where is Where.HELD and call.mode is VOICE and not call.consulted)
        assert not call.reached or call.telephone
        for who in {call.operator, *call.listeners, call.consulted} - {""}:
            assert room.board.operators[who].serves(call.company)
    for who, operator in room.board.operators.items():
        assert len(room.board.of(who, VOICE)) <= operator.identity.voice_calls
        assert len(room.board.of(who, TEXT)) <= operator.identity.text_calls
        assert not (room.board.rings_at(who) and not operator.connected)
