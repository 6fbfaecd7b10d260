"""A PostgreSQL of the tests' own, from PyPI (`pgserver`), on a socket in a folder; one for a whole run.

Where that package cannot be had, what needs it is skipped, and says so.
"""

from __future__ import annotations

import secrets
import tempfile
import warnings
from functools import cache
from typing import Any

import pytest
from sqlalchemy import create_engine, text


@cache
def _server() -> Any:
    pgserver = pytest.importorskip("pgserver", reason="PostgreSQL is not there: pgserver has no wheel for this machine")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a folder of the login session
        # not in a folder of pytest's: where root runs the tests, PostgreSQL runs as a user who may not enter those
        return pgserver.get_server(tempfile.mkdtemp(prefix="denwaban-pg-"), cleanup_mode="delete")


@pytest.fixture
def postgres() -> str:
    """The URL of an empty database."""
    uri: str = _server().get_uri().replace("postgresql://", "postgresql+psycopg://")
    name = f"d{secrets.token_hex(6)}"
    engine = create_engine(uri, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return uri.replace("/postgres?", f"/{name}?")
