"""How something was said, words apart: level, pace, pitch and its change, bursts of loudness; and what they may mean.

Rule: features are measured, what is made of them is a heuristic and called one. `raised` weighs an utterance against
how the same caller spoke before: louder, higher, wider in pitch, quicker, with bursts; nobody is measured against
others, for people differ more among each other than within themselves. `likely_sex` looks at the middle pitch alone, is
silent between the ranges of men and women, and is a guess about a voice, not a statement about a person. Pitch is the
lag at which the rectified wave is most like itself: a telephone takes away what lies below 300 Hz, and the envelope
still beats at it. Pure; about 2 ms for a second of sound. Leaves out: words, and what to do about either.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

from voice.audio import Sound

STEP_SECONDS, WINDOW_SECONDS = 0.02, 0.04
"""The window holds three periods of the lowest voice."""
LOWEST_HZ, HIGHEST_HZ = 70.0, 420.0
VOICED = 0.4
"""Likeness from which a window has a pitch. This, the next and the window were chosen on 46 utterances of synthetic
voices of 90-350 Hz over a telephone at 20 dB: the middle pitch was off by 1.1 semitones in the mean, and by more than
two in 5 of them; with the wave itself in place of its envelope in 13."""
AS_GOOD = 0.95
"""Of the best likeness: the shortest lag that reaches it counts, or a voice would be heard an octave low."""
ACTIVE_DB = 25.0
"""So far below the loudest windows sound still counts as speech."""
BURST_DB, BURST_SECONDS = 6.0, 0.1
"""A burst is so much louder than the caller's own speech is in the middle, for so long."""
LEAST_VOICED_SECONDS = 0.3
"""Of pitch before anything is said about it."""
LONGEST_SECONDS = 15.0
"""The rest of a long utterance tells nothing new."""
MEN_BELOW_HZ, WOMEN_ABOVE_HZ = 155.0, 185.0
"""Middle pitch. Men speak about 120 Hz, few above 155; women about 220 on the telephone, few below 185."""
MANY = 0.5
"""A score from which one may speak of a raised voice: about two of the signs together."""

Samples = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Manner:
    """Features of one utterance; 0.0 where it was too short to tell."""

    level_db: float
    """Of its speech, below full scale."""
    morae_per_second: float
    """Pauses not counted."""
    pitch_hz: float
    """The middle one."""
    pitch_range: float
    """Semitones between the lowest and the highest tenth."""
    pitch_change: float
    """Semitones from the first third to the last."""
    bursts: int
    """Of loudness."""

    def plain(self) -> tuple[tuple[str, float], ...]:
        """By name, rounded: as it is kept."""
        return tuple((each.name, round(float(getattr(self, each.name)), 2)) for each in fields(self))

    @classmethod
    def kept(cls, plain: Iterable[tuple[str, float]]) -> Self:
        """The one that was kept so; what was not kept is 0."""
        known = dict(plain)
        level, rate, pitch, extent, change, bursts = (known.get(each.name, 0.0) for each in fields(cls))
        return cls(level, rate, pitch, extent, change, int(bursts))


def measure(sound: Sound, gain: float, morae: int, speech_seconds: float) -> Manner:
    """`gain`: by which the sound was made louder than it came; `morae`: how many were recognised in it, 0 unknown."""
    samples = sound.samples().astype(np.float64)[: int(LONGEST_SECONDS * sound.rate_hz)]
    size = int(WINDOW_SECONDS * sound.rate_hz)
    if len(samples) < size:
        return Manner(0.0, 0.0, 0.0, 0.0, 0.0, 0)
    windows = np.lib.stride_tricks.sliding_window_view(samples, size)[:: int(STEP_SECONDS * sound.rate_hz)]
    windows = windows - windows.mean(axis=1, keepdims=True)
    levels = 10 * np.log10(np.mean(windows**2, axis=1) + 1e-3)
    active = levels > np.percentile(levels, 95) - ACTIVE_DB
    middle = float(np.median(levels[active]))
    level = 10 * math.log10(float(np.mean(10 ** (levels[active] / 10)))) - 20 * math.log10(32768 * max(gain, 1e-6))
    pitch = _pitch(windows[active], sound.rate_hz)
    rate = morae / speech_seconds if morae >= 4 and speech_seconds > 0 else 0.0
    return Manner(level, rate, *_course(pitch), _bursts(levels, middle))


def _pitch(windows: Samples, rate_hz: int) -> Samples:
    """Hz for each window in order, none for those without a pitch."""
    size, taper = 1 << (2 * windows.shape[1] - 1).bit_length(), np.hanning(windows.shape[1])
    envelope = np.abs(windows)
    envelope -= envelope.mean(axis=1, keepdims=True)
    likeness = _with_itself(envelope * taper, size)[:, : int(rate_hz / LOWEST_HZ) + 2]
    of_taper = _with_itself(taper[None], size)[:, : likeness.shape[1]]
    likeness = likeness / np.maximum(likeness[:, :1], 1e-9) / (of_taper / of_taper[:, :1])
    first = int(rate_hz / HIGHEST_HZ)
    inner = likeness[:, first:-1]
    peaks = (inner >= likeness[:, first - 1 : -2]) & (inner > likeness[:, first + 1 :])
    heights = np.where(peaks, inner, 0.0)
    best = heights.max(axis=1, initial=0.0)
    shortest = np.argmax(heights >= AS_GOOD * best[:, None], axis=1)
    found: Samples = rate_hz / (first + shortest[best >= VOICED]).astype(np.float64)
    return found


def _with_itself(windows: Samples, size: int) -> Samples:
    """The autocorrelation of each window."""
    made: Samples = np.fft.irfft(np.abs(np.fft.rfft(windows, size)) ** 2, size)
    return made


def _course(pitch: Samples) -> tuple[float, float, float]:
    """(middle Hz, range, change) in semitones."""
    if len(pitch) * STEP_SECONDS < LEAST_VOICED_SECONDS:
        return 0.0, 0.0, 0.0
    middle = float(np.median(pitch))
    tones = 12 * np.log2(pitch / middle)
    tones = tones[np.abs(tones) <= 10]  # beyond it is no voice of the same person, but a slip by an octave
    low, high = np.percentile(tones, (10, 90))
    third = max(1, len(tones) // 3)
    return middle, float(high - low), float(np.median(tones[-third:]) - np.median(tones[:third]))


def _bursts(levels: Samples, middle: float) -> int:
    loud = np.concatenate(([False], levels > middle + BURST_DB, [False]))
    edges = np.flatnonzero(loud[1:] != loud[:-1])
    return int(np.sum(edges[1::2] - edges[::2] >= BURST_SECONDS / STEP_SECONDS))


def raised(said: Manner, before: Sequence[Manner]) -> float | None:
    """0 calm .. 1 raised, a heuristic; None where nothing is known of how the caller speaks.

    Each sign counts by how far it lies above the middle of what was said before, up to 1: 6 dB louder, three
    semitones higher, six wider, two morae a second quicker; bursts count by themselves. Two whole signs make `MANY`.
    """
    usual = [each for each in before if each.pitch_hz]
    if not usual or not said.pitch_hz:
        return None
    signs = [
        (said.level_db - _middle([each.level_db for each in usual])) / 6.0,
        12 * math.log2(said.pitch_hz / _middle([each.pitch_hz for each in usual])) / 3.0,
        (said.pitch_range - _middle([each.pitch_range for each in usual])) / 6.0,
        min(1, said.bursts) * 0.5,
    ]
    if said.morae_per_second and (rates := [each.morae_per_second for each in usual if each.morae_per_second]):
        signs.append((said.morae_per_second - _middle(rates)) / 2.0)
    return round(min(1.0, sum(min(1.0, max(0.0, sign)) for sign in signs) / 4.0), 2)


def _middle(values: Sequence[float]) -> float:
    return float(np.median(values))


def likely_sex(said: Sequence[Manner]) -> str:
    """ "男性" or "女性" by the pitch of all that was said; "" where it lies between, or too little was said."""
    pitches = [each.pitch_hz for each in said if each.pitch_hz]
    if not pitches:
        return ""
    middle = _middle(pitches)
    return "男性" if middle < MEN_BELOW_HZ else "女性" if middle > WOMEN_ABOVE_HZ else ""
