"""Numbers on the urgent route that are to be rung, and what became of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    op.create_table(
        "rings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_id", sa.Text, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("leased_until", sa.Double, nullable=False),
        sa.Column("leased_by", sa.Text, nullable=False),
        sa.Column("ended", sa.Double),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.UniqueConstraint("call_id", "step", name="one_ring_a_step"),
    )
    op.create_index("rings_by_due", "rings", ["ended", "due"])
