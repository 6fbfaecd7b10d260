"""What is periodic as a voice is, and what is not; and a voice that the detector of speech does not know."""

from __future__ import annotations

import numpy as np
import pytest

from tests.speech import RATE, Samples, mixed, noise, on_the_line, pink, said, silence
from voice.endpoint import Thresholds
from voice.resample import Resampler
from voice.vad import CHUNK_SAMPLES, CHUNK_SECONDS, Vad
from voice.voiced import Voiced

BARS = Thresholds()


def periodic(samples: Samples) -> list[float]:
    pcm = np.frombuffer(Resampler(RATE, 16000).push(on_the_line(samples)), "<i2") / 32768
    voiced = Voiced()
    whole = len(pcm) // CHUNK_SAMPLES * CHUNK_SAMPLES
    return [voiced.push(chunk) for chunk in pcm[:whole].reshape(-1, CHUNK_SAMPLES)]


def vowel(pitch_hz: float, seconds: float, dbfs: float) -> Samples:
    """A buzz through the telephone's band, with no more of a mouth than two resonances."""
    times = np.arange(int(seconds * RATE)) / RATE
    hertz = np.arange(np.ceil(300 / pitch_hz), 3400 / pitch_hz) * pitch_hz
    heights = 1 / (1 + ((hertz - 500) / 150) ** 2) + 0.5 / (1 + ((hertz - 1500) / 200) ** 2)
    made = np.sum([height * np.cos(2 * np.pi * each * times) for height, each in zip(heights, hertz, strict=True)], 0)
    whole: Samples = made * 32768 * 10 ** (dbfs / 20) / np.sqrt(np.mean(made**2))
    return whole


@pytest.mark.parametrize("pitch_hz", [85, 130, 220, 330])
def test_a_vowel_is_periodic_at_any_voices_pitch(pitch_hz: float) -> None:
    assert np.mean(periodic(mixed(pink(1, -50), vowel(pitch_hz, 1, -25)))[2:]) > 0.8


@pytest.mark.parametrize("dbfs", [-50, -30])
def test_noise_is_not_periodic(dbfs: float) -> None:
    assert max(periodic(noise(10, dbfs))) < BARS.start
    assert max(periodic(pink(10, dbfs))) < BARS.start


def test_silence_is_not_periodic() -> None:
    assert max(periodic(silence(1))) < BARS.start


def test_most_of_speech_is() -> None:
    spoken = said("スマイル企画の江川と申しますが、営業の栗本さんいらっしゃいますか。")
    assert np.mean(np.array(periodic(mixed(pink(len(spoken) / RATE, -60), spoken))) >= BARS.end) > 0.5


def test_a_voice_that_stands_out_is_speech_whatever_the_detector_takes_it_for() -> None:
    line = np.concatenate((silence(3), vowel(120, 0.4, -22), silence(1)))
    values = np.array(Vad().push(Resampler(RATE, 16000).push(on_the_line(mixed(pink(len(line) / RATE, -50), line)))))
    hot = np.flatnonzero(values >= BARS.start) * CHUNK_SECONDS
    assert 2.95 < hot[0] < 3.1
    assert 3.3 < hot[-1] < 3.5


def test_one_that_does_not_stand_out_is_left_to_the_detector() -> None:
    line = np.concatenate((silence(3), vowel(120, 0.4, -44), silence(1)))
    values = Vad().push(Resampler(RATE, 16000).push(on_the_line(mixed(pink(len(line) / RATE, -50), line))))
    assert max(values) < BARS.start
