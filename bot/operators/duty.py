"""Who is on duty and who has which call: the board's state, and what can be told from it. Pure.

Rule: a call is somebody's by one field alone, so that it can never be two operators'. Whom a call rings at stands with
the call, so that nothing rings for a call that is gone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.dialogue.events import Event
from bot.operators.console import OperatorIdentity
from bot.operators.messages import Mode, News, OperatorCard, Presence, Where


@dataclass(frozen=True, slots=True)
class Operator:
    """One who has joined."""

    identity: OperatorIdentity
    presence: Presence = Presence.ON_DUTY
    """As chosen."""
    connected: bool = True
    idle_since: float = 0.0
    """When the last call ended, or the console was opened: the longest idle is rung first."""

    @property
    def key(self) -> str:
        return self.identity.key

    @property
    def name(self) -> str:
        return self.identity.name

    def serves(self, company: str) -> bool:
        """Whether calls of that company are this operator's business."""
        return self.identity.companies is None or company in self.identity.companies


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call that rings at operators."""

    why: str
    """In Japanese, as the consoles show it."""
    at: tuple[str, ...]
    """Where it rings now."""
    next: tuple[str, ...]
    """Where it rings then, one after the other."""
    turn_seconds: float
    turn_ends: float
    """When the next one is rung; at the last, or where all are rung at once, `gives_up`."""
    gives_up: float
    """When the caller is not made to wait any longer."""
    consulting: bool = False
    """An operator wants to speak with another one first, and keeps the call."""


@dataclass(frozen=True, slots=True)
class LiveCall:
    """One call that goes on."""

    id: str
    company: str
    where: Where = Where.RECEPTIONIST
    operator: str = ""
    """Who has it; "" nobody."""
    mode: Mode | None = None
    ringing: Ringing | None = None
    consulted: str = ""
    """With whom its operator speaks, the caller being on hold."""
    dials: bool = False
    """Its line can ring a second telephone."""
    telephone: str = ""
    """Digits of the one that its operator rings, or speaks with, the caller being on hold."""
    reached: bool = False
    """Somebody has answered there."""
    listeners: tuple[str, ...] = ()
    returns_by: float | None = None
    """Until when a lost operator is waited for."""
    held: bool = False
    """It was on hold when the operator was lost."""
    since: float | None = None
    """When it began to ring, or was put on hold."""


@dataclass(frozen=True, slots=True)
class Board:
    """All of them, by key and id."""

    operators: dict[str, Operator] = field(default_factory=dict)
    calls: dict[str, LiveCall] = field(default_factory=dict)

    def of(self, operator: str, mode: Mode) -> tuple[LiveCall, ...]:
        """Calls that this operator has in that mode; whoever is consulted has one by voice."""
        return tuple(
            call
            for call in self.calls.values()
            if (call.operator == operator and call.mode is mode) or (call.consulted == operator and mode is Mode.VOICE)
        )

    def has_room(self, operator: Operator, mode: Mode) -> bool:
        """Whether another call in that mode fits."""
        identity = operator.identity
        most = identity.voice_calls if mode is Mode.VOICE else identity.text_calls
        return len(self.of(operator.key, mode)) < most

    def is_free(self, key: str, company: str) -> bool:
        """Whether a call of that company may ring there."""
        operator = self.operators.get(key)
        if operator is None or not operator.connected or operator.presence is not Presence.ON_DUTY:
            return False
        return operator.serves(company) and self.has_room(operator, Mode.VOICE) and self.has_room(operator, Mode.TEXT)

    def free(self, company: str, wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
        """At whom such a call may ring: those wanted in their order, or all, the longest idle first."""
        idle = sorted(self.operators.values(), key=lambda each: (self.count(each.key), each.idle_since, each.key))
        keys = wanted or tuple(each.key for each in idle)
        return tuple(dict.fromkeys(key for key in keys if self.is_free(key, company)))

    def on_duty(self, company: str, wanted: tuple[str, ...] = ()) -> bool:
        """Whether any of them is there at all."""
        return any(
            each.connected and each.presence in (Presence.ON_DUTY, Presence.BUSY) and each.serves(company)
            for each in self.operators.values()
            if not wanted or each.key in wanted
        )

    def count(self, operator: str) -> int:
        """How many calls that operator has."""
        return len(self.of(operator, Mode.VOICE)) + len(self.of(operator, Mode.TEXT))

    def rings_at(self, operator: str) -> tuple[str, ...]:
        """Ids of the calls that ring there."""
        return tuple(call.id for call in self.calls.values() if call.ringing and operator in call.ringing.at)

    def card(self, operator: Operator) -> OperatorCard:
        """As colleagues see it."""
        presence = operator.presence if operator.connected else Presence.OFF
        full = not (self.has_room(operator, Mode.VOICE) and self.has_room(operator, Mode.TEXT))
        if presence is Presence.ON_DUTY and full:
            presence = Presence.BUSY
        return OperatorCard(operator.key, operator.name, presence, self.count(operator.key))

    def name(self, key: str) -> str:
        """Of an operator, with the honorific that colleagues use."""
        operator = self.operators.get(key)
        return f"{operator.name}さん" if operator else "ほかの方"


@dataclass(frozen=True, slots=True)
class Tell:
    """News for one operator."""

    operator: str
    news: News


@dataclass(frozen=True, slots=True)
class ToCall:
    """What happened in a call, for the one who leads it."""

    call_id: str
    event: Event


Effect = Tell | ToCall


class Change:
    """One step in the making: the board as it becomes, and what follows from it."""

    def __init__(self, board: Board, now: float) -> None:
        self.board = board
        self.now = now
        self.effects: list[Effect] = []

    def call(self, call: LiveCall, **changed: object) -> LiveCall:
        """Put a call on the board as it is now."""
        call = replace(call, **changed)  # type: ignore[arg-type]
        self.board = replace(self.board, calls={**self.board.calls, call.id: call})
        return call

    def operator(self, operator: Operator) -> None:
        """Put an operator on the board."""
        self.board = replace(self.board, operators={**self.board.operators, operator.key: operator})

    def drop(self, call: LiveCall) -> None:
        """Take a call off the board."""
        calls = {key: each for key, each in self.board.calls.items() if key != call.id}
        self.board = replace(self.board, calls=calls)

    def tell(self, operator: str, news: News) -> None:
        """News for one operator."""
        if operator in self.board.operators:
            self.effects.append(Tell(operator, news))

    def happens(self, call: LiveCall, event: Event) -> None:
        """Something for the call itself."""
        self.effects.append(ToCall(call.id, event))

    def idle(self, key: str) -> None:
        """That operator has just finished with a call."""
        if operator := self.board.operators.get(key):
            self.operator(replace(operator, idle_since=self.now))

    @property
    def done(self) -> tuple[Board, tuple[Effect, ...]]:
        return self.board, tuple(self.effects)
