"""The configuration that is handed out for an Asterisk: what it says is what the code serves and understands."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute

from bot.lines.asterisk_settings import names
from bot.settings import read_settings
from bot.web.asterisk import AsteriskRoutes
from bot.web.live import LiveCalls
from tests.website import nobody
from voice.lines import Ring
from voice.lines.ari import Told, channel_of
from voice.lines.asterisk import SUBPROTOCOL, AsteriskWire, facts_of
from voice.lines.audiosocket import Awaited
from voice.lines.stasis import facts_of_stasis

DOCS = Path(__file__).parent.parent / "voice" / "lines" / "asterisk_docs"
DIALPLAN = (DOCS / "extensions.conf").read_text("utf-8")
CALL = {
    "EXTEN": "0312345678",
    "CALLERID(num)": "+819012345678",
    "CALLERID(num-pres)": "allowed_passed_screen",
    "REDIRECTING(from-num)": "0120444555",
    "REDIRECTING(reason)": "cfnr",
    "UNIQUEID": "1764000000.42",
    "DENWABAN": "http://127.0.0.1:8080",
    "DENWABAN_SECRET": "CHANGE-ME-0123456789",
    "ARG1": "1764000000.42",
    "ARG2": "+819012345678",
    "CALL": "40325ec2-5efd-4bd3-805f-53576e581d13",
    "MEDIA_WEBSOCKET_CONNECTION_ID": "32966726-4388-456b-a333-fdf5dbecc60d",
    "BACK": "",
}
"""A caller whose call was passed on, as the dialplan's variables have him."""
RING = Ring("0312345678", "09012345678", "asterisk", "1", 8000, "0120444555", "no_answer", codec="PCMU")


def evaluated(text: str) -> str:
    """As Asterisk would, so far as our contexts go."""
    for name, value in CALL.items():
        text = text.replace("${URIENCODE(${" + name + "})}", urlencode({"": value})[1:])
        text = text.replace("${" + name + "}", value)
    return text


def section(name: str, file: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(comment_prefixes=(";",), inline_comment_prefixes=None, interpolation=None)
    parser.read(DOCS / file)
    return parser[name]


def routes() -> tuple[set[str], set[str]]:
    """The paths of websockets and of posts that are served."""
    made = AsteriskRoutes(read_settings({}), nobody, LiveCalls(), Awaited(float))
    sockets = {route.path for route in made.router.routes if isinstance(route, APIWebSocketRoute)}
    posts = {
        route.path for route in made.router.routes if isinstance(route, APIRoute) and "POST" in (route.methods or ())
    }
    return sockets, posts


def test_the_websocket_client_connects_to_a_path_that_is_served() -> None:
    client = section("denwaban", "websocket_client.conf")
    assert (client["type"], client["connection_type"]) == ("websocket_client", "per_call_config")
    uri = urlsplit(client["uri"])
    assert uri.path in routes()[0]
    assert (uri.scheme, uri.port) == ("ws", read_settings({}).port)
    assert client["protocols"] == SUBPROTOCOL
    assert client["password"] == CALL["DENWABAN_SECRET"]
    read_settings({"DENWABAN_ASTERISK_SECRET": client["password"]})  # is one that is taken


def test_ari_and_http_fit_one_another() -> None:
    user, http = section("denwaban", "ari.conf"), section("general", "http.conf")
    assert (user["type"], user["read_only"]) == ("user", "no")
    assert (section("general", "ari.conf")["enabled"], http["enabled"]) == ("yes", "yes")
    url = f"http://denwaban:{user['password']}@{http['bindaddr']}:{http['bindport']}"
    assert f"DENWABAN_ARI_URL={url}" in (DOCS / "ari.conf").read_text("utf-8")
    ari = read_settings({"DENWABAN_ARI_URL": url}).lines.asterisk.ari
    assert ari is not None
    assert (ari.sockets, ari.app) == ("ws://127.0.0.1:8088", "denwaban")


def test_dialled_to_us_a_call_is_known() -> None:
    (dial,) = re.findall(r"Dial\((WebSocket/denwaban/.*),,g\)$", DIALPLAN, re.MULTILINE)
    client, options = re.fullmatch(r"WebSocket/(\w+)/c\(ulaw\)v\((.*)\)", evaluated(dial)).groups()  # type: ignore[union-attr]
    assert section(client, "websocket_client.conf")
    told = dict(parse_qsl(options.replace(",", "&"), keep_blank_values=True))
    facts = facts_of(told)
    assert (facts.channel, facts.onward, told["status"]) == ("1764000000.42", True, "")
    start = "MEDIA_START connection_id:1 channel:WebSocket/denwaban/0x1 channel_id:1 format:ulaw optimal_frame_size:160"
    assert AsteriskWire(told).read(start) == RING


def test_given_to_stasis_a_call_is_known() -> None:
    (given,) = re.findall(r"Stasis\((.*)\)$", DIALPLAN, re.MULTILINE)
    app, *args = evaluated(given).split(",")
    assert app == "denwaban"
    facts = facts_of_stasis(Told("StasisStart", channel_of({"id": "1"}), tuple(args)))
    assert (facts.to, facts.caller, facts.forwarded, facts.why) == (
        "0312345678", "+819012345678", "0120444555", "cfnr",
    )  # fmt: skip


def test_what_the_dialplan_asks_is_answered() -> None:
    asked = [
        evaluated(found).partition(",")
        for found in re.findall(r"\$\{CURL\((\$\{DENWABAN\}.*?)\)\}\)$", DIALPLAN, re.MULTILINE)
    ]
    assert len(asked) == 5
    for url, _, form in asked:
        assert urlsplit(url).path in routes()[1]
        told = dict(parse_qsl(form))
        assert told["secret"] == CALL["DENWABAN_SECRET"]
        match urlsplit(url).path.rpartition("/")[2]:
            case "calls" if "uuid" in told:
                assert Awaited(float).register(told["uuid"], facts_of(told)) == CALL["CALL"]
                assert facts_of(told).forwarded == "0120444555"
            case "calls":
                assert told["connection"] == CALL["MEDIA_WEBSOCKET_CONNECTION_ID"]
                assert facts_of(told).caller == "+819012345678"
            case _:
                assert facts_of(told).channel == "1764000000.42"


JUMPS = {
    "denwaban": {"DIALSTATUS": ("CONGESTION", "ANSWER")},
    "denwaban-incoming": {"DIALSTATUS": ("NOANSWER", "ANSWER")},
    "denwaban-audiosocket": {"MADE": ("full", CALL["CALL"])},
}
"""By context: a variable, with what it holds where a call was refused (503 at the socket or the announcement, or nobody
there at all), and where it was taken."""


@pytest.mark.parametrize("context", JUMPS)
def test_who_is_refused_hears_the_busy_tone_and_no_dead_line(context: str) -> None:
    lines = re.search(rf"^\[{context}\]\n(.*?)(?=^\[|\Z)", DIALPLAN, re.MULTILINE | re.DOTALL)
    assert lines is not None
    ((name, (refused, taken)),) = JUMPS[context].items()
    jump = re.search(rf'GotoIf\(\$\["\$\{{{name}\}}" != "(.*?)"\]\?busy\)', lines[1])
    assert jump is not None
    assert refused != evaluated(jump[1])
    assert taken == evaluated(jump[1])
    assert "(busy),Busy(10)" in lines[1]
    if "Answer()" in lines[1]:
        assert lines[1].index("?busy") < lines[1].index("Answer()")


def test_every_context_that_is_named_is_there_and_every_setting_is_explained() -> None:
    readme = (DOCS / "README.md").read_text("utf-8")
    contexts = set(re.findall(r"^\[([\w-]+)\]", DIALPLAN, re.MULTILINE)) - {"globals"}
    named = set(re.findall(r"`(denwaban(?:-\w+)?)`", readme))
    assert contexts <= named
    for jump in re.findall(r"[UGb]\((denwaban-\w+)", DIALPLAN):
        assert jump in contexts
    for name in names():
        assert f"`DENWABAN_{name}`" in readme
