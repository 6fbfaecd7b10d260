"""How one telephone line stands, as the status page, the welcome and the doctor show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

HEARD_OUT = ("caller", "us", "lost")
"""How a call ends that was taken (`voice.lines.Closed.why`); any other end says why it could not be."""


@dataclass(frozen=True, slots=True)
class LineState:
    """Told anew whenever somebody looks."""

    name: str
    """"SIP", "Asterisk" …"""
    state: Literal["starting", "ready", "failed", "draining"]
    detail: str
    """Japanese, one line: what it is connected to, or why no call can come. Never a secret."""


@dataclass(slots=True)
class LastCall:
    """What the last call of a line told of it: a newcomer's first calls fail for a reason that only they show."""

    trouble: str = ""
    """Why it could not be taken: a codec that is not spoken, a number of nobody's; "" = it was."""

    def ended(self, why: str) -> None:
        """What is quoted of a message may hold the caller's number, which is shown to nobody."""
        said, *quoted = re.split(r"(?=['\"])", "" if why in HEARD_OUT else why, maxsplit=1)
        self.trouble = said + "".join(re.sub(r"[0-9]{6,}", "…", each) for each in quoted)

    def state(self, name: str, detail: str) -> LineState:
        """How the line stands: ready, unless its last call could not be taken."""
        if self.trouble:
            return LineState(name, "failed", f"{detail}直前の電話はお受けできませんでした({self.trouble})。")
        return LineState(name, "ready", detail)
