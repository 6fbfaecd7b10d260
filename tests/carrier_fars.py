"""A rehearsed call over carriers other than Twilio: their side of the stream, from the webhook on."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from bot.lines.carrier_settings import CarrierSettings
from bot.lines.settings import LineSettings
from bot.rehearsal.far import Clear, Far, Manner, Message, TwilioManner, place
from bot.rehearsal.fast import FastWay
from bot.rehearsal.plan import Plan
from tests.carriers import HOST, KEY, ORIGIN, PLIVO, SIGNALWIRE, TELNYX, Vendor
from tests.website import Site, website
from voice.g711 import ulaw_decode, ulaw_encode
from voice.lines.socket import Serve


class TelnyxManner:
    """Never gives cleared marks back."""

    returns_marks = False

    def __init__(self, call_id: str) -> None:
        self._call_id = call_id
        self._stream = secrets.token_hex(8)
        self._chunks = 0

    def begins(self, to: str, caller: str) -> list[Message]:
        sound = {"encoding": "PCMU", "sample_rate": 8000, "channels": 1}
        start = {"call_control_id": self._call_id, "from": caller, "to": to, "media_format": sound}
        return ['{"event":"connected","version":"1.0.0"}', self._written("start", start)]

    def sound(self, pcm: bytes) -> Message:
        self._chunks += 1
        payload = base64.b64encode(ulaw_encode(pcm)).decode()
        return self._written("media", {"track": "inbound", "chunk": str(self._chunks), "payload": payload})

    def key(self, digit: str) -> Message:
        return self._written("dtmf", {"digit": digit})

    def mark(self, name: str) -> Message:
        return self._written("mark", {"name": name})

    def ends(self) -> Message | None:
        return self._written("stop", {"call_control_id": self._call_id})

    def read(self, message: Message) -> bytes | str | Clear | None:
        body = json.loads(message)
        match body["event"]:
            case "media":
                return ulaw_decode(base64.b64decode(body["media"]["payload"]))
            case "mark":
                return str(body["mark"]["name"])
        assert body == {"event": "clear"}
        return Clear()

    def _written(self, event: str, what: object) -> str:
        return json.dumps({"event": event, event: what, "stream_id": self._stream})


class PlivoManner:
    """Never gives cleared marks back, and does not name the stream with those that come."""

    returns_marks = False

    def __init__(self, call_id: str) -> None:
        self._call_id = call_id
        self._stream = secrets.token_hex(8)
        self._chunks = 0

    def begins(self, to: str, caller: str) -> list[Message]:
        start = {"callId": self._call_id, "streamId": self._stream, "tracks": ["inbound"]}
        return [json.dumps({"event": "start", "start": start, "extra_headers": "{}"})]

    def sound(self, pcm: bytes) -> Message:
        self._chunks += 1
        payload = base64.b64encode(ulaw_encode(pcm)).decode()
        media = {"track": "inbound", "timestamp": "1695281513984", "chunk": self._chunks, "payload": payload}
        return json.dumps({"event": "media", "media": media, "streamId": self._stream, "extra_headers": "{}"})

    def key(self, digit: str) -> Message:
        return json.dumps({"event": "dtmf", "dtmf": {"track": "inbound", "digit": digit}, "streamId": self._stream})

    def mark(self, name: str) -> Message:
        return json.dumps({"event": "playedStream", "name": name})

    def ends(self) -> Message | None:
        return json.dumps({"event": "stop", "streamId": self._stream})

    def read(self, message: Message) -> bytes | str | Clear | None:
        body = json.loads(message)
        match body["event"]:
            case "playAudio":
                assert (body["media"]["contentType"], body["media"]["sampleRate"]) == ("audio/x-mulaw", 8000)
                return ulaw_decode(base64.b64decode(body["media"]["payload"]))
            case "checkpoint":
                return str(body["name"])
        assert body == {"event": "clearAudio", "streamId": self._stream}
        return Clear()


class JambonzManner:
    """Sound as it is; hanging up only closes the socket."""

    returns_marks = False

    def __init__(self, call_id: str) -> None:
        self._call_id = call_id

    def begins(self, to: str, caller: str) -> list[Message]:
        call = {"callSid": self._call_id, "direction": "inbound", "from": caller, "to": to}
        return [json.dumps({**call, "sampleRate": 8000, "mixType": "mono"})]

    def sound(self, pcm: bytes) -> Message:
        return pcm

    def key(self, digit: str) -> Message:
        return json.dumps({"event": "dtmf", "dtmf": digit, "duration": "1600"})

    def mark(self, name: str) -> Message:
        return json.dumps({"type": "mark", "data": {"name": name, "event": "playout"}})

    def ends(self) -> Message | None:
        return None

    def read(self, message: Message) -> bytes | str | Clear | None:
        if isinstance(message, bytes):
            return message
        body = json.loads(message)
        match body["type"]:
            case "mark":
                return str(body["data"]["name"])
            case "killAudio":
                return Clear()
        assert body == {"type": "disconnect"}
        return None


def by_vendor(vendor: Vendor, manner: Callable[[str], Manner]) -> FastWay:
    """From the webhook on, on a server that has this carrier."""

    @asynccontextmanager
    async def way(plan: Plan, serve: Serve) -> AsyncIterator[tuple[Far, str]]:
        to, caller = plan.company, plan.written.caller.presents
        lines = LineSettings(carriers={vendor.name: CarrierSettings(vendor.settings.key)})
        async with website(serve, lines=lines, public_origin=ORIGIN) as site:
            form = {**vendor.calling, "To": to, "From": caller}
            path = f"{vendor.path}/voice"
            answer = await _ask(site, path, vendor.signed(path, form), data=form)
            stream = vendor.stream_path(answer.text)
            async with place(site.http, stream, manner("CA1"), to, caller) as far:
                yield far, "CA1"

    return way


@asynccontextmanager
async def by_jambonz(plan: Plan, serve: Serve) -> AsyncIterator[tuple[Far, str]]:
    """The same, with verbs."""
    to, caller = plan.company, plan.written.caller.presents
    lines = LineSettings(carriers={"jambonz": CarrierSettings(KEY)})
    async with website(serve, lines=lines, public_origin=ORIGIN) as site:
        answer = await _ask(site, f"/jambonz/{KEY}/voice", {}, json={"call_sid": "CA1", "from": caller, "to": to})
        stream = str(answer.json()[0]["url"]).removeprefix(f"wss://{HOST}")
        async with place(site.http, stream, JambonzManner("CA1"), to, caller, "audio.jambonz.org") as far:
            yield far, "CA1"


@asynccontextmanager
async def by_twilio(plan: Plan, serve: Serve) -> AsyncIterator[tuple[Far, str]]:
    """Over the media socket that every server has."""
    to, caller = plan.company, plan.written.caller.presents
    async with website(serve) as site, place(site.http, "/twilio/media", TwilioManner("CA1"), to, caller) as far:
        yield far, "CA1"


async def _ask(site: Site, path: str, headers: dict[str, str], **body: object) -> httpx.Response:
    async with httpx.AsyncClient(base_url=site.http, verify=False) as client:
        return await client.post(path, headers=headers, **body)  # type: ignore[arg-type]


WAYS: dict[str, FastWay] = {
    "twilio": by_twilio,
    "signalwire": by_vendor(SIGNALWIRE, TwilioManner),
    "telnyx": by_vendor(TELNYX, TelnyxManner),
    "plivo": by_vendor(PLIVO, PlivoManner),
    "jambonz": by_jambonz,
}
