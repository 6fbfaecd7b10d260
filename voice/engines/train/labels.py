"""Which step happens in which frame: what the wide-band model hears in clean sound, made to agree with the text.

Rule: the text is known, so the steps are; only their variants (devoiced or not, a pause or none) and their time are
asked of the wide-band model. Long vowels stay two phonemes, as the reader spoke them, though that model seldom says
so: オオノ is not オノ. `path` picks the variants (Viterbi), `occupancy` gives each step's probability per frame
(forward-backward); a step takes exactly one frame, which is how the decoder reads posteriors.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from voice.engines.acoustic import BLANK
from voice.engines.phonemes import transitions

Log = npt.NDArray[np.float32]
Steps = npt.NDArray[np.int64]
VARIANTS = {"i": ("i", "I"), "I": ("I", "i"), "u": ("u", "U"), "U": ("U", "u")}
NEVER = np.float32(-1e30)


@cache
def columns() -> dict[tuple[str, str], int]:
    """The column of each step."""
    return {step: column for column, step in enumerate(transitions())}


def path(posteriors: Log, phonemes: list[str]) -> Steps | None:
    """The columns of the steps spoken, in order, from and to a pause; None where the sound is too short for them."""
    states = [(at, name) for at, one in enumerate(["pau", *phonemes, "pau"]) for name in VARIANTS.get(one, (one,))]
    source, column = _arcs(states)
    score = np.full(len(states), NEVER)
    score[0] = 0.0
    came = np.zeros((len(posteriors), len(states)), np.int64)
    padded = np.append(posteriors, np.full((len(posteriors), 1), NEVER, np.float32), axis=1)
    for frame, row in enumerate(padded):
        moves = score[source] + row[column]
        best = moves.argmax(axis=1)
        moved, stayed = moves[np.arange(len(states)), best], score + row[BLANK]
        came[frame] = np.where(moved > stayed, best, -1)
        score = np.maximum(np.maximum(moved, stayed), NEVER)
    return _traced(came, source, column) if score[-1] > NEVER / 2 else None


def _arcs(states: list[tuple[int, str]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each state the states before it and the columns that lead here, (S, 4), filled up with the impossible."""
    source, column = np.zeros((len(states), 4), np.int64), np.full((len(states), 4), BLANK + 1, np.int64)
    pauses = {at for at, name in states[1:-1] if name == "pau"}
    for here, (at, name) in enumerate(states):
        before = [there for there in range(max(0, here - 5), here) if _follows(states[there][0], at, pauses)]
        arcs = [(there, columns()[states[there][1], name]) for there in before if (states[there][1], name) in columns()]
        for number, (there, leads) in enumerate(arcs[:4]):
            source[here, number], column[here, number] = there, leads
    return source, column


def _follows(before: int, at: int, pauses: set[int]) -> bool:
    return at - before == 1 or (at - before == 2 and at - 1 in pauses)


def _traced(came: npt.NDArray[np.int64], source: npt.NDArray[np.int64], column: npt.NDArray[np.int64]) -> Steps:
    state, found = came.shape[1] - 1, []
    for arcs in came[::-1]:
        if arcs[state] >= 0:
            found.append(column[state, arcs[state]])
            state = source[state, arcs[state]]
    return np.array(found[::-1], np.int64)


def occupancy(posteriors: Log, steps: Steps) -> Log:
    """The probability that frame t takes step s, (T, S), given that all are taken in order."""
    blank, taken = posteriors[:, BLANK], posteriors[:, steps]
    forward, backward = _sums(blank, taken), _sums(blank[::-1], taken[::-1, ::-1])[::-1, ::-1]
    whole = forward[-1, -1]
    share: Log = np.exp(np.minimum(0, forward[:-1, :-1] + taken + backward[1:, 1:] - whole)).astype(np.float32)
    return share


def _sums(blank: Log, taken: Log) -> npt.NDArray[np.float64]:
    """Log probability of having taken the first s steps in the first t frames, (T + 1, S + 1)."""
    table = np.full((len(blank) + 1, taken.shape[1] + 1), -1e30)
    table[0, 0] = 0.0
    for frame in range(len(blank)):
        table[frame + 1] = table[frame] + blank[frame]
        table[frame + 1, 1:] = np.logaddexp(table[frame + 1, 1:], table[frame, :-1] + taken[frame])
    return table
