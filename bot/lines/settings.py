"""What the environment says of telephone lines: one part a line, and how many calls there may be at once.

Rule: a line that is not set up is None and is not opened. `names` lists every setting, so that a misspelt one is found.
Left out: the web server's own settings (`bot/settings`), and a company's choices, which are its script.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote

from bot.environment import Given, bad, whole
from bot.lines import asterisk_settings
from bot.lines.asterisk_settings import Asterisk, read_asterisk
from bot.lines.carrier_settings import CarrierSettings, carrier_names, read_carriers
from voice.lines.sip.account import Account

MOST_CALLS = 200
"""At once on one machine, as asked for at most; two cores hold far fewer."""
_SIP_URL = re.compile(
    r"sip:(?:(?P<user>[^:@;<>\"?\s]+)(?::(?P<password>[^@\s]*))?@)?(?P<host>[\w.-]+)(?::(?P<port>\d{1,5}))?",
    re.ASCII,
)
_ADDRESS = re.compile(r"(?P<host>[\d.]+)(?::(?P<port>\d{1,5}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class LineSettings:
    """All lines."""

    calls_max: int = 20
    """Calls at once, on all lines together."""
    calls_full: Literal["sentence", "busy"] = "sentence"
    """What a call beyond that gets: a courteous sentence, or the busy tone."""
    drain_seconds: int = 240
    """How long calls may still go on once the server is asked to stop; most are over in three minutes."""
    sip: Account | None = None
    """DENWABAN_SIP_URL sets it up, DENWABAN_SIP_… the rest."""
    asterisk: Asterisk = field(default_factory=Asterisk)
    carriers: Mapping[str, CarrierSettings] = field(default_factory=dict)
    """By name: "twilio", "signalwire", "telnyx", "plivo", "jambonz"."""


def names() -> Sequence[str]:
    """Every setting of lines, without the prefix."""
    sip = ("URL", "AUTH_USER", "REGISTER", "LISTEN", "RTP_PORTS", "PEERS", "TRANSFER", "RING_SECONDS", "SILENT_SECONDS")
    return (
        "CALLS_MAX",
        "CALLS_FULL",
        "DRAIN_SECONDS",
        *(f"SIP_{name}" for name in sip),
        *asterisk_settings.names(),
        *carrier_names(),
    )


def read_lines(given: Given) -> LineSettings:
    """Raises SettingsError."""
    return LineSettings(
        calls_max=whole(given, "CALLS_MAX", 20, 1, MOST_CALLS),
        calls_full=_full(given.get("CALLS_FULL", "sentence")),
        drain_seconds=whole(given, "DRAIN_SECONDS", 240, 0, 3600),
        sip=_sip(given),
        asterisk=read_asterisk(given),
        carriers=read_carriers(given),
    )


def _full(found: str) -> Literal["sentence", "busy"]:
    match found:
        case "sentence" | "busy":
            return found
    raise bad("CALLS_FULL", found, "write sentence (they are told so) or busy (they hear the busy tone)")


def _sip(given: Given) -> Account | None:
    url = given.get("SIP_URL", "")
    if not url:
        stray = sorted(name for name in given if name in names() and name.startswith("SIP_"))
        if stray:
            raise bad("SIP_URL", "", f"it is missing, but DENWABAN_{stray[0]} is set: write sip:user:password@host")
        return None
    found = _SIP_URL.fullmatch(url)
    if found is None:
        raise bad("SIP_URL", "(not shown)", "write sip:user:password@host, with :port if it is not 5060")
    listen_host, listen_port = _listen(given.get("SIP_LISTEN", ""))
    password = unquote(found["password"] or "")
    if re.search(r'["\\\x00-\x1f]', password):
        raise bad("SIP_URL", "(not shown)", 'its password holds a " or \\, which cannot be sent: choose another one')
    return Account(
        host=found["host"],
        port=_port("SIP_URL", found["port"]),
        user=unquote(found["user"] or "denwaban"),
        password=password,
        auth_user=given.get("SIP_AUTH_USER", ""),
        register=_yes(given, "SIP_REGISTER", default=bool(password)),
        listen_host=listen_host,
        listen_port=listen_port,
        rtp_ports=_range(given.get("SIP_RTP_PORTS", "30000-30999")),
        peers=_networks(given.get("SIP_PEERS", "")),
        transfer=_transfer(given.get("SIP_TRANSFER", "")),
        ring_seconds=whole(given, "SIP_RING_SECONDS", 0, 0, 60),
        silent_seconds=whole(given, "SIP_SILENT_SECONDS", 20, 1, 3600),
    )


def _port(name: str, found: str | None) -> int:
    if found and not 0 < int(found) < 65536:
        raise bad(name, found, "the port is a number from 1 to 65535")
    return int(found or 5060)


def _listen(found: str) -> tuple[str, int]:
    if not found:
        return "127.0.0.1", 5060
    parts = _ADDRESS.fullmatch(found)
    host, port = (parts["host"], parts["port"]) if parts else ("", "")
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError as error:
        raise bad("SIP_LISTEN", found, "write an IPv4 address of this machine, as 192.0.2.5:5060") from error
    if address.is_unspecified:
        raise bad("SIP_LISTEN", found, "write the one address that the peers reach: it is told to them")
    return host, _port("SIP_LISTEN", port)


def _range(found: str) -> tuple[int, int]:
    parts = re.fullmatch(r"(\d{4,5})-(\d{4,5})", found, re.ASCII)
    first, last = (int(parts[1]), int(parts[2])) if parts else (0, 0)
    if not 1024 <= first < last < 65536:
        raise bad("SIP_RTP_PORTS", found, "write first and last, as 30000-30999")
    return first, last


def _networks(found: str) -> tuple[str, ...]:
    networks = []
    for each in re.split(r"[,\s]+", found.strip()) if found.strip() else ():
        try:
            networks.append(str(ipaddress.IPv4Network(each, strict=False)))
        except ValueError as error:
            raise bad("SIP_PEERS", each, "write addresses or networks, as 192.0.2.7, 198.51.100.0/24") from error
    return tuple(networks)


def _transfer(found: str) -> str:
    if found and not re.fullmatch(r"sips?:[^\s<>\"{}]*\{\}[^\s<>\"{}]*", found):
        raise bad("SIP_TRANSFER", found, "write a SIP URI in which {} stands for the digits, as sip:{}@192.0.2.7")
    return found


def _yes(given: Given, name: str, default: bool) -> bool:
    match given.get(name, ""):
        case "":
            return default
        case "yes" | "1" | "true":
            return True
        case "no" | "0" | "false":
            return False
    raise bad(name, given[name], "write yes or no")
