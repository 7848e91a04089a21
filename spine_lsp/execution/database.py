"""The database of the history: its tables, what brings them up to date, and how it is opened."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    create_engine,
    event,
    func,
    insert,
    inspect,
    literal,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from spine_lsp.execution.place import HistoryError
from spine_lsp.execution.results import written

_MIGRATING = 0x5350494E45
"""The advisory lock of PostgreSQL that is held by whoever makes the tables."""
_FAULTS_SHOW = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",  # milliseconds
}
"""How soon a PostgreSQL that does not answer is given up, unless the URL says otherwise: below `SILENCE`."""
_PATIENCE = "SET lock_timeout = '20s'; SET idle_in_transaction_session_timeout = '30s'"
"""Nobody waits for ever for a process that is stopped in the midst of a transaction."""


class AnyText(TypeDecorator[str]):
    """A text of a file or a program, whatever it holds: databases refuse NUL, and surrogates that stand alone."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as a database takes it: what it cannot hold becomes a question mark."""
        if value is None or value.isascii():
            return value if value is None or "\0" not in value else value.replace("\0", "?")
        return value.replace("\0", "?").encode("utf-8", "replace").decode("utf-8")


TABLES = MetaData()
VERSIONS = Table("history_versions", TABLES, Column("version", Integer, primary_key=True))
RUNS = Table(
    "group_executions",
    TABLES,
    Column("id", String(64), primary_key=True),
    Column("group_name", AnyText, nullable=False, index=True),
    Column("group_version", Integer),
    Column("file", AnyText),
    Column("batch_id", AnyText, nullable=False),
    Column("status", String(20), nullable=False),
    Column("lock_key", String(64), unique=True),  # held while the run lasts; several rows may have none
    Column("plan_hash", String(64), nullable=False),
    Column("params_hash", String(64), nullable=False),
    Column("params", Text, nullable=False),
    Column("resumed_from", String(64)),
    Column("host", String(255), nullable=False),
    Column("machine", String(120)),
    Column("process", Integer, nullable=False),
    Column("process_started", String(40), nullable=False),
    Column("beaten_at", String(40), nullable=False),
    Column("started_at", String(40), nullable=False, index=True),
    Column("completed_at", String(40)),
    Column("duration", Float),
    Column("error", AnyText),
)
STEPS = Table(
    "step_executions",
    TABLES,
    Column("run_id", String(64), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("step_name", AnyText, nullable=False),
    Column("pipeline_name", AnyText, nullable=False),
    Column("status", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("params_hash", String(64), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("kept_from", String(64)),
    Column("started_at", String(40)),
    Column("completed_at", String(40)),
    Column("duration", Float),
    Column("error", AnyText),
    Column("traceback", AnyText),
    Column("result", Text),
)
EVENTS = Table(
    "execution_events",
    TABLES,
    Column("run_id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("step_name", AnyText),
    Column("data", Text, nullable=False),
)
LOCKS = Table(
    "step_locks",
    TABLES,
    Column("key_hash", String(64), primary_key=True),
    Column("lock_key", AnyText, nullable=False),
    Column("run_id", String(64), nullable=False, index=True),
    Column("step_name", AnyText, nullable=False),
    Column("taken_at", String(40), nullable=False),
)


def _first_version(connection: Connection) -> None:
    TABLES.create_all(connection, [RUNS, STEPS, EVENTS])


def _second_version(connection: Connection) -> None:
    TABLES.create_all(connection, [LOCKS])


def _third_version(connection: Connection) -> None:
    if "machine" not in (column["name"] for column in inspect(connection).get_columns(RUNS.name)):
        connection.exec_driver_sql(f"ALTER TABLE {RUNS.name} ADD COLUMN machine VARCHAR(120)")


_MIGRATIONS = (_first_version, _second_version, _third_version)
"""What makes each version of the tables of the one before; what is released never changes."""


def bring_up_to_date(connection: Connection, url: str) -> None:
    """Make the tables, or what has been added to them since; HistoryError for those of a newer version."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
    VERSIONS.create(connection, checkfirst=True)
    version = connection.execute(select(func.max(VERSIONS.c.version))).scalar() or 0
    if version > len(_MIGRATIONS):
        raise HistoryError(f"the history in {url} was written by a newer version of spine-lsp")
    for number, migrate in enumerate(_MIGRATIONS[version:], version + 1):
        migrate(connection)
        connection.execute(insert(VERSIONS), {"version": number})


def engine_of(where: str, *, to_write: bool = True) -> Engine:
    """The database of a URL, for several processes that write; HistoryError for one that cannot be used.

    `postgresql:` is psycopg, the driver that the extra brings.
    """
    try:
        url = make_url(where)
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        if url.get_backend_name() == "postgresql":
            return _postgresql(url)
        engine = create_engine(url)
    except ModuleNotFoundError as exc:
        hint = "; install `spine-lsp[postgresql]`" if exc.name == "psycopg" else ""
        raise HistoryError(f"`{shown(where)}` is no database that can be used: {exc}{hint}") from None
    except (ArgumentError, NoSuchModuleError) as exc:
        raise HistoryError(f"`{shown(where)}` is no database that can be used: {exc}") from None
    if engine.dialect.name == "sqlite" and to_write:
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql(url: URL) -> Engine:
    given = (
        {}
        if url.get_driver_name() != "psycopg"
        else {name: value for name, value in _FAULTS_SHOW.items() if name not in url.query}
    )
    engine = create_engine(
        url, connect_args=given, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True
    )
    event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _set_up_postgresql(connection: Any, _: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_PATIENCE)
    connection.commit()


def _set_up_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where they are begun, below
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # outlives a killed process


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def shown(where: str) -> str:
    """A URL as it may be shown: without its password."""
    try:
        return make_url(where).render_as_string(hide_password=True)
    except ArgumentError:
        return where


def clock(connection: Connection) -> datetime:
    """The time by the clock that all who use the database share: its own, if it is a server's."""
    if connection.dialect.name == "postgresql":
        now = connection.scalar(select(func.clock_timestamp()))
        assert isinstance(now, datetime)
        return now.astimezone(timezone.utc)
    return datetime.now(timezone.utc)


def now_written(connection: Connection) -> ColumnElement[str]:
    """The time of `clock` as it is written, worked out by the database where it has a clock of its own."""
    if connection.dialect.name == "postgresql":
        moment = func.timezone("UTC", func.clock_timestamp())
        return func.to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
    return literal(written(clock(connection)))


def reason(exc: SQLAlchemyError) -> str:
    """What a driver says of what is wrong, in its first line."""
    return str(getattr(exc, "orig", None) or exc).strip().splitlines()[0]
