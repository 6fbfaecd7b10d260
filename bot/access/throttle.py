"""How fast passwords may be tried: each failure makes the next wait longer, under one name and from one address.

Rule: a try is counted before the password is looked at, so that many at once are no way round; the counts lie in the
store, for all processes. A browser that somebody has logged in from before is counted by itself (`device`): whoever
keeps trying from elsewhere cannot lock a person out of their own desk.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.store.users import Attempts, drop_attempts, keep_attempts, lock_attempts

FORGET_SECONDS = 86_400.0
"""After so long without another failure all is forgotten."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How failures of one kind are answered."""

    free_tries: int
    """So many cost nothing: people mistype."""
    longest_seconds: float

    def wait_seconds(self, failures: int) -> float:
        """Before the next try, after so many: 2, 4, 8 … seconds."""
        beyond = failures - self.free_tries
        return 0.0 if beyond <= 0 else min(self.longest_seconds, 2.0 ** min(beyond, 30))


_PATIENCE: Mapping[str, Patience] = {
    "name": Patience(5, 300.0),  # 288 guesses a day at one name, whoever makes them
    "device": Patience(5, 300.0),
    "from": Patience(20, 900.0),  # an office's people share an address
}


@dataclass(frozen=True, slots=True)
class Tried:
    """Under which heads one try counts."""

    heads: tuple[str, ...]
    """Kind, colon, value."""


def tried(name: str, address: str, device: str) -> Tried:
    """`device`: what is known of the browser that a person has used before; "" = nothing."""
    if device:
        return Tried((f"device:{_short(device)}",))
    return Tried((f"from:{_net(address)}", f"name:{_short(name)}"))


def begin(connection: Connection, what: Tried, now: float) -> float:
    """Count a try. More than 0: it is not to be looked at, and so many seconds are to be waited."""
    drop_attempts(connection, now - FORGET_SECONDS)
    heads = [lock_attempts(connection, head) for head in sorted(what.heads)]
    wait = max(head.free - now for head in heads)
    if wait > 0:
        return wait
    for head in heads:
        failures = head.failures + 1
        free = now + _PATIENCE[head.key.partition(":")[0]].wait_seconds(failures)
        keep_attempts(connection, Attempts(head.key, failures, now, free))
    return 0.0


def succeeded(connection: Connection, what: Tried, now: float) -> None:
    """The try that `begin` counted was no failure. An address is only relieved of this one: else whoever has an account
    could go on guessing at others'."""
    for key in sorted(what.heads):
        head = lock_attempts(connection, key)
        left = max(0, head.failures - 1) if key.startswith("from:") else 0
        keep_attempts(connection, replace(head, failures=left, free=now))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _net(address: str) -> str:
    """One customer's addresses are counted as one: of IPv6 the first 64 bits."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return _short(address)
    return str(found) if found.version == 4 else str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
