"""The audit log by time, so that what is too old is found without a look at all of it."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision: str | None = "0005"


def upgrade() -> None:
    op.create_index("audit_by_time", "audit", ["at"])
