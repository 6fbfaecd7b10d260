"""What the receptionist can do. A closed set, imperative; the shell in `bot/call` carries them out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of our words, spoken in one breath."""

    text: str
    """As it is written in the journal: 江川様でいらっしゃいますね。"""
    reading: str = ""
    """As it is to be read aloud where that differs: エガワ様でいらっしゃいますね。 "" = as written."""
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """Speak. Replaces whatever is still being said."""

    phrases: tuple[Phrase, ...]
    protected: bool = False
    """True: the caller's voice does not stop it (a good-bye, a word before a transfer)."""

    @property
    def text(self) -> str:
        return "".join(phrase.text for phrase in self.phrases)


@dataclass(frozen=True, slots=True)
class Beep:
    """The tone after which a message is recorded."""


@dataclass(frozen=True, slots=True)
class Look:
    """Ask where a member of staff is; `Found` answers."""

    staff: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Put the caller through once the words before it have been heard; `Transferred` answers."""

    to: str
    """Extension or number."""
    ring_seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call once the words before it have been heard."""


Action = Say | Beep | Look | Transfer | HangUp
