"""Where calls from our own /phone page come in: its socket."""

from __future__ import annotations

import logging
import secrets
from urllib.parse import urlsplit

from fastapi import APIRouter, Response, WebSocket

from bot.web.media import Media
from bot.web.tickets import Tickets
from voice.lines.browser import BrowserWire

log = logging.getLogger(__name__)


def phone(media: Media, origin: str, tickets: Tickets) -> APIRouter:
    """The route; only pages of this server (or of `origin`) may place a call."""
    router = APIRouter()

    @router.websocket("/phone/line")
    async def line(websocket: WebSocket) -> None:
        asked = websocket.headers.get("origin", "")
        host = websocket.headers.get("host", "")
        if asked and asked != origin and urlsplit(asked).netloc != host:
            log.warning("a page of another origin tried to call and was refused")
            await websocket.close()
            return
        if media.calls.refusal == "full":
            await websocket.send_denial_response(Response("full", 503))
            return
        call_id = f"b{secrets.token_hex(8)}"
        await media.carry(websocket, BrowserWire(call_id, tickets.issue(call_id)), None, asked=False)

    return router
