"""With an operator, as the dialogue sees it: when one is asked for, what the caller hears, and the way back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.company.rules import Why
from bot.dialogue.actions import Action, CallOff, HandOver, HangUp, Say, Transfer
from bot.dialogue.events import (
    Due,
    Event,
    HandedBack,
    HungUp,
    NobodyTook,
    OperatorSaid,
    OperatorsRung,
    PutOnHold,
    Spoken,
    TakenOver,
)
from bot.dialogue.state import Outcome, Phase, State
from bot.dialogue.step import step
from bot.golden import Playing, begin, enter
from tests.at_console import MINATO
from tests.dialogues import BEGAN, SCRIPTS, events, timed

HEAD = "@ 2026-11-25 10:20  from 0425550101"

instructions = st.sampled_from(["take_message", "take_number", "close", "hang_up", "put_through", "join", ""])
of_operators: st.SearchStrategy[Event] = st.one_of(
    st.builds(OperatorsRung, st.just(0.0), st.just(2), st.just(30.0)),
    st.builds(TakenOver, st.just(0.0), st.just("sato"), st.just("佐藤"), st.sampled_from(["voice", "text"])),
    st.builds(PutOnHold, st.just(0.0), st.booleans(), st.sampled_from(["", "0398765432"])),
    st.builds(OperatorSaid, st.just(0.0), st.just("佐藤"), st.sampled_from(["はい。", "お調べします"]), st.booleans()),
    st.builds(HandedBack, st.just(0.0), st.just("佐藤"), instructions, st.just("メモ"), st.just("0312345678")),
    st.builds(NobodyTook, st.just(0.0), st.sampled_from(["nobody", "busy", "no_answer", "declined", "lost"])),
)
calls = st.lists(st.tuples(events | of_operators, st.floats(0.0, 40.0)), max_size=40)


def played(*lines: str) -> Playing:
    playing = begin(MINATO, [HEAD, *lines], SCRIPTS)
    for line in lines:
        enter(playing, line, SCRIPTS)
    return playing


ANGRY = "客> 給湯器がまた壊れたんだけど どうなってるんですか"
ASKED = ("客> 人に代わってもらえますか", "[呼出 uketsuke]")


@given(calls)
@settings(max_examples=150, deadline=None)
def test_whatever_operators_do_nothing_breaks_and_nothing_is_said_after_the_end(
    call: list[tuple[Event, float]],
) -> None:
    happened = timed([event for event, _ in call], [gap for _, gap in call])
    state, ended = step(MINATO, State(), BEGAN)[0], False
    for event in happened:
        state, actions = step(MINATO, state, event)
        assert not (ended and actions)
        ended = ended or isinstance(event, HungUp) or state.outcome is Outcome.TRANSFERRED
        assert (state.phase is Phase.OPERATOR) <= bool(state.attended)
        if state.phase is Phase.TALKING and state.attended:
            assert state.attended[-1].ended is not None
    assert state.phase is not Phase.ENDED or state.outcome is not None


@given(calls)
@settings(max_examples=100, deadline=None)
def test_a_silent_caller_whom_no_operator_has_is_not_kept_for_ever(call: list[tuple[Event, float]]) -> None:
    happened = timed([event for event, _ in call], [gap for _, gap in call])
    state = step(MINATO, State(), BEGAN)[0]
    for event in happened:
        state, _ = step(MINATO, state, event)
    done: list[Action] = []
    for _ in range(200):
        if state.deadline is None or state.phase is Phase.OPERATOR:
            break
        state, actions = step(MINATO, state, Due(state.deadline))
        done += actions
        for action in actions:
            if isinstance(action, Say):
                state, _ = step(MINATO, state, Spoken(state.at + 3.0))
    assert state.phase in (Phase.OPERATOR, Phase.ENDED, Phase.CLOSING) or state.deadline is None
    assert state.phase is not Phase.HANDING_OVER


def test_the_first_word_to_a_caller_who_waits_comes_after_twenty_seconds_and_then_again() -> None:
    playing = played(*ASKED, "[沈黙 24]")
    assert playing.lines[-1].startswith("受付> お待たせしております。")
    at = playing.state.at
    playing.silence(30.0)
    waits = [line for line in playing.lines if "もう少々お待ち" in line]
    assert playing.state.at - at < 40
    assert 1 <= len(waits) <= 2


def test_a_ringing_of_which_nothing_is_heard_any_more_ends_by_itself() -> None:
    playing = played(*ASKED, "[沈黙 50]")
    assert "[呼出終了]" in playing.lines
    assert playing.state.facts.callback_promised


def test_the_caller_is_told_how_long_it_takes() -> None:
    assert "三十秒ほどお待ちくださいませ。" in played(*ASKED).lines[-1]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["客> 人に代わってもらえますか"], Why.ASKED),
        (["[雑音]"] * 3, Why.MISSES),
        (
            ["客> 給湯器がまた壊れたんだけど どうなってるんですか", "客> 昨日の夜からです", "客> 高橋です", "客> はい"],
            Why.COMPLAINT,
        ),
        (["客> 修理の見積もりはいくらになりますか", "客> 小林です", "客> はい"], Why.BEYOND),
    ],
)
def test_why_a_person_is_needed_is_told(lines: list[str], why: Why) -> None:
    asked = actions_of(played(*lines))
    assert [each.why for each in asked if isinstance(each, HandOver)] == [why]


def actions_of(playing: Playing) -> list[Action]:
    """All that was done, by playing its events again."""
    state = State()
    done: list[Action] = []
    for event in playing.happened:
        state, actions = step(MINATO, state, event)
        done += actions
    return done


def test_nobody_at_a_console_and_the_extension_rings_without_an_apology_between() -> None:
    playing = played("客> 人に代わってもらえますか", "[呼出 uketsuke 不在]", "[転送 11 応答なし]")
    done = actions_of(playing)
    assert [each.to for each in done if isinstance(each, Transfer)] == ["11"]
    assert "申し訳" not in playing.lines[playing.lines.index("[呼出 uketsuke 不在]") + 1]


def test_what_was_told_to_the_operator_is_not_asked_again() -> None:
    told = ("[応答 佐藤]", "客> 山本と申します 番号は 042-555-0909です", "客> 給湯器の点検をお願いしたくて")
    playing = played(*ASKED, *told, "[返却 伝言を承る]", "客> はい", "客> はい")
    questions = [line for line in playing.lines[playing.lines.index("[返却 伝言を承る]") :] if line.startswith("受付>")]
    assert not [line for line in questions if "伺えますでしょうか" in line or "お願いいたします" in line]
    facts = playing.state.facts
    assert facts.caller_name is not None
    assert facts.number is not None
    assert (facts.caller_name.value, facts.number.value) == ("ヤマモト", "0425550909")


def test_after_an_operator_nothing_is_handed_over_unasked() -> None:
    playing = played(
        ANGRY, "[応答 佐藤]", "[返却 伝言を承る]", "客> 高橋です", "客> はい", "客> はい", ANGRY, "客> はい"
    )
    assert not any(line.startswith("[呼出") for line in playing.lines)


def test_what_is_typed_quickly_is_said_in_order_and_whole() -> None:
    playing = played(*ASKED, "[応答 佐藤 文字]")
    at = playing.state.at
    for text in ("一つ目です。", "二つ目です。", "三つ目です。"):
        playing.feed(OperatorSaid(at + 1, "佐藤", text, True))
    for _ in range(4):
        playing.finish()
    assert [line for line in playing.lines if "つ目" in line] == [
        "受付> 一つ目です。",
        "受付> 二つ目です。",
        "受付> 三つ目です。",
    ]


def test_what_was_typed_last_is_said_before_the_call_is_given_back() -> None:
    playing = played(*ASKED, "[応答 佐藤 文字]")
    playing.finish()
    at = playing.state.at
    for text in ("お調べいたします。", "少しお時間をください。"):
        playing.feed(OperatorSaid(at + 1, "佐藤", text, True))
    playing.feed(HandedBack(at + 2, "佐藤", "close"))
    playing.finish()
    playing.finish()
    ours = [line for line in playing.lines if line.startswith("受付>")]
    assert ours[-3:-1] == ["受付> お調べいたします。", "受付> 少しお時間をください。"]
    assert "失礼いたします" in ours[-1]


def test_from_writing_to_speaking_nothing_typed_is_lost() -> None:
    playing = played(*ASKED, "[応答 佐藤 文字]")
    playing.finish()
    at = playing.state.at
    for text in ("お調べいたします。", "少しお時間をください。"):
        playing.feed(OperatorSaid(at + 1, "佐藤", text, True))
    playing.feed(TakenOver(at + 2, "佐藤", "佐藤", "voice"))
    playing.finish()
    assert playing.lines[-1] == "受付> 少しお時間をください。"
    assert [each.mode for each in playing.state.attended] == ["text", "voice"]


@pytest.mark.parametrize("line", ["[保留]", "[保留解除]", "[返却 終える]", "[回線断]"])
def test_an_operator_s_word_in_a_call_that_is_ours_changes_nothing(line: str) -> None:
    before = played("客> 給湯器の点検の件です").state
    after = played("客> 給湯器の点検の件です", line).state
    assert replace(after, at=before.at, speaking=before.speaking, deadline=before.deadline) == before


def test_hanging_up_with_an_operator_is_no_abandoned_call() -> None:
    assert played(*ASKED, "[応答 佐藤]", "[切断]").state.outcome is Outcome.TAKEN_OVER


def test_an_operator_who_ends_the_call_ends_it_at_once() -> None:
    done = actions_of(played(*ASKED, "[応答 佐藤]", "[返却 切る]"))
    assert isinstance(done[-1], HangUp)
    assert not isinstance(done[-2], Say) or "お待ち" in done[-2].text


def test_calling_off_stops_the_ringing() -> None:
    done = actions_of(played(*ASKED, "客> やっぱりいいです 折り返しください"))
    assert any(isinstance(each, CallOff) for each in done)
