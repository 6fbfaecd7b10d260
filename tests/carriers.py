"""The other side of our webhooks and media sockets, as each carrier's documentation has it: literal messages and forms,
signatures made here and not by the code they test, and a REST interface on loopback that keeps what it was asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from bot.lines.carrier_settings import CarrierSettings

ORIGIN = "https://phone.example.jp"
HOST = ORIGIN.partition("://")[2]
KEY = "k" * 20
TOKEN = "a token"
Form = dict[str, str]


@dataclass
class Asked:
    """One request to the REST interface."""

    method: str
    path: str
    authorization: str
    form: Form


@dataclass
class RestServer:
    """On loopback; `answers` are given in turn, then 200."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, count: int) -> Asked:
        """The request of that number, from 1."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.asked) >= count, 30)
            return self.asked[count - 1]


@contextmanager
def rest_server() -> Iterator[RestServer]:
    """Runs while this lasts."""

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            asked = Asked(self.command, self.path, self.headers.get("Authorization", ""), dict(parse_qsl(body)))
            with server.came:
                status, text = server.answers.pop(0) if server.answers else (200, "{}")
                server.asked.append(asked)
                server.came.notify_all()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_POST = do_DELETE = answer

        def log_message(self, format: str, *args: object) -> None:
            """Not in the test's output."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server = RestServer(f"http://127.0.0.1:{listening.server_port}")
    running = threading.Thread(target=listening.serve_forever, daemon=True)
    running.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        running.join()


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _sha1(token: str) -> Callable[[str, Form], str]:
    def sign(url: str, form: Form) -> str:
        text = url + "".join(name + form[name] for name in sorted(form))
        return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()

    return sign


def _plivo(url: str, form: Form) -> str:
    text = f"{url}?" + "".join(name + form[name] for name in sorted(form)) + ".nonce"
    return base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), hashlib.sha256)).decode()


@dataclass(frozen=True)
class Vendor:
    """One carrier."""

    name: str
    path: str
    """Of our routes."""
    settings: CarrierSettings
    calling: Form
    """What comes to /voice."""
    start: str
    """The stream's first message; STREAM and CALL stand for names."""
    media: str
    """Four mu-law bytes of silence."""
    stop: str
    played: Mapping[str, object]
    """How the same four bytes must go back."""
    call_path: str
    """At the REST interface."""
    authorization: str
    redirect: Form
    """The order to go elsewhere; URL stands for where."""
    hang_up: tuple[str, Form]
    answered: Form
    unanswered: Form
    gone: Form
    sign: Callable[[str, Form], dict[str, str]]

    def signed(self, path: str, form: Form | None = None) -> dict[str, str]:
        """Headers of a request to that path; without a form: of a socket."""
        return self.sign(f"{ORIGIN if form is not None else f'wss://{HOST}'}{path}", form or {})

    def opening(self, stream: str) -> str:
        return self.start.replace("STREAM", stream).replace("CALL", "CA1")

    def stream_path(self, answer: str) -> str:
        """Where the answer to a webhook wants the sound."""
        root = ET.fromstring(answer)
        found = root.find("./Connect/Stream")
        url = root.findtext("./Stream", "") if found is None else found.attrib["url"]
        assert url.strip().startswith(f"wss://{HOST}/"), answer
        return url.strip().removeprefix(f"wss://{HOST}")


def twilio_like(name: str, header: str, key: str, call_path: str) -> Vendor:
    number = {"From": "+819012345678", "To": "+81312345678", "CallSid": "CA1"}
    sign = _sha1(key)
    return Vendor(
        name=name,
        path=f"/{name}",
        settings=CarrierSettings(key, "AC1", TOKEN, transfer="sip:{}@pbx.example.jp"),
        calling={**number, "CallStatus": "ringing", "StirVerstat": "TN-Validation-Passed-A"},
        start='{"event":"start","sequenceNumber":"1","start":{"accountSid":"AC1","streamSid":"STREAM","callSid":"CALL",'
        '"tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},'
        '"customParameters":{"to":"+81312345678","from":"+819012345678"}},"streamSid":"STREAM"}',
        media='{"event":"media","sequenceNumber":"3","media":{"track":"inbound","chunk":"1","timestamp":"5",'
        '"payload":"/////w=="},"streamSid":"STREAM"}',
        stop='{"event":"stop","sequenceNumber":"5","streamSid":"STREAM","stop":{"accountSid":"AC1","callSid":"CALL"}}',
        played={"event": "media", "streamSid": "STREAM", "media": {"payload": "/////w=="}},
        call_path=call_path,
        authorization=basic("AC1", TOKEN),
        redirect={"Url": "URL", "Method": "POST"},
        hang_up=("POST", {"Status": "completed"}),
        answered={"CallStatus": "in-progress", "CallSid": "CA2", "ParentCallSid": "CA1"},
        unanswered={**number, "CallStatus": "in-progress", "DialCallStatus": "no-answer"},
        gone={**number, "CallStatus": "completed", "DialCallStatus": "canceled"},
        sign=lambda url, form: {header: sign(url, form)},
    )


TWILIO = twilio_like("twilio", "X-Twilio-Signature", TOKEN, "/2010-04-01/Accounts/AC1/Calls/CA1.json")
SIGNALWIRE = twilio_like(
    "signalwire", "X-SignalWire-Signature", "PSK_1", "/api/laml/2010-04-01/Accounts/AC1/Calls/CA1.json"
)
TELNYX = Vendor(
    name="telnyx",
    path=f"/telnyx/{KEY}",
    settings=CarrierSettings(KEY, "AC1", TOKEN, transfer="sip:{}@pbx.example.jp"),
    calling={"From": "+819012345678", "To": "+81312345678", "CallSid": "CA1", "CallStatus": "ringing"},
    start='{"event":"start","sequence_number":"1","start":{"user_id":"3e6f995f","call_control_id":"CALL",'
    '"client_state":"aGF2ZSBhIG5pY2UgZGF5ID1d","media_format":{"encoding":"PCMU","sample_rate":8000,"channels":1}},'
    '"stream_id":"STREAM"}',
    media='{"event":"media","sequence_number":"4","media":{"track":"inbound","chunk":"2","timestamp":"5",'
    '"payload":"/////w=="},"stream_id":"STREAM"}',
    stop='{"event":"stop","sequence_number":"5","stop":{"user_id":"3e6f995f","call_control_id":"CALL"},'
    '"stream_id":"STREAM"}',
    played={"event": "media", "media": {"payload": "/////w=="}},
    call_path="/v2/texml/Accounts/AC1/Calls/CA1",
    authorization=f"Bearer {TOKEN}",
    redirect={"Url": "URL", "Method": "POST"},
    hang_up=("POST", {"Status": "completed"}),
    answered={"CallStatus": "answered", "CallSid": "CA2"},
    unanswered={"CallStatus": "in-progress", "DialCallStatus": "no-answer", "CallSid": "CA1"},
    gone={"CallStatus": "completed", "DialCallStatus": "canceled", "CallSid": "CA1"},
    sign=lambda url, form: {},
)
PLIVO = Vendor(
    name="plivo",
    path="/plivo",
    settings=CarrierSettings(TOKEN, "AC1", TOKEN, transfer="sip:{}@pbx.example.jp"),
    calling={"From": "819012345678", "To": "81312345678", "CallUUID": "CA1", "Direction": "inbound"},
    start='{"sequenceNumber":0,"event":"start","start":{"callId":"CALL","streamId":"STREAM","accountId":"AC1",'
    '"tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000}},"extra_headers":"{}"}',
    media='{"sequenceNumber":1,"streamId":"STREAM","event":"media","media":{"track":"inbound",'
    '"timestamp":"1695281513984","chunk":1,"payload":"/////w=="},"extra_headers":"{}"}',
    stop='{"event":"stop","sequenceNumber":2,"streamId":"STREAM"}',
    played={"event": "playAudio", "media": {"contentType": "audio/x-mulaw", "sampleRate": 8000, "payload": "/////w=="}},
    call_path="/v1/Account/AC1/Call/CA1/",
    authorization=basic("AC1", TOKEN),
    redirect={"legs": "aleg", "aleg_url": "URL", "aleg_method": "POST"},
    hang_up=("DELETE", {}),
    answered={"DialAction": "answer", "CallUUID": "CA1"},
    unanswered={"DialStatus": "no-answer", "CallStatus": "in-progress", "CallUUID": "CA1"},
    gone={"DialStatus": "cancel", "CallStatus": "completed", "CallUUID": "CA1"},
    sign=lambda url, form: {"X-Plivo-Signature-V3": _plivo(url, form), "X-Plivo-Signature-V3-Nonce": "nonce"},
)
VENDORS = (TWILIO, SIGNALWIRE, TELNYX, PLIVO)
