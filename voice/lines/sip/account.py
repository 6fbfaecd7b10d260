"""One SIP account or trunk: who we are there, where we listen, and who may call."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Account:
    """As it is set up by whoever runs the server."""

    host: str
    """Of the PBX or trunk."""
    port: int = 5060
    user: str = "denwaban"
    password: str = ""
    """"" = the trunk knows us by our address, and nothing is registered unless `register` says so."""
    auth_user: str = ""
    """Where the digest's name is another than `user`."""
    register: bool = False
    register_seconds: int = 300
    listen_host: str = "127.0.0.1"
    """IPv4 address of this machine that the peers reach; also told in the SDP."""
    listen_port: int = 5060
    rtp_ports: tuple[int, int] = (30_000, 30_999)
    """First and last; a call takes two, a bridged transfer four."""
    peers: tuple[str, ...] = ()
    """Networks whose packets are taken, besides loopback and `host`; ("0.0.0.0/0",) = anybody's."""
    transfer: str = ""
    """SIP URI of an extension, {} standing for its digits; "" = sip:{}@`host`."""
    ring_seconds: float = 0.0
    """How long it rings here before we answer, so that a person may take the call first."""
    silent_seconds: int = 20
    """Without any packet of sound, after which a caller counts as lost."""

    def __repr__(self) -> str:
        return f"Account({self.user}@{self.domain}, on {self.listen_host}:{self.listen_port})"

    @property
    def domain(self) -> str:
        return self.host if self.port == 5060 else f"{self.host}:{self.port}"

    def extension(self, digits: str) -> str:
        """Its SIP URI."""
        return (self.transfer or f"sip:{{}}@{self.domain}").replace("{}", digits)

    def written(self) -> bytes:
        """A line for the agent's process; it holds the password."""
        return json.dumps(asdict(self)).encode() + b"\n"


def read_account(line: bytes) -> Account:
    """What `written` gave."""
    given = json.loads(line)
    fields: dict[str, Any] = {name: tuple(found) if isinstance(found, list) else found for name, found in given.items()}
    return Account(**fields)
