"""The calls that somebody may see: /calls, one call with its report, words and clips, and the same as JSON under /api.

Rule: a call of a company whose calls the asker does not see is answered like one that is not there; each look is in the
audit log before it is answered, and where it cannot be written down nobody looks.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError

from bot.access.audit import Deed
from bot.access.gate import Visitor
from bot.access.records import PAGE_CALLS, CallList, CallSheet, Records
from bot.operators.casefile import Case
from bot.web.login import AsMember, TurnedAwayError, inner_page
from bot.web.page import PRIVATE
from bot.web.pages import part_of
from bot.web.views import ClipSound

LAST = 1e11
"""Seconds since the epoch, beyond all calls."""
Before = Annotated[float, Query(ge=0, le=LAST, allow_inf_nan=False, description="Calls that began before then.")]
Company = Annotated[str, Query(max_length=100, description="Only those of this company, by its key.")]
_CALL = re.compile(r"[\w.-]{1,100}", re.ASCII)
_NO_CALL = "その通話は見つかりません。"
_NO_STORE = "ただいま記録を読み書きできません。少し間をおいて、もう一度お試しください。"


class CallPages:
    """The routes."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.router = APIRouter()
        for path, answer in (("/calls", self.list), ("/calls/{call_id}", self.sheet)):
            self.router.add_api_route(path, answer, methods=["GET"], response_model=None, include_in_schema=False)
        clip = "/calls/{call_id}/clips/{name}"
        self.router.add_api_route(clip, self.clip, methods=["GET"], response_model=None, include_in_schema=False)
        self.router.add_api_route("/api/calls", self.listed, methods=["GET"], name="calls")
        self.router.add_api_route("/api/calls/{call_id}", self.whole, methods=["GET"], name="call")

    async def list(self, visitor: AsMember, company: Company = "", before: Before = LAST) -> Response:
        """The page of the list."""
        found = await self._list(visitor, company, before, PAGE_CALLS)
        names = {each.key: each.spoken.text for each in self._records.files.scripts.values()}
        seen = {key: name for key, name in names.items() if visitor.user.sees(key)}
        first = before == LAST
        return inner_page("calls.html", visitor, found=found, companies=seen, company=company, first=first)

    async def sheet(self, visitor: AsMember, call_id: str) -> Response:
        """The page of a call."""
        case = await self._case(visitor, call_id, Deed.CALL_SEEN)
        return inner_page("call.html", visitor, sheet=await ask(self._records.sheet, case))

    async def clip(self, request: Request, visitor: AsMember, call_id: str, name: str) -> Response:
        """A piece of its sound."""
        wanted = request.headers.get("range", "")
        # a player asks for one clip in many parts: it is one look
        deed = Deed.CLIP_PLAYED if wanted in ("", "bytes=0-") else None
        case = await self._case(visitor, call_id, deed, name)
        content = await ask(self._records.clip, case, name) if _CALL.fullmatch(name) else None
        if content is None:
            raise TurnedAwayError(404, "その録音は見つかりません。")
        return part_of(ClipSound(content, "audio/wav", ""), wanted)

    async def listed(
        self,
        response: Response,
        visitor: AsMember,
        company: Company = "",
        before: Before = LAST,
        limit: Annotated[int, Query(ge=1, le=200)] = PAGE_CALLS,
    ) -> CallList:
        """The calls that you may see, the latest first."""
        response.headers.update(PRIVATE)
        return await self._list(visitor, company, before, limit)

    async def whole(self, response: Response, visitor: AsMember, call_id: str) -> CallSheet:
        """One call: its report, what was said, what sound was kept."""
        response.headers.update(PRIVATE)
        case = await self._case(visitor, call_id, Deed.CALL_SEEN)
        sheet: CallSheet = await ask(self._records.sheet, case)
        return sheet

    async def _list(self, visitor: Visitor, company: str, before: float, limit: int) -> CallList:
        companies: Collection[str] | None = None if visitor.user.sees_all else visitor.user.companies
        if company:
            companies = [company] if visitor.user.sees(company) and _CALL.fullmatch(company) else []
        await noted(visitor, Deed.CALLS_LISTED, "", company if companies else "")
        found: CallList = await ask(self._records.list, companies, before, limit)
        return found

    async def _case(self, visitor: Visitor, call_id: str, deed: Deed | None, detail: str = "") -> Case:
        case: Case | None = await ask(self._records.files.open, call_id) if _CALL.fullmatch(call_id) else None
        if case is None or not visitor.user.sees(case.call.company):
            raise TurnedAwayError(404, _NO_CALL)
        if deed is not None:
            await noted(visitor, deed, call_id, detail)
        return case


async def noted(visitor: Visitor, deed: Deed, call_id: str = "", detail: str = "") -> None:
    """It is in the audit log. Raises TurnedAwayError where it cannot be written down."""
    try:
        await visitor.audit(deed, call_id, detail[:64] if detail.isprintable() else "")
    except DBAPIError as error:
        raise TurnedAwayError(503, _NO_STORE) from error


async def ask(question: Callable[..., Any], *about: Any) -> Any:
    """The store, in a thread. Raises TurnedAwayError where it refuses."""
    try:
        return await asyncio.to_thread(question, *about)
    except DBAPIError as error:
        raise TurnedAwayError(503, _NO_STORE) from error
