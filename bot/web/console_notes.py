"""What operators write at their console: notes, corrections, the reason, a missing answer, thanks, and that the company
be told now.

Rule: what is sent is checked here for its shape and in `bot/operators/notes` for its sense; who may, is `Casework`'s.
A form is taken (application/x-www-form-urlencoded) or JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import DBAPIError

from bot.access.audit import Deed
from bot.access.gate import Visitor
from bot.operators.casefile import Case
from bot.operators.notes import Author, NoteError, Sheet
from bot.web.casework import NO_STORE, Casework, described, refused, shown
from bot.web.login import FORM_BYTES, AsOperator, TurnedAwayError, form_of


@dataclass(frozen=True, slots=True)
class Saved:
    """Something was kept."""

    said: str
    after: Sheet


@dataclass(frozen=True, slots=True)
class NoteSaid:
    text: str


@dataclass(frozen=True, slots=True)
class CorrectionSaid:
    field: str
    """Of `bot.operators.amended.LABELS`."""
    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ReasonSaid:
    reason: str
    """A `nlu.meaning.Reason`."""


@dataclass(frozen=True, slots=True)
class QuestionSaid:
    question: str


@dataclass(frozen=True, slots=True)
class ThanksSaid:
    to: str
    """Key of the colleague."""
    words: str = ""


Write = Callable[[Case, Author, Any], str]
"""Keeps what an operator wrote of a call; what to tell the operator. Blocking; raises NoteError."""


class ConsoleNotes:
    """The routes of it."""

    def __init__(self, casework: Casework) -> None:
        self._casework = casework
        self._notebook = casework.parts.notebook
        self.router = APIRouter()
        at = "/console/calls/{call_id}"
        for path, answer, said in (
            (f"{at}/note", self.note, NoteSaid),
            (f"{at}/corrections", self.correct, CorrectionSaid),
            (f"{at}/reason", self.reason, ReasonSaid),
            (f"{at}/unknown", self.unknown, QuestionSaid),
            (f"{at}/thanks", self.thank, ThanksSaid),
        ):
            form = {"schema": TypeAdapter(said).json_schema()}
            body = {"content": {"application/json": form, "application/x-www-form-urlencoded": form}}
            more: dict[str, Any] = {"responses": described(Saved), "openapi_extra": {"requestBody": body}}
            self.router.add_api_route(path, answer, methods=["POST"], response_model=None, **more)
        path, told = f"{at}/report", described(Saved)
        self.router.add_api_route(path, self.tell, methods=["POST"], response_model=None, responses=told)

    async def note(self, request: Request, visitor: AsOperator, call_id: str) -> Response:
        """Add a note, which the report will hold."""

        def write(case: Case, by: Author, said: NoteSaid) -> str:
            self._notebook.note(case, by, said.text)
            return "メモを残しました。"

        return await self._write(request, visitor, (call_id, Deed.NOTE_ADDED), NoteSaid, write)

    async def correct(self, request: Request, visitor: AsOperator, call_id: str) -> Response:
        """Put a captured value right; what was heard stays beside it."""

        def write(case: Case, by: Author, said: CorrectionSaid) -> str:
            self._notebook.correct(case, by, said.field, said.text, said.why)
            return "訂正を残しました。"

        return await self._write(request, visitor, (call_id, Deed.FIELD_CORRECTED), CorrectionSaid, write)

    async def reason(self, request: Request, visitor: AsOperator, call_id: str) -> Response:
        """Put right why they called."""

        def write(case: Case, by: Author, said: ReasonSaid) -> str:
            self._notebook.correct(case, by, "reason", said.reason)
            return "用件の種類を直しました。"

        return await self._write(request, visitor, (call_id, Deed.FIELD_CORRECTED), ReasonSaid, write)

    async def unknown(self, request: Request, visitor: AsOperator, call_id: str) -> Response:
        """The receptionist should have known this: onto the company's list."""

        def write(case: Case, by: Author, said: QuestionSaid) -> str:
            self._notebook.ask(case, said.question)
            return "会社の「答えられなかった質問」に加えました。"

        return await self._write(request, visitor, (call_id, Deed.QUESTION_ADDED), QuestionSaid, write)

    async def thank(self, request: Request, visitor: AsOperator, call_id: str) -> Response:
        """Thank a colleague."""

        def write(case: Case, by: Author, said: ThanksSaid) -> str:
            return f"{self._notebook.thank(case, by, said.to, said.words)}さんにお礼を伝えました。"

        return await self._write(request, visitor, (call_id, Deed.THANKED), ThanksSaid, write)

    async def tell(self, request: Request, visitor: AsOperator, call_id: str) -> Response:
        """Tell the company now what was added to the call's report."""
        case = await self._casework.case(visitor, call_id, Deed.REPORT_TOLD)
        try:
            told = await self._casework.parts.amendments.tell_now(call_id)
        except DBAPIError as error:
            raise TurnedAwayError(503, NO_STORE) from error
        words = (
            "報告を送ります。"
            if told
            else "報告は、通話が終わると送られます。"
            if case.live
            else "送るものはありません。"
        )
        return await self._saved(request, visitor, case, words)

    async def _write(
        self, request: Request, visitor: Visitor, about: tuple[str, Deed], kind: type[Any], write: Write
    ) -> Response:
        said = await _body(request, kind)
        case = await self._casework.case(visitor, *about)
        try:
            words = await self._casework.ask(write, case, Author(visitor.user.key, visitor.user.name), said)
        except NoteError as error:
            return refused(request, str(error))
        return await self._saved(request, visitor, case, words)

    async def _saved(self, request: Request, visitor: Visitor, case: Case, words: str) -> Response:
        sheet = await self._casework.ask(self._notebook.sheet, case, visitor.user.key)
        return shown(request, "console_saved.html", Saved(words, sheet))


async def _body(request: Request, kind: type[Any]) -> Any:
    """What was sent, as a form or as JSON. Raises TurnedAwayError."""
    try:
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return TypeAdapter(kind).validate_python(await form_of(request))
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > FORM_BYTES:
                raise TurnedAwayError(413, "送られた内容が長すぎます。")
        return TypeAdapter(kind).validate_json(body)
    except ValidationError as error:
        raise TurnedAwayError(422, "送られた内容を読み取れませんでした。画面を開き直してください。") from error
