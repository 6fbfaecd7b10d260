"""Who a request or a socket comes from, and whether they may: `require(Role.OPERATOR)` for any guarded route.

Rule: a request that changes something must come from a page of ours (Origin, Sec-Fetch-Site) and bring the session's
csrf token, in the header X-CSRF-Token or in the form's field csrf; a socket must come from a page of ours. Who is not
logged in is sent to /login where a person looks on, and told 401 where a program does. Left out: the page of logging in
(`bot/web/door`).
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, quote, urlsplit

from fastapi import Depends, Request, WebSocketException
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from markupsafe import escape
from starlette.requests import HTTPConnection

from bot.access.audit import Deed
from bot.access.gate import Gate, Visitor
from bot.access.user import Role
from bot.web.page import PRIVATE, page

FORM_BYTES = 65_536
LOGGED_OUT, NOT_ALLOWED = 4401, 4403
"""Codes with which a socket is closed."""
_SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Entrance:
    """How people come in; `app.state.entrance`."""

    gate: Gate | None
    """None: nobody can."""
    origin: str
    """`Settings.public_origin`"""

    @property
    def cookie(self) -> str:
        """A browser keeps the first name only for this very host, and only over https."""
        return "__Host-denwaban" if self.secure else "denwaban"

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")


class TurnedAwayError(Exception):
    """A request that is not answered."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code
        """401, 403 or 413."""
        self.why = why
        """Japanese."""


def require(role: Role) -> Callable[[HTTPConnection], Awaitable[Visitor]]:
    """A dependency that gives the `Visitor` of at least that role, and turns everybody else away."""

    async def dependency(connection: HTTPConnection) -> Visitor:
        socket = connection.scope["type"] == "websocket"
        if socket and not same_origin(connection):
            raise WebSocketException(NOT_ALLOWED)
        visitor = await visitor_of(connection)
        if visitor is None:
            if socket:
                raise WebSocketException(LOGGED_OUT)
            raise TurnedAwayError(401, "ログインしてください。")
        if isinstance(connection, Request) and connection.method not in _SAFE:
            await _check_page(connection, visitor)
        if not visitor.user.may(role):
            if socket:
                raise WebSocketException(NOT_ALLOWED)
            raise TurnedAwayError(403, "この操作は、あなたのアカウントでは行えません。")
        return visitor

    return dependency


AsMember = Annotated[Visitor, Depends(require(Role.MEMBER))]
"""Anybody who has logged in."""
AsOperator = Annotated[Visitor, Depends(require(Role.OPERATOR))]
"""Operators and admins."""
AsAdmin = Annotated[Visitor, Depends(require(Role.ADMIN))]


async def visitor_of(connection: HTTPConnection) -> Visitor | None:
    """Whose session comes with a request or a socket; None where none does that holds."""
    entrance = entrance_of(connection)
    if entrance.gate is None:
        return None
    return await entrance.gate.visitor(connection.cookies.get(entrance.cookie, ""), address_of(connection))


def entrance_of(connection: HTTPConnection) -> Entrance:
    """Of the app that answers."""
    entrance = connection.app.state.entrance
    assert isinstance(entrance, Entrance)
    return entrance


async def audit(connection: HTTPConnection, what: Deed, call_id: str, detail: str) -> None:
    """Write down what was done, by whoever asks: somebody who has logged in, a program here, or who has a link."""
    gate, visitor = entrance_of(connection).gate, await visitor_of(connection)
    if gate is not None:
        await gate.audit(visitor.user.key if visitor else "", address_of(connection), what, call_id, detail)


def address_of(connection: HTTPConnection) -> str:
    """From where it comes."""
    return connection.client.host if connection.client else ""


def same_origin(connection: HTTPConnection) -> bool:
    """Does it come from a page of ours, or from no page at all? What browsers say of it is believed: a page cannot
    make them say otherwise."""
    site = connection.headers.get("sec-fetch-site", "none")
    if site not in ("none", "same-origin"):
        return False
    origin = connection.headers.get("origin", "")
    if origin in ("", "null"):  # null: from a page that tells nobody where it is; then the line above must say it
        return origin == "" or site == "same-origin"
    ours = entrance_of(connection).origin
    return origin == ours or _host(origin) == connection.headers.get("host", "")


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


async def _check_page(request: Request, visitor: Visitor) -> None:
    if not same_origin(request):
        raise TurnedAwayError(403, "ほかのサイトからの操作は受け付けていません。")
    told = request.headers.get("x-csrf-token", "") or (await form_of(request)).get("csrf", "")
    if not hmac.compare_digest(told.encode("utf-8", "replace"), visitor.csrf.encode()):
        raise TurnedAwayError(403, "画面が古くなっています。読み込み直して、もう一度お試しください。")


def inner_page(name: str, visitor: Visitor, code: int = 200, **values: object) -> Response:
    """The template of that name for somebody who has logged in: it knows `me` (a `User`) and `csrf`."""
    response = page(name, code, me=visitor.user, csrf=visitor.csrf, **values)
    # under no-referrer browsers say of the origin of a form "null"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name. See `fields_of`."""
    return dict(await fields_of(request))


async def fields_of(request: Request) -> list[tuple[str, str]]:
    """The fields of a form (application/x-www-form-urlencoded); none for any other body. May be asked again."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return []
    kept: list[tuple[str, str]] | None = getattr(request.state, "form", None)
    if kept is None:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > FORM_BYTES:
                raise TurnedAwayError(413, "送られた内容が長すぎます。")
        kept = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        request.state.form = kept
    return kept


async def turn_away(request: Request, error: Exception) -> Response:
    """The answer to who is turned away, as they can read it."""
    assert isinstance(error, TurnedAwayError)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if "hx-request" in request.headers:
        headers = PRIVATE | ({"HX-Redirect": "/login"} if error.code == 401 else {})
        return HTMLResponse(f'<p role="alert">{escape(error.why)}</p>', error.code, headers)
    if "text/html" not in request.headers.get("accept", "") or request.url.path.startswith("/api/"):
        return JSONResponse({"error": error.why}, error.code, PRIVATE)
    if error.code == 401:
        way = f"/login?next={quote(here)}" if request.method == "GET" and here != "/" else "/login"
        return RedirectResponse(way, 303, PRIVATE)
    return page("refused.html", error.code, why=error.why)
