"""The acoustic front end: its shape, its probabilities, and that it hears what a synthesiser says."""

from __future__ import annotations

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from voice import g711
from voice.audio import Sound
from voice.engines import EngineError
from voice.engines.acoustic import BLANK, Acoustics, free_phonemes
from voice.engines.logmel import CARRIED_BINS, log_mel, narrow, quieted
from voice.engines.openjtalk import OpenJTalk
from voice.engines.phonemes import canonical, transitions
from voice.resample import convert
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


@pytest.fixture(scope="module")
def caller() -> OpenJTalk:
    return OpenJTalk(rate_hz=8000)


def _over_a_telephone(caller: OpenJTalk, text: str) -> tuple[Sound, list[str]]:
    """What OpenJTalk says, through G.711, back at 16 kHz; and its phonemes."""
    coded = g711.ulaw_decode(g711.ulaw_encode(caller.speak(text).pcm))
    return convert(Sound(coded, 8000), 16_000), [canonical(one) for one in caller.phonemes(text)]


def test_the_narrow_ear_hears_a_telephone_far_better_than_the_wide_one(acoustics: Acoustics, caller: OpenJTalk) -> None:
    wrong = {8000: 0, 16000: 0}
    of = 0
    for text in ("予約の変更をお願いしたいのですが", "担当の方はいらっしゃいますか", "折り返しお電話をいただけますか"):
        sound, phonemes = _over_a_telephone(caller, text)
        of += len(phonemes)
        for band_hz in wrong:
            heard = [canonical(one) for one in free_phonemes(acoustics.posteriors(sound, band_hz), 1.0)]
            wrong[band_hz] += Levenshtein.distance(heard, phonemes)
    assert wrong[8000] < 0.4 * of
    assert wrong[8000] < 0.7 * wrong[16000]


def test_the_noise_of_a_line_is_taken_off_and_a_voice_is_left() -> None:
    chance = np.random.default_rng(3)
    voice = np.zeros(16_000, np.float32)
    voice[4_000:12_000] = 0.3 * np.sin(2 * np.pi * 700 * np.arange(8_000) / 16_000)
    noise = 0.003 * chance.standard_normal(16_000).astype(np.float32)
    clean, heard = narrow(log_mel(voice)), narrow(log_mel(voice + noise))
    bins = slice(0, CARRIED_BINS)
    assert np.abs(quieted(clean) - clean)[30:70, bins].max() < 0.2
    before, after = (np.abs(one - clean)[30:70, bins].mean() for one in (heard, quieted(heard)))
    assert after < 0.85 * before
    assert quieted(heard)[:20, bins].mean() < heard[:20, bins].mean() - 0.5


def test_rows_from_the_middle_are_those_of_the_whole(acoustics: Acoustics, caller: OpenJTalk) -> None:
    sound, _ = _over_a_telephone(caller, "来週の火曜日の三時に二名でお願いします")
    for band_hz in (8000, 16000):
        whole, later = acoustics.posteriors(sound, band_hz), acoustics.posteriors(sound, band_hz, 100)
        assert len(later) == len(whole) - 100
        assert (later[50:].argmax(axis=1) == whole[150:].argmax(axis=1)).mean() > 0.9


def test_chunks_with_context_hear_what_the_whole_hears(acoustics: Acoustics, caller: OpenJTalk) -> None:
    sound, _ = _over_a_telephone(caller, "来週の火曜日の三時に二名でお願いします")
    whole = acoustics.posteriors(sound, 8000)
    half = Sound(sound.pcm[: 2 * 16_000 * 3 // 2], 16000)
    first = acoustics.posteriors(half, 8000)[:100]
    agree = (first.argmax(axis=1) == whole[:100].argmax(axis=1)).mean()
    assert agree > 0.9
