"""The database of the history: its tables, what brings them up to date, and how it is opened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from spine_lsp.execution.place import HistoryError

TABLES = MetaData()
VERSIONS = Table("history_versions", TABLES, Column("version", Integer, primary_key=True))
RUNS = Table(
    "group_executions",
    TABLES,
    Column("id", String(64), primary_key=True),
    Column("group_name", String(500), nullable=False, index=True),
    Column("group_version", Integer),
    Column("file", Text),
    Column("batch_id", String(700), nullable=False),
    Column("status", String(20), nullable=False),
    Column("lock_key", String(64), unique=True),  # held while the run lasts; several rows may have none
    Column("plan_hash", String(64), nullable=False),
    Column("params_hash", String(64), nullable=False),
    Column("params", Text, nullable=False),
    Column("resumed_from", String(64)),
    Column("host", String(255), nullable=False),
    Column("process", Integer, nullable=False),
    Column("process_started", String(40), nullable=False),
    Column("beaten_at", String(40), nullable=False),
    Column("started_at", String(40), nullable=False, index=True),
    Column("completed_at", String(40)),
    Column("duration", Float),
    Column("error", Text),
)
STEPS = Table(
    "step_executions",
    TABLES,
    Column("run_id", String(64), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("step_name", String(500), nullable=False),
    Column("pipeline_name", String(500), nullable=False),
    Column("status", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("params_hash", String(64), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("kept_from", String(64)),
    Column("started_at", String(40)),
    Column("completed_at", String(40)),
    Column("duration", Float),
    Column("error", Text),
    Column("traceback", Text),
    Column("result", Text),
)
EVENTS = Table(
    "execution_events",
    TABLES,
    Column("run_id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("step_name", String(500)),
    Column("data", Text, nullable=False),
)


def _first_version(connection: Connection) -> None:
    TABLES.create_all(connection)


_MIGRATIONS = (_first_version,)
"""What makes each version of the tables of the one before; what is released never changes."""


def bring_up_to_date(connection: Connection, url: str) -> None:
    """Make the tables, or what has been added to them since; HistoryError for those of a newer version."""
    VERSIONS.create(connection, checkfirst=True)
    version = connection.execute(select(func.max(VERSIONS.c.version))).scalar() or 0
    if version > len(_MIGRATIONS):
        raise HistoryError(f"the history in {url} was written by a newer version of spine-lsp")
    for number, migrate in enumerate(_MIGRATIONS[version:], version + 1):
        migrate(connection)
        connection.execute(insert(VERSIONS), {"version": number})


def engine_of(url: str) -> Engine:
    """The database of a URL, for several processes that write."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _set_up(connection: Any, _: Any) -> None:
            connection.isolation_level = None  # transactions begin where they are begun, below
            connection.execute("PRAGMA busy_timeout = 30000")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")  # outlives a killed process

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def reason(exc: SQLAlchemyError) -> str:
    """What a driver says of what is wrong, in its first line."""
    return str(getattr(exc, "orig", None) or exc).strip().splitlines()[0]
