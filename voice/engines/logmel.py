"""Log-mel features as the phoneme model defines them: 80 bins, one row per 10 ms, at 16 kHz and at 8 kHz.

Rule: numbers agree with the front end inside the wide-band model (25 ms Hann window, power, triangles on the HTK mel
scale up to 8 kHz, natural log, ends mirrored). At 8 kHz the same is computed from half the samples; for what a
telephone carries both agree.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

BINS = 80
WINDOW, HOP = 400, 160
"""Samples at 16 kHz."""
LINES = WINDOW // 2 + 1
"""Frequencies of the transform, 40 Hz apart."""
FLOOR = np.float32(1.1920929e-07)
"""Added to the power before the logarithm."""
ABSENT = np.float32(-10.0)
"""What the student finds in the bins that a telephone does not carry."""
CARRIED_BINS = 58
"""The bins centred below 3.65 kHz: above, a line's filter and not the voice decides."""

QUIET, LEAST_QUIET = 0.1, 5
"""The share of frames, and their least number, that hold the line's noise and no speech."""
LEFT = np.float32(0.15)
"""Of a bin's power when the noise is taken off."""


def log_mel(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """`samples` (n,) at 16 kHz, -1..1, n > 200 -> (1 + n // 160, 80)."""
    power = _power(samples, WINDOW, HOP)
    # not "@": the threads that a matrix product starts go on spinning and cost more than the product
    features: npt.NDArray[np.float32] = np.log(np.einsum("tf,fb->tb", power, filters()) + FLOOR)
    return features


def narrow(features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The same with the bins that a telephone does not carry blotted out, in place."""
    features[..., CARRIED_BINS:] = ABSENT
    return features


def quieted(features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Narrow features with the line's noise taken out: what the quietest frames hold is taken off all.

    Of a man's voice a telephone carries little, so that noise 20 dB below the whole voice is far nearer to what is
    left of it. A bin loses no more than all but `LEFT`, which leaves other people's voices as they are.
    """
    power = np.exp(features[:, :CARRIED_BINS])
    count = max(LEAST_QUIET, int(QUIET * len(features)))
    quiet = np.argsort(features[:, :CARRIED_BINS].mean(axis=1))[:count]
    noise = power[quiet].mean(axis=0)
    result = features.copy()
    result[:, :CARRIED_BINS] = np.log(np.maximum(power - noise, LEFT * power) + FLOOR)
    return result


def log_mel_of_line(samples: npt.NDArray[np.float32], warp: float = 1.0) -> npt.NDArray[np.float32]:
    """`samples` (n,) at 8 kHz, n > 100 -> (1 + n // 80, 80), narrow. `warp` over 1 moves formants up, below 3.3 kHz."""
    power = _power(samples, WINDOW // 2, HOP // 2) * np.float32(4)
    return narrow(np.log(power @ filters(warp)[: power.shape[1]] + FLOOR))


def _power(samples: npt.NDArray[np.float32], window: int, hop: int) -> npt.NDArray[np.float32]:
    mirrored = np.pad(samples, window // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(mirrored, window)[::hop]
    spectrum = np.fft.rfft(frames * _hann(window), axis=1)
    power: npt.NDArray[np.float32] = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    return power


@cache
def _hann(window: int) -> npt.NDArray[np.float32]:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)).astype(np.float32)


@cache
def filters(warp: float = 1.0) -> npt.NDArray[np.float32]:
    """(201, 80). A warped filter looks where a voice with a longer or shorter tract has what it expects."""
    mel = np.linspace(0.0, 2595 * np.log10(1 + 8000 / 700), BINS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    edges = _warped(edges, warp)
    at = np.arange(LINES)[:, None] * (8000 / (LINES - 1))
    rising = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _warped(hz: npt.NDArray[np.float64], warp: float) -> npt.NDArray[np.float64]:
    """Divided by `warp` up to a knee, then straight on to 3.7 kHz, above which nothing moves."""
    knee, end = 2800.0 * min(1.0, warp), 3700.0
    upper = knee / warp + (hz - knee) * (end - knee / warp) / (end - knee)
    return np.where(hz < knee, hz / warp, np.where(hz < end, upper, hz))
