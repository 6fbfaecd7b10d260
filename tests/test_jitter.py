"""Packets that come late, twice, out of order or never, and what is heard instead."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tones import silence, to_pcm, tone
from voice.conceal import Concealer
from voice.jitter import FRAME_SECONDS, MOST_SECONDS, JitterBuffer, Missing

Late = Callable[[Random, int], float]
FIRST = 65_000


def played(
    late: Late, count: int = 1500, loss: float = 0.0, copies: float = 0.0, seed: int = 0
) -> tuple[list[int | Missing], list[float], JitterBuffer]:
    """What came out by number, and how long after its sending, of a stream to whose packets this happened."""
    chance, buffer = Random(seed), JitterBuffer(8000)
    packets = [(0.02 * n + late(chance, n), n) for n in range(count) if chance.random() >= loss]
    packets += [(at + 0.01, n) for at, n in packets if chance.random() < copies]
    packets.sort()
    out: list[int | Missing] = []
    delays, turn = [], 0
    for step in range(count + 30):
        now = 0.007 + 0.02 * step
        while turn < len(packets) and packets[turn][0] <= now:
            at, n = packets[turn]
            buffer.push((FIRST + n) & 0xFFFF, (2**32 - 9000 + 160 * n) & 0xFFFFFFFF, n.to_bytes(4, "little"), at)
            turn += 1
        frame = buffer.pull(now)
        out.append(frame if isinstance(frame, Missing) else int.from_bytes(frame, "little"))
        if not isinstance(frame, Missing):
            delays.append(now - 0.02 * int.from_bytes(frame, "little"))
    return out, delays, buffer


@settings(max_examples=40, deadline=None)
@given(sd=st.floats(0, 0.1), loss=st.floats(0, 0.3), copies=st.floats(0, 0.3), seed=st.integers(0, 999))
def test_whatever_the_network_does_frames_come_out_once_and_in_order(
    sd: float, loss: float, copies: float, seed: int
) -> None:
    out, _, buffer = played(lambda chance, n: abs(chance.gauss(0, sd)), 400, loss, copies, seed)
    frames = [each for each in out if not isinstance(each, Missing)]
    assert frames == sorted(set(frames))
    assert buffer.told.played == len(frames)
    assert buffer.depth * FRAME_SECONDS <= MOST_SECONDS + 0.3
    gone = buffer.told.lost + buffer.told.dropped + buffer.told.late
    assert len(frames) + gone >= max(frames, default=0) - min(frames, default=0) + 1 - 1


def test_an_even_stream_loses_nothing_and_waits_little() -> None:
    out, delays, buffer = played(lambda chance, n: 0.0)
    assert [each for each in out if not isinstance(each, Missing)] == list(range(1500))
    assert max(delays) < 0.06
    assert (buffer.told.lost, buffer.told.dropped) == (0, 0)


@pytest.mark.parametrize("sd", [0.005, 0.015, 0.03])
def test_the_buffer_grows_with_the_jitter_until_hardly_anything_is_late(sd: float) -> None:
    out, delays, buffer = played(lambda chance, n: abs(chance.gauss(0, sd)), 3000)
    assert buffer.told.lost < 0.01 * 3000
    assert max(delays) < 6 * sd + 0.08
    assert sum(each is Missing.LOST for each in out[100:3000]) < 30


def test_it_shrinks_again_when_the_network_is_calm() -> None:
    _, delays, buffer = played(lambda chance, n: 0.15 if 200 <= n < 210 else 0.0, 6000)
    assert max(delays) > 0.15
    assert delays[-1] < 0.1
    assert buffer.told.dropped > 0


def test_what_never_comes_is_told_as_lost_in_its_place() -> None:
    out, _, buffer = played(lambda chance, n: 0.0, 200, loss=0.1)
    began = next(n for n, each in enumerate(out) if not isinstance(each, Missing))
    numbers = [each for each in out[began:220] if each is not Missing.WAIT]
    for place, each in enumerate(numbers[:150]):
        assert each is Missing.LOST or each == place + numbers[0]  # type: ignore[operator]
    assert buffer.told.lost > 5


def test_a_new_stream_is_taken_up() -> None:
    buffer = JitterBuffer(8000)
    for n in range(10):
        buffer.push(n, 160 * n, b"a", 0.02 * n)
        buffer.pull(0.02 * n)
    heard = []
    for n in range(20):
        buffer.push(30_000 + n, 5_000_000 + 160 * n, b"b", 1 + 0.02 * n)
        heard.append(buffer.pull(1 + 0.02 * n))
    assert heard.count(b"b") >= 17


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
