"""The second leg of a bridged transfer, listened to before the caller is put on it: who or what has answered?

Rule: sound and recognised words go in; once it is known that nobody can be spoken to, the reason comes out and stays.
Nothing coming out means that a person may be there. Pure; dialling, bridging and recognising are the line's.
"""

from __future__ import annotations

from nlu.announcements import Unreached, judge
from voice.tones import Signal, Told, Tones

WHYS = {Unreached.NO_ANSWER: "no_answer", Unreached.BUSY: "busy"}
"""`TransferEnded.why`; for all else "failed"."""


class SecondLeg:
    """One leg."""

    def __init__(self, rate_hz: int) -> None:
        self._tones = Tones(rate_hz)
        self.ringing = False
        """The ring-back tone is heard: nobody has answered yet."""
        self.unreached: Unreached | None = None

    def push(self, pcm: bytes) -> Unreached | None:
        """More of what the other side sends, at the line's rate."""
        for event in self._tones.push(pcm):
            if isinstance(event, Told):
                self._heard(event.signal)
        return self.unreached

    def said(self, text: str) -> Unreached | None:
        """What the other side has said so far."""
        self.unreached = self.unreached or judge(text)
        return self.unreached

    @property
    def why(self) -> str:
        """For `TransferEnded`; "" while a person may be there."""
        return "" if self.unreached is None else WHYS.get(self.unreached, "failed")

    def _heard(self, signal: Signal) -> None:
        match signal:
            case Signal.RINGING:
                self.ringing = True
            case Signal.BUSY:
                self.unreached = self.unreached or Unreached.BUSY
            case Signal.FAX | Signal.DATA:
                self.unreached = self.unreached or Unreached.MACHINE
            case Signal.DIAL:
                pass  # it comes before ringing on some trunks
