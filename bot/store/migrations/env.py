"""Alembic's way in: runs on the connection that `bot.store.opening` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from bot.store.route_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
