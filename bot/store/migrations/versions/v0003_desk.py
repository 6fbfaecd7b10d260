"""What is known and done around calls: remembered callers, lists, unanswered questions, follow-ups, absences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    _remembered()
    _callers_and_questions()
    _follow_ups()
    _absences()


def _remembered() -> None:
    op.create_table(
        "remembered",
        sa.Column("call_id", sa.Text, sa.ForeignKey("calls.id"), primary_key=True),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("began", sa.Double, nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("family_sound", sa.Text, nullable=False),
        sa.Column("caller_company", sa.Text, nullable=False),
        sa.Column("caller_company_text", sa.Text, nullable=False),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("spoke", sa.Boolean, nullable=False),
        sa.Column("kept", sa.Double, nullable=False),
        sa.Column("digest_due", sa.Boolean, nullable=False),
        sa.Column("digested", sa.Double),
    )
    op.create_index("remembered_by_time", "remembered", ["company", "began"])
    op.create_index("remembered_by_digest", "remembered", ["company", "kept"])


def _callers_and_questions() -> None:
    op.create_table(
        "callers",
        sa.Column("company", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("written", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("told_by", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )
    op.create_table(
        "unanswered",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("call_id", sa.Text, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("resolved", sa.Double),
    )
    op.create_index("unanswered_by_time", "unanswered", ["company", "at"])


def _follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("call_id", sa.Text, sa.ForeignKey("calls.id"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("due", sa.Double),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("taken_by", sa.Text, nullable=False),
        sa.Column("settled", sa.Double),
    )
    op.create_index("follow_ups_by_due", "follow_ups", ["due"])


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("starts", sa.Double, nullable=False),
        sa.Column("ends", sa.Double, nullable=False),
        sa.Column("back", sa.Double),
        sa.Column("told_by", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )
    op.create_index("absences_by_end", "absences", ["company", "ends"])
