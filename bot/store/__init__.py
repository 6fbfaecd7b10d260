"""What is kept: scripts, calls, their journals and clips, and letters to send. SQLAlchemy Core over SQLite (WAL);
PostgreSQL by URL. Functions take the transaction they work in, so that what belongs together commits together."""

from bot.store.calls import (
    Call,
    Clip,
    Row,
    begin_call,
    calls_before,
    encode_script,
    end_call,
    ended_calls,
    find_call,
    find_call_by_line,
    find_clip,
    keep_clips,
    keep_script,
    kept_script,
    list_calls,
    list_clips,
    next_number,
    read_rows,
    unfinished_calls,
    write_rows,
)
from bot.store.notes import read_added  # with the package, so that `tables.metadata` is whole
from bot.store.opening import Store, open_store, store_for

__all__ = [
    "Call",
    "Clip",
    "Row",
    "Store",
    "begin_call",
    "calls_before",
    "encode_script",
    "end_call",
    "ended_calls",
    "find_call",
    "find_call_by_line",
    "find_clip",
    "keep_clips",
    "keep_script",
    "kept_script",
    "list_calls",
    "list_clips",
    "next_number",
    "open_store",
    "read_added",
    "read_rows",
    "store_for",
    "unfinished_calls",
    "write_rows",
]
