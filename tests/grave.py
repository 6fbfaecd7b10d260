"""What the tests of grave calls share: the companies, a call as it is played, and words that are never said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.company.load import load_script, vocabulary
from bot.company.script import Script
from bot.desk import Desk
from bot.dialogue.actions import Action, Phrase, Say
from bot.dialogue.events import Began, EarlierCall
from bot.dialogue.hours import TOKYO
from bot.earlier_lines import memory
from bot.golden import Playing
from tests.dialogues import SCRIPTS, SMILE, TUESDAY_AFTERNOON, ours

KAEDE = load_script(SCRIPTS / "kaede")
COMPANIES = tuple(load_script(path.parent) for path in sorted(SCRIPTS.glob("*/script.toml")))

EVENING = TUESDAY_AFTERNOON + 6 * 3600.0
"""2026-11-24 20:10 in Tokyo: every sample company is closed."""

ADMITS = re.compile(
    r"(?:弊社|当社|当方|私ども|こちら)の(?:責任|落ち度|ミス|過失|不手際|手違い|不備)|交換(?:いた|を)|返金(?:いた|を)|弁償|賠償|補償(?:いた|を)|"
    r"無料で|お直しいたします|修理いたします|必ず直"
)
"""Words that admit a fault, or promise what only the company can."""

ARGUES = re.compile(r"しかし|ですが、お客様|そのようなことは|お客様の(?:誤り|勘違い|責任)|落ち着いて")

__all__ = ["ADMITS", "ARGUES", "COMPANIES", "EVENING", "KAEDE", "SMILE", "TOKYO", "call", "ours", "said"]


def call(
    script: Script,
    *lines: str,
    caller: str = "",
    at: float = TUESDAY_AFTERNOON,
    transfers: Sequence[str] = (),
    earlier: Sequence[EarlierCall] = (),
) -> Playing:
    """A call in which the caller says these lines."""
    playing = Playing(script, vocabulary(script), Desk(script, remember=memory(earlier)), transfers=iter(transfers))
    playing.feed(Began(at, script.numbers[0], caller, "test"))
    for line in lines:
        playing.hear(line)
    return playing


def said(actions: Sequence[Action]) -> Iterator[Phrase]:
    """The phrases among them."""
    for action in actions:
        if isinstance(action, Say):
            yield from action.phrases
