"""Coming in and going out: sessions, cookies, forms from elsewhere, and guessing at passwords."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from bot.access import accounts
from bot.access.accounts import Actor
from bot.access.gate import IDLE_SECONDS, LONGEST_SECONDS, hash_of
from bot.access.passwords import check_password, fits
from bot.access.throttle import begin, tried
from bot.access.user import Flaw, Role, User, UserError
from bot.store.audit import list_entries
from bot.store.users import find_session, password_hash, set_password_hash
from tests.people import ORIGIN, PASSWORD, Browser, Town, browser, town
from tests.postgres import postgres
from tests.website import run

__all__ = ["postgres"]

ADMIN = Actor("admin", "test", 0.0)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Town]:
    opened = town(tmp_path / "denwaban.db", tmp_path)
    yield opened
    opened.store.close()


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """Over both databases."""
    opened = town(
        tmp_path / "denwaban.db" if request.param == "sqlite" else request.getfixturevalue("postgres"), tmp_path
    )
    yield opened
    opened.store.close()


def token_of(one: Browser) -> str:
    return one.client.cookies.get("__Host-denwaban") or ""


async def inside(one: Browser) -> bool:
    return (await one.get("/password")).status_code == 200


def test_who_logs_in_gets_a_cookie_that_no_script_and_no_other_site_sees(at: Town) -> None:
    async def test() -> None:
        async with browser(at) as one:
            came = await one.log_in("ono")
            assert came.headers["location"] == "/calls"
            cookies = {each.partition("=")[0]: each for each in came.headers.get_list("set-cookie")}
            session = cookies["__Host-denwaban"].lower()
            for part in ("; httponly", "; path=/", "; secure", "; samesite=lax"):
                assert part in session
            assert "domain" not in session
            assert await inside(one)
            with at.store.read() as connection:
                assert find_session(connection, hash_of(token_of(one))) is not None
                assert find_session(connection, token_of(one)) is None  # the token itself is not kept

    run(test)


def test_without_https_the_cookie_has_a_name_that_browsers_keep(tmp_path: Path) -> None:
    async def test() -> None:
        at = town(tmp_path / "denwaban.db", tmp_path, "")
        async with browser(at) as one:
            came = await one.log_in("sato", next="/calls?before=3")
            assert came.headers["location"] == "/calls?before=3"
            cookies = {each.partition("=")[0]: each.lower() for each in came.headers.get_list("set-cookie")}
            assert "secure" not in cookies["denwaban"]
            assert "httponly" in cookies["denwaban"]
            assert await inside(one)
        at.store.close()

    run(test)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "/\n/x", ""]
)
def test_login_leads_to_our_own_pages_only(at: Town, elsewhere: str) -> None:
    async def test() -> None:
        async with browser(at) as one:
            assert (await one.log_in("sato", next=elsewhere)).headers["location"] == "/console"

    run(test)


def test_a_session_ends_at_logout_when_idle_and_when_old(at: Town) -> None:
    async def test() -> None:
        async with browser(at, "ono") as one, browser(at, "ono") as other:
            kept = token_of(one)
            assert (await one.post("/logout")).headers["location"] == "/login"
            one.client.cookies.set("__Host-denwaban", kept)
            assert not await inside(one)
            assert await inside(other)
            at.later(IDLE_SECONDS + 1.0)
            assert not await inside(other)
        async with browser(at, "ono") as one:
            for _ in range(int(LONGEST_SECONDS // IDLE_SECONDS)):
                assert await inside(one)
                at.later(IDLE_SECONDS - 1.0)
            assert await inside(one)
            at.later(IDLE_SECONDS - 1.0)
            assert not await inside(one)

    run(test)


@pytest.mark.parametrize("what", ["password", "disable", "remove", "change"])
def test_all_sessions_end_when_an_account_changes(either: Town, what: str) -> None:
    async def test() -> None:
        async with browser(either, "ono") as one, browser(either, "sato") as other:
            visitor = await either.gate.visitor(token_of(one), "")
            assert visitor is not None
            assert await visitor.still_valid()
            match what:
                case "password":
                    accounts.set_password(either.store, "ono", "また別の長い長い合言葉です", ADMIN)
                case "disable":
                    accounts.enable(either.store, "ono", False, ADMIN)
                case "remove":
                    accounts.remove(either.store, "ono", ADMIN)
                case "change":
                    accounts.change(either.store, User("ono", "大野", Role.MEMBER, ("tsubaki",)), ["tsubaki"], ADMIN)
            assert not await inside(one)
            assert not await visitor.still_valid()
            async with asyncio.timeout(5):
                await visitor.until_over()
            assert await inside(other)
            again = await one.log_in("ono")
            assert again.status_code == (303 if what == "change" else 401)

    run(test)


def test_a_person_changes_their_own_password(at: Town) -> None:
    new = "あたらしい合言葉 二〇二六"

    async def test() -> None:
        async with browser(at, "ono") as one, browser(at, "ono") as other:
            wrong = await one.post("/password", {"old": "x" * 12, "new": new, "again": new})
            unequal = await one.post("/password", {"old": PASSWORD, "new": new, "again": new + "!"})
            weak = await one.post("/password", {"old": PASSWORD, "new": "ono12345", "again": "ono12345"})
            assert [wrong.status_code, unequal.status_code, weak.status_code] == [422, 422, 422]
            assert "12文字以上" in weak.text
            before = token_of(one)
            done = await one.post("/password", {"old": PASSWORD, "new": new, "again": new})
            assert done.status_code == 303
            assert token_of(one) != before
            assert await inside(one)
            assert not await inside(other)
            assert (await other.log_in("ono")).status_code == 401
            assert (await other.log_in("ono", new)).status_code == 303

    run(test)


async def knock(one: Browser, key: str, password: str = "wrong password") -> httpx.Response:
    return await one.log_in(key, password)


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(at: Town) -> None:
    accounts.enable(at.store, "mori", False, ADMIN)

    async def test() -> None:
        answers = []
        async with browser(at) as one:
            for key, password in (("ono", "wrong password"), ("nobody", PASSWORD), ("mori", PASSWORD), ("a\0b", "\0")):
                answer = await knock(one, key, password)
                answers.append((answer.status_code, re.sub(r"[0-9a-f]{64}", "", answer.text)))
        assert len(set(answers)) == 1
        assert answers[0][0] == 401
        assert "ログイン名かパスワードが違います。" in answers[0][1]

    run(test)
    with at.store.read() as connection:
        told = [entry.detail for entry in list_entries(connection) if entry.what == "not_let_in"]
    assert sorted(told) == ["", "", "mori", "ono"]  # what nobody is called may be a password


def failed(at: Town, key: str, times: int) -> None:
    """As if so many wrong passwords had been tried from elsewhere."""
    for _ in range(times):
        with at.store.write() as connection:
            assert begin(connection, tried(key, "192.0.2.1", ""), at.gate.now()) == 0.0


def test_guessing_is_slowed_down_under_one_name_and_forgotten_after_a_success(either: Town) -> None:
    failed(either, "ono", 4)

    async def test() -> None:
        async with browser(either) as one:
            codes = [(await knock(one, "ono")).status_code for _ in range(3)]
            assert codes == [401, 401, 429]
            slow = await knock(one, "ono", PASSWORD)  # the right one is not looked at either
            assert (slow.status_code, slow.headers["retry-after"]) == (429, "2")
            assert "2秒ほどたってから、もう一度お試しください" in slow.text
            either.later(2.0)
            assert (await knock(one, "ono")).status_code == 401
            assert (await knock(one, "ono")).headers["retry-after"] == "4"
            either.later(4.0)
            assert (await knock(one, "ono", PASSWORD)).status_code == 303
        failed(either, "ono", 6)

    run(test)


def test_a_stranger_cannot_lock_somebody_out_of_their_own_browser(at: Town) -> None:
    async def test() -> None:
        async with browser(at, "", "198.51.100.4") as own, browser(at) as stranger:
            assert (await knock(own, "sato", PASSWORD)).status_code == 303
            failed(at, "sato", 6)
            assert (await knock(stranger, "sato")).status_code == 429
            await own.post("/logout")
            assert (await knock(own, "sato", PASSWORD)).status_code == 303
            await own.post("/logout")
            assert (await knock(own, "admin", PASSWORD)).status_code == 303  # as anybody
            assert (await knock(stranger, "sato", PASSWORD)).status_code == 429

    run(test)


def test_an_address_is_slowed_down_whatever_the_names(at: Town) -> None:
    for n in range(20):
        with at.store.write() as connection:
            assert begin(connection, tried(f"name{n}", "2001:db8::1", ""), at.gate.now()) == 0.0

    async def test() -> None:
        async with browser(at, address="2001:db8::1") as one, browser(at, address="2001:db8::2:1") as same:
            assert (await knock(one, "somebody")).status_code == 401
            assert (await knock(one, "else")).status_code == 429
            assert (await knock(same, "ono", PASSWORD)).status_code == 429
        async with browser(at, "ono", "2001:db8:0:1::1") as other:
            assert await inside(other)

    run(test)


def test_many_guesses_at_once_are_no_way_round(either: Town) -> None:
    failed(either, "ono", 4)

    async def test() -> None:
        async with browser(either) as one:
            one.csrf = (await one.get("/login")).text.split('name="csrf" value="')[1][:64]
            form = {"key": "ono", "password": "wrong password"}
            answers = await asyncio.gather(*(one.post("/login", form) for _ in range(8)))
            assert sorted(each.status_code for each in answers) == [401] * 2 + [429] * 6

    run(test)


def test_forms_of_other_sites_change_nothing(at: Town) -> None:
    async def test() -> None:
        async with browser(at, "ono") as one:
            wrong = [await one.post("/logout", {"csrf": token}) for token in ("", "é" * 64)]
            elsewhere = (
                {"origin": "https://evil.example"},
                {"origin": "http://["},
                {"origin": "null", "sec-fetch-site": "cross-site"},
                {"origin": "null", "sec-fetch-site": ""},
                {"sec-fetch-site": "same-site"},
            )
            answers = wrong + [await one.post("/logout", headers=each) for each in elsewhere]
            assert [each.status_code for each in answers] == [403] * 7
            assert await inside(one)
            bare = await one.client.post("/logout", headers={"x-csrf-token": one.csrf, "origin": ORIGIN})
            assert bare.status_code == 303

    run(test)


def test_another_site_cannot_log_a_browser_in(at: Town) -> None:
    async def test() -> None:
        async with browser(at) as one, browser(at) as evil:
            theirs = (await evil.get("/login")).text.split('name="csrf" value="')[1][:64]
            form = {"key": "ono", "password": PASSWORD, "csrf": theirs}
            assert (await one.post("/login", form)).status_code == 403
            await one.get("/login")
            assert (await one.post("/login", form)).status_code == 403

    run(test)


def test_a_password_kept_with_weaker_parameters_is_hashed_anew(at: Town) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    with at.store.write() as connection:
        set_password_hash(connection, "ono", weak)

    async def test() -> None:
        async with browser(at) as one:
            assert (await one.log_in("ono")).status_code == 303

    run(test)
    with at.store.read() as connection:
        kept = password_hash(connection, "ono")
    assert kept != weak
    assert fits(PASSWORD, kept)


@pytest.mark.parametrize(
    ("password", "flaw"),
    [
        ("short", Flaw.SHORT),
        ("x" * 257, Flaw.LONG),
        ("aaaabbbbccccdddd", Flaw.COMMON),
        ("password1234!", Flaw.COMMON),
        ("PasswordPassword", Flaw.COMMON),
        ("qwertyuiopas", Flaw.COMMON),
        ("123456789012", Flaw.COMMON),
        ("ono.makoto-2026", Flaw.COMMON),
    ],
)
def test_weak_passwords_are_refused(password: str, flaw: Flaw) -> None:
    with pytest.raises(UserError) as refused:
        check_password(password, "ono.makoto@smilecorp.example")
    assert refused.value.flaw is flaw


def test_a_password_is_the_same_however_it_is_composed(at: Town) -> None:
    accounts.set_password(at.store, "ono", "バスでバラのパンを買います", ADMIN)
    with at.store.read() as connection:
        kept = password_hash(connection, "ono")
    assert fits("\u30cf\u3099スで\u30cf\u3099ラの\u30cf\u309aンを買います", kept)
    assert not fits("\ud800", kept)
