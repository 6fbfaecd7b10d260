"""Utterances while they are spoken: what was heard of one is kept, so that when it ends only its end is work.

Rule: an utterance is known again by its sound: one that begins as an earlier one did is that one, gone on. So
nobody has to say what belongs together, and an engine that has never heard the beginning hears it all at once. A frame
is settled when the sound around it is known, or silence is; settled frames are searched once and for good. Leaves out
words, and engines with a model of their own.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from voice.audio import INNER_RATE_HZ, Sound
from voice.engines.acoustic import BLANK, FRAME_MS
from voice.engines.decode import Floats, Searches

Posteriors = Callable[[Sound, int, int], Floats]
"""`Acoustics.posteriors`."""

AROUND_FRAMES = 50
"""0.5 s of sound that a frame is heard with on either side; with less numbers and names get worse."""
SILENT_FRAMES = 6
"""The end of a sound that ends in silence is not settled: should the speech go on, its first consonant may be there."""
UTTERANCES_KEPT = 8
"""At once, in one process: more callers than a core can hear."""
_FRAME_BYTES = INNER_RATE_HZ * FRAME_MS // 1000 * 2


class Running:
    """One utterance as far as it was heard."""

    def __init__(self, band_hz: int) -> None:
        self.searches = Searches(np.zeros((0, BLANK + 1), np.float32))
        self._band_hz = band_hz
        self._pcm = b""

    def begins(self, sound: Sound, band_hz: int) -> bool:
        """Whether that sound is this utterance, or what has become of it."""
        return band_hz == self._band_hz and bool(self._pcm) and sound.pcm.startswith(self._pcm)

    def hear(self, sound: Sound, posteriors: Posteriors, going: bool) -> None:
        """The whole sound so far; `going`: in the middle of speech, and not where it paused. Raises EngineError."""
        self._pcm = sound.pcm
        done, frames = len(self.searches), len(sound.pcm) // _FRAME_BYTES + 1
        settled = frames - (AROUND_FRAMES if going else SILENT_FRAMES)
        if settled <= done:
            return
        first = max(0, done - AROUND_FRAMES)
        rows = posteriors(sound, self._band_hz, first)
        self.searches.add(rows[done - first : settled - first])


class Utterances:
    """Those that were heard last."""

    def __init__(self, posteriors: Posteriors) -> None:
        self._posteriors = posteriors
        self._kept: list[Running] = []
        """The latest last."""

    def hear(self, sound: Sound, band_hz: int, going: bool) -> Searches:
        """The searches of the utterance that the sound is, or goes on with. Raises EngineError."""
        running = next((each for each in self._kept if each.begins(sound, band_hz)), None) or Running(band_hz)
        self.forget(running.searches)
        running.hear(sound, self._posteriors, going)
        self._kept = [*self._kept[1 - UTTERANCES_KEPT :], running]
        return running.searches

    def forget(self, searches: Searches) -> None:
        """Of these nothing is to be gone on with: time was up in the middle."""
        self._kept = [each for each in self._kept if each.searches is not searches]
