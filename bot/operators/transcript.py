"""The lines of one live call, numbered: whole ones are kept, and the beginning of a line keeps its number until it is
whole. Left out: the journal, which has what the report needs.
"""

from __future__ import annotations

from bot.operators.messages import Said

LINES = 400
"""The last of them are kept: more than an hour's conversation."""


class Transcript:
    """Of one call."""

    def __init__(self, call_id: str) -> None:
        self._call_id = call_id
        self._lines: list[Said] = []
        self._begun: dict[str, Said] = {}
        """The line that each speaker is in the middle of."""
        self._next = 0

    @property
    def lines(self) -> tuple[Said, ...]:
        """The whole ones, in order of their numbers."""
        return tuple(sorted(self._lines, key=lambda each: each.n))

    def add(self, at: float, who: str, text: str, partial: bool) -> Said | None:
        """A line, or its beginning; None where that tells nothing new."""
        begun = self._begun.get(who)
        if not text or (partial and begun is not None and begun.text == text):
            return None
        if begun is None:
            n, self._next = self._next, self._next + 1
        else:
            n, at = begun.n, begun.at
        said = Said(self._call_id, n, at, who, text, partial)
        if partial:
            self._begun[who] = said
        else:
            self._begun.pop(who, None)
            self._lines = [*self._lines, said][-LINES:]
        return said
