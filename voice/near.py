"""Is it the caller, or talk behind the caller? By level: who speaks into the telephone is louder than a room's voices.

The detector of speech (`vad`) hears spectrum more than level, so that people in the background are speech to it, and a
turn would never end. Rule: the quietest stretch of the last seconds is the line without its caller, and what is hardly
louder than that is nobody near. While somebody speaks on without a breath that stretch is speech itself, so the bar
stays well below the loudest voice that was heard in the call; before anybody was heard, below that of a soft caller.
Pure; fed with every chunk. Measured on four synthetic callers before five voices 18-28 dB down: chunks between the
turns that counted as speech .13-.93 without, .03-.14 with it, all turns ended and none was lost. In steady noise it
takes off the tenth of a second by which the detector trails the end of speech. Leaves out: loud music, and voices as
near as the caller's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Bar:
    """How loud is near; levels in dB of full scale, as mean power. Of a dozen settings tried all were as good."""

    window_seconds: float = 8.0
    """In which the caller takes a breath at least once."""
    quiet_seconds: float = 0.6
    """Of the quietest stretch: longer than a pause between words, so that background talk shows how loud it gets."""
    least_seconds: float = 1.0
    """Of sound before anything is judged."""
    above_db: float = 4.0
    """Over the loudest chunk of the quietest stretch: talk in the background rises so far above what it did there."""
    below_db: float = 14.0
    """Under the loudest 0.3 s of the caller: soft syllables are seldom further down."""
    out_db: float = 8.0
    """Over the same: from here on a sound stands out, whatever the detector takes it for."""
    soft_db: float = -30.0
    """How loud a caller is taken to be before one was heard; most are ten louder."""
    fall_db: float = 0.25
    """A second by which the loudest is forgotten: another person may take the telephone."""
    loud_seconds: float = 0.3
    now_seconds: float = 0.1
    """Over which the present level is taken; as long as the detector trails the sound."""
    speech: float = 0.5
    """Mean probability from which a loud stretch is a voice."""


class Near:
    """What of one stream is near. Not to be shared, not to be reused."""

    def __init__(self, chunk_seconds: float, bar: Bar | None = None) -> None:
        self._bar = bar or Bar()
        self._seconds = chunk_seconds
        self._powers: npt.NDArray[np.float64] = np.zeros(0)
        """Mean squares of the last chunks, full scale 1."""
        self._probabilities: list[float] = []
        self._loudest_db = self._bar.soft_db
        self._behind_db = math.inf
        """The loudest chunk of the quietest stretch; nothing is over it before enough was heard."""

    def judge(self, power: float, probability: float) -> float:
        """The next chunk's mean square and speech probability → its probability of being the caller's speech."""
        bar = self._bar
        self._powers = np.append(self._powers[1 - self._chunks(bar.window_seconds) :], power)
        loud = self._chunks(bar.loud_seconds)
        self._probabilities = [*self._probabilities[1 - loud :], probability]
        self._loudest_db = max(bar.soft_db, self._loudest_db - bar.fall_db * self._seconds)
        if len(self._probabilities) == loud and sum(self._probabilities) >= bar.speech * loud:
            self._loudest_db = max(self._loudest_db, _db(self._powers[-loud:].mean()))
        if len(self._powers) < self._chunks(bar.least_seconds):
            return probability
        self._behind_db = self._quietest_db()
        near = _db(self._powers[-self._chunks(bar.now_seconds) :].mean()) >= self._least_db()
        return probability if near else 0.0

    def stands_out(self, power: float) -> bool:
        """Whether a chunk of that mean square is far above the line, and as loud as the caller."""
        level = _db(power)
        return level >= self._behind_db + self._bar.out_db and level >= self._loudest_db - self._bar.below_db

    def _least_db(self) -> float:
        return min(self._behind_db + self._bar.above_db, self._loudest_db - self._bar.below_db)

    def _quietest_db(self) -> float:
        size = self._chunks(self._bar.quiet_seconds)
        sums = np.concatenate(([0.0], np.cumsum(self._powers)))
        at = int(np.argmin(sums[size:] - sums[:-size]))
        return _db(float(self._powers[at : at + size].max()))

    def _chunks(self, seconds: float) -> int:
        return max(1, round(seconds / self._seconds))


def _db(power: float) -> float:
    return 10 * math.log10(max(power, 1e-12))
