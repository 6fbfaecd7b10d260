"""What programs of those who have an account may ask and do: accounts and the audit log as JSON, and the description of
all of it (OpenAPI) for admins. The calls' part is in `bot/web/calls`.

Rule: the same sessions, roles and rules as the pages; what changes something brings the token of /api/me in the header
X-CSRF-Token.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ConfigDict, Field

from bot.access import accounts
from bot.access.accounts import Actor
from bot.access.audit import Deed
from bot.access.gate import Gate, Visitor
from bot.access.user import Flaw, Role, User, UserError, is_key
from bot.store import Store
from bot.store.audit import AuditEntry
from bot.store.users import find_user, list_users
from bot.web.admin import BeforeRow, OfCall, Who, entries
from bot.web.calls import ask, noted
from bot.web.flaws import FLAWS
from bot.web.login import AsAdmin, AsMember, TurnedAwayError
from bot.web.page import PRIVATE
from bot.web.views import Company

Key = Annotated[str, Path(max_length=64, description="Login name.")]


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to be made."""

    key: Annotated[str, Field(max_length=64, description="Login name: a-z 0-9 . _ @ + -")]
    name: Annotated[str, Field(max_length=60, description="As colleagues and companies read it.")]
    role: Role
    password: Annotated[str, Field(max_length=256)]
    companies: Annotated[tuple[str, ...], Field(max_length=1000)] = ()
    voice_calls: Annotated[int, Field(ge=0, le=9)] = 1
    text_calls: Annotated[int, Field(ge=0, le=9)] = 3

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class UserState:
    """Whether somebody may log in."""

    enabled: bool

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Me:
    """Who asks."""

    key: str
    name: str
    role: Role
    companies: tuple[str, ...]
    csrf: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request was not answered."""

    error: str
    """Japanese."""


PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "not logged in"},
    403: {"model": Problem, "description": "not allowed"},
    404: {"model": Problem, "description": "there is none"},
    409: {"model": Problem, "description": "it cannot be so"},
    413: {"model": Problem, "description": "too long"},
    503: {"model": Problem, "description": "the store cannot be used"},
}


class Api:
    """The routes."""

    def __init__(self, gate: Gate, companies: Callable[[], Sequence[Company]]) -> None:
        self._gate = gate
        self._companies = companies
        self.router = APIRouter(prefix="/api", responses=PROBLEMS)
        self.router.add_api_route("/me", self.me, methods=["GET"])
        self.router.add_api_route("/users", self.users, methods=["GET"])
        self.router.add_api_route("/users", self.add, methods=["POST"], status_code=201)
        self.router.add_api_route("/users/{key}", self.change, methods=["PATCH"])
        self.router.add_api_route("/audit", self.audit, methods=["GET"])
        self.router.add_api_route(
            "/openapi.json", self.description, methods=["GET"], include_in_schema=False, response_model=None
        )

    async def me(self, response: Response, visitor: AsMember) -> Me:
        """Who you are, and what to send with changes."""
        response.headers.update(PRIVATE)
        user = visitor.user
        return Me(user.key, user.name, user.role, user.companies, visitor.csrf)

    async def users(self, response: Response, visitor: AsAdmin) -> list[User]:
        """All accounts."""
        response.headers.update(PRIVATE)
        found: list[User] = await ask(_listed, self._gate.store)
        return found

    async def add(self, response: Response, visitor: AsAdmin, new: NewUser) -> User:
        """Make an account."""
        response.headers.update(PRIVATE)
        user = User(new.key, new.name, new.role, new.companies, new.voice_calls, new.text_calls)
        known = [company.key for company in self._companies()]
        await self._do(accounts.make, self._gate.store, user, new.password, known, self._actor(visitor))
        return user

    async def change(self, response: Response, visitor: AsAdmin, key: Key, state: UserState) -> User:
        """Let somebody in, or no more."""
        response.headers.update(PRIVATE)
        if not is_key(key):
            raise TurnedAwayError(404, FLAWS[Flaw.NOBODY])
        await self._do(accounts.enable, self._gate.store, key, state.enabled, self._actor(visitor))
        user: User | None = await ask(_found, self._gate.store, key)
        if user is None:
            raise TurnedAwayError(404, FLAWS[Flaw.NOBODY])
        return user

    async def audit(
        self, response: Response, visitor: AsAdmin, who: Who = "", call: OfCall = "", before: BeforeRow = None
    ) -> list[AuditEntry]:
        """Who did what, the latest first."""
        response.headers.update(PRIVATE)
        await noted(visitor, Deed.AUDIT_SEEN)
        found: list[AuditEntry] = await ask(entries, self._gate.store, who, call, before)
        return found

    async def description(self, request: Request, visitor: AsAdmin) -> Response:
        """All of this, as OpenAPI has it."""
        return JSONResponse(request.app.openapi(), headers=PRIVATE)

    async def _do(self, change: Callable[..., None], *about: object) -> None:
        try:
            await ask(change, *about)
        except UserError as error:
            raise TurnedAwayError(404 if error.flaw is Flaw.NOBODY else 409, FLAWS[error.flaw]) from error

    def _actor(self, visitor: Visitor) -> Actor:
        return Actor(visitor.user.key, visitor.address, self._gate.now())


def _listed(store: Store) -> list[User]:
    with store.read() as connection:
        return list_users(connection)


def _found(store: Store, key: str) -> User | None:
    with store.read() as connection:
        return find_user(connection, key)
