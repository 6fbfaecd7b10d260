"""Who may read a live call's words: whoever placed it (its page holds a signed ticket), or this machine."""

from __future__ import annotations

import ipaddress

from fastapi import Request
from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import HTTPConnection


class Tickets:
    """Signed names of calls."""

    def __init__(self, secret: str) -> None:
        self._signed = URLSafeSerializer(secret, salt="said")

    def issue(self, line_call_id: str) -> str:
        ticket = self._signed.dumps(line_call_id)
        return ticket if isinstance(ticket, str) else ticket.decode("ascii")

    def fits(self, ticket: str, line_call_id: str) -> bool:
        try:
            return bool(self._signed.loads(ticket) == line_call_id)
        except BadData:
            return False


def bearer(request: Request) -> str:
    """The ticket that comes with a request; "" none."""
    scheme, _, ticket = request.headers.get("authorization", "").partition(" ")
    return ticket.strip() if scheme.lower() == "bearer" else ""


def is_local(request: HTTPConnection) -> bool:
    """Asked from this machine, by a program that knows it by its own name.

    The name matters: a page of the world whose host was made to point here still names its own host.
    """
    if request.client is None or not _is_loopback(request.client.host):
        return False
    return _is_loopback(request.url.hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
