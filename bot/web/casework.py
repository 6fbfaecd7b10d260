"""What every route of the operator's console does: open the call that it is about, ask the store, answer as asked.

Rule: a call of a company that the operator does not serve is answered like one that is not there; a look or a change is
in the audit log before it is answered; a store that refuses is said to do so. A fragment is given where htmx asks
(HX-Request), else the same as JSON.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic_core import to_jsonable_python
from sqlalchemy.exc import DBAPIError

from bot.access.audit import Deed
from bot.access.gate import Visitor
from bot.clock import Now
from bot.operators.amend import Amendments
from bot.operators.casefile import Case, CaseFiles
from bot.operators.notes import Notebook
from bot.operators.switchboard import Switchboard
from bot.web.login import TurnedAwayError
from bot.web.page import PRIVATE, page

NO_STORE = "ただいま記録を読み書きできません。少し間をおいて、もう一度お試しください。"
_CALL = re.compile(r"[\w-]{1,64}", re.ASCII)
_NO_CALL = "その通話は見つかりません。"


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What the console is made of."""

    switchboard: Switchboard
    files: CaseFiles
    notebook: Notebook
    amendments: Amendments
    now: Now


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request was not answered."""

    error: str
    """Japanese."""


class Casework:
    """Of one server."""

    def __init__(self, parts: ConsoleParts) -> None:
        self.parts = parts

    async def case(self, visitor: Visitor, call_id: str, deed: Deed, detail: str = "") -> Case:
        """The call, where this operator may see it; that they looked is written down. Raises TurnedAwayError."""
        case: Case | None = await self.ask(self.parts.files.open, call_id) if _CALL.fullmatch(call_id) else None
        if case is None or not visitor.user.sees(case.call.company):
            raise TurnedAwayError(404, _NO_CALL)
        await self.audit(visitor, deed, call_id, detail)
        return case

    async def audit(self, visitor: Visitor, deed: Deed, call_id: str = "", detail: str = "") -> None:
        """Raises TurnedAwayError where it cannot be written down: then nobody looks."""
        try:
            await visitor.audit(deed, call_id, detail[:64])
        except DBAPIError as error:
            raise TurnedAwayError(503, NO_STORE) from error

    async def ask(self, question: Callable[..., Any], *about: Any) -> Any:
        """In a thread. Raises TurnedAwayError where the store refuses."""
        try:
            return await asyncio.to_thread(question, *about)
        except DBAPIError as error:
            raise TurnedAwayError(503, NO_STORE) from error


def described(model: type[Any] | None) -> dict[int | str, dict[str, Any]]:
    """The answers of a route, for those who read its description."""
    codes = {401: "not logged in", 403: "not allowed", 404: "no such call", 422: "not understood"}
    told: dict[int | str, dict[str, Any]] = {
        code: {"model": Problem, "description": why} for code, why in (*codes.items(), (413, "too long"))
    }
    told[503] = {"model": Problem, "description": "the store cannot be used"}
    return told if model is None else {**told, 200: {"model": model}}


def json_of(view: object) -> Response:
    """As JSON."""
    return JSONResponse(to_jsonable_python(view), headers=PRIVATE)


def shown(request: Request, template: str, view: Any) -> Response:
    """As a fragment of the page, or as JSON."""
    if "hx-request" not in request.headers:
        return json_of(view)
    return page(template, **{each.name: getattr(view, each.name) for each in fields(view)})


def refused(request: Request, why: str) -> Response:
    """What was written cannot be kept."""
    if "hx-request" in request.headers:
        return page("console_refused.html", 422, error=why)
    return JSONResponse({"error": why}, 422, PRIVATE)
