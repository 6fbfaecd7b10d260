"""What a company's script adds to the language: its people and departments, what it offers, what it can answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """One member of the called company's staff."""

    key: str
    family: str
    family_kana: str
    given: str = ""
    given_kana: str = ""
    department: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a company's script that answers questions."""

    questions: tuple[str, ...]
    """Ways to ask for it; at least one."""
    answer: str

    @property
    def written(self) -> tuple[str, ...]:
        """All that stands in it: the ways to ask, then the answer."""
        return (*self.questions, self.answer)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a company's script adds to the language."""

    company: str = ""
    company_kana: str = ""
    staff: tuple[Person, ...] = ()
    departments: tuple[tuple[str, str], ...] = ()
    """(as written, katakana)"""
    area_code: str = ""
    """The member's own, for numbers said without one."""
    entries: tuple[Entry, ...] = ()
    """What the script can answer."""
    beyond: tuple[str, ...] = ()
    """Topics that a human must answer, even where an entry sounds near."""
    words: tuple[tuple[str, str], ...] = ()
    """Names of what the company offers (as written, katakana): services, rooms, goods."""
