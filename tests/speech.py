"""Sounds for tests: the built-in voice over a telephone line, noise, echoes. Real parts, seeded chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from voice.ear import BargeIn, Ear, EarEvent
from voice.engines.openjtalk import OpenJTalk
from voice.g711 import ulaw_decode, ulaw_encode
from voice.resample import convert

Samples = npt.NDArray[np.float64]
RATE = 8000


@cache
def said(text: str, half_tone: float = 0.0, speed: float = 1.0) -> Samples:
    """`text` in the built-in voice at 8 kHz, -20 dBFS."""
    return convert(OpenJTalk(half_tone=half_tone, speed=speed).speak(text), RATE).samples().astype(np.float64)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE))


def noise(seconds: float, dbfs: float, seed: int = 0) -> Samples:
    """White noise."""
    return np.random.default_rng(seed).standard_normal(int(seconds * RATE)) * 32768 * 10 ** (dbfs / 20)


def pink(seconds: float, dbfs: float, seed: int = 0) -> Samples:
    """Noise that falls by 3 dB an octave, as a line's does."""
    spectrum = np.fft.rfft(noise(seconds, 0, seed))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 20))
    made: Samples = np.fft.irfft(spectrum)
    made *= 32768 * 10 ** (dbfs / 20) / np.sqrt(np.mean(made**2))
    return made


def mixed(*parts: Samples) -> Samples:
    """All at once, as long as the longest."""
    made = np.zeros(max(map(len, parts)))
    for part in parts:
        made[: len(part)] += part
    return made


def at_level(samples: Samples, decibel: float) -> Samples:
    return samples * 10 ** (decibel / 20)


def echo_of(samples: Samples, delay_seconds: float, decibel: float, seed: int = 0) -> Samples:
    """What comes back of `samples`: late, weak, through a room's first milliseconds."""
    chance = np.random.default_rng(seed)
    room = chance.standard_normal(160) * np.exp(-np.arange(160) / 32)
    back = np.convolve(samples, room / np.sqrt(np.sum(room**2)))
    return at_level(np.concatenate((silence(delay_seconds), back)), decibel)


def on_the_line(samples: Samples) -> bytes:
    """16-bit PCM as it comes out of mu-law."""
    return ulaw_decode(ulaw_encode(np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()))


@dataclass
class Talk:
    """What happened when the two spoke at once."""

    events: list[EarEvent]
    stopped_at: float | None
    """When we fell silent because the caller wanted to speak, seconds."""

    def of(self, kind: type[EarEvent]) -> list[EarEvent]:
        return [event for event in self.events if isinstance(event, kind)]


def talk(caller: Samples, ours: Samples, echo: tuple[float, float] | None = None, protected: bool = False) -> Talk:
    """The caller's sound and ours frame by frame, our echo (delay, decibel) coming back; we stop when told to."""
    ear = Ear(RATE)
    made = Talk([], None)
    theirs = np.concatenate((caller, silence(max(0.0, (len(ours) - len(caller)) / RATE))))
    back = echo_of(ours, *echo) if echo else silence(0)
    theirs_heard = on_the_line(mixed(theirs, back[: len(theirs)]))
    for at in range(0, len(theirs_heard), 320):
        if made.stopped_at is None and at // 2 < len(ours):
            ear.playing(on_the_line(ours[at // 2 : at // 2 + 160]), protected)
        else:
            ear.playing(None)
        events = ear.push(theirs_heard[at : at + 320])
        made.events += events
        if made.stopped_at is None and any(isinstance(event, BargeIn) for event in events):
            made.stopped_at = (at / 2 + 160) / RATE
            # what is under way still comes back, the rest was never played
            played = echo_of(ours[: at // 2 + 160], *echo) if echo else silence(0)
            theirs_heard = theirs_heard[: at + 320] + on_the_line(mixed(theirs, played[: len(theirs)]))[at + 320 :]
    return made
