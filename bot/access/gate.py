"""The gate: lets people in by name and password, knows them again by their session, and lets them out.

Rule: what a browser holds is a random token; the store has its hash. A session ends by itself when it is not used or
too old, and at once when its owner logs out, gets another password, is disabled or removed; whoever keeps a socket open
asks again and again (`Visitor.until_over`). Left out: cookies and pages (`bot/web/login`).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from itsdangerous import BadData, URLSafeSerializer

from bot.access.accounts import Actor, set_password
from bot.access.audit import Deed, audit
from bot.access.passwords import fits, hashed, outdated
from bot.access.throttle import Tried, begin, succeeded, tried
from bot.access.user import User, is_key
from bot.clock import Now
from bot.store import Store
from bot.store.audit import AuditEntry, add_entry
from bot.store.users import (
    Session,
    begin_session,
    drop_sessions,
    end_session,
    find_session,
    find_user,
    lock_password_hash,
    password_hash,
    set_password_hash,
    touch_session,
)

IDLE_SECONDS = 4 * 3600.0
"""A session that is not used for so long is over: a lunch break and a meeting, not a night."""
LONGEST_SECONDS = 16 * 3600.0
"""However much it is used: a long day's work, so that no shift ends in the middle of a call."""
TOUCH_SECONDS = 60.0
"""How exactly is written down when a session was last used."""
HASHING_AT_ONCE = 2
"""Each takes 64 MiB and a core."""
ASK_SECONDS = 5.0
"""How often an open socket asks whether its session still holds."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has logged in, as one request or socket knows them."""

    user: User
    address: str
    """From where: an IP address."""
    csrf: str
    """What comes with each request that changes something: header X-CSRF-Token, or the form's field csrf."""
    session: str
    """Hash of its token."""
    gate: Gate = field(repr=False, compare=False)

    async def still_valid(self) -> bool:
        """Does the session hold, and is its owner who they were? Counts as use."""
        now = await self.gate.by_session(self.session)
        return now == self.user

    async def until_over(self, every_seconds: float = ASK_SECONDS) -> None:
        """Returns when the session is over. For sockets: run it beside the conversation."""
        while await self.still_valid():
            await asyncio.sleep(every_seconds)

    async def audit(self, what: Deed, call_id: str = "", detail: str = "") -> None:
        """Write down what this person does. `detail`: short, nothing of a caller's words."""
        await self.gate.audit(self.user.key, self.address, what, call_id, detail)


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody's try to come in."""

    key: str
    password: str = field(repr=False)
    address: str
    device: str = field(default="", repr=False)
    """What this browser was told when they came in before; "" = it never did."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """The password fits."""

    token: str = field(repr=False)
    device: str = field(repr=False)
    """For the next time."""
    user: User


@dataclass(frozen=True, slots=True)
class Wait:
    """Too much was tried; nothing was looked at."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Wrong:
    """Name or password is wrong, or the account is disabled: which of them is told to nobody."""


def hash_of(token: str) -> str:
    """Under which a session is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def csrf_of(token: str) -> str:
    """What its pages send back: told by the token alone, and telling nothing of it."""
    return hmac.new(token.encode("utf-8", "surrogatepass"), b"csrf", hashlib.sha256).hexdigest()


class Gate:
    """Of one server. All of it may be called from the loop: the store is asked in threads."""

    def __init__(self, store: Store, now: Now, secret: str) -> None:
        """`secret`: `Settings.secret`."""
        self.store = store
        self.now = now
        self._devices = URLSafeSerializer(secret, "device", signer_kwargs={"digest_method": hashlib.sha256})
        self._hashing = asyncio.Semaphore(HASHING_AT_ONCE)

    async def visitor(self, token: str, address: str) -> Visitor | None:
        """Whose session it is; None where it is nobody's any more."""
        if not token:
            return None
        user = await self.by_session(hash_of(token))
        return Visitor(user, address, csrf_of(token), hash_of(token), self) if user else None

    async def by_session(self, token_hash: str) -> User | None:
        """Whose it is; counts as use."""
        return await asyncio.to_thread(self._by_session, token_hash)

    def _by_session(self, token_hash: str) -> User | None:
        now = self.now()
        with self.store.read() as connection:
            found = find_session(connection, token_hash)
        if found is None:
            return None
        session, user = found
        over = now - session.seen > IDLE_SECONDS or now - session.began > LONGEST_SECONDS
        if over or not user.enabled:
            return None
        if now - session.seen > TOUCH_SECONDS:
            with self.store.write() as connection:
                touch_session(connection, token_hash, now)
        return user

    async def sign_in(self, knock: Knock) -> Admitted | Wait | Wrong:
        """Begin a session where name and password fit."""
        counted = tried(knock.key, knock.address, self._known(knock))
        wait = await asyncio.to_thread(self._begin, counted)
        if wait > 0:
            return Wait(wait)
        async with self._hashing:
            return await asyncio.to_thread(self._sign_in, knock, counted)

    async def change_password(self, visitor: Visitor, old: str, new: str) -> Admitted | Wait | Wrong:
        """One's own; all sessions end, and a fresh one begins. Raises UserError where the new one is too weak."""
        key, address = visitor.user.key, visitor.address
        counted = tried(key, address, f"session:{visitor.session}")
        wait = await asyncio.to_thread(self._begin, counted)
        if wait > 0:
            return Wait(wait)
        async with self._hashing:
            if not await asyncio.to_thread(self._fits, key, old):
                return Wrong()
            actor = Actor(key, address, self.now())
            await asyncio.to_thread(set_password, self.store, key, new, actor)
            return await asyncio.to_thread(self._sign_in, Knock(key, new, address), counted)

    def _known(self, knock: Knock) -> str:
        """The browser's mark, where it is this person's."""
        try:
            key, mark = self._devices.loads(knock.device)
        except (BadData, TypeError, ValueError):
            return ""
        return f"{key}:{mark}" if key == knock.key and isinstance(mark, str) else ""

    def _begin(self, counted: Tried) -> float:
        with self.store.write() as connection:
            return begin(connection, counted, self.now())

    def _fits(self, key: str, password: str) -> bool:
        with self.store.read() as connection:
            kept = password_hash(connection, key)
        return fits(password, kept)

    def _sign_in(self, knock: Knock, counted: Tried) -> Admitted | Wrong:
        key = knock.key if is_key(knock.key) else ""
        with self.store.read() as connection:
            kept = password_hash(connection, key)
        right = fits(knock.password, kept)
        fresh = hashed(knock.password) if right and outdated(kept) else ""
        token, now = secrets.token_urlsafe(32), self.now()
        with self.store.write() as connection:
            # the account as it is now: it may have been changed while the password was looked at
            same = lock_password_hash(connection, key) == kept
            user = find_user(connection, key)
            if user is None or not (user.enabled and right and same):
                # a name that nobody bears may be a password in the wrong field: it is not written down
                told = user.key if user else ""
                add_entry(connection, AuditEntry(now, "", knock.address, Deed.NOT_LET_IN.value, "", told))
                return Wrong()
            succeeded(connection, counted, now)
            if fresh:
                set_password_hash(connection, user.key, fresh)
            drop_sessions(connection, now - IDLE_SECONDS, now - LONGEST_SECONDS)
            begin_session(connection, Session(hash_of(token), user.key, now, now, knock.address))
            add_entry(connection, AuditEntry(now, user.key, knock.address, Deed.LOGGED_IN.value))
        device = self._devices.dumps([user.key, secrets.token_urlsafe(12)])
        return Admitted(token, device if isinstance(device, str) else device.decode("ascii"), user)

    async def let_out(self, visitor: Visitor) -> None:
        """End this one session."""

        def end() -> None:
            with self.store.write() as connection:
                end_session(connection, visitor.session)

        await asyncio.to_thread(end)
        await visitor.audit(Deed.LOGGED_OUT)

    async def audit(self, who: str, address: str, what: Deed, call_id: str = "", detail: str = "") -> None:
        """Write down what somebody did; `who` "" = nobody who has logged in."""
        entry = AuditEntry(self.now(), who, address, what.value, call_id, detail[:500])
        await asyncio.to_thread(audit, self.store, entry)
