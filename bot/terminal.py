"""What commands that tell the store something have in common: the settings' store, the refusal, the user's name."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.text import Text

from bot.settings import read_settings

if TYPE_CHECKING:
    from bot.store import Store

console = Console(highlight=False, soft_wrap=True)
complaints = Console(stderr=True, highlight=False, soft_wrap=True)

UNUSABLE = 2
"""Exit status: what was asked for cannot be done as it stands."""


@contextmanager
def kept() -> Iterator[Store]:
    """The store of the settings, open."""
    from bot.store import store_for

    store = store_for(read_settings(os.environ))
    try:
        yield store
    finally:
        store.close()


def refused(why: str) -> typer.Exit:
    """To be raised: says why, and ends the command."""
    complaints.print(Text(why, style="red"))
    return typer.Exit(UNUSABLE)


def user_name() -> str:
    """Of who runs the command, as the machine knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        return "command line"
