"""Rows that one process at a time works on: letters to be sent, numbers to be rung. Every function works inside the
transaction it is handed.

A lease says who works on a row now; it ends with `leased_until`, or when its process (`leased_by`) is known to be dead.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, select, update


def free_leases(
    connection: Connection, table: Table, unfinished: ColumnElement[bool], dead: Callable[[str], bool]
) -> int:
    """End the leases of processes that are gone on unfinished rows; how many."""
    row = table.c
    held = and_(unfinished, row.leased_until > 0)
    gone = [seat for seat in connection.scalars(select(row.leased_by).where(held).distinct()) if dead(seat)]
    freed = update(table).where(held, row.leased_by.in_(gone)).values(leased_until=0.0)
    return connection.execute(freed).rowcount if gone else 0


def soonest(table: Table) -> ColumnElement[float]:
    """When the first of the rows chosen should be looked at: once due, and not while it is leased."""
    row = table.c
    return func.min(case((row.leased_until > row.due, row.leased_until), else_=row.due))
