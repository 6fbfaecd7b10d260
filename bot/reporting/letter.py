"""A call's letters: the report, and what follows it until somebody has marked it. Pure.

Rule: each is the whole report, so that nobody has to look for another mail; what it asks for stands first, and its
links are its reader's own, so that a mark tells who made it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.ended import Ended, samples_of
from bot.operators.amended import amended
from bot.reporting.fields import phone
from bot.reporting.links import Links, Mark, MarkKind
from bot.reporting.rendering import render
from bot.reporting.report import Button
from bot.reporting.voice_fields import second_fields, voice_fields
from bot.store.letters import Letter
from bot.store.notes import NOTHING_ADDED, Added
from bot.store.remembered import CALLBACK, URGENT


class LetterKind(StrEnum):
    """Why it is written; `Letter.kind`."""

    REPORT = "report"
    REMINDER = "reminder"
    """A call-back that nobody has marked."""
    URGENT = "urgent"
    """The urgent route."""
    AMENDMENT = "amendment"
    """An operator has put the report right after it was sent."""
    ADDENDUM = "addendum"
    """Or has added to it, and corrected nothing."""


_NOTICES = {
    LetterKind.REPORT: ("", ""),
    LetterKind.REMINDER: ("【折り返し未了】", "折り返しのお電話が、まだ済みになっていません。"),
    LetterKind.URGENT: ("【要対応】", "至急のお電話です。対応してくださる方は「対応します」でお知らせください。"),
    LetterKind.AMENDMENT: ("【訂正】", "先にお送りした報告の内容を、オペレーターが訂正いたしました。"),
    LetterKind.ADDENDUM: ("【追記】", "先にお送りした報告に、オペレーターが追記いたしました。"),
}
"""What stands before the subject, and what the mail says first."""
BUTTONS = {URGENT: (MarkKind.TAKE, "対応します"), CALLBACK: (MarkKind.DONE, "折り返し済み")}
"""By `FollowUpRow.kind`."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What goes with a call's letters."""

    clips: Collection[str]
    """Names of the clips that are kept."""
    owed: Sequence[str]
    """`FollowUpRow.kind` of what the reader can mark."""
    links: Links | None
    """None: clips are attached, and marks are made at the command line."""
    added: Added = NOTHING_ADDED
    """By operators."""


def letter_to(recipient: str, kind: LetterKind, ended: Ended, enclosed: Enclosed, now: float) -> Letter:
    """One letter to one recipient."""
    samples = samples_of(ended, enclosed.clips, enclosed.links, now)
    trouble = "\n".join(filter(None, (ended.trouble, _undialled(ended) if URGENT in enclosed.owed else "")))
    report = amended(ended, samples, trouble, enclosed.added)
    flag, notice = _NOTICES[kind]
    owed = [each for each in BUTTONS if each in enclosed.owed]
    buttons = tuple(_button(each, ended.call.id, recipient, enclosed.links, now) for each in owed)
    beside = (*second_fields(ended.happened), *voice_fields(ended.script.rules.listening, ended.happened))
    report = replace(report, fields=report.fields + beside)
    mail = render(replace(report, subject=flag + report.subject, notice=notice, buttons=buttons))
    attach = bool(enclosed.clips) and enclosed.links is None
    return Letter(ended.call.id, kind.value, recipient, mail.subject, mail.text, mail.html, attach, now)


def _button(owed: str, call_id: str, by: str, links: Links | None, now: float) -> Button:
    kind, label = BUTTONS[owed]
    command = f"denwaban done {call_id}" + (" --take" if kind is MarkKind.TAKE else "")
    return Button(label, links.mark(Mark(kind, call_id, by), now) if links else "", command)


def is_number(address: str) -> bool:
    """Whether a step of the urgent route is to be dialled."""
    return "@" not in address


def _undialled(ended: Ended) -> str:
    """No line can dial out, and nobody shall rely on it."""
    numbers = [phone(step.address) for step in ended.script.rules.follow_up.route if is_number(step.address)]
    if not numbers:
        return ""
    return f"緊急の連絡先のうち {'、'.join(numbers)} へは、この回線から発信できないため、お知らせしていません。"
