"""A process that dies where it is told to: recovers the calls of a store and delivers their reports, or follows up.

Reads tasks from its input, "database way fatal": `way` is a mail server's port, a folder, or FOLLOW; before the
statement (or commit) of number `fatal` after opening the store it kills itself with SIGKILL, 0 = never. Each task runs
in a fork, so that this process pays for its imports once; it answers "pid N", then "status S" (of
os.waitstatus_to_exitcode: -9 = killed).
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from bot.dialogue.step import step
from bot.recovery import Closing, recover_calls
from bot.reporting.follow_up import FollowUps, Sources
from bot.reporting.mail import FileSender, Sender, SmtpSender
from bot.reporting.outbox import Outbox
from bot.settings import Smtp
from bot.store import open_store

NOW = 1_800_000_000.0
FOLLOW = "follow-up"


def arm(fatal: int) -> None:
    """Die before the statement or commit of that number."""
    count = 0

    def happens(*_: Any) -> None:
        nonlocal count
        count += 1
        if count == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", happens)
    event.listen(Engine, "commit", happens)


def work(database: Path, way: str, fatal: int) -> None:
    """What a server does at its start, with tables that are up to date."""
    store = open_store(database)
    arm(fatal)
    if way == FOLLOW:
        asyncio.run(FollowUps(Sources(store, step, {}), lambda: None, lambda: NOW).look())
        store.close()
        return
    recover_calls(Closing(store, step), NOW)
    sender: Sender = SmtpSender(Smtp("127.0.0.1", int(way), "none")) if way.isdigit() else FileSender(Path(way))
    outbox = Outbox(store, sender, "denwaban@smilecorp.example", lambda: NOW)

    async def deliver() -> None:
        await outbox.start()
        await outbox.deliver()

    asyncio.run(deliver())
    store.close()


def main() -> None:
    for task in sys.stdin:
        database, way, fatal = task.split()
        child = os.fork()
        if child == 0:
            work(Path(database), way, int(fatal))
            os._exit(0)
        print("pid", child, flush=True)
        _, status = os.waitpid(child, 0)
        print("status", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
