"""What holds in any call with any company, whatever its caller says: drawn from all that golden callers say."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.company.load import load_script
from bot.company.script import Script
from bot.dialogue.events import HungUp
from bot.dialogue.state import Outcome, Phase
from bot.golden import Playing, begin, enter, moment_of
from bot.practice import practice_desk
from bot.reporting.report import has_report
from tests.dialogues import ours

SCRIPTS = Path(__file__).parent.parent / "scripts"
COMPANIES = {path.parent.name: load_script(path.parent) for path in sorted(SCRIPTS.glob("*/script.toml"))}
GOLDEN = sorted(SCRIPTS.glob("*/calls/*.txt"))
SAID = sorted({line for path in GOLDEN for line in path.read_text("utf-8").splitlines() if line.startswith("客>")})
SAID = [line for line in SAID if not re.search("もう一度|もう一回|聞こえ|なんて|ちょっと待", line)]
"""Without the wishes to hear something again, or to wait: those are met as often as they are uttered."""
ASIDE = ["[沈黙 7]", "[沈黙 31]", "[雑音]", "[ボタン 0312345678#]"]
HEADS = ["@ 2026-11-24 14:10", "@ 2026-11-24 14:10  from 0312345678", "@ 2026-11-26 20:40", "@ 2026-11-30 09:10"]

turns = st.lists(st.sampled_from(SAID) | st.sampled_from(ASIDE), max_size=14)
endings = st.lists(st.sampled_from(["応答なし", "話し中", "応答"]), max_size=3)


def played(script: Script, head: str, lines: list[str], transfers: list[str]) -> Playing:
    """The call to its end: what is left to say is met with silence."""
    heads = [head, *(f"[転送 0 {ending}]" for ending in transfers)]
    with practice_desk(script, moment_of(heads, SCRIPTS)) as desk:
        playing = begin(script, heads, SCRIPTS, desk)
        for line in [*lines, *["[沈黙 45]"] * 12]:
            if playing.state.phase is Phase.ENDED or playing.state.outcome is Outcome.TRANSFERRED:
                break
            enter(playing, line, SCRIPTS)
    return playing


@pytest.mark.parametrize("key", sorted(COMPANIES))
@given(head=st.sampled_from(HEADS), lines=turns, transfers=endings)
@settings(max_examples=25, deadline=None)
def test_any_call_ends_well(key: str, head: str, lines: list[str], transfers: list[str]) -> None:
    script = COMPANIES[key]
    playing = played(script, head, lines, transfers)
    assert playing.state.phase is Phase.ENDED or playing.state.outcome is Outcome.TRANSFERRED, "it never ends"
    assert playing.state.outcome is not None
    said = ours(playing)
    no_question_thrice(said)
    no_honorific_for_our_own(script, said)
    nothing_told_that_may_not_be(script, said)
    somebody_learns_of_it(script, playing)


def no_question_thrice(said: list[str]) -> None:
    """No turn of ours that asks is said a third time; it is said again where the caller wants that, or broke in."""
    turns = Counter(words for words in said if words.endswith("か。"))
    repeated = {words: times for words, times in turns.items() if times > 2}
    assert not repeated


def no_honorific_for_our_own(script: Script, said: list[str]) -> None:
    families = "|".join(re.escape(person.family.text) for person in script.staff)
    if not families:
        return
    told = [words for words in said if re.search(rf"(?:{families})(?:さん|様)は", words)]
    assert not told


def nothing_told_that_may_not_be(script: Script, said: list[str]) -> None:
    """Addresses of our people are told only as the script allows."""
    allowed = {person.may_tell.email for person in script.staff} | {e.email for p in script.staff for e in p.schedule}
    told = {address for words in said for address in re.findall(r"[\w.]+@[\w.-]+\w", words)}
    assert told <= allowed


def somebody_learns_of_it(script: Script, playing: Playing) -> None:
    """A call in which a caller spoke is reported, or stands in the digest."""
    spoke = any(line.startswith("客>") for line in playing.lines)
    state = playing.state
    if not spoke or state.outcome in (Outcome.REFUSED, Outcome.WRONG_NUMBER, Outcome.FAX):
        return
    assert has_report(script, playing.happened, state)


def test_a_call_that_hangs_up_at_once_still_has_an_outcome() -> None:
    playing = begin(COMPANIES["smile"], HEADS[:1], SCRIPTS)
    playing.feed(HungUp(playing.state.at + 1, "caller"))
    assert playing.state.outcome is Outcome.NOTHING
