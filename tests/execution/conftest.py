"""A PostgreSQL for the tests of the history, where one is installed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
