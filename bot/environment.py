"""How one value of the environment is read, or refused: with its name, what was found and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping

PREFIX = "DENWABAN_"

Given = Mapping[str, str]
"""What the environment says: names without the prefix, values stripped and not empty."""


class SettingsError(Exception):
    """The one who runs the server must change a setting; the text names it, what was found and the remedy."""


def bad(name: str, found: str, remedy: str) -> SettingsError:
    """To be raised; `found` is shown, so of a secret hand in "(not shown)"."""
    return SettingsError(f"{PREFIX}{name}: found {found!r}; {remedy}" if found else f"{PREFIX}{name}: {remedy}")


def whole(given: Given, name: str, default: int, least: int, most: int) -> int:
    """A whole number within bounds."""
    found = given.get(name, "")
    if not found:
        return default
    if not (found.isascii() and found.isdigit() and least <= int(found[:9]) <= most):
        raise bad(name, found, f"write a whole number from {least} to {most}")
    return int(found)
