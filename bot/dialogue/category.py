"""The company's own category of a message, by the words in it: of several the one most of whose words were said."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue.state import Facts


def category(script: Script, facts: Facts) -> str:
    """Its name; "" where no word of any was said. Alike many words: the first as written."""
    told = " ".join([facts.purpose.value if facts.purpose else "", *(value for _, value in facts.details)])
    words = unicodedata.normalize("NFKC", told).casefold()
    counts = [(sum(_plain(word) in words for word in theirs), name) for name, theirs in script.rules.categories]
    most = max((count for count, _ in counts), default=0)
    return next((name for count, name in counts if count == most), "") if most else ""


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def categorised(script: Script, facts: Facts) -> Facts:
    """The same with its category, for the report."""
    return replace(facts, category=category(script, facts))
