"""Accounts, their sessions, and how often logging in has failed, as rows. Every function works inside the transaction
it is handed.

A session's row has the hash of its token only: who reads the table cannot take a session over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from bot.access.user import Role, User
from bot.store import tables
from bot.store.opening import insert_new

_U = tables.users.c
_S = tables.sessions.c
_T = tables.attempts.c


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has logged in."""

    token_hash: str
    user: str
    """`User.key`"""
    began: float
    seen: float
    """When it was last used, within a minute."""
    address: str
    """From where it began."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """What was tried under one name, or from one address."""

    key: str
    failures: int = 0
    last: float = 0.0
    free: float = 0.0
    """When the next try is listened to."""


def add_user(connection: Connection, user: User, password_hash: str, now: float) -> bool:
    """Make an account; False where there is one of that key."""
    row = _row(user) | {"password": password_hash, "made": now}
    return connection.execute(insert_new(connection, tables.users).values(row)).rowcount == 1


def change_user(connection: Connection, user: User) -> bool:
    """All but the password; False where there is no such account."""
    return connection.execute(update(tables.users).where(_U.key == user.key).values(_row(user))).rowcount == 1


def find_user(connection: Connection, key: str) -> User | None:
    """One account."""
    row = connection.execute(select(tables.users).where(_U.key == key)).mappings().first()
    return None if row is None else _user(row)


def list_users(connection: Connection) -> list[User]:
    """All accounts, by key."""
    return [_user(row) for row in connection.execute(select(tables.users).order_by(_U.key)).mappings()]


def lock_users(connection: Connection) -> None:
    """Nobody else changes an account of an admin until the transaction ends."""
    connection.execute(select(_U.key).where(_U.role == Role.ADMIN.value).with_for_update())


def password_hash(connection: Connection, key: str) -> str:
    """Its hash; "" where there is no such account."""
    return connection.scalar(select(_U.password).where(_U.key == key)) or ""


def lock_password_hash(connection: Connection, key: str) -> str:
    """The same; nobody else changes the account until the transaction ends."""
    return connection.scalar(select(_U.password).where(_U.key == key).with_for_update()) or ""


def set_password_hash(connection: Connection, key: str, new: str) -> bool:
    """False where there is no such account."""
    return connection.execute(update(tables.users).where(_U.key == key).values(password=new)).rowcount == 1


def remove_user(connection: Connection, key: str) -> bool:
    """With all sessions; False where there is no such account."""
    end_sessions(connection, key)
    return connection.execute(delete(tables.users).where(_U.key == key)).rowcount == 1


def begin_session(connection: Connection, session: Session) -> None:
    """Write it down."""
    row = {"token": session.token_hash, "user_key": session.user, "began": session.began}
    connection.execute(insert(tables.sessions).values(row | {"seen": session.seen, "address": session.address}))


def find_session(connection: Connection, token_hash: str) -> tuple[Session, User] | None:
    """A session and whose it is."""
    query = select(tables.sessions, tables.users).join(tables.users).where(_S.token == token_hash)
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    session = Session(row[_S.token], row[_S.user_key], row[_S.began], row[_S.seen], row[_S.address])
    return session, _user(row)


def touch_session(connection: Connection, token_hash: str, now: float) -> None:
    """It was used."""
    connection.execute(update(tables.sessions).where(_S.token == token_hash).values(seen=now))


def end_session(connection: Connection, token_hash: str) -> bool:
    """False where it had ended."""
    return connection.execute(delete(tables.sessions).where(_S.token == token_hash)).rowcount == 1


def end_sessions(connection: Connection, user: str) -> int:
    """All of one person; how many."""
    return connection.execute(delete(tables.sessions).where(_S.user_key == user)).rowcount


def drop_sessions(connection: Connection, unused_since: float, begun_before: float) -> int:
    """Those that are over by time; how many."""
    over = (_S.seen < unused_since) | (_S.began < begun_before)
    return connection.execute(delete(tables.sessions).where(over)).rowcount


def lock_attempts(connection: Connection, key: str) -> Attempts:
    """What was tried; nobody else counts until the transaction ends."""
    connection.execute(insert_new(connection, tables.attempts).values(key=key, failures=0, last=0.0, free=0.0))
    row = connection.execute(select(tables.attempts).where(_T.key == key).with_for_update()).mappings().one()
    return Attempts(**row)


def keep_attempts(connection: Connection, tried: Attempts) -> None:
    """Write down what was tried; `lock_attempts` has the row."""
    values = {"failures": tried.failures, "last": tried.last, "free": tried.free}
    connection.execute(update(tables.attempts).where(_T.key == tried.key).values(values))


def drop_attempts(connection: Connection, before: float) -> int:
    """Forget what was tried last before that moment; how many rows."""
    return connection.execute(delete(tables.attempts).where(_T.last < before)).rowcount


def count_admins(connection: Connection) -> int:
    """Those who can log in."""
    query = select(func.count()).where(_U.role == Role.ADMIN.value, _U.enabled.is_(True))
    return int(connection.scalar(query) or 0)


def _row(user: User) -> dict[str, object]:
    return {
        "key": user.key,
        "name": user.name,
        "role": user.role.value,
        "companies": json.dumps(user.companies),
        "voice_calls": user.voice_calls,
        "text_calls": user.text_calls,
        "enabled": user.enabled,
    }


def _user(row: RowMapping) -> User:
    return User(
        row[_U.key],
        row[_U.name],
        Role(row[_U.role]),
        tuple(json.loads(row[_U.companies])),
        row[_U.voice_calls],
        row[_U.text_calls],
        row[_U.enabled],
    )
