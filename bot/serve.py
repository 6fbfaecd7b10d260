"""The server: everything is opened in order, calls are answered, and everything is closed in order.

What is told to the one who runs it goes to the log as constant sentences; callers' words never do.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.logging import RichHandler
from rich.text import Text

from bot import clock
from bot.access.gate import Gate
from bot.booking.feeds import feed_links, open_feed
from bot.call import run_call
from bot.company.load import ScriptError, load_all
from bot.company.script import Script
from bot.dialogue.step import step
from bot.lines.opened import LineState, open_lines
from bot.lines.turned_away import keep_turned_away
from bot.open_console import open_console
from bot.opened import Opened, end, open_house
from bot.operators.casefile import CaseFiles
from bot.reporting.account import Account, Words, account_of, words_said
from bot.reporting.links import Links
from bot.reporting.marks import look, press
from bot.settings import Settings, with_secret
from bot.store import Store, find_clip
from bot.warmup import warm_up
from bot.web.app import create_app
from bot.web.live import LiveCalls
from bot.web.server import Stop, address, listen, run_web
from bot.web.views import ButtonPage, ClipSound, Company, Views
from voice.engines import EngineError
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


def views(settings: Settings, scripts: dict[str, Script], store: Store, links: Links | None) -> Views:
    """What the pages ask, answered from the scripts and the store."""

    async def said(line_call_id: str, after: int) -> Sequence[Words]:
        return await asyncio.to_thread(words_said, store, line_call_id, after)

    async def clip(token: str) -> ClipSound | None:
        return await asyncio.to_thread(_clip, store, links, token)

    async def report(line_call_id: str) -> Account | None:
        return await asyncio.to_thread(account_of, store, step, line_call_id)

    async def button(token: str, pressed: bool) -> ButtonPage | None:
        return await asyncio.to_thread(_button, store, links, token, pressed)

    async def calendar(token: str) -> bytes | None:
        return await asyncio.to_thread(open_feed, store, scripts, feed_links(settings), token, clock.wall())

    listed = [Company(script.key, script.company.text) for script in scripts.values()]
    return Views(lambda: listed, said, clip, report, button, calendar, CaseFiles(store, scripts, step))


def _button(store: Store, links: Links | None, token: str, pressed: bool) -> ButtonPage | None:
    now = clock.wall()
    mark = links.open_mark(token, now) if links else None
    if mark is None:
        return None
    return press(store, mark, now) if pressed else look(store, mark)


def _clip(store: Store, links: Links | None, token: str) -> ClipSound | None:
    name = links.open(token, clock.wall()) if links else None
    if name is None:
        return None
    with store.read() as connection:
        clip = find_clip(connection, name.call_id, name.name)
    return ClipSound(clip.content, "audio/wav", clip.label, name.call_id) if clip else None


def serve(settings: Settings) -> None:
    """Answer calls until stopped."""
    _log_to_terminal()
    asyncio.run(_serve(settings, rehearse=False))


def demo(settings: Settings) -> None:
    """Rehearse one call before the reader's eyes, then answer calls until stopped."""
    _log_to_terminal()
    asyncio.run(_serve(settings, rehearse=True))


def _log_to_terminal() -> None:
    """To the error output; in colours where a person looks on, a line each where a program does."""
    shown: logging.Handler = logging.StreamHandler()
    if sys.stderr.isatty():
        shown = RichHandler(console=Console(stderr=True), show_path=False)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[shown])
    logging.getLogger("bot").setLevel(logging.INFO)


async def _serve(settings: Settings, rehearse: bool) -> None:
    settings = with_secret(settings)
    scripts = companies(settings.scripts_dir)
    with closing(listen(settings.host, settings.port)) as listener:
        where, stop = address(listener), Stop()
        calls = LiveCalls(settings.lines.calls_max, sentence=settings.lines.calls_full == "sentence")
        for number in (signal.SIGINT, signal.SIGTERM):  # before the web server has its own: the store is open by then
            asyncio.get_running_loop().add_signal_handler(number, stop.ask)
        house, days = open_house(settings, scripts), settings.audit_days
        async with house as opened, keep_turned_away(opened.house, calls), open_console(opened, scripts, days) as desk:

            async def answer(line: Line) -> None:
                with calls.place() as free:
                    await run_call(line, opened.house, full=not free)

            links, gate = opened.house.closing.links, Gate(opened.store, clock.wall, settings.secret)
            app = create_app(settings, answer, views(settings, scripts, opened.store, links), calls, gate, desk)
            async with (
                open_lines(settings, answer, calls, opened.house.knows, app) as lines,
                opened.ringer.at_work(lines.outward, opened.house),
            ):
                app.state.lines = lines.states
                web = run_web(app, listener, calls, stop, drain_seconds=settings.lines.drain_seconds)
                serving = asyncio.create_task(web)
                console.print(f"{where.partition('://')[2]} で電話を受け始めました。準備を続けています。")
                try:
                    await _unless_done(serving, _prepare(opened))
                    if rehearse:
                        await _unless_done(serving, _rehearse(settings, where))
                    if not serving.done():
                        _welcome(settings, where, list(scripts.values()), lines.states())
                    await serving
                finally:
                    stop.ask()
                    stop.ask()
                    await asyncio.wait({serving})


async def _prepare(opened: Opened) -> None:
    """Make beforehand what can be; a server that answers calls does not end over what it may make later."""
    try:
        await warm_up(opened.house, opened.pool)
    except EngineError as error:
        log.error("not all could be made beforehand (%s); calls wait for it when it is needed", error)


async def _unless_done(serving: asyncio.Task[None], work: Coroutine[Any, Any, None]) -> None:
    """Do this beside the serving, and give it up when that ends."""
    working = asyncio.create_task(work)
    try:
        await asyncio.wait({serving, working}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        await end(working)


async def _rehearse(settings: Settings, where: str) -> None:
    from bot.rehearsal.command import show

    await show(settings, where)


def _welcome(settings: Settings, where: str, scripts: list[Script], lines: Sequence[LineState]) -> None:
    names = "、".join(script.company.text for script in scripts)
    console.print(Text(f"\n電話番は {where} でお待ちしています。", style="bold"))
    console.print(Text(f"  お話しになるには  {where}/phone  をブラウザで(マイクをお使いになります)"))
    console.print(Text(f"  電話をつなぐには  Twilio の webhook を {settings.public_origin or where}/twilio/voice へ"))
    for line in lines:
        console.print(Text(f"  {line.name:<14}    {line.detail}"))
    console.print(Text(f"  報告の届け先      {'SMTP' if settings.smtp else settings.var_dir / 'mail'}   会社: {names}"))
    console.print("  電話が来ないとき  denwaban doctor")
    console.print("  終わるには        Ctrl+C\n")
