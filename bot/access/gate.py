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

from bot.access.audit import Deed, audit
from bot.access.user import Role, User
from bot.clock import Now
from bot.store import Store
from bot.store.audit import AuditEntry
from bot.store.users import Session, begin_session, end_session, find_session, touch_session

IDLE_SECONDS = 4 * 3600.0
"""A session that is not used for so long is over: a lunch break and a meeting, not a night."""
LONGEST_SECONDS = 16 * 3600.0
"""However much it is used: a long day's work, so that no shift ends in the middle of a call."""
TOUCH_SECONDS = 60.0
"""How exactly is written down when a session was last used."""
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


def hash_of(token: str) -> str:
    """Under which a session is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def csrf_of(token: str) -> str:
    """What its pages send back: told by the token alone, and telling nothing of it."""
    return hmac.new(token.encode("utf-8", "surrogatepass"), b"csrf", hashlib.sha256).hexdigest()


class Gate:
    """Of one server. All of it may be called from the loop: the store is asked in threads."""

    def __init__(self, store: Store, now: Now) -> None:
        self.store = store
        self._now = now

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
        now = self._now()
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

    def let_in(self, user: User, address: str) -> str:
        """Begin a session; its token. Blocking."""
        token, now = secrets.token_urlsafe(32), self._now()
        with self.store.write() as connection:
            begin_session(connection, Session(hash_of(token), user.key, now, now, address))
        return token

    async def let_out(self, visitor: Visitor) -> None:
        """End this one session."""

        def end() -> None:
            with self.store.write() as connection:
                end_session(connection, visitor.session)

        await asyncio.to_thread(end)
        await visitor.audit(Deed.LOGGED_OUT)

    async def audit(self, who: str, address: str, what: Deed, call_id: str = "", detail: str = "") -> None:
        """Write down what somebody did; `who` "" = nobody who has logged in."""
        entry = AuditEntry(self._now(), who, address, what.value, call_id, detail[:500])
        await asyncio.to_thread(audit, self.store, entry)


__all__ = ["Gate", "Role", "User", "Visitor", "csrf_of", "hash_of"]
