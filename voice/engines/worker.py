"""The inside of a worker process: jobs in, results out, over one socket, one at a time.

A message is four bytes of length (big endian) and a pickle; both ends are the same program. It ends when
the other end of the socket is closed, so it never outlives its parent. A search that takes too long is
stopped by a timer signal that is looked at between slices: no clock is read here. Anything but an `EngineError` is a
bug: the process dies with its traceback and the parent starts another.
"""

from __future__ import annotations

import pickle
import signal
import socket
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from voice.audio import Sound
from voice.engines import EngineError, Grammar, Transcript
from voice.engines.dictation import Choice

LENGTH = struct.Struct(">I")


class Transcribe(NamedTuple):
    sound: Sound
    band_hz: int
    names: tuple[str, ...]
    """Of the grammars, in order."""
    grammars: tuple[Grammar, ...]
    """Those of them that the worker may not have."""
    search_seconds: float
    going: bool = False
    """Its speaker is in the middle of speech."""


class Speak(NamedTuple):
    text: str
    pace: float


class Prepare(NamedTuple):
    grammar: Grammar


class Missing(NamedTuple):
    """The answer to a `Transcribe` that names grammars the worker no longer has."""

    names: tuple[str, ...]


class Failed(NamedTuple):
    """An EngineError."""

    text: str


Job = Transcribe | Speak | Prepare
Result = tuple[Transcript, ...] | Sound | Missing | Failed | None


def packed(message: object) -> bytes:
    """A message as it goes over the socket."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


class _Alarm:
    """Time for one job, by timer signal."""

    def __init__(self) -> None:
        self.rung = False
        signal.signal(signal.SIGALRM, self._ring)

    def _ring(self, *_: object) -> None:
        self.rung = True

    def set(self, seconds: float) -> None:
        self.rung = False
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def expired(self) -> bool:
        return self.rung


def _receive(link: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = link.recv(size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def received(link: socket.socket) -> Any:
    """The next message. Raises EOFError or ConnectionError where the other end is gone."""
    (size,) = LENGTH.unpack(_receive(link, LENGTH.size))
    return pickle.loads(_receive(link, size))


def serve(link: socket.socket, choice: Choice) -> None:
    """Answer jobs until the other end closes."""
    from voice.engines import DICTATION
    from voice.engines.inline import Engines

    engines, alarm, known = Engines(choice), _Alarm(), {DICTATION.name: DICTATION}

    def done(job: Job) -> Result:
        match job:
            case Speak(text, pace):
                return engines.speak(text, pace)
            case Prepare(grammar):
                engines.prepare(grammar)
                known[grammar.name] = grammar
                return None
            case Transcribe(sound, band_hz, names, grammars, seconds, going):
                given = {grammar.name: grammar for grammar in grammars}
                lost = tuple(n for n in names if n not in given and n not in known and not engines.ear.keeps(n))
                if lost:
                    return Missing(lost)
                alarm.set(seconds)
                wanted = [given.get(n) or known.get(n) or Grammar(n, (), ()) for n in names]
                return engines.transcribe(sound, band_hz, wanted, alarm.expired, going)

    link.sendall(packed("ready"))
    while True:
        try:
            job: Job = received(link)
        except (EOFError, ConnectionError):
            return
        try:
            result = done(job)
        except EngineError as error:
            result = Failed(str(error))
        finally:
            alarm.set(0.0)
        with suppress(ConnectionError):  # the parent is gone: reading will end it
            link.sendall(packed(result))


def main(descriptor: int, engine: str = "auto", models: str = "") -> None:
    """Serve on an inherited socket; the rest is the `Choice` of the dictation engine, "" for no models."""
    with socket.socket(fileno=descriptor) as link:
        serve(link, Choice(engine, Path(models) if models else None))
