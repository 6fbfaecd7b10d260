"""Whether what is made before the first call is all that understanding takes: `bot/warmup`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.company.load import load_script, vocabulary
from bot.dialogue.hours import local
from bot.warmup import read_scripts
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.knowledge.topics import take_apart
from nlu.understand import understand

ROOT = Path(__file__).parents[1]
SAID = (
    "もしもし、魚屋の魚政ですけれども、栗本さんはいらっしゃいますか",
    "来週の月曜の七時から四人で予約できますか",
    "お宅のホームページを拝見しまして、集客のご提案でお電話しました",
    "駐車場はありますか",
)
READS = f"""
import sys
from bot.warmup import read_tables
from bot.dialogue.hours import local
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.vocabulary import Entry, Vocabulary
from nlu.understand import understand
if sys.argv[1:]:
    read_tables(0.0)
read = set()
sys.addaudithook(lambda kind, given: read.add(str(given[0])) if kind == "open" else None)
script = Vocabulary(entries=(Entry(("駐車場はありますか",), "ございます"),))
for said in {SAID!r}:
    for ask in Ask:
        understand(Hearing.of(said), Expected(ask), local(0.0), script)
print(*sorted(path for path in read if "nlu/data" in path))
"""
"""Tells which tables are read for these words, after the tables were read beforehand or not."""


def _reads(*warm: str) -> list[str]:
    return subprocess.run(
        [sys.executable, "-c", READS, *warm], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()


def test_no_caller_waits_for_a_table_to_be_read() -> None:
    assert len(_reads()) > 10
    assert _reads("warm") == []


def test_the_first_question_to_a_company_takes_none_of_its_script_apart() -> None:
    script = load_script(ROOT / "scripts" / "smile")
    read_scripts((script,), 0.0)
    made = take_apart.cache_info().misses
    said = "見積もりは無料ですか"
    understand(Hearing.of(said), Expected(Ask.OPENING), local(0.0), vocabulary(script))
    assert take_apart.cache_info().misses - made <= 2 < len(vocabulary(script).entries)
