"""The rules of good telephone manners over every golden call of every company: rules, not sentences.

R2, R4, R5, R6, R9, R10, R12, R13, R15 and R16; the others are in `tests/test_etiquette.py`.
"""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from bot.dialogue.actions import Say
from bot.dialogue.events import Spoken
from bot.dialogue.moves import close
from bot.dialogue.repair import HOLD_SECONDS, TRANSFER_MARGIN_SECONDS
from bot.dialogue.state import Outcome, Phase, Status
from bot.dialogue.step import step
from bot.dialogue.wording import CUSHIONS
from nlu import phone
from tests.golden_calls import Golden, every_call
from tests.grave import COMPANIES, KAEDE, SMILE, call, ours

LONGEST_WAIT_SECONDS = 60.0
"""R2: nobody is kept waiting for longer."""

MOBILE = re.compile(r"0[789]0-\d{4}-\d{4}")
WHEREABOUTS = ("出張", "外出", "会議", "休み", "診療中", "接客", "学会")


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[。？！])", text) if part]


def test_r2_nobody_is_kept_waiting_for_more_than_a_minute() -> None:
    assert HOLD_SECONDS <= LONGEST_WAIT_SECONDS
    for script in COMPANIES:
        rings = [script.transfer_ring_seconds, script.human.ring_seconds]
        rings += [group.ring_seconds for group in script.rules.groups]
        assert max(rings) + TRANSFER_MARGIN_SECONDS <= LONGEST_WAIT_SECONDS, script.key


@every_call
def test_r2_after_a_transfer_that_nobody_took_there_is_an_apology_and_another_way(golden: Golden) -> None:
    for index, line in enumerate(golden.lines):
        by_operator = index > 1 and golden.lines[index - 2].startswith("[返却")
        if re.match(r"\[転送 \S+ (?:応答なし|話し中)\]", line) and not by_operator:
            heard = next((turn for turn in golden.lines[index + 1 :] if turn.startswith("受付>")), "")
            assert "お待たせ" in heard
            assert "折り返し" in heard or "申し伝え" in heard or heard.endswith("か。") or "お願い" in heard


@every_call
def test_r4_it_is_known_who_calls_before_anybody_is_rung_or_told(golden: Golden) -> None:
    script, rules = golden.script, golden.script.rules
    unasked = {script.human.extension, rules.supervisor}
    unasked |= {group.extension for group in rules.groups} | {item.extension for item in rules.menu}
    unasked |= {line.split()[2].rstrip("]") for line in golden.lines if line.startswith("[返却 転送")}
    for index, line in enumerate(golden.lines):
        rung = re.match(r"\[転送 (\S+)", line)
        if rung and rung[1] not in unasked:
            assert any("様" in turn for turn in golden.lines[:index] if turn.startswith("受付>"))
    if golden.promised and "経過" not in golden.report:
        assert "氏名 " in golden.report


@every_call
def test_r5_a_name_that_was_taken_is_said_back_with_sama(golden: Golden) -> None:
    name = re.search(r"氏名 (\S+?)\(確認済み\)", golden.report)
    if name is None or golden.identified:
        return
    vips = [f"{each.name.text.split()[0]}様" for each in golden.script.rules.vips]
    assert any(form in turn for turn in golden.ours for form in (f"{name[1]}様", *vips))


@every_call
def test_r6_the_caller_s_voice_is_never_to_blame(golden: Golden) -> None:
    for turn in golden.ours:
        assert not re.search(r"声が小さ|はっきり(?:と)?お(?:話|っしゃ)|聞こえません|早口|何を言|もっと大きな", turn)


def test_r6_who_was_not_understood_is_asked_in_another_way_each_time() -> None:
    playing = call(SMILE, "図面の件で伝言をお願いします")
    questions = ["".join(phrase.text for phrase in playing.state.question)]
    for _ in range(3):
        playing.noise()
        questions.append("".join(phrase.text for phrase in playing.state.question))
        assert re.search(r"お電話が少し遠い|うまく聞き取れませんでした|お電話が遠い", ours(playing)[-1])
    assert all(one != next_one for one, next_one in pairwise(questions))


@every_call
def test_r9_and_r10_a_number_that_was_taken_was_read_back_in_groups_and_answered(golden: Golden) -> None:
    number = re.search(r"番号 ([0-9-]+)\(確認済み\)", golden.report)
    if number is None or golden.identified:
        return
    read_back = [
        index
        for index, line in enumerate(golden.lines)
        if line.startswith("受付>") and (number[1] in line or "今おかけの番号" in line)
    ]
    assert any(line.startswith("客>") for index in read_back for line in golden.lines[index + 1 :])


@pytest.mark.parametrize("digits", ["0312345678", "0532614470", "09011112222", "0466285139", "0120444555"])
def test_r9_groups_are_the_number_plan_s_with_a_pause_between_them(digits: str) -> None:
    groups = phone.groups(digits)
    assert "".join(groups) == digits
    assert len(groups) == 3
    assert phone.spoken(groups).count("、") == len(groups) - 1


def test_r10_without_a_yes_nothing_counts_as_confirmed() -> None:
    playing = call(SMILE, "図面の件で伝言をお願いします", "スマイル企画の江川です")
    name = playing.state.facts.caller_name
    assert name is not None
    assert name.status is Status.HEARD
    playing.hear("はい")
    name = playing.state.facts.caller_name
    assert name is not None
    assert name.status is Status.CONFIRMED


def test_r10_a_correction_changes_only_that_and_is_read_back_again() -> None:
    playing = call(SMILE, "図面の件で伝言をお願いします", "大和商会の菅野です", "カンノではなくスガノです")
    assert "スガノ様" in ours(playing)[-1]
    assert playing.state.facts.company is not None
    assert playing.state.facts.company.text == "大和商会"


@every_call
def test_r12_why_somebody_is_away_is_told_only_as_the_script_allows(golden: Golden) -> None:
    for person in golden.script.staff:
        alike = sum(each.family == person.family for each in golden.script.staff)
        if person.may_tell.state or alike > 1:
            continue
        for sentence in (part for turn in golden.ours for part in sentences(turn)):
            if person.family.text in sentence and "席を外して" in sentence:
                assert not any(word in sentence for word in WHEREABOUTS), sentence


@every_call
def test_r12_no_mobile_number_is_told_that_may_not_be(golden: Golden) -> None:
    told = [each.may_tell.mobile for each in golden.script.staff]
    told += [absence.mobile for each in golden.script.staff for absence in each.schedule]
    told += re.findall(r"from (\d+)", golden.lines[0]) + re.findall(r"番号 ([0-9-]+)", golden.report)
    allowed = {re.sub(r"\D", "", number) for number in told}
    theirs = re.sub(r"\D", "", golden.theirs)
    for number in MOBILE.findall("".join(golden.ours)):
        assert number.replace("-", "") in allowed or number.replace("-", "") in theirs, number


@every_call
def test_r13_a_message_holds_who_what_and_what_was_promised(golden: Golden) -> None:
    if not golden.promised:
        return
    promised = any("折り返しご連絡を差し上げる" in turn and "失礼いたします" in turn for turn in golden.ours)
    assert not promised or "折り返し約束" in golden.report
    assert not promised or "番号 " in golden.report
    assert any(part in golden.report for part in ("用件 ", "宛先 ", "経過 ", "未回答 ", "応対 "))


@every_call
def test_r15_cushion_words_are_never_stacked(golden: Golden) -> None:
    for sentence in (part for turn in golden.ours for part in sentences(turn)):
        assert sum(cushion in sentence for cushion in CUSHIONS) <= 1, sentence


@every_call
def test_r15_no_question_follows_another_with_the_same_cushion_word(golden: Golden) -> None:
    for one, next_one in pairwise(golden.ours):
        before, now = sentences(one)[-1], sentences(next_one)[-1]
        shared = {cushion for cushion in CUSHIONS if cushion in before and cushion in now}
        assert before == now or not shared, (one, next_one)


@every_call
def test_r15_a_refusal_has_a_cushion_word_or_an_apology(golden: Golden) -> None:
    for turn in golden.ours:
        if re.search(r"(?:わかり|いたし|お答えし|お伝えし)かねます", turn):
            assert any(word in turn for word in (*CUSHIONS, "お急ぎの旨")), turn


@every_call
def test_r16_the_caller_hangs_up_first(golden: Golden) -> None:
    machine = "ファックス" in golden.report or golden.report.endswith("発話なし")
    for index, line in enumerate(golden.lines):
        by_operator = golden.lines[index - 1].startswith("[返却 切る")
        if line == "[終話]" and not machine and not by_operator:
            assert any(before.startswith("[沈黙") for before in golden.lines[:index])


@every_call
def test_r16_a_good_bye_thanks_and_says_what_will_happen(golden: Golden) -> None:
    if not golden.promised:
        return
    farewells = [turn for turn in golden.ours if "失礼いたします" in sentences(turn)[-1]]
    assert farewells
    assert "ありがとうございま" in farewells[0]
    assert re.search(r"申し伝え|ご連絡|お知らせ|ご覧", farewells[0])


def test_r16_a_good_bye_is_not_broken_off_and_leaves_time_to_hang_up() -> None:
    closing, actions = close(KAEDE, call(KAEDE).state, Outcome.MESSAGE, "closing_message")
    assert all(action.protected for action in actions if isinstance(action, Say))
    heard, actions = step(KAEDE, closing, Spoken(closing.at + 3.0))
    assert heard.phase is Phase.CLOSING
    assert actions == ()
    assert heard.deadline == heard.at + KAEDE.patience.closing
