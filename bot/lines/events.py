"""What a line tells, as the mind knows it.

Rule: one thing told is one event, with nothing left out and nothing judged. Sound and words are not here: they go
through the ears (`bot/listen`).
"""

from __future__ import annotations

from bot.dialogue.events import Began, Event, LineHeld, Measured, Tone, Transferred
from voice.lines import OnHold, Quality, Ring, ToneHeard, TransferEnded

LineNews = TransferEnded | Quality | ToneHeard | OnHold


def began(at: float, ring: Ring, full: bool = False) -> Began:
    """The line was answered; with `full` only to say that all are busy."""
    forwarded = (ring.forwarded_why, ring.withheld, ring.codec, ring.forwarded_from)
    return Began(at, ring.called, ring.caller, ring.line, *forwarded, full)


def told(at: float, news: LineNews) -> Event:
    """News of the line itself."""
    match news:
        case TransferEnded():
            return Transferred(at, news.connected, news.why)
        case Quality():
            return Measured(at, news.packets, news.lost, news.jitter_ms, news.mos, news.clipped)
        case ToneHeard():
            return Tone(at, news.kind)
        case OnHold():
            return LineHeld(at, news.on)
