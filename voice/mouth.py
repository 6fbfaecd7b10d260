"""One call's mouth: phrases in, frames of 20 ms out, and what of them was really heard.

A say is a list of phrases whose sounds may still be on their way; it replaces what was being said. Whoever paces the
line takes one frame every 20 ms, sends it, and then asks the line for the marks that became due. A mark that is back
says that its phrase has been heard; between marks, what is under way is reckoned by how late marks come. Leaves
out: who makes the sounds, the clock, the wire.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from voice.audio import Sound, frame_bytes
from voice.resample import convert

_AFTER_STOP = "。．.！!？?"
_STOP_SECONDS = 0.25
"""After a sentence: a person's breath, less the silence that a synthesiser's phrase ends and begins with."""
_COMMA_SECONDS = 0.15
"""After any other phrase."""
_RAMP_SECONDS = 0.01
"""In which the voice fades when it is stopped: shorter clicks, longer is heard as hesitation."""
_BROKEN_OFF = "…"


class Phrase(NamedTuple):
    """A stretch of words and its sound."""

    text: str
    """As the journal has it."""
    sound: Sound | None
    """None: to be supplied later."""


@dataclass
class _Saying:
    """The say under way."""

    say_id: str
    texts: list[str]
    sounds: list[bytes | None]
    """Each with the pause that follows it, at the line's rate."""
    lengths: list[int]
    """Bytes of each without that pause."""
    starts: list[int]
    """Frames given out before each phrase, for those that have begun."""
    ends: list[int]
    """The same, after the last frame of each."""
    heard: int = 0
    """Phrases whose mark came back."""
    place: int = 0
    """Bytes of the present phrase given out."""


class Mouth:
    """Speaks in one call."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._frame = frame_bytes(rate_hz)
        self._saying: _Saying | None = None
        self._fading = b""
        self._due: list[str] = []
        self._given = 0
        """Frames given out."""
        self._late = 0
        """Frames between a mark's request and its return, the last time."""

    @property
    def speaking(self) -> bool:
        """Something is being said, or waited for, or not yet heard to its end."""
        return self._saying is not None

    @property
    def starved(self) -> bool:
        """The next phrase should sound now and has not been supplied."""
        saying = self._saying
        return saying is not None and len(saying.ends) < len(saying.sounds) and saying.sounds[len(saying.ends)] is None

    @property
    def left_seconds(self) -> float:
        """Of words still to be given out; infinite where some have not been supplied yet."""
        saying = self._saying
        if saying is None:
            return 0.0
        if any(sound is None for sound in saying.sounds):
            return float("inf")
        return (sum(saying.lengths[len(saying.ends) :]) - saying.place) / 2 / self._rate_hz

    @property
    def silent(self) -> bool:
        """No words can be given out now: there are none, all are given out, or the next have not been supplied."""
        return self._saying is None or self._waits(self._saying)

    def say(self, say_id: str, phrases: Sequence[Phrase]) -> str:
        """Begin to say this, instead of what was being said; returns what of that was heard ("" where nothing was)."""
        if not phrases:
            raise ValueError("a say has at least one phrase")
        before = self.stop()
        texts = [phrase.text for phrase in phrases]
        self._saying = _Saying(say_id, texts, [None] * len(texts), [0] * len(texts), [], [])
        for index, phrase in enumerate(phrases):
            if phrase.sound is not None:
                self.supply(say_id, index, phrase.sound)
        return before

    def supply(self, say_id: str, index: int, sound: Sound) -> None:
        """The sound of a phrase, at any rate; dropped where the say is over or the phrase has its sound."""
        saying = self._saying
        if saying is None or saying.say_id != say_id or saying.sounds[index] is not None:
            return
        pcm = convert(sound, self._rate_hz).pcm
        saying.lengths[index] = len(pcm)
        if index + 1 < len(saying.texts):
            seconds = _STOP_SECONDS if saying.texts[index][-1:] in _AFTER_STOP else _COMMA_SECONDS
            pcm += bytes(int(seconds * self._rate_hz) * 2)
        saying.sounds[index] = pcm

    def frame(self) -> bytes:
        """The next 20 ms to send, at the line's rate; silence where there is nothing to say."""
        made, self._fading = self._fading, b""
        self._given += 1
        saying = self._saying
        while saying is not None and len(made) < self._frame and not self._waits(saying):
            made += self._piece(saying, self._frame - len(made))
        return made.ljust(self._frame, b"\0")

    def marks(self) -> list[str]:
        """Names to ask the line for, now that the last frame has been sent."""
        due, self._due = self._due, []
        return due

    def marked(self, name: str) -> str | None:
        """The line says that all before this mark was heard; the id of the say that is heard to its end now, or None.

        Marks of a say that was stopped are nobody's.
        """
        saying = self._saying
        if saying is None or not name.startswith(f"{saying.say_id}/"):
            return None
        number = int(name.rpartition("/")[2])
        if not saying.heard < number <= len(saying.ends):
            return None
        saying.heard = number
        self._late = self._given - saying.ends[number - 1]
        if number < len(saying.texts):
            return None
        self._saying = None
        return saying.say_id

    def heard(self) -> str:
        """The words of the present say that have been heard by now; a phrase in the middle is cut with "…"."""
        saying = self._saying
        if saying is None:
            return ""
        arrived = self._given - self._late
        text = ""
        for index, start in enumerate(saying.starts):
            whole = saying.lengths[index] / self._frame
            share = 1.0 if index < saying.heard else min(1.0, (arrived - start) / max(whole, 1.0))
            said = saying.texts[index]
            reached = int(len(said) * share)
            if share < 1.0:
                return text + (said[:reached] + _BROKEN_OFF if reached > 0 else "")
            text += said
        return text

    def stop(self) -> str:
        """Fall silent; what was heard of the present say. The line's own buffer is for the caller to clear."""
        text, saying = self.heard(), self._saying
        if saying is not None and not self._waits(saying):
            sound = saying.sounds[len(saying.ends)] or b""
            count = int(self._rate_hz * _RAMP_SECONDS)
            rest = np.frombuffer(sound[saying.place : saying.place + count * 2], "<i2").astype(np.float64)
            if saying.place > 0:
                self._fading = np.rint(rest * np.linspace(1, 0, count)[: len(rest)]).astype("<i2").tobytes()
        self._saying, self._due = None, []
        return text

    @staticmethod
    def _waits(saying: _Saying) -> bool:
        """Nothing more can sound now: all is given out, or the next phrase is not there yet."""
        return len(saying.ends) == len(saying.texts) or saying.sounds[len(saying.ends)] is None

    def _piece(self, saying: _Saying, room: int) -> bytes:
        """Up to `room` bytes of the present phrase."""
        index = len(saying.ends)
        sound = saying.sounds[index] or b""
        if saying.place == 0:
            saying.starts.append(self._given - 1)
        piece = sound[saying.place : saying.place + room]
        saying.place += len(piece)
        if saying.place >= len(sound):
            saying.ends.append(self._given)
            saying.place = 0
            self._due.append(f"{saying.say_id}/{index + 1}")
        return piece


class ClipCache:
    """Sounds that were made before, by what they say; the least recently used go first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._clips: OrderedDict[tuple[str, float, str], Sound] = OrderedDict()
        self._bytes = 0

    def get(self, reading: str, pace: float, voice: str) -> Sound | None:
        """The clip, or None."""
        key = (reading, pace, voice)
        if key in self._clips:
            self._clips.move_to_end(key)
        return self._clips.get(key)

    def put(self, reading: str, pace: float, voice: str, sound: Sound) -> None:
        """Keep it; one larger than the whole cache is not kept."""
        key = (reading, pace, voice)
        if key in self._clips:
            self._bytes -= len(self._clips.pop(key).pcm)
        if len(sound.pcm) > self._max_bytes:
            return
        self._clips[key] = sound
        self._bytes += len(sound.pcm)
        while self._bytes > self._max_bytes:
            _, old = self._clips.popitem(last=False)
            self._bytes -= len(old.pcm)


def beep(seconds: float = 0.4, rate_hz: int = 16_000) -> Sound:
    """The tone after which a message is recorded: 1 kHz, as answering machines have it, softly begun and ended."""
    count = int(seconds * rate_hz)
    edge = np.minimum(1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / (rate_hz * _RAMP_SECONDS))
    tone = 5000 * edge * np.sin(2 * np.pi * 1000 * np.arange(count) / rate_hz)
    return Sound(np.rint(tone).astype("<i2").tobytes(), rate_hz)
