"""The caller's telephone line: a band filter, a level, and noise that never stops. Pure.

Rule: the same seed gives the same line. Voices come in clean at 16 kHz and leave as the telephone's 8 kHz; the noise
of the line lies under everything that is sent, silence too. The codec is the line's own (`voice.lines`), the room,
packet loss and mobile codecs are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import get_args

import numpy as np
import numpy.typing as npt

from bot.rehearsal.plan import NoiseName, Telephone
from voice.audio import Sound
from voice.resample import convert

RATE_HZ = 8000
BAND_HZ = (300.0, 3400.0)
"""What a telephone carries (ITU-T G.712)."""
EDGE_HZ = 60.0
"""Over which the filter falls at either end of the band."""
NOISE_SECONDS = 8.0
"""Of noise, repeated: longer than anybody compares."""
SNR_DB = (18.0, 35.0)
"""Drawn where the plan does not say: a busy office to a quiet room."""
LEVEL_DB = (-26.0, -16.0)
MUFFLED_HZ, MUFFLED_DB = 550.0, -8.0
"""A hand over the mouthpiece: it is heard that somebody speaks, but all but the lowest formant is gone."""
SLOPE = {"white": 0.0, "pink": 0.5, "brown": 1.0}
"""Amplitude of noise falls with this power of frequency."""
VOICES = 5
"""Of other people in the babble."""

Samples = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One telephone line as it was drawn."""

    noise: str
    snr_db: float
    level_db: float


def draw(telephone: Telephone, seed: int) -> Drawn:
    """The line of this seed; what the plan gives stands."""
    chance = Random(f"{seed} line")
    noise, snr, level = chance.choice(get_args(NoiseName)), chance.uniform(*SNR_DB), chance.uniform(*LEVEL_DB)
    return Drawn(
        telephone.noise or noise,
        snr if telephone.snr_db is None else telephone.snr_db,
        level if telephone.level_db is None else telephone.level_db,
    )


class Channel:
    """One call's line from the caller to the exchange."""

    def __init__(self, drawn: Drawn, seed: int, others: Sound | None = None) -> None:
        """`others`: clean speech of somebody, of which babble is made."""
        self.drawn = drawn
        self._gain = 10 ** (drawn.level_db / 20)
        self._noise = self._made(seed, others)
        self._place = 0

    def voice(self, sound: Sound, muffled: bool = False) -> npt.NDArray[np.int16]:
        """Clean speech as it reaches the exchange, without noise, (n,) at 8 kHz."""
        samples = convert(sound, RATE_HZ).samples().astype(np.float64) / 32768
        high = MUFFLED_HZ if muffled else BAND_HZ[1]
        made = _banded(samples, BAND_HZ[0], high)
        loud = _active(samples)
        made *= self._gain * (10 ** (MUFFLED_DB / 20) if muffled else 1.0) / max(loud, 1e-6)
        return np.clip(np.rint(made * 32768), -32768, 32767).astype(np.int16)

    def frame(self, voice: npt.NDArray[np.int16], size: int) -> bytes:
        """The next `size` samples to send: the voice (as many as there are) over the noise."""
        at = np.arange(self._place, self._place + size) % len(self._noise)
        self._place += size
        mixed = self._noise[at]
        mixed[: len(voice)] += voice
        return np.clip(np.rint(mixed), -32768, 32767).astype("<i2").tobytes()

    def _made(self, seed: int, others: Sound | None) -> Samples:
        chance = np.random.default_rng(seed)
        size = int(NOISE_SECONDS * RATE_HZ)
        if self.drawn.noise == "babble" and others is not None:
            voice = np.resize(convert(others, RATE_HZ).samples().astype(np.float64), size)
            noise = np.sum([np.roll(voice, int(chance.integers(size))) for _ in range(VOICES)], axis=0)
        else:
            spectrum = chance.standard_normal(size // 2 + 1) + 1j * chance.standard_normal(size // 2 + 1)
            hz = np.maximum(np.fft.rfftfreq(size, 1 / RATE_HZ), 60.0)
            noise = np.fft.irfft(spectrum * hz ** -SLOPE.get(self.drawn.noise, 0.5), size)
        noise = _banded(noise, *BAND_HZ)
        wanted = 32768 * self._gain * 10 ** (-self.drawn.snr_db / 20)
        made: Samples = noise * (wanted / max(float(np.sqrt(np.mean(noise**2))), 1e-9))
        return made


def _banded(samples: Samples, low: float, high: float) -> Samples:
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    gain = np.clip((hz - low) / EDGE_HZ + 1, 0, 1) * np.clip((high - hz) / EDGE_HZ + 1, 0, 1)
    made: Samples = np.fft.irfft(spectrum * gain, len(samples))
    return made


def _active(samples: Samples) -> float:
    """RMS of the 20 ms frames in which somebody speaks."""
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    power = np.mean(frames**2, axis=1)
    active = power[power > power.max(initial=0.0) * 10 ** (-25 / 10)]
    return float(np.sqrt(active.mean())) if len(active) else 0.0
