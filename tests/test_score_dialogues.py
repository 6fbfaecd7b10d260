"""Whole calls scored: how a written call is played, how its end is judged, and how the command tells of it."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.company.members import load_members
from bot.company.rules import SalesPolicy
from bot.company.script import Script
from bot.dialogue.state import BookingAction, BookingFact, Captured, Facts, Outcome, State
from bot.simulation.judge import plain, wrong
from bot.simulation.score import as_json, score_dialogues
from nlu.meaning import Reason
from nlu.score.lines import FolderError
from nlu.train.split import dialogue_held_out
from tests.written_calls import BOOKING, COMMON, MESSAGE, SELLER, expecting
from tests.written_members import members_file


@pytest.fixture
def hinode(tmp_path: Path) -> Script:
    return load_members(members_file(tmp_path), COMMON)["hinode"]


def taken(**changes: Any) -> State:
    """The call of `MESSAGE` as it should end."""
    facts = Facts(
        caller_name=Captured("ワダ"),
        company=Captured("ガクブチノワダ", "額縁の和田"),
        number=Captured("0355123488"),
        staff=Captured("miyake"),
        reason=Reason.PERSON,
    )
    outcome = changes.pop("outcome", Outcome.MESSAGE)
    return State(facts=replace(facts, **changes), outcome=outcome)


SAID = ("三宅は、出張のため席を外しております。", "明日の午前九時に戻る予定でございます。")


def test_a_call_as_expected_passes(hinode: Script) -> None:
    assert wrong(MESSAGE, hinode, taken(), SAID) == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"reason": Reason.CALLBACK}, "reason: wanted person, found callback"),
        ({"outcome": Outcome.RECORDED}, "outcome: wanted message, found recorded"),
        ({"outcome": None}, "outcome: wanted message, found unfinished"),
        ({"urgent": True}, "urgent: wanted False, found True"),
        ({"caller_name": Captured("ワタ")}, "caller_name: wanted ワダ, found ワタ"),
        ({"caller_name": None}, "caller_name: wanted ワダ, found none"),
        ({"number": Captured("0355123489")}, "number: wanted 0355123488, found 0355123489"),
        ({"staff": Captured("kozuka")}, "staff: wanted ミヤケ, found コヅカ"),
    ],
)
def test_what_is_otherwise_is_named(hinode: Script, changes: dict[str, Any], complaint: str) -> None:
    assert complaint in wrong(MESSAGE, hinode, taken(**changes), SAID)


def test_alternatives_will_do(hinode: Script) -> None:
    assert wrong(expecting(MESSAGE, caller_name="ワタ|ワダ", staff="店長|社長"), hinode, taken(), SAID) == []
    either = expecting(MESSAGE, reason="callback", reason_ok=["person"], outcome="answered", outcome_ok="message|sold")
    assert wrong(either, hinode, taken(), SAID) == []


def test_a_company_counts_by_its_sound(hinode: Script) -> None:
    assert wrong(expecting(MESSAGE, company="ガクブチノワダ"), hinode, taken(), SAID) == []
    long = taken(company=Captured("ナカノガクブチセイサクショー", "中野額縁製作所"))
    assert wrong(expecting(MESSAGE, company="ナカノガクブチセイサクショ"), hinode, long, SAID) == []
    assert wrong(expecting(MESSAGE, company="ナカガワシャシン"), hinode, taken(), SAID) == [
        "company: wanted ナカガワシャシン, found ガクブチノワダ"
    ]


def test_where_no_number_is_expected_the_lines_own_is_right(hinode: Script) -> None:
    row = expecting({**MESSAGE, "caller_id": "0312345678"}, number="")
    for number in ("", "0312345678", "0355123488"):
        assert wrong(row, hinode, taken(number=Captured(number)), SAID) == []
    assert wrong(row, hinode, taken(number=Captured("0399999999")), SAID) == ["number: wanted none, found 0399999999"]


def test_words_are_compared_with_their_figures_as_digits(hinode: Script) -> None:
    assert plain("0564-22-8135 午後三時半 二十五日 三十万円") == "0564228135午後3時半25日300000円"
    row = expecting(MESSAGE, must_say=["03-5512-3488"], must_not_say=["小塚|090"])
    assert wrong(row, hinode, taken(), ("復唱いたします。03-5512-3488。",)) == []
    assert wrong(row, hinode, taken(), ("0355123489", "〇九〇", "三宅")) == [
        "must_say: 03-5512-3488",
        "must_not_say: 小塚|090",
    ]
    assert wrong(row, hinode, taken(), ("03-5512", "3488", "090")) == [
        "must_say: 03-5512-3488",
        "must_not_say: 小塚|090",
    ], "words of several turns do not make one"


def test_a_booking_must_be_the_one_wanted(hinode: Script) -> None:
    booking = BookingFact(BookingAction.NEW, "1", "booking", "2026-12-02T11:00", 3)
    state = taken(
        caller_name=Captured("ノムラ"),
        number=Captured("0312340000"),
        reason=Reason.RESERVATION_NEW,
        booking=booking,
        outcome=Outcome.RESERVED,
    )
    assert wrong(BOOKING, hinode, state, ()) == []
    other = replace(state, facts=replace(state.facts, booking=replace(booking, start="2026-12-02T10:00", party=2)))
    assert wrong(BOOKING, hinode, other, ()) == [
        "start: wanted 2026-12-02T11:00, found 2026-12-02T10:00",
        "party: wanted 3, found 2",
    ]


def test_a_refused_seller_need_not_have_said_who_calls(hinode: Script) -> None:
    row = expecting(SELLER, caller_name="ニシオ", company="トナーホンポ", must_say=[], number="")
    refused = State(facts=Facts(reason=Reason.SALES), outcome=Outcome.REFUSED)
    assert wrong(row, hinode, refused, ("お断りしております",)) == []
    assert "outcome: wanted refused_sales, found message" in wrong(row, hinode, taken(), ())


def test_a_report_must_be_there_where_one_is_needed(hinode: Script) -> None:
    refused = State(facts=Facts(reason=Reason.SALES), outcome=Outcome.REFUSED)
    wanted = expecting(SELLER, report=True, must_say=[], number="")
    assert wrong(wanted, hinode, refused, ()) == [], "this company wants sales calls reported"
    quiet = replace(hinode, rules=replace(hinode.rules, sales=replace(hinode.rules.sales, policy=SalesPolicy.REFUSE)))
    assert wrong(wanted, quiet, refused, ()) == ["report: wanted one, found none"]
    assert wrong(expecting(MESSAGE, report=False), hinode, taken(), SAID) == [], "a report that none needs is no error"


def folder_of(folder: Path, *rows: dict[str, Any]) -> Path:
    members_file(folder)
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "dialogues.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_a_call_is_played_and_judged(tmp_path: Path) -> None:
    failing = expecting({**MESSAGE, "id": "d0110"}, staff="コヅカ")
    good, bad = score_dialogues(folder_of(tmp_path, MESSAGE, failing), COMMON)
    assert good.passed, (good.wrong, good.transcript)
    assert bad.wrong == ("staff: wanted コヅカ, found ミヤケ",)
    assert "客> 03の5512の3488です" in good.transcript
    result = as_json([good, bad])
    assert (result["n"], result["passed"], result["pass_rate"]) == (2, 1, 0.5)
    (failure,) = result["failures"]
    assert (failure["id"], failure["wrong"]) == ("d0110", list(bad.wrong))
    assert failure["transcript"][0].startswith("受付> ")
    low, high, n = result["intervals"]["pass_rate"]
    assert 0 < low < 0.5 < high < 1
    assert n == 2


def test_the_halves_are_told_apart_by_the_number(tmp_path: Path) -> None:
    keys = ("d0001", "d0002", "d0009", "d0010", "d0012")
    assert [dialogue_held_out(key) for key in keys] == [False, False, False, True, False]
    folder = folder_of(tmp_path, MESSAGE, {**MESSAGE, "id": "d0110"})
    assert [each.id for each in score_dialogues(folder, COMMON, "dev")] == ["d0101"]
    assert [each.id for each in score_dialogues(folder, COMMON, "held-out")] == ["d0110"]


def test_the_command_tells_of_calls_in_both_ways(tmp_path: Path) -> None:
    failing = expecting({**MESSAGE, "id": "d0110"}, staff="コヅカ")
    folder, kept = str(folder_of(tmp_path, MESSAGE, failing)), tmp_path / "predictions.out"
    run = CliRunner().invoke(app, ["score", folder, "--json", "--only", "dialogues", "--predictions", str(kept)])
    assert json.loads(run.stdout)["dialogues"]["passed"] == 1
    assert [json.loads(line)["right"] for line in kept.read_text("utf-8").splitlines()] == [True, False]
    table = CliRunner().invoke(app, ["score", folder]).stdout
    assert "d0110" in table
    assert "コヅカ" in table
    hidden = CliRunner().invoke(app, ["score", folder, "--split", "held-out"]).stdout
    assert "d0110  staff" in hidden
    assert "コヅカ" not in hidden


def test_a_folder_without_calls_has_no_such_key(tmp_path: Path) -> None:
    row = {"id": "p1", "text": "森下です", "caller_name": "モリシタ"}
    (tmp_path / "names.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    run = CliRunner().invoke(app, ["score", str(tmp_path), "--json"])
    assert set(json.loads(run.stdout)) == {"names"}
    refused = CliRunner().invoke(app, ["score", str(tmp_path), "--only", "dialogues"])
    assert refused.exit_code == 2


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"company": "nobody"}, 'members.json has no company "nobody"'),
        ({"now": "today"}, '"now" is no moment'),
        ({"turns": []}, '"turns" is not a list of what the caller says'),
        ({"caller": "江川"}, '"caller" is not an object'),
    ],
)
def test_a_bad_call_is_named(tmp_path: Path, change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(FolderError) as error:
        score_dialogues(folder_of(tmp_path, copy.deepcopy(MESSAGE) | change), COMMON)
    assert complaint in str(error.value)
