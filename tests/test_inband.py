"""A line that is listened to for tones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import Now, run_virtual
from tests.tones import Wave, busy, calling_fax, key, silence, to_pcm
from voice.lines import Audio, Closed, Incoming, Key, Marked, Ring, ToneHeard, TransferEnded
from voice.lines.inband import InBand
from voice.lines.loopback import Answer, FarEnd, loopback

RING = Ring("0312345678", "0398765432", "loopback", "c1", 8000)


def live(part: Callable[[FarEnd, InBand], Coroutine[Any, Any, None]], *answers: Answer) -> list[Incoming]:
    """What the line told, sound apart, while the far end played its part; on virtual time."""
    told: list[Incoming] = []

    async def main(now: Now) -> None:
        inner, far = loopback(RING, answers=answers)
        line = InBand(inner)

        async def listen() -> None:
            while not told or not isinstance(told[-1], Closed):
                item = await line.receive()
                if not isinstance(item, Audio):
                    told.append(item)

        listening = asyncio.create_task(listen())
        await part(far, line)
        far.hang_up()
        await listening

    run_virtual(main, 0.0)
    return told


async def send(far: FarEnd, *waves: Wave) -> None:
    pcm = to_pcm(np.concatenate(waves), 20)
    for at in range(0, len(pcm), 320):
        far.send(pcm[at : at + 320])
        await asyncio.sleep(0.02)


def test_buttons_in_the_sound_are_told() -> None:
    async def part(far: FarEnd, line: InBand) -> None:
        await send(far, silence(0.2), *(wave for digit in "03#" for wave in (key(digit), silence(0.1))), silence(0.5))

    assert live(part) == [Key("0"), Key("3"), Key("#"), Closed("caller")]


@settings(max_examples=30, deadline=None)
@given(
    word=st.text("0123456789*#", min_size=1, max_size=5),
    remnant=st.floats(0.03, 0.15),
    late=st.integers(-2, 25),
)
def test_a_button_that_the_line_tells_itself_is_told_once(word: str, remnant: float, late: int) -> None:
    """`late`: frames of 20 ms from the remnant's beginning to the line's own word."""

    async def part(far: FarEnd, line: InBand) -> None:
        for digit in word:
            pcm = to_pcm(np.concatenate((silence(0.06), key(digit, remnant), silence(0.7))), 20)
            for number, at in enumerate(range(0, len(pcm), 320)):
                if number == 3 + late:
                    far.press(digit)
                far.send(pcm[at : at + 320])
                await asyncio.sleep(0.02)

    assert live(part) == [*map(Key, word), Closed("caller")]


def test_a_fax_is_told() -> None:
    async def part(far: FarEnd, line: InBand) -> None:
        await send(far, silence(0.2), calling_fax(2))

    assert live(part) == [ToneHeard("fax"), Closed("caller")]


def test_the_busy_tone_of_who_has_hung_up_ends_the_call_as_the_caller_would() -> None:
    async def part(far: FarEnd, line: InBand) -> None:
        await send(far, silence(0.2), busy(6))

    assert live(part) == [Closed("caller")]


def test_while_a_transfer_rings_its_tones_are_no_hanging_up() -> None:
    async def part(far: FarEnd, line: InBand) -> None:
        line.transfer("101", 20.0)
        await send(far, busy(6))
        await asyncio.sleep(20.0)
        line.play(bytes(320))
        line.mark("m")
        await asyncio.sleep(0.5)

    assert live(part, Answer("no_answer")) == [TransferEnded(False, "no_answer"), Marked("m"), Closed("caller")]


def test_what_still_waits_is_told_before_the_end() -> None:
    async def part(far: FarEnd, line: InBand) -> None:
        await send(far, silence(0.2), key("7"), silence(0.06))

    assert live(part) == [Key("7"), Closed("caller")]
