"""The table of the numbers on urgent routes that are to be rung; with it `metadata` holds every table."""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from bot.store.tables import metadata

__all__ = ["metadata", "rings"]

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
