"""Tones as telephones, exchanges and fax machines make them, for tests: 16-bit mono."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Wave = npt.NDArray[np.float64]

KEYS = {
    digit: (low, high)
    for low, row in zip((697.0, 770.0, 852.0, 941.0), ("123A", "456B", "789C", "*0#D"), strict=True)
    for high, digit in zip((1209.0, 1336.0, 1477.0, 1633.0), row, strict=True)
}
"""ITU-T Q.23."""


def tone(*hz: float, seconds: float, dbm0: tuple[float, ...] = (), phase: float = 0.0, rate_hz: int = 8000) -> Wave:
    """A sum of tones, each at -10 dBm0 unless said otherwise; a full-scale sine is +3.14 dBm0 (G.711)."""
    times = np.arange(int(rate_hz * seconds)) / rate_hz
    wave = np.zeros(len(times))
    for number, each in enumerate(hz):
        level = dbm0[number] if dbm0 else -10.0
        wave += 32768 * 10 ** ((level - 3.14) / 20) * np.sin(2 * np.pi * each * times + phase * (number + 1))
    return wave


def key(digit: str, seconds: float = 0.1, stray: float = 0.0, twist_db: float = 0.0, phase: float = 0.0) -> Wave:
    """A push button; `stray`: share by which both frequencies are off; `twist_db`: high group over low."""
    low, high = KEYS[digit]
    levels = (-10 - twist_db / 2, -10 + twist_db / 2)
    return tone(low * (1 + stray), high * (1 + stray), seconds=seconds, dbm0=levels, phase=phase)


def silence(seconds: float, rate_hz: int = 8000) -> Wave:
    return np.zeros(int(rate_hz * seconds))


def calling_fax(bursts: int, hz: float = 1100.0) -> Wave:
    """T.30's CNG."""
    return np.concatenate([part for _ in range(bursts) for part in (tone(hz, seconds=0.5), silence(3.0))])


def flags(seconds: float) -> Wave:
    """V.21's upper channel sending HDLC's 01111110 over and over at 300 bits a second: a 1 is 1650 Hz, a 0 1850."""
    bits = [int(bit) for bit in "01111110" * int(seconds * 300 / 8)]
    hz = np.repeat([1650.0 if bit else 1850.0 for bit in bits], 80)[::3]  # 80/3 samples a bit
    wave: Wave = 32768 * 10 ** (-13.14 / 20) * np.sin(2 * np.pi * np.cumsum(hz) / 8000)
    return wave


def busy(cycles: int) -> Wave:
    """The Japanese network's."""
    return np.concatenate([part for _ in range(cycles) for part in (tone(400, seconds=0.5), silence(0.5))])


def ringing(cycles: int) -> Wave:
    """400 Hz modulated by 16 Hz, one second on, two off."""
    times = np.arange(8000) / 8000
    one = tone(400, seconds=1.0) * (0.575 + 0.425 * np.sin(2 * np.pi * 16 * times))
    return np.concatenate([part for _ in range(cycles) for part in (one, silence(2.0))])


def to_pcm(wave: Wave, noise: float = 0.0, seed: int = 0) -> bytes:
    """`noise`: its RMS."""
    wave = wave + np.random.default_rng(seed).normal(0, noise, len(wave)) if noise else wave
    return np.clip(np.rint(wave), -32768, 32767).astype("<i2").tobytes()
