"""What tests of runs have: pipelines, Celery with a worker in this process, a history in each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the pipelines of `tests.execution.running`."""
    from tests.execution.running import PIPELINES

    (tmp_path / "prices.py").write_text(PIPELINES, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def celery() -> Iterator[Any]:
    """A Celery application with a broker in memory, and a worker in this process."""
    from spine_lsp.execution.celery.worker import inner_worker, serving

    app = serving("memory://")
    with inner_worker(app, 2):
        yield app
