"""Making and changing accounts, by the command line and by admins' pages alike.

Rule: what an account cannot be is refused with a `Flaw`; a change of role, companies, password or state ends all
sessions of that person; each change is in the audit log of the same transaction; the last admin stays one. Blocking.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.access.audit import Deed
from bot.access.passwords import check_password, hashed
from bot.access.user import Flaw, Role, User, UserError, check_user
from bot.store import Store
from bot.store.audit import AuditEntry, add_entry
from bot.store.users import (
    add_user,
    change_user,
    count_admins,
    end_sessions,
    find_user,
    lock_users,
    remove_user,
    set_password_hash,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change, from where and when."""

    who: str
    """`User.key`, or the machine's user at the command line."""
    address: str
    at: float


def make(store: Store, user: User, password: str, known: Collection[str], by: Actor) -> None:
    """A new account; `known`: keys of the companies that there are. Raises UserError."""
    check_user(user, known)
    check_password(password, user.key)
    kept = hashed(password)
    with store.write() as connection:
        if not add_user(connection, user, kept, by.at):
            raise UserError(Flaw.TAKEN)
        _note(connection, by, Deed.USER_ADDED, f"{user.key}: {_rights(user)}")


def change(store: Store, user: User, known: Collection[str], by: Actor) -> None:
    """Everything but the password. Raises UserError."""
    check_user(user, known)
    with store.write() as connection:
        before = _found(connection, user.key)
        _keep_an_admin(connection, before, user.enabled and user.role is Role.ADMIN)
        change_user(connection, user)
        end_sessions(connection, user.key)
        _note(connection, by, Deed.USER_CHANGED, f"{user.key}: {_rights(before)} → {_rights(user)}")


def set_password(store: Store, key: str, password: str, by: Actor) -> None:
    """Raises UserError."""
    check_password(password, key)
    kept = hashed(password)
    with store.write() as connection:
        _found(connection, key)
        set_password_hash(connection, key, kept)
        end_sessions(connection, key)
        _note(connection, by, Deed.PASSWORD_SET, key)


def enable(store: Store, key: str, on: bool, by: Actor) -> None:
    """Let somebody log in, or no more. Raises UserError."""
    with store.write() as connection:
        user = _found(connection, key)
        _keep_an_admin(connection, user, on)
        change_user(connection, replace(user, enabled=on))
        end_sessions(connection, key)
        _note(connection, by, Deed.USER_ENABLED if on else Deed.USER_DISABLED, key)


def remove(store: Store, key: str, by: Actor) -> None:
    """The account is gone; what it did stays in the audit log. Raises UserError."""
    with store.write() as connection:
        _keep_an_admin(connection, _found(connection, key), False)
        remove_user(connection, key)
        _note(connection, by, Deed.USER_REMOVED, key)


def _found(connection: Connection, key: str) -> User:
    user = find_user(connection, key)
    if user is None:
        raise UserError(Flaw.NOBODY)
    return user


def _keep_an_admin(connection: Connection, user: User, stays: bool) -> None:
    """Raises UserError where nobody were left who can let others in."""
    lock_users(connection)
    if user.role is Role.ADMIN and user.enabled and not stays and count_admins(connection) < 2:
        raise UserError(Flaw.LAST_ADMIN)


def _rights(user: User) -> str:
    return " ".join((user.role.value, *user.companies))


def _note(connection: Connection, by: Actor, what: Deed, detail: str) -> None:
    add_entry(connection, AuditEntry(by.at, by.who, by.address, what.value, "", detail[:500]))
