"""G.711, the two laws that telephones speak: 8 bits a sample, mu-law (Japan, North America) and A-law.

Tables made once from the definitions in ITU-T G.711 (decision and output values of tables 1 and 2) with the
treatment of 16-bit input that ITU-T G.191 uses: the low bits are dropped, negatives by one's complement.
Leaves out: packet-loss concealment and the extensions of G.711.1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_BIAS = 33
"""Mu-law's offset on the 14-bit scale: makes every segment start at a power of two."""


def _ulaw_values() -> npt.NDArray[np.int16]:
    codes = ~np.arange(256) & 0xFF
    magnitudes = ((((codes & 15) << 1) + _BIAS) << ((codes >> 4) & 7)) - _BIAS
    return (np.where(codes & 0x80, -magnitudes, magnitudes) * 4).astype("<i2")


def _alaw_values() -> npt.NDArray[np.int16]:
    codes = np.arange(256) ^ 0x55
    segments = (codes >> 4) & 7
    steps = ((codes & 15) << 1) + 1
    magnitudes = np.where(segments, (steps + 32) << np.maximum(segments - 1, 0), steps)
    return (np.where(codes & 0x80, magnitudes, -magnitudes) * 8).astype("<i2")


def _ulaw_codes() -> npt.NDArray[np.uint8]:
    samples = np.arange(65536).astype(np.uint16).view(np.int16).astype(np.int64)
    magnitudes = np.minimum((np.where(samples < 0, ~samples, samples) >> 2) + _BIAS, 8191)
    segments = np.floor(np.log2(magnitudes)).astype(np.int64) - 5
    codes = (segments << 4) | ((magnitudes >> (segments + 1)) & 15)
    signed: npt.NDArray[np.int64] = ~(codes | np.where(samples < 0, 0x80, 0)) & 0xFF
    return signed.astype(np.uint8)


def _alaw_codes() -> npt.NDArray[np.uint8]:
    samples = np.arange(65536).astype(np.uint16).view(np.int16).astype(np.int64)
    magnitudes = np.where(samples < 0, ~samples, samples) >> 4
    segments = np.maximum(np.floor(np.log2(np.maximum(magnitudes, 1))).astype(np.int64) - 3, 0)
    codes = (segments << 4) | ((magnitudes >> np.maximum(segments - 1, 0)) & 15)
    signed: npt.NDArray[np.int64] = (codes | np.where(samples >= 0, 0x80, 0)) ^ 0x55
    return signed.astype(np.uint8)


_ULAW_VALUES, _ALAW_VALUES = _ulaw_values(), _alaw_values()
_ULAW_CODES, _ALAW_CODES = _ulaw_codes(), _alaw_codes()

ULAW_SILENCE = b"\xff"
"""One sample of silence in mu-law."""
ALAW_SILENCE = b"\xd5"
"""One sample of (the nearest to) silence in A-law."""


def ulaw_decode(codes: bytes) -> bytes:
    """Mu-law, one byte a sample, to 16-bit little-endian PCM."""
    return _ULAW_VALUES.take(np.frombuffer(codes, np.uint8)).tobytes()


def alaw_decode(codes: bytes) -> bytes:
    """A-law, one byte a sample, to 16-bit little-endian PCM."""
    return _ALAW_VALUES.take(np.frombuffer(codes, np.uint8)).tobytes()


def ulaw_encode(pcm: bytes) -> bytes:
    """16-bit little-endian PCM to mu-law, one byte a sample."""
    return _ULAW_CODES.take(np.frombuffer(pcm, "<u2")).tobytes()


def alaw_encode(pcm: bytes) -> bytes:
    """16-bit little-endian PCM to A-law, one byte a sample."""
    return _ALAW_CODES.take(np.frombuffer(pcm, "<u2")).tobytes()
