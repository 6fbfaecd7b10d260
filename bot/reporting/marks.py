"""What a button in a mail does, and what its page says: 折り返し済み, 対応します, これは営業ではありませんでした.

Rule: looking changes nothing (mail scanners follow links); pressing does it once, and whoever comes later is told who
was first. Blocking: reads and writes the store.
"""

from __future__ import annotations

from sqlalchemy import Connection

from bot.access.audit import Deed
from bot.dialogue.hours import local
from bot.recall import caller_key
from bot.reporting.fields import WEEKDAYS, clean, phone
from bot.reporting.links import Mark, MarkKind
from bot.store import Store, find_call
from bot.store.audit import AuditEntry, add_entry
from bot.store.desk import ALLOW, ListedCaller, find_listed, list_caller
from bot.store.remembered import CALLBACK, URGENT, Remembered, find_follow_up, find_remembered, settle
from bot.web.views import ButtonPage

_TITLES = {
    MarkKind.DONE: ("折り返しはお済みですか", "折り返し済みにする"),
    MarkKind.TAKE: ("このお電話に対応なさいますか", "対応します"),
    MarkKind.ALLOW: ("営業のお電話ではありませんでしたか", "営業ではありませんでした"),
}
"""Title of the page before it is pressed, and the button."""


def look(store: Store, mark: Mark) -> ButtonPage | None:
    """The button's page as it stands; None where the call is not known any more."""
    with store.read() as connection:
        return _page(connection, mark)


def press(store: Store, mark: Mark, now: float) -> ButtonPage | None:
    """Do what the button says; the page as it stands then."""
    with store.write() as connection:
        call = find_remembered(connection, mark.call_id)
        if call is not None:
            match mark.kind:
                case MarkKind.DONE:
                    mark_done(connection, mark.call_id, mark.by, now)
                case MarkKind.TAKE:
                    mark_taken(connection, mark.call_id, mark.by, now)
                case MarkKind.ALLOW:
                    for entry in _entries(call, mark.by, now):
                        list_caller(connection, entry)
            add_entry(connection, AuditEntry(now, mark.by, "link", Deed.MARKED.value, mark.call_id, mark.kind.value))
        return _page(connection, mark)


def mark_done(connection: Connection, call_id: str, by: str, now: float) -> bool:
    """The caller was rung back: nothing is owed any more, neither a call-back nor an answer to urgency. False where
    nothing was."""
    settled = [settle(connection, call_id, kind, by, now) for kind in (CALLBACK, URGENT)]
    return any(settled)


def mark_taken(connection: Connection, call_id: str, by: str, now: float) -> bool:
    """Somebody sees to an urgent call; a call-back stays owed. False where nothing was."""
    return settle(connection, call_id, URGENT, by, now)


def _page(connection: Connection, mark: Mark) -> ButtonPage | None:
    call = find_remembered(connection, mark.call_id)
    if call is None or find_call(connection, mark.call_id) is None:
        return None
    title, label = _TITLES[mark.kind]
    done = _allowed(connection, call) if mark.kind is MarkKind.ALLOW else _settled(connection, mark)
    if done:
        return ButtonPage(done[0], (*_about(call), *done[1:]), "")
    return ButtonPage(title, _about(call), label)


def _about(call: Remembered) -> tuple[str, ...]:
    """Which call it is."""
    began = local(call.began)
    company = clean(call.caller_company_text or call.caller_company)
    name = f"{clean(call.name)}様" if call.name else ""
    who = f"{company} {name}".strip() or "お名前不明の方"
    number = phone(call.number or call.shown) or "番号は非通知または不明"
    return (f"{began.month}月{began.day}日({WEEKDAYS[began.weekday()]}) {began:%H:%M} のお電話", f"{who} {number}")


def _settled(connection: Connection, mark: Mark) -> tuple[str, ...]:
    """What is said once it is marked; empty before."""
    kind = CALLBACK if mark.kind is MarkKind.DONE else URGENT
    row = find_follow_up(connection, mark.call_id, kind)
    if row is None or row.settled is None:
        return ()
    at = local(row.settled)
    words = "折り返し済みです" if mark.kind is MarkKind.DONE else "対応する方が決まりました"
    return (words, f"{at.month}月{at.day}日 {at:%H:%M} {phone(row.taken_by)}")


def _allowed(connection: Connection, call: Remembered) -> tuple[str, ...]:
    entries = _entries(call, "", 0.0)
    found = find_listed(connection, call.company, [entry.value for entry in entries])
    allowed = [entry.written for entry in found if entry.kind == ALLOW]
    if not entries or len(allowed) < len(entries):
        return ()
    return ("次のお電話からは、営業として扱いません", f"登録しました:{'、'.join(map(clean, allowed))}")


def _entries(call: Remembered, by: str, now: float) -> list[ListedCaller]:
    """By what the caller will be known again: the numbers and the company."""
    at = local(call.began)
    note = f"{at.month}/{at.day} {at:%H:%M} のお電話"
    written = {number: phone(number) for number in (call.shown, call.number) if number}
    company = call.caller_company_text or call.caller_company
    if company and call.caller_company:
        written[caller_key(call.caller_company)] = company
    return [ListedCaller(call.company, value, text, ALLOW, note, by, now) for value, text in written.items()]
