"""The pages and the API, over real sockets on loopback."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from bot.web.tickets import Tickets, is_local
from tests.website import CLIP, get, nobody, run, website


def test_pages_answer_in_japanese_and_allow_nothing_from_outside() -> None:
    async def test() -> None:
        async with website(nobody) as site:
            status, phone = await get(site, "/"), await get(site, "/phone")
            health, companies = await get(site, "/healthz"), await get(site, "/api/companies")
            script = await get(site, "/static/phone.js")
        assert "スマイル精工" in status.text
        assert "/phone?to=smile-seiko" in status.text
        assert "通話中: 0 件" in status.text
        assert "電話をかける" in phone.text
        assert health.json() == {"status": "ok", "calls": 0}
        assert companies.json()[1] == {"key": "aoba-dental", "name": "あおば歯科"}
        assert "javascript" in script.headers["content-type"]
        for page in (status, phone, script):
            assert page.headers["content-security-policy"].startswith("default-src 'self'")
            assert page.headers["referrer-policy"] == "no-referrer"

    run(test)


def test_the_words_of_a_call_are_told_from_a_number_on() -> None:
    async def test() -> None:
        async with website(nobody) as site:
            whole, rest = await get(site, "/api/calls/c1/said"), await get(site, "/api/calls/c1/said?after=3")
            wrong = await get(site, "/api/calls/c1/said?after=x")
        assert [word["n"] for word in whole.json()] == [1, 3, 4]
        assert rest.json() == [{"n": 4, "at": 1006.0, "who": "receptionist", "text": "<b>恐れ入ります</b>"}]
        assert wrong.status_code == 422

    run(test)


def test_words_are_private() -> None:
    async def test() -> None:
        good = Tickets("s" * 32).issue("c1")
        async with website(nobody, public_origin="https://phone.example.jp") as site:
            codes = [
                (await get(site, "/api/calls/c1/said")).status_code,
                (await get(site, "/api/calls/c1/said", Authorization="Bearer x")).status_code,
                (await get(site, "/api/calls/c2/said", Authorization=f"Bearer {good}")).status_code,
                (await get(site, "/api/calls/c1/said", Authorization=f"Bearer {good}")).status_code,
            ]
        async with website(nobody) as site:
            # a page of the world that made its own name point here
            rebound = await get(site, "/api/calls/c1/said", Host="evil.example:80")
            passed_on = await get(site, "/api/calls/c1/said", Via="1.1 proxy")
        assert codes == [403, 403, 403, 200]
        assert rebound.status_code == passed_on.status_code == 403

    run(test)


@pytest.mark.parametrize(
    ("client", "host", "local"),
    [
        ("127.0.0.1", "localhost:8080", True),
        ("::1", "[::1]:8080", True),
        ("127.0.0.1", "phone.example.jp", False),
        ("192.168.0.5", "127.0.0.1:8080", False),
    ],
)
def test_who_is_local(client: str, host: str, local: bool) -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", host.encode())],
        "client": (client, 5000),
        "server": ("127.0.0.1", 8080),
    }
    assert is_local(Request(scope)) is local


def test_a_clip_has_a_page_with_a_player() -> None:
    async def test() -> None:
        async with website(nobody) as site:
            page, gone = await get(site, "/clips/good"), await get(site, "/clips/bad")
            sound, none = await get(site, "/clips/good/sound"), await get(site, "/clips/bad/sound")
        assert "お名前" in page.text
        assert 'src="/clips/good/sound"' in page.text
        assert page.headers["cache-control"] == "no-store"
        assert gone.status_code == 404
        assert "期限" in gone.text
        assert sound.content == CLIP.content
        assert sound.headers["content-type"] == "audio/ogg"
        assert none.status_code == 404

    run(test)


@pytest.mark.parametrize(
    ("wanted", "code", "part", "told"),
    [
        ("bytes=0-1", 206, CLIP.content[:2], "bytes 0-1/100"),
        ("bytes=90-", 206, CLIP.content[90:], "bytes 90-99/100"),
        ("bytes=-5", 206, CLIP.content[95:], "bytes 95-99/100"),
        ("bytes=90-500", 206, CLIP.content[90:], "bytes 90-99/100"),
        ("bytes=100-", 416, b"", "bytes */100"),
        ("bytes=5-2", 416, b"", "bytes */100"),
        ("bytes=-", 200, CLIP.content, None),
        ("bytes=0-1,4-5", 200, CLIP.content, None),
        ("frames=1-2", 200, CLIP.content, None),
    ],
)
def test_a_player_may_ask_for_a_part(wanted: str, code: int, part: bytes, told: str | None) -> None:
    async def test() -> None:
        async with website(nobody) as site:
            answer = await get(site, "/clips/good/sound", Range=wanted)
        assert (answer.status_code, answer.content, answer.headers.get("content-range")) == (code, part, told)

    run(test)
