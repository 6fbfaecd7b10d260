"""An Asterisk with its REST interface, so far as a call in Stasis needs it: a real HTTP server with real websockets.

It keeps what it was asked, checks name and password, refuses what Asterisk refuses, and tells what happens to channels
by events. Its calls' sound goes over chan_websocket (`tests/asterisk_peer`).
"""

from __future__ import annotations

import asyncio
import base64
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.responses import JSONResponse
from starlette.websockets import WebSocketDisconnect

from bot.web.server import listen
from tests.asterisk_peer import AsteriskFar

USER, PASSWORD = "denwaban", "of ari"
CAUSES = {"busy": 17, "rejected": 21, "no_answer": 19, "failed": 20, "nobody": 1}
"""Q.850, of a channel that did not answer."""


@dataclass
class Channel:
    """One of Asterisk's."""

    id: str
    caller: str = ""
    exten: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    answered: bool = False
    ringing: bool = False
    bridge: str = ""
    media: AsteriskFar | None = None

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": f"PJSIP/line-{self.id[-4:]}",
            "state": "Up" if self.answered else "Ring",
            "caller": {"name": "", "number": self.caller},
            "connected": {"name": "", "number": ""},
            "dialplan": {"context": "from-line", "exten": self.exten, "priority": 1, "app_name": "Stasis"},
            "channelvars": self.variables,
        }


class ServerSocket:
    """A Starlette WebSocket with the face of a websockets connection."""

    def __init__(self, websocket: WebSocket) -> None:
        self.close_code: int | None = None
        self.close_reason = ""
        self._websocket = websocket

    async def send(self, message: str | bytes) -> None:
        try:
            if isinstance(message, str):
                await self._websocket.send_text(message)
            else:
                await self._websocket.send_bytes(message)
        except (WebSocketDisconnect, RuntimeError):
            pass

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        while (message := await self._websocket.receive())["type"] != "websocket.disconnect":
            yield message["text"] if message.get("text") is not None else message["bytes"]
        self.close_code = message.get("code")

    async def close(self, code: int) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._websocket.close(code)


class AriServer:
    """One Asterisk."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        """Method, path without /ari, query."""
        self.answers: deque[tuple[str, float]] = deque()
        """How dialled extensions answer ("answered" or a name of `CAUSES`), and after how many seconds; then nobody."""
        self.refused: dict[str, int] = {}
        """Paths that are answered with that status."""
        self.channels: dict[str, Channel] = {}
        self.bridges: dict[str, set[str]] = {}
        self.listening = asyncio.Event()
        self._events: set[WebSocket] = set()
        self.media: dict[str, Channel] = {}
        """Those that wait, or waited, for a media socket, by its connection."""
        self._numbers = count(1)
        self._later: set[asyncio.Task[None]] = set()
        self.app = FastAPI()
        self.app.add_api_websocket_route("/ari/events", self._listen)
        self.app.add_api_websocket_route("/media/{connection}", self._connect)
        self.app.add_api_route("/ari/{path:path}", self._answer, methods=["GET", "POST", "DELETE"])

    def names(self) -> list[str]:
        """What was asked, short: "POST /channels/externalMedia" …; ids of ours are not shown."""
        return [f"{method} {path}" for method, path, _ in self.asked]

    async def call(self, caller: str, exten: str, *args: str) -> Channel:
        """Somebody calls, and the dialplan does Stasis(denwaban,…)."""
        channel = Channel(f"1764000000.{next(self._numbers)}", caller, exten)
        self.channels[channel.id] = channel
        await self.tell("StasisStart", channel, args=list(args))
        return channel

    def incoming(self, form: str) -> str:
        """The dialplan does Dial(WebSocket/INCOMING/c(…)): the connection at which it waits."""
        channel = Channel(f"1764000000.{next(self._numbers)}", variables={"FORMAT": form})
        self.channels[channel.id] = channel
        connection = str(uuid.uuid4())
        self.media[connection] = channel
        return connection

    async def hang_up(self, channel: Channel, cause: int = 16) -> None:
        """By whoever is at its other end, or by us."""
        if self.channels.pop(channel.id, None) is None:
            return
        if channel.media is not None:
            channel.media.hang_up()
        for members in self.bridges.values():
            members.discard(channel.id)
        await self.tell("StasisEnd", channel)
        await self.tell("ChannelDestroyed", channel, cause=cause, cause_txt="")

    async def tell(self, kind: str, channel: Channel, **more: object) -> None:
        about = {"peer": channel.shown()} if kind == "Dial" else {"channel": channel.shown()}
        for socket in tuple(self._events):
            await socket.send_json({"type": kind, "application": "denwaban", **about, **more})

    async def drop_events(self) -> None:
        """As when Asterisk is restarted."""
        self.listening.clear()
        for socket in tuple(self._events):
            await socket.close(1001)

    def _knows(self, header: str) -> bool:
        return header == "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    async def _listen(self, websocket: WebSocket) -> None:
        if not self._knows(websocket.headers.get("authorization", "")):
            await websocket.send_denial_response(Response("", 401))
            return
        self.asked.append(("GET", "/events", dict(websocket.query_params)))
        await websocket.accept()
        self._events.add(websocket)
        self.listening.set()
        try:
            await websocket.receive()
        finally:
            self._events.discard(websocket)

    async def _connect(self, websocket: WebSocket, connection: str) -> None:
        channel = self.media.get(connection)
        if channel is None or channel.media is not None:
            await websocket.send_denial_response(Response("", 404 if channel is None else 409))
            return
        assert websocket.scope["subprotocols"] == ["media"]
        await websocket.accept("media")
        channel.media = AsteriskFar(ServerSocket(websocket), channel.variables["FORMAT"], "text")
        channel.answered = True
        await self.tell("StasisStart", channel, args=[])
        await channel.media.over()
        await channel.media.end()
        await self.hang_up(channel)

    async def _answer(self, request: Request, path: str) -> Response:
        if not self._knows(request.headers.get("authorization", "")):
            return _error(401, "Unauthorized")
        query = dict(request.query_params)
        self.asked.append((request.method, f"/{path}", query))
        if path in self.refused:
            return _error(self.refused[path], "refused")
        kind, *rest = path.split("/")
        match kind, rest:
            case "bridges", []:
                self.bridges[query["bridgeId"]] = set()
                return JSONResponse({"id": query["bridgeId"]})
            case "bridges", [bridge, *order]:
                return self._bridged(bridge, order, query)
            case "channels", []:
                return await self._originate(query)
            case "channels", ["externalMedia"]:
                return self._external_media(query)
            case "channels", [name, *order]:
                channel = self.channels.get(name)
                return _error(404, "Channel not found") if channel is None else await self._do(channel, order, request)
        return _error(404, "Invalid path")

    def _bridged(self, bridge: str, order: list[str], query: dict[str, str]) -> Response:
        if bridge not in self.bridges:
            return _error(404, "Bridge not found")
        if not order:
            del self.bridges[bridge]
        elif query["channel"] not in self.channels:
            return _error(400, "Channel not found")
        else:
            members = self.bridges[bridge]
            (members.add if order == ["addChannel"] else members.discard)(query["channel"])
        return Response(status_code=204)

    async def _do(self, channel: Channel, order: list[str], request: Request) -> Response:
        match request.method, order:
            case "GET", []:
                return JSONResponse(channel.shown())
            case "GET", ["variable"]:
                return JSONResponse({"value": channel.variables.get(request.query_params["variable"], "")})
            case "DELETE", []:
                await self.hang_up(channel)
            case "POST", ["answer"]:
                channel.answered = True
            case _, ["ring"]:
                channel.ringing = request.method == "POST"
        return Response(status_code=204)

    def _external_media(self, query: dict[str, str]) -> Response:
        channel = Channel(query["channelId"], variables={"FORMAT": query["format"]})
        self.channels[channel.id] = channel
        if query["external_host"] == "INCOMING":
            connection = str(uuid.uuid4())
            channel.variables["MEDIA_WEBSOCKET_CONNECTION_ID"] = connection
            self.media[connection] = channel
        else:
            self._soon(self.tell("StasisStart", channel, args=[]))
        return JSONResponse(channel.shown())

    async def _originate(self, query: dict[str, str]) -> Response:
        channel = Channel(query["channelId"], exten=query["endpoint"])
        self.channels[channel.id] = channel
        how, after = self.answers.popleft() if self.answers else ("no_answer", float(query["timeout"]))
        self._soon(self._ring_up(channel, how, after))
        return JSONResponse(channel.shown())

    async def _ring_up(self, channel: Channel, how: str, after: float) -> None:
        await self.tell("Dial", channel, dialstatus="RINGING")
        await asyncio.sleep(after)
        if channel.id not in self.channels:
            return
        if how == "answered":
            channel.answered = True
            await self.tell("StasisStart", channel, args=["transfer"])
        else:
            self.channels.pop(channel.id)
            await self.tell("ChannelDestroyed", channel, cause=CAUSES[how], cause_txt="")

    def _soon(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)


def _error(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status)


@asynccontextmanager
async def asterisk(port: int = 0) -> AsyncIterator[tuple[AriServer, str]]:
    """Runs until left; its URL with name and password."""
    server, listener = AriServer(), listen("127.0.0.1", port)
    config = uvicorn.Config(server.app, ws="websockets-sansio", lifespan="off", log_config=None, access_log=False)
    web = uvicorn.Server(config)
    running = asyncio.create_task(web.serve(sockets=[listener]))
    try:
        yield server, f"http://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{listener.getsockname()[1]}"
    finally:
        await server.drop_events()
        web.should_exit = web.force_exit = True
        await running


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)
