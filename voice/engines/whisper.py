"""The dictation ear `whisper`: faster-whisper with any local model, one utterance at a time.

Rule: nothing is fetched, the model is a folder; what Whisper writes over silence or in circles is told by its own
figures and not relied on. Hints draw towards their words and forbid none.
It has no alternatives, no katakana and cannot be stopped within a window of 30 seconds. It takes many times the time
of the other engines: good for a second look after the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION, EngineError, RecognisedWord, Transcript, never, nothing
from voice.engines.dictation import Gathered, Spoken
from voice.engines.models import engine_of
from voice.engines.vocabulary import joined

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Segment

BEAM = 5
LEAST_SECONDS = 0.1
"""Under that there are no words in it."""
SILENT = 0.6
"""No speech, where Whisper gives that this probability and is unsure of its words too."""
UNSURE = -1.0
"""Mean natural log probability of a token under which the words are not relied on."""
CIRCLING = 2.4
"""A text that compresses by more repeats itself."""


class Whisper:
    """One model. Loads it when first used."""

    def __init__(self, model: Path, beam: int = BEAM) -> None:
        """Raises EngineError where the folder holds no model."""
        if engine_of(model) != "whisper":
            raise EngineError(f"{model} holds no Whisper model: `denwaban models list` shows which do.")
        self._folder = model
        self._beam = beam

    @cached_property
    def _model(self) -> WhisperModel:
        try:
            from faster_whisper import WhisperModel

            return WhisperModel(str(self._folder), device="cpu", compute_type="int8", cpu_threads=1)
        except ImportError as error:
            raise EngineError("faster-whisper is not installed: pip install 'denwaban[whisper]'.") from error
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineError(f"The Whisper model in {self._folder} cannot be loaded: {error}") from error

    def load(self) -> None:
        """Raises EngineError."""
        _ = self._model

    def unused(self, hints: Sequence[str]) -> tuple[str, ...]:
        """None: any words may stand before a text."""
        return ()

    def listen(self, band_hz: int, hints: Sequence[str] = ()) -> Gathered:
        """Every partial writes all that was said so far anew."""

        def heard(sound: Sound, expired: Callable[[], bool]) -> Transcript:
            return self._written(sound, hints, expired)

        return Gathered(heard)

    def transcribe(self, spoken: Spoken, hints: Sequence[str] = (), expired: Callable[[], bool] = never) -> Transcript:
        """Of an utterance that goes on nothing is written: every try would take as long as the whole. Raises
        EngineError."""
        return nothing(DICTATION.name) if spoken.going else self._written(spoken.sound, hints, expired)

    def _written(self, sound: Sound, hints: Sequence[str], expired: Callable[[], bool]) -> Transcript:
        if sound.rate_hz != INNER_RATE_HZ:
            raise EngineError(f"The ear hears {INNER_RATE_HZ} Hz, not {sound.rate_hz} Hz; resample the sound first.")
        if sound.seconds < LEAST_SECONDS:
            return nothing(DICTATION.name)
        samples = sound.samples().astype(np.float32) / np.float32(32768)
        try:
            segments, _ = self._model.transcribe(
                samples,
                language="ja",
                beam_size=self._beam,
                word_timestamps=True,
                condition_on_previous_text=False,
                hotwords="、".join(hints) or None,
            )
            return transcript_of(segments, sound.seconds, expired)
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"Whisper failed on {sound.seconds:.1f} s of sound: {error}") from error


def transcript_of(segments: Iterable[Segment], seconds: float, expired: Callable[[], bool]) -> Transcript:
    """Whisper works while its segments are taken, one after the other."""
    words, sure = list[RecognisedWord](), True
    for segment in segments:
        if segment.no_speech_prob > SILENT and segment.avg_logprob < UNSURE:
            continue
        sure &= segment.avg_logprob >= UNSURE and segment.compression_ratio <= CIRCLING
        for word in segment.words or ():
            start, end = min(float(word.start), seconds), min(float(word.end), seconds)
            if text := word.word.strip():
                words.append(RecognisedWord(text, "", "", float(word.probability), start, end))
        if expired():
            sure = False
            break
    if not words:
        return nothing(DICTATION.name)
    text = joined(word.text for word in words)
    confidence = sum(word.confidence * len(word.text) for word in words) / sum(len(word.text) for word in words)
    return Transcript(DICTATION.name, text, "", confidence, sure, tuple(words))
