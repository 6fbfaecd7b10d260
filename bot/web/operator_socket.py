"""The socket of an operator's console: /console/line. Orders and the operator's voice in, news and sound out.

Rule: whatever comes over it is checked and counted before it reaches the switchboard, and what cannot be understood is
answered with a `Refused`; nothing here ever waits in the way of a call. A browser that does not read loses sound and
gets a fresh snapshot (`bot/operators/console`); one that reads nothing at all for `SEND_SECONDS`, that has fallen
silent though it had answered before, or whose session is over, is left. Leaves out what is in the messages
(`bot/operators/wire`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from fastapi import APIRouter, WebSocket
from sqlalchemy.exc import DBAPIError
from starlette.websockets import WebSocketDisconnect

from bot.access.audit import Deed
from bot.access.gate import Visitor
from bot.access.user import Role, User
from bot.operators.console import Console, OperatorIdentity
from bot.operators.messages import (
    Decline,
    EndCall,
    GiveBack,
    HoldCall,
    JoinCaller,
    Listen,
    Order,
    PassOn,
    Refused,
    SetPresence,
    Speak,
    Take,
)
from bot.operators.switchboard import Switchboard
from bot.operators.wire import SOUND_BYTES, Alive, OrderError, alive, read_order, write_news
from bot.web.login import LOGGED_OUT, NOT_ALLOWED, same_origin, visitor_of

log = logging.getLogger(__name__)

OPENED_ELSEWHERE = 4409
"""Closed with: the same operator has opened the console once more."""
LEFT, MISUSED, STUCK, GONE = 1000, 1008, 1011, 1001

SEND_SECONDS = 10.0
"""A browser that has not taken a message by then is gone: its sound alone would fill the way in two seconds."""
ALIVE_SECONDS = 3.0
"""How often a page is told that we are there, and answers. It is we who begin: the timers of a page in the background
stand still for a minute, what comes over its socket is seen to at once."""
SILENT_SECONDS = 10.0
"""A page that has answered once has missed three times by then."""
CLOSE_SECONDS = 1.0
NOTE_SECONDS = 5.0
"""For the last deeds to be written down."""

ORDERS_AT_ONCE, ORDERS_A_SECOND = 30.0, 10.0
"""Nobody clicks faster; a page that comes back may have a few to say at once."""
FRAMES_AT_ONCE, FRAMES_A_SECOND = 50.0, 75.0
"""50 a second are spoken; a second's worth may come together after a stall."""
BROKEN_IN_A_ROW = 5
ODD_FRAMES_IN_A_ROW = 64
FLOOD_PAUSE_SECONDS = 0.1
"""Taken from who sends too much before the next message is read."""

_TOO_MANY = "操作が多すぎます。少し間をおいて、もう一度お試しください。"


class Allowance:
    """How much may come: so many at once, so many a second."""

    def __init__(self, at_once: float, a_second: float) -> None:
        self._most = self._left = at_once
        self._a_second = a_second
        self._at: float | None = None

    def take(self, at: float) -> bool:
        """One comes at that time (seconds of any clock); may it?"""
        since = 0.0 if self._at is None else max(0.0, at - self._at)
        self._at = at
        self._left = min(self._most, self._left + since * self._a_second)
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


def identity_of(user: User) -> OperatorIdentity:
    """An account as the switchboard knows it."""
    companies = None if user.sees_all else frozenset(user.companies)
    return OperatorIdentity(user.key, user.name, companies, user.voice_calls, user.text_calls)


class OperatorSocket:
    """The route of it."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard
        self.router = APIRouter()
        self.router.add_api_websocket_route("/console/line", self.line)

    async def line(self, websocket: WebSocket) -> None:
        """One console, from its opening to its end."""
        if not same_origin(websocket):
            log.warning("a page of another origin tried to open a console and was refused")
            await websocket.close()
            return
        visitor = await visitor_of(websocket)
        await websocket.accept()
        if visitor is None or not visitor.user.may(Role.OPERATOR):
            await _close(websocket, LOGGED_OUT if visitor is None else NOT_ALLOWED)
            return
        console = self._switchboard.join(identity_of(visitor.user))
        await _close(websocket, await _Conversation(websocket, console, visitor).run())


class _Conversation:
    """What is said over one socket."""

    def __init__(self, websocket: WebSocket, console: Console, visitor: Visitor) -> None:
        self._websocket = websocket
        self._console = console
        self._visitor = visitor
        self._clock = asyncio.get_running_loop().time
        self._orders = Allowance(ORDERS_AT_ONCE, ORDERS_A_SECOND)
        self._frames = Allowance(FRAMES_AT_ONCE, FRAMES_A_SECOND)
        self._broken = self._odd = 0
        self._heard: float | None = None
        """When the page was heard last; None until it has said once that it is there."""
        self._deeds: asyncio.Queue[tuple[Deed, str, str]] = asyncio.Queue()
        self._deeds.put_nowait((Deed.CONSOLE_OPENED, "", ""))

    async def run(self) -> int:
        """Until one side has had enough; the code to close with."""
        noting = asyncio.create_task(self._note())
        parts: tuple[Coroutine[Any, Any, int], ...] = (self._read(), self._write(), self._watch(), self._session())
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return next(task.result() for task in tasks if task in done)
        finally:
            self._console.leave()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await _within(NOTE_SECONDS, self._deeds.join())
            noting.cancel()

    async def _read(self) -> int:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return LEFT
            if self._heard is not None:
                self._heard = self._clock()
            text, sound = message.get("text"), message.get("bytes")
            fits = await self._ordered(text) if text is not None else self._spoken(sound or b"")
            if not fits:
                return MISUSED

    async def _ordered(self, text: str) -> bool:
        """False: nothing sensible comes any more."""
        if not self._orders.take(self._clock()):
            await asyncio.sleep(FLOOD_PAUSE_SECONDS)
            return await self._send(write_news(Refused("", _TOO_MANY)))
        try:
            order = read_order(text)
        except OrderError as error:
            self._broken += 1
            return self._broken < BROKEN_IN_A_ROW and await self._send(write_news(Refused(error.call_id, error.why)))
        self._broken = 0
        if isinstance(order, Alive):
            self._heard = self._clock()
            return True
        self._console.order(order)
        if (deed := deed_of(order)) is not None:
            self._deeds.put_nowait(deed)
        return True

    def _spoken(self, sound: bytes) -> bool:
        if len(sound) != SOUND_BYTES:
            self._odd += 1
            return self._odd <= ODD_FRAMES_IN_A_ROW
        self._odd = 0
        if self._frames.take(self._clock()):
            self._console.voice(sound)
        return True

    async def _write(self) -> int:
        while (told := await self._console.receive()) is not None:
            if not await self._send(told if isinstance(told, bytes) else write_news(told)):
                return STUCK
        return OPENED_ELSEWHERE

    async def _send(self, message: str | bytes) -> bool:
        """False: the browser takes nothing any more."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                if isinstance(message, bytes):
                    await self._websocket.send_bytes(message)
                else:
                    await self._websocket.send_text(message)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):  # the last: it was closed while we waited
            return False
        return True

    async def _watch(self) -> int:
        while self._heard is None or self._clock() - self._heard < SILENT_SECONDS:
            if not await self._send(alive()):
                return STUCK
            await asyncio.sleep(ALIVE_SECONDS)
        return GONE

    async def _session(self) -> int:
        """Over when the session is; a store that cannot be asked ends nobody's call."""
        while True:
            try:
                await self._visitor.until_over()
            except DBAPIError:
                await asyncio.sleep(SEND_SECONDS)
            else:
                return LOGGED_OUT

    async def _note(self) -> None:
        """Write down what was done, beside the conversation."""
        while True:
            deed, call_id, detail = await self._deeds.get()
            try:
                await self._visitor.audit(deed, call_id, detail)
            except DBAPIError as error:
                log.error("what an operator did cannot be written down (%s): free disk space", error.orig)
            finally:
                self._deeds.task_done()


def deed_of(order: Order) -> tuple[Deed, str, str] | None:
    """What is written down of an order: (deed, call, detail); None for what concerns no call."""
    match order:
        case SetPresence():
            return None
        case Take():
            return Deed.CALL_TAKEN, order.call_id, order.mode.value
        case Decline():
            return Deed.CALL_DECLINED, order.call_id, ""
        case Listen():
            return (Deed.CALL_HEARD, order.call_id, "") if order.on else None
        case Speak():
            return Deed.CALL_SPOKEN, order.call_id, ""
        case HoldCall():
            return Deed.CALL_HELD, order.call_id, "on" if order.on else "off"
        case PassOn():
            return Deed.CALL_PASSED_ON, order.call_id, order.to
        case JoinCaller():
            return Deed.CALL_PASSED_ON, order.call_id, "join"
        case GiveBack():
            return Deed.CALL_GIVEN_BACK, order.call_id, order.instruction.value
        case EndCall():
            return Deed.CALL_ENDED, order.call_id, ""


async def _close(websocket: WebSocket, code: int) -> None:
    """Say why, to whoever still listens."""
    try:
        await _within(CLOSE_SECONDS, websocket.close(code))
    except (WebSocketDisconnect, RuntimeError):
        return


async def _within(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    """Do this, and give it up after that time."""
    try:
        await asyncio.wait_for(work, seconds)
    except TimeoutError:
        return
