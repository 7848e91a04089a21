"""The history of runs in a database: written before it is shown, so that it says the truth whenever a process dies.

A run holds a lock on its group and parameters while it lasts: the one row that has its key. It says every few seconds
that it goes on; a run that does not, or whose process is gone, is lost, and whoever looks next says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

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
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from spine_lsp.execution.events import RunEvent
from spine_lsp.execution.place import HistoryError, default_path
from spine_lsp.execution.results import (
    GroupExecutionResult,
    GroupExecutionStatus,
    StepExecution,
    StepStatus,
    written,
)
from spine_lsp.execution.worker.answers import plain
from spine_lsp.execution.worker.wire import encode
from spine_lsp.orchestration.models import ExecutionPlan

BEAT = 5.0
"""Seconds between two signs of life of a run."""
SILENCE = 60.0
"""Seconds without one after which a run of another machine is lost."""
MOST_OUTPUT = 1_000_000
"""Characters of what a step writes that are kept; it is shown whole all the same."""
KEPT_RUNS = 1_000
"""Runs that stay when a new one begins: the newest."""
_LIVE = ("running",)

_tables = MetaData()
_versions = Table("history_versions", _tables, Column("version", Integer, primary_key=True))
_runs = Table(
    "group_executions",
    _tables,
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
_steps = Table(
    "step_executions",
    _tables,
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
_events = Table(
    "execution_events",
    _tables,
    Column("run_id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("step_name", String(500)),
    Column("data", Text, nullable=False),
)

# Made once: what is built for each event costs more than the database.
_INSERT_EVENTS = insert(_events)
_UPDATE_STEP = update(_steps).where(
    _steps.c.run_id == bindparam("of_run"), _steps.c.place == bindparam("of_place")
)


def _first_version(connection: Connection) -> None:
    _tables.create_all(connection)


_MIGRATIONS = (_first_version,)
"""What makes each version of the tables of the one before; what is released never changes."""


class RunsAlreadyError(HistoryError):
    """A run of the same group and parameters is under way; `holder` says which, where and since when."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class PastStep(NamedTuple):
    """How a step ended last, when that run began, its seconds, and those of its completed runs, newest first."""

    state: str
    at: str
    seconds: float | None
    times: tuple[float, ...]


@dataclass(frozen=True)
class RecordedStep:
    """A step of a run as the history has it; `kept_from` is the run that it was carried out in, if another."""

    step: StepExecution
    params_hash: str
    code_hash: str
    kept_from: str | None


@dataclass(frozen=True)
class RecordedRun:
    """A run as the history has it; `params` are those of the run, encoded for the wire."""

    result: GroupExecutionResult
    file: str
    plan_hash: str
    params_hash: str
    params: Any
    resumed_from: str | None
    steps: tuple[RecordedStep, ...]

    @property
    def id(self) -> str:
        """The run's id."""
        return self.result.run_id


def hash_of(value: Any) -> str:
    """A hash of plain values, those of YAML among them."""
    return hashlib.sha256(json.dumps(encode(value), sort_keys=True).encode()).hexdigest()


class History:
    """The database at a SQLAlchemy URL, or in a file; its tables are made or brought up to date when it is opened.

    Raises HistoryError where it cannot be used.
    """

    def __init__(self, where: str | Path | None = None) -> None:
        url = str(where) if where is not None else str(default_path())
        if "://" not in url:
            path = Path(url).expanduser()
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as exc:
                raise HistoryError(f"cannot keep a history in {path}: {exc.strerror or exc}") from None
            url = f"sqlite:///{path}"
        self.url = url
        try:
            self._engine = _engine(url)
            with self._engine.begin() as connection:
                _bring_up_to_date(connection, url)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as exc:
            raise HistoryError(f"`{url}` is no database that can be used: {exc}") from None
        except SQLAlchemyError as exc:
            raise HistoryError(f"cannot use the history in {url}: {_reason(exc)}") from None

    @classmethod
    def to_read(cls, where: str | Path) -> History:
        """An existing history in which nothing is written, not even that a run is lost."""
        history = cls.__new__(cls)
        history.url = str(where)
        url = history.url
        if "://" not in url:
            url = f"sqlite:///file:{quote(Path(url).expanduser().as_posix())}?mode=ro&uri=true"
        try:
            history._engine = create_engine(url)  # noqa: SLF001 - of this class
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as exc:
            raise HistoryError(f"`{where}` is no database that can be used: {exc}") from None
        return history

    def past(self, file: str, group: str, last: int = 20) -> dict[str, PastStep]:
        """What each step of a group of a file did in its last runs that have ended; changes nothing.

        Raises HistoryError where the history cannot be read.
        """
        runs = (
            select(_runs.c.id, _runs.c.started_at)
            .where(_runs.c.group_name == group, _runs.c.file == file, _runs.c.status != "running")
            .order_by(_runs.c.started_at.desc(), _runs.c.id.desc())
            .limit(last)
            .subquery()
        )
        steps = (
            select(_steps.c.step_name, _steps.c.status, _steps.c.duration, runs.c.started_at)
            .join(runs, runs.c.id == _steps.c.run_id)
            .where(_steps.c.kept_from.is_(None), _steps.c.status.not_in(("skipped", "pending")))
            .order_by(runs.c.started_at.desc(), runs.c.id.desc())
        )
        found: dict[str, PastStep] = {}
        try:
            with self._engine.connect() as connection:
                for name, status, duration, started in connection.execute(steps):
                    known = found.get(name) or PastStep(status, started, duration, ())
                    if status == "completed" and duration is not None:
                        known = known._replace(times=(*known.times, duration))
                    found[name] = known
        except SQLAlchemyError as exc:
            raise HistoryError(f"cannot read the history in {self.url}: {_reason(exc)}") from None
        return found

    def begin(
        self,
        plan: ExecutionPlan,
        run_id: str,
        *,
        file: str = "",
        code: Mapping[str, str] | None = None,
        resumed_from: RecordedRun | None = None,
        kept: Iterable[str] = (),
    ) -> RunRecord:
        """Take the lock of a plan and note all its steps; the record takes the events of the run.

        ``code`` has a hash of the code of each pipeline. Raises RunsAlreadyError while another run holds the lock.
        """
        now = written(_now())
        lock = hash_of([plan.group_name, plan.params])
        row = {
            "id": run_id,
            "group_name": plan.group_name,
            "group_version": plan.group_version,
            "file": file,
            "batch_id": plan.batch_id,
            "status": "running",
            "lock_key": lock,
            "plan_hash": plan_hash(plan),
            "params_hash": hash_of(plan.params),
            "params": json.dumps(encode(plan.params)),
            "resumed_from": resumed_from.id if resumed_from is not None else None,
            "host": socket.gethostname(),
            "process": os.getpid(),
            "process_started": process_started(os.getpid()),
            "beaten_at": now,
            "started_at": now,
        }
        earlier = {} if resumed_from is None else {each.step.step_name: each for each in resumed_from.steps}
        kept = set(kept)
        steps = [
            _step_row(run_id, place, planned, (code or {}).get(planned.pipeline_name, ""))
            | (_kept_row(earlier[planned.step_name], resumed_from) if planned.step_name in kept else {})
            for place, planned in enumerate(plan.steps)
        ]
        self.settle()
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_runs), row)
                if steps:
                    connection.execute(insert(_steps), steps)
        except IntegrityError:
            raise RunsAlreadyError(self._holder(lock)) from None
        except SQLAlchemyError as exc:
            raise HistoryError(f"cannot use the history in {self.url}: {_reason(exc)}") from None
        self.prune(KEPT_RUNS)
        return RunRecord(self, run_id, {step.step_name: place for place, step in enumerate(plan.steps)})

    def settle(self) -> None:
        """Say of each run that was under way and whose process is gone that it is lost."""
        with self._engine.begin() as connection:
            live = connection.execute(select(_runs).where(_runs.c.status.in_(_LIVE))).mappings().all()
            for row in live:
                if not _is_gone(row):
                    continue
                taken = connection.execute(
                    update(_runs)
                    .where(
                        _runs.c.id == row["id"],
                        _runs.c.status == "running",
                        _runs.c.beaten_at == row["beaten_at"],
                    )
                    .values(
                        status="lost",
                        lock_key=None,
                        completed_at=row["beaten_at"],
                        error="its runner was killed",
                    )
                )
                if taken.rowcount:
                    _lose_steps(connection, row["id"])

    def runs(
        self, limit: int | None = None, group: str | None = None, file: str | None = None
    ) -> list[RecordedRun]:
        """The runs, newest first; only those of a group, and of the group in a file."""
        self.settle()
        query = select(_runs).order_by(_runs.c.started_at.desc(), _runs.c.id.desc())
        if group is not None:
            query = query.where(_runs.c.group_name == group)
        if file is not None:
            query = query.where(_runs.c.file == file)
        if limit is not None:
            query = query.limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
            return _recorded(connection, rows)

    def run(self, name: str) -> RecordedRun:
        """The run of an id, or of how that begins; `last` is the newest. HistoryError for none or several."""
        self.settle()
        query = select(_runs).order_by(_runs.c.started_at.desc(), _runs.c.id.desc())
        if name != "last":
            query = query.where(_runs.c.id.startswith(name, autoescape=True))
        with self._engine.connect() as connection:
            rows = connection.execute(query.limit(2)).mappings().all()
            if not rows or (len(rows) > 1 and name != "last" and rows[0]["id"] != name):
                what = (
                    f"is no run called `{name}`"
                    if not rows
                    else f"are several runs whose ids begin with `{name}`"
                )
                raise HistoryError(f"there {what}; `spine-lsp runs` lists them")
            return _recorded(connection, rows[:1])[0]

    def interrupt(self, run_id: str) -> bool:
        """Ask the process of a run to end it, where it is one of this machine and still goes on."""
        query = select(_runs.c.host, _runs.c.process, _runs.c.process_started, _runs.c.beaten_at)
        with self._engine.connect() as connection:
            where = (_runs.c.id == run_id) & _runs.c.status.in_(_LIVE)
            row = connection.execute(query.where(where)).mappings().first()
        if row is None or row["host"] != socket.gethostname() or _is_gone(row):
            return False
        os.kill(row["process"], signal.SIGTERM)
        return True

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """The events of a run in their order, as plain values."""
        with self._engine.connect() as connection:
            query = select(_events).where(_events.c.run_id == run_id).order_by(_events.c.number)
            return [
                {
                    "event": row["kind"],
                    "run": run_id,
                    "number": row["number"],
                    "at": row["at"],
                    **({"step": row["step_name"]} if row["step_name"] is not None else {}),
                    **json.loads(row["data"]),
                }
                for row in connection.execute(query).mappings()
            ]

    def prune(self, keep: int | None = None, before: datetime | None = None) -> int:
        """Forget runs that have ended: all but the newest `keep`, or those that began before a moment."""
        self.settle()
        with self._engine.begin() as connection:
            query = select(_runs.c.id, _runs.c.started_at, _runs.c.status)
            rows = connection.execute(query.order_by(_runs.c.started_at.desc(), _runs.c.id.desc())).all()
            since = written(before) or ""
            old = [
                row.id
                for place, row in enumerate(rows)
                if row.status not in _LIVE
                and ((keep is not None and place >= keep) or row.started_at < since)
            ]
            for start in range(0, len(old), 500):
                part = old[start : start + 500]
                connection.execute(delete(_events).where(_events.c.run_id.in_(part)))
                connection.execute(delete(_steps).where(_steps.c.run_id.in_(part)))
                connection.execute(delete(_runs).where(_runs.c.id.in_(part)))
            return len(old)

    def durations(self, group: str, last: int = 20) -> dict[str, list[float]]:
        """The seconds that each step of a group took when it last completed, newest first."""
        found: dict[str, list[float]] = {}
        for run in self.runs(last, group):
            for each in run.steps:
                seconds = each.step.duration_seconds
                if (
                    each.step.status is StepStatus.COMPLETED
                    and each.kept_from is None
                    and seconds is not None
                ):
                    found.setdefault(each.step.step_name, []).append(seconds)
        return found

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _holder(self, lock: str) -> str:
        with self._engine.connect() as connection:
            row = connection.execute(select(_runs).where(_runs.c.lock_key == lock)).mappings().first()
        if row is None:
            return "another run of the same group and parameters has just ended"
        return (
            f"run {row['id']} of `{row['group_name']}` with the same parameters is under way "
            f"since {row['started_at'][:19]}Z, as process {row['process']} on {row['host']}"
        )


class RunRecord:
    """The events of one run, each kept in the database with what follows from it for its step and the run."""

    beat_every = BEAT

    def __init__(self, history: History, run_id: str, places: Mapping[str, int]) -> None:
        self._engine = history._engine  # noqa: SLF001 - of this module
        self._run_id = run_id
        self._places = places
        self._written: dict[str, int] = {}

    def write(self, events: Sequence[RunEvent]) -> None:
        """Keep events in one transaction, with few statements: this is what a run costs beside its steps."""
        rows = [self._row(each) for each in events if each.kind != "step_output" or self._is_kept(each)]
        changes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for each in events:
            if each.step is not None and (values := _values(each)):
                of_step = {"of_run": self._run_id, "of_place": self._places[each.step]}
                changes.setdefault(tuple(values), []).append({**of_step, **values})
        with self._engine.begin() as connection:
            if rows:
                connection.execute(_INSERT_EVENTS, rows)
            for values_of_steps in changes.values():
                connection.execute(_UPDATE_STEP, values_of_steps)
            if events and events[-1].kind == "run_finished":
                self._finish(connection, events[-1])

    def beat(self) -> None:
        """Say that the run goes on."""
        with self._engine.begin() as connection:
            connection.execute(
                update(_runs).where(_runs.c.id == self._run_id).values(beaten_at=written(_now()))
            )

    def abandon(self, error: str) -> None:
        """The run could not begin."""
        with self._engine.begin() as connection:
            values = {"status": "failed", "lock_key": None, "completed_at": written(_now()), "error": error}
            connection.execute(update(_runs).where(_runs.c.id == self._run_id).values(**values))
            _lose_steps(connection, self._run_id)

    def _is_kept(self, output: RunEvent) -> bool:
        before = self._written.get(output.step or "", 0)
        self._written[output.step or ""] = before + len(output.data["text"])
        return before < MOST_OUTPUT

    def _row(self, each: RunEvent) -> dict[str, Any]:
        data = each.data
        if each.kind == "step_output" and len(data["text"]) > MOST_OUTPUT:
            data = {**data, "text": data["text"][:MOST_OUTPUT], "truncated": True}
        if each.kind == "run_started":
            data = {key: value for key, value in data.items() if key != "steps"}
        return {
            "run_id": self._run_id,
            "number": each.number,
            "at": written(each.at),
            "kind": each.kind,
            "step_name": each.step,
            "data": json.dumps(data),
        }

    def _finish(self, connection: Connection, each: RunEvent) -> None:
        data = each.data
        values = {"status": data["status"], "duration": data["seconds"], "error": data["error"]}
        connection.execute(
            update(_runs)
            .where(_runs.c.id == self._run_id)
            .values(lock_key=None, completed_at=written(each.at), **values)
        )


def _values(each: RunEvent) -> dict[str, Any]:
    """What an event of a step changes in the row of the step."""
    data = each.data
    if each.kind == "step_started":
        values = {"status": "running", "attempts": data["attempt"]}
        return values | ({"started_at": written(each.at)} if data["attempt"] == 1 else {})
    if each.kind == "step_retrying":
        return {"error": data["error"], "traceback": data["traceback"]}
    if each.kind == "step_skipped":
        return {"status": "skipped"}
    if each.kind == "step_finished":
        return {
            "status": data["status"],
            "completed_at": written(each.at),
            "duration": data["seconds"],
            "error": data["error"],
            "traceback": data["traceback"],
            "result": json.dumps(data["result"]),
        }
    return {}


def plan_hash(plan: ExecutionPlan) -> str:
    """A hash of what a plan does: steps, pipelines, edges, policy; not of the parameters of the run."""
    steps = [[step.step_name, step.pipeline_name, sorted(step.depends_on)] for step in plan.steps]
    return hash_of([plan.group_name, steps, plan.policy.to_dict()])


def process_started(process: int) -> str:
    """When a process of this machine began, as the system counts it; empty where that cannot be told or it is gone."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    return ""


def _is_gone(row: Any) -> bool:
    """Whether the process of a run is gone: known of those of this machine, told from its silence elsewhere."""
    process: int = row["process"]
    if row["host"] == socket.gethostname() and os.name == "posix":
        if row["process_started"]:
            return bool(process_started(process) != row["process_started"])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False
    silent = _now() - datetime.fromisoformat(row["beaten_at"])
    return silent > timedelta(seconds=SILENCE)


def _lose_steps(connection: Connection, run_id: str) -> None:
    """Of a run that is no more: what ran is lost, what had not begun is skipped."""
    for before, after in (("running", "lost"), ("pending", "skipped")):
        where = (_steps.c.run_id == run_id) & (_steps.c.status == before)
        connection.execute(update(_steps).where(where).values(status=after))


def _step_row(run_id: str, place: int, planned: Any, code: str) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "place": place,
        "step_name": planned.step_name,
        "pipeline_name": planned.pipeline_name,
        "status": "pending",
        "attempts": 0,
        "params_hash": hash_of(planned.params),
        "code_hash": code,
        "kept_from": None,
        "started_at": None,
        "completed_at": None,
        "duration": None,
        "error": None,
        "traceback": None,
        "result": None,
    }


def _kept_row(earlier: RecordedStep, run: RecordedRun | None) -> dict[str, Any]:
    step = earlier.step
    assert run is not None
    return {
        "status": step.status.value,
        "attempts": step.attempts,
        "kept_from": earlier.kept_from or run.id,
        "started_at": written(step.started_at),
        "completed_at": written(step.completed_at),
        "duration": step.duration_seconds,
        "result": json.dumps(plain(step.result)),
    }


def _recorded(connection: Connection, rows: Sequence[Any]) -> list[RecordedRun]:
    steps: dict[str, list[RecordedStep]] = {row["id"]: [] for row in rows}
    ids = list(steps)
    for start in range(0, len(ids), 500):
        where = _steps.c.run_id.in_(ids[start : start + 500])
        query = select(_steps).where(where).order_by(_steps.c.run_id, _steps.c.place)
        for row in connection.execute(query).mappings():
            steps[row["run_id"]].append(
                RecordedStep(_step_of(row), row["params_hash"], row["code_hash"], row["kept_from"])
            )
    return [_run_of(row, tuple(steps[row["id"]])) for row in rows]


def _step_of(row: Any) -> StepExecution:
    return StepExecution(
        row["step_name"],
        row["pipeline_name"],
        StepStatus(row["status"]),
        _moment(row["started_at"]),
        _moment(row["completed_at"]),
        json.loads(row["result"]) if row["result"] is not None else None,
        row["error"],
        row["traceback"],
        row["attempts"],
    )


def _run_of(row: Any, steps: tuple[RecordedStep, ...]) -> RecordedRun:
    started = _moment(row["started_at"])
    assert started is not None
    result = GroupExecutionResult(
        row["group_name"],
        row["batch_id"],
        GroupExecutionStatus(row["status"]),
        started,
        _moment(row["completed_at"]),
        [each.step for each in steps],
        row["error"],
        row["id"],
    )
    return RecordedRun(
        result,
        row["file"] or "",
        row["plan_hash"],
        row["params_hash"],
        json.loads(row["params"]),
        row["resumed_from"],
        steps,
    )


def _bring_up_to_date(connection: Connection, url: str) -> None:
    _versions.create(connection, checkfirst=True)
    version = connection.execute(select(func.max(_versions.c.version))).scalar() or 0
    if version > len(_MIGRATIONS):
        raise HistoryError(f"the history in {url} was written by a newer version of spine-lsp")
    for number, migrate in enumerate(_MIGRATIONS[version:], version + 1):
        migrate(connection)
        connection.execute(insert(_versions), {"version": number})


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _set_up(connection: Any, _: Any) -> None:
            connection.isolation_level = None  # transactions begin where they are begun, see below
            connection.execute("PRAGMA busy_timeout = 30000")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")  # outlives a killed process

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _reason(exc: SQLAlchemyError) -> str:
    return str(getattr(exc, "orig", None) or exc).strip().splitlines()[0]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None


def _now() -> datetime:
    return datetime.now(timezone.utc)
