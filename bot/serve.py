"""The server: everything is opened in order, calls are answered, and everything is closed in order.

What is told to the one who runs it goes to the log as constant sentences; callers' words never do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.logging import RichHandler

from bot import clock
from bot.account import Account, Words, account_of, words_said
from bot.call import run_call
from bot.dialogue.step import step
from bot.house import House
from bot.journal import Journal
from bot.links import Links, links_for
from bot.load import ScriptError, load_all
from bot.mail import sender_for
from bot.outbox import Outbox
from bot.recovery import Closing, recover_calls
from bot.script import Script
from bot.settings import Settings, with_secret
from bot.store import Store, find_clip, open_store
from bot.web.app import create_app
from bot.web.live import LiveCalls
from bot.web.server import Stop, address, listen, run_web
from bot.web.views import ClipSound, Company, Views
from voice.engines.workers import EnginePool
from voice.lines import Line

log = logging.getLogger(__name__)
console = Console(highlight=False, soft_wrap=True)


def companies(root: Path) -> dict[str, Script]:
    """The companies that can be answered for; a broken one is logged and does not take the others down.

    Raises ScriptError where there is none at all.
    """
    scripts, errors = load_all(root)
    for error in errors.values():
        log.error("%s", error)
    if not scripts:
        raise ScriptError(f"{root} holds no usable company: make a folder in it with a script.toml")
    return scripts


@asynccontextmanager
async def open_house(settings: Settings, scripts: dict[str, Script]) -> AsyncIterator[tuple[House, Store]]:
    """All that calls share, open; unfinished calls of a dead process are reported before the first new one."""
    async with AsyncExitStack() as opened:
        store = open_store(settings.database_url or settings.var_dir / "denwaban.db")
        opened.callback(store.close)
        journal = Journal(store)
        opened.callback(journal.close)
        outbox = Outbox(store, sender_for(settings), settings.mail_from, clock.wall)
        closing = Closing(store, step, links_for(settings))
        if recovered := await asyncio.to_thread(recover_calls, closing, clock.wall()):
            log.warning(
                "%d calls were cut off when the last process ended; their reports are on their way", len(recovered)
            )
        pool = EnginePool(settings.workers)
        await opened.enter_async_context(pool)
        delivering = asyncio.create_task(outbox.run())
        opened.push_async_callback(_end, delivering)
        recordings = settings.var_dir / "recordings"
        yield House(scripts, pool, pool, journal, closing, outbox, clock.wall, asyncio.to_thread, recordings), store


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


def views(scripts: dict[str, Script], store: Store, links: Links | None) -> Views:
    """What the pages ask, answered from the scripts and the store."""

    async def said(line_call_id: str, after: int) -> Sequence[Words]:
        return await asyncio.to_thread(words_said, store, line_call_id, after)

    async def clip(token: str) -> ClipSound | None:
        return await asyncio.to_thread(_clip, store, links, token)

    async def report(line_call_id: str) -> Account | None:
        return await asyncio.to_thread(account_of, store, step, line_call_id)

    listed = [Company(script.key, script.company.text) for script in scripts.values()]
    return Views(lambda: listed, said, clip, report)


def _clip(store: Store, links: Links | None, token: str) -> ClipSound | None:
    name = links.open(token, clock.wall()) if links else None
    if name is None:
        return None
    with store.read() as connection:
        clip = find_clip(connection, name.call_id, name.name)
    return ClipSound(clip.content, "audio/wav", clip.label) if clip else None


def serve(settings: Settings) -> None:
    """Answer calls until stopped."""
    _log_to_terminal()
    asyncio.run(_serve(settings, rehearse=False))


def demo(settings: Settings) -> None:
    """Rehearse one call before the reader's eyes, then answer calls until stopped."""
    _log_to_terminal()
    asyncio.run(_serve(settings, rehearse=True))


def _log_to_terminal() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[RichHandler(show_path=False)])
    logging.getLogger("bot").setLevel(logging.INFO)


async def _serve(settings: Settings, rehearse: bool) -> None:
    settings = with_secret(settings)
    scripts = companies(settings.scripts_dir)
    listener = listen(settings.host, settings.port)
    where = address(listener)
    stop, calls = Stop(), LiveCalls()
    async with open_house(settings, scripts) as (house, store):

        async def answer(line: Line) -> None:
            await run_call(line, house)

        app = create_app(settings, answer, views(scripts, store, house.closing.links), calls)
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(run_web(app, listener, calls, stop))
            if rehearse:
                await _rehearse(settings, where)
            _welcome(settings, where, list(scripts.values()))
            await serving


async def _rehearse(settings: Settings, where: str) -> None:
    from bot.rehearsal.command import show

    await show(settings, where)


def _welcome(settings: Settings, where: str, scripts: list[Script]) -> None:
    console.print(f"\n[bold]電話番は {where} でお待ちしています。[/bold]")
    console.print(f"  お話しになるには  {where}/phone  をブラウザで(マイクをお使いになります)")
    console.print(f"  電話をつなぐには  Twilio の webhook を {settings.public_origin or where}/twilio/voice へ")
    where_mail = "SMTP" if settings.smtp else str(settings.var_dir / "mail")
    console.print(f"  報告の届け先      {where_mail}   会社: {'、'.join(script.company.text for script in scripts)}")
    console.print("  終わるには        Ctrl+C\n")


def quiet(settings: Settings) -> Settings:
    """The same server for a rehearsal: any free port of this machine."""
    return replace(settings, host="127.0.0.1", port=0)
