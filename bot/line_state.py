"""How one telephone line stands, as the status page, the welcome and the doctor show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class LineState:
    """Told anew whenever somebody looks."""

    name: str
    """"SIP", "Asterisk" …"""
    state: Literal["starting", "ready", "failed", "draining"]
    detail: str
    """Japanese, one line: what it is connected to, or why no call can come. Never a secret."""
