"""A call's letters: the report, and what follows it until somebody has marked it. Pure.

Rule: each is the whole report, so that nobody has to look for another mail; what it asks for stands first, and its
links are its reader's own, so that a mark tells who made it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.dialogue.hours import local
from bot.ended import Ended, samples_of
from bot.operators.amended import amended
from bot.reporting.fields import Field, phone
from bot.reporting.links import Links, Mark, MarkKind
from bot.reporting.rendering import render
from bot.reporting.report import Button
from bot.reporting.voice_fields import second_fields, voice_fields
from bot.store.letters import Letter
from bot.store.notes import NOTHING_ADDED, Added
from bot.store.remembered import CALLBACK, URGENT
from bot.store.rings import Ring


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
_RUNG = {
    "taken": "対応なさるとのことです。",
    "late": "お知らせしましたが、すでに別の方が対応なさることになっていました。",
    "declined": "お受けになれないとのことでした。",
    "unanswered": "応答はありましたが、お返事がありませんでした。",
    "hung_up": "途中で電話が切れました。",
    "machine": "留守番電話などの機械が応答しました。",
    "no_answer": "お出になりませんでした。",
    "busy": "話し中でした。",
    "failed": "おつなぎできませんでした。",
}
"""By `Ring.outcome`."""


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
    unrung: bool = False
    """No line rings the numbers of an urgent route: the letter says so."""
    rung: Sequence[Ring] = ()
    """Those that were to be, with what came of each."""


def letter_to(recipient: str, kind: LetterKind, ended: Ended, enclosed: Enclosed, now: float) -> Letter:
    """One letter to one recipient."""
    samples = samples_of(ended, enclosed.clips, enclosed.links, now)
    tells = enclosed.unrung and URGENT in enclosed.owed
    trouble = "\n".join(filter(None, (ended.trouble, _undialled(ended) if tells else "")))
    report = amended(ended, samples, trouble, enclosed.added)
    flag, notice = _NOTICES[kind]
    owed = [each for each in BUTTONS if each in enclosed.owed]
    buttons = tuple(_button(each, ended.call.id, recipient, enclosed.links, now) for each in owed)
    beside = (*second_fields(ended.happened), *voice_fields(ended.script.rules.listening, ended.happened))
    report = replace(report, fields=report.fields + beside + tuple(_rung(each) for each in enclosed.rung if each.ended))
    mail = render(replace(report, subject=flag + report.subject, notice=notice, buttons=buttons))
    attach = bool(enclosed.clips) and enclosed.links is None
    return Letter(ended.call.id, kind.value, recipient, mail.subject, mail.text, mail.html, attach, now)


def _button(owed: str, call_id: str, by: str, links: Links | None, now: float) -> Button:
    kind, label = BUTTONS[owed]
    command = f"denwaban done {call_id}" + (" --take" if kind is MarkKind.TAKE else "")
    return Button(label, links.mark(Mark(kind, call_id, by), now) if links else "", command)


def _rung(ring: Ring) -> Field:
    """A number of the urgent route that was rung."""
    at = f"{local(ring.ended):%H:%M} " if ring.ended else ""
    return Field("緊急のご連絡", f"{at}{phone(ring.number)} {_RUNG.get(ring.outcome, ring.outcome)}")


def is_number(address: str) -> bool:
    """Whether a step of the urgent route is to be dialled."""
    return "@" not in address


def _undialled(ended: Ended) -> str:
    """Where no line can dial out nobody shall rely on it."""
    numbers = [phone(step.address) for step in ended.script.rules.follow_up.route if is_number(step.address)]
    if not numbers:
        return ""
    return f"緊急の連絡先のうち {'、'.join(numbers)} へは、この回線から発信できないため、お知らせしていません。"
