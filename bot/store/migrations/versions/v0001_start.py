"""Scripts, calls, journal, clips and outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    _scripts_and_calls()
    _what_hangs_on_a_call()
    _outbox()


def _scripts_and_calls() -> None:
    op.create_table(
        "scripts",
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("kept", sa.Double, nullable=False),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("script_version", sa.Text, sa.ForeignKey("scripts.version"), nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("line_call_id", sa.Text, nullable=False),
        sa.Column("called", sa.Text, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("began", sa.Double, nullable=False),
        sa.Column("recording", sa.Text, nullable=False),
        sa.Column("seat", sa.Text, nullable=False),
        sa.Column("ended", sa.Double),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
    )
    op.create_index("calls_by_company", "calls", ["company", "began"])
    op.create_index("calls_by_end", "calls", ["ended"])
    op.create_index("calls_by_line", "calls", ["line_call_id"])


def _what_hangs_on_a_call() -> None:
    op.create_table(
        "journal",
        sa.Column("call_id", sa.Text, sa.ForeignKey("calls.id"), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("json", sa.Text, nullable=False),
    )
    op.create_table(
        "clips",
        sa.Column("call_id", sa.Text, sa.ForeignKey("calls.id"), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_id", sa.Text, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("attach", sa.Boolean, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("leased_until", sa.Double, nullable=False),
        sa.Column("leased_by", sa.Text, nullable=False),
        sa.Column("accepted", sa.Double),
        sa.Column("failed", sa.Double),
        sa.Column("error", sa.Text, nullable=False),
        sa.UniqueConstraint("call_id", "recipient", "kind", name="one_letter_each"),
    )
    op.create_index("outbox_by_due", "outbox", ["accepted", "failed", "due"])
