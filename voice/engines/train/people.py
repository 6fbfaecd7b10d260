"""People's voices for the student: telephone announcements in other languages, whose words nobody needs to know.

Rule: the wide-band model tells which Japanese phonemes it hears in a recording, and the student learns to hear the same
over a telephone: what synthesisers lack is people's voices, not words. The recordings are Debian's packages
asterisk-core-sounds-{en,es,fr,it,ru}-g722 (data/CARD.md has speakers and licences), unpacked by `.ci/fetch-voices`;
the Japanese ones are never among them, for the ear is measured with those.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import av
import numpy as np
import numpy.typing as npt

from voice.audio import INNER_RATE_HZ
from voice.engines.train.voices import Spoken, bent, tract_of

LONGEST, LEAST = 9 * INNER_RATE_HZ, INNER_RATE_HZ // 4
"""Samples of one lesson."""
SILENCE = "silence"
"""The folder of recordings in which nobody speaks."""


def recordings(folder: Path, chance: Random) -> Iterator[Spoken]:
    """Each recording under `folder` twice, once as it is and once by somebody larger or smaller."""
    for path in sorted(folder.rglob("*.g722")):
        if path.parent.name == SILENCE:
            continue
        samples = _read(path)
        for start in range(0, samples.size - LEAST, LONGEST):
            piece = samples[start : start + LONGEST] / np.float32(32768)
            for tract in (1.0, tract_of(chance, 0.1, 0.82, 1.22)):
                yield Spoken("", "", bent(piece, INNER_RATE_HZ, tract))


def _read(path: Path) -> npt.NDArray[np.int16]:
    """(n,) at 16 kHz."""
    with av.open(str(path), format="g722") as file:
        pieces = [frame.to_ndarray().reshape(-1).astype(np.int16) for frame in file.decode(audio=0)]
    return np.concatenate([*pieces, np.zeros(0, np.int16)])
