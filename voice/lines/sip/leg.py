"""One call within the agent's process: its sound both ways, its marks, and what is left of it when it ends.

Rule: the stack paces the packets; here frames only wait for their turn. What we say is kept at most `AHEAD_SECONDS` in
the stack, so that `clear` takes effect at once, and a mark is reached when the stack has sent all before it. What the
caller says is told as one unbroken stream of frames, for who listens counts the time in samples: where nothing comes
the voice fades into the room's own noise, and while the caller holds us it is silence. Two legs may be joined: each
then hears the other. The stack tells no packet's number, so a lone lost packet leaves a joint here and no gap: to find
its place one would have to wait for each that is late, and dictation hears through joints as well (`README.md`).
Leaves out: how calls come, are answered and end (`agent`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from voice.audio import FRAME_SECONDS, frame_bytes
from voice.conceal import Concealer
from voice.lines.sip.pipe import Reached, Sound
from voice.resample import Resampler

AHEAD_SECONDS = 0.4
LATE_SECONDS = 0.4
"""How far the caller's sound may fall behind the clock before silence stands in: longer than a radio cell is changed,
for silence within a word that is only late would spoil it, and who listens is in no hurry."""
BRIDGE_AHEAD_SECONDS = 0.1
"""The same as `AHEAD_SECONDS` where people talk with one another through us, and every wait is heard."""
BRIDGE_FRAMES = 3
"""Of the other leg that may wait besides; older ones are dropped, for bursts come and two clocks drift apart."""


class Stream(Protocol):
    """A call's sound in the stack; nothing here blocks."""

    def read(self) -> bytes:
        """What has come since the last time."""
        ...

    def write(self, pcm: bytes) -> int:
        """How many bytes were taken; 0: there is no sound now."""
        ...

    def buffered(self) -> int:
        """Bytes taken and not yet sent."""
        ...

    def flush(self) -> None:
        """What is buffered is never sent."""
        ...


class Leg:
    """The sound of a call that is answered."""

    def __init__(self, number: int, stream: Stream, rate_hz: int, tell: Callable[[Sound | Reached], None]) -> None:
        self.held = False
        """By the far end."""
        self.silent_since: float | None = None
        """Loop time of the last packet."""
        self._number = number
        self._stream = stream
        self.rate_hz = rate_hz
        self._tell = tell
        self._frame = frame_bytes(rate_hz)
        self._waiting: deque[bytes | str] = deque()
        """Sound and names of marks, not yet with the stack."""
        self._marks: deque[tuple[int, str]] = deque()
        """Those that the stack has to pass: how many bytes lie before each."""
        self._written = 0
        self._heard = b""
        self._concealer = Concealer(rate_hz)
        self._since: float | None = None
        """Loop time at which the first sample told was said."""
        self._told = 0
        """Bytes."""
        self._void = 0.0
        """Seconds of sound that a far end who holds us has not heard yet, though their time has come."""
        self._ticked: float | None = None
        self._other: Leg | None = None
        self._to_other = Resampler(rate_hz, rate_hz)

    def silent_for(self, at: float) -> float:
        """Seconds without any packet."""
        return 0.0 if self.silent_since is None else at - self.silent_since

    def join(self, other: Leg) -> None:
        """From now on each hears the other, and nobody else."""
        for one, another in ((self, other), (other, self)):
            one._other, one._to_other = another, Resampler(one.rate_hz, another.rate_hz)

    def play(self, pcm: bytes) -> None:
        if self._other is None:
            self._waiting.append(pcm)
            self._speak()

    def mark(self, name: str) -> None:
        self._waiting.append(name)
        self._speak()

    def clear(self) -> None:
        """What is not sent yet never is; its marks come back."""
        names = [name for _, name in self._marks] + [each for each in self._waiting if isinstance(each, str)]
        self._waiting.clear()
        self._marks.clear()
        self._stream.flush()
        self._reach(names)

    def tick(self, at: float) -> None:
        """At loop time `at`, every 10 ms or so."""
        elapsed = at - self._ticked if self._ticked is not None else 0.0
        self._ticked = at
        self._listen(at)
        if self.held:
            self._void += elapsed
        self._speak()

    def _listen(self, at: float) -> None:
        pcm = self._stream.read()
        if self._since is None or self.silent_since is None:
            self._since = self.silent_since = at
        if pcm or self.held:
            self.silent_since = at
        self._heard += b"" if self.held else pcm
        while len(self._heard) >= self._frame:
            self._pass_on(self._concealer.came(self._heard[: self._frame]))
            self._heard = self._heard[self._frame :]
        seconds = self._told / 2 / self.rate_hz
        self._since = min(self._since, at - seconds + AHEAD_SECONDS)
        while self._since + seconds + LATE_SECONDS + FRAME_SECONDS < at:
            self._pass_on(self._stand_in())
            seconds += FRAME_SECONDS

    def _stand_in(self) -> bytes:
        """A frame in place of one that has not come."""
        rest, self._heard = self._heard, b""
        if self.held:
            return bytes(self._frame)
        return self._concealer.came(rest.ljust(self._frame, b"\0")) if rest else self._concealer.lost()

    def _pass_on(self, frame: bytes) -> None:
        self._told += len(frame)
        if self._other is None:
            self._tell(Sound(self._number, frame))
        else:
            self._other.overhear(self._to_other.push(frame))

    def overhear(self, pcm: bytes) -> None:
        """Sound of the leg that this one is joined to."""
        while len(self._waiting) >= BRIDGE_FRAMES:
            self._waiting.popleft()
        self._waiting.append(pcm)

    def _speak(self) -> None:
        """Sound to the stack as far as it is wanted there; marks whose time has come back to the call."""
        if self.held:
            self._speak_to_nobody()
            return
        if not (self._waiting or self._marks):
            return
        buffered = self._stream.buffered()
        ahead = AHEAD_SECONDS if self._other is None else BRIDGE_AHEAD_SECONDS
        while self._waiting and buffered < ahead * 2 * self.rate_hz:
            each = self._waiting.popleft()
            if isinstance(each, str):
                self._marks.append((self._written, each))
            elif taken := self._write(each):
                buffered += taken
            else:
                break
        self._reach(self._passed(self._written - buffered))

    def _write(self, pcm: bytes) -> int:
        taken = self._stream.write(pcm)
        self._written += taken
        if taken < len(pcm):
            self._waiting.appendleft(pcm[taken:])
        return taken

    def _passed(self, position: int) -> list[str]:
        names = []
        while self._marks and self._marks[0][0] <= position:
            names.append(self._marks.popleft()[1])
        return names

    def _reach(self, names: list[str]) -> None:
        for name in names:
            self._tell(Reached(self._number, name))

    def _speak_to_nobody(self) -> None:
        """While the far end holds us our words go by unheard, at the pace at which they would be said."""
        self._reach(self._passed(self._written))
        while self._waiting:
            each = self._waiting[0]
            seconds = 0.0 if isinstance(each, str) else len(each) / 2 / self.rate_hz
            if seconds > self._void:
                return
            self._void -= seconds
            self._waiting.popleft()
            if isinstance(each, str):
                self._reach([each])
        self._void = 0.0
