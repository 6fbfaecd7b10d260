"""Rate conversion: level, aliases, alignment, and independence of how a stream is cut."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.audio import Sound
from voice.resample import Resampler, convert

PAIRS = [(8000, 16000), (16000, 8000), (48000, 16000), (48000, 8000), (44100, 16000), (24000, 16000)]


def tone(hz: float, rate_hz: int, seconds: float = 1.0, amplitude: float = 8000) -> bytes:
    time = np.arange(int(rate_hz * seconds)) / rate_hz
    return np.rint(amplitude * np.sin(2 * np.pi * hz * time)).astype("<i2").tobytes()


def streamed(pcm: bytes, from_hz: int, to_hz: int, cuts: list[int]) -> bytes:
    resampler = Resampler(from_hz, to_hz)
    made, at = b"", 0
    for cut in cuts:
        made += resampler.push(pcm[at : at + cut])
        at += cut
    return made + resampler.push(pcm[at:]) + resampler.flush()


def samples(pcm: bytes) -> npt.NDArray[np.float64]:
    return np.frombuffer(pcm, "<i2").astype(np.float64)


@pytest.mark.parametrize(("from_hz", "to_hz"), PAIRS)
def test_a_tone_keeps_its_level_and_its_time(from_hz: int, to_hz: int) -> None:
    made = samples(streamed(tone(1000, from_hz), from_hz, to_hz, []))
    assert len(made) == to_hz
    middle = slice(to_hz // 10, -to_hz // 10)
    assert np.abs(made - samples(tone(1000, to_hz)))[middle].max() < 40


@pytest.mark.parametrize(("from_hz", "to_hz"), [(16000, 8000), (48000, 8000), (48000, 16000)])
def test_what_the_slower_rate_cannot_carry_is_gone(from_hz: int, to_hz: int) -> None:
    made = samples(streamed(tone(to_hz * 0.6, from_hz), from_hz, to_hz, []))
    assert np.sqrt(np.mean(made[200:-200] ** 2)) < 8000 * 10 ** (-55 / 20)


def test_the_telephone_band_passes_and_its_image_does_not() -> None:
    made = samples(streamed(tone(3300, 8000), 8000, 16000, []))
    spectrum = np.abs(np.fft.rfft(made[1000:-1000] * np.hanning(len(made) - 2000)))
    hz = np.fft.rfftfreq(len(made) - 2000, 1 / 16000)
    assert 3250 < hz[spectrum.argmax()] < 3350
    assert spectrum[hz > 4400].max() < spectrum.max() * 10 ** (-50 / 20)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(PAIRS), st.lists(st.integers(0, 700), max_size=20))
def test_cutting_otherwise_gives_the_same_samples(pair: tuple[int, int], cuts: list[int]) -> None:
    noise = np.random.default_rng(7).integers(-9000, 9000, 3000).astype("<i2").tobytes()
    assert streamed(noise, *pair, cuts) == streamed(noise, *pair, [])


@pytest.mark.parametrize(("from_hz", "to_hz"), PAIRS)
def test_little_is_held_back(from_hz: int, to_hz: int) -> None:
    resampler = Resampler(from_hz, to_hz)
    given_seconds = got_seconds = 0.0
    for _ in range(20):
        got_seconds += len(resampler.push(bytes(from_hz // 50 * 2))) / 2 / to_hz
        given_seconds += 0.02
    assert given_seconds - got_seconds < 0.005


def test_a_whole_sound() -> None:
    made = convert(Sound(tone(1000, 48000), 48000), 16000)
    assert made.rate_hz == 16000
    assert made.seconds == pytest.approx(1.0, abs=0.001)
    assert np.abs(made.samples() - samples(tone(1000, 16000)))[800:-800].max() < 40
    same = Sound(b"\1\0", 8000)
    assert convert(same, 8000) is same
