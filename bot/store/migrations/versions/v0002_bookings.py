"""Bookings, what calls hold, the places that both take, and what a calendar elsewhere has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    _bookings()
    _holds_and_places()
    _calendars()


def _bookings() -> None:
    op.create_table("diaries", sa.Column("company", sa.Text, primary_key=True))
    op.create_table(
        "bookings",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("start", sa.Double, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("party", sa.Integer, nullable=False),
        sa.Column("places", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("hold", sa.Text, nullable=False),
        sa.Column("seed", sa.Text),
        sa.Column("made", sa.Double, nullable=False),
        sa.Column("changed", sa.Double, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("company", "seed", name="one_booking_a_seed"),
    )
    op.create_index("bookings_by_start", "bookings", ["company", "start"])
    op.create_index("bookings_by_hold", "bookings", ["hold"])


def _holds_and_places() -> None:
    op.create_table(
        "holds",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("seat", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("start", sa.Double, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("party", sa.Integer, nullable=False),
        sa.Column("places", sa.Integer, nullable=False),
        sa.Column("moving", sa.Text, nullable=False),
        sa.Column("held", sa.Double, nullable=False),
        sa.UniqueConstraint("call_id", name="one_hold_a_call"),
    )
    op.create_index("holds_by_company", "holds", ["company"])
    op.create_table(
        "places",
        sa.Column("company", sa.Text, primary_key=True),
        sa.Column("resource", sa.Text, primary_key=True),
        sa.Column("cell", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("owner", sa.Text, nullable=False),
    )
    op.create_index("places_by_owner", "places", ["owner"])


def _calendars() -> None:
    op.create_table(
        "busy",
        sa.Column("company", sa.Text, primary_key=True),
        sa.Column("uid", sa.Text, primary_key=True),
        sa.Column("start", sa.Double, primary_key=True, autoincrement=False),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("seen", sa.Double, nullable=False),
    )
    op.create_index("busy_by_time", "busy", ["company", "until"])
    op.create_table(
        "copies",
        sa.Column("booking", sa.Text, sa.ForeignKey("bookings.key"), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
    )
    op.create_table(
        "clashes",
        sa.Column("booking", sa.Text, sa.ForeignKey("bookings.key"), primary_key=True),
        sa.Column("uid", sa.Text, primary_key=True),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("found", sa.Double, nullable=False),
        sa.Column("told", sa.Double),
    )
    op.create_index("clashes_by_company", "clashes", ["company", "told"])
