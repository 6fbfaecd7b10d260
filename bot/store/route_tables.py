"""The tables of what is owed after a call, beside `tables`: numbers of an urgent route that are to be rung."""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from bot.store.tables import metadata

rings = Table(
    "rings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", Text, ForeignKey("calls.id"), nullable=False),
    Column("step", Integer, nullable=False),
    Column("number", Text, nullable=False),
    Column("due", Double, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("leased_until", Double, nullable=False),
    Column("leased_by", Text, nullable=False),
    Column("ended", Double),
    Column("outcome", Text, nullable=False),
    UniqueConstraint("call_id", "step", name="one_ring_a_step"),
    Index("rings_by_due", "ended", "due"),
)
