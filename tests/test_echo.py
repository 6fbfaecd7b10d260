"""Our own voice on its way back is known as such; another voice is not taken for it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.speech import RATE, Samples, at_level, echo_of, mixed, noise, on_the_line, said, silence
from voice.echo import Echo

OURS = (
    "お電話ありがとうございます。スマイル精工でございます。",
    "恐れ入りますが、お電話番号を市外局番からお願いいたします。",
)
THEIRS = "スマイル企画の江川と申しますが、営業の栗本さんいらっしゃいますか。"
CHUNK = 256


def shares(ours: Samples, theirs: Samples, active: Samples) -> list[float]:
    """The estimate after each chunk in whose last 0.1 s `active` was well above the noise."""
    echo, made = Echo(), []
    heard = np.frombuffer(on_the_line(theirs), "<i2").astype(np.float64)
    for at in range(0, min(len(ours), len(heard)) - CHUNK, CHUNK):
        echo.played(ours[at : at + CHUNK])
        echo.heard(heard[at : at + CHUNK])
        recent = active[max(0, at + CHUNK - 800) : at + CHUNK]
        if at > RATE // 2 and np.sqrt(np.mean(recent**2)) > 32768 * 10 ** (-52 / 20):
            made.append(echo.share())
    return made


@cache
def own(delay: float, decibel: float) -> list[float]:
    ours = said(OURS[0])
    back = echo_of(ours, delay, decibel)[: len(ours)]
    return shares(ours, mixed(back, noise(len(ours) / RATE, -62)), back)


@pytest.mark.parametrize("decibel", [-15, -20, -25])
@pytest.mark.parametrize("delay", [0.05, 0.15, 0.3])
def test_our_echo_is_ours(delay: float, decibel: float) -> None:
    made = own(delay, decibel)
    assert len(made) > 20
    assert np.percentile(made, 5) > 0.4


@pytest.mark.parametrize("half_tone", [0, 3, -4])
@pytest.mark.parametrize("decibel", [0, -12])
def test_another_voice_over_ours_is_not(half_tone: float, decibel: float) -> None:
    ours, voice = said(OURS[1]), at_level(said(THEIRS, half_tone), decibel)
    made = shares(ours, mixed(voice, echo_of(ours, 0.15, -28), noise(6, -62)), voice)
    assert len(made) > 50
    assert np.percentile(made, 95) < 0.4


def test_without_our_voice_nothing_is_ours() -> None:
    voice = said(THEIRS)
    assert max(shares(np.zeros(len(voice)), voice, voice)) == 0.0


def test_after_a_pause_both_sides_are_aligned_anew() -> None:
    ours = said(OURS[0])
    echo, made = Echo(), []
    # the line lost two seconds of the caller's side while we spoke on
    echo.played(said("はい。"))
    echo.played(np.zeros(2 * RATE))
    echo.pause()
    echo.heard(silence(0.5))
    heard = np.frombuffer(on_the_line(mixed(echo_of(ours, 0.1, -20), noise(1, -62))), "<i2").astype(np.float64)
    for at in range(0, RATE * 2, CHUNK):
        echo.played(ours[at : at + CHUNK])
        echo.heard(heard[at : at + CHUNK])
        if at > RATE:
            made.append(echo.share())
    assert np.median(made) > 0.6
