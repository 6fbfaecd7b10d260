"""What the environment says of an Asterisk: DENWABAN_ASTERISK_…, DENWABAN_ARI_… and DENWABAN_AUDIOSOCKET….

Rule: whoever names none of them has no Asterisk, and each of the three ways works without the others. Secrets are
never shown.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from bot.environment import Given, bad
from voice.lines.ari import Account
from voice.lines.asterisk import FORMATS
from voice.lines.audiosocket import KIND_OF

SECRET_LENGTH = 16
"""Characters at least; who knows it can place calls."""


@dataclass(frozen=True, slots=True)
class Asterisk:
    """One Asterisk beside us."""

    secret: str = ""
    """That it shows on /asterisk/…; "" = it runs on this machine, and nobody else is let in."""
    sockets: str = ""
    """ws://asterisk:8088: where its media sockets wait for us; "" = they do not."""
    audiosocket: tuple[str, int] | None = None
    """Address and port where we wait for AudioSocket connections."""
    company: str = ""
    """Key of the company whose AudioSocket calls need not be registered; "" = all must be."""
    ari: Account | None = None

    def __repr__(self) -> str:
        return f"Asterisk({self.sockets}, {self.audiosocket}, {self.ari})"


def names() -> Sequence[str]:
    """Every setting, without the prefix."""
    ari = tuple(f"ARI_{name}" for name in ("URL", "APP", "MEDIA", "FORMAT", "TRANSFER"))
    return ("ASTERISK_SECRET", "ASTERISK_SOCKETS", "AUDIOSOCKET", "AUDIOSOCKET_COMPANY", *ari)


def read_asterisk(given: Given) -> Asterisk:
    """Raises SettingsError."""
    secret = given.get("ASTERISK_SECRET", "")
    if secret and (len(secret) < SECRET_LENGTH or not re.fullmatch(r"[A-Za-z0-9_.~-]+", secret)):
        remedy = f"write {SECRET_LENGTH} letters and digits or more, as from `openssl rand -hex 16`"
        raise bad("ASTERISK_SECRET", "(not shown)", remedy)
    audiosocket = _listen(given.get("AUDIOSOCKET", ""))
    ari = _ari(given)
    if ari is not None and ari.media == "audiosocket":
        if audiosocket is None:
            raise bad("AUDIOSOCKET", "", "write where we listen, as 127.0.0.1:9092: DENWABAN_ARI_MEDIA wants it")
        if ipaddress.ip_address(audiosocket[0]).is_unspecified:
            raise bad("AUDIOSOCKET", given["AUDIOSOCKET"], "write the one address that Asterisk reaches: it is told it")
    company = given.get("AUDIOSOCKET_COMPANY", "")
    if company and audiosocket is None:
        raise bad("AUDIOSOCKET", "", "write where we listen, as 127.0.0.1:9092: DENWABAN_AUDIOSOCKET_COMPANY is set")
    sockets = _sockets(given.get("ASTERISK_SOCKETS", "")) or (ari.sockets if ari else "")
    return Asterisk(secret, sockets, audiosocket, company, ari)


def _ari(given: Given) -> Account | None:
    found = given.get("ARI_URL", "")
    if not found:
        stray = sorted(name for name in given if name in names() and name.startswith("ARI_"))
        if stray:
            raise bad(
                "ARI_URL", "", f"it is missing, but DENWABAN_{stray[0]} is set: write http://user:password@host:8088"
            )
        return None
    remedy = "write http://user:password@host:8088, the user of ari.conf"
    try:
        parts = urlsplit(found)
        port = parts.port
    except ValueError as error:
        raise bad("ARI_URL", "(not shown)", remedy) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.username or not parts.password:
        raise bad("ARI_URL", "(not shown)", remedy)
    if parts.query or parts.fragment:
        raise bad("ARI_URL", "(not shown)", remedy)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = parts.path.rstrip("/").removesuffix("/ari")
    app, transfer = given.get("ARI_APP", "denwaban"), given.get("ARI_TRANSFER", "PJSIP/{}")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", app):
        raise bad("ARI_APP", app, "write the name in Stasis(…): letters, digits, - and _")
    if not re.fullmatch(r"[A-Za-z]+/[\w.@:/-]*\{\}[\w.@:/-]*", transfer):
        raise bad("ARI_TRANSFER", transfer, "write an endpoint in which {} stands for the digits, as PJSIP/{}")
    media = _media(given.get("ARI_MEDIA", "websocket"))
    spoken = given.get("ARI_FORMAT", "slin" if media == "audiosocket" else "ulaw")
    known = KIND_OF if media == "audiosocket" else FORMATS
    if spoken not in known:
        raise bad("ARI_FORMAT", spoken, f"write one of {', '.join(known)}")
    return Account(
        url=f"{parts.scheme}://{host}" + (f":{port}" if port else "") + path,
        user=unquote(parts.username),
        password=unquote(parts.password),
        app=app,
        media=media,
        format=spoken,
        transfer=transfer,
    )


def _media(found: str) -> Literal["websocket", "audiosocket"]:
    match found:
        case "websocket" | "audiosocket":
            return found
    raise bad("ARI_MEDIA", found, "write websocket (Asterisk 20.16, 21.11, 22.6 or later) or audiosocket")


def _listen(found: str) -> tuple[str, int] | None:
    if not found:
        return None
    remedy = "write an address of this machine and a port, as 127.0.0.1:9092 (port 0 = any free one)"
    host, _, port = found.rpartition(":")
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError as error:
        raise bad("AUDIOSOCKET", found, remedy) from error
    if not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) or int(port) > 65535:
        raise bad("AUDIOSOCKET", found, remedy)
    return str(address), int(port)


def _sockets(found: str) -> str:
    if found and not re.fullmatch(r"wss?://[\w.\[\]:-]+(/[\w./-]*)?", found, re.ASCII):
        raise bad("ASTERISK_SOCKETS", found, "write where http.conf listens, as ws://192.0.2.5:8088")
    return found.rstrip("/")
