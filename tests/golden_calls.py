"""The golden calls as they are written, for tests that look for rules in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.company.script import Script
from tests.dialogues import SCRIPTS
from tests.grave import COMPANIES


@dataclass(frozen=True)
class Golden:
    """One golden call as it is written; `tests/test_golden.py` sees to it that calls go so."""

    name: str
    script: Script
    lines: tuple[str, ...]

    @property
    def ours(self) -> list[str]:
        return [line.removeprefix("受付> ") for line in self.lines if line.startswith("受付>")]

    @property
    def theirs(self) -> str:
        return "".join(line for line in self.lines if line.startswith("客>"))

    @property
    def report(self) -> str:
        return next((line for line in self.lines if line.startswith("報告:")), "")

    @property
    def promised(self) -> bool:
        """Whether a message was taken for somebody; a question that goes to the list of open ones is none."""
        listed = "未回答" in self.report and "折り返し" not in self.report and "宛先" not in self.report
        return self.report.endswith(" 伝言") and not listed

    @property
    def identified(self) -> bool:
        """Whether name and number were matched with a booking that is there already, instead of being read back."""
        return self.report.endswith(" 予約") or "ご予約" in self.report or "予約番" in self.report


def read(path: Path, script: Script) -> Golden:
    lines = tuple(line.strip() for line in path.read_text("utf-8").splitlines() if line.strip())
    return Golden(f"{script.key}-{path.stem}", script, tuple(line for line in lines if not line.startswith("#")))


CALLS = [read(path, script) for script in COMPANIES for path in sorted((SCRIPTS / script.key / "calls").glob("*.txt"))]
every_call = pytest.mark.parametrize("golden", CALLS, ids=[golden.name for golden in CALLS])
