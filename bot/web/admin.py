"""The pages of admins: accounts and the audit log, under /admin.

Rule: the rules of accounts are `bot/access/accounts`'; what is refused there is said in Japanese, and what was typed
stays in the form but for the password. To look at the audit log is in the audit log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from bot.access import accounts
from bot.access.accounts import Actor
from bot.access.audit import LABELS, Deed
from bot.access.gate import Gate, Visitor
from bot.access.passwords import LEAST
from bot.access.user import ALL, Flaw, Role, User, UserError, is_key
from bot.operators.casefile import moment
from bot.store import Store
from bot.store.audit import AuditEntry, list_entries
from bot.store.users import list_users
from bot.web.calls import ask, noted
from bot.web.flaws import FLAWS
from bot.web.login import AsAdmin, TurnedAwayError, fields_of, form_of, inner_page
from bot.web.page import PRIVATE
from bot.web.views import Company

PAGE_ENTRIES = 100
ROLES = {
    Role.MEMBER: "会社の利用者（自社の通話を見る）",
    Role.OPERATOR: "オペレーター（担当する会社の電話を受ける）",
    Role.ADMIN: "管理者（すべて）",
}
Who = Annotated[str, Query(max_length=64, description="Only what this person did.")]
OfCall = Annotated[str, Query(max_length=100, description="Only what was done with this call.")]
BeforeRow = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Entries before the one of this id.")]
_DONE = {
    "added": "アカウントを追加しました。",
    "disabled": "アカウントを停止しました。ログイン中の画面も、まもなく使えなくなります。",
    "enabled": "アカウントを再開しました。",
    "password": "パスワードを変更しました。ご本人に、安全な方法でお伝えください。",
}


class AdminPages:
    """The routes."""

    def __init__(self, gate: Gate, companies: Callable[[], Sequence[Company]]) -> None:
        self._gate = gate
        self._companies = companies
        self.router = APIRouter(include_in_schema=False)
        for path, answer in (("/admin/users", self.users), ("/admin/audit", self.audit)):
            self.router.add_api_route(path, answer, methods=["GET"], response_model=None)
        for path, change in (
            ("/admin/users", self.add),
            ("/admin/users/{key}/disable", self.disable),
            ("/admin/users/{key}/enable", self.enable),
            ("/admin/users/{key}/password", self.password),
        ):
            self.router.add_api_route(path, change, methods=["POST"], response_model=None)

    async def users(self, visitor: AsAdmin, done: str = "") -> Response:
        """The list, and the form by which one is added."""
        return await self._users(visitor, done=_DONE.get(done, ""))

    async def add(self, request: Request, visitor: AsAdmin) -> Response:
        """Make an account."""
        typed = await form_of(request)
        chosen = [value for name, value in await fields_of(request) if name == "company"]
        try:
            user = _user(typed, chosen)
            known = [company.key for company in self._companies()]
            await ask(accounts.make, self._gate.store, user, typed.get("password", ""), known, self._actor(visitor))
        except UserError as error:
            return await self._users(visitor, 422, why=FLAWS[error.flaw], typed=typed, chosen=chosen)
        return _go("added")

    async def disable(self, visitor: AsAdmin, key: str) -> Response:
        """Let somebody in no more."""
        return await self._change(visitor, "disabled", accounts.enable, _key(key), False)

    async def enable(self, visitor: AsAdmin, key: str) -> Response:
        """Let somebody in again."""
        return await self._change(visitor, "enabled", accounts.enable, _key(key), True)

    async def password(self, request: Request, visitor: AsAdmin, key: str) -> Response:
        """Set somebody's password."""
        new = (await form_of(request)).get("password", "")
        return await self._change(visitor, "password", accounts.set_password, _key(key), new)

    async def audit(self, visitor: AsAdmin, who: Who = "", call: OfCall = "", before: BeforeRow = None) -> Response:
        """Who did what."""
        await noted(visitor, Deed.AUDIT_SEEN)
        found = await ask(entries, self._gate.store, who, call, before)
        shown = [(each, moment(each.at), LABELS.get(each.what, each.what)) for each in found]
        further = found[-1].id if len(found) == PAGE_ENTRIES else None
        return inner_page("audit.html", visitor, shown=shown, who=who, call=call, before=before, further=further)

    async def _change(self, visitor: Visitor, done: str, change: Callable[..., None], key: str, to: object) -> Response:
        try:
            await ask(change, self._gate.store, key, to, self._actor(visitor))
        except UserError as error:
            if error.flaw is Flaw.NOBODY:
                raise TurnedAwayError(404, FLAWS[error.flaw]) from error
            return await self._users(visitor, 422, why=FLAWS[error.flaw])
        return _go(done)

    async def _users(self, visitor: Visitor, code: int = 200, **values: object) -> Response:
        found = await ask(_listed, self._gate.store)
        more = {"users": found, "companies": self._companies(), "roles": ROLES, "least": LEAST, "all": ALL}
        return inner_page("users.html", visitor, code, **{"typed": {}, "chosen": [], **more, **values})

    def _actor(self, visitor: Visitor) -> Actor:
        return Actor(visitor.user.key, visitor.address, self._gate.now())


def entries(store: Store, who: str, call: str, before: int | None) -> list[AuditEntry]:
    """Of the audit log, the latest first; none for what cannot be a name or a call."""
    if not (who + call).isprintable():
        return []
    with store.read() as connection:
        return list_entries(connection, who, call, before, PAGE_ENTRIES)


def _listed(store: Store) -> list[User]:
    with store.read() as connection:
        return list_users(connection)


def _key(key: str) -> str:
    """Raises UserError for what cannot be one."""
    return key if is_key(key) else ""


def _user(typed: Mapping[str, str], companies: Sequence[str]) -> User:
    """As the form describes it. Raises UserError."""
    key, role = typed.get("key", "").strip().lower(), typed.get("role", "")
    if role not in set(Role):
        raise UserError(Flaw.ROLE)
    name = typed.get("name", "").strip()
    return User(key, name, Role(role), tuple(companies), _calls(typed, "voice_calls"), _calls(typed, "text_calls"))


def _calls(typed: Mapping[str, str], name: str) -> int:
    found = typed.get(name, "")
    if not (found.isascii() and found.isdigit() and len(found) == 1):
        raise UserError(Flaw.CAPACITY)
    return int(found)


def _go(done: str) -> Response:
    return RedirectResponse(f"/admin/users?done={done}", 303, headers=PRIVATE)
