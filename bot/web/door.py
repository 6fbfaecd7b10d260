"""The pages of coming in and going out: /login, /logout, and one's own password.

Rule: what is answered to a wrong password tells nothing of whether the name is known; the form of logging in brings a
token that its own cookie is the other half of, so that no other site can log a browser in.
"""

from __future__ import annotations

import hmac
import math
import secrets

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.access.gate import Admitted, Gate, Knock, Visitor, Wait, Wrong, csrf_of
from bot.access.passwords import LEAST
from bot.access.user import Role, UserError
from bot.web.flaws import FLAWS
from bot.web.login import (
    AsMember,
    Entrance,
    address_of,
    entrance_of,
    form_of,
    inner_page,
    same_origin,
    visitor_of,
)
from bot.web.page import PRIVATE, page

DEVICE_SECONDS = 180 * 86_400
"""How long a browser is known again."""
_WRONG = "ログイン名かパスワードが違います。"


class Door:
    """The routes."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.router = APIRouter(include_in_schema=False)
        self.router.add_api_route("/login", self.show, methods=["GET"], response_model=None)
        self.router.add_api_route("/login", self.come, methods=["POST"], response_model=None)
        self.router.add_api_route("/logout", self.go, methods=["POST"], response_model=None)
        self.router.add_api_route("/password", self.ask, methods=["GET"], response_model=None)
        self.router.add_api_route("/password", self.change, methods=["POST"], response_model=None)

    async def show(self, request: Request) -> Response:
        visitor = await visitor_of(request)
        following = _inside(request.query_params.get("next", ""))
        if visitor is not None:
            return RedirectResponse(following or home(visitor), 303, PRIVATE)
        return _form(request, following, "")

    async def come(self, request: Request) -> Response:
        form, entrance = await form_of(request), entrance_of(request)
        half = request.cookies.get(f"{entrance.cookie}-form", "")
        other = form.get("csrf", "").encode("utf-8", "replace")
        following = _inside(form.get("next", ""))
        if not same_origin(request) or not half or not hmac.compare_digest(other, csrf_of(half).encode()):
            why = "画面が古くなっています。もう一度入力してください。クッキーを使えるようにしておく必要があります。"
            return _form(request, following, why, 403)
        device = request.cookies.get(f"{entrance.cookie}-device", "")
        key = form.get("key", "").strip().lower()
        came = await self._gate.sign_in(Knock(key, form.get("password", ""), address_of(request), device))
        match came:
            case Wait():
                return _wait(_form(request, following, _patience(came), 429), came)
            case Wrong():
                return _form(request, following, _WRONG, 401)
        before = await visitor_of(request)
        if before is not None:
            await self._gate.let_out(before)
        landing = following or ("/console" if came.user.may(Role.OPERATOR) else "/calls")
        return _let_in(entrance, came, landing)

    async def go(self, request: Request, visitor: AsMember) -> Response:
        await self._gate.let_out(visitor)
        response = RedirectResponse("/login", 303, PRIVATE)
        entrance = entrance_of(request)
        response.delete_cookie(entrance.cookie, secure=entrance.secure, httponly=True, samesite="lax")
        return response

    async def ask(self, visitor: AsMember) -> Response:
        return inner_page("password.html", visitor, least=LEAST)

    async def change(self, request: Request, visitor: AsMember) -> Response:
        form = await form_of(request)
        old, new = form.get("old", ""), form.get("new", "")

        def again(why: str, code: int) -> Response:
            return inner_page("password.html", visitor, code, least=LEAST, why=why)

        if new != form.get("again", ""):
            return again("新しいパスワードが、2回とも同じではありません。", 422)
        try:
            came = await self._gate.change_password(visitor, old, new)
        except UserError as error:
            return again(FLAWS[error.flaw], 422)
        match came:
            case Wait():
                return _wait(again(_patience(came), 429), came)
            case Wrong():
                return again("いまのパスワードが違います。", 422)
        return _let_in(entrance_of(request), came, home(visitor))


def home(visitor: Visitor) -> str:
    """Where somebody's work is."""
    return "/console" if visitor.user.may(Role.OPERATOR) else "/calls"


def _form(request: Request, following: str, why: str, code: int = 200) -> Response:
    entrance = entrance_of(request)
    name = f"{entrance.cookie}-form"
    half = request.cookies.get(name, "") or secrets.token_urlsafe(24)  # several tabs share one
    response = page("login.html", code, csrf=csrf_of(half), following=following, why=why)
    response.headers["Referrer-Policy"] = "same-origin"  # see inner_page
    response.set_cookie(name, half, 3600, secure=entrance.secure, httponly=True, samesite="strict")
    return response


def _let_in(entrance: Entrance, came: Admitted, landing: str) -> Response:
    response = RedirectResponse(landing, 303, PRIVATE)
    response.set_cookie(entrance.cookie, came.token, secure=entrance.secure, httponly=True, samesite="lax")
    response.set_cookie(
        f"{entrance.cookie}-device",
        came.device,
        DEVICE_SECONDS,
        secure=entrance.secure,
        httponly=True,
        samesite="strict",
    )
    response.delete_cookie(f"{entrance.cookie}-form", secure=entrance.secure, httponly=True, samesite="strict")
    return response


def _patience(wait: Wait) -> str:
    seconds = math.ceil(wait.seconds)
    span = f"{seconds}秒" if seconds < 60 else f"{math.ceil(seconds / 60)}分"
    return f"ログインの失敗が続いたため、しばらく受け付けていません。{span}ほどたってから、もう一度お試しください。"


def _wait(response: Response, wait: Wait) -> Response:
    response.headers["Retry-After"] = str(math.ceil(wait.seconds))
    return response


def _inside(address: str) -> str:
    """A path of ours to go on to; "" for anything else: nobody is led away by a link to our login."""
    elsewhere = not address.startswith("/") or address.startswith("//") or "\\" in address
    return "" if elsewhere or not address.isprintable() or len(address) > 500 else address
