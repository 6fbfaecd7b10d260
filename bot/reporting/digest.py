"""The day's digest: the sales calls that were refused, told in one mail, each with the caller's own words and a link by
which a reader says that it was none; and where bookings and the company's own calendar disagree.

Rule: a refused call or a clash is told in the first digest made after it, once, to those whom sales or bookings
concern; a day without any makes no mail. Beside refused calls it counts those in which nobody spoke, and lists the
day's questions that the script does not answer. Reads the store, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape

from sqlalchemy import Connection

from bot.company.script import Script
from bot.dialogue.events import Heard
from bot.dialogue.hours import TOKYO, local
from bot.journal import from_row
from bot.reporting.addressees import Matter, addressees
from bot.reporting.fields import WEEKDAYS, clean, phone
from bot.reporting.links import Links, Mark, MarkKind
from bot.reporting.rendering import page
from bot.store import list_calls, read_rows
from bot.store.calendars import Clash, untold_clashes
from bot.store.desk import Question, list_questions
from bot.store.letters import Letter
from bot.store.remembered import Remembered, count_silent, undigested
from nlu.meaning import Reason

KIND = "digest"
"""`Letter.kind`; such a letter hangs on the first of the calls that it tells of. One that tells of none hangs on the
company's last, and its kind goes on with the moment when the first clash was found, which no other digest tells of."""
DAY_SECONDS = 86400.0
SALES, CALENDAR = "営業電話のまとめ", "カレンダーのお知らせ"
"""Titles of a mail."""
NO_SALES = "これは営業ではありませんでした"


@dataclass(frozen=True, slots=True)
class Digest:
    """Letters, and what they tell of."""

    letters: Sequence[Letter] = ()
    call_ids: Sequence[str] = ()
    clashes: Sequence[Clash] = ()


@dataclass(frozen=True, slots=True)
class _Refused:
    """One call of the digest."""

    call: Remembered
    words: tuple[str, ...]
    """What the caller said, turn by turn."""


@dataclass(frozen=True, slots=True)
class _Day:
    """What one digest tells; each reader is shown what concerns them."""

    script: Script
    moment: float
    refused: Sequence[_Refused]
    silent: int
    questions: Sequence[Question]
    clashes: Sequence[Clash]
    anchor: str
    """The call that it hangs on where it tells of none."""


def last_digest(script: Script, now: float) -> float:
    """The latest hour of a digest that is not after `now`."""
    today = datetime.combine(local(now).date(), script.rules.follow_up.digest_at, TOKYO)
    return (today if today.timestamp() <= now else today - timedelta(days=1)).timestamp()


def next_digest(script: Script, now: float) -> float:
    """The first hour of a digest after `now`."""
    return last_digest(script, now) + DAY_SECONDS


def digest(connection: Connection, script: Script, links: Links | None, moment: float, now: float) -> Digest:
    """What is to be told of the calls and clashes before `moment` that no digest has told of; nothing where there are
    none."""
    told_sales, told_bookings = (
        addressees(script.recipients, Matter("", reason, False, now))
        for reason in (Reason.SALES, Reason.RESERVATION_CHANGE)
    )
    calls = undigested(connection, script.key, moment) if told_sales else []
    clashes = [each for each in untold_clashes(connection, script.key) if each.found < moment and told_bookings]
    last = list_calls(connection, script.key, 1)
    if not (calls or clashes) or not last:
        return Digest()
    since = moment - DAY_SECONDS
    day = _Day(
        script,
        moment,
        [_Refused(call, _words(connection, call.call_id)) for call in calls],
        count_silent(connection, script.key, since, moment) if calls else 0,
        list_questions(connection, script.key, since, moment) if calls else (),
        clashes,
        last[0].id,
    )
    letters = []
    for reader in dict.fromkeys((*(told_sales if calls else ()), *(told_bookings if clashes else ()))):
        sight = day if reader in told_sales else replace(day, refused=(), silent=0, questions=())
        sight = sight if reader in told_bookings else replace(sight, clashes=())
        letters.append(_letter(sight, reader, links, now))
    return Digest(letters, [call.call_id for call in calls], clashes)


def _words(connection: Connection, call_id: str) -> tuple[str, ...]:
    words = []
    for row in read_rows(connection, call_id):
        if row.kind == Heard.__name__:
            try:
                heard = from_row(row).what
            except ValueError:  # of a newer version
                continue
            if isinstance(heard, Heard) and (text := clean(heard.hearing.text)):
                words.append(text)
    return tuple(words)


def _letter(day: _Day, reader: str, links: Links | None, now: float) -> Letter:
    hrefs = {each.call.call_id: _href(each.call, reader, links, now) for each in day.refused}
    subject = _subject(day)
    text, html = _text(day, hrefs), page(subject, _html(day, hrefs))
    hung = (day.refused[0].call.call_id, KIND) if day.refused else (day.anchor, f"{KIND}-{day.clashes[0].found:.0f}")
    return Letter(*hung, reader, subject, text, html, False, now)


def _subject(day: _Day) -> str:
    at, company, news = local(day.moment), clean(day.script.spoken.text), f"{len(day.clashes)}件"
    if day.refused:
        beside = f"・{CALENDAR} {news}" if day.clashes else ""
        return f"【{SALES}】{company} {len(day.refused)}件{beside}({at.month}/{at.day})"
    return f"【{CALENDAR}】{company} {news}({at.month}/{at.day})"


def _href(call: Remembered, reader: str, links: Links | None, now: float) -> str:
    """The link by which this was no sales call; "" where nothing is known by which to know the caller again."""
    if links is None or not (call.shown or call.number or call.caller_company or call.caller_company_text):
        return ""
    return links.mark(Mark(MarkKind.ALLOW, call.call_id, reader), now)


def _heading(day: _Day) -> str:
    if day.refused:
        return f"営業のお電話を{len(day.refused)}件、お断りしました。"
    return f"ご予約とカレンダーについて、お知らせが{len(day.clashes)}件ございます。"


def _title(call: Remembered) -> str:
    """When, from which number, and who."""
    began = local(call.began)
    number = phone(call.number or call.shown) or "非通知または不明"
    company = clean(call.caller_company_text or call.caller_company)
    name = f"{clean(call.name)}様" if call.name else ""
    who = f"{company} {name}".strip() or "お名前不明"
    return f"{began.month}月{began.day}日({WEEKDAYS[began.weekday()]}) {began:%H:%M} {number} {who}"


def _lists(day: _Day) -> list[tuple[str, list[str]]]:
    """(heading, lines) below the calls; only those that say something."""
    sections = []
    if day.clashes:
        sections.append(("ご予約とカレンダー", [clean(each.text) for each in day.clashes]))
    if day.questions:
        asked = [f"{local(each.at):%H:%M}「{clean(each.question)}」" for each in day.questions]
        sections.append(("お答えできなかったご質問", asked))
    if day.silent:
        sections.append(("お話のなかったお電話", [f"無言や機械からのお電話が{day.silent}件ありました。"]))
    return sections


def _text(day: _Day, hrefs: dict[str, str]) -> str:
    lines = [_heading(day)]
    for each in day.refused:
        lines += ["", f"■ {_title(each.call)}", *(f"「{words}」" for words in each.words)]
        if href := hrefs[each.call.call_id]:
            lines.append(f"{NO_SALES}:{href}")
    for heading, told in _lists(day):
        lines += ["", f"■ {heading}", *told]
    return "\n".join([*lines, "", "--", f"{clean(day.script.spoken.text)} 電話受付", ""])


def _html(day: _Day, hrefs: dict[str, str]) -> list[str]:
    body = [f'<p style="font-size:1.15em;font-weight:bold">{escape(_heading(day))}</p>']
    for each in day.refused:
        lines = [f"「{escape(words)}」" for words in each.words]
        if href := hrefs[each.call.call_id]:
            lines.append(f'<a href="{escape(href)}">{NO_SALES}</a>')
        body.append(_part(_title(each.call), lines))
    body += [_part(heading, [escape(line) for line in told]) for heading, told in _lists(day)]
    body.append(f'<p style="color:#666;font-size:.85em">{escape(clean(day.script.spoken.text))} 電話受付</p>')
    return body


def _part(heading: str, lines: Sequence[str]) -> str:
    title = f'<h2 style="font-size:1em;margin:1.2em 0 .2em">{escape(heading)}</h2>'
    return title + "".join(f'<p style="margin:.2em 0">{line}</p>' for line in lines)
