"""A report as a mail to be read on a telephone: a subject, a plain text, a page of HTML without pictures or scripts.

Rule: whoever sees only the first screen must know who called, how to reach them and how sure that is. Both forms say
the same. Numbers can be dialled by a touch; nothing is aligned by blanks, as telephones have proportional letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.reporting.report import Button, Field, Mark, Report, Sample

_COLOURS = {
    Mark.CONFIRMED: "#0a6b2d",
    Mark.HEARD: "#9a5b00",
    Mark.MISSING: "#a01818",
    Mark.CORRECTED: "#1a4f9c",
    Mark.NONE: "",
}
"""Dark enough on white for small letters (contrast of 5 and more); the words say the same without colour."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A report ready to be sent."""

    subject: str
    text: str
    html: str


def render(report: Report) -> Rendered:
    """The mail's subject and both of its bodies."""
    return Rendered(report.subject, _text(report), _html(report))


def _heading(report: Report) -> str:
    if report.notice:
        return report.notice
    return "至急のお電話がありました。" if report.urgent else "お電話がありました。"


def sections(report: Report) -> list[tuple[str, tuple[str, ...]]]:
    """(heading, lines) below the fields; only those that say something."""
    outcome = (report.outcome, report.trouble) if report.trouble else (report.outcome,)
    sections = [
        ("訂正した内容", report.changes),
        ("オペレーターからの連絡事項", report.remarks),
        ("結果", outcome),
        ("お約束・お伝えしたこと", report.done),
        ("ご用件の全文", (report.purpose,) if report.purpose else ()),
        ("お答えできなかったご質問", report.unanswered),
        ("お答えしたご質問", report.answered),
    ]
    return [(heading, lines) for heading, lines in sections if lines]


def _samples(report: Report) -> list[tuple[str, Sample]]:
    """(what is heard, sample), each sample once."""
    labels: dict[str, list[str]] = {}
    samples: dict[str, Sample] = {}
    for field in report.fields:
        if field.sample:
            labels.setdefault(field.sample.name, []).append(field.label)
            samples[field.sample.name] = field.sample
    return [("・".join(labels[name]), sample) for name, sample in samples.items()]


def _text(report: Report) -> str:
    lines = [_heading(report), ""]
    for field in report.fields:
        lines.append(f"{field.label}:{field.value}{_marked(field)}")
        lines += [f" ・{note}" for note in field.notes]
    for heading, told in sections(report):
        lines += ["", f"■ {heading}", *told]
    if samples := _samples(report):
        lines += ["", "■ 録音"]
        lines += [f"{label}:{sample.href or f'添付 {sample.name}'}" for label, sample in samples]
    if report.buttons:
        lines += ["", "■ 対応の状況をお知らせください", *(_marked_at(button) for button in report.buttons)]
    return "\n".join([*lines, "", "--", f"{report.company} 電話受付", f"受付番号 {report.call_id}", ""])


def _marked_at(button: Button) -> str:
    return f"{button.label}:{button.href or button.command}"


def _marked(field: Field) -> str:
    if field.mark is Mark.NONE:
        return ""
    return f"【{field.mark}】" if field.value else f"({field.mark})"


def _html(report: Report) -> str:
    colour = "#a01818" if report.urgent else "#222"
    body = [f'<p style="font-size:1.15em;font-weight:bold;color:{colour}">{escape(_heading(report))}</p>']
    body.append('<table style="border-collapse:collapse;width:100%">')
    body += [_row(field) for field in report.fields]
    body.append("</table>")
    for heading, told in sections(report):
        body.append(_section(heading, [escape(line) for line in told]))
    if samples := _samples(report):
        body.append(_section("録音", [_listen(label, sample) for label, sample in samples]))
    if report.buttons:
        body.append(_section("対応の状況をお知らせください", [_press(button) for button in report.buttons]))
    foot = f"{escape(report.company)} 電話受付<br>受付番号 {escape(report.call_id)}"
    body.append(f'<p style="color:#666;font-size:.85em">{foot}</p>')
    return page(report.subject, body)


def page(subject: str, body: Sequence[str]) -> str:
    """A mail's HTML around these pieces of it."""
    style = "font-family:sans-serif;font-size:16px;line-height:1.6;color:#222;max-width:36em"
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{escape(subject)}</title></head><body style="{style}">\n' + "\n".join(body) + "\n</body></html>\n"
    )


def _press(button: Button) -> str:
    if button.href:
        return f'<a href="{escape(button.href)}">{escape(button.label)}</a>'
    return escape(_marked_at(button))


def _row(field: Field) -> str:
    value = escape(field.value)
    if field.dial and field.value:
        value = f'<a href="tel:{escape(field.dial)}">{value}</a>'
    tag = (
        f' <span style="color:{_COLOURS[field.mark]};font-size:.85em">{escape(field.mark)}</span>' if field.mark else ""
    )
    notes = "".join(f'<div style="color:#555;font-size:.85em">{escape(note)}</div>' for note in field.notes)
    cell = "padding:.35em .5em;border-bottom:1px solid #ddd;vertical-align:top"
    label = f"{cell};text-align:left;white-space:nowrap;font-weight:normal;color:#555"
    head = f'<th style="{label}">{escape(field.label)}</th>'
    return f'<tr>{head}<td style="{cell}"><b>{value}</b>{tag}{notes}</td></tr>'


def _section(heading: str, lines: list[str]) -> str:
    title = f'<h2 style="font-size:1em;margin:1.2em 0 .2em">{escape(heading)}</h2>'
    return title + "".join(f'<p style="margin:.2em 0">{line}</p>' for line in lines)


def _listen(label: str, sample: Sample) -> str:
    if sample.href:
        return f'<a href="{escape(sample.href)}">{escape(label)}を聞く</a>'
    return f"{escape(label)}:添付 {escape(sample.name)}"
