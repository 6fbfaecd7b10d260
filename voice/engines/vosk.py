"""The dictation ear `vosk`: Kaldi by way of Vosk, with a model from the models' folder; hears while the caller speaks.

Its library runs in a process of its own (`vosk_process` says why), started when first needed, one for each worker that
asks. An utterance that goes on is pushed on: only what came since it was last heard is work. A hint is cut into words
of the model's own list, for it knows no others; where some of it are left, the engine writes nothing but hinted words,
and where none are, or where the model's graph is fixed, it writes freely. Leaves out readings: a written word has no
katakana here, and names are the phonetic ear's affair.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

from voice.audio import INNER_RATE_HZ
from voice.engines import DICTATION, EngineError, Transcript, never
from voice.engines.dictation import Spoken
from voice.engines.models import engine_of
from voice.engines.vosk_process import Answer, Finish, Forget, Listen, Load, Partial, Push, Request, Unused
from voice.engines.worker import Failed, packed, received

ALTERNATIVES = 4
"""What a transcript has at most besides its text."""
PIECE_SECONDS = 0.2
"""How much is heard between two looks at the time."""
UTTERANCES_KEPT = 4
"""That may be gone on with."""


class Running(NamedTuple):
    """An utterance as far as it was heard."""

    stream: int
    """Its number: the stream itself would keep the engine alive."""
    hints: tuple[str, ...]
    pcm: bytes


class Vosk:
    """One model. Its process is started and loads it when first used."""

    def __init__(self, model: Path, alternatives: int = ALTERNATIVES) -> None:
        """Raises EngineError where the folder holds no model."""
        if engine_of(model) != "vosk":
            raise EngineError(f"{model} holds no Vosk model: `denwaban models list` shows which do.")
        self._told = (str(model), alternatives)
        self._numbers = count()
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None
        self._running: list[Running] = []

    def load(self) -> None:
        """Raises EngineError."""
        self.ask(Load())

    def unused(self, hints: Sequence[str]) -> tuple[str, ...]:
        """The words of the hints that the model does not know; all hints where its graph is fixed."""
        left_out = self.ask(Unused(tuple(hints)))
        assert isinstance(left_out, tuple)
        return left_out

    def listen(self, band_hz: int, hints: Sequence[str] = ()) -> VoskStream:
        """A stream; `band_hz` makes no difference. Raises EngineError."""
        stream = VoskStream(self, next(self._numbers))
        self.ask(Listen(stream.number, tuple(hints)))
        return stream

    def transcribe(self, spoken: Spoken, hints: Sequence[str] = (), expired: Callable[[], bool] = never) -> Transcript:
        """Raises EngineError."""
        if spoken.sound.rate_hz != INNER_RATE_HZ:
            raise EngineError(f"The ear hears {INNER_RATE_HZ} Hz, not {spoken.sound.rate_hz} Hz; resample it first.")
        known = self._begun(spoken, tuple(hints))
        self._running = [each for each in self._running if each is not known]
        stream = VoskStream(self, known.stream) if known else self.listen(spoken.band_hz, hints)
        if not pushed(stream, spoken.sound.pcm[len(known.pcm) if known else 0 :], expired):
            return stream.finish(expired)
        self._keep(Running(stream.number, tuple(hints), spoken.sound.pcm))
        if spoken.going:
            text = stream.partial()
            return Transcript(DICTATION.name, text, "", 0.0, bool(text))
        return stream.pause(expired)

    def _begun(self, spoken: Spoken, hints: tuple[str, ...]) -> Running | None:
        """The utterance that the sound goes on with."""
        found = (each for each in self._running if each.hints == hints and spoken.sound.pcm.startswith(each.pcm))
        return max(found, key=lambda each: len(each.pcm), default=None)

    def _keep(self, running: Running) -> None:
        self._running.append(running)
        while len(self._running) > UTTERANCES_KEPT:
            self.ask(Forget(self._running.pop(0).stream))

    def ask(self, request: Request) -> Answer:
        """What the process answers. Raises EngineError; where it has died, the next request starts another."""
        try:
            link = self._link or self._start()
            link.sendall(packed(request))
            answer: Answer = received(link)
        except (OSError, EOFError) as error:
            self.close()
            raise EngineError("The process of the Vosk engine died; its own message is on the error output.") from error
        if isinstance(answer, Failed):
            raise EngineError(answer.text)
        return answer

    def _start(self) -> socket.socket:
        self._link, theirs = socket.socketpair()
        told = (theirs.fileno(), *self._told)
        code = f"import sys; sys.path[:0] = {sys.path!r}; from voice.engines.vosk_process import main; main(*{told!r})"
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", code], stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),)
            )
        return self._link

    def close(self) -> None:
        """End the process; streams that are open are lost."""
        link, process = self._link, self._process
        self._link, self._process, self._running = None, None, []
        if link is not None:
            link.close()
        if process is not None:
            process.kill()
            process.wait()

    @property
    def pid(self) -> int | None:
        """Of its process, where it runs."""
        return self._process.pid if self._process else None

    def __del__(self) -> None:
        if getattr(self, "_process", None) is not None:
            self.close()


class VoskStream:
    """One utterance as it comes in."""

    def __init__(self, engine: Vosk, number: int) -> None:
        self._engine = engine
        self.number = number
        self._open = True

    def push(self, pcm: bytes) -> None:
        """16-bit mono at 16 kHz. Raises EngineError."""
        self._engine.ask(Push(self.number, pcm))

    def partial(self) -> str:
        """The words so far. Raises EngineError."""
        return str(self._engine.ask(Partial(self.number)))

    def finish(self, expired: Callable[[], bool] = never) -> Transcript:
        """The words for good; `covered` is False where time was up or nothing was written. Raises EngineError."""
        self._open = False
        transcript = self._engine.ask(Finish(self.number, not expired()))
        assert isinstance(transcript, Transcript)
        return transcript

    def pause(self, expired: Callable[[], bool] = never) -> Transcript:
        """As `finish`, of somebody who may go on. Raises EngineError."""
        transcript = self._engine.ask(Finish(self.number, not expired(), last=False))
        assert isinstance(transcript, Transcript)
        return transcript

    def close(self) -> None:
        """Give it up; `finish` does so too."""
        if self._open:
            self._open = False
            self._engine.ask(Forget(self.number))


def pushed(stream: VoskStream, pcm: bytes, expired: Callable[[], bool]) -> bool:
    """Whether all of it was heard in time. Raises EngineError."""
    size = 2 * int(PIECE_SECONDS * INNER_RATE_HZ)
    for at in range(0, len(pcm), size):
        if expired():
            return False
        stream.push(pcm[at : at + size])
    return True
