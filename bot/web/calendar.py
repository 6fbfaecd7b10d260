"""The route of the feeds that companies' own calendars subscribe to. Whoever has the signed link gets the feed."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from bot.booking.feed import PATH, SUFFIX
from bot.web.views import Views


class CalendarFeeds:
    """GET /calendar/{token}.ics"""

    def __init__(self, views: Views) -> None:
        self._views = views
        self.router = APIRouter()
        self.router.add_api_route(f"{PATH}{{token}}{SUFFIX}", self.feed, methods=["GET", "HEAD"], response_model=None)

    async def feed(self, token: str) -> Response:
        content = await self._views.calendar(token)
        if content is None:
            return Response("no such calendar", 404, media_type="text/plain", headers={"Cache-Control": "no-store"})
        headers = {"Cache-Control": "private, max-age=300", "Content-Disposition": 'inline; filename="denwaban.ics"'}
        return Response(content, 200, headers, "text/calendar; charset=utf-8")
