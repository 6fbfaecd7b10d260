"""A synthetic caller's voice: every line of its book as sound, before the call.

Rule: pitch, tempo and all pauses come from the seed. A clip knows when its true last sound is, and in which of its
pauses the caller means to go on. Leaves out the line it passes (`channel`, which is applied here, piece by piece).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np
import numpy.typing as npt

from bot.rehearsal.book import Book, Line
from bot.rehearsal.channel import RATE_HZ, Channel, draw
from bot.rehearsal.plan import Plan
from voice.audio import Sound
from voice.engines.openjtalk import OpenJTalk

HALF_TONES = (-5.0, 4.0)
SPEEDS = (0.9, 1.15)
_AUDIBLE = 0.02
"""Share of a clip's peak from which a sample is a sound: 34 dB below it."""
BREATH_SECONDS = (0.18, 0.45)
"""A comma inside a sentence: people's are of this length, the synthesiser's up to 0.9 s."""
_SILENT_SECONDS = 0.15
"""A silence this long inside speech is a breath and no consonant's closure."""
_BABBLE = "昨日の会議の件ですが、来週の火曜日までにまとめてお送りしますので、よろしくお願いいたします。"


Speak = Callable[[str], Sound]
"""Words as they are to be pronounced → clean speech."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A line as it reaches the exchange, without the noise."""

    text: str
    samples: npt.NDArray[np.int16]
    """(n,) at 8 kHz."""
    last_sound: float
    """Seconds from the beginning to the end of the true last sound."""
    pauses: tuple[tuple[float, float], ...] = ()
    """From when to when it is silent and means to go on, seconds."""


@dataclass(frozen=True, slots=True)
class Voiced:
    """A caller ready to call."""

    clips: Mapping[str, Clip]
    mumbled: Mapping[str, Clip]
    """The same lines muffled; empty for one that does not mumble."""
    channel: Channel
    half_tone: float
    speed: float
    say: Callable[[Line], Clip]
    """Any other line in the same voice, made when it is asked for."""


def voiced(plan: Plan, book: Book, seed: int, speak: Speak | None = None) -> Voiced:
    """All lines of a caller in the voice (`speak` where it is given) and over the line of this seed.

    Raises EngineError.
    """
    chance = Random(f"{seed} voice")
    half_tone, speed = chance.uniform(*HALF_TONES), chance.uniform(*SPEEDS)
    voice = speak or OpenJTalk(half_tone, speed).speak
    drawn = draw(plan.written.telephone, seed)
    others = OpenJTalk(-half_tone, 1.05).speak(_BABBLE) if drawn.noise == "babble" else None
    channel = Channel(drawn, seed, others)
    sounds = {key: [_breathing(sound, chance) for sound in _spoken(voice, line)] for key, line in book.items()}
    clips = {key: _clip(channel, book[key], sound, False) for key, sound in sounds.items()}
    muffled = sounds if plan.written.manners.mumbles else {}
    mumbled = {key: _clip(channel, book[key], sound, True) for key, sound in muffled.items()}

    def say(line: Line) -> Clip:
        return _clip(channel, line, [_breathing(sound, chance) for sound in _spoken(voice, line)], False)

    return Voiced(clips, mumbled, channel, half_tone, speed, say)


def _spoken(voice: Speak, line: Line) -> list[Sound]:
    return [voice(piece.spoken) for piece in line.pieces if piece.spoken.strip("、。")]


def _breathing(sound: Sound, chance: Random) -> Sound:
    """The same with its inner silences as long as people's."""
    samples, size = sound.samples(), sound.rate_hz // 100
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    loud = np.abs(frames.astype(np.int32)).max(axis=1)
    heard = np.flatnonzero(loud > loud.max(initial=0) * _AUDIBLE)
    kept, start = [], 0
    for before, after in pairwise(heard.tolist()):
        if (after - before) * 0.01 > _SILENT_SECONDS:
            kept += [frames[start : before + 1], np.zeros((int(chance.uniform(*BREATH_SECONDS) * 100), size), np.int16)]
            start = after
    return Sound(np.concatenate([*kept, frames[start:]]).astype("<i2").tobytes(), sound.rate_hz)


def _clip(channel: Channel, line: Line, sounds: list[Sound], muffled: bool) -> Clip:
    pieces = [piece for piece in line.pieces if piece.spoken.strip("、。")]
    whole: list[npt.NDArray[np.int16]] = []
    pauses, at = [], 0.0
    for number, (piece, sound) in enumerate(zip(pieces, sounds, strict=True)):
        made = channel.voice(sound, muffled)
        whole.append(made)
        at += len(made) / RATE_HZ
        if piece.pause and number + 1 < len(pieces):
            silence = np.zeros(int(piece.pause * RATE_HZ), np.int16)
            whole.append(silence)
            pauses.append((at, at + piece.pause))
            at += piece.pause
    samples = np.concatenate(whole)
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) >= np.abs(samples.astype(np.int32)).max() * _AUDIBLE)
    return Clip(line.text, samples, (int(loud[-1]) + 1) / RATE_HZ, tuple(pauses))
