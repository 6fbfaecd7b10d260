"""Orders to a carrier's REST interface: end a live call, or send it to another of our addresses.

Rule: an order is tried again only where it cannot have been carried out (no connection, too many requests, a moment's
trouble), and only for a moment, since a caller waits; what it cannot do is a LineError with the carrier's own reason,
without the numbers in it. A call that has ended already is no error for whoever wants it ended.
Leaves out: what the carrier then asks our webhooks (`bot/web/carriers`).
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx

from voice.lines import LineError

ANSWER_SECONDS = 5.0
"""For one answer; carriers take a few hundred milliseconds."""
WAITS_SECONDS = (0.3, 1.0)
"""Between the tries."""
_BUSY = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Order:
    """One kind of request for a call."""

    method: str
    form: Mapping[str, str] = field(default_factory=dict)
    """A "{}" in a value stands for the address that the order names."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where a carrier takes orders, and what they look like."""

    auth: tuple[str, str] | str = field(repr=False)
    """Name and password (Basic), or a key (Bearer)."""
    call_url: str
    """"{}" stands for the call."""
    hang_up: Order
    redirect: Order
    """The carrier is to ask another webhook of ours what comes next."""


class Rest:
    """One account's calls."""

    def __init__(self, name: str, account: Account) -> None:
        self._name = name
        self._account = account
        # once: reading the certificates of the world takes longer than a frame of sound
        self._verify = (
            httpx.create_ssl_context() if account.call_url.startswith("https:") else ssl.create_default_context()
        )

    async def hang_up(self, call_id: str) -> None:
        """Raises LineError. A call that is not there has ended."""
        answer = await self._send(self._account.hang_up, call_id, "")
        if answer.status_code != 404:
            self._check(answer)

    async def redirect(self, call_id: str, url: str) -> None:
        """Raises LineError."""
        self._check(await self._send(self._account.redirect, call_id, url))

    async def _send(self, order: Order, call_id: str, url: str) -> httpx.Response:
        where = self._account.call_url.format(quote(call_id, safe=":"))
        form = {name: value.replace("{}", url) for name, value in order.form.items()}
        auth = self._account.auth
        headers = {"Authorization": f"Bearer {auth}"} if isinstance(auth, str) else {}
        basic = None if isinstance(auth, str) else httpx.BasicAuth(*auth)
        async with httpx.AsyncClient(
            verify=self._verify, timeout=ANSWER_SECONDS, auth=basic, headers=headers, trust_env=False
        ) as client:
            for wait in (*WAITS_SECONDS, None):
                try:
                    answer = await client.request(order.method, where, data=form or None)
                except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                    if wait is None:
                        raise LineError(f"{self._name} cannot be reached ({type(error).__name__})") from error
                except httpx.HTTPError as error:
                    raise LineError(f"{self._name} did not answer ({type(error).__name__})") from error
                else:
                    if wait is None or answer.status_code not in _BUSY:
                        return answer
                await asyncio.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _check(self, answer: httpx.Response) -> None:
        if answer.is_success:
            return
        if answer.status_code in (401, 403):
            raise LineError(f"{self._name} answered {answer.status_code}: it does not accept the account or its token")
        raise LineError(f"{self._name} answered {answer.status_code}{_reason(answer)}")


def _reason(answer: httpx.Response) -> str:
    """What a carrier says, short, without telephone numbers."""
    try:
        body = json.loads(answer.content[:10_000])
    except (ValueError, RecursionError):
        return ""
    if not isinstance(body, dict):
        return ""
    words = [str(body[key]) for key in ("code", "message", "error") if isinstance(body.get(key), str | int)]
    text = re.sub(r"\+?\d{6,}", "…", " ".join(words))
    return f": {''.join(sign for sign in text if sign.isprintable())[:200]}" if text else ""
