"""A call's report with what operators have added to it: corrections beside what was heard, and notes. Pure.

Rule: a corrected field shows the new value, who set it right and when, and below it what was heard and how sure that
was; of several corrections of a field the last counts. What was heard itself is never changed: it stays in the journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue.hours import local
from bot.dialogue.state import Captured, State, Status
from bot.ended import Ended
from bot.reporting.fields import clean
from bot.reporting.report import REASONS, Field, Mark, Report, Sample, compose
from bot.store.notes import Added, Correction, Note
from nlu.meaning import Reason

LABELS = {
    "caller_name": "お名前",
    "company": "会社名",
    "number": "折り返し先",
    "staff": "宛先",
    "purpose": "ご用件",
    "reason": "種類",
}
"""What can be corrected, and the report's word for it."""


def amended(ended: Ended, samples: Sequence[Sample], trouble: str, added: Added) -> Report:
    """The report as it stands after all that was added; `Report.changes` has what no letter told yet."""
    heard = compose(ended.script, ended.call, ended.state, samples, trouble)
    if not added:
        return heard
    latest = {name: each for name, each in added.latest.items() if name in LABELS}
    report = compose(ended.script, ended.call, corrected(ended.script, ended.state, latest), samples, trouble)
    before = {field.label: field for field in heard.fields}
    by_label = {LABELS[name]: correction for name, correction in latest.items()}
    fields = tuple(_marked(each, before.get(each.label), by_label.get(each.label)) for each in report.fields)
    new = [each for each in added.untold.corrections if latest.get(each.field) == each]
    return replace(
        report,
        fields=fields,
        changes=tuple(_change(each, before.get(LABELS[each.field]), fields) for each in new),
        remarks=tuple(f"{clean(each.text)}({_by(each)})" for each in added.notes),
    )


def corrected(script: Script, state: State, latest: dict[str, Correction]) -> State:
    """The state as if the caller had been heard so."""
    facts = state.facts
    for name, correction in latest.items():
        if name == "reason":
            facts = replace(facts, reason=Reason(correction.text) if correction.text in REASONS else facts.reason)
            continue
        was = facts.get(name)
        span = was.span if was else (0.0, 0.0)
        facts = facts.put(name, _captured(script, correction, span))
    return replace(state, facts=facts)


def _captured(script: Script, correction: Correction, span: tuple[float, float]) -> Captured:
    text = correction.text
    match correction.field:
        case "number":
            return Captured("".join(filter(str.isdigit, text)), text, Status.CONFIRMED, span=span)
        case "staff":
            return Captured(staff_key(script, text) or text, text, Status.CONFIRMED, span=span)
        case _:
            return Captured(text, text, Status.CONFIRMED, span=span)


def staff_key(script: Script, text: str) -> str:
    """The member of staff that is meant by a key or a written name, where it is one; else ""."""
    plain = text.replace(" ", "").replace("\u3000", "")
    for each in script.staff:
        if plain in (each.key, each.family.text + each.given.text):
            return each.key
    named = [each.key for each in script.staff if plain == each.family.text]
    return named[0] if len(named) == 1 else ""


def _marked(field: Field, before: Field | None, correction: Correction | None) -> Field:
    """A corrected line with what was heard below it."""
    if correction is None:
        return field
    why = (f"理由:{clean(correction.why)}",) if correction.why else ()
    notes = (f"お電話での聞き取り:{_shown(before)}", f"訂正:{_by(correction)}", *why)
    return replace(field, mark=Mark.CORRECTED, notes=notes)


def _change(correction: Correction, before: Field | None, fields: Sequence[Field]) -> str:
    """お名前:ナガワ 様【聞き取りのみ(未確認)】 → ナカガワ 様(佐藤 11/24 14:20)"""
    label = LABELS[correction.field]
    now = next((field.value for field in fields if field.label == label), clean(correction.text))
    return f"{label}:{_shown(before)} → {now}({_by(correction)})"


def _shown(field: Field | None) -> str:
    if field is None or not field.value:
        return "聞き取れず"
    return f"{field.value}【{field.mark}】" if field.mark is not Mark.NONE else field.value


def _by(row: Note | Correction) -> str:
    at = local(row.at)
    return f"{clean(row.by_name)} {at.month}/{at.day} {at:%H:%M}"
