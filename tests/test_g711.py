"""G.711 against values printed in the standard."""

from __future__ import annotations

import numpy as np
import pytest

from voice.g711 import ALAW_SILENCE, ULAW_SILENCE, alaw_decode, alaw_encode, ulaw_decode, ulaw_encode

ULAW_TABLE = {
    0b10000000: 8031, 0b10001111: 4191, 0b10011111: 2079, 0b10101111: 1023, 0b10111111: 495,
    0b11001111: 231, 0b11011111: 99, 0b11101111: 33, 0b11111110: 2, 0b11111111: 0,
    0b00000000: -8031, 0b00001111: -4191, 0b01111110: -2,
}  # fmt: skip
"""Table 2a/2b: character signal to output value on the 14-bit scale."""

ALAW_TABLE = {
    0b11111111: 4032, 0b11110000: 2112, 0b11100000: 1056, 0b11010000: 528, 0b11000000: 264,
    0b10110000: 132, 0b10100000: 66, 0b10010000: 33, 0b10000000: 1, 0b01111111: -4032, 0b00000000: -1,
}  # fmt: skip
"""Table 1a/1b: character signal before inversion of the even bits to output value on the 13-bit scale."""

ULAW_MILLIWATT = bytes.fromhex("1e0b0b1e9e8b8b9e")
ALAW_MILLIWATT = bytes.fromhex("34212134b4a1a1b4")
"""Tables 5 and 6: one period of 1 kHz at 0 dBm0."""


def values(pcm: bytes) -> list[int]:
    return [int(value) for value in np.frombuffer(pcm, "<i2")]


def test_ulaw_values_of_the_standard() -> None:
    assert values(ulaw_decode(bytes(ULAW_TABLE))) == [4 * value for value in ULAW_TABLE.values()]


def test_alaw_values_of_the_standard() -> None:
    codes = bytes(code ^ 0x55 for code in ALAW_TABLE)
    assert values(alaw_decode(codes)) == [8 * value for value in ALAW_TABLE.values()]


def test_every_code_survives_a_round_trip() -> None:
    codes = bytes(range(256))
    assert alaw_encode(alaw_decode(codes)) == codes
    # 0x7f is the negative zero of mu-law: it has no 16-bit value of its own
    assert ulaw_encode(ulaw_decode(codes)) == codes.replace(b"\x7f", b"\xff")


@pytest.mark.parametrize(
    ("sample", "ulaw", "alaw"),
    [(0, 0xFF, 0xD5), (-1, 0x7F, 0x55), (32767, 0x80, 0xAA), (-32768, 0x00, 0x2A), (1000, 0xCE, 0xFA)],
)
def test_encoding_of_single_samples(sample: int, ulaw: int, alaw: int) -> None:
    pcm = sample.to_bytes(2, "little", signed=True)
    assert ulaw_encode(pcm) == bytes([ulaw])
    assert alaw_encode(pcm) == bytes([alaw])


@pytest.mark.parametrize(
    ("decoded", "overload_dbm0"), [(ulaw_decode(ULAW_MILLIWATT), 3.17), (alaw_decode(ALAW_MILLIWATT), 3.14)]
)
def test_the_digital_milliwatt_is_a_sine_of_its_level(decoded: bytes, overload_dbm0: float) -> None:
    period = np.frombuffer(decoded, "<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(period))
    assert spectrum.argmax() == 1
    amplitude = spectrum[1] / 4
    full = 8159 * 4 if overload_dbm0 > 3.15 else 4096 * 8
    assert 20 * np.log10(full / amplitude) == pytest.approx(overload_dbm0, abs=0.02)


def test_the_error_is_never_more_than_half_a_step() -> None:
    samples = np.arange(-32768, 32768).astype("<i2")
    for decode, encode, clip, half_step in (
        (ulaw_decode, ulaw_encode, 32635, 1 / 32),
        (alaw_decode, alaw_encode, 32767, 1 / 32),
    ):
        back = np.frombuffer(decode(encode(samples.tobytes())), "<i2").astype(int)
        clipped = np.clip(samples.astype(int), -clip, clip)
        assert np.all(np.abs(back - clipped) <= np.abs(clipped) * half_step + 16)
        assert np.all(np.diff(back) >= 0)


def test_silence_is_silent() -> None:
    assert values(ulaw_decode(ULAW_SILENCE)) == [0]
    assert abs(values(alaw_decode(ALAW_SILENCE))[0]) == 8
    assert ulaw_encode(b"\0\0") == ULAW_SILENCE
    assert alaw_encode(b"\0\0") == ALAW_SILENCE
