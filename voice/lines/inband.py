"""A line whose sound is listened to for tones: push buttons, fax machines, the busy tone of who has hung up.

Rule: whatever the line tells goes through in its order, its `Quality` with what the sound adds to it; what the tones
tell comes behind the sound that held them. A button that is heard is told once: where the line tells buttons by itself
(RFC 4733, a message of its own), what is left of them in the sound is not told again, whichever of the two comes first.
Leaves out: how tones are known (`voice/tones`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from voice.level import Clipping
from voice.lines import Audio, Closed, Incoming, Key, Line, Quality, Ring, Second, ToneHeard, TransferEnded
from voice.tones import KeyEnded, KeyTone, Signal, Told, Tones

AWAIT_SECONDS = 0.25
"""After a button is let go, for the line to tell it by itself: packets of RFC 4733 and PBXs that tell at key-up."""
LATE_SECONDS = 2.0
"""So much later the line's own word for a button that was told from its sound is taken for the same one."""
BUTTONS = frozenset("0123456789*#")


@dataclass
class _Button:
    """One that was heard in the sound."""

    digit: str
    ended: float | None = None
    """Seconds of the sound."""
    told: bool = False


class InBand:
    """A `Line`."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._tones = Tones(line.ring.rate_hz)
        self._clipping = Clipping()
        self._waiting: deque[Incoming] = deque()
        self._buttons: deque[_Button] = deque()
        self._seconds = 0.0
        """Of the caller's sound so far."""
        self._tells_keys = False
        """The line tells buttons by itself."""
        self._gone = self._away = False

    @property
    def ring(self) -> Ring:
        return self._line.ring

    @property
    def second(self) -> Second | None:
        """Where this line can ring a second telephone."""
        return self._line if isinstance(self._line, Second) else None

    async def receive(self) -> Incoming:
        while not self._waiting:
            self._take(await self._line.receive())
        return self._waiting.popleft()

    def play(self, pcm: bytes) -> None:
        self._line.play(pcm)

    def mark(self, name: str) -> None:
        self._line.mark(name)

    def clear(self) -> None:
        self._line.clear()

    def transfer(self, to: str, ring_seconds: float) -> None:
        self._away = True
        self._line.transfer(to, ring_seconds)

    def hang_up(self) -> None:
        self._line.hang_up()

    def _take(self, told: Incoming) -> None:
        match told:
            case Audio():
                self._waiting.append(told)
                self._hear(told.pcm)
            case Key():
                self._pressed(told)
            case Quality():
                self._waiting.append(replace(told, clipped=round(self._clipping.share, 3)))
            case Closed():
                self._release(at_once=True)
                self._waiting.append(Closed("caller") if self._gone and told.why == "us" else told)
            case TransferEnded():
                self._away = False
                self._waiting.append(told)
            case _:
                self._waiting.append(told)

    def _hear(self, pcm: bytes) -> None:
        self._seconds += len(pcm) / 2 / self.ring.rate_hz
        self._clipping.push(pcm)
        for event in self._tones.push(pcm):
            match event:
                case KeyTone():
                    if event.digit in BUTTONS and not self._tells_keys:
                        self._buttons.append(_Button(event.digit))
                case KeyEnded():
                    for button in self._buttons:
                        button.ended = self._seconds if button.ended is None else button.ended
                case Told():
                    self._heard(event.signal)
        self._release()

    def _heard(self, signal: Signal) -> None:
        match signal:
            case Signal.FAX | Signal.DATA:
                self._waiting.append(ToneHeard("fax"))
            case Signal.BUSY:
                if not (self._gone or self._away):
                    self._gone = True
                    self._line.hang_up()
            case Signal.RINGING | Signal.DIAL:
                pass  # the caller's line is no business of ours

    def _pressed(self, key: Key) -> None:
        """The line's own word goes first; the sound's is dropped, whether it still waits or has been told."""
        self._tells_keys = True
        twin = next((button for button in self._buttons if button.digit == key.digit), None)
        if twin is not None:
            self._buttons.remove(twin)
        if twin is None or not twin.told:
            self._waiting.append(key)

    def _release(self, at_once: bool = False) -> None:
        for button in self._buttons:
            due = button.ended is not None and self._seconds - button.ended >= AWAIT_SECONDS
            if not button.told and (due or at_once) and not self._tells_keys:
                button.told = True
                self._waiting.append(Key(button.digit))
        while self._buttons and (ended := self._buttons[0].ended) is not None and self._seconds - ended > LATE_SECONDS:
            self._buttons.popleft()
