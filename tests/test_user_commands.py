"""Accounts and the audit log at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.access.passwords import fits
from bot.access.user import Role, User
from bot.store import open_store
from bot.store.users import find_user, password_hash

ROOT = Path(__file__).parent.parent
PASSWORD = "うみのむこうは山また山また山"
FIRST = ("user", "add", "taro", "--role", "admin")


def denwaban(folder: Path, *words: str, typed: str = "") -> Result:
    environ = {"DENWABAN_VAR_DIR": str(folder), "DENWABAN_SCRIPTS_DIR": str(ROOT / "scripts"), "COLUMNS": "200"}
    return CliRunner().invoke(app, list(words), input=typed, env=environ)


def kept(folder: Path, key: str) -> tuple[User | None, str]:
    store = open_store(folder / "denwaban.db")
    try:
        with store.read() as connection:
            return find_user(connection, key), password_hash(connection, key)
    finally:
        store.close()


def test_the_first_admin_and_then_others_are_made(tmp_path: Path) -> None:
    made = denwaban(tmp_path, *FIRST, "--name", "管理 太郎", typed=f"{PASSWORD}\n")
    assert (made.exit_code, made.exception) == (0, None)
    assert PASSWORD not in made.output
    user, password = kept(tmp_path, "taro")
    assert user == User("taro", "管理 太郎", Role.ADMIN)
    assert password.startswith("$argon2id$")
    assert fits(PASSWORD, password)
    words = ("--role", "operator", "--company", "smile", "--company", "tsubaki", "--voice", "2", "--text", "0")
    denwaban(tmp_path, "user", "add", "sato", "--name", "佐藤", *words, typed=PASSWORD)
    assert kept(tmp_path, "sato")[0] == User("sato", "佐藤", Role.OPERATOR, ("smile", "tsubaki"), 2, 0)
    listed = denwaban(tmp_path, "user", "list").output
    for cell in ("taro", "管理 太郎", "admin", "sato", "佐藤", "operator", "smile tsubaki"):
        assert cell in listed
    told = denwaban(tmp_path, "audit").output
    assert "user_added" in told
    assert "sato: operator smile tsubaki" in told
    assert "command line" in told


def test_an_account_is_changed_disabled_enabled_and_removed(tmp_path: Path) -> None:
    denwaban(tmp_path, *FIRST, typed=PASSWORD)
    denwaban(tmp_path, "user", "add", "ono", "--role", "member", "--company", "smile", typed=PASSWORD)
    assert denwaban(tmp_path, "user", "change", "ono", "--role", "operator", "--company", "*").exit_code == 0
    assert kept(tmp_path, "ono")[0] == User("ono", "ono", Role.OPERATOR, ("*",))
    assert denwaban(tmp_path, "user", "disable", "ono").exit_code == 0
    user, _ = kept(tmp_path, "ono")
    assert user is not None
    assert not user.enabled
    assert "disabled" in denwaban(tmp_path, "user", "list").output
    assert denwaban(tmp_path, "user", "enable", "ono").exit_code == 0
    assert denwaban(tmp_path, "user", "password", "ono", typed="別の合言葉を長くしたもの").exit_code == 0
    assert fits("別の合言葉を長くしたもの", kept(tmp_path, "ono")[1])
    assert denwaban(tmp_path, "user", "remove", "ono").exit_code == 0
    assert kept(tmp_path, "ono") == (None, "")
    for deed in ("user_changed", "user_disabled", "user_enabled", "password_set", "user_removed"):
        assert deed in denwaban(tmp_path, "audit").output


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (FIRST, PASSWORD, "There is an account of that login name"),
        (("user", "add", "Ono", "--role", "admin"), PASSWORD, "small letter"),
        (("user", "add", "ono", "--role", "admin"), "short", "12 characters"),
        (("user", "add", "ono", "--role", "admin"), "", "12 characters"),
        (("user", "add", "ono", "--role", "admin"), "password1234", "too easily guessed"),
        (("user", "add", "ono", "--role", "member"), PASSWORD, "Name by --company"),
        (("user", "add", "ono", "--role", "member", "--company", "*"), PASSWORD, "one --company"),
        (("user", "add", "ono", "--role", "operator", "--company", "smiles"), PASSWORD, "there are hanamizuki"),
        (("user", "add", "ono", "--role", "admin", "--voice", "10"), PASSWORD, "0 to 9"),
        (("user", "password", "ono"), PASSWORD, "no account of that login name"),
        (("user", "disable", "taro"), "", "Nobody would be left"),
        (("user", "remove", "taro"), "", "Nobody would be left"),
        (("user", "change", "taro", "--role", "member", "--company", "smile"), "", "Nobody would be left"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(
    tmp_path: Path, words: tuple[str, ...], typed: str, told: str
) -> None:
    denwaban(tmp_path, *FIRST, typed=PASSWORD)
    answer = denwaban(tmp_path, *words, typed=typed)
    assert answer.exit_code == 2
    assert told in answer.output
    assert kept(tmp_path, "taro")[0] == User("taro", "taro", Role.ADMIN)
    assert kept(tmp_path, "ono")[0] is None
    assert denwaban(tmp_path, "audit", "--who", "nobody").output == "Nothing was done yet.\n"
