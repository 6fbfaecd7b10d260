"""The pages people see, and the little API behind them.

Rule: a page works without anything from outside this server; what is private (a call's words, a clip) is answered only
to a signature or, for words, to this machine itself: to a program on it, not to somebody who has logged in and may not
see every company's calls. What those may see is in `bot/web/calls`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.access.audit import Deed
from bot.lines.state import LineState
from bot.settings import Settings
from bot.web.live import LiveCalls
from bot.web.login import TurnedAwayError, audit, inner_page, visitor_of
from bot.web.page import PRIVATE, page
from bot.web.tickets import Tickets, bearer, is_local
from bot.web.views import ClipSound, Views

LINES_PATH, LINES_TICKET = "/api/lines", "lines"
STATES = {"starting": "準備中", "ready": "受けられます", "failed": "受けられません", "draining": "停止中"}


def line_states(request: Request) -> Sequence[LineState]:
    """Of the lines that were opened beside this application, if any were."""
    states: Callable[[], Sequence[LineState]] = getattr(request.app.state, "lines", tuple)
    return states()


class Pages:
    """The routes of pages."""

    def __init__(self, settings: Settings, views: Views, calls: LiveCalls, tickets: Tickets) -> None:
        self._settings = settings
        self._views = views
        self._calls = calls
        self._tickets = tickets
        self.router = APIRouter()
        for path, answer in (
            ("/", self.status),
            ("/healthz", self.health),
            ("/phone", self.phone),
            ("/api/companies", self.companies),
            (LINES_PATH, self.lines),
            ("/api/calls/{line_call_id}/said", self.said),
            ("/api/calls/{line_call_id}/report", self.report),
            ("/clips/{token}", self.clip),
            ("/clips/{token}/sound", self.sound),
        ):
            described = path.startswith("/api/")
            self.router.add_api_route(path, answer, methods=["GET"], response_model=None, include_in_schema=described)

    async def status(self, request: Request) -> Response:
        """For who has logged in, and for this machine, from which the first account is made."""
        visitor = await visitor_of(request)
        companies, lines = self._views.companies(), [(line, STATES[line.state]) for line in line_states(request)]
        if visitor is not None:
            return inner_page("status.html", visitor, companies=companies, calls=self._calls, lines=lines)
        if not self._is_ours(request):
            raise TurnedAwayError(401, "ログインしてください。")
        return page("status.html", companies=companies, calls=self._calls, lines=lines)

    async def lines(self, request: Request) -> Response:
        """How the telephone lines stand: for this machine, and for whoever shows that he holds the server's secret."""
        if not self._is_ours(request) and not self._tickets.fits(bearer(request), LINES_TICKET):
            return JSONResponse({"error": "the ticket does not fit this server"}, 403)
        status = "stopping" if self._calls.stopping else "ok"
        told = [asdict(line) for line in line_states(request)]
        return JSONResponse(
            {"status": status, "calls": len(self._calls), "most": self._calls.most, "lines": told}, headers=PRIVATE
        )

    async def health(self) -> Response:
        """For whatever watches the server: 503 while it stops, so that it gets no new calls."""
        state = "stopping" if self._calls.stopping else "ok"
        code = 503 if self._calls.stopping else 200
        return JSONResponse({"status": state, "calls": len(self._calls)}, code, headers=PRIVATE)

    async def phone(self) -> Response:
        return page("phone.html")

    async def companies(self) -> Response:
        return JSONResponse([{"key": company.key, "name": company.name} for company in self._views.companies()])

    async def said(self, request: Request, line_call_id: str, after: int = -1) -> Response:
        """What was said in a call after number `after`, as [{n, at, who, text}]."""
        if not self._tickets.fits(bearer(request), line_call_id) and not await self._sees_all(request):
            return JSONResponse({"error": "the ticket does not fit this call"}, 403)
        words = await self._views.said(line_call_id, after)
        return JSONResponse(
            [{"n": word.n, "at": word.at, "who": word.who, "text": word.text} for word in words], headers=PRIVATE
        )

    async def report(self, request: Request, line_call_id: str) -> Response:
        """What came of a call, as its report has it, for this machine only; 404 while the call goes on."""
        if not await self._sees_all(request):
            return JSONResponse({"error": "reports are shown to the server's own machine only"}, 403)
        account = await self._views.report(line_call_id)
        if account is None:
            return JSONResponse({"error": "there is no report of this call yet"}, 404, headers=PRIVATE)
        await audit(request, Deed.CALL_SEEN, account.call_id, "report")
        return JSONResponse(asdict(account), headers=PRIVATE)

    def _is_ours(self, request: Request) -> bool:
        # Behind a proxy everybody may look local.
        passed_on = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))
        return is_local(request) and not self._settings.public_origin and not passed_on

    async def _sees_all(self, request: Request) -> bool:
        """A program on this machine, or somebody who sees every company's calls?"""
        visitor = await visitor_of(request)
        return visitor.user.sees_all if visitor else self._is_ours(request)

    async def clip(self, token: str) -> Response:
        clip = await self._views.clip(token)
        if clip is None:
            return page("gone.html", 404)
        return page("clip.html", title=clip.title, token=token)

    async def sound(self, request: Request, token: str) -> Response:
        clip = await self._views.clip(token)
        if clip is None:
            return Response("no such clip", 404, media_type="text/plain")
        wanted = request.headers.get("range", "")
        if clip.call_id and wanted in ("", "bytes=0-"):  # players ask for one clip in many parts: it is one look
            await audit(request, Deed.CLIP_PLAYED, clip.call_id, f"link: {clip.title}")
        return part_of(clip, wanted)


def part_of(clip: ClipSound, wanted: str) -> Response:
    """The clip or the one range asked for (RFC 9110, 14.2): some players do not play without ranges."""
    size = len(clip.content)
    headers = {**PRIVATE, "Accept-Ranges": "bytes"}
    asked = re.fullmatch(r"bytes=([0-9]{0,12})-([0-9]{0,12})", wanted)
    if asked is None or asked[0] == "bytes=-":
        return Response(clip.content, 200, headers, clip.media_type)
    first, last = asked[1], asked[2]
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        return Response(b"", 416, {**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return Response(clip.content[start : end + 1], 206, headers, clip.media_type)
