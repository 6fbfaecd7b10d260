"""Synthetic speech as it comes down a telephone line, for tests of the ear: no recording, no model of ours."""

from __future__ import annotations

import numpy as np

from voice.audio import INNER_RATE_HZ, Sound
from voice.engines.openjtalk import OpenJTalk
from voice.g711 import ulaw_decode, ulaw_encode
from voice.resample import convert

LINE_RATE_HZ = 8_000


def noisy(sound: Sound, seed: int, snr_db: float) -> Sound:
    """Pink noise under the speech, `snr_db` below its active level."""
    samples = sound.samples().astype(np.float64)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(samples.size))
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(spectrum.size), 8.0)), samples.size)
    loud = samples[np.abs(samples) > 0.02 * np.abs(samples).max()]
    pink *= np.sqrt(np.mean(loud**2) / np.mean(pink**2)) * 10 ** (-snr_db / 20)
    return Sound(np.clip(samples + pink, -32768, 32767).astype("<i2").tobytes(), sound.rate_hz)


def padded(sound: Sound, seconds: float = 0.2) -> Sound:
    """With silence at both ends, as an endpointer leaves it."""
    rest = bytes(2 * int(seconds * sound.rate_hz))
    return Sound(rest + sound.pcm + rest, sound.rate_hz)


def over_telephone(sound: Sound, seed: int = 0, snr_db: float = 30.0) -> Sound:
    """Through 8 kHz mu-law with pink noise, and back at 16 kHz."""
    line = noisy(convert(sound, LINE_RATE_HZ), seed, snr_db)
    return convert(Sound(ulaw_decode(ulaw_encode(line.pcm)), LINE_RATE_HZ), INNER_RATE_HZ)


def caller(text: str, seed: int = 0, voice: OpenJTalk | None = None) -> Sound:
    """What the ear gets when a synthetic caller says `text`."""
    return over_telephone(padded((voice or OpenJTalk()).speak(text)), seed)
