"""A call's sound within the agent's process: the stream to who listens has no gap, and words wait for their turn."""

from __future__ import annotations

import numpy as np
import pytest

from tests.sip import loud, share, tone
from voice.lines.sip.leg import Leg
from voice.lines.sip.pipe import Reached, Sound
from voice.lines.sip.ringback import ringback

RATE = 8000
FRAME = 320


class Stream:
    """A stack that sends at its own pace, and gives what the test lets come."""

    def __init__(self) -> None:
        self.coming = b""
        self.sent = b""
        self.waiting = b""
        self.up = True

    def read(self) -> bytes:
        came, self.coming = self.coming, b""
        return came

    def write(self, pcm: bytes) -> int:
        self.waiting += pcm if self.up else b""
        return len(pcm) if self.up else 0

    def buffered(self) -> int:
        return len(self.waiting)

    def flush(self) -> None:
        self.waiting = b""

    def pass_time(self, seconds: float) -> None:
        size = int(seconds * RATE) * 2
        self.sent, self.waiting = self.sent + self.waiting[:size], self.waiting[size:]


class Heard(list[Sound | Reached]):
    """What was told."""

    @property
    def marks(self) -> list[str]:
        return [each.name for each in self if isinstance(each, Reached)]

    @property
    def sound(self) -> bytes:
        return b"".join(each.pcm for each in self if isinstance(each, Sound))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def stream() -> Stream:
    return Stream()


@pytest.fixture
def leg(stream: Stream, heard: Heard) -> Leg:
    return Leg(1, stream, RATE, heard.append)


def run(leg: Leg, stream: Stream, seconds: float, voice: bytes = b"", start: float = 100.0) -> float:
    """Ticks of 10 ms; the caller's voice comes packet by packet; the time after them."""
    for tick in range(round(seconds * 100)):
        if voice and tick % 2:
            stream.coming += voice[tick // 2 * FRAME : (tick // 2 + 1) * FRAME]
        leg.tick(start + tick / 100)
        stream.pass_time(0.01)
    return start + seconds


def voiced(pcm: bytes) -> float:
    """Seconds of voice; the room's noise, where nothing comes, is 30 dB below it, and its beginning a fading voice."""
    frames = np.frombuffer(pcm, "<i2").reshape(-1, FRAME // 2)
    return float((np.abs(frames).max(axis=1) > 3000).sum()) * 0.02


def test_the_callers_sound_comes_as_it_was_said(leg: Leg, stream: Stream, heard: Heard) -> None:
    voice = tone(600, 2.0).tobytes()
    run(leg, stream, 2.0, voice)
    assert heard.sound == voice
    assert all(isinstance(each, Sound) and len(each.pcm) == FRAME for each in heard)


def test_the_rooms_noise_stands_in_where_nothing_comes(leg: Leg, stream: Stream, heard: Heard) -> None:
    at = run(leg, stream, 1.0, tone(600, 1.0).tobytes())
    at = run(leg, stream, 3.0, start=at)
    assert 3.5 <= len(heard.sound) / 2 / RATE <= 3.7
    run(leg, stream, 1.0, tone(600, 1.0).tobytes(), at)
    assert 4.5 <= len(heard.sound) / 2 / RATE <= 5.0
    assert voiced(heard.sound) == pytest.approx(2.0, abs=0.1)


def test_a_line_that_falls_silent_is_no_dead_line(leg: Leg, stream: Stream, heard: Heard) -> None:
    room = np.random.default_rng(1).normal(0, 60, 2 * RATE).astype("<i2").tobytes()
    run(leg, stream, 3.0, room)
    rest = np.frombuffer(heard.sound[2 * 2 * RATE + 2 * FRAME :], "<i2").astype(float)
    assert len(rest) > RATE / 4
    assert 30 < np.sqrt(np.mean(rest**2)) < 90


def test_a_word_that_is_held_up_is_not_torn(leg: Leg, stream: Stream, heard: Heard) -> None:
    voice = tone(600, 2.0).tobytes()
    at = run(leg, stream, 1.0, voice[: len(voice) // 2])
    at = run(leg, stream, 0.3, start=at)
    stream.coming = voice[len(voice) // 2 : len(voice) // 2 + 16 * FRAME]
    run(leg, stream, 0.68, voice[len(voice) // 2 + 16 * FRAME :], at)
    assert heard.sound == voice


def test_a_burst_after_a_gap_is_not_lost(leg: Leg, stream: Stream, heard: Heard) -> None:
    stream.coming = tone(600, 1.0).tobytes()
    leg.tick(100.0)
    run(leg, stream, 5.0, start=100.0)
    assert voiced(heard.sound) == pytest.approx(1.0, abs=0.1)
    assert 5.0 <= len(heard.sound) / 2 / RATE <= 5.6  # its second came in no time


def test_a_mark_is_reached_when_all_before_it_was_sent(leg: Leg, stream: Stream, heard: Heard) -> None:
    leg.play(tone(440, 0.5).tobytes())
    leg.mark("middle")
    leg.play(tone(440, 2.0).tobytes())
    leg.mark("end")
    at = run(leg, stream, 0.45)
    assert heard.marks == []
    at = run(leg, stream, 0.1, start=at)
    assert heard.marks == ["middle"]
    assert len(stream.sent) == pytest.approx(RATE * 2 * 0.55, abs=FRAME)
    run(leg, stream, 2.2, start=at)
    assert heard.marks == ["middle", "end"]
    assert stream.sent == tone(440, 0.5).tobytes() + tone(440, 2.0).tobytes()


def test_what_is_cleared_is_never_sent(leg: Leg, stream: Stream, heard: Heard) -> None:
    for _ in range(100):
        leg.play(tone(440, 0.02).tobytes())
    leg.mark("end")
    at = run(leg, stream, 0.3)
    leg.clear()
    assert heard.marks == ["end"]
    run(leg, stream, 1.0, start=at)
    assert len(stream.sent) == pytest.approx(RATE * 2 * 0.3, abs=FRAME)


def test_words_to_a_caller_who_holds_us_pass_at_their_pace(leg: Leg, stream: Stream, heard: Heard) -> None:
    leg.tick(99.99)
    leg.held = True
    for _ in range(50):
        leg.play(tone(440, 0.02).tobytes())
    leg.mark("end")
    stream.coming = tone(1000, 0.5).tobytes()  # music
    at = run(leg, stream, 0.8)
    assert heard.marks == []
    run(leg, stream, 0.5, start=at)
    assert heard.marks == ["end"]
    assert stream.sent == b""
    assert not len(loud(np.frombuffer(heard.sound, "<i2")))
    assert leg.silent_since is not None
    assert leg.silent_since > 101.0  # who holds us is not lost


def test_while_there_is_no_sound_words_wait(leg: Leg, stream: Stream, heard: Heard) -> None:
    stream.up = False
    leg.play(tone(440, 0.5).tobytes())
    leg.mark("end")
    at = run(leg, stream, 1.0)
    assert heard.marks == []
    stream.up = True
    run(leg, stream, 1.0, start=at)
    assert heard.marks == ["end"]
    assert stream.sent == tone(440, 0.5).tobytes()


def test_two_legs_hear_each_other(leg: Leg, stream: Stream, heard: Heard) -> None:
    others, told = Stream(), Heard()
    other = Leg(2, others, 16_000, told.append)
    leg.join(other)
    for tick in range(200):
        if tick % 2:
            stream.coming += tone(600, 2.0).tobytes()[tick // 2 * FRAME : (tick // 2 + 1) * FRAME]
            others.coming += tone(800, 2.0, 16_000).tobytes()[tick * FRAME : (tick + 2) * FRAME]
        leg.tick(100 + tick / 100)
        other.tick(100 + tick / 100)
        stream.pass_time(0.01)
        others.pass_time(0.02)
    assert share(np.frombuffer(stream.sent, "<i2"), 800) > 0.95
    assert share(np.frombuffer(others.sent, "<i2"), 600, 16_000) > 0.95
    assert not heard
    assert not told
    leg.play(tone(440, 0.5).tobytes())
    run(leg, stream, 0.5, start=103.0)
    assert share(np.frombuffer(stream.sent[-RATE:], "<i2"), 440) < 0.1


def test_people_who_are_joined_wait_no_longer_after_a_burst(leg: Leg, stream: Stream) -> None:
    others = Stream()
    other = Leg(2, others, RATE, Heard().append)
    leg.join(other)
    stream.coming = tone(600, 1.0).tobytes()
    leg.tick(100.0)
    other.tick(100.0)
    others.pass_time(0.2)
    assert not others.waiting
    assert not loud(np.frombuffer(others.sent, "<i2"))[2000:].size


def test_the_ringing_tone() -> None:
    frames = ringback(RATE)
    samples = np.frombuffer(b"".join(next(frames) for _ in range(300)), "<i2")
    for second, sounds in enumerate([True, False, False, True, False, False]):
        assert (np.abs(samples[second * RATE + 10 : (second + 1) * RATE]).max() > 500) == sounds
    assert share(samples[:RATE], 400) > 0.6
    assert share(samples[:RATE], 416) > 0.1
