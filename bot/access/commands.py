"""Accounts and the audit log at the command line: `denwaban user add`, `list`, `change`, `password`, `disable`,
`enable`, `remove`; `denwaban audit`.

Rule: a password is asked for without being shown, or is the first line of the input where no person types; it never
stands in a command, where the machine's other users see it. The first admin is made here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from bot import clock
from bot.access.user import Flaw, Role, User, UserError
from bot.company.load import load_all
from bot.dialogue.hours import local
from bot.settings import read_settings
from bot.terminal import console, kept, refused, user_name

if TYPE_CHECKING:
    from bot.access.accounts import Actor

users = typer.Typer(help="Accounts of those who may see and take calls.", no_args_is_help=True)

_WHY = {
    Flaw.KEY: "A login name begins with a small letter or digit, and has a-z 0-9 . _ @ + - only, 64 at most.",
    Flaw.NAME: "Name the person by --name, as colleagues read it; 60 characters at most.",
    Flaw.ROLE: "A role is admin, operator or member.",
    Flaw.TAKEN: "There is an account of that login name; change it by `denwaban user change`.",
    Flaw.NOBODY: "There is no account of that login name; `denwaban user list` shows them.",
    Flaw.NO_COMPANY: "Name by --company whose calls this person sees; an operator of all of them: --company '*'.",
    Flaw.ONE_COMPANY: "A member sees the calls of one company: name one --company.",
    Flaw.COMPANY: "There is no such company; there are {companies}.",
    Flaw.CAPACITY: "Calls at once: 0 to 9.",
    Flaw.SHORT: "The password must have 12 characters or more.",
    Flaw.LONG: "The password must have 256 characters at most.",
    Flaw.COMMON: "The password is too easily guessed: take another.",
    Flaw.LAST_ADMIN: "Nobody would be left who can let others in: make another admin first.",
}

Key = Annotated[str, typer.Argument(help="Login name: sato, or a mail address.")]
Shown = Annotated[str, typer.Option(help="As colleagues and companies read it: 佐藤.")]
Companies = Annotated[
    list[str] | None,
    typer.Option("--company", help="Key of a company whose calls they see; may be repeated; '*' = all."),
]
Voice = Annotated[int | None, typer.Option(help="Calls that an operator may have by voice at once.")]
Texts = Annotated[int | None, typer.Option("--text", help="The same by text.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(users, name="user")
    app.command()(audit)


@users.command()
def add(
    key: Key,
    role: Annotated[Role, typer.Option(help="What they may.")],
    name: Shown = "",
    company: Companies = None,
    voice: Voice = None,
    text: Texts = None,
) -> None:
    """Make an account. The password is asked for."""
    from bot.access.accounts import make
    from bot.access.passwords import check_password
    from bot.access.user import check_user

    user = User(key, name or key, role, tuple(company or ()))
    user = replace(user, voice_calls=_or(voice, user.voice_calls), text_calls=_or(text, user.text_calls))
    with _said():
        check_user(user, _companies())
        password = _password()
        check_password(password, key)
        with kept() as store:
            make(store, user, password, _companies(), _actor())
    console.print(Text(f"{key} can log in as {role}."))


@users.command("list")
def list_() -> None:
    """Show the accounts."""
    from bot.store.users import list_users

    with kept() as store, store.read() as connection:
        found = list_users(connection)
    table = Table("login", "name", "role", "companies", "voice", "text", "state", box=None)
    for each in found:
        capacity = (str(each.voice_calls), str(each.text_calls)) if each.role is Role.OPERATOR else ("", "")
        state = "" if each.enabled else "disabled"
        table.add_row(*map(Text, (each.key, each.name, each.role, " ".join(each.companies), *capacity, state)))
    console.print(table if found else "No accounts yet: make the first by `denwaban user add KEY --role admin`.")


@users.command()
def change(
    key: Key,
    role: Annotated[Role | None, typer.Option(help="What they may from now on.")] = None,
    name: Shown = "",
    company: Companies = None,
    voice: Voice = None,
    text: Texts = None,
) -> None:
    """Change what somebody may; what is not named stays. All their sessions end."""
    from bot.access.accounts import change as change_account
    from bot.store.users import find_user

    with _said(), kept() as store:
        with store.read() as connection:
            user = find_user(connection, key)
        if user is None:
            raise UserError(Flaw.NOBODY)
        user = replace(
            user,
            name=name or user.name,
            role=role or user.role,
            companies=tuple(company) if company else user.companies,
            voice_calls=_or(voice, user.voice_calls),
            text_calls=_or(text, user.text_calls),
        )
        change_account(store, user, _companies(), _actor())
    console.print(Text(f"{key} is {user.role} now."))


@users.command()
def password(key: Key) -> None:
    """Set a new password; it is asked for. All sessions of that person end."""
    from bot.access.accounts import set_password

    with _said(), kept() as store:
        set_password(store, key, _password(), _actor())
    console.print(Text(f"{key} has a new password."))


@users.command()
def disable(key: Key) -> None:
    """Let somebody in no more; all their sessions end."""
    _enable(key, False)


@users.command()
def enable(key: Key) -> None:
    """Let somebody in again."""
    _enable(key, True)


@users.command()
def remove(key: Key) -> None:
    """Take an account away; what it did stays in the audit log."""
    from bot.access.accounts import remove as remove_account

    with _said(), kept() as store:
        remove_account(store, key, _actor())
    console.print(Text(f"{key} has no account any more."))


def audit(
    who: Annotated[str, typer.Option(help="Only what this person did, by login name.")] = "",
    call: Annotated[str, typer.Option(help="Only what was done with this call.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, the latest first.")] = 50,
) -> None:
    """List who looked at what and changed what."""
    from bot.store.audit import list_entries

    with kept() as store, store.read() as connection:
        found = list_entries(connection, who, call, None, limit)
    table = Table("when", "who", "from", "what", "call", "detail", box=None)
    for each in found:
        cells = (f"{local(each.at):%Y-%m-%d %H:%M:%S}", each.who, each.address, each.what, each.call_id, each.detail)
        table.add_row(*map(Text, cells))
    console.print(table if found else "Nothing was done yet.")


def _enable(key: str, on: bool) -> None:
    from bot.access.accounts import enable as enable_account

    with _said(), kept() as store:
        enable_account(store, key, on, _actor())
    console.print(Text(f"{key} can log in again." if on else f"{key} can log in no more."))


@contextmanager
def _said() -> Iterator[None]:
    """What an account cannot be is said, and ends the command."""
    try:
        yield
    except UserError as error:
        raise refused(_WHY[error.flaw].format(companies=", ".join(_companies()))) from error


def _companies() -> list[str]:
    scripts, errors = load_all(read_settings(os.environ).scripts_dir)
    return sorted({*scripts, *errors})


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _actor() -> Actor:
    from bot.access.accounts import Actor

    return Actor(user_name(), "command line", clock.wall())
