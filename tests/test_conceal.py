"""What is heard in place of sound that does not come."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tones import silence, to_pcm, tone
from voice.conceal import Concealer


def pieces(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + 320] for at in range(0, len(pcm) - 319, 320)]


def test_what_comes_is_left_as_it_is() -> None:
    pcm = to_pcm(tone(200, 430, seconds=1.0), 100)
    concealer = Concealer(8000)
    assert b"".join(map(concealer.came, pieces(pcm))) == pcm


@pytest.mark.parametrize("hz", [100.0, 160.0, 220.0, 330.0])
def test_a_voice_goes_on_through_a_gap(hz: float) -> None:
    whole = tone(hz, 2 * hz, 3 * hz, seconds=1.0)
    concealer, frames = Concealer(8000), pieces(to_pcm(whole))
    for frame in frames[:25]:
        concealer.came(frame)
    made = np.frombuffer(concealer.lost(), "<i2").astype(float)
    wanted = whole[25 * 160 : 26 * 160]
    assert np.sqrt(np.mean((made - wanted) ** 2)) < 0.35 * np.sqrt(np.mean(wanted**2))


def test_a_long_gap_fades_into_the_rooms_noise_and_nothing_clicks() -> None:
    wave = np.concatenate((silence(0.5), tone(180, 360, seconds=1.0)))
    concealer, frames = Concealer(8000), pieces(to_pcm(wave, 40))
    made = [concealer.came(frame) if n < 60 or n >= 70 else concealer.lost() for n, frame in enumerate(frames)]
    samples = np.frombuffer(b"".join(made), "<i2").astype(float)
    whole = np.frombuffer(b"".join(frames), "<i2").astype(float)
    assert np.abs(np.diff(samples)).max() < 1.3 * np.abs(np.diff(whole)).max()
    rest = samples[64 * 160 : 70 * 160]
    assert 20 < np.sqrt(np.mean(rest**2)) < 60
    levels = [float(np.sqrt(np.mean(samples[n * 160 : (n + 1) * 160] ** 2))) for n in range(60, 64)]
    assert levels == sorted(levels, reverse=True)


@settings(max_examples=30, deadline=None)
@given(lost=st.lists(st.booleans(), max_size=80), rate_hz=st.sampled_from([8000, 16_000]), seed=st.integers(0, 99))
def test_any_loss_at_any_rate_gives_whole_frames(lost: list[bool], rate_hz: int, seed: int) -> None:
    chance, concealer = np.random.default_rng(seed), Concealer(rate_hz)
    size = rate_hz // 50
    for gone in lost:
        frame = chance.integers(-32768, 32767, size).astype("<i2").tobytes()
        assert len(concealer.lost() if gone else concealer.came(frame)) == 2 * size


def test_silence_stays_silent() -> None:
    concealer = Concealer(8000)
    assert concealer.lost() == bytes(320)
    concealer.came(bytes(320))
    assert concealer.lost() == bytes(320)
