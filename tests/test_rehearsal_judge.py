"""The judge: passes what is as the plan expects, and fails on everything that is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.rehearsal.fast import Rehearsed
from bot.rehearsal.judge import failures
from bot.rehearsal.plan import load_plan
from bot.rehearsal.play import Played, Turn
from bot.rehearsal.show import Result, as_json, percentile
from bot.reporting.account import Account, Fact

SCRIPTS = Path(__file__).parent.parent / "scripts"
PLAN = load_plan(SCRIPTS / "smile" / "rehearsals" / "urgent.toml")
QUIET = load_plan(SCRIPTS / "smile_quiet" / "rehearsals" / "urgent.toml")
WORDS = ("スマイル精工でございます。", "栗本は出張です。", "kurimoto@smilecorp.example。", "012-3456-7890。")
TURNS = (
    Turn(1.0, "お電話ありがとうございます。", "greeting", "opening", "江川です。", 500.0),
    Turn(9.0, "栗本は出張です。", "other", "hai", "はい。", cut_off=True),
    Turn(20.0, "012-3456-7890。", "confirm_number", "yes_right", "はい。", 900.0),
)
PLAYED = Played(TURNS, WORDS, 60.0, "caller", Path("call.flac"))
ACCOUNT = Account(
    call_id="c1",
    outcome="message",
    facts={
        "name": Fact("エガワ", "confirmed"),
        "company": Fact("スマイルキカク", "confirmed"),
        "number": Fact("012-3456-7890", "confirmed"),
        "staff": Fact("栗本", "confirmed"),
        "purpose": Fact("明日の納品のこと", "heard"),
    },
    urgent=True,
    callback_promised=True,
    told=("メールアドレス kurimoto@smilecorp.example(復唱で確認済み)",),
    seconds=60.0,
    subject="【至急】",
    text="お名前:エガワ 様 会社名:スマイルキカク 折り返し先:012-3456-7890 宛先:営業部 栗本",
)


def without(key: str) -> Account:
    return replace(ACCOUNT, facts={name: fact for name, fact in ACCOUNT.facts.items() if name != key})


def with_fact(key: str, value: str, status: str = "confirmed") -> Account:
    text = f"{ACCOUNT.text} {value}"
    return replace(ACCOUNT, facts={**ACCOUNT.facts, key: Fact(value, status)}, text=text)


def test_what_is_as_expected_passes() -> None:
    assert failures(PLAN, PLAYED, ACCOUNT) == []


@pytest.mark.parametrize(
    ("account", "told"),
    [
        (None, "no report"),
        (with_fact("name", "エカワ"), "name: expected エガワ, reported エカワ"),
        (with_fact("company", "マイルキカク"), "company: expected スマイルキカク"),
        (with_fact("number", "012-3456-7891"), "number: expected 012-3456-7890"),
        (with_fact("staff", "大野"), "staff: expected 栗本"),
        (without("name"), "name: expected エガワ, reported nothing"),
        (without("number"), "number: expected confirmed, reported not heard"),
        (with_fact("number", "012-3456-7890", "heard"), "number: expected confirmed, reported heard"),
        (replace(ACCOUNT, urgent=False), "urgent: expected True"),
        (replace(ACCOUNT, callback_promised=False), "callback_promised: expected True"),
        (replace(ACCOUNT, told=()), "told: expected kurimoto@smilecorp.example"),
        (replace(ACCOUNT, outcome="abandoned"), "outcome: expected message, reported abandoned"),
        (replace(ACCOUNT, text=""), "no mail was written"),
        (replace(ACCOUNT, text="お電話がありました。"), "name: エガワ is not in the mail"),
    ],
)
def test_every_difference_fails(account: Account | None, told: str) -> None:
    assert any(told in failure for failure in failures(PLAN, PLAYED, account))


def test_the_receptionists_words_are_judged() -> None:
    mute = replace(PLAYED, words=())
    assert "the receptionist said nothing" in failures(PLAN, mute, ACCOUNT)
    assert "never said: 出張" in failures(PLAN, replace(PLAYED, words=WORDS[:1]), ACCOUNT)
    talked = failures(QUIET, PLAYED, ACCOUNT)
    assert "should not have said: @" in talked
    assert "never said: お約束いたしかねます" in talked


def test_a_call_without_an_end_fails() -> None:
    assert any("gave up" in failure for failure in failures(PLAN, replace(PLAYED, ended="gave up"), ACCOUNT))


def test_numbers_may_be_grouped_otherwise() -> None:
    account = replace(with_fact("number", "0123-45-67890"), text=ACCOUNT.text.replace("012-3456-7890", "0123-45-67890"))
    assert failures(PLAN, PLAYED, account) == []


def test_a_result_as_json_tells_false_cut_offs_apart_and_no_latency_of_virtual_time() -> None:
    live = as_json(Result(PLAN, 1, False, Rehearsed(PLAYED, ACCOUNT), ()))
    assert live["passed"] is True
    assert live["latency_ms"] == {"p50": 500, "p95": 900, "max": 900}
    assert live["false_cut_offs"] == 1
    assert [turn["latency_ms"] for turn in live["turns"]] == [500, None, 900]
    fast = as_json(Result(PLAN, 1, True, Rehearsed(PLAYED, ACCOUNT), ("wrong",)))
    assert fast["passed"] is False
    assert fast["failures"] == ["wrong"]
    assert fast["latency_ms"] is None
    assert {turn["latency_ms"] for turn in fast["turns"]} == {None}
    assert set(live) >= {"call", "passed", "failures", "latency_ms", "turns", "report", "recording"}


def test_percentiles_are_of_the_values() -> None:
    assert percentile([], 0.5) is None
    assert percentile([3.0], 0.95) == 3.0
    assert percentile([float(value) for value in range(1, 101)], 0.95) == 95.0
    assert percentile([4.0, 1.0, 2.0, 3.0], 0.5) == 2.0
