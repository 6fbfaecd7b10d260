"""The in-process telephone, on a loop whose time jumps from timer to timer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import numpy as np
import pytest

from bot.clock import run_virtual
from voice.audio import frame_bytes
from voice.g711 import alaw_decode, alaw_encode, ulaw_decode, ulaw_encode
from voice.lines import Audio, Closed, Key, Marked, Ring, TransferEnded
from voice.lines.loopback import Answer, Codec, FarEnd, LoopbackLine, loopback

T = TypeVar("T")


def on_virtual_time(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return run_virtual(lambda now: call(), start=0.0)


def ring(rate_hz: int = 8000) -> Ring:
    return Ring(called="0312345678", caller="09012345678", line="loopback", line_call_id="c1", rate_hz=rate_hz)


def tone(seconds: float, rate_hz: int = 8000) -> bytes:
    times = np.arange(int(seconds * rate_hz)) / rate_hz
    return bytes((8000 * np.sin(2 * np.pi * 440 * times)).astype("<i2").tobytes())


def now() -> float:
    return asyncio.get_running_loop().time()


async def hear(far: FarEnd) -> list[tuple[float, bytes]]:
    """All frames until the end, each with when it began to be heard."""
    frames = []
    while (frame := await far.receive()) is not None:
        frames.append((now(), frame))
    return frames


CODECS: list[tuple[Codec, int, Callable[[bytes], bytes]]] = [
    ("mulaw", 8000, lambda pcm: ulaw_decode(ulaw_encode(pcm))),
    ("alaw", 8000, lambda pcm: alaw_decode(alaw_encode(pcm))),
    ("wide", 16000, lambda pcm: pcm),
]


@pytest.mark.parametrize(("codec", "rate_hz", "through"), CODECS)
def test_sound_passes_the_codec_both_ways(codec: Codec, rate_hz: int, through: Callable[[bytes], bytes]) -> None:
    sound = tone(0.1, rate_hz)

    async def call() -> tuple[bytes, bytes]:
        line, far = loopback(ring(rate_hz), codec)
        far.send(sound)
        up = await line.receive()
        assert isinstance(up, Audio)
        line.play(sound)
        down = b"".join([await far.receive() or b"" for _ in range(5)])
        return up.pcm, down

    up, down = on_virtual_time(call)
    assert up == through(sound)
    assert down == through(sound)
    assert (codec == "wide") == (up == sound)


def test_the_rate_must_be_the_codecs() -> None:
    async def call() -> None:
        loopback(ring(8000), "wide")

    with pytest.raises(ValueError, match="16000"):
        on_virtual_time(call)


def test_sound_is_heard_at_its_own_pace_and_marks_after_it() -> None:
    async def call() -> tuple[list[float], list[tuple[str, float]]]:
        line, far = loopback(ring())
        hearing = asyncio.ensure_future(hear(far))
        line.mark("before")
        line.play(tone(0.5))
        line.mark("half")
        line.play(tone(0.25))
        line.mark("end")
        marks = []
        for _ in range(3):
            told = await line.receive()
            assert isinstance(told, Marked)
            marks.append((told.name, now()))
        line.hang_up()
        return [at for at, _ in await hearing], marks

    frames, marks = on_virtual_time(call)
    assert frames[:3] == pytest.approx([0.0, 0.02, 0.04])
    assert len(frames) == 38  # 25 and 12 whole frames, and a half one
    assert [name for name, _ in marks] == ["before", "half", "end"]
    assert [at for _, at in marks] == pytest.approx([0.0, 0.5, 0.75])


def test_delay_lies_on_each_way() -> None:
    async def call() -> tuple[float, float, float]:
        line, far = loopback(ring(), delay_seconds=0.1)
        line.play(tone(0.02))
        line.mark("m")
        await far.receive()
        heard = now()
        await line.receive()
        marked = now()
        far.press("5")
        assert await line.receive() == Key("5")
        return heard, marked, now()

    assert on_virtual_time(call) == pytest.approx((0.1, 0.22, 0.32))


def test_what_is_sent_keeps_its_order_under_delay() -> None:
    async def call() -> list[object]:
        line, far = loopback(ring(), delay_seconds=0.05)
        for digit in "0123456789*#":
            far.press(digit)
        far.hang_up()
        return [await line.receive() for _ in range(13)]

    assert on_virtual_time(call) == [*(Key(digit) for digit in "0123456789*#"), Closed("caller")]


def test_clear_throws_away_what_was_not_heard_and_gives_marks_back() -> None:
    async def call() -> tuple[int, list[float]]:
        line, far = loopback(ring())
        line.play(tone(2.0))
        line.mark("a")
        line.play(tone(2.0))
        line.mark("b")
        asyncio.get_running_loop().call_later(0.3, line.clear)
        times = []
        for name in "ab":
            assert await line.receive() == Marked(name)
            times.append(now())
        line.play(tone(0.02))
        line.mark("c")
        assert await line.receive() == Marked("c")
        times.append(now())
        line.hang_up()
        return len(await hear(far)), times

    frames, times = on_virtual_time(call)
    assert frames in (16, 17)  # 0.3 s of the first four, and the one after
    assert times[:2] == pytest.approx([0.3, 0.3])
    assert times[2] < 0.36


@pytest.mark.parametrize(
    ("answer", "ended", "at"),
    [
        (Answer("answered", 3.0), TransferEnded(True, "answered"), 3.0),
        (Answer("busy", 1.0), TransferEnded(False, "busy"), 1.0),
        (Answer("no_answer"), TransferEnded(False, "no_answer"), 20.0),
        (Answer("failed"), TransferEnded(False, "failed"), 0.0),
    ],
)
def test_a_transfer_is_answered_as_the_far_end_was_told(answer: Answer, ended: TransferEnded, at: float) -> None:
    async def call() -> tuple[object, float, list[tuple[str, float]]]:
        line, far = loopback(ring(), answers=[answer])
        line.transfer("101", 20.0)
        return await line.receive(), now(), far.transfers

    told, told_at, transfers = on_virtual_time(call)
    assert told == ended
    assert told_at == pytest.approx(at)
    assert transfers == [("101", 20.0)]


def test_beyond_its_answers_nobody_takes_a_transfer() -> None:
    async def call() -> object:
        line, _ = loopback(ring())
        line.transfer("101", 8.0)
        return await line.receive()

    assert on_virtual_time(call) == TransferEnded(False, "no_answer")


def test_after_the_receptionist_hangs_up_nothing_follows() -> None:
    async def call() -> tuple[object, list[tuple[float, bytes]], int]:
        line, far = loopback(ring(), delay_seconds=0.1)
        line.play(tone(5.0))
        far.send(tone(0.02))
        far.press("1")
        line.hang_up()
        line.hang_up()
        line.play(tone(1.0))
        line.mark("late")
        line.transfer("101", 1.0)
        closed = await line.receive()
        frames = await hear(far)
        await asyncio.sleep(1.0)
        return closed, frames, len(far.transfers)

    closed, frames, transfers = on_virtual_time(call)
    assert closed == Closed("us")
    assert len(frames) <= 1
    assert transfers == 0


def test_after_the_caller_hangs_up_nothing_follows() -> None:
    async def call() -> tuple[LoopbackLine, list[object]]:
        line, far = loopback(ring())
        line.play(tone(1.0))
        line.mark("m")
        await asyncio.sleep(0.1)
        far.hang_up()
        far.press("1")
        far.send(tone(0.02))
        told: list[object] = [await line.receive()]
        line.play(tone(1.0))
        line.hang_up()
        await asyncio.sleep(2.0)
        return line, told

    _, told = on_virtual_time(call)
    assert told == [Closed("caller")]


def test_frames_are_the_lines_own() -> None:
    async def call() -> set[int]:
        line, far = loopback(ring(16000), "wide")
        line.play(tone(0.2, 16000))
        return {len(await far.receive() or b"") for _ in range(10)}

    assert on_virtual_time(call) == {frame_bytes(16000)}
