"""The operator's console: its page, and what the page asks besides its socket.

Rule: every route wants an operator who serves the call's company (`bot/web/casework`). Leaves out what an operator may
read (`bot/operators/casefile`), and what they write (`bot/web/console_notes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from bot.access.audit import Deed
from bot.dialogue.hours import local
from bot.operators.casefile import CLIP_FIELDS, Done, Earlier, Line, Transcript
from bot.operators.lookups import Knowledge, Phrases, StaffNow, knowledge, phrases
from bot.operators.notes import Sheet, Thanked
from bot.web.casework import Casework, described, json_of, shown
from bot.web.login import AsOperator, TurnedAwayError, inner_page
from bot.web.pages import part_of
from bot.web.views import ClipSound


@dataclass(frozen=True, slots=True)
class ThanksGiven:
    thanks: tuple[Thanked, ...]


class ConsolePages:
    """The routes of it."""

    def __init__(self, casework: Casework) -> None:
        parts = casework.parts
        self._casework = casework
        self._parts = parts
        self._files = parts.files
        self._notebook = parts.notebook
        self.router = APIRouter()
        self.router.add_api_route("/console", self.console, methods=["GET"], response_model=None)
        at = "/console/calls/{call_id}"
        for path, answer, model in (
            (f"{at}/said", self.said, Transcript),
            (f"{at}/phrases", self.phrases, Phrases),
            (f"{at}/knowledge", self.knowledge, Knowledge),
            (f"{at}/staff", self.staff, StaffNow),
            (f"{at}/earlier", self.earlier, Earlier),
            (f"{at}/after", self.after, Sheet),
            ("/console/done", self.done, Done),
            ("/console/thanks", self.thanks, ThanksGiven),
        ):
            told = described(model)
            self.router.add_api_route(path, answer, methods=["GET"], response_model=None, responses=told)
        clip = {**described(None), 200: {"content": {"audio/wav": {}}}, 206: {"content": {"audio/wav": {}}}}
        self.router.add_api_route(f"{at}/clip/{{field}}", self.clip, response_model=None, responses=clip)

    async def console(self, visitor: AsOperator) -> Response:
        """The page."""
        seen = [
            {"key": script.key, "name": script.spoken.text}
            for script in self._files.scripts.values()
            if visitor.user.sees(script.key)
        ]
        return inner_page("console.html", visitor, companies=seen)

    async def said(self, visitor: AsOperator, call_id: str) -> Response:
        """What was said so far: of a live call as the consoles have it, else as the journal has it."""
        case = await self._casework.case(visitor, call_id, Deed.WORDS_SEEN)
        live = self._parts.switchboard.said(call_id)
        if live is not None:
            return json_of(Transcript(tuple(Line(each.n, each.at, each.who, each.text) for each in live)))
        return json_of(await self._casework.ask(self._files.said, case))

    async def phrases(self, visitor: AsOperator, call_id: str) -> Response:
        """Ready phrases and the company's facts."""
        case = await self._casework.case(visitor, call_id, Deed.CALL_SEEN)
        return json_of(phrases(case.script, local(self._parts.now())))

    async def knowledge(
        self, request: Request, visitor: AsOperator, call_id: str, q: Annotated[str, Query(max_length=1000)] = ""
    ) -> Response:
        """The script's answers, searched."""
        case = await self._casework.case(visitor, call_id, Deed.CALL_SEEN)
        return shown(request, "console_knowledge.html", await self._casework.ask(knowledge, case.script, q))

    async def staff(self, request: Request, visitor: AsOperator, call_id: str) -> Response:
        """Where the company's staff are now."""
        case = await self._casework.case(visitor, call_id, Deed.STAFF_SEEN)
        found = await self._casework.ask(self._files.staff, case, local(self._parts.now()))
        return shown(request, "console_staff.html", found)

    async def earlier(self, request: Request, visitor: AsOperator, call_id: str) -> Response:
        """Earlier calls of the same caller."""
        case = await self._casework.case(visitor, call_id, Deed.EARLIER_SEEN)
        return shown(request, "console_earlier.html", await self._casework.ask(self._files.earlier, case))

    async def after(self, request: Request, visitor: AsOperator, call_id: str) -> Response:
        """What was captured, and all that was added to it."""
        case = await self._casework.case(visitor, call_id, Deed.CALL_SEEN)
        return shown(
            request, "console_after.html", await self._casework.ask(self._notebook.sheet, case, visitor.user.key)
        )

    async def clip(self, request: Request, visitor: AsOperator, call_id: str, field: str) -> Response:
        """The sound of a captured value."""
        content = None
        if field in CLIP_FIELDS:
            case = await self._casework.case(visitor, call_id, Deed.CLIP_PLAYED, field)
            content = await self._casework.ask(self._files.clip, case, field)
        if content is None:
            raise TurnedAwayError(404, "この項目の録音はありません。")
        return part_of(ClipSound(content, "audio/wav", ""), request.headers.get("range", ""))

    async def done(self, request: Request, visitor: AsOperator) -> Response:
        """Calls of the last day."""
        companies = None if visitor.user.sees_all else visitor.user.companies
        await self._casework.audit(visitor, Deed.CALLS_LISTED)
        return shown(
            request, "console_done.html", await self._casework.ask(self._files.done, companies, self._parts.now())
        )

    async def thanks(self, request: Request, visitor: AsOperator) -> Response:
        """What colleagues thanked me for."""
        given = ThanksGiven(await self._casework.ask(self._notebook.thanks, visitor.user.key))
        return shown(request, "console_thanks.html", given)
