"""One call's sound between its caller, the operator who has it, whoever is consulted, and whoever listens in.

Rule: nobody's sound waits for anybody else's. What an operator's browser sends is put into the rhythm of the line by a
small buffer, which repeats a piece that is missing and drops what has come too late; what goes to a console is dropped
where it is not fetched. The caller notices nothing of a listener. Consoles speak 16-bit mono at 16 kHz; the line
has its own rate. Left out: who is who (`board`), words, and the recording.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from voice.audio import frame_bytes
from voice.hold import hold_frame
from voice.resample import Resampler

CONSOLE_HZ = 16_000
FRAME = frame_bytes(CONSOLE_HZ)

START_FRAMES = 2
"""Frames that are gathered before an operator is heard: 40 ms outlast what a busy event loop and a browser's audio
thread usually hold back."""
LATE_FRAMES = 6
"""More than this (120 ms) and the oldest are dropped: delay makes people speak at once."""
REPEATS = 2
"""How often the last frame is repeated, fainter each time, for one that is missing."""
FAINTER = 0.5
IDLE_FRAMES = 1
"""So many were never wanted for `JUDGED_FRAMES`: what lies above is delay for nothing, and one frame is dropped."""
QUIET = 300
"""Loudest sample of a frame in which nobody speaks (40 dB below full scale): a browser's own noise lies below it. Such
a frame can be left out unnoticed, so that each breath makes good what a stall of the network or of ours has cost."""
PAUSE_FRAMES = 8
"""So many quiet ones in a row are a pause, and no closed consonant, which is part of its word."""
JUDGED_FRAMES = 50
"""One second: longer than the pauses of a network that is only restless."""
OURS_FRAMES = 15
"""Of our own side, kept for who listens: it is sent a little ahead of time, the caller's comes in its own."""

Play = Callable[[bytes], None]
"""Sound for one console; never blocks."""


class Buffer:
    """An operator's frames, as they come; one every 20 ms, as they are wanted."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._piece = b""
        self._started, self._fresh = False, True
        self._last = b""
        self._repeated = 0
        self._pause = 0
        """Quiet frames popped in a row."""
        self._popped = 0
        self._least = LATE_FRAMES
        """Frames that were left after each of those popped, the fewest."""

    def push(self, pcm: bytes) -> None:
        """Sound of any length."""
        self._piece += pcm
        while len(self._piece) >= FRAME:
            self._frames.append(self._piece[:FRAME])
            self._piece = self._piece[FRAME:]
        while len(self._frames) > LATE_FRAMES:
            self._frames.popleft()

    def pop(self) -> bytes:
        """The next frame; a fainter copy of the last, or silence, where none has come."""
        if not self._started and len(self._frames) < START_FRAMES:
            return bytes(FRAME)
        while self._fresh and len(self._frames) > START_FRAMES:
            self._frames.popleft()  # gathered while words of ours were still on their way
        while self._pause >= PAUSE_FRAMES and len(self._frames) > START_FRAMES and _quiet(self._frames[0]):
            self._frames.popleft()
        self._fresh = False
        self._started = bool(self._frames)
        if self._frames:
            self._last, self._repeated = self._frames.popleft(), 0
            self._pause = self._pause + 1 if _quiet(self._last) else 0
            self._shorten()
            return self._last
        self._popped, self._least = 0, LATE_FRAMES
        self._repeated += 1
        if self._repeated > REPEATS:
            return bytes(FRAME)
        self._started = True
        return (np.frombuffer(self._last, "<i2") * FAINTER**self._repeated).astype("<i2").tobytes()

    def _shorten(self) -> None:
        """Drop a frame of a delay that was not needed lately."""
        self._popped, self._least = self._popped + 1, min(self._least, len(self._frames))
        if self._popped >= JUDGED_FRAMES:
            if self._least > IDLE_FRAMES:
                self._frames.popleft()
            self._popped, self._least = 0, LATE_FRAMES

    def clear(self) -> None:
        """Forget what has not been heard."""
        self._frames.clear()
        self._piece, self._started, self._fresh, self._repeated = b"", False, True, REPEATS


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is on the line of a call, beside caller and receptionist."""

    talker: str = ""
    """Key of the operator who speaks with the caller; "" none does by voice."""
    consulting: tuple[str, str] | None = None
    """The two operators who speak with one another."""
    consoles: tuple[tuple[str, Play], ...] = ()
    """Of all these."""
    listeners: tuple[str, ...] = ()
    aside: str = ""
    """Key of the operator who speaks with a second telephone, or hears it ring."""

    def play(self, key: str) -> Play | None:
        return next((play for each, play in self.consoles if each == key), None)


class _Aside:
    """The sound between an operator and a second telephone, from each one's rate to the other's."""

    def __init__(self, rate_hz: int) -> None:
        self._to_it = Resampler(CONSOLE_HZ, rate_hz)
        self._from_it = Resampler(rate_hz, CONSOLE_HZ)
        self._piece = b""

    def said(self, pcm: bytes) -> bytes:
        return self._to_it.push(pcm)

    def heard(self, pcm: bytes) -> list[bytes]:
        """Whole frames."""
        self._piece += self._from_it.push(pcm)
        whole = len(self._piece) // FRAME * FRAME
        frames = [self._piece[start : start + FRAME] for start in range(0, whole, FRAME)]
        self._piece = self._piece[whole:]
        return frames


class Relay:
    """Of one call."""

    def __init__(self, rate_hz: int, wake: Callable[[], None]) -> None:
        """`wake`: the line's side has something to play from now on."""
        self.circle = Circle()
        self.heard_by_us: Play | None = None
        """Where the talker's sound is written down, if anywhere."""
        self.to_second: Play | None = None
        """Where sound for a second telephone goes, at the line's rate, if the line can ring one."""
        self.rate_hz = rate_hz
        self._wake = wake
        self._open = self._waits = False
        self._tone = 0
        self._buffer = Buffer()
        self._to_line = Resampler(CONSOLE_HZ, rate_hz)
        self._line_piece = b""
        self._from_caller = Resampler(rate_hz, CONSOLE_HZ)
        self._from_us = Resampler(rate_hz, CONSOLE_HZ)
        self._second = _Aside(rate_hz)
        self._callers = b""
        self._ours: deque[bytes] = deque()
        self._our_piece = b""

    def follow(self, open_: bool, waits: bool) -> None:
        """Whether the caller and the operator hear one another; whether the caller waits, and hears the tone."""
        if waits and not self._waits:
            self._tone = 0
        if open_ and not self._open:
            self._buffer.clear()
        self._open, self._waits = open_, waits
        if open_ or waits:
            self._wake()

    def caller(self, pcm: bytes) -> None:
        """The caller's sound, at the line's rate."""
        circle = self.circle
        talker = circle.play(circle.talker) if self._open and circle.talker else None
        if talker is None and not circle.listeners:
            return
        self._callers += self._from_caller.push(pcm)
        while len(self._callers) >= FRAME:
            frame, self._callers = self._callers[:FRAME], self._callers[FRAME:]
            if talker is not None:
                talker(frame)
            if circle.listeners:
                self._to_listeners(frame)

    def _to_listeners(self, frame: bytes) -> None:
        mixed = _mixed(frame, self._ours.popleft() if self._ours else bytes(FRAME))
        for key in self.circle.listeners:
            if play := self.circle.play(key):
                play(mixed)

    def second(self, pcm: bytes) -> None:
        """A second telephone's sound, at the line's rate."""
        if play := self.circle.play(self.circle.aside):
            for frame in self._second.heard(pcm):
                play(frame)

    def operator(self, key: str, pcm: bytes) -> None:
        """An operator's sound, from the console."""
        circle = self.circle
        if key == circle.aside:
            if self.to_second is not None:
                self.to_second(self._second.said(pcm))
            return
        if circle.consulting and key in circle.consulting:
            first, second = circle.consulting
            if play := circle.play(second if key == first else first):
                play(pcm)
        elif key == circle.talker and self._open:
            self._buffer.push(pcm)
            if self.heard_by_us is not None:
                self.heard_by_us(pcm)

    def frame(self) -> bytes | None:
        """20 ms for the line, where we say nothing ourselves; None: nothing sounds."""
        if self._waits:
            self._tone += 1
            return hold_frame(self.rate_hz, self._tone - 1)
        if not self._open or not self.circle.talker:
            return None
        size = frame_bytes(self.rate_hz)
        self._line_piece += self._to_line.push(self._buffer.pop())
        if len(self._line_piece) < size:
            self._line_piece = self._line_piece.rjust(size, b"\0")  # the filter's own delay, once
        frame, self._line_piece = self._line_piece[:size], self._line_piece[size:]
        return frame

    def played(self, pcm: bytes) -> None:
        """What went out on the line, at its rate: words, the tone, or the operator."""
        if not self.circle.listeners:
            self._ours.clear()
            return
        self._our_piece += self._from_us.push(pcm)
        while len(self._our_piece) >= FRAME:
            self._ours.append(self._our_piece[:FRAME])
            self._our_piece = self._our_piece[FRAME:]
        while len(self._ours) > OURS_FRAMES:
            self._ours.popleft()


def _quiet(pcm: bytes) -> bool:
    """Nobody speaks in it."""
    return bool(np.abs(np.frombuffer(pcm, "<i2").astype(np.int32)).max() < QUIET)


def _mixed(one: bytes, other: bytes) -> bytes:
    both = np.frombuffer(one, "<i2").astype(np.int32) + np.frombuffer(other, "<i2")
    made: bytes = np.clip(both, -32768, 32767).astype("<i2").tobytes()
    return made
