"""What the doctor says: one line each, with what to do about it.

Rule: a finding never holds a secret, nor a caller's words or number.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How it stands."""

    GOOD = "○"
    DOUBT = "△"
    """Calls may arrive, but something is amiss or could not be looked at."""
    BAD = "×"
    """For this reason calls, or their reports, do not arrive."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    key: str
    """For programs: "server", "tls" …"""
    level: Level
    text: str
    """Japanese; what was found."""
    remedy: str = ""
    """Japanese; what to do."""


def good(key: str, text: str) -> Finding:
    return Finding(key, Level.GOOD, text)


def doubt(key: str, text: str, remedy: str) -> Finding:
    return Finding(key, Level.DOUBT, text, remedy)


def bad(key: str, text: str, remedy: str) -> Finding:
    return Finding(key, Level.BAD, text, remedy)
