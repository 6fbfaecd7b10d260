"""After a call, or while it goes on: notes, corrections, the reason, what the company should have told us, thanks.

Rule: nothing that was heard is overwritten; what an operator writes is checked, kept at once and told to the company
(`bot/operators/amend`). Blocking: reads and writes the store. Leaves out who may (`bot/access`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.access.user import Role
from bot.clock import Now
from bot.dialogue.state import State
from bot.operators.amended import LABELS, corrected, staff_key
from bot.operators.casefile import CLIP_FIELDS, Case, CaseFiles, moment, reason_label, spoken_facts
from bot.recall import put_right
from bot.reporting.fields import clean, phone
from bot.reporting.report import REASONS, compose
from bot.store.desk import keep_questions, list_questions
from bot.store.letters import list_letters
from bot.store.notes import (
    Added,
    Correction,
    Note,
    Thanks,
    call_thanks,
    keep_correction,
    keep_note,
    keep_thanks,
    read_added,
    thanks_to,
)
from bot.store.remembered import find_remembered, keep_put_right
from bot.store.users import list_users

ADDED_MOST = 200
"""Notes and corrections of one call: more is no note but a mistake."""
THANKS_SECONDS = 30 * 86400.0

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_NUMBER = re.compile(r"[0-9]{2,20}")


class NoteError(Exception):
    """What an operator wrote cannot be kept; the text says why, in Japanese."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class SheetCall:
    call_id: str
    company_name: str
    when: str
    number: str
    live: bool


@dataclass(frozen=True, slots=True)
class Written:
    """Something that somebody wrote."""

    text: str
    by: str
    at: float
    when: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class SheetField:
    """A captured value and what it was corrected to."""

    name: str
    label: str
    text: str
    """As it was heard."""
    status: str
    clip: bool
    corrections: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Colleague:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that the script should come to answer."""

    question: str
    when: str


@dataclass(frozen=True, slots=True)
class Thanked:
    by: str
    to: str
    words: str
    when: str
    call_id: str


@dataclass(frozen=True, slots=True)
class Told:
    """Whether the company knows."""

    state: str
    """"none", "waiting", "sent"; "live" while the call goes on."""
    untold: int
    """How much of what was added no letter tells of."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands beside a call."""

    call: SheetCall
    fields: tuple[SheetField, ...]
    notes: tuple[Written, ...]
    reason: Choice
    reasons: tuple[Choice, ...]
    questions: tuple[Asked, ...]
    colleagues: tuple[Colleague, ...]
    thanks: tuple[Thanked, ...]
    report: Told


class Notebook:
    """Reads and writes it."""

    def __init__(self, files: CaseFiles, now: Now) -> None:
        self._files = files
        self._store = files.store
        self._now = now

    def sheet(self, case: Case, reader: str) -> Sheet:
        """As it stands for that operator (key)."""
        state = self._files.state(case)
        with self._store.read() as connection:
            added = read_added(connection, case.call.id)
            asked = list_questions(connection, case.call.company)
            thanks = tuple(_thanked(connection, each) for each in call_thanks(connection, case.call.id))
            colleagues = _colleagues(connection, case.call.company, reader)
            told = _told(connection, case, added)
        call = case.call
        head = SheetCall(call.id, case.script.spoken.text, moment(call.began), phone(call.caller), case.live)
        return Sheet(
            call=head,
            fields=_fields(case, state, added),
            notes=tuple(_written(each) for each in added.notes),
            reason=_reason(state, added),
            reasons=tuple(Choice(reason.value, label) for reason, label in REASONS.items()),
            questions=tuple(Asked(each.question, moment(each.at)) for each in asked if each.call_id == call.id),
            colleagues=colleagues,
            thanks=thanks,
            report=told,
        )

    def note(self, case: Case, by: Author, text: str) -> None:
        """Raises NoteError."""
        words = _words(text, 2000, "メモ")
        with self._store.write() as connection:
            _check_room(connection, case)
            keep_note(connection, Note(case.call.id, words, by.key, by.name, self._now()))

    def correct(self, case: Case, by: Author, field: str, text: str, why: str = "") -> None:
        """What a captured value really is. Raises NoteError."""
        if field not in LABELS:
            raise NoteError("この項目は訂正できません。")
        if field == "reason":
            words = text if text in set(REASONS) else ""
            if not words:
                raise NoteError("用件の種類は、一覧からお選びください。")
        else:
            words = _value(case, field, _words(text, 300, LABELS[field]))
        reason = _words(why, 200, "理由") if why.strip() else ""
        state = self._files.state(case)
        heard = _heard(case, state, field)
        with self._store.write() as connection:
            _check_room(connection, case)
            told = (case.call.id, field, heard, words, reason, by.key, by.name, self._now())
            keep_correction(connection, Correction(*told))
            _remember(connection, case, state)

    def ask(self, case: Case, question: str) -> None:
        """The script should have known this. Raises NoteError."""
        words = clean(_words(question, 300, "ご質問"))
        with self._store.write() as connection:
            asked = [each for each in list_questions(connection, case.call.company) if each.call_id == case.call.id]
            if len(asked) >= ADDED_MOST:
                raise NoteError("この通話には、これ以上書き足せません。")
            if words not in [each.question for each in asked]:
                keep_questions(connection, case.call.company, case.call.id, [words], self._now())

    def thank(self, case: Case, by: Author, to: str, words: str = "") -> str:
        """Thank a colleague; their name. Raises NoteError."""
        said = _words(words, 200, "お礼の言葉") if words.strip() else ""
        with self._store.write() as connection:
            known = {each.key: each.name for each in _colleagues(connection, case.call.company, by.key)}
            if to not in known:
                raise NoteError("その同僚は見つかりませんでした。")
            keep_thanks(connection, Thanks(case.call.id, to, by.key, by.name, said, self._now()))
        return known[to]

    def thanks(self, key: str) -> tuple[Thanked, ...]:
        """What that operator was thanked for in the last weeks."""
        with self._store.read() as connection:
            return tuple(
                _thanked(connection, each) for each in thanks_to(connection, key, self._now() - THANKS_SECONDS)
            )


def _remember(connection: Connection, case: Case, heard: State) -> None:
    """What later calls of this caller find is what was put right; a call that goes on is remembered at its end."""
    before = find_remembered(connection, case.call.id)
    if before is not None:
        state = corrected(case.script, heard, read_added(connection, case.call.id).latest)
        keep_put_right(connection, put_right(before, case.call, state))


def _fields(case: Case, state: State, added: Added) -> tuple[SheetField, ...]:
    sound = spoken_facts(state.facts) if case.call.recording else ()
    shown = {each.label: each for each in compose(case.script, case.call, state, ()).fields}
    fields = []
    for name, label in LABELS.items():
        if name == "reason":
            continue
        field = shown.get(label)
        text, mark = (field.value, field.mark.value) if field else ("", "")
        fixed = tuple(_written(each) for each in added.corrections if each.field == name)
        fields.append(SheetField(name, label, text, mark, name in sound and name in CLIP_FIELDS, fixed))
    return tuple(fields)


def _reason(state: State, added: Added) -> Choice:
    fixed = added.latest.get("reason")
    name = fixed.text if fixed else state.facts.reason.value if state.facts.reason else ""
    return Choice(name, reason_label(name))


def _heard(case: Case, state: State, field: str) -> str:
    """As the report has it without any correction."""
    if field == "reason":
        return reason_label(state.facts.reason.value) if state.facts.reason else ""
    fields = compose(case.script, case.call, state, ()).fields
    return next((each.value for each in fields if each.label == LABELS[field]), "")


def _value(case: Case, field: str, text: str) -> str:
    """As it is kept. Raises NoteError."""
    words = clean(text)
    match field:
        case "number":
            plain = re.sub(r"[-() ]", "", unicodedata.normalize("NFKC", words).replace("ー", "-"))
            if not _NUMBER.fullmatch(plain):
                raise NoteError("電話番号は、数字とハイフンで入力してください。")
            return phone(plain)
        case "caller_name":
            return words.removesuffix("様").strip() or words
        case "staff":
            return staff_key(case.script, words) or words
        case _:
            return words


def _words(text: str, limit: int, what: str) -> str:
    words = _CONTROL.sub(" ", text.replace("\r\n", "\n")).strip()
    if not words:
        raise NoteError(f"{what}が入力されていません。")
    if len(words) > limit:
        raise NoteError(f"{what}が長すぎます。{limit}文字以内でお願いいたします。")
    return words


def _check_room(connection: Connection, case: Case) -> None:
    added = read_added(connection, case.call.id)
    if len(added.notes) + len(added.corrections) >= ADDED_MOST:
        raise NoteError("この通話には、これ以上書き足せません。")


def _colleagues(connection: Connection, company: str, reader: str) -> tuple[Colleague, ...]:
    """Those who serve the company, but for the reader."""
    return tuple(
        Colleague(user.key, user.name)
        for user in list_users(connection)
        if user.key != reader and user.enabled and user.may(Role.OPERATOR) and user.sees(company)
    )


def _told(connection: Connection, case: Case, added: Added) -> Told:
    untold = len(added.untold.notes) + len(added.untold.corrections)
    if case.live:
        return Told("live", untold)
    letters = [each for each in list_letters(connection, case.call.id) if not each.letter.kind.startswith("digest")]
    waits = any(each.accepted is None for each in letters)
    return Told("waiting" if waits else "sent" if letters else "none", untold)


def _written(row: Note | Correction) -> Written:
    if isinstance(row, Note):
        return Written(row.text, row.by_name, row.at, moment(row.at))
    text = reason_label(row.text) if row.field == "reason" else row.text
    return Written(text, row.by_name, row.at, moment(row.at), row.why)


def _thanked(connection: Connection, given: Thanks) -> Thanked:
    names = {user.key: user.name for user in list_users(connection)}
    return Thanked(given.by_name, names.get(given.to, given.to), given.words, moment(given.at), given.call_id)
