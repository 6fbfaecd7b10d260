"""The mind of a simulated caller with a role to play: from the receptionist's words to what the caller says. Pure.

It answers what was asked: with the first of its lines that fits the question and has not been said yet, else from its
facts, and hangs up after the good-bye. Read-backs are held against its facts and corrected where they are wrong; offers
are taken where they serve its goal. What was asked it knows by the kind of question (`Ask`), and by the words where the
kind is not known or wide. Leaves out how it sounds, and whether the call went right (`bot/simulation/score`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bot.simulation.questions import asked_fact, asks_for_booked, asks_for_tie, asks_plainly, kind_of, turns_away
from bot.simulation.readback import Read, agrees, heard_of, quoted, same_matter
from bot.simulation.spelling import spelt
from bot.simulation.turns import Holds, Line, Memory, Reply, Role
from bot.simulation.unsaid import NO_NEWS, REPLIES, UNTOLD, Unsaid
from nlu.expected import Expected

PATIENCE = 3
"""How often the caller corrects one kind of thing; then it gives in, as people do. Nor does it say the same more often
than that: then it hangs up."""
LATE = 2
"""Questions that the caller still puts when the good-bye is being said."""

_OPEN_TO_NEWS = frozenset(
    ("caller", "name", "company", "number", "staff", "purpose", "detail", "probe", "offer", "more", "closing", "other")
)
"""Kinds of question over which news is taken up first: people say "お休みですか" before they answer."""


def answer(role: Role, memory: Memory, words: str, expected: Expected | None = None) -> tuple[Memory, Reply]:
    """What the caller does once it has heard these words; `expected` where the kind of the question is known."""
    kind = kind_of(words, expected)
    turn = _Turn(role, memory, words, kind, memory.met.get(kind, 0))
    reply, line = turn.reply(expected)
    said = memory.said | {line} if line is not None else memory.said
    met = {**memory.met, kind: turn.times + 1}
    repeated = memory.repeated + 1 if reply.text and reply.text == memory.last else 0
    if repeated >= PATIENCE and not reply.over:
        reply = Reply(kind, "もう結構です", over=True)
    return Memory(said, met, turn.corrected, reply.text or memory.last, repeated), reply


@dataclass(slots=True)
class _Turn:
    """One turn of the caller, being found."""

    role: Role
    memory: Memory
    words: str
    kind: str
    times: int
    """How often this kind of question was met before."""
    corrected: dict[str, int] = field(init=False)
    unsaid: Unsaid = field(init=False)

    def __post_init__(self) -> None:
        self.corrected = dict(self.memory.corrected)
        self.unsaid = Unsaid(self.role, self.memory.said, self.words, self.kind, "offer" in self.memory.met)

    def reply(self, expected: Expected | None) -> tuple[Reply, int | None]:
        """What is said, and which line it was."""
        if self.role.sells and turns_away(self.words):
            return self._closing()
        if self.kind in _OPEN_TO_NEWS and (taken_up := self.unsaid.on_news()) is not None:
            return self._line(taken_up, "")
        match self.kind:
            case "silence" | "wait":
                return self._say("")
            case "far":
                return self._say(self.memory.last or self.role.lines[0].text)
            case "closing":
                return self._closing()
            case "buttons" if self.role.number:
                return Reply(self.kind, press=f"{self.role.number}#"), None
            case "confirm":
                return self._confirm(heard_of(self.words, expected))
            case "caller_id":
                return self._caller_id()
            case "offer":
                return self._offer(heard_of(self.words, None))
            case "echo":
                return self._line(self.unsaid.first(Holds.ECHO), "はい、控えました")
            case "more":
                return self._more()
            case "kana":
                return self._say(spelt(self.role.names[0], self.words) if self.role.names else self.role.fact("name"))
            case "record" if self.times:
                return self._say("")
            case "record":
                told = (self.role.fact(key) for key in ("company", "name", "number", "purpose"))
                return self._say("、".join(filter(None, told)))
            case _:
                return self._value()

    def _say(self, text: str, over: bool = False) -> tuple[Reply, int | None]:
        return Reply(self.kind, text, over), None

    def _line(self, number: int | None, otherwise: str, over: bool = False) -> tuple[Reply, int | None]:
        """That line, or else these words."""
        if number is None:
            return self._say(otherwise, over)
        return Reply(self.kind, self.role.lines[number].text, over), number

    def _value(self) -> tuple[Reply, int | None]:
        """A value that was asked for."""
        role, kind = self.role, self.kind
        if self.times >= 1 and kind in ("name", "caller", "company", "number", "staff", "when", "party"):
            return self._say(self._plainly())
        match kind:
            case "name" | "caller":
                return self._line(self.unsaid.first(Holds.NAME, but=(Holds.CORRECTION,)), self._introduction())
            case "company":
                return self._line(self.unsaid.first(Holds.COMPANY), role.fact("company") or "個人です")
            case "number":
                but = () if self.memory.met.get("echo") else (Holds.ECHO,)
                line = self.unsaid.first(Holds.NUMBER, Holds.POLICY, but=but)
                return self._line(line, role.fact("number") or "番号は結構です")
            case "staff":
                return self._line(self.unsaid.first(Holds.STAFF), role.fact("staff") or "どなたでも結構です")
            case "when":
                return self._when()
            case "party":
                return self._line(self.unsaid.first(Holds.PARTY), role.fact("party") or "一人です")
            case _:
                return self._matter()

    def _introduction(self) -> str:
        name, company = self.role.fact("name"), self.role.fact("company")
        bare = re.sub(r"(?:です|でございます)$", "", company)
        if self.kind == "name" or self.role.private or bare in name:
            return name or "名前は結構です"
        return f"{bare}の{name}"

    def _plainly(self) -> str:
        """The same again, as plainly as it goes."""
        role = self.role
        bare = {"name": role.names[0] if role.names else "", "company": "" if role.private else role.fact("company")}
        bare["caller"] = "の".join(filter(None, (bare["company"].removesuffix("です"), bare["name"])))
        bare["number"] = role.fact("number")
        text = bare.get(self.kind) or role.fact(self.kind) or {"company": "個人"}.get(self.kind, "それはちょっと")
        return f"{text}です" if re.search(r"[一-龥ァ-ヴー々0-9]$", text) else text

    def _when(self) -> tuple[Reply, int | None]:
        if self.role.fact("booked") and asks_for_booked(self.words):
            return self._say(self.role.fact("booked") + "です")
        if self.role.fact("booked") and not self.role.fact("when") and self.unsaid.first(Holds.WHEN) is None:
            return self._more()
        return self._line(
            self.unsaid.first(Holds.WHEN, but=(Holds.NUMBER, Holds.YES)), self.role.fact("when", "booked")
        )

    def _matter(self) -> tuple[Reply, int | None]:
        """What it is about, or a thing that has a name of its own."""
        role = self.role
        key = "purpose" if self.kind == "purpose" else asked_fact(role.facts, self.words)
        fact = role.fact(key, "purpose")
        but = (*NO_NEWS, *REPLIES) if key == "purpose" else NO_NEWS
        line = self.unsaid.about(fact, but)
        if line is None and role.sells:
            line = self.unsaid.first(Holds.MATTER)
        if line is None and key == "purpose" and "ご用件をお聞かせ" in self.words:
            line = self.unsaid.first(Holds.QUESTION, but=NO_NEWS)  # nothing of it was told yet
        if line is None and key == "purpose" and not asks_for_tie(self.words):
            line = self.unsaid.told(but)
        return self._line(line, fact or self.memory.last or role.lines[0].text)

    def _caller_id(self) -> tuple[Reply, int | None]:
        role, policy = self.role, self.role.fact("number_policy")
        told = self.unsaid.first(Holds.POLICY)
        if policy == "caller_id" or (not policy and role.number in ("", role.shown)):
            return self._line(told if role.number else None, "はい、それでお願いします")
        if policy:
            return self._line(told, role.fact("number") or "番号は結構です")
        return self._line(self.unsaid.first(Holds.NUMBER), f"いえ、{role.fact('number') or role.number}")

    def _confirm(self, read: Read) -> tuple[Reply, int | None]:
        """Yes to what is right; else the right value of the first thing that is not."""
        if wrong := agrees(self.role, read):
            self.corrected[wrong] = self.corrected.get(wrong, 0) + 1
            if self.corrected[wrong] <= PATIENCE:
                return self._correct(wrong)
        if read.number or not (read.name or read.company):
            return self._line(self.unsaid.first(Holds.YES, but=(Holds.WAIT, Holds.WHEN)), "はい、そうです")
        mine = (number for number, line in self.unsaid.left() if line.any(Holds.YES) and line.any(Holds.NAME))
        return self._line(next(mine, None), "はい")

    def _correct(self, wrong: str) -> tuple[Reply, int | None]:
        role = self.role
        match wrong:
            case "name":
                return self._line(self.unsaid.first(Holds.CORRECTION), f"いえ、{role.names[0]}です")
            case "company":
                company = role.fact("company").removesuffix("です")
                spoken = role.companies[0] if role.companies and self.corrected[wrong] > 1 else company
                return self._say("いえ、個人です" if role.private else f"いえ、{spoken}です")
            case "number":
                return self._say(f"いえ、違います。{role.fact('number') or role.number}")
            case "party":
                return self._line(self.unsaid.first(Holds.PARTY), f"いえ、{role.party}人です")
            case _:
                return self._line(
                    self.unsaid.first(Holds.WHEN, but=(Holds.NUMBER,)), f"いえ、{role.fact('when', 'booked')}です"
                )

    def _offer(self, read: Read) -> tuple[Reply, int | None]:
        """Yes to what serves the goal; or what the caller has to say to it."""
        role = self.role
        if role.start and read.clocks:
            return self._offered_time(read)
        if read.clocks and "お取り" in self.words and not role.fact("when", "booked"):
            return self._declined()
        if question := quoted(self.words):
            meant = same_matter(question, self.memory.last or role.lines[0].text)
            return self._say("はい、そうです" if meant else f"いえ、{self.memory.last or role.lines[0].text}")
        fits = self.unsaid.for_person() if asks_plainly(self.words) else self.unsaid.on_offer()
        if fits is None and role.urgent and not self.memory.met.get("offer"):
            fits = self.unsaid.hurries()
        if fits is not None:
            return self._line(fits, "")
        if self._declines():
            return self._say("いえ、結構です")
        if "伝言" in self.words and "折り返し" in self.words:
            return self._say("伝言をお願いします" if "伝言" in _all(role) else "折り返しをお願いします")
        return self._say("はい、お願いします")

    def _declined(self) -> tuple[Reply, int | None]:
        """No to what is not wanted; or what the caller wanted instead."""
        line = self.unsaid.first(Holds.QUESTION, but=NO_NEWS)
        return self._line(line, "いえ、結構です")

    def _declines(self) -> bool:
        """Offers that do not serve the goal."""
        role = self.role
        none = not role.number and not role.fact("number_policy")  # a number of which nothing is told
        if "折り返し" in self.words and (role.fact("number_policy") == "refuse" or none):
            return True
        if "メール" in self.words:
            return not role.urgent and "メール" not in _all(role)
        return False

    def _offered_time(self, read: Read) -> tuple[Reply, int | None]:
        """A time that is offered or read back: the one wanted, or another."""
        wrong = agrees(self.role, replace(read, name="", company=""))
        if not wrong:
            mine = next((n for n, line in self.unsaid.left() if line.any(Holds.WHEN) and self._is_mine(line)), None)
            read_back = "いかが" not in self.words
            return self._line(self.unsaid.first(Holds.YES) if read_back else mine, "はい、それでお願いします")
        if wrong != "when":
            return self._confirm(read)
        if not self.role.fact("when"):  # who has a booking and wants no other time says what it is about
            return self._more()
        wish = self.unsaid.first(Holds.WHEN, but=(Holds.NUMBER, Holds.NAME, Holds.FAREWELL))
        return self._line(wish, f"{self.role.fact('when')}でお願いします")

    def _is_mine(self, line: Line) -> bool:
        clocks = heard_of(line.text, None).clocks
        return bool(clocks) and not agrees(self.role, Read(clocks=clocks))

    def _more(self) -> tuple[Reply, int | None]:
        line = self.unsaid.first(Holds.MATTER, Holds.FAREWELL, but=(*NO_NEWS, Holds.NUMBER))
        if line is None:
            return self._say("いえ、大丈夫です。ありがとうございました", over=False)
        return self._line(line, "")

    def _closing(self) -> tuple[Reply, int | None]:
        """Good-bye; whoever sells insists, and whoever has still something to ask, or that presses, says it."""
        if self.role.sells and (left := self.unsaid.left()):
            return self._line(left[0][0], "", over=len(left) == 1)
        late = self.unsaid.first(Holds.QUESTION, but=UNTOLD)
        if late is None and self.role.urgent:
            late = self.unsaid.hurries()
        if late is not None and self.times < LATE:
            return self._line(late, "")
        booked = (Holds.WHEN, Holds.PARTY) if self.role.start else ()
        return self._line(self.unsaid.first(Holds.FAREWELL, but=(*NO_NEWS, *booked)), "失礼します", over=True)


def _all(role: Role) -> str:
    return "".join((*role.facts.values(), *(line.text for line in role.lines)))
