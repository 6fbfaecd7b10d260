"""jambonz: the audio socket of its `listen` verb, and the verbs that its webhooks are answered with; pure.

Rule: the first message is text and tells of the call, all sound is binary (16-bit, little-endian, at the rate that the
verb asks for), and streaming must be asked for, or nothing that we send is heard. When the socket closes jambonz asks
the verb's own hook what comes next: so a call is put through and ended without its REST interface.
Leaves out: the call-control socket (ws.jambonz.org).

Source: jambonz's documentation of listen, dial, sip:decline and hangup. Marks are as its own programs have them; those
that never come back are given back here when they are cleared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from voice.lines import Audio, Incoming, Key, LineError, Marked, Quality, Ring
from voice.lines.carrier import Dialled, Ringing
from voice.lines.objects import Body, compact, identifier, optional, part, read_object, shown, text
from voice.lines.streams import KEYS, RATE_HZ, Facts, Marks, diverted, ring

SUBPROTOCOL = "audio.jambonz.org"
DISCONNECT = compact({"type": "disconnect"})
"""jambonz closes the socket, and asks the verb's hook."""
MAX_SOUND_BYTES = 65_536
Verbs = list[dict[str, Any]]


class JambonzWire:
    """One call's audio socket. A `Wire`."""

    def __init__(self, facts: Facts | None = None) -> None:
        """`facts`: what the webhook said of the call; None: the first message tells."""
        self._facts = facts
        self._started = False
        self._marks = Marks()

    def read(self, message: str | bytes) -> Ring | Incoming | None:
        """What a message means to the call; None: nothing. Raises LineError."""
        if isinstance(message, bytes):
            return self._sound(message)
        body = read_object(message)
        if not self._started:
            return self._ring(body)
        if body.get("event") == "dtmf":
            digit = text(body, "dtmf", "message")
            return Key(digit) if digit in KEYS else None
        if body.get("type") == "mark":
            return self._marks.came(text(part(body, "data"), "name", "data"))
        return None

    def _ring(self, body: Body) -> Ring:
        wanted = {"sampleRate": str(RATE_HZ), "mixType": "mono"}
        for key, value in wanted.items():
            if str(body.get(key)) != value:
                raise LineError(f"{key} is {shown(body.get(key))}; only {value} is spoken here")
        call_id = identifier(body, "callSid" if "callSid" in body else "call_sid", "message")
        self._started = True
        facts = self._facts or Facts(optional(body, "to"), optional(body, "from"), call_id=call_id)
        return ring(facts, "jambonz", call_id, "L16")

    def _sound(self, message: bytes) -> Audio | None:
        if not self._started:
            raise LineError("sound before the call's attributes")
        if len(message) % 2 or len(message) > MAX_SOUND_BYTES:
            raise LineError(f"sound of {len(message)} bytes; samples have two, and at most {MAX_SOUND_BYTES} are taken")
        return Audio(message) if message else None

    def welcome(self) -> str | None:
        return None

    def play(self, pcm: bytes) -> bytes:
        return pcm

    def mark(self, name: str) -> str:
        self._marks.ordered(name)
        return compact({"type": "mark", "data": {"name": name}})

    def clear(self) -> str:
        return compact({"type": "killAudio"})

    @property
    def full(self) -> bool:
        """It takes what it is sent."""
        return False

    def forgotten(self) -> Sequence[Marked]:
        return self._marks.forgotten()

    def farewell(self, why: str) -> str | None:
        return DISCONNECT

    def quality(self) -> Quality | None:
        return None


def call_facts(body: Body) -> Facts:
    """Who calls whom, from a webhook's body; why it was passed on, from the INVITE that comes with it."""
    sip = body.get("sip")
    headers = sip.get("headers") if isinstance(sip, dict) else None
    pairs = headers.items() if isinstance(headers, dict) else ()
    number, why = diverted({name: value for name, value in pairs if isinstance(value, str)})
    return Facts(optional(body, "to"), optional(body, "from"), number, why, optional(body, "call_sid"))


def listen(stream_url: str, next_url: str) -> Verbs:
    """Connect the call, both ways, to our socket; afterwards `next_url` is asked."""
    return [
        {
            "verb": "listen",
            "url": stream_url,
            "actionHook": next_url,
            "mixType": "mono",
            "sampleRate": RATE_HZ,
            "passDtmf": True,
            "bidirectionalAudio": {"enabled": True, "streaming": True, "sampleRate": RATE_HZ},
        }
    ]


def dial(ringing: Ringing) -> Verbs:
    """Ring somebody; `answered_url` is asked before the two are connected, `ended_url` at the end."""
    sip = ringing.to.startswith(("sip:", "sips:"))
    target = {"type": "sip", "sipUri": ringing.to} if sip else {"type": "phone", "number": ringing.to}
    verb: dict[str, Any] = {"verb": "dial", "timeout": ringing.seconds, "target": [target]}
    if ringing.caller_id:
        verb["callerId"] = ringing.caller_id
    return [{**verb, "confirmHook": ringing.answered_url, "actionHook": ringing.ended_url}]


def busy() -> Verbs:
    return [{"verb": "sip:decline", "status": 486, "reason": "Busy Here"}]


def end() -> Verbs:
    return [{"verb": "hangup"}]


_STATES: Mapping[str, Dialled] = {"completed": "answered", "busy": "busy", "no-answer": "no_answer"}


def dialled(body: Body) -> Dialled:
    """What came to `Ringing.ended_url`."""
    found = _STATES.get(optional(body, "dial_call_status"), "failed")
    return "gone" if found != "answered" and optional(body, "call_status") == "completed" else found
