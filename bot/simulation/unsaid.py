"""What a simulated caller has not said yet, and which of it fits what the receptionist said last. Pure.

Lines are found in the order in which the caller would say them; one that takes up news is not said before it was heard.
Leaves out what is said where none fits (`bot/simulation/caller`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.simulation.readback import overlap
from bot.simulation.turns import Holds, Line, Role

SAME = 0.2
"""Share of a fact's pairs of characters from which a line is on the same matter."""

_PUT_THROUGH = r"代わ|つな"
_OFFERED = (r"メール|アドレス", r"番号|携帯", _PUT_THROUGH, r"伝言|伝え|言っ?とい", r"折り?返|お?電話(?!番号)")
"""What is offered, in the words of both sides."""
_WISHED = re.compile(
    r"(?:折り?返|お?電話(?![番を]*番号)|伝言|伝え|(?:と|って)言|メール)[^。]{0,14}?"
    r"(?:くれ|ください|下さい|いただ(?:け|きた)|頂(?:け|きた)|頂戴|ちょうだい|もらえ|もらいた|ほしい|欲しい|お願い|といて)"
)
"""What a caller asks for by itself, the thing and the wish."""
_HURRY = re.compile(r"急|までに|すぐ|間に合")
NO_NEWS = (Holds.YES, Holds.WAIT, Holds.ECHO, Holds.CORRECTION)
"""What is no news to tell."""
_FOLLOWS = re.compile(r"(?:^|。)(?:(?:それ)?(?:では|じゃあ?|なら)|さようですか|でしたら|そう?(?:しまし)?たら)")
"""How begins what answers an offer, or that somebody is not there: nobody says it before."""
REPLIES = (Holds.REACTION, Holds.ASSENT)
"""What only follows something said."""
UNTOLD = (*NO_NEWS, *REPLIES, Holds.FAREWELL, Holds.NUMBER)
"""What tells nothing by itself."""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """The lines left, in one turn of the caller."""

    role: Role
    said: frozenset[int]
    words: str
    """What the receptionist said last."""
    kind: str
    """What that was taken for."""
    offered: bool
    """Something was offered before."""

    def left(self) -> list[tuple[int, Line]]:
        """Those lines, with their places among all."""
        return [(number, line) for number, line in enumerate(self.role.lines) if number not in self.said]

    def first(self, *kinds: Holds, but: tuple[Holds, ...] = ()) -> int | None:
        """The first line left that holds one of these."""
        return next((number for number, line in self.left() if line.any(*kinds) and not line.any(*but)), None)

    def about(self, fact: str, but: tuple[Holds, ...] = ()) -> int | None:
        """The line left that is most on the same matter as a fact."""
        found = [
            (overlap(fact, line.text), -number)
            for number, line in self.left()
            if line.any(Holds.MATTER) and not line.any(*but) and not self._too_soon(line)
        ]
        share, number = max(found, default=(0.0, 0))
        return -number if fact and share >= SAME else None

    def on_news(self) -> int | None:
        """The line left that takes up what has just been told; the opening's own words are no news."""
        opening = self.role.lines[0].text
        for number, line in self.left():
            if any(word in self.words and word not in opening for word in line.takes_up):
                return number
        return None

    def _too_soon(self, line: Line) -> bool:
        """Whether a line answers what has not been said yet, where we are asked what it is about."""
        first = self.kind == "purpose" and not self.offered
        return first and not self.role.sells and bool(_FOLLOWS.search(line.text))

    def told(self, but: tuple[Holds, ...]) -> int | None:
        """The first line left that tells of the matter; a question does where more of it is asked for, or the fact is
        all there is."""
        aside = (*but, Holds.NAME, Holds.NUMBER, Holds.POLICY, Holds.FAREWELL)
        when_to_call = self.role.fact("callback")
        for number, line in self.left():
            if self._too_soon(line):
                continue
            if line.any(Holds.MATTER) and not line.any(*aside) and overlap(when_to_call, line.text) < SAME:
                return number if "詳しく" in self.words or not line.any(Holds.QUESTION) else None
        return None

    def for_person(self) -> int | None:
        """The line by which a caller that wants to speak with somebody asks for that, where a call back is offered."""
        if not self.role.put_through or "折り返し" not in self.words:
            return None
        return next((number for number, line in self.left() if re.search(_PUT_THROUGH, line.text)), None)

    def on_offer(self) -> int | None:
        """The first line that may follow this offer: it asks, reacts, assents to such a thing, or wishes for it."""
        for number, line in self.left():
            if line.any(Holds.ECHO, Holds.NUMBER, Holds.POLICY, Holds.WAIT) or not line.any(Holds.MATTER, Holds.ASSENT):
                continue
            if self._wishes(line):
                return number
            if line.any(Holds.QUESTION, Holds.REACTION) and not line.any(Holds.ASSENT):
                return number
            if line.any(Holds.ASSENT):
                return number if self._such(line) else None
        return None

    def hurries(self) -> int | None:
        """The line that tells of the hurry: whoever is in one says so when somebody is not there."""
        unsaid = (n for n, line in self.left() if _HURRY.search(line.text) and not line.any(*UNTOLD))
        return next(unsaid, None)

    def _wishes(self, line: Line) -> bool:
        """Whether a line asks for the very thing that is offered: では戻られたらお電話を頂戴したいんですが."""
        wished = (found[0] for found in _WISHED.finditer(line.text))
        return any(re.search(cue, wish) and re.search(cue, self.words) for wish in wished for cue in _OFFERED)

    def _such(self, line: Line) -> bool:
        """Whether what is assented to in a line is what is offered."""
        named = [cue for cue in _OFFERED if re.search(cue, line.text)]
        return not named or any(re.search(cue, self.words) for cue in named)
