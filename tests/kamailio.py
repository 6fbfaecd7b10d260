"""Debian's Kamailio with the configuration that is shipped, in front of everything else."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import voice.lines.sip
from tests.baresip import PATIENCE_SECONDS, free_ports, program
from tests.sip_caller import caller

SHIPPED = Path(voice.lines.sip.__file__).parent / "kamailio.cfg"
REALM, USER, PASSWORD = "pbx.example", "200", "right"
SITE = """\
#!substdef "!LISTEN!udp:127.0.0.1:{port}!g"
#!substdef "!REALM!{realm}!g"
#!substdef "!PEERS!198.51.100.0/24,127.0.0.1/32!g"
#!substdef "!RECEPTION!{user}!g"
#!substdef "!CALLS_A_SECOND!30!g"
"""
ACCOUNTS = """\
event_route[htable:mod-init] {{
    $sht(accounts=>{user}) = "{password}";
}}
"""


@dataclass(frozen=True)
class Proxy:
    """One that runs. It knows 127.0.0.1; 127.0.0.2 is a stranger to it."""

    port: int
    log: Path

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def count(self, words: str) -> int:
        """Lines of its log with these words."""
        return sum(words in line for line in self.log.read_text(errors="replace").splitlines())

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not true():
                await asyncio.sleep(0.05)  # a log is looked at


@asynccontextmanager
async def kamailio(folder: Path) -> AsyncIterator[Proxy]:
    path = program("kamailio", "kamailio")
    (port,) = free_ports(1)
    folder.mkdir()
    shutil.copy(SHIPPED, folder)
    (folder / "site.cfg").write_text(SITE.format(port=port, realm=REALM, user=USER))
    (folder / "accounts.cfg").write_text(ACCOUNTS.format(user=USER, password=PASSWORD))
    proxy = Proxy(port, folder / "log")
    with proxy.log.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(path, "-f", str(folder / SHIPPED.name), "-DD", "-E", "-m", "32", "-M", "4", "-Y", str(folder)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            await _answers(proxy)
            yield proxy
        finally:
            if process.returncode is None:
                process.terminate()
            try:
                async with asyncio.timeout(10):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


async def _answers(proxy: Proxy) -> None:
    """Until it does."""
    async with asyncio.timeout(PATIENCE_SECONDS), caller(proxy.address, call_id="0@ready") as asking:
        while asking.sip.packets.empty():
            asking.send(asking.request("OPTIONS"))
            await asyncio.sleep(0.1)
