"""Pages with one button, behind the signed links of mails.

Rule: GET shows, POST does; whoever has the link may press. A press answers with a redirect to the page, so that loading
it again presses nothing.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.reporting.links import MARK_PATH
from bot.web.page import PRIVATE, page
from bot.web.views import Views


class Marks:
    """The routes of such pages."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self.router = APIRouter()
        self.router.add_api_route(MARK_PATH + "{token}", self.show, methods=["GET"], response_model=None)
        self.router.add_api_route(MARK_PATH + "{token}", self.press, methods=["POST"], response_model=None)

    async def show(self, token: str) -> Response:
        button = await self._views.button(token, False)
        return page("gone.html", 404) if button is None else page("mark.html", button=button, token=token)

    async def press(self, token: str) -> Response:
        if await self._views.button(token, True) is None:
            return page("gone.html", 404)
        return RedirectResponse(MARK_PATH + token, 303, headers=PRIVATE)
