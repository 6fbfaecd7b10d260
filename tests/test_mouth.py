"""The mouth: frames, marks, what was heard, stopping; and the clip cache."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.speech import RATE, said
from voice.audio import Sound
from voice.mouth import ClipCache, Mouth, Phrase, beep

FRAME = RATE // 50 * 2


def tone(seconds: float, rate_hz: int = RATE) -> Sound:
    time = np.arange(int(seconds * rate_hz)) / rate_hz
    return Sound(np.rint(8000 * np.cos(2 * np.pi * 200 * time)).astype("<i2").tobytes(), rate_hz)


class Wire:
    """A line whose marks come back `late` frames after the last sound before them."""

    def __init__(self, mouth: Mouth, late: int = 0) -> None:
        self.mouth, self.late = mouth, late
        self.sent = 0
        self.done: list[tuple[int, str]] = []
        """(frames sent, say) for what was fully heard."""
        self._under_way: list[tuple[int, str]] = []

    def carry(self, frames: int) -> bytes:
        made = b""
        for _ in range(frames):
            made += self.mouth.frame()
            self.sent += 1
            self._under_way += [(self.sent + self.late, name) for name in self.mouth.marks()]
            for due, name in self._under_way:
                if due == self.sent and (say := self.mouth.marked(name)):
                    self.done.append((self.sent, say))
        return made


def test_silence_without_anything_to_say() -> None:
    mouth = Mouth(RATE)
    assert mouth.frame() == bytes(FRAME)
    assert not mouth.speaking
    assert mouth.stop() == ""


def test_phrases_come_one_after_the_other_with_pauses() -> None:
    mouth = Mouth(RATE)
    phrases = [Phrase("一。", tone(0.5)), Phrase("二、", tone(0.3)), Phrase("三。", tone(0.2))]
    assert mouth.say("a", phrases) == ""
    wire = Wire(mouth)
    made = wire.carry(100)
    samples = np.frombuffer(made, "<i2")
    expected = [tone(0.5).pcm, bytes(2000 * 2), tone(0.3).pcm, bytes(1200 * 2), tone(0.2).pcm]
    joined = np.frombuffer(b"".join(expected), "<i2")
    assert np.array_equal(samples[: len(joined)], joined)
    assert not samples[len(joined) :].any()
    assert wire.done == [(70, "a")]
    assert not mouth.speaking


def test_a_phrase_that_is_late_is_waited_for() -> None:
    mouth = Mouth(RATE)
    mouth.say("a", [Phrase("一", None), Phrase("二", tone(0.1))])
    assert mouth.starved
    assert Wire(mouth).carry(3) == bytes(FRAME * 3)
    mouth.supply("old", 0, tone(1.0))
    assert mouth.starved
    mouth.supply("a", 0, tone(0.04))
    assert not mouth.starved
    assert mouth.frame() == tone(0.04).pcm[:FRAME]


def test_other_rates_are_brought_to_the_line() -> None:
    mouth = Mouth(RATE)
    mouth.say("a", [Phrase("一", tone(0.2, 48000))])
    made = np.frombuffer(Wire(mouth).carry(10), "<i2").astype(int)
    assert np.abs(made - tone(0.2).samples().astype(int))[80:-80].max() < 100


def test_what_was_heard_follows_marks_and_the_lines_delay() -> None:
    mouth = Mouth(RATE)
    mouth.say("a", [Phrase("お電話ありがとうございます。", tone(1.0)), Phrase("スマイル精工です。", tone(1.0))])
    wire = Wire(mouth, late=5)
    wire.carry(63 + 5)
    assert mouth.heard() == "お電話ありがとうございます。"
    wire.carry(25)
    # the first phrase's mark told that the line is 5 frames behind: 25 of 50 frames have arrived
    assert mouth.stop() == "お電話ありがとうございます。スマイル…"
    assert wire.done == []


def test_stopping_fades_and_forgets() -> None:
    mouth = Mouth(RATE)
    mouth.say("a", [Phrase("一二三四五六七八九十", tone(2.0))])
    Wire(mouth).carry(50)
    assert mouth.stop() == "一二三四五…"
    last = np.frombuffer(mouth.frame(), "<i2").astype(int)
    assert np.abs(last[:20]).max() > 4000
    assert np.abs(last[70:80]).max() < 1500
    assert not last[80:].any()
    assert mouth.frame() == bytes(FRAME)
    assert mouth.marked("a/1") is None
    assert mouth.marks() == []
    assert not mouth.speaking


def test_a_new_say_replaces_the_old_and_its_marks() -> None:
    mouth = Mouth(RATE)
    mouth.say("a", [Phrase("長い話。", tone(0.1)), Phrase("続き。", tone(2.0))])
    wire = Wire(mouth)
    wire.carry(30)
    assert mouth.say("b", [Phrase("別の話。", tone(0.06))]).startswith("長い話。")
    assert mouth.marked("a/2") is None
    assert np.frombuffer(wire.carry(10), "<i2")[5 * 160 :].any() == np.False_
    assert [say for _, say in wire.done] == ["b"]


def test_nothing_is_heard_before_the_first_frame() -> None:
    mouth = Mouth(RATE)
    mouth.say("a", [Phrase("一。", tone(1.0))])
    assert mouth.heard() == ""
    assert mouth.stop() == ""
    assert mouth.frame() == bytes(FRAME)


def test_real_speech_is_not_changed() -> None:
    pcm = said("かしこまりました。").astype("<i2").tobytes()
    mouth = Mouth(RATE)
    mouth.say("a", [Phrase("かしこまりました。", Sound(pcm, RATE))])
    made = Wire(mouth).carry(len(pcm) // FRAME + 2)
    assert made[: len(pcm)] == pcm


@given(st.lists(st.tuples(st.sampled_from(["say", "supply", "frame", "mark", "stop"]), st.integers(0, 3)), max_size=60))
def test_any_order_of_calls_gives_whole_frames_and_words_of_the_say(steps: list[tuple[str, int]]) -> None:
    mouth, marks, count = Mouth(RATE), [""], 0
    for step, number in steps:
        if step == "say":
            count += 1
            mouth.say(f"s{count}", [Phrase(f"文{index}。", tone(0.05 * index)) for index in range(number + 1)])
        elif step == "supply":
            mouth.supply(f"s{count}", min(number, 0), tone(0.03))
        elif step == "frame":
            assert len(mouth.frame()) == FRAME
            marks += mouth.marks()
        elif step == "mark":
            mouth.marked(marks[-min(number + 1, len(marks))])
        else:
            assert mouth.stop().replace("…", "") in "文0。文1。文2。文3。"
            assert not mouth.speaking


def test_the_cache_forgets_what_was_not_used() -> None:
    cache = ClipCache(3 * 1600)
    clips = {name: tone(0.1) for name in "abcd"}
    for name in "abc":
        cache.put(name, 1.0, "v", clips[name])
    assert cache.get("a", 1.0, "v") is clips["a"]
    cache.put("d", 1.0, "v", clips["d"])
    assert cache.get("b", 1.0, "v") is None
    assert [cache.get(name, 1.0, "v") for name in "acd"] == [clips[name] for name in "acd"]
    assert cache.get("a", 0.8, "v") is None
    assert cache.get("a", 1.0, "w") is None
    cache.put("huge", 1.0, "v", tone(5.0))
    assert cache.get("huge", 1.0, "v") is None
    assert cache.get("a", 1.0, "v") is clips["a"]


@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_the_beep(rate_hz: int) -> None:
    samples = beep(0.4, rate_hz).samples().astype(float)
    assert len(samples) == int(0.4 * rate_hz)
    spectrum = np.abs(np.fft.rfft(samples))
    assert spectrum.argmax() / 0.4 == pytest.approx(1000, abs=3)
    assert abs(samples[0]) < 100
