"""What a company's script has for the operator who speaks in its name."""

from __future__ import annotations

from pathlib import Path

from bot.company.load import load_script
from bot.company.script import Absence
from bot.dialogue.hours import local
from bot.operators.lookups import knowledge, phrases, spoken_time, staff_now
from tests.records import BEGAN

NOW = BEGAN + 3600.0
SMILE = load_script(Path(__file__).parent.parent / "scripts" / "smile")


def test_knowledge_is_found_by_what_is_meant_and_by_its_words() -> None:
    every = knowledge(SMILE, "")
    assert len(every.entries) == len(SMILE.knowledge.entries)
    assert every.beyond == SMILE.knowledge.beyond
    for entry in SMILE.knowledge.entries:
        first = knowledge(SMILE, entry.questions[0]).entries[0]
        assert (first.answer, first.likely) == (entry.answer, True)
        part = entry.answer[2:8]
        assert entry.answer in [each.answer for each in knowledge(SMILE, part).entries]
    assert knowledge(SMILE, "ｘｙｚ" * 500).entries == ()


def test_staff_are_where_they_said_since() -> None:
    now = local(NOW)
    person = SMILE.staff[0]
    away = Absence(now.replace(minute=0), now.replace(hour=18, minute=0), "外出")
    card = next(each for each in staff_now(SMILE, now, {person.key: (away,)}).staff if each.key == person.key)
    assert (card.state, card.here) == ("外出", False)
    assert card.back == "11月25日(水) 8:30"
    assert spoken_time(now, now) == "15:10"


def test_the_facts_of_a_company_are_told_in_japanese() -> None:
    facts = {each.label: each.text for each in phrases(SMILE, local(NOW)).facts}
    assert facts["営業時間"] == "月〜金 08:30〜17:30、土〜日 休み、祝日 休み"
    assert (facts["ただいま"], facts["本日"]) == ("営業中", "08:30〜17:30")
    assert facts["電話番号"] == "042-111-8844"
    assert all(each.text for each in phrases(SMILE, local(NOW)).phrases)
