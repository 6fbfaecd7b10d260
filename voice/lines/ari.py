"""Asterisk's REST interface: what is asked of it over HTTP, and what it tells over its websocket of events.

Rule: every request is bounded, and whatever goes wrong is a LineError that says what was asked, what came back, and
what to look at; a name or password never is in it. A channel that has gone already is no error where it was to end.
Leaves out: what a call is made of (`voice/lines/stasis`), and its sound.

Source: Asterisk's description of its REST interface.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, urlencode

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from voice.lines import LineError

ANSWER_SECONDS = 5.0
"""For an answer to a request, and for the websocket to open; it is a neighbour."""


@dataclass(frozen=True, slots=True)
class Account:
    """How Asterisk is reached, and what it is to do for us."""

    url: str
    """http://asterisk:8088, with its prefix if it has one; without /ari."""
    user: str
    password: str
    app: str = "denwaban"
    """Of Stasis(), in the dialplan."""
    media: Literal["websocket", "audiosocket"] = "websocket"
    """By which way the sound comes of calls that Stasis gives us."""
    format: str = "ulaw"
    """Of that sound, by Asterisk's name."""
    transfer: str = "PJSIP/{}"
    """Endpoint of an extension or number, {} standing for its digits."""

    def __repr__(self) -> str:
        return f"Account({self.url}, {self.app})"

    @property
    def sockets(self) -> str:
        """ws://asterisk:8088: where its websockets are."""
        return self.url.replace("http", "ws", 1)

    @property
    def authorization(self) -> str:
        """Value of that header."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as Asterisk shows it."""

    id: str
    caller: str = ""
    """Number of whoever is at its other end."""
    exten: str = ""
    """Where it is in the dialplan: the number that was called."""
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """One event."""

    kind: str
    """"StasisStart", "StasisEnd", "ChannelDestroyed", "Dial" …"""
    channel: Channel
    """Of a Dial the one that is dialled."""
    args: tuple[str, ...] = ()
    """Of Stasis()."""
    cause: int = 0
    """Q.850, of ChannelDestroyed."""
    dial_status: str = ""
    """"RINGING", "ANSWER", "BUSY", "NOANSWER" …"""


def channel_of(body: Mapping[str, object]) -> Channel:
    """From Asterisk's JSON; what is missing is empty."""
    variables = _part(body, "channelvars")
    return Channel(
        id=_text(body, "id"),
        caller=_text(_part(body, "caller"), "number"),
        exten=_text(_part(body, "dialplan"), "exten"),
        variables={key: value for key, value in variables.items() if isinstance(value, str)},
    )


def told_of(message: str | bytes) -> Told | None:
    """One event; None for one that is about no channel, or is none at all."""
    try:
        body = json.loads(message)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    channel = channel_of(_part(body, "peer" if body.get("type") == "Dial" else "channel"))
    if not channel.id:
        return None
    args, cause = body.get("args"), body.get("cause")
    return Told(
        kind=_text(body, "type"),
        channel=channel,
        args=tuple(arg for arg in args if isinstance(arg, str)) if isinstance(args, list) else (),
        cause=cause if isinstance(cause, int) else 0,
        dial_status=_text(body, "dialstatus"),
    )


class Ari:
    """Requests to one Asterisk."""

    def __init__(self, account: Account) -> None:
        self.account = account
        auth = httpx.BasicAuth(account.user, account.password)
        self._http = httpx.AsyncClient(
            base_url=f"{account.url}/ari", auth=auth, timeout=ANSWER_SECONDS, trust_env=False
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def channel(self, channel: str) -> Channel:
        return channel_of(await self._ask("GET", f"/channels/{quote(channel, safe='')}"))

    async def variable(self, channel: str, name: str) -> str:
        """Of a channel that is in our application."""
        body = await self._ask("GET", f"/channels/{quote(channel, safe='')}/variable", {"variable": name})
        return _text(body, "value")

    async def answer(self, channel: str) -> None:
        await self._ask("POST", f"/channels/{quote(channel, safe='')}/answer")

    async def ring(self, channel: str, on: bool) -> None:
        """Let whoever is at the channel's other end hear that it rings, or no longer."""
        await self._ask("POST" if on else "DELETE", f"/channels/{quote(channel, safe='')}/ring")

    async def hang_up(self, channel: str, reason: Literal["normal", "busy", "congestion"] = "normal") -> None:
        await self._ask("DELETE", f"/channels/{quote(channel, safe='')}", {"reason": reason}, gone=True)

    async def originate(self, channel: str, endpoint: str, caller: str, originator: str, ring_seconds: int) -> None:
        """Dial `endpoint`; what answers comes into our application as the channel of that id."""
        query = {"channelId": channel, "endpoint": endpoint, "app": self.account.app, "appArgs": "transfer"}
        query |= {"timeout": str(ring_seconds), "originator": originator} | ({"callerId": caller} if caller else {})
        await self._ask("POST", "/channels", query)

    async def external_media(self, channel: str, host: str, transport: str, **more: str) -> Channel:
        """A channel whose sound comes to us."""
        query = {"channelId": channel, "app": self.account.app, "external_host": host, "transport": transport}
        return channel_of(
            await self._ask("POST", "/channels/externalMedia", query | {"format": self.account.format} | more)
        )

    async def bridge(self, bridge: str) -> None:
        await self._ask("POST", "/bridges", {"type": "mixing", "bridgeId": bridge})

    async def join(self, bridge: str, channel: str) -> None:
        await self._ask("POST", f"/bridges/{quote(bridge, safe='')}/addChannel", {"channel": channel})

    async def part(self, bridge: str, channel: str) -> None:
        await self._ask("POST", f"/bridges/{quote(bridge, safe='')}/removeChannel", {"channel": channel}, gone=True)

    async def end_bridge(self, bridge: str) -> None:
        await self._ask("DELETE", f"/bridges/{quote(bridge, safe='')}", gone=True)

    async def events(self) -> AsyncIterator[Told | None]:
        """What happens to our calls; first None, once Asterisk listens. Raises LineError when the connection ends."""
        query = urlencode({"app": self.account.app, "subscribeAll": "false"})
        header = {"Authorization": self.account.authorization}
        try:
            async with connect(
                f"{self.account.sockets}/ari/events?{query}",
                additional_headers=header,
                open_timeout=ANSWER_SECONDS,
                compression=None,
                proxy=None,
            ) as socket:
                yield None
                async for message in socket:
                    if (told := told_of(message)) is not None:
                        yield told
        except InvalidStatus as error:
            raise LineError(_refused(self.account, error.response.status_code, "")) from error
        except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed) as error:
            raise LineError(_unreachable(self.account, error)) from error
        raise LineError(f"ARI at {self.account.url} ended its events: another program may use the app's name")

    async def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, gone: bool = False
    ) -> Mapping[str, object]:
        """The JSON that comes back; `gone`: 404 means that there is nothing left to do. Raises LineError."""
        try:
            answer = await self._http.request(method, path, params=query)
        except httpx.HTTPError as error:
            raise LineError(_unreachable(self.account, error)) from error
        if answer.status_code == 404 and gone:
            return {}
        try:
            body = answer.json() if answer.content else {}
        except ValueError:
            body = {}
        body = body if isinstance(body, dict) else {}
        if answer.is_success:
            return body
        raise LineError(_refused(self.account, answer.status_code, f"{method} {path}: {_text(body, 'message')[:100]}"))


def _refused(account: Account, status: int, what: str) -> str:
    match status:
        case 401 | 403:
            return f"ARI at {account.url} refuses our name or password: compare DENWABAN_ARI_URL with ari.conf"
        case 404 if not what:
            return f"ARI at {account.url} is not there: enable it in ari.conf and http.conf"
    return f"ARI at {account.url} answered {status} {what}".rstrip(" :")


def _unreachable(account: Account, error: Exception) -> str:
    return f"ARI at {account.url} does not answer ({type(error).__name__}): is Asterisk running, and http.conf enabled?"


def _part(body: Mapping[str, object], key: str) -> Mapping[str, object]:
    part = body.get(key)
    return part if isinstance(part, dict) else {}


def _text(body: Mapping[str, object], key: str) -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""
