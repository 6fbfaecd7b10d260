"""What the console asks and tells besides its socket: for those who serve the company of the call, and nobody else."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from sqlalchemy import update

from bot.access.audit import Deed
from bot.access.gate import csrf_of, hash_of
from bot.journal import Journal
from bot.store import tables
from bot.store.audit import list_entries
from bot.store.desk import list_questions
from bot.store.letters import list_letters
from bot.store.notes import read_added
from bot.store.users import Session, begin_session
from tests.people import OURS, SCRIPTS, THEIRS, Browser, Town, browser, town
from tests.records import CALL, talk
from voice.record import Recorder, Side

AT = f"/console/calls/{OURS}"
READING = ("said", "phrases", "knowledge", "staff", "earlier", "after", "clip/number")
WRITING = {
    "note": {"text": "メモ"},
    "corrections": {"field": "number", "text": "03-1234-5678"},
    "reason": {"reason": "complaint"},
    "unknown": {"question": "駐車場はありますか"},
    "thanks": {"to": "everywhere"},
    "report": {},
}


@asynccontextmanager
async def at_work(folder: Path, key: str = "sato") -> AsyncIterator[tuple[Town, Browser]]:
    there = town(folder / "denwaban.db", folder)
    try:
        async with browser(there) as opened:
            if key:
                come_back(there, opened, key)
            yield there, opened
    finally:
        there.store.close()


def come_back(there: Town, opened: Browser, key: str) -> None:
    """That person has logged in before."""
    token, now = f"token-of-{key}", there.gate.now()
    with there.store.write() as connection:
        begin_session(connection, Session(hash_of(token), key, now, now, ""))
    opened.client.cookies.set("__Host-denwaban", token)
    opened.csrf = csrf_of(token)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


async def json_of(opened: Browser, path: str) -> Any:
    answer = await opened.get(path, accept="application/json")
    assert answer.status_code == 200, answer.text
    return answer.json()


def recorded(there: Town, folder: Path) -> None:
    """A recording of the call in OURS."""
    recorder = Recorder(folder / "ours.flac", 8000)
    recorder.write(Side.CALLER, (8000 * np.sin(np.arange(8000 * 28) * 0.3)).astype("<i2").tobytes())
    path = recorder.close()
    with there.store.write() as connection:
        connection.execute(update(tables.calls).where(tables.calls.c.id == OURS).values(recording=str(path)))


def test_an_operator_reads_a_call(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_work(tmp_path) as (_, sato):
            said = await json_of(sato, f"{AT}/said")
            assert (said["lines"][0]["who"], said["lines"][0]["n"]) == ("受付", 0)
            assert "客" in {line["who"] for line in said["lines"]}
            facts = await json_of(sato, f"{AT}/phrases")
            assert {"label": "会社名", "text": "スマイル精工株式会社"} in facts["facts"]
            assert "かしこまりました。" in [each["text"] for each in facts["phrases"]]
            asked = SCRIPTS["smile"].knowledge.entries[0].questions[0]
            found = await json_of(sato, f"{AT}/knowledge?q={asked}")
            assert found["entries"][0]["answer"] == SCRIPTS["smile"].knowledge.entries[0].answer
            assert found["entries"][0]["likely"] is True
            staff = await json_of(sato, f"{AT}/staff")
            assert {each["key"] for each in staff["staff"]} == {each.key for each in SCRIPTS["smile"].staff}
            after = await json_of(sato, f"{AT}/after")
            assert {each["name"]: each["text"] for each in after["fields"]}["caller_name"] == "エガワ 様"
            assert after["call"]["live"] is False
            assert [each["key"] for each in after["colleagues"]] == ["admin", "everywhere"]

    run(test)


def test_the_page_gets_fragments_of_the_same(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_work(tmp_path) as (_, sato):
            page = await sato.get("/console")
            assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
            assert "佐藤" in page.text
            for name in ("knowledge", "staff", "earlier", "after"):
                fragment = await sato.get(f"{AT}/{name}", **{"hx-request": "true"})
                assert fragment.status_code == 200, name
                assert "<html" not in fragment.text
                assert fragment.headers["cache-control"] == "no-store"
            assert "エガワ 様" in (await sato.get(f"{AT}/after", **{"hx-request": "true"})).text
            for path in ("/console/done", "/console/thanks"):
                assert (await sato.get(path, **{"hx-request": "true"})).status_code == 200

    run(test)


def test_what_is_written_is_kept_and_answered_with_how_things_stand(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_work(tmp_path) as (there, sato):
            as_json = {"accept": "application/json"}
            for name, form in WRITING.items():
                answer = await sato.post(f"{AT}/{name}", form, as_json)
                assert answer.status_code == 200, (name, answer.text)
            after = answer.json()["after"]
            assert [each["text"] for each in after["notes"]] == ["メモ"]
            assert after["reason"] == {"name": "complaint", "label": "ご意見・苦情"}
            number = next(each for each in after["fields"] if each["name"] == "number")
            assert (number["text"], number["corrections"][0]["text"]) == ("012-3456-7890", "03-1234-5678")
            assert after["thanks"][0]["to"] == "遠藤"
            assert after["report"] == {"state": "waiting", "untold": 0}
            with there.store.read() as connection:
                added = read_added(connection, OURS)
                letters = list_letters(connection, OURS)
                assert [each.question for each in list_questions(connection, "smile")] == ["駐車場はありますか"]
            assert {each.by for each in added.notes} | {each.by for each in added.corrections} == {"sato"}
            assert all("03-1234-5678【訂正済み】" in each.letter.text for each in letters)
            fragment = await sato.post(f"{AT}/note", {"text": "<b>二つ目</b>"}, {"hx-request": "true"})
            assert "&lt;b&gt;二つ目&lt;/b&gt;" in fragment.text
            assert "メモを残しました。" in fragment.text

    run(test)


def test_json_is_taken_as_well(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_work(tmp_path) as (there, sato):
            headers = {
                "x-csrf-token": sato.csrf,
                "content-type": "application/json",
                "origin": there.settings.public_origin,
            }
            for body, code in (
                (json.dumps({"text": "メモ"}), 200),
                ("{", 422),
                ('{"text": 5}', 422),
                ('{"text": "\\ud800"}', 422),
                ("{}", 422),
                ('{"text": "' + "あ" * 70_000 + '"}', 413),
            ):
                answer = await sato.client.post(f"{AT}/note", content=body.encode(), headers=headers)
                assert answer.status_code == code, body[:40]
                assert code == 200 or answer.json()["error"]

    run(test)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("note", {"text": " "}),
        ("note", {}),
        ("note", {"text": "あ" * 2001}),
        ("corrections", {"field": "number", "text": "なし"}),
        ("corrections", {"field": "__class__", "text": "x"}),
        ("reason", {"reason": "x"}),
        ("unknown", {"question": ""}),
        ("thanks", {"to": "mori"}),
        ("thanks", {"to": "sato"}),
    ],
)
def test_what_makes_no_sense_is_answered_in_japanese(name: str, form: dict[str, str], tmp_path: Path) -> None:
    async def test() -> None:
        async with at_work(tmp_path) as (there, sato):
            told = await sato.post(f"{AT}/{name}", form, {"accept": "application/json"})
            shown = await sato.post(f"{AT}/{name}", form, {"hx-request": "true"})
            with there.store.read() as connection:
                assert not read_added(connection, OURS)
        assert (told.status_code, shown.status_code) == (422, 422)
        assert told.json()["error"].endswith("。")
        assert told.json()["error"] in shown.text

    run(test)


@pytest.mark.parametrize("key", ["", "suzuki", "ono", "mori"])
def test_nobody_else_reads_or_writes_it(key: str, tmp_path: Path) -> None:
    async def test() -> None:
        async with at_work(tmp_path, key) as (there, other):
            code = {"": 401, "suzuki": 404}.get(key, 403)
            for name in READING:
                answer = await other.get(f"{AT}/{name}", accept="application/json")
                missing = await other.get(f"/console/calls/nowhere/{name}", accept="application/json")
                assert (answer.status_code, missing.status_code) == (code, code), name
                assert answer.text == missing.text
            for name, form in WRITING.items():
                answer = await other.post(f"{AT}/{name}", form, {"accept": "application/json"})
                assert answer.status_code == code, name
            with there.store.read() as connection:
                assert not read_added(connection, OURS)
                seen = list_entries(connection, call_id=OURS)
            assert seen == []
            if key == "suzuki":
                assert (await json_of(other, f"/console/calls/{THEIRS}/said"))["lines"]

    run(test)


def test_a_form_from_elsewhere_changes_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_work(tmp_path) as (there, sato):
            foreign = await sato.post(f"{AT}/note", {"text": "x"}, {"origin": "https://evil.example"})
            sato.csrf = "guessed"
            forged = await sato.post(f"{AT}/note", {"text": "x"})
            with there.store.read() as connection:
                assert not read_added(connection, OURS)
        assert (foreign.status_code, forged.status_code) == (403, 403)

    run(test)


def test_every_look_and_change_is_written_down(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_work(tmp_path) as (there, sato):
            recorded(there, tmp_path)
            for name in READING:
                assert (await sato.get(f"{AT}/{name}")).status_code == 200, name
            for name, form in WRITING.items():
                await sato.post(f"{AT}/{name}", form)
            with there.store.read() as connection:
                entries = list_entries(connection, call_id=OURS)
        done = [each.what for each in reversed(entries)]
        seen = [Deed.WORDS_SEEN, Deed.CALL_SEEN, Deed.CALL_SEEN, Deed.STAFF_SEEN, Deed.EARLIER_SEEN, Deed.CALL_SEEN]
        changed = [Deed.NOTE_ADDED, Deed.FIELD_CORRECTED, Deed.FIELD_CORRECTED, Deed.QUESTION_ADDED, Deed.THANKED]
        assert done == [*seen, Deed.CLIP_PLAYED, *changed, Deed.REPORT_TOLD]
        assert {each.who for each in entries} == {"sato"}
        assert not any("メモ" in each.detail or "1234" in each.detail for each in entries)

    run(test)


def test_a_clip_plays_in_part_as_players_ask_for_it(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_work(tmp_path) as (there, sato):
            recorded(there, tmp_path)
            whole = await sato.get(f"{AT}/clip/number")
            part = await sato.get(f"{AT}/clip/number", range="bytes=0-43")
            missing = [await sato.get(f"{AT}/clip/{name}") for name in ("extension", "..%2f..%2fsecret", "x" * 500)]
        assert soundfile.info(io.BytesIO(whole.content)).channels == 1
        assert (part.status_code, part.content) == (206, whole.content[:44])
        assert [each.status_code for each in missing] == [404, 404, 404]

    run(test)


def test_calls_of_the_day_and_thanks_are_ones_own(tmp_path: Path) -> None:
    async def test() -> None:
        there = town(tmp_path / "denwaban.db", tmp_path)
        try:
            there.later(CALL.began + 3600.0 - there.gate.now())
            seen = {}
            for key in ("sato", "suzuki", "admin"):
                async with browser(there) as opened:
                    come_back(there, opened, key)
                    done = await json_of(opened, "/console/done")
                    seen[key] = {each["call_id"] for each in done["calls"]}
                    if key == "sato":
                        await opened.post(f"{AT}/thanks", {"to": "admin", "words": "助かりました"})
                    thanks = await json_of(opened, "/console/thanks")
                    assert [each["words"] for each in thanks["thanks"]] == ["助かりました"] * (key == "admin")
        finally:
            there.store.close()
        assert seen == {"sato": {OURS}, "suzuki": {THEIRS}, "admin": {OURS, THEIRS}}

    run(test)


def test_a_live_call_shows_what_is_known_so_far(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_work(tmp_path) as (there, sato):
            script = SCRIPTS["smile"]
            journal = Journal(there.store, own_thread=False)
            journal.begin(replace(CALL, id="live-1", company="smile", script_version=script.version), script)
            for event in talk()[:3]:
                journal.append("live-1", event.at, event)
            assert journal.close()
            after = await json_of(sato, "/console/calls/live-1/after")
            assert (after["call"]["live"], after["report"]["state"]) == (True, "live")
            name = next(each for each in after["fields"] if each["name"] == "caller_name")
            assert (name["text"], name["status"]) == ("エガワ 様", "聞き取りのみ(未確認)")
            told = await sato.post("/console/calls/live-1/report", {}, {"accept": "application/json"})
            assert told.json()["said"] == "報告は、通話が終わると送られます。"

    run(test)


def test_the_api_is_described(tmp_path: Path) -> None:
    there = town(tmp_path / "denwaban.db", tmp_path)
    there.store.close()
    described = there.app.openapi()
    at = "/console/calls/{call_id}"
    for name in ("said", "phrases", "knowledge", "staff", "earlier", "after"):
        answer = described["paths"][f"{at}/{name}"]["get"]["responses"]
        assert "$ref" in answer["200"]["content"]["application/json"]["schema"]
        assert {"401", "403", "404"} <= set(answer)
    for name in WRITING:
        post = described["paths"][f"{at}/{name}"]["post"]
        assert ("requestBody" in post) == bool(WRITING[name])
