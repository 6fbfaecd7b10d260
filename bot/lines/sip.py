"""The SIP line of the server: checked before it is opened, and which of its calls are taken.

Rule: what whoever runs the server can mend (no stack installed, a taken port, an address that nobody reaches) is a
SettingsError at the start. A call is refused before it is answered if it would only be hung up on: 404 for a number of
nobody's, 486 when there is no room, 503 while the server stops.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import ipaddress
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.environment import bad
from bot.lines.state import LineState
from bot.web.live import LiveCalls
from voice.lines import LineError, Outward, Ring
from voice.lines.sip.account import Account
from voice.lines.sip.line import Rung
from voice.lines.sip.peers import addresses
from voice.lines.sip.trunk import Trunk
from voice.lines.socket import Serve

log = logging.getLogger(__name__)

Knows = Callable[[Ring], bool]
"""Whether the called number belongs to a company."""

NOBODYS, BUSY, STOPPING = 404, 486, 503
START_SECONDS = 3.0
"""For the agent to be up and registered; a registrar that is slower is waited for beside everything else."""


@asynccontextmanager
async def open_sip(
    account: Account, serve: Serve, calls: LiveCalls, knows: Knows
) -> AsyncIterator[tuple[Callable[[], LineState], Outward]]:
    """The line, open: how it stands, and by what somebody is rung up. Raises SettingsError."""
    _check(account)

    async def live(rung: Rung) -> None:
        await _live(rung, serve, calls, knows)

    trunk = Trunk(account, live)
    running = asyncio.create_task(trunk.run())
    draining = asyncio.create_task(_drain(trunk, calls))
    try:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(trunk.told.wait(), START_SECONDS)
        yield lambda: _state(account, trunk), trunk
    finally:
        draining.cancel()
        await trunk.close()
        running.cancel()
        await asyncio.wait({running, draining})


async def _drain(trunk: Trunk, calls: LiveCalls) -> None:
    await calls.stopped.wait()
    trunk.drain()


async def _live(rung: Rung, serve: Serve, calls: LiveCalls, knows: Knows) -> None:
    rings = [rung.ring(called) for called in rung.rang.called or ("",)]
    ring = next(filter(knows, rings), None)
    if ring is None:
        log.error("%s belongs to no company: add it to numbers in a script.toml under scripts/", rings[0].called)
        rung.refuse(NOBODYS)
        return
    if refusal := calls.refusal:
        rung.refuse(BUSY if refusal == "full" else STOPPING)
        if refusal == "full":
            calls.turned_away(ring)
        return
    with calls.one():
        line = await rung.answer(ring.called)
        if line is not None:
            with contextlib.suppress(LineError):  # `knows` has told already what may be wrong with the number
                await serve(line)
            line.hang_up()
        await rung.gone()


def _check(account: Account) -> None:
    if importlib.util.find_spec("baresip") is None:
        raise bad("SIP_URL", "", "SIP needs one more package: pip install 'denwaban[sip]', or unset this")
    listens_to_itself = ipaddress.IPv4Address(account.listen_host).is_loopback
    far = [each.removesuffix("/32") for each in addresses(account.host)]
    if listens_to_itself and any(not ipaddress.IPv4Address(each).is_loopback for each in far):
        remedy = f"write the address of this machine that {account.host} reaches, as {_ours(far[0])}:5060"
        raise bad("SIP_LISTEN", f"{account.listen_host}:{account.listen_port}", remedy)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.bind((account.listen_host, account.listen_port))
        except OSError as error:
            found = f"{account.listen_host}:{account.listen_port}"
            raise bad("SIP_LISTEN", found, f"it cannot be used ({error.strerror}): choose another") from error


def _ours(far: str) -> str:
    """The address of this machine by which that one is reached."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial, contextlib.suppress(OSError):
        trial.connect((far, 5060))  # nothing is sent
        return str(trial.getsockname()[0])
    return "192.0.2.5"


def _state(account: Account, trunk: Trunk) -> LineState:
    where, who = f"UDP {account.listen_host}:{account.listen_port}", f"{account.user}@{account.domain}"
    match trunk.stood.state:
        case "ready" if account.register:
            return LineState("SIP", "ready", f"{who} に登録済み({where} で受けます)")
        case "ready":
            return LineState("SIP", "ready", f"{account.domain} からの着信を {where} で受けます(登録なし)")
        case "draining":
            return LineState("SIP", "draining", "新しい電話は受けていません")
        case "starting":
            return LineState("SIP", "starting", f"{who} に登録しています")
    why = trunk.stood.detail
    if why.startswith(("401", "403", "407")):
        remedy = f"登録を断られました({why})。DENWABAN_SIP_URL の利用者名とパスワードをご確認ください"
    elif why == "no answer":
        remedy = f"{account.domain} から返事がありません。宛先とファイアウォールをご確認ください"
    else:
        remedy = f"{who} に登録できません({why})"
    return LineState("SIP", "failed", remedy)
