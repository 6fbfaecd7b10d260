"""The acoustic front end: its shape, its probabilities, and that it hears what a synthesiser says."""

from __future__ import annotations

import numpy as np
import pytest

from voice.audio import Sound
from voice.engines import EngineError
from voice.engines.acoustic import BLANK, Acoustics, free_phonemes, transitions
from voice.widen import widen


@pytest.fixture(scope="module")
def acoustics() -> Acoustics:
    return Acoustics()


def test_the_columns_are_the_known_steps() -> None:
    assert len(transitions()) == BLANK == len(set(transitions()))
    assert len({name for step in transitions() for name in step}) == 39


@pytest.mark.parametrize("band_hz", [8000, 16000])
def test_every_row_is_a_distribution(acoustics: Acoustics, band_hz: int) -> None:
    noise = np.random.default_rng(1).integers(-3000, 3000, 16000, dtype=np.int16)
    rows = acoustics.posteriors(Sound(noise.astype("<i2").tobytes(), 16000), band_hz)
    assert rows.shape == (101, BLANK + 1)
    assert rows.dtype == np.float32
    assert np.allclose(np.exp(rows).sum(axis=1), 1.0, atol=1e-3)


@pytest.mark.parametrize("band_hz", [8000, 16000])
@pytest.mark.parametrize("samples", [0, 1, 160, 399, 400, 1601])
def test_scraps_of_sound_do_no_harm(acoustics: Acoustics, samples: int, band_hz: int) -> None:
    rows = acoustics.posteriors(Sound(b"\0\0" * samples, 16000), band_hz)
    assert rows.shape == (1 + samples // 160 if samples >= 400 else 0, BLANK + 1)
    assert np.isfinite(rows).all()


def test_a_wrong_rate_is_refused(acoustics: Acoustics) -> None:
    with pytest.raises(EngineError, match="8000"):
        acoustics.posteriors(Sound(b"\0\0" * 800, 8000), 8000)


def test_the_free_loop_reads_a_sure_path() -> None:
    rows = np.full((50, BLANK + 1), -9.0, np.float32)
    rows[:, BLANK] = -0.1
    for at, step in ((5, ("pau", "h")), (15, ("h", "a")), (25, ("a", "i")), (40, ("i", "pau"))):
        rows[at, transitions().index(step)] = -0.05
        rows[at, BLANK] = -6.0
    assert free_phonemes(rows) == ("h", "a", "i")


def test_widening_adds_above_and_leaves_below() -> None:
    time = np.arange(16000) / 16000
    tone = (0.3 * np.sin(2 * np.pi * 3000 * time)).astype(np.float32)
    added = np.abs(np.fft.rfft(widen(tone) - tone))
    assert added[4000:].mean() > 30 * added[:3000].mean()
    assert np.array_equal(widen(tone), widen(tone))
