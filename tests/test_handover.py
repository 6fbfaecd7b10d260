"""Who takes a call that needs a person, by reason and hour; there and back, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.company.rules import Group
from bot.dialogue import handover
from bot.dialogue.events import Heard, Spoken
from bot.dialogue.state import Captured, Facts, FrameName, Phase, State
from bot.dialogue.step import step
from nlu.hearing import Hearing
from nlu.meaning import Meaning, Reason, Sales, SalesOutcome
from tests.dialogues import BEGAN, TUESDAY_AFTERNOON
from tests.grave import COMPANIES, EVENING, KAEDE, SMILE, call, ours

OPEN = State(at=TUESDAY_AFTERNOON)


def test_a_group_takes_its_reasons_and_another_all_the_rest() -> None:
    of = {reason: handover.way(KAEDE, OPEN, reason) for reason in Reason}
    assert {reason for reason, group in of.items() if group and group.extension == "41"} == {Reason.COMPLAINT}
    assert {group.extension for group in of.values() if group} == {"41", "11"}


def test_without_groups_it_is_the_company_s_human() -> None:
    group = handover.way(SMILE, OPEN, Reason.COMPLAINT)
    assert group == Group("human", SMILE.human.extension, (), SMILE.human.ring_seconds)


def test_nobody_takes_a_call_when_the_company_is_closed() -> None:
    assert all(handover.way(script, replace(OPEN, at=EVENING), Reason.OPERATOR) is None for script in COMPANIES)


def test_nobody_is_handed_over_twice_for_one_matter() -> None:
    playing = call(KAEDE, "人と話したいんですが", transfers=["応答なし", "応答", "応答"])
    playing.hear("見積もりの件です")
    playing.hear("いいから人に代わってください")
    assert sum(line.startswith("[転送") for line in playing.lines) == 1


def test_who_comes_back_is_owed_a_call_and_asked_on() -> None:
    playing = call(KAEDE, "人と話したいんですが", transfers=["話し中"])
    assert playing.state.phase is Phase.TALKING
    assert playing.state.facts.callback_promised
    assert playing.state.question


@pytest.mark.parametrize(
    "words", ["責任者を出せ", "上の人に代わってください", "責任のある方を出してください", "上司を呼んでよ"]
)
def test_somebody_responsible_is_reached_while_there(words: str) -> None:
    assert call(KAEDE, words).lines[-1] == f"[転送 {KAEDE.rules.supervisor} 応答]"


@pytest.mark.parametrize("words", ["責任者を出せ", "上の人に代わってください", "責任のある方を出してください"])
def test_it_is_never_said_that_there_is_nobody_responsible(words: str) -> None:
    for playing in (call(SMILE, words), call(KAEDE, words, at=EVENING), call(KAEDE, words, transfers=["応答なし"])):
        last = ours(playing)[-1]
        assert "責任者は" in last or "責任者が" in last
        assert not any(lie in last for lie in ("責任者はおりません", "責任者がおりません", "責任者はいません"))
        assert playing.state.facts.at_once
        assert playing.state.facts.callback_promised
        assert handover.WANTS_SUPERVISOR in playing.state.facts.details
        assert playing.state.frames[-1] is FrameName.COMPLAINT


def test_a_call_back_by_somebody_responsible_is_no_demand_to_be_put_through() -> None:
    playing = call(KAEDE, "排水が詰まって困っています", "今日中に責任のある方から電話をください")
    assert not any(line.startswith("[転送 40") for line in playing.lines)


@pytest.mark.parametrize("words", ["責任者の方をお願いします", "ご責任者様に代わっていただけますか"])
def test_a_polite_wish_for_the_one_in_charge_is_no_demand(words: str) -> None:
    assert not handover.wants_supervisor(replace(OPEN, words=words), Meaning())


def test_who_may_be_selling_must_demand_it_rudely() -> None:
    doubt = Meaning(sales=Sales(SalesOutcome.DOUBTFUL, 0.5))
    assert not handover.wants_supervisor(replace(OPEN, words="責任者の方に代わって"), doubt)
    assert handover.wants_supervisor(replace(OPEN, words="責任者を出せ"), doubt)
    assert not handover.wants_supervisor(replace(OPEN, words="責任者を出せ", frames=(FrameName.SALES,)), doubt)


def test_the_supervisor_s_telephone_rings_once() -> None:
    playing = call(KAEDE, "責任者を出せ", transfers=["応答なし", "応答"])
    playing.hear("廊下の電気が切れたままなんです 昨日から")
    playing.hear("いいから責任者を出せ")
    playing.hear("江藤です")
    playing.hear("はい")
    assert sum(line.startswith("[転送") for line in playing.lines) == 1


def test_in_a_break_somebody_responsible_is_tried_though_nobody_else_is() -> None:
    clinic = next(script for script in COMPANIES if script.key == "hanamizuki")
    clinic = replace(clinic, rules=replace(clinic.rules, supervisor="9"))
    lunch = TUESDAY_AFTERNOON - 600.0
    assert call(clinic, "責任者を出せ", at=lunch).lines[-1] == "[転送 9 応答]"
    assert not any(line.startswith("[転送") for line in call(clinic, "人に代わってください", at=lunch).lines)


def test_a_question_stays_a_question_though_somebody_responsible_is_wanted() -> None:
    state = replace(OPEN, facts=Facts(reason=Reason.QUESTION, purpose=Captured("駐車場はありますか")))
    heard = handover.heard_out(state)
    assert heard.facts.reason is Reason.QUESTION
    assert heard.frames == (FrameName.MESSAGE,)


def test_a_group_that_rings_longer_is_waited_for() -> None:
    group = replace(SMILE.rules, groups=(Group("front", "10", (), 60.0),))
    script = replace(SMILE, rules=group)
    state, _ = step(script, State(), BEGAN)
    state, _ = step(script, state, Spoken(state.at + 1))
    wish = Meaning(reason=Reason.OPERATOR, confidence=0.95)
    state, _ = step(script, state, Heard(state.at + 1, Hearing.of("人に代わってください"), wish, (0.0, 1.0)))
    assert state.phase is Phase.TRANSFERRING
    state, _ = step(script, state, Spoken(state.at + 3))
    assert state.deadline is not None
    assert state.deadline > state.at + 60.0
