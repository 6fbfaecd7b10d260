"""Whatever a caller says: nothing is booked but what was read back and agreed to, and nothing promised that the company
has not written down."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.company.script import Script
from bot.dialogue.events import Booked, Heard
from bot.golden import Playing
from nlu.meaning import Answer
from tests.dialogues import ours
from tests.test_any_call import COMPANIES, HEADS, SAID, endings, played, turns

BOOKING = ("ryuunoya", "hidamari")
BEGINNINGS = [
    "客> 明日の七時に四名で席の予約をお願いしたいんですが 山田です 番号は090の1111の2222です",
    "客> 金曜日の夜七時に四名でテーブルを予約したいんですが",
    "客> 明日の十時に診察の予約をお願いします 山田です",
    "客> 土曜日の予約をキャンセルしたいんですが 山下です",
    "客> 土曜に予約してる山下ですけど 二人増えるんですが大丈夫ですか",
    "客> 予約を別の日に変えたいんですが 山下です",
]
ANSWERS = [
    "客> はい お願いします", "客> はい", "客> いえ 違います", "客> やっぱり六人で", "客> 七時半でお願いします",
    "客> 山田です", "客> 090の1111の2222です", "客> 駐車場はありますか", "客> 席だけで", "[沈黙 7]", "[雑音]",
    "客> ちょっと待ってください", "客> もう一度お願いします", "客> やっぱり結構です",
    "客> 日曜の十一時に変えてください",
]  # fmt: skip
DONE = re.compile(r"(?:ご予約|変更|お取り消し)を承りました。")
MOMENT = re.compile(r"[一二三四五六七八九十]+月[一二三四五六七八九十]+日.曜日")
OFFERS = re.compile(r"[円％%]|無料|割引|値引")
VOWS = re.compile(
    r"必ず|間違いなく|絶対|保証|(?:本日|今日|明日)中に|すぐに(?:お電話|ご連絡)|時(?:まで|ごろ|頃)に(?:お電話|ご連絡)"
)
"""Words of whoever promises more than to pass something on."""
THEIRS = re.compile(r"とのこと|と承りました|の件|でございますね|いたしかね|復唱|確認いたします")
"""Sentences that say back what the caller has said, or refuse."""


@pytest.mark.parametrize("key", BOOKING)
@given(
    head=st.sampled_from([*HEADS, "@ 2026-11-24 14:10  from 09012345678"]),
    first=st.sampled_from(BEGINNINGS),
    lines=st.lists(st.sampled_from(ANSWERS) | st.sampled_from(SAID), max_size=10),
)
@settings(max_examples=60, deadline=None)
def test_nothing_is_booked_but_what_was_read_back_and_agreed_to(
    key: str, head: str, first: str, lines: list[str]
) -> None:
    playing = played(COMPANIES[key], head, [first, *lines], [])
    agreed_to(playing)
    for index, line in enumerate(playing.lines):
        if line.startswith("受付>") and DONE.search(line):
            before = playing.lines[:index]
            (moment, *_) = MOMENT.findall(line)
            asked = [at for at, said in enumerate(before) if moment in said and "よろしいでしょうか" in said]
            assert asked, line
            assert any(said.startswith("客>") for said in before[asked[-1] :])


def agreed_to(playing: Playing) -> None:
    """The last that the caller said before anything was booked, changed or given up was a yes."""
    said: Heard | None = None
    for event in playing.happened:
        said = event if isinstance(event, Heard) else said
        if isinstance(event, Booked) and event.done:
            assert said is not None
            assert said.meaning.answer is Answer.YES


def test_bookings_are_among_the_calls_that_are_looked_at() -> None:
    playing = played(COMPANIES["ryuunoya"], HEADS[0], [BEGINNINGS[0], ANSWERS[0]], [])
    assert any(isinstance(event, Booked) and event.done for event in playing.happened)


@pytest.mark.parametrize("key", sorted(COMPANIES))
@given(head=st.sampled_from(HEADS), lines=turns, transfers=endings)
@settings(max_examples=25, deadline=None)
def test_nothing_is_promised_that_the_company_has_not_written(
    key: str, head: str, lines: list[str], transfers: list[str]
) -> None:
    script = COMPANIES[key]
    own = "".join(written(script))
    for sentence in re.split(r"(?<=。)", "".join(ours(played(script, head, lines, transfers)))):
        if THEIRS.search(sentence):
            continue
        assert not OFFERS.search(sentence) or sentence.strip() in own, sentence
        assert not VOWS.search(sentence) or sentence.strip() in own, sentence
    nobody_is_told_of_who_may_not_be(script, ours(played(script, head, lines, transfers)))


def written(script: Script) -> Iterator[str]:
    """The company's own words of what it does and takes."""
    yield from (entry.answer for entry in script.knowledge.entries)
    yield from (occasion.announcement for occasion in script.rules.occasions)
    if script.rules.reservations is not None:
        yield script.rules.reservations.cancel_note


def nobody_is_told_of_who_may_not_be(script: Script, said: list[str]) -> None:
    """Why somebody is away is told only of whom it may be told."""
    told = {person.family.text for person in script.staff if person.may_tell.state}
    for person in script.staff:
        if person.family.text not in told:
            away = rf"{person.family.text}は、(?:出張|会議|外出|休み|接客|診療|学会)"
            assert not [words for words in said if re.search(away, words)]
