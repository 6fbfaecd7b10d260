"""What the environment says of carriers that stream calls to us over a socket: Twilio and those made after it.

Rule: a carrier is set up by what proves that a request is its own (a signing token, or a key in our address); with an
account and its token calls can also be put through and ended at the carrier. Read by `bot/lines/settings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.environment import Given, bad

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
_KEY = re.compile(r"[A-Za-z0-9_-]{16,128}")
_NUMBER = re.compile(r"\+[0-9]{7,15}")
_SIP = re.compile(r"sips?:[^\s<>\"{}]*\{\}[^\s<>\"{}]*")


@dataclass(frozen=True, slots=True)
class CarrierSettings:
    """One carrier."""

    key: str = field(repr=False)
    """Requests are signed with it, or hold it in their address."""
    account: str = ""
    """At its REST interface; "" = calls cannot be put through."""
    token: str = field(default="", repr=False)
    """Of the account."""
    api: str = ""
    """Origin of the REST interface."""
    caller_id: str = ""
    """+81…: the number that is shown where a call is put through to; "" = the caller's own."""
    transfer: str = ""
    """SIP URI of an extension, {} standing for its digits; "" = extensions cannot be reached, only whole numbers."""


@dataclass(frozen=True, slots=True)
class _Names:
    """How a carrier calls its secrets, behind DENWABAN_ and its own name."""

    key: str
    account: str = ""
    token: str = ""
    api: str = ""
    """Unless told otherwise; "" = it must be told."""

    def all(self) -> Sequence[str]:
        account = (self.account, self.token, "API") if self.account else ()
        return tuple(dict.fromkeys((self.key, *account, "CALLER_ID", "TRANSFER")))


_CARRIERS: Mapping[str, _Names] = {
    "twilio": _Names("TOKEN", "ACCOUNT", "TOKEN", "https://api.twilio.com"),
    "signalwire": _Names("SIGNING_KEY", "PROJECT", "TOKEN"),
    "telnyx": _Names("KEY", "ACCOUNT", "TOKEN", "https://api.telnyx.com"),
    "plivo": _Names("TOKEN", "ACCOUNT", "TOKEN", "https://api.plivo.com"),
    "jambonz": _Names("KEY"),
}
_IN_ADDRESS = ("telnyx", "jambonz")
"""Carriers whose key stands in the address."""


def carrier_names() -> Iterator[str]:
    """Every setting of carriers, without the prefix."""
    for carrier, names in _CARRIERS.items():
        yield from (f"{carrier.upper()}_{name}" for name in names.all())


def read_carriers(given: Given) -> Mapping[str, CarrierSettings]:
    """Those that are set up, by name. Raises SettingsError."""
    found = ((carrier, _read(given, carrier, names)) for carrier, names in _CARRIERS.items())
    return {carrier: settings for carrier, settings in found if settings is not None}


def _read(given: Given, carrier: str, names: _Names) -> CarrierSettings | None:
    own = {name: given[f"{carrier.upper()}_{name}"] for name in names.all() if f"{carrier.upper()}_{name}" in given}
    if not own:
        return None
    prefix = carrier.upper()
    if names.key not in own:
        stray = f"DENWABAN_{prefix}_{min(own)}"
        raise bad(f"{prefix}_{names.key}", "", f"it is missing, but {stray} is set: requests are known by it")
    if carrier in _IN_ADDRESS and not _KEY.fullmatch(own[names.key]):
        raise bad(f"{prefix}_KEY", "(not shown)", "write 16 to 128 letters and digits, as from `openssl rand -hex 16`")
    account, token = own.get(names.account, ""), own.get(names.token, "")
    if account and not token:
        raise bad(f"{prefix}_{names.token}", "", f"it is missing, but DENWABAN_{prefix}_{names.account} is set")
    if account and not re.fullmatch(r"[A-Za-z0-9-]{1,64}", account, re.ASCII):
        raise bad(f"{prefix}_{names.account}", account, "write the account's id as the carrier shows it")
    api = own.get("API", names.api)
    if account and not _ORIGIN.fullmatch(api):
        raise bad(f"{prefix}_API", api, "write the origin of the REST interface, as https://example.signalwire.com")
    caller_id, transfer = own.get("CALLER_ID", ""), own.get("TRANSFER", "")
    if caller_id and not _NUMBER.fullmatch(caller_id):
        raise bad(f"{prefix}_CALLER_ID", caller_id, "write a number of yours at the carrier, as +81312345678")
    if transfer and not _SIP.fullmatch(transfer):
        raise bad(f"{prefix}_TRANSFER", transfer, "write a SIP URI in which {} stands for the digits of an extension")
    return CarrierSettings(own[names.key], account, token if account else "", api, caller_id, transfer)
