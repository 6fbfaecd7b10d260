"""An operator's notebook on a call that its process left, over a store of its own; the clock stands until it is put
forward."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.access.user import User
from bot.company.load import load_script
from bot.company.rules import Recipient
from bot.dialogue.step import step
from bot.operators.amend import Amendments
from bot.operators.casefile import Case, CaseFiles
from bot.operators.notes import Author, Notebook, Sheet, SheetField
from bot.recovery import Closing, finish
from bot.store import Store
from bot.store.letters import Queued, lease, list_letters, mark_accepted
from bot.store.users import add_user
from tests.records import BEGAN, CALL

NOW = BEGAN + 3600.0
CLIPPED = ("caller_name", "company", "number", "staff", "purpose")
A, B = "eigyo@smilecorp.example", "soumu@smilecorp.example"
SCRIPT = load_script(Path(__file__).parent.parent / "scripts" / "smile")
SMILE = replace(SCRIPT, recipients=(Recipient(A), Recipient(B)))
SATO, SUZUKI = Author("sato", "佐藤"), Author("suzuki", "鈴木")


@dataclass
class Desk:
    """A store in which a call was left by its process, and an operator's notebook on it."""

    store: Store
    now: float = NOW
    posted: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.files = CaseFiles(self.store, {SMILE.key: SMILE}, step)
        self.notebook = Notebook(self.files, lambda: self.now)
        self.amendments = Amendments(self.store, step, None, lambda: self.posted.append(self.now), lambda: self.now)

    @property
    def case(self) -> Case:
        case = self.files.open(CALL.id)
        assert case is not None
        return case

    def end(self) -> None:
        assert finish(Closing(self.store, step), CALL.id, self.now)

    def sheet(self, reader: str = "sato") -> Sheet:
        return self.notebook.sheet(self.case, reader)

    def field(self, name: str) -> SheetField:
        return next(each for each in self.sheet().fields if each.name == name)

    def letters(self) -> list[Queued]:
        with self.store.read() as connection:
            return list_letters(connection, CALL.id)

    def send_all(self) -> None:
        """The mail server takes whatever is due."""
        with self.store.write() as connection:
            while (queued := lease(connection, self.now, self.now + 1.0, "1")) is not None:
                mark_accepted(connection, queued.id, self.now)

    def people(self, *users: User) -> None:
        with self.store.write() as connection:
            for user in users:
                assert add_user(connection, user, "hash", self.now)
