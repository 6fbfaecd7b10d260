"""What operators add to a call stands beside what was heard, and reaches whom the call's report went to, once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.access.user import Role, User
from bot.dialogue.actions import Recall
from bot.dialogue.step import step
from bot.operators.amend import QUIET_SECONDS, Amendments
from bot.operators.notes import ADDED_MOST, NoteError
from bot.recall import recall
from bot.store import open_store
from bot.store.desk import list_questions
from bot.store.letters import lease, mark_accepted, mark_failed
from bot.store.notes import read_added
from bot.store.remembered import find_remembered
from tests.notebook import SATO, SMILE, SUZUKI, A, B, Desk
from tests.records import CALL, leave_call


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = open_store(leave_call(tmp_path, SMILE))
    yield Desk(store)
    store.close()


def test_a_correction_stands_beside_what_was_heard(desk: Desk) -> None:
    before = desk.field("caller_name")
    assert (before.text, before.status, before.corrections) == ("エガワ 様", "確認済み", ())
    desk.notebook.correct(desk.case, SATO, "caller_name", "エガミ 様", "漢字で伺った")
    desk.now += 60.0
    desk.notebook.correct(desk.case, SUZUKI, "caller_name", "エガミ ケンジ")
    after = desk.field("caller_name")
    assert (after.text, after.status) == ("エガワ 様", "確認済み")
    assert [(each.text, each.by, each.why) for each in after.corrections] == [
        ("エガミ", "佐藤", "漢字で伺った"),
        ("エガミ ケンジ", "鈴木", ""),
    ]
    with desk.store.read() as connection:
        first, second = read_added(connection, CALL.id).corrections
    assert first.heard == second.heard == "エガワ 様"
    state = desk.files.state(desk.case)
    assert state.facts.caller_name is not None
    assert state.facts.caller_name.value == "エガワ"


def test_what_was_added_before_the_end_is_in_the_report(desk: Desk) -> None:
    desk.notebook.correct(desk.case, SATO, "number", "03-1234-5678")
    desk.notebook.note(desk.case, SATO, "来週、もう一度お電話くださるそうです。")
    assert desk.sheet().report.state == "live"
    assert desk.amendments.tell(CALL.id) == 0
    desk.end()
    for queued in desk.letters():
        assert queued.letter.kind == "report"
        text = queued.letter.text
        assert "折り返し先:03-1234-5678【訂正済み】" in text
        assert " ・お電話での聞き取り:012-3456-7890【聞き取りのみ(未確認)】" in text
        assert "折り返し先:012-3456-7890【聞き取りのみ(未確認)】 → 03-1234-5678(佐藤 11/24 15:10)" in text
        assert "■ オペレーターからの連絡事項\n来週、もう一度お電話くださるそうです。(佐藤 11/24 15:10)" in text
        assert 'href="tel:0312345678"' in queued.letter.html
    assert desk.amendments.tell(CALL.id) == 0
    assert desk.sheet().report.untold == 0


def test_a_report_that_waits_is_written_anew_and_one_that_was_sent_gets_a_second_letter(desk: Desk) -> None:
    desk.end()
    with desk.store.write() as connection:
        first = lease(connection, desk.now, desk.now + 300.0, "1")
        assert first is not None
        mark_accepted(connection, first.id, desk.now)
    sent, waiting = desk.letters()
    assert (sent.accepted is None, waiting.accepted is None) == (False, True)
    desk.notebook.correct(desk.case, SATO, "caller_name", "エガミ")
    assert desk.amendments.tell(CALL.id) == 2
    same, merged, second = desk.letters()
    assert same == sent
    assert (merged.letter.kind, merged.letter.recipient) == ("report", B)
    assert (second.letter.kind, second.letter.recipient) == ("amendment-1", A)
    assert merged.letter.subject.startswith("【至急】スマイル企画 エガミ様より")
    assert second.letter.subject.startswith("【訂正】【至急】スマイル企画 エガミ様より")
    change = "お名前:エガワ 様【確認済み】 → エガミ 様(佐藤 11/24 15:10)"
    for letter in (merged.letter, second.letter):
        assert change in letter.text
        assert "お名前:エガミ 様【訂正済み】" in letter.text
        assert change in letter.html
    assert second.letter.text.startswith("先にお送りした報告の内容を、オペレーターが訂正いたしました。")
    assert desk.amendments.tell(CALL.id) == 0


def test_a_later_letter_tells_only_what_is_new_and_shows_all(desk: Desk) -> None:
    desk.end()
    desk.send_all()
    desk.notebook.correct(desk.case, SATO, "company", "スマイル企業")
    assert desk.amendments.tell(CALL.id) == 2
    desk.send_all()
    desk.notebook.note(desk.case, SUZUKI, "先方は外出中とのこと。")
    assert desk.amendments.tell(CALL.id) == 2
    last = desk.letters()[-1].letter
    assert (last.kind, last.subject[:4]) == ("addendum-2", "【追記】")
    assert "訂正した内容" not in last.text
    assert "会社名:スマイル企業【訂正済み】" in last.text
    assert "先方は外出中とのこと。(鈴木 11/24 15:10)" in last.text
    assert len({(each.letter.recipient, each.letter.kind) for each in desk.letters()}) == len(desk.letters()) == 6


def test_a_letter_that_is_being_sent_or_was_refused_for_good_loses_nothing(desk: Desk) -> None:
    desk.end()
    with desk.store.write() as connection:
        first = lease(connection, desk.now, desk.now + 300.0, "1")
        refused = lease(connection, desk.now, desk.now + 300.0, "1")
        assert first is not None
        assert refused is not None
        mark_failed(connection, refused.id, "no such box", desk.now)
    desk.notebook.correct(desk.case, SATO, "purpose", "見積もりの件")
    assert desk.amendments.tell(CALL.id) == 2
    kinds = [(each.letter.recipient, each.letter.kind, "見積もりの件" in each.letter.text) for each in desk.letters()]
    assert kinds == [(A, "report", False), (B, "report", True), (A, "amendment-1", True)]


def test_what_nobody_sends_goes_out_by_itself_when_it_has_been_quiet(desk: Desk) -> None:
    desk.end()
    desk.send_all()
    desk.notebook.note(desk.case, SATO, "メモ一")
    desk.now += QUIET_SECONDS - 1.0
    desk.notebook.note(desk.case, SATO, "メモ二")
    desk.now += 2.0
    assert desk.amendments.sweep() == 0
    desk.now += QUIET_SECONDS
    assert desk.amendments.sweep() == 2
    assert desk.amendments.sweep() == 0
    text = desk.letters()[-1].letter.text
    assert "メモ一" in text
    assert "メモ二" in text


def test_it_does_so_beside_the_calls(desk: Desk) -> None:
    desk.end()
    desk.notebook.note(desk.case, SATO, "メモ")
    desk.now += 2 * QUIET_SECONDS

    async def test() -> None:
        posted = asyncio.Event()
        amendments = Amendments(desk.store, step, None, posted.set, lambda: desk.now)
        telling = asyncio.create_task(amendments.run())
        async with asyncio.timeout(30):
            await posted.wait()
        telling.cancel()

    asyncio.run(test())
    assert all("メモ" in each.letter.text for each in desk.letters())
    assert desk.sheet().report.untold == 0


def test_a_live_call_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    """Its recording is still being written, and its report is to come."""
    raw = next(tmp_path.glob("*.pcm"))
    desk.notebook.note(desk.case, SATO, "メモ")
    desk.now += 10 * QUIET_SECONDS
    desk.files.clip(desk.case, "number")
    desk.sheet()
    assert desk.amendments.sweep() == 0
    assert raw.exists()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("number", "わかりません", "数字とハイフン"),
        ("number", "", "入力されていません"),
        ("reason", "なにか", "一覧から"),
        ("caller_name", "ア" * 301, "300文字以内"),
        ("called", "03", "訂正できません"),
        ("__class__", "x", "訂正できません"),
    ],
)
def test_what_makes_no_sense_is_refused_in_japanese(desk: Desk, name: str, text: str, told: str) -> None:
    with pytest.raises(NoteError, match=told):
        desk.notebook.correct(desk.case, SATO, name, text)


def test_there_is_an_end_to_what_can_be_added(desk: Desk) -> None:
    for number in range(ADDED_MOST):
        desk.notebook.note(desk.case, SATO, f"メモ{number}")
    with pytest.raises(NoteError, match="これ以上"):
        desk.notebook.note(desk.case, SATO, "もう一つ")


def test_a_reason_and_a_person_are_put_right_by_what_they_are_called(desk: Desk) -> None:
    desk.notebook.correct(desk.case, SATO, "reason", "complaint")
    person = SMILE.staff[1]
    desk.notebook.correct(desk.case, SATO, "staff", f"{person.family.text} {person.given.text}")
    assert desk.sheet().reason.label == "ご意見・苦情"
    desk.end()
    text = desk.letters()[0].letter.text
    assert "種類:ご意見・苦情【訂正済み】" in text
    assert f"宛先:{person.department} {person.family.text}【訂正済み】" in text


def test_a_missing_answer_goes_to_the_companys_list_once(desk: Desk) -> None:
    desk.notebook.ask(desk.case, "駐車場は\nありますか")
    desk.notebook.ask(desk.case, "駐車場は ありますか")
    with desk.store.read() as connection:
        (asked,) = list_questions(connection, SMILE.key)
    assert (asked.question, asked.call_id) == ("駐車場は ありますか", CALL.id)
    assert [each.question for each in desk.sheet().questions] == ["駐車場は ありますか"]


def test_thanks_go_to_a_colleague_of_the_same_company_once(desk: Desk) -> None:
    here, all_of_them = (SMILE.key,), ("*",)
    desk.people(
        User("sato", "佐藤", Role.OPERATOR, here),
        User("suzuki", "鈴木", Role.OPERATOR, all_of_them),
        User("mori", "森", Role.OPERATOR, ("other",)),
        User("abe", "阿部", Role.MEMBER, here),
        User("gone", "後藤", Role.OPERATOR, here, enabled=False),
    )
    assert [each.key for each in desk.sheet("sato").colleagues] == ["suzuki"]
    assert desk.notebook.thank(desk.case, SATO, "suzuki", "助かりました") == "鈴木"
    desk.notebook.thank(desk.case, SATO, "suzuki")
    for nobody in ("sato", "mori", "abe", "gone", "x"):
        with pytest.raises(NoteError, match="見つかりませんでした"):
            desk.notebook.thank(desk.case, SATO, nobody)
    (given,) = desk.notebook.thanks("suzuki")
    assert (given.by, given.words, given.to) == ("佐藤", "助かりました", "鈴木")
    assert desk.notebook.thanks("sato") == ()


def test_what_was_put_right_is_what_later_calls_find_of_this_caller(desk: Desk) -> None:
    desk.notebook.correct(desk.case, SATO, "number", "03-1234-5678")  # while the call goes on
    desk.end()
    wrong, right = Recall("0123456789"), Recall("0312345678")
    assert not recall(desk.store, SMILE, wrong, desk.now).earlier
    (earlier,) = recall(desk.store, SMILE, right, desk.now).earlier
    assert earlier.name == "エガワ"
    desk.notebook.correct(desk.case, SATO, "caller_name", "中川")  # and after it, in characters
    desk.notebook.correct(desk.case, SATO, "company", "株式会社青空")
    (earlier,) = recall(desk.store, SMILE, right, desk.now).earlier
    assert (earlier.name, earlier.number) == ("ナカガワ", "0312345678")
    assert recall(desk.store, SMILE, Recall("", "ナカガワ"), desk.now).earlier == (earlier,)
    assert not recall(desk.store, SMILE, Recall("", "エガワ"), desk.now).earlier
    with desk.store.read() as connection:
        kept = find_remembered(connection, CALL.id)
    assert kept is not None
    assert (kept.caller_company, kept.spoke, kept.outcome) == ("アオゾラ", True, "abandoned")
