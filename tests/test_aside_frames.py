"""Calls that are about something else: wrong numbers, who we are, machines, couriers, applicants."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.company.load import load_script
from bot.company.rules import Disclosure
from bot.dialogue import hours
from bot.dialogue.actions import HangUp
from bot.dialogue.events import Tone
from bot.dialogue.state import FrameName, Outcome, Phase, State
from bot.dialogue.step import step
from bot.journal import decode, encode
from nlu.meaning import Reason
from tests.dialogues import BEGAN, SCRIPTS, SMILE, call, ours

TSUBAKI = load_script(SCRIPTS / "tsubaki")

WEDNESDAY = datetime(2026, 11, 25, 11, 0, tzinfo=hours.TOKYO).timestamp()
NIGHT = BEGAN.at + 6 * 3600


@pytest.mark.parametrize(
    "noticed", ["あ すみません 間違えました", "番号を間違えたようです", "間違い電話でした 失礼しました"]
)
def test_who_has_noticed_it_is_not_told_that_he_is_wrong(noticed: str) -> None:
    playing = call(SMILE, noticed)
    assert len(ours(playing)) == 2
    assert "お間違い" not in ours(playing)[-1]
    assert playing.state.outcome is Outcome.WRONG_NUMBER


def test_who_has_not_is_told_where_he_is_and_may_be_right_after_all() -> None:
    playing = call(SMILE, "スマイル精密さんではないですか")
    assert "スマイル精工でございます" in ours(playing)[-1]
    right = call(SMILE, "スマイル精密さんではないですか", "いえ スマイル精工さんでいいんです 佐藤美咲さんお願いします")
    assert right.state.outcome is None
    assert right.state.facts.staff is not None
    assert right.state.facts.reason is not Reason.WRONG_NUMBER
    wrong = call(SMILE, "スマイル精密さんではないですか", "え そうですか すみません")
    assert wrong.state.outcome is Outcome.WRONG_NUMBER


def test_who_says_nothing_to_it_is_let_go() -> None:
    playing = call(SMILE, "スマイル精密さんではないですか")
    playing.silence(60)
    assert playing.state.outcome is Outcome.WRONG_NUMBER
    assert playing.state.phase is Phase.ENDED


def test_asking_who_we_are_is_no_matter_of_its_own() -> None:
    playing = call(SMILE, "どちらの会社ですか", "駐車場はありますか", "大丈夫です")
    assert ours(playing)[1].startswith("スマイル精工でございます。")
    assert "お名前" not in "".join(ours(playing))
    assert playing.state.outcome is Outcome.ANSWERED


def test_the_question_that_stood_is_put_again() -> None:
    playing = call(SMILE, "佐藤美咲さんをお願いします", "これってAIですか")
    assert ours(playing)[-1].endswith(ours(playing)[-2])


def test_whether_this_is_the_company_that_was_named_is_answered() -> None:
    assert ours(call(SMILE, "スマイル精工さんでよろしいですか"))[-1].startswith("はい、スマイル精工でございます。")


def test_the_receptionist_has_a_name_only_where_the_company_gives_one() -> None:
    assert "花村と申します" in ours(call(TSUBAKI, "失礼ですが お名前は", at=WEDNESDAY))[-1]
    assert "自動応答でございます" in ours(call(SMILE, "失礼ですが お名前は"))[-1]


def test_a_bureau_is_named_only_where_the_company_does_and_never_denied() -> None:
    silent = ours(call(SMILE, "電話代行の方ですか"))[-1]
    assert "自動応答" in silent
    assert "いいえ" not in silent
    rules = replace(SMILE.rules, disclosure=Disclosure(bureau="みどり電話秘書"))
    assert "みどり電話秘書" in ours(call(replace(SMILE, rules=rules), "電話代行の方ですか"))[-1]


def test_an_announcement_is_asked_once_and_let_go() -> None:
    words = "こちらは電力料金に関する自動音声です ご興味のある方は一番を押してください"
    playing = call(SMILE, words, words)
    assert "お約束" in ours(playing)[1]
    assert playing.state.outcome is Outcome.REFUSED
    assert playing.state.facts.reason is Reason.SALES
    assert not any(line.startswith("[転送") for line in playing.lines)


def test_a_person_behind_an_announcement_is_heard() -> None:
    playing = call(SMILE, "こちらは自動音声でおつなぎしています", "はい 北条商事の川島です 石田さんお願いします")
    assert FrameName.SALES not in playing.state.frames
    assert playing.state.outcome is None


def test_a_fax_machine_is_hung_up_on_or_told_its_number() -> None:
    state, _ = step(SMILE, State(), BEGAN)
    state, actions = step(SMILE, state, Tone(BEGAN.at + 2, "fax"))
    assert actions == (HangUp(),)
    assert state.outcome is Outcome.FAX
    told = call(TSUBAKI, at=WEDNESDAY)
    told.feed(Tone(WEDNESDAY + 2, "fax"))
    assert "042-111-5128" in ours(told)[-1]
    assert told.state.outcome is Outcome.FAX


def test_a_tone_within_a_conversation_is_no_fax() -> None:
    playing = call(SMILE, "佐藤美咲さんをお願いします")
    before = playing.state
    playing.feed(Tone(before.at, "fax"))
    assert playing.state == before


def test_a_tone_can_be_journaled() -> None:
    assert decode(*encode(Tone(1.0, "fax"))) == Tone(1.0, "fax")


def test_a_courier_at_the_door_is_put_through_and_seen_at_once() -> None:
    words = "宅配便なんですが 今玄関の前に着いてまして 荷物のお届けです"
    assert call(SMILE, words).lines[-1].startswith("[転送")
    closed = call(SMILE, words, at=NIGHT)
    assert closed.state.facts.at_once
    assert closed.state.outcome is None


def test_a_courier_on_the_way_leaves_a_message() -> None:
    playing = call(SMILE, "北島運送の山本です 明日の午前中に荷物をお届けします")
    assert not playing.state.facts.at_once
    assert "キタジマウンソウ" in ours(playing)[-1] or "北島運送" in ours(playing)[-1]


def test_an_applicant_is_not_asked_for_a_company() -> None:
    playing = call(SMILE, "求人を見て応募のお電話をしました", "佐々木と申します", "はい", "09012345678です", "はい")
    assert "御社名" not in "".join(ours(playing))
    assert "採用の担当の者" in ours(playing)[-1]
    assert playing.state.outcome is Outcome.MESSAGE
