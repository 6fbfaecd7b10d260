"""The record of who looked at what and changed what: never rewritten, listed by `denwaban audit` and for admins.

Rule: an entry names a person, a place, a moment and, where it is about one, a call; it holds none of a caller's words
and nothing that was typed into a field for passwords. It is kept for as many days as whoever runs the server says
(DENWABAN_AUDIT_DAYS), for it tells of people too, and deleted then. Blocking: writes to the store.
"""

from __future__ import annotations

import asyncio
import logging
from enum import StrEnum

from sqlalchemy.exc import DBAPIError

from bot.clock import Now
from bot.store import Store
from bot.store.audit import AuditEntry, add_entry, drop_entries

log = logging.getLogger(__name__)

DAY_SECONDS = 86400.0
ENTRIES_AT_ONCE = 1000
"""Deleted in one transaction: the journal of a call never waits longer than milliseconds for the database."""


class Deed(StrEnum):
    """What can be done; the label is what admins read."""

    label: str

    def __new__(cls, value: str, label: str) -> Deed:
        deed = str.__new__(cls, value)
        deed._value_ = value
        deed.label = label
        return deed

    LOGGED_IN = "logged_in", "ログイン"
    NOT_LET_IN = "not_let_in", "ログイン失敗"
    LOGGED_OUT = "logged_out", "ログアウト"
    USER_ADDED = "user_added", "アカウントの追加"
    USER_CHANGED = "user_changed", "アカウントの変更"
    USER_DISABLED = "user_disabled", "アカウントの停止"
    USER_ENABLED = "user_enabled", "アカウントの再開"
    USER_REMOVED = "user_removed", "アカウントの削除"
    PASSWORD_SET = "password_set", "パスワードの変更"
    CALLS_LISTED = "calls_listed", "通話一覧の閲覧"
    CALL_SEEN = "call_seen", "通話の閲覧"
    WORDS_SEEN = "words_seen", "会話の閲覧"
    CLIP_PLAYED = "clip_played", "録音の再生"
    MARKED = "marked", "対応状況の記録"
    AUDIT_SEEN = "audit_seen", "操作記録の閲覧"
    CONSOLE_OPENED = "console_opened", "オペレーター画面を開く"
    CALL_TAKEN = "call_taken", "通話の応答"
    CALL_DECLINED = "call_declined", "着信の見送り"
    CALL_HEARD = "call_heard", "通話を聞く"
    CALL_SPOKEN = "call_spoken", "文字で話す"
    CALL_HELD = "call_held", "保留"
    CALL_PASSED_ON = "call_passed_on", "転送"
    CALL_GIVEN_BACK = "call_given_back", "電話番に戻す"
    CALL_ENDED = "call_ended", "通話を終える"
    NOTE_ADDED = "note_added", "メモの追加"
    FIELD_CORRECTED = "field_corrected", "聞き取りの訂正"
    QUESTION_ADDED = "question_added", "答えられるべき質問の追加"
    THANKED = "thanked", "同僚へのお礼"
    REPORT_TOLD = "report_told", "報告の訂正の送付"
    STAFF_SEEN = "staff_seen", "社員の予定の閲覧"
    EARLIER_SEEN = "earlier_seen", "以前の通話の閲覧"


LABELS = {deed.value: deed.label for deed in Deed}


def audit(store: Store, entry: AuditEntry) -> None:
    """Write it down, in a transaction of its own."""
    with store.write() as connection:
        add_entry(connection, entry)


def prune(store: Store, days: int, now: float) -> int:
    """Delete what is older than so many days; how many entries. Blocking."""
    dropped, more = 0, True
    while more:
        with store.write() as connection:
            count = drop_entries(connection, now - days * DAY_SECONDS, ENTRIES_AT_ONCE)
        dropped, more = dropped + count, count == ENTRIES_AT_ONCE
    return dropped


async def keep_pruned(store: Store, days: int, now: Now) -> None:
    """Do that at once and every day, until cancelled."""
    while True:
        try:
            await asyncio.to_thread(prune, store, days, now())
        except DBAPIError as error:
            log.error("old entries of the audit log cannot be deleted (%s): tried again tomorrow", error.orig)
        await asyncio.sleep(DAY_SECONDS)
