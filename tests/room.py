"""A board on which operators and callers do things, for its tests."""

from __future__ import annotations

from collections.abc import Callable

from bot.company.rules import Why
from bot.dialogue.actions import HandOver
from bot.dialogue.events import Event
from bot.operators import board
from bot.operators.console import OperatorIdentity
from bot.operators.duty import Board, Effect, Tell, ToCall
from bot.operators.messages import (
    Mode,
    News,
    Order,
    Where,
)

SATO = OperatorIdentity("sato", "佐藤")
SUZUKI = OperatorIdentity("suzuki", "鈴木", frozenset({"minato"}))
TANAKA = OperatorIdentity("tanaka", "田中", frozenset({"smile"}))
VOICE, TEXT = Mode.VOICE, Mode.TEXT


class Room:
    """A board on which things happen; all that followed is kept."""

    def __init__(self, *operators: OperatorIdentity) -> None:
        self.board = Board()
        self.now = 1000.0
        self.effects: list[Effect] = []
        for each in operators:
            self.do(board.joined, each)
            self.now += 1.0

    def do(self, what: Callable[..., board.Step], *arguments: object) -> list[Effect]:
        self.board, effects = what(self.board, *arguments, self.now)
        self.effects += effects
        return list(effects)

    def order(self, key: str, order: Order) -> list[Effect]:
        return self.do(board.ordered, key, order)

    def call(self, call_id: str = "a", company: str = "minato", dials: bool = False) -> None:
        self.do(board.began, call_id, company, dials)

    def ring(self, call_id: str = "a", **how: object) -> list[Effect]:
        wanted = {"group": "g", "why": Why.ASKED, "ring_seconds": 20.0, **how}
        return self.do(board.asked, call_id, HandOver(**wanted))  # type: ignore[arg-type]

    def wait(self, seconds: float) -> list[Effect]:
        """Everything that is due within comes."""
        until, effects = self.now + seconds, []
        while (at := board.deadline(self.board)) is not None and at <= until:
            self.now = at
            effects += self.do(board.due)
        self.now = until
        return effects


def news(effects: list[Effect], operator: str) -> list[News]:
    return [each.news for each in effects if isinstance(each, Tell) and each.operator == operator]


def events(effects: list[Effect], call_id: str = "a") -> list[Event]:
    return [each.event for each in effects if isinstance(each, ToCall) and each.call_id == call_id]


def where(room: Room, call_id: str = "a") -> Where:
    return room.board.calls[call_id].where
