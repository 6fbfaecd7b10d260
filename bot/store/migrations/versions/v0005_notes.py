"""What operators add to a call: notes, corrections beside what was heard, thanks to a colleague."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_id", sa.Text, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("told", sa.Double),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_id", sa.Text, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("heard", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("told", sa.Double),
    )
    for table in ("notes", "corrections"):
        op.create_index(f"{table}_by_call", table, ["call_id"])
        op.create_index(f"{table}_untold", table, ["told"])
    op.create_table(
        "thanks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_id", sa.Text, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("to", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.UniqueConstraint("call_id", "to", "by", name="one_thanks_each"),
    )
    op.create_index("thanks_by_reader", "thanks", ["to", "at"])
