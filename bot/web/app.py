"""The web application: routes put together, and what every answer carries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.staticfiles import StaticFiles

from bot.access.gate import Gate
from bot.access.records import Records
from bot.settings import Settings
from bot.web.admin import AdminPages
from bot.web.api import Api
from bot.web.calendar import CalendarFeeds
from bot.web.calls import CallPages
from bot.web.casework import Casework, ConsoleParts
from bot.web.console import ConsolePages
from bot.web.console_notes import ConsoleNotes
from bot.web.door import Door
from bot.web.limit import BodyLimit
from bot.web.live import LiveCalls
from bot.web.login import Entrance, TurnedAwayError, turn_away
from bot.web.marks import Marks
from bot.web.operator_socket import OperatorSocket
from bot.web.pages import Pages
from bot.web.sockets import sockets
from bot.web.tickets import Tickets
from bot.web.views import Views
from voice.lines.socket import Serve

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'none'",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""Nothing from elsewhere runs in our pages, and a link's token is told to nobody."""


def create_app(
    settings: Settings,
    serve: Serve,
    views: Views,
    calls: LiveCalls,
    gate: Gate | None = None,
    console: ConsoleParts | None = None,
) -> FastAPI:
    """The whole server. `serve` lives each call; `settings.secret` must be set (`with_secret`). Without a gate nobody
    can log in, and what is guarded is shown to nobody."""
    if not settings.secret:
        raise ValueError("settings have no secret: pass them through with_secret")
    app = FastAPI(title="denwaban", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.entrance = Entrance(gate, settings.public_origin)
    app.add_exception_handler(TurnedAwayError, turn_away)
    tickets = Tickets(settings.secret)
    doors = sockets(settings, serve, calls, tickets)
    app.state.carriers = doors.seen
    app.include_router(doors.router, include_in_schema=False)
    app.include_router(Pages(settings, views, calls, tickets).router)
    app.include_router(Marks(views).router, include_in_schema=False)
    app.include_router(CalendarFeeds(views).router, include_in_schema=False)
    if gate is not None:
        app.include_router(Door(gate).router)
        app.include_router(AdminPages(gate, views.companies).router)
        app.include_router(Api(gate, views.companies).router)
        if views.files is not None:
            app.include_router(CallPages(Records(views.files)).router)
    if console is not None:
        casework = Casework(console)
        app.include_router(OperatorSocket(console.switchboard).router)
        app.include_router(ConsolePages(casework).router)
        app.include_router(ConsoleNotes(casework).router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.add_middleware(BodyLimit)
    app.middleware("http")(_with_headers)
    return app


async def _with_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
