"""The tables, as data. `migrations/` makes them; a test holds the two together.

Times are seconds since the epoch. "" stands for "none" in text columns; NULL only where a moment has not come yet.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

scripts = Table(
    "scripts",
    metadata,
    Column("version", Text, primary_key=True),
    Column("company", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("kept", Double, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("company", Text, nullable=False),
    Column("script_version", Text, ForeignKey("scripts.version"), nullable=False),
    Column("line", Text, nullable=False),
    Column("line_call_id", Text, nullable=False),
    Column("called", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("began", Double, nullable=False),
    Column("recording", Text, nullable=False),
    Column("seat", Text, nullable=False),
    Column("ended", Double),
    Column("why", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Index("calls_by_company", "company", "began"),
    Index("calls_by_end", "ended"),
    Index("calls_by_line", "line_call_id"),
)

journal = Table(
    "journal",
    metadata,
    Column("call_id", Text, ForeignKey("calls.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("kind", Text, nullable=False),
    Column("json", Text, nullable=False),
)

clips = Table(
    "clips",
    metadata,
    Column("call_id", Text, ForeignKey("calls.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", Text, ForeignKey("calls.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("attach", Boolean, nullable=False),
    Column("created", Double, nullable=False),
    Column("due", Double, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("leased_until", Double, nullable=False),
    Column("leased_by", Text, nullable=False),
    Column("accepted", Double),
    Column("failed", Double),
    Column("error", Text, nullable=False),
    UniqueConstraint("call_id", "recipient", "kind", name="one_letter_each"),
    Index("outbox_by_due", "accepted", "failed", "due"),
)

remembered = Table(
    "remembered",
    metadata,
    Column("call_id", Text, ForeignKey("calls.id"), primary_key=True),
    Column("company", Text, nullable=False),
    Column("began", Double, nullable=False),
    Column("shown", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("family_sound", Text, nullable=False),
    Column("caller_company", Text, nullable=False),
    Column("caller_company_text", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("spoke", Boolean, nullable=False),
    Column("kept", Double, nullable=False),
    Column("digest_due", Boolean, nullable=False),
    Column("digested", Double),
    Index("remembered_by_time", "company", "began"),
    Index("remembered_by_digest", "company", "kept"),
)

callers = Table(
    "callers",
    metadata,
    Column("company", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("written", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("told_by", Text, nullable=False),
    Column("at", Double, nullable=False),
)

unanswered = Table(
    "unanswered",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("company", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("call_id", Text, ForeignKey("calls.id"), nullable=False),
    Column("at", Double, nullable=False),
    Column("resolved", Double),
    Index("unanswered_by_time", "company", "at"),
)

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("call_id", Text, ForeignKey("calls.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("due", Double),
    Column("step", Integer, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("settled", Double),
    Index("follow_ups_by_due", "due"),
)

absences = Table(
    "absences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("company", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("starts", Double, nullable=False),
    Column("ends", Double, nullable=False),
    Column("back", Double),
    Column("told_by", Text, nullable=False),
    Column("at", Double, nullable=False),
    Index("absences_by_end", "company", "ends"),
)

diaries = Table("diaries", metadata, Column("company", Text, primary_key=True))
"""One row a company, locked by whoever changes its bookings: two never wait for one another in a circle."""

bookings = Table(
    "bookings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("company", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("start", Double, nullable=False),
    Column("until", Double, nullable=False),
    Column("party", Integer, nullable=False),
    Column("places", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("call_id", Text, nullable=False),
    Column("hold", Text, nullable=False),
    Column("seed", Text),
    Column("made", Double, nullable=False),
    Column("changed", Double, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("company", "seed", name="one_booking_a_seed"),
    Index("bookings_by_start", "company", "start"),
    Index("bookings_by_hold", "hold"),
)

holds = Table(
    "holds",
    metadata,
    Column("key", Text, primary_key=True),
    Column("company", Text, nullable=False),
    Column("call_id", Text, nullable=False),
    Column("seat", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("start", Double, nullable=False),
    Column("until", Double, nullable=False),
    Column("party", Integer, nullable=False),
    Column("places", Integer, nullable=False),
    Column("moving", Text, nullable=False),
    Column("held", Double, nullable=False),
    UniqueConstraint("call_id", name="one_hold_a_call"),
    Index("holds_by_company", "company"),
)

places = Table(
    "places",
    metadata,
    Column("company", Text, primary_key=True),
    Column("resource", Text, primary_key=True),
    Column("cell", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),
    Index("places_by_owner", "owner"),
)
"""The key is what rules out double booking: one row for each place of a resource in each five minutes."""

busy = Table(
    "busy",
    metadata,
    Column("company", Text, primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("start", Double, primary_key=True, autoincrement=False),
    Column("until", Double, nullable=False),
    Column("resource", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("seen", Double, nullable=False),
    Index("busy_by_time", "company", "until"),
)

copies = Table(
    "copies",
    metadata,
    Column("booking", Text, ForeignKey("bookings.key"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("etag", Text, nullable=False),
)

clashes = Table(
    "clashes",
    metadata,
    Column("booking", Text, ForeignKey("bookings.key"), primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("company", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("found", Double, nullable=False),
    Column("told", Double),
    Index("clashes_by_company", "company", "told"),
)

users = Table(
    "users",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("companies", Text, nullable=False),
    Column("voice_calls", Integer, nullable=False),
    Column("text_calls", Integer, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("password", Text, nullable=False),
    Column("made", Double, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", Text, primary_key=True),
    Column("user_key", Text, ForeignKey("users.key"), nullable=False),
    Column("began", Double, nullable=False),
    Column("seen", Double, nullable=False),
    Column("address", Text, nullable=False),
    Index("sessions_by_user", "user_key"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last", Double, nullable=False),
    Column("free", Double, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Double, nullable=False),
    Column("who", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("call_id", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("audit_by_call", "call_id"),
    Index("audit_by_person", "who"),
    Index("audit_by_time", "at"),
)


def _added(name: str, *what: Column[str]) -> Table:
    """Something that operators add to calls, and whether a letter tells of it."""
    return Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True),
        Column("call_id", Text, ForeignKey("calls.id"), nullable=False),
        *what,
        Column("by", Text, nullable=False),
        Column("by_name", Text, nullable=False),
        Column("at", Double, nullable=False),
        Column("told", Double),
        Index(f"{name}_by_call", "call_id"),
        Index(f"{name}_untold", "told"),
    )


notes = _added("notes", Column("text", Text, nullable=False))
corrections = _added("corrections", *(Column(each, Text, nullable=False) for each in ("field", "heard", "text", "why")))

thanks = Table(
    "thanks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", Text, ForeignKey("calls.id"), nullable=False),
    Column("to", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Double, nullable=False),
    UniqueConstraint("call_id", "to", "by", name="one_thanks_each"),
    Index("thanks_by_reader", "to", "at"),
)
