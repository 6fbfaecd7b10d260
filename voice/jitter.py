"""A jitter buffer: packets in as they come, one frame out each 20 ms, a little later and in order.

Rule: how long the buffer waits follows what the network does. It is long enough for all but a few of the last packets,
20 to 200 ms: it grows as soon as packets come too late, and shrinks by a frame at a time, in a pause of the speech if
there is one. What has not come by its time is told as lost, so that something can be put in its place (`conceal`); a
packet that comes after that, or a second time, is dropped. Time comes in as a number; sequence numbers and timestamps
may be cut to 16 and 32 bits. Leaves out: codecs, and counting for reports (`quality`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum

FRAME_SECONDS = 0.02
LEAST_SECONDS, MOST_SECONDS = 0.02, 0.2
"""One frame; and more than a tenth of a second each way makes people talk over one another (G.114: 150 ms in all)."""
REMEMBERED = 500
"""Packets by which the network is judged: ten seconds."""
LATE_SHARE = 0.01
"""Of them may come too late: concealment hides as much (see `voice/conceal`), and the rest is not worth the wait."""
SHRINK_FRAMES = 100
"""Two seconds between shrinkings: each is heard as a tiny haste."""
RESTART = 3000
"""A leap of the sequence that is a new stream (RFC 3550, MAX_DROPOUT)."""


class Missing(Enum):
    """What comes out instead of a frame."""

    WAIT = "wait"
    """The stream has not begun, or the buffer is filling: be silent."""
    LOST = "lost"
    """It did not come in time: put something in its place."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the buffer has gone through."""

    played: int = 0
    lost: int = 0
    late: int = 0
    """Came after their time; counted among the lost as well."""
    copies: int = 0
    dropped: int = 0
    """Left out to catch up."""


class JitterBuffer:
    """One stream's."""

    def __init__(self, rate_hz: int) -> None:
        """`rate_hz`: of the timestamps."""
        self.told = Told()
        self.wait_seconds = 2 * FRAME_SECONDS
        """How long a frame is kept for those behind it."""
        self._rate_hz = rate_hz
        self._stamp = 0
        """The last timestamp, without the cut."""
        self._frames: dict[int, bytes] = {}
        self._next: int | None = None
        """Extended sequence number of the frame that is due."""
        self._highest: int | None = None
        self._filling = 0.0
        """Epoch of this stream's first frame's time to be played."""
        self._transits: deque[float] = deque(maxlen=REMEMBERED)
        self._since_shrunk = 0
        self._starved = 0
        """Frames that were asked for since there was one."""

    def push(self, sequence: int, timestamp: int, frame: bytes, at: float) -> None:
        """A packet of 20 ms; `at` seconds of any clock, the same as `pull`'s."""
        number = self._extended(sequence)
        if number is None:
            self._restart(sequence, at)
            self._stamp = timestamp
            number = sequence
        self._stamp += ((timestamp - self._stamp + 2**31) & 0xFFFFFFFF) - 2**31
        self._transits.append(at - self._stamp / self._rate_hz)
        if self._next is not None and number < self._next:
            if at < self._filling:
                self._next = number  # nothing was played yet: the stream began with this one
            else:
                self._count(late=1)
                self._adapt()
                return
        if number in self._frames:
            self._count(copies=1)
            return
        if self._next is not None and self._starved:
            gone = min(self._starved, number - self._next)  # their places were filled while nothing came
            self._next += gone
            self._starved = 0
            self._count(lost=gone)
        self._frames[number] = frame
        self._highest = number if self._highest is None else max(self._highest, number)
        self._adapt()

    def pull(self, at: float, quiet: bool = False) -> bytes | Missing:
        """The frame that is due; asked each 20 ms. `quiet`: what was played last was a pause, so that one frame more or
        less is not heard."""
        if self._next is None or at < self._filling:
            return Missing.WAIT
        self._since_shrunk += 1
        if self._should_shrink(quiet):
            self._since_shrunk = 0
            self._frames.pop(self._next, None)
            self._next += 1
            self._count(dropped=1)
        frame = self._frames.pop(self._next, None)
        if frame is None and self._should_grow():
            return Missing.LOST  # the same frame is waited for once more
        if frame is None and (self._highest is None or self._highest < self._next):
            self._starved += 1  # nothing at all is there: lost, late, or a pause; what comes next will show
            return Missing.LOST
        self._starved = 0
        self._next += 1
        self._count(lost=frame is None, played=frame is not None)
        return Missing.LOST if frame is None else frame

    @property
    def depth(self) -> int:
        """Frames from the one that is due to the newest."""
        return 0 if self._next is None or self._highest is None else max(0, self._highest - self._next + 1)

    def _should_grow(self) -> bool:
        """A frame that is not there may still come, if the buffer holds less than it should."""
        return self.depth * FRAME_SECONDS < self.wait_seconds - FRAME_SECONDS / 2 and self.depth > 0

    def _should_shrink(self, quiet: bool) -> bool:
        spare = self.depth - round(self.wait_seconds / FRAME_SECONDS)
        urgent = self.depth * FRAME_SECONDS > MOST_SECONDS
        return urgent or (spare >= 2 and self._since_shrunk >= SHRINK_FRAMES and (quiet or spare >= 4))

    def _adapt(self) -> None:
        """As long as all but a few of the last packets took longer than the quickest."""
        ordered = sorted(self._transits)
        usual = ordered[min(len(ordered) - 1, int(len(ordered) * (1 - LATE_SHARE)))] - ordered[0]
        wanted = min(MOST_SECONDS, max(LEAST_SECONDS, usual + FRAME_SECONDS / 2))
        self.wait_seconds = max(wanted, self.wait_seconds - FRAME_SECONDS / SHRINK_FRAMES)

    def _extended(self, sequence: int) -> int | None:
        """By nearness to what is due; None: another stream."""
        near = self._highest if self._highest is not None else self._next
        if near is None:
            return None
        number = near + ((sequence - near + 0x8000) & 0xFFFF) - 0x8000
        return number if abs(number - near) <= RESTART else None

    def _restart(self, sequence: int, at: float) -> None:
        self._frames.clear()
        self._transits.clear()
        self._next, self._highest, self._starved = sequence, None, 0
        self._filling = at + self.wait_seconds - FRAME_SECONDS / 2

    def _count(self, played: int = 0, lost: int = 0, late: int = 0, copies: int = 0, dropped: int = 0) -> None:
        told = self.told
        self.told = Told(
            told.played + played, told.lost + lost, told.late + late, told.copies + copies, told.dropped + dropped
        )
