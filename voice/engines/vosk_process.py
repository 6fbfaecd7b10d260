"""The inside of Vosk's process: one model, and a stream for every utterance that is being heard.

Rule: a process of its own, for its library and kaldi-decoder each carry an OpenFst whose registers are one symbol for a
whole process, and whichever is loaded second never comes up. It loads no other ear. Messages
are those of `worker`: a name and arguments in, the result or a `Failed` out; it ends when the other end closes.
Confidence of a word is the share of the weight of the alternatives that have it at its place: an estimate, not
calibrated.
"""

from __future__ import annotations

import json
import math
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from voice.audio import INNER_RATE_HZ
from voice.engines import DICTATION, EngineError, RecognisedWord, Transcript, nothing
from voice.engines.vocabulary import UNKNOWN, Fitted, fitted, joined
from voice.engines.worker import Failed, packed, received

if TYPE_CHECKING:
    from vosk import KaldiRecognizer, Model

COMPARED = 10
"""Of how many readings the confidence is made."""

Answer = Transcript | Failed | tuple[str, ...] | str | bool | None


class Load(NamedTuple):
    """The model, now."""


class Unused(NamedTuple):
    hints: tuple[str, ...]


class Listen(NamedTuple):
    stream: int
    """A number that is given once."""
    hints: tuple[str, ...]


class Push(NamedTuple):
    stream: int
    pcm: bytes


class Partial(NamedTuple):
    stream: int


class Finish(NamedTuple):
    stream: int
    in_time: bool
    last: bool = True
    """False: the speaker may go on after a pause, and the stream with it."""


class Forget(NamedTuple):
    stream: int


Request = Load | Unused | Listen | Push | Partial | Finish | Forget


class Reading(NamedTuple):
    """One way to write a stretch of sound."""

    weight: float
    """Natural logarithm, comparable among readings of the same stretch."""
    words: tuple[tuple[str, float, float], ...]
    """(text, start, end in seconds)"""

    @property
    def text(self) -> str:
        return joined(word for word, _, _ in self.words)


class Vosk:
    """One model and its recognisers."""

    def __init__(self, folder: Path, alternatives: int) -> None:
        self._folder = folder
        self._alternatives = alternatives
        self._streams: dict[int, Stretches] = {}

    @cached_property
    def _model(self) -> Model:
        import vosk

        vosk.SetLogLevel(-1)
        try:
            return vosk.Model(str(self._folder))
        except Exception as error:  # vosk raises nothing narrower
            raise EngineError(
                f"The Vosk model in {self._folder} cannot be loaded; `denwaban models check` tells what is wrong."
            ) from error

    def knows(self, word: str) -> bool:
        """Whether a word is in the model's list."""
        return int(self._model.vosk_model_find_word(word)) >= 0

    def fitted(self, hints: Sequence[str]) -> Fitted:
        """Hints in the model's words; none where its graph is fixed."""
        takes_hints = (self._folder / "graph" / "Gr.fst").is_file()
        return fitted(hints, self.knows) if takes_hints else Fitted((), tuple(hints))

    def _listen(self, hints: Sequence[str]) -> Stretches:
        from vosk import KaldiRecognizer

        phrases = self.fitted(hints).phrases if hints else ()
        if phrases:
            rest = (UNKNOWN,) if self.knows(UNKNOWN) else ()
            grammar = json.dumps((*phrases, *rest), ensure_ascii=False)
            recogniser = KaldiRecognizer(self._model, INNER_RATE_HZ, grammar)
        else:  # an empty grammar would kill the process
            recogniser = KaldiRecognizer(self._model, INNER_RATE_HZ)
        recogniser.SetWords(True)
        recogniser.SetMaxAlternatives(max(COMPARED, self._alternatives + 1))
        return Stretches(recogniser, self._alternatives)

    def _open(self, stream: int, last: bool = False) -> Stretches:
        found = self._streams.pop(stream, None) if last else self._streams.get(stream)
        if found is None:
            raise EngineError("The Vosk engine no longer has this utterance: it was finished, or its process died.")
        return found

    def answer(self, request: Request) -> Answer:
        """Do what is asked. Raises EngineError."""
        match request:
            case Load():
                return self._model is not None
            case Unused(hints):
                return self.fitted(hints).left_out
            case Listen(stream, hints):
                self._streams[stream] = self._listen(hints)
            case Push(stream, pcm):
                self._open(stream).push(pcm)
            case Partial(stream):
                return self._open(stream).partial()
            case Finish(stream, in_time, last):
                return self._open(stream, last).finish(in_time)
            case Forget(stream):
                self._streams.pop(stream, None)
        return None


def main(descriptor: int, folder: str, alternatives: int) -> None:
    """Answer on an inherited socket until its other end closes."""
    engine = Vosk(Path(folder), alternatives)
    with socket.socket(fileno=descriptor) as link:
        while True:
            try:
                request: Request = received(link)
            except (EOFError, ConnectionError):
                return
            answer: Answer
            try:
                answer = engine.answer(request)
            except EngineError as error:
                answer = Failed(str(error))
            link.sendall(packed(answer))


@dataclass(slots=True)
class Stretches:
    """One utterance; its inner pauses cut it into stretches, each of which is then fixed."""

    _recogniser: KaldiRecognizer
    _alternatives: int
    _stretches: list[list[Reading]] = field(default_factory=list)
    _odd: bytes = b""
    """Half a sample, waiting for its other half."""

    def push(self, pcm: bytes) -> None:
        """16-bit mono at 16 kHz."""
        pcm = self._odd + pcm
        whole = len(pcm) // 2 * 2
        pcm, self._odd = pcm[:whole], pcm[whole:]
        if pcm and self._recogniser.AcceptWaveform(pcm):
            self._keep(self._recogniser.Result())

    def _keep(self, result: str) -> None:
        if readings := readings_of(result):
            self._stretches.append(readings)

    def partial(self) -> str:
        """The words so far."""
        fixed = [stretch[0].text for stretch in self._stretches]
        words = json.loads(self._recogniser.PartialResult()).get("partial", "").split()
        return joined([*fixed, joined(word for word in words if word != UNKNOWN)])

    def finish(self, in_time: bool) -> Transcript:
        """The words for good; what is pushed after it is another stretch. `covered` is False where time was up or
        nothing was written."""
        self._keep(self._recogniser.FinalResult())
        readings = _whole(self._stretches, self._alternatives + 1)
        if not readings:
            return nothing(DICTATION.name)
        best = readings[0]
        words = tuple(word for stretch in self._stretches for word in _weighed(stretch))
        sure = sum(word.confidence * len(word.text) for word in words) / sum(len(word.text) for word in words)
        others = tuple(dict.fromkeys(each.text for each in readings if each.text not in ("", best.text)))
        return Transcript(DICTATION.name, best.text, "", sure, in_time, words, others[: self._alternatives])


def readings_of(result: str) -> list[Reading]:
    """The readings in a result, the likeliest first; none where nothing was recognised. Unknown words are left out."""
    found = []
    for each in json.loads(result).get("alternatives", []):
        words = tuple((word["word"], word["start"], word["end"]) for word in each.get("result", []))
        found.append(Reading(each["confidence"], tuple(word for word in words if word[0] != UNKNOWN)))
    return found if found and found[0].words else []


def _weighed(readings: Sequence[Reading]) -> list[RecognisedWord]:
    """The words of the likeliest reading, each with its share of the weight."""
    shares = [math.exp(reading.weight - readings[0].weight) for reading in readings]
    total = sum(shares)

    def share(text: str, start: float, end: float) -> float:
        agreeing = (
            weight
            for weight, reading in zip(shares, readings, strict=True)
            if any(other == text and begin < end and start < close for other, begin, close in reading.words)
        )
        return min(1.0, sum(agreeing) / total)

    return [RecognisedWord(text, "", "", share(text, start, end), start, end) for text, start, end in readings[0].words]


def _whole(stretches: Sequence[Sequence[Reading]], most: int) -> list[Reading]:
    """Readings of the whole utterance, the likeliest first."""
    found = [Reading(0.0, ())]
    for stretch in stretches:
        pairs = (Reading(a.weight + b.weight, a.words + b.words) for a, b in product(found, stretch))
        best: dict[str, Reading] = {}
        for reading in sorted(pairs, key=lambda each: -each.weight):
            best.setdefault(reading.text, reading)
        found = list(best.values())[:most]
    return found if stretches else []
