"""The dialect of our own /phone page: sound as binary frames, everything else as small JSON text.

Sound is 16-bit little-endian mono PCM at 16 kHz both ways, 20 ms a frame as a rule. Text from the page:
    {"event":"start","called":"<company key or number>","caller":"<number or empty>"}   once, first
    {"event":"key","digit":"5"}   {"event":"mark","name":"…"}   {"event":"hangup"}
Text to the page:
    {"event":"ready","call":"…","ticket":"…"}   {"event":"mark","name":"…"}   {"event":"clear"}
    {"event":"closed","why":"…"}
A mark is sent back once the sound before it was played or cleared. With `ticket` the page may read the receptionist's
words.
Leaves out: the socket, transfers (a browser cannot be transferred).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from voice.lines import Audio, Closed, Incoming, Key, LineError, Marked, Quality, Ring

RATE_HZ = 16_000
MAX_MESSAGE = 65_536
"""Bytes or characters; two seconds of sound."""
_CALLED = re.compile(r"[A-Za-z0-9_-]{0,64}")
_CALLER = re.compile(r"[0-9]{0,20}")


@dataclass(slots=True)
class BrowserWire:
    """One page's call."""

    call_id: str
    """Ours: the page has none."""
    ticket: str = ""
    started: bool = False

    def read(self, message: str | bytes) -> Ring | Incoming | None:
        """What a message means to the call; None: nothing. Raises LineError."""
        if len(message) > MAX_MESSAGE:
            raise LineError(f"message of {len(message)}; at most {MAX_MESSAGE} are taken")
        if isinstance(message, bytes):
            return self._sound(message)
        body = _object(message)
        event = _text(body, "event")
        if event == "start":
            return self._ring(body)
        if not self.started:
            raise LineError(f"{ascii(event)[:60]} before start")
        match event:
            case "key":
                digit = _text(body, "digit")
                if digit not in tuple("0123456789*#"):
                    raise LineError(f"digit is {ascii(digit)[:60]}; a telephone has 0-9 * #")
                return Key(digit)
            case "mark":
                return Marked(_text(body, "name"))
            case "hangup":
                return Closed("caller")
            case _:
                return None

    def _sound(self, message: bytes) -> Audio | None:
        if not self.started:
            raise LineError("sound before start")
        if len(message) % 2:
            raise LineError(f"sound of {len(message)} bytes; samples have two")
        return Audio(message) if message else None

    def _ring(self, body: Mapping[str, object]) -> Ring:
        if self.started:
            raise LineError("a second start")
        called = _text(body, "called")
        caller = _text(body, "caller") if "caller" in body else ""
        if not _CALLED.fullmatch(called):
            raise LineError(f"called is {ascii(called)[:60]}; a company's key or digits are taken")
        if not _CALLER.fullmatch(caller):
            raise LineError(f"caller is {ascii(caller)[:60]}; digits are taken")
        self.started = True
        return Ring(called=called, caller=caller, line="browser", line_call_id=self.call_id, rate_hz=RATE_HZ)

    def welcome(self) -> str | None:
        return _compact({"event": "ready", "call": self.call_id, "ticket": self.ticket})

    def play(self, pcm: bytes) -> bytes:
        return pcm

    def mark(self, name: str) -> str:
        return _compact({"event": "mark", "name": name})

    def clear(self) -> str:
        return _compact({"event": "clear"})

    def farewell(self, why: str) -> str | None:
        return _compact({"event": "closed", "why": why})

    def quality(self) -> Quality | None:
        return None


def _object(message: str) -> Mapping[str, object]:
    try:
        body = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise LineError(f"not JSON: {ascii(message)[:60]}") from error
    if not isinstance(body, dict):
        raise LineError(f"not a JSON object: {ascii(message)[:60]}")
    return body


def _text(body: Mapping[str, object], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str):
        raise LineError(f"{key} is missing" if value is None else f"{key} is not a string")
    return value


def _compact(body: Mapping[str, object]) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)
