"""Every route as everybody: nobody, a member, an operator, an admin; one's own company's call and another's.

Each route stands in one of the tables below with what it must answer; one that stands in none fails the test.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, WebSocketRoute

from bot.access.gate import csrf_of
from bot.store.audit import list_entries
from tests.handshake import Handshake
from tests.people import CARRIERS, OURS, PASSWORD, THEIRS, Browser, Town, browser, town
from tests.website import run

WHO = ("", "ono", "sato", "admin")
"""Nobody, a member of the company smile, an operator of it, an admin."""

PUBLIC = {
    "GET /healthz": 200,
    "GET /phone": 200,
    "GET /api/companies": 200,
    "GET /login": None,
    "POST /login": 403,
    "GET /clips/{token}": 404,
    "GET /clips/{token}/sound": 404,
    "GET /marks/{token}": 404,
    "POST /marks/{token}": 404,
    "GET /calendar/{token}.ics": 404,
    "HEAD /calendar/{token}.ics": 404,
}
"""What anybody is answered, without the token of a link; None: it depends."""

CARRIERS_REFUSE = (403, 404)
"""What every route of a carrier answers to whoever is not the carrier. Their sockets let nobody else in."""

GUARDED = {
    "GET /": (303, 200, 200, 200),
    "POST /logout": (303, 303, 303, 303),
    "GET /password": (303, 200, 200, 200),
    "POST /password": (303, 422, 422, 422),
    "GET /calls": (303, 200, 200, 200),
    "GET /admin/users": (303, 403, 403, 200),
    "POST /admin/users": (303, 403, 403, 422),
    "POST /admin/users/{key}/disable": (303, 403, 403, 404),
    "POST /admin/users/{key}/enable": (303, 403, 403, 404),
    "POST /admin/users/{key}/password": (303, 403, 403, 422),
    "GET /admin/audit": (303, 403, 403, 200),
    "GET /api/lines": (403, 403, 403, 403),
    "GET /api/me": (401, 200, 200, 200),
    "GET /api/users": (401, 403, 403, 200),
    "POST /api/users": (401, 403, 403, 422),
    "PATCH /api/users/{key}": (401, 403, 403, 422),
    "GET /api/audit": (401, 403, 403, 200),
    "GET /api/openapi.json": (401, 403, 403, 200),
    "GET /api/calls": (401, 200, 200, 200),
    "GET /console": (303, 403, 200, 200),
    "GET /console/done": (303, 403, 200, 200),
    "GET /console/thanks": (303, 403, 200, 200),
}
"""What each of WHO is answered."""

ABOUT_A_CALL = {
    "GET /calls/{call_id}": (303, 200, 200, 200),
    "GET /calls/{call_id}/clips/{name}": (303, 200, 200, 200),
    "GET /api/calls/{call_id}": (401, 200, 200, 200),
    "GET /api/calls/{line_call_id}/said": (403, 403, 403, 200),
    "GET /api/calls/{line_call_id}/report": (403, 403, 403, 200),
    "GET /console/calls/{call_id}/said": (303, 403, 200, 200),
    "GET /console/calls/{call_id}/phrases": (303, 403, 200, 200),
    "GET /console/calls/{call_id}/knowledge": (303, 403, 200, 200),
    "GET /console/calls/{call_id}/staff": (303, 403, 200, 200),
    "GET /console/calls/{call_id}/earlier": (303, 403, 200, 200),
    "GET /console/calls/{call_id}/after": (303, 403, 200, 200),
    "GET /console/calls/{call_id}/clip/{field}": (303, 403, 200, 200),
    "POST /console/calls/{call_id}/note": (303, 403, 200, 200),
    "POST /console/calls/{call_id}/corrections": (303, 403, 200, 200),
    "POST /console/calls/{call_id}/reason": (303, 403, 200, 200),
    "POST /console/calls/{call_id}/unknown": (303, 403, 200, 200),
    "POST /console/calls/{call_id}/thanks": (303, 403, 200, 200),
    "POST /console/calls/{call_id}/report": (303, 403, 200, 200),
}
"""The same for a call of their own company; of another company's, member and operator are answered 404 (or what they
are answered of their own, where that is no better)."""

FORMS = {
    "note": {"text": "折り返し済み"},
    "corrections": {"field": "caller_name", "text": "江川 太郎"},
    "reason": {"reason": "person"},
    "unknown": {"question": "駐車場はありますか"},
    "thanks": {"to": "everywhere", "words": "助かりました"},
}
"""What is filled in, by the last part of the path; nothing for the others."""

SOCKETS = {
    "/phone/line": (True, True, True, True),
    "/console/line": (False, False, True, True),
}
"""Whether each of WHO is let in: accepted, and not closed at once."""


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Town]:
    opened = town(tmp_path / "denwaban.db", tmp_path)
    yield opened
    opened.store.close()


def routes(app: FastAPI) -> Iterator[BaseRoute]:
    """All of them, those of included routers too."""
    waiting = list(app.routes)
    while waiting:
        route = waiting.pop(0)
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            waiting += inner.routes


def walked(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of each HTTP route."""
    for route in routes(app):
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in sorted(route.methods or ()))


def is_carriers(path: str) -> bool:
    return path.split("/")[1] in (*CARRIERS, "asterisk")


def sockets(app: FastAPI) -> set[str]:
    return {route.path for route in routes(app) if isinstance(route, WebSocketRoute)}


def test_every_route_stands_in_a_table(at: Town) -> None:
    found = {f"{method} {path}" for method, path in walked(at.app) if not is_carriers(path)}
    assert found == set(PUBLIC) | set(GUARDED) | set(ABOUT_A_CALL)
    assert {path for path in sockets(at.app) if not is_carriers(path)} == set(SOCKETS)
    others = [route for route in routes(at.app) if not isinstance(route, APIRoute | WebSocketRoute)]
    assert [route.path for route in others if isinstance(route, Mount)] == ["/static"]
    assert len(others) == 1


async def asked(one: Browser, named: str, call_id: str) -> int:
    """The answer to that route."""
    method, path = named.split(" ")
    line_call = f"line-of-{call_id}"
    values = {"call_id": call_id, "line_call_id": line_call, "key": "nobody", "name": "purpose.wav", "field": "purpose"}
    values["call"] = "1"
    path = path.format(token="forged", ticket="forged", **values)
    if method == "POST" and not path.startswith("/api/"):
        return (await one.post(path, FORMS.get(path.rpartition("/")[2]))).status_code
    headers = {"accept": "text/html", "x-csrf-token": one.csrf}
    body: dict[str, str] | None = {} if method in ("POST", "PATCH") else None
    return (await one.client.request(method, path, headers=headers, json=body)).status_code


@pytest.mark.parametrize("who", WHO)
def test_every_route_answers_everybody_as_it_must(at: Town, who: str) -> None:
    column = WHO.index(who)
    expected = {named: code for named, code in PUBLIC.items() if code is not None}
    expected |= {named: codes[column] for named, codes in GUARDED.items() if named != "POST /logout"}
    expected |= {named: codes[column] for named, codes in ABOUT_A_CALL.items()}
    others = {
        named: 404 if codes[column] == 200 and who in ("ono", "sato") else codes[column]
        for named, codes in ABOUT_A_CALL.items()
    }
    none = {named: 404 if code == 200 else code for named, code in others.items()}
    # whoever sees all calls is told of one that is not there that nothing was said in it
    none["GET /api/calls/{line_call_id}/said"] = ABOUT_A_CALL["GET /api/calls/{line_call_id}/said"][column]

    async def test() -> None:
        async with browser(at, who) as one:
            assert {named: await asked(one, named, OURS) for named in expected} == expected
            assert {named: await asked(one, named, THEIRS) for named in ABOUT_A_CALL} == others
            assert {named: await asked(one, named, "no-such-call") for named in ABOUT_A_CALL} == none
            assert await asked(one, "POST /logout", "") == GUARDED["POST /logout"][column]

    run(test)


def test_a_carriers_routes_answer_the_carrier_only(at: Town) -> None:
    named = [f"{method} {path}" for method, path in walked(at.app) if is_carriers(path)]
    assert len(named) >= 4 * len(CARRIERS) - 4

    async def test() -> None:
        async with browser(at, "admin") as one:
            answers = {each: await asked(one, each, OURS) for each in named}
            assert {each: code for each, code in answers.items() if code not in CARRIERS_REFUSE} == {}
            paths = [
                path.format(ticket="forged", call="1", key="k" * 31 + "x")
                for path in sockets(at.app)
                if is_carriers(path)
            ]
            assert len(paths) >= 3 * len(CARRIERS) - 3
            assert not [path for path in paths if await Handshake(at, path, "").accepted()]

    run(test)


def test_what_changes_something_needs_the_token_of_a_page(at: Town) -> None:
    async def test() -> None:
        async with browser(at, "admin") as one:
            token, one.csrf = one.csrf, csrf_of("another")
            unsafe = [n for n in (*GUARDED, *ABOUT_A_CALL) if not n.startswith("GET ")]
            assert len(unsafe) >= 10
            # a body that cannot be read at all may be told so first
            assert {await asked(one, named, OURS) for named in unsafe} <= {403, 422}
            forms = [named for named in unsafe if " /api/" not in named]
            assert {await asked(one, named, OURS) for named in forms} == {403}
            one.csrf = token
            assert await asked(one, "POST /console/calls/{call_id}/report", OURS) == 200

    run(test)


def test_a_call_of_another_company_is_answered_like_none(at: Town) -> None:
    async def test() -> None:
        async with browser(at, "ono") as one, browser(at, "mori") as other:
            for path in ("/calls/{}", "/calls/{}/clips/purpose.wav", "/api/calls/{}"):
                theirs, none = await one.get(path.format(THEIRS)), await one.get(path.format("call-3"))
                assert theirs.status_code == none.status_code == 404
                assert theirs.text.replace(one.csrf, "") == none.text.replace(one.csrf, "")
                assert (await other.get(path.format(THEIRS))).status_code == 200
            listed = await one.get("/calls"), await one.get("/calls?company=tsubaki"), await one.get("/api/calls")
            assert [OURS in each.text for each in listed] == [True, False, True]
            assert not any(THEIRS in each.text for each in listed)

    run(test)


def test_one_who_has_logged_in_is_not_taken_for_the_machine(tmp_path: Path) -> None:
    async def test() -> None:
        at = town(tmp_path / "denwaban.db", tmp_path, "")
        path = f"/api/calls/line-of-{THEIRS}/report"
        async with browser(at, "ono", "127.0.0.1") as one, browser(at, "", "127.0.0.1") as program:
            assert (await one.get(path)).status_code == 403
            assert (await program.get(path)).status_code == 200
            async with browser(at, "", "203.0.113.9") as stranger:
                assert (await stranger.get(path)).status_code == 403
        at.store.close()

    run(test)


def test_each_look_at_a_call_is_written_down(at: Town) -> None:
    async def test() -> None:
        async with browser(at, "ono", "203.0.113.7") as one, browser(at, "admin", "203.0.113.8") as admin:
            await one.get(f"/calls/{OURS}")
            await one.get(f"/calls/{OURS}/clips/purpose.wav")
            await one.get(f"/calls/{OURS}/clips/purpose.wav", range="bytes=5-9")
            await one.get(f"/calls/{THEIRS}")
            await admin.get(f"/api/calls/{OURS}")
            log = await admin.get(f"/admin/audit?call={OURS}")
            for text in (
                "大野" not in log.text,
                "ono" in log.text,
                "通話の閲覧" in log.text,
                "203.0.113.8" in log.text,
            ):
                assert text
        with at.store.read() as connection:
            entries = list_entries(connection, call_id=OURS)[::-1]
            assert not list_entries(connection, call_id=THEIRS)
        assert [(each.who, each.address, each.what) for each in entries] == [
            ("ono", "203.0.113.7", "call_seen"),
            ("ono", "203.0.113.7", "clip_played"),
            ("admin", "203.0.113.8", "call_seen"),
        ]

    run(test)


@pytest.mark.parametrize("who", WHO)
def test_every_socket_lets_in_whom_it_must(at: Town, who: str) -> None:
    expected = {path: let_in[WHO.index(who)] for path, let_in in SOCKETS.items()}

    async def test() -> None:
        async with browser(at, who) as one:
            cookies = "; ".join(f"{name}={value}" for name, value in one.client.cookies.items())
            shakes = {path: Handshake(at, path, cookies) for path in SOCKETS}
            assert {path: await shake.accepted() for path, shake in shakes.items()} == expected
            elsewhere = [
                replace(shakes[path], origin="https://evil.example") for path in ("/phone/line", "/console/line")
            ]
            assert [await shake.accepted() for shake in elsewhere] == [False, False]

    run(test)


def test_nobody_may_send_a_flood(at: Town) -> None:
    async def flood() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    async def test() -> None:
        async with browser(at, "admin") as one:
            headers = {"x-csrf-token": one.csrf, "content-type": "application/json"}
            announced = await one.client.post("/api/users", content=b" " * 2_000_000, headers=headers)
            unannounced = await one.client.post("/api/users", content=flood(), headers=headers)
            form = await one.post("/password", {"old": "x" * 70_000})
            assert [announced.status_code, unannounced.status_code, form.status_code] == [413, 413, 413]

    run(test)


def test_the_password_of_nobody_is_shown(at: Town) -> None:
    async def test() -> None:
        async with browser(at, "admin") as one:
            for path in ("/admin/users", "/api/users", "/api/audit", "/admin/audit"):
                text = (await one.get(path)).text
                assert "argon2" not in text
                assert PASSWORD not in text

    run(test)
