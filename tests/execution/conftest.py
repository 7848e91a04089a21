"""A history in each kind of database, PostgreSQL where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from spine_lsp.execution.history import History
from tests.execution.postgres_server import PostgresServer, programs


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server of this session's own; without one, the test is skipped, and says what is missing."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: `make` installs it")
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL is not installed: `make services` installs it")
    server = PostgresServer(folder)
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty history may be, in each kind of database that is tested."""
    if request.param == "sqlite":
        return str(tmp_path / "runs" / "h.db")
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.url()


@pytest.fixture
def history(place: str) -> Iterator[History]:
    found = History(place)
    yield found
    found.close()
