"""The SIP agent: a process of its own that runs the stack, so that neither its pace nor its crashes are ours.

Run as `python -m voice.lines.sip.agent DESCRIPTOR`; the descriptor is one end of a socket pair over which the account
comes first, as a line of JSON, then the frames of `pipe`. It lives until the other end closes.
Rule: the call process decides about every call, and the stack answers none by itself. Some broken INVITEs leave a call
in the stack that can never be ended; they are counted, and an agent that has too many takes no new call and leaves when
the last is over, for a new one to take its place.
Leaves out: who restarts it (`trunk`), and what an order about one call makes of it (`orders`).
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import logging
import os
import secrets
import signal
import socket
import sys
import traceback
from collections.abc import Coroutine
from typing import Any, Protocol, TextIO

from baresip import BaresipError, RegistrationError, Runtime, UserAgent
from baresip.call import Call
from baresip.events import Event, StackEvent

from voice.lines.sip.account import Account, read_account
from voice.lines.sip.call import SipCall
from voice.lines.sip.dialogs import Dialog, Dialogs, within
from voice.lines.sip.orders import carry_out
from voice.lines.sip.partner import Surroundings
from voice.lines.sip.peers import LOOPBACK, addresses, admit, bound
from voice.lines.sip.pipe import Decoder, Drain, Message, Place, Stood, Told, encode
from voice.lines.sip.placed import PlacedCall
from voice.lines.sip.stack import Early, account_of, config_of
from voice.lines.sip.trace import refusal

log = logging.getLogger(__name__)

TICK_SECONDS = 0.01
"""Half a packet: the stack's clock and ours are not in step."""
ORPHANS = 50
"""Calls that can never be ended, each with four sockets; the stack itself stops at 1024."""
ORPHAN_SECONDS = 2.0
RETRY_SECONDS = (2.0, 5.0, 10.0, 30.0, 60.0)
STOP_SECONDS = 2.0
MOST_UNREAD = 8 << 20
"""Bytes that the call process has not taken yet, beyond which sound is not told."""
WORN = 3
"""Exit status: too many orphans."""
NO_STACK = 4
"""Exit status: the stack could not be started, or died."""
FAULT = 5
"""Exit status: a bug of ours."""
LOOK_UP_SECONDS = (5, 300)
"""Between look-ups of the host: while it is not found, and afterwards."""


class Agent:
    """One account and its calls."""

    def __init__(self, account: Account, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._account = account
        self._reader = reader
        self._writer = writer
        self._dialogs = Dialogs()
        self._early = Early()
        self._runtime = Runtime()
        self._calls: dict[int, SipCall | PlacedCall] = {}
        self._number = 0
        self._known: set[int] = set()
        """Handles of the calls that the stack has told."""
        self._orphans: dict[int, float] = {}
        """Handles of those that it has not, and since when."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._registered = asyncio.Event()
        """The stack itself knows that it is."""
        self._draining = False
        self._hosts: set[str] = set()
        """Addresses that the account's host has had, as networks."""
        self._filtered = "0.0.0.0/0" not in account.peers
        self._descriptor = -1

    async def run(self) -> None:
        """Until the other end closes."""
        loop = asyncio.get_running_loop()
        trace = logging.getLogger("baresip.native.sip")
        trace.setLevel(logging.DEBUG)
        trace.addFilter(lambda record: self._traced(loop, record))
        self._runtime.on_dead = lambda: os._exit(NO_STACK)
        try:
            await self._runtime.start(config_of(self._account))
            self._agent = await UserAgent.create(self._runtime, account_of(self._account), transfer_policy="reject")
        except BaresipError as error:
            self._tell(Stood(0, "failed", str(error)))
            await self._writer.drain()
            os._exit(NO_STACK)
        shared = (self._agent, self._dialogs, self._tell, self._secure, self._refuse_by_ourselves, self._start)
        self._around = Surroundings(*shared, self._early)
        await self._look_up()
        _subscribe(self._runtime, self._agent, self._happened, self._rang)
        self._start(self._register())
        self._start(self._tick())
        self._start(self._watch())
        await self._obey()
        await self._stop()

    def _traced(self, loop: asyncio.AbstractEventLoop, record: logging.LogRecord) -> bool:
        """In the stack's log thread. Nothing of it is ever logged."""
        line = str(record.args[0]) if isinstance(record.args, tuple) and record.args else ""
        if "INVITE" in line or "REFER" in line or "\nv=0" in line:
            loop.call_soon_threadsafe(self._dialogs.feed, line)
        return False

    async def _look_up(self) -> None:
        """The host may have moved; it, too, is a known peer."""
        found = set(await asyncio.to_thread(addresses, self._account.host))
        if not found <= self._hosts or self._descriptor < 0:
            self._hosts |= found
            self._guard()

    @property
    def _networks(self) -> tuple[str, ...]:
        return (LOOPBACK, *sorted(self._hosts), *self._account.peers)

    def _guard(self) -> None:
        """Known peers only."""
        self._descriptor = bound([self._account.listen_port]).get(self._account.listen_port, -1)
        if self._filtered and (self._descriptor < 0 or not admit(self._descriptor, self._networks)):
            self._filtered = False
            log.warning("this system cannot filter SIP peers: let the firewall pass known ones only")

    def _secure(self, dialog: Dialog) -> None:
        if not self._filtered or not dialog.port:
            return
        for descriptor in bound((dialog.port, dialog.port + 1)).values():
            admit(descriptor, (*self._networks, *sorted(dialog.networks)))

    def _refuse_by_ourselves(self, dialog: Dialog, code: int) -> bool:
        if dialog.invite is None or self._descriptor < 0 or code == 486:
            return False
        answer = refusal(dialog.invite, code, secrets.token_hex(8))
        with socket.socket(fileno=os.dup(self._descriptor)) as ours, contextlib.suppress(OSError):
            ours.sendto(answer, dialog.invite.source)
            return True
        return False

    def _tell(self, told: Told) -> None:
        if not self._writer.is_closing() and self._writer.transport.get_write_buffer_size() < MOST_UNREAD:
            self._writer.write(encode(told))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        """A bug of ours ends the agent: the calls are lost and reported, and the next agent begins clean."""
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            place = traceback.extract_tb(fault.__traceback__)[-1]  # the words of a fault may hold a caller's number
            log.error("the SIP agent ends by a fault: %s at %s:%s", type(fault).__name__, place.filename, place.lineno)
            os._exit(FAULT)

    async def _register(self) -> None:
        """Once registered the stack keeps it so; until then we try again and again."""
        if not self._account.register:
            self._tell(Stood(0, "ready", ""))
            return
        attempt = 0
        while not self._draining:
            try:
                await self._agent.register()
                self._registered.set()
                return
            except RegistrationError as error:
                self._tell(Stood(0, "failed", f"{error.status or ''} {error.reason}".strip() or "no answer"))
            except BaresipError:
                self._tell(Stood(0, "failed", "no answer"))
            await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
            attempt += 1

    def _happened(self, event: StackEvent) -> None:
        self._early.keep(event)
        match event.event:
            case Event.REGISTER_OK if not self._draining:
                self._tell(Stood(0, "ready", ""))
            case Event.REGISTER_FAIL:
                self._tell(Stood(0, "failed", event.text or "no answer"))
            case Event.CALL_REMOTE_SDP if event.text == "offer" and event.call not in self._known:
                self._orphans.setdefault(event.call, asyncio.get_running_loop().time())
            case Event.CALL_INCOMING | Event.CALL_OUTGOING:
                self._known.add(event.call)
                self._orphans.pop(event.call, None)
            case Event.CALL_CLOSED:
                self._known.discard(event.call)
                self._orphans.pop(event.call, None)

    def _rang(self, call: Call) -> None:
        self._number += 1
        rung = SipCall(self._number, call, self._around, self._account.silent_seconds)
        self._calls[self._number] = rung
        self._start(rung.refuse(503) if self._worn else rung.ring())

    def _place(self, order: Place) -> None:
        placed = PlacedCall(order.call, self._around, self._account.silent_seconds)
        self._calls[order.call] = placed
        self._start(placed.place(order.uri, order.ring_seconds))

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            at = loop.time()
            for number, call in list(self._calls.items()):
                if call.over.is_set():
                    del self._calls[number]
                elif call.tick(at):
                    self._start(call.hang_up("lost"))
            due = max(due + TICK_SECONDS, at)
            await asyncio.sleep(due - loop.time())

    @property
    def _worn(self) -> bool:
        loop = asyncio.get_running_loop()
        return sum(loop.time() - since > ORPHAN_SECONDS for since in self._orphans.values()) >= ORPHANS

    async def _watch(self) -> None:
        seconds = 0
        while not self._worn or self._calls:
            await asyncio.sleep(1.0)
            seconds += 1
            if seconds % LOOK_UP_SECONDS[bool(self._hosts)] == 0:
                await self._look_up()
        log.warning("%d broken calls are left in the SIP stack: it is started anew", len(self._orphans))
        await self._unregister()
        os._exit(WORN)

    async def _obey(self) -> None:
        decoder = Decoder()
        with contextlib.suppress(ConnectionError):  # the call process has died
            while chunk := await self._reader.read(1 << 16):
                for message in decoder.feed(chunk):
                    self._order(message)

    def _order(self, order: Message) -> None:
        if isinstance(order, Drain):
            self._draining = True
            self._start(self._unregister())
            return
        if isinstance(order, Place):
            self._place(order)
        elif (call := self._calls.get(order.call)) is not None:
            carry_out(order, call, self._account.ring_seconds, self._start)

    async def _unregister(self) -> None:
        if self._account.register and await within(self._registered):
            with contextlib.suppress(BaresipError):
                await self._agent.unregister(timeout=STOP_SECONDS)

    async def _stop(self) -> None:
        """Good-bye to everybody. Where orphans are left the stack cannot be closed without a crash."""
        self._draining = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await asyncio.gather(self._unregister(), *(call.hang_up("lost") for call in self._calls.values()))
                for call in self._calls.values():
                    await call.over.wait()
        if not self._orphans:
            with contextlib.suppress(BaresipError):
                await self._runtime.close()
        os._exit(0)


class _Source(Protocol):
    def subscribe(self, listener: object) -> None: ...


class _Doorbell(Protocol):
    def on_incoming(self, callback: object) -> None: ...


def _subscribe(runtime: _Source, agent: _Doorbell, happened: object, rang: object) -> None:
    runtime.subscribe(happened)
    agent.on_incoming(rang)


async def _main(descriptor: int) -> None:
    with socket.socket(fileno=descriptor) as pair:
        reader, writer = await asyncio.open_unix_connection(sock=pair)
        await Agent(read_account(await reader.readline()), reader, writer).run()


def _own_error_output() -> TextIO:
    """Ours alone: the stack writes a line there for every datagram that it cannot read."""
    own = os.fdopen(os.dup(2), "w", buffering=1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)
    return own


def main() -> None:
    """The process."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the call process is asked, and closes the pair when it has finished
    sys.stderr = _own_error_output()
    faulthandler.enable(sys.stderr)
    logging.basicConfig(level=logging.WARNING, format="SIP: %(message)s", stream=sys.stderr)
    logging.getLogger("baresip").addHandler(logging.NullHandler())
    logging.getLogger("baresip").propagate = False  # its lines hold callers' numbers
    asyncio.run(_main(int(sys.argv[1])))


if __name__ == "__main__":
    main()
