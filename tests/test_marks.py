"""The buttons of mails: looking changes nothing, pressing acts once, over real mail and real pages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from bot.dialogue.actions import Recall
from bot.dialogue.state import Captured, Facts, Outcome
from bot.recall import recall
from bot.reporting.links import MARK_PATH, Mark, MarkKind
from bot.reporting.mail import SmtpSender
from bot.reporting.marks import look, press
from bot.reporting.outbox import Outbox
from bot.settings import Smtp
from bot.store import Store, open_store
from bot.store.desk import list_callers
from bot.store.remembered import CALLBACK
from bot.web.views import ButtonPage
from nlu.meaning import Reason
from tests.followed import ENDED, FACTS, LINKS, A, B, C, Desk, company
from tests.records import CALL
from tests.smtp_server import Mailboxes, mail_server
from tests.website import VIEWS, nobody, website


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "denwaban.db")
    yield opened
    opened.close()


def link_in(message: EmailMessage) -> str:
    """The path of the first button in a mail."""
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(rf"{MARK_PATH}\S+", body.get_content())
    assert found is not None
    return found.group()


def test_the_link_of_a_real_mail_opens_a_page_whose_button_acts_once_pressed(store: Store) -> None:
    script = company(callback_minutes=60.0, callback_recipients=(C,))
    desk = Desk(store, script, FACTS, lambda: ENDED)
    desk.end()

    async def button(token: str, pressed: bool) -> ButtonPage | None:
        mark = LINKS.open_mark(token, ENDED + 60.0)
        if mark is None:
            return None
        return press(store, mark, ENDED + 60.0) if pressed else look(store, mark)

    async def main() -> None:
        async with mail_server(Mailboxes()) as boxes:
            sender = SmtpSender(Smtp("127.0.0.1", boxes.port, "none"))
            await Outbox(store, sender, A, lambda: ENDED + 1.0).deliver()
        path = link_in(boxes.got[0][1])
        async with website(nobody, replace(VIEWS, button=button)) as site, httpx.AsyncClient(base_url=site.http) as web:
            for _ in range(3):  # scanners look, and look again
                shown = await web.get(path)
                assert (shown.status_code, "折り返し済みにする" in shown.text) == (200, True)
            assert "エガワ様 03-1234-5678" in shown.text
            assert desk.owed(CALLBACK) == ("", False)
            assert (await web.head(path)).status_code == 405
            pressed = await web.post(path)
            assert (pressed.status_code, pressed.headers["location"]) == (303, path)
            after = await web.get(path)
            assert "折り返し済みです" in after.text
            assert "<button" not in after.text
            for method in (web.get, web.post):
                assert (await method(path[:-2])).status_code == 404
        assert desk.owed(CALLBACK) == (boxes.got[0][0], True)

    asyncio.run(main())


SALES = Facts(company=Captured("スマイルキカク", "スマイル企画"), reason=Reason.SALES)


def refused(store: Store, facts: Facts) -> Mark:
    Desk(store, company(), facts, lambda: ENDED, Outcome.REFUSED).end()
    return Mark(MarkKind.ALLOW, CALL.id, B)


def test_no_sales_puts_the_caller_onto_the_list(store: Store) -> None:
    mark = refused(store, SALES)
    before = look(store, mark)
    assert before is not None
    assert (before.title, before.label) == ("営業のお電話ではありませんでしたか", "営業ではありませんでした")
    assert "スマイル企画 03-1234-5678" in before.lines
    with store.read() as connection:
        assert list_callers(connection) == []
    after = press(store, mark, ENDED + 60.0)
    assert after is not None
    assert (after.label, look(store, mark)) == ("", after)
    assert after.lines[-1].startswith("登録しました:")
    assert {"03-1234-5678", "スマイル企画"} == set(after.lines[-1].partition(":")[2].split("、"))
    for asked in (Recall("0312345678"), Recall("", company="スマイルキカク"), Recall("", company_text="スマイル企画")):
        assert recall(store, company(), asked, ENDED + 120.0).listed == "allow"
    with store.read() as connection:
        assert {entry.told_by for entry in list_callers(connection, "smile")} == {B}


def test_pressing_again_changes_nothing(store: Store) -> None:
    mark = refused(store, SALES)
    first = press(store, mark, ENDED + 60.0)
    assert press(store, replace(mark, by=C), ENDED + 120.0) == first
    with store.read() as connection:
        assert len(list_callers(connection)) == 2


def test_the_button_of_a_call_that_is_not_known_opens_nothing(store: Store) -> None:
    for kind in MarkKind:
        assert look(store, Mark(kind, "no such call", A)) is None
        assert press(store, Mark(kind, "no such call", A), ENDED) is None
