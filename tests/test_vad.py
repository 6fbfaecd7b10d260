"""Speech is noticed through a telephone's codec, other sounds are not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.speech import RATE, Samples, at_level, mixed, noise, on_the_line, pink, said, silence
from voice.endpoint import Thresholds
from voice.resample import Resampler
from voice.vad import CHUNK_SECONDS, Vad

LEAST = Thresholds().least_seconds
SENTENCE = "スマイル企画の江川と申しますが、営業の栗本さんいらっしゃいますか。"


def probabilities(samples: Samples) -> list[float]:
    return Vad().push(Resampler(RATE, 16000).push(on_the_line(samples)))


def longest(values: list[float]) -> float:
    """Seconds of the longest stretch that counts as speech."""
    best = run = 0
    for value in values:
        run = run + 1 if value >= (0.35 if run else 0.5) else 0
        best = max(best, run)
    return best * CHUNK_SECONDS


@pytest.mark.parametrize("decibel", [0, -12, -24])
def test_a_sentence_is_speech_from_its_beginning_to_its_end(decibel: float) -> None:
    spoken = at_level(said(SENTENCE), decibel)
    values = probabilities(mixed(pink(8, -62), np.concatenate((silence(1), spoken))))
    hot = np.flatnonzero(np.array(values) >= 0.5) * CHUNK_SECONDS
    assert 0.9 < hot[0] < 1.2
    assert abs(hot[-1] - 1 - len(spoken) / RATE) < 0.2
    assert np.mean(np.array(values)[int(1.1 / CHUNK_SECONDS) : int(5 / CHUNK_SECONDS)] >= 0.5) > 0.75


def test_short_answers_are_speech_wherever_the_chunks_fall() -> None:
    heard = [
        longest(probabilities(mixed(pink(2.5, -60, seed), np.concatenate((silence(1 + shift), said(word))))))
        for seed, word in enumerate(["はい", "うん", "ええ", "いえ", "いいえ", "そう"])
        for shift in (0.0, 0.006, 0.012, 0.018, 0.024)
    ]
    assert np.mean(np.array(heard) >= LEAST) > 0.9


@pytest.mark.parametrize("dbfs", [-60, -50, -40, -30])
def test_noise_is_not_speech(dbfs: float) -> None:
    assert longest(probabilities(noise(10, dbfs))) < LEAST
    assert longest(probabilities(pink(10, dbfs))) < LEAST


def test_bursts_and_clicks_are_not_speech() -> None:
    made = pink(8, -58)
    for count, seconds in enumerate((0.005, 0.05, 0.1, 0.2, 0.4)):
        at, burst = int((1 + count) * RATE), noise(seconds, -25, count)
        made[at : at + len(burst)] += burst * np.hanning(len(burst))
    assert longest(probabilities(made)) < LEAST


def test_chunks_do_not_depend_on_the_cuts() -> None:
    pcm = Resampler(RATE, 16000).push(on_the_line(said("もしもし")))
    whole = Vad().push(pcm)
    vad = Vad()
    assert [value for at in range(0, len(pcm), 998) for value in vad.push(pcm[at : at + 998])] == whole
    assert len(whole) == len(pcm) // 1024
