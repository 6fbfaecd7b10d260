"""Between an operator and a caller: order, delay, what is missing, and who hears whom."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.operators.relay import (
    FRAME,
    JUDGED_FRAMES,
    LATE_FRAMES,
    PAUSE_FRAMES,
    REPEATS,
    START_FRAMES,
    Buffer,
    Circle,
    Relay,
)
from voice.audio import frame_bytes

VOICE = 1000
"""Louder than a pause."""


def frame(value: int) -> bytes:
    return np.full(FRAME // 2, value, "<i2").tobytes()


def voiced(number: int) -> bytes:
    """One of a voice's frames that can be told from the others; 0: silence."""
    return frame(VOICE + number if number else 0)


def loudness(pcm: bytes) -> int:
    return int(np.abs(np.frombuffer(pcm, "<i2").astype(int)).max())


def test_frames_come_out_as_they_went_in_however_they_were_cut() -> None:
    buffer = Buffer()
    out: list[bytes] = []
    stream = b"".join(voiced(value) for value in range(1, 6))
    for start in range(0, len(stream), 700):
        buffer.push(stream[start : start + 700])
        if start == 700:
            out.append(buffer.pop())
    while (popped := buffer.pop()) != voiced(0) and len(out) < 5:
        out.append(popped)
    assert out == [voiced(value) for value in range(1, 6)]


def test_nothing_is_heard_before_a_little_was_gathered() -> None:
    buffer = Buffer()
    for count in range(1, START_FRAMES):
        buffer.push(voiced(count))
        assert buffer.pop() == voiced(0)
    buffer.push(voiced(9))
    assert buffer.pop() == voiced(1)


def test_a_frame_that_is_missing_is_filled_with_fainter_copies_and_then_with_silence() -> None:
    buffer = Buffer()
    for _ in range(START_FRAMES):
        buffer.push(voiced(8000 - VOICE))
    heard = [loudness(buffer.pop()) for _ in range(START_FRAMES + REPEATS + 2)]
    assert heard == [8000] * START_FRAMES + [4000, 2000, 0, 0]


def test_what_comes_too_late_is_dropped_the_oldest_first() -> None:
    buffer = Buffer()
    for value in range(1, 41):
        buffer.push(voiced(value))
        if value == START_FRAMES:
            buffer.pop()
    assert loudness(buffer.pop()) == VOICE + 41 - LATE_FRAMES


def test_what_was_gathered_before_the_beginning_is_no_delay() -> None:
    buffer = Buffer()
    for value in range(1, LATE_FRAMES + 1):
        buffer.push(voiced(value))
    assert loudness(buffer.pop()) == VOICE + LATE_FRAMES - START_FRAMES + 1


def test_a_delay_that_is_not_needed_is_given_up_frame_by_frame() -> None:
    buffer = Buffer()
    for value in range(1, LATE_FRAMES + 1 + START_FRAMES):
        buffer.push(voiced(value))
        if value == START_FRAMES:
            assert [buffer.pop(), buffer.pop()] == [voiced(1), voiced(2)]
    delays = []
    for value in range(LATE_FRAMES + 1 + START_FRAMES, LATE_FRAMES + 10 * JUDGED_FRAMES):
        delays.append(VOICE + value - 1 - loudness(buffer.pop()))
        buffer.push(voiced(value))
    assert delays[0] == LATE_FRAMES - 1
    assert delays[-1] <= 2
    assert all(later <= before for before, later in pairwise(delays))


def test_a_pause_makes_good_what_a_stall_has_cost_and_a_closed_consonant_stays() -> None:
    buffer = Buffer()
    for number in range(1, LATE_FRAMES + 1 + START_FRAMES):
        buffer.push(voiced(number))
        if number == START_FRAMES:
            assert [buffer.pop(), buffer.pop()] == [voiced(1), voiced(2)]
    heard = []
    for number in (*[0] * (PAUSE_FRAMES - 1), 50, *[0] * (2 * PAUSE_FRAMES), 51, 52, 53, 54, 55, 56):
        buffer.push(voiced(number))
        heard.append(buffer.pop())
    spoken = heard.index(voiced(50))
    assert heard[spoken - PAUSE_FRAMES + 1 : spoken] == [voiced(0)] * (PAUSE_FRAMES - 1)
    assert heard[-1] == voiced(56 - START_FRAMES + 1)


@given(st.lists(st.one_of(st.none(), st.binary(max_size=2000)), max_size=60))
@settings(max_examples=100, deadline=None)
def test_whatever_a_console_sends_the_line_gets_whole_frames(pushed: list[bytes | None]) -> None:
    relay = Relay(8000, lambda: None)
    relay.circle = Circle("sato", None, (("sato", lambda pcm: None),))
    relay.follow(True, False)
    for pcm in pushed:
        if pcm is None:
            assert len(relay.frame() or b"") == frame_bytes(8000)
        else:
            relay.operator("sato", pcm)


def relay_of(circle: Circle, rate_hz: int = 16_000) -> Relay:
    relay = Relay(rate_hz, lambda: None)
    relay.circle = circle
    return relay


def test_nothing_sounds_while_nobody_has_the_call() -> None:
    relay = relay_of(Circle())
    relay.follow(False, False)
    assert relay.frame() is None


def test_a_caller_who_waits_hears_the_tone_and_nobody() -> None:
    sato: list[bytes] = []
    relay = relay_of(Circle("sato", None, (("sato", sato.append),)))
    relay.follow(False, True)
    relay.operator("sato", frame(9000) * 5)
    relay.caller(frame(9000) * 5)
    tone = [relay.frame() or b"" for _ in range(200)]
    assert 500 < max(map(loudness, tone)) < 3000
    assert min(map(loudness, tone)) < 50
    assert not sato


def test_two_who_consult_hear_one_another_and_the_caller_neither() -> None:
    sato: list[bytes] = []
    suzuki: list[bytes] = []
    relay = relay_of(Circle("", ("sato", "suzuki"), (("sato", sato.append), ("suzuki", suzuki.append))))
    relay.follow(False, True)
    relay.operator("sato", frame(1))
    relay.operator("suzuki", frame(2))
    relay.operator("tanaka", frame(3))
    assert (sato, suzuki) == ([frame(2)], [frame(1)])


def test_only_the_operator_who_has_the_call_is_heard() -> None:
    relay = relay_of(Circle("sato", None, (("sato", lambda pcm: None),)))
    relay.follow(True, False)
    relay.operator("suzuki", frame(9000) * START_FRAMES)
    assert loudness(relay.frame() or b"") == 0
    relay.operator("sato", frame(9000) * START_FRAMES)
    assert loudness(relay.frame() or b"") == 9000


def test_who_listens_hears_both_sides_together() -> None:
    heard: list[bytes] = []
    relay = relay_of(Circle("", None, (("sato", heard.append),), ("sato",)))
    relay.played(frame(300))
    relay.caller(frame(4000))
    relay.caller(frame(5000))
    assert heard == [frame(4300), frame(5000)]
