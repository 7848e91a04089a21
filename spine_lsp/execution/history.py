"""The history of runs in a database: written before it is shown, so that it says the truth whenever a process dies.

A run holds a lock on its group and parameters while it lasts: the one row that has its key. It says every few seconds
that it goes on; a run that does not, or whose process is gone, is lost, and whoever looks next says so.
"""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from spine_lsp.execution.database import (
    EVENTS,
    RUNS,
    STEPS,
    bring_up_to_date,
    clock,
    engine_of,
    reason,
    shown,
)
from spine_lsp.execution.liveness import LIVE, is_gone, is_here, process_started, settle, this_machine
from spine_lsp.execution.pages import Pages, event_values
from spine_lsp.execution.place import HistoryError, default_path
from spine_lsp.execution.results import written
from spine_lsp.execution.rows import (
    RecordedRun,
    hash_of,
    kept_row,
    plan_hash,
    recorded_runs,
    step_row,
)
from spine_lsp.execution.run_record import RunRecord
from spine_lsp.execution.worker.wire import encode
from spine_lsp.orchestration.models import ExecutionPlan
from spine_lsp.orchestration.past_steps import PastStep

KEPT_RUNS = 1_000
"""Runs that stay when a new one begins: the newest."""


class RunsAlreadyError(HistoryError):
    """A run of the same group and parameters is under way; `holder` says which, where and since when."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


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
        self._writes = True
        self._engine = engine_of(url)
        with self._using(), self._engine.begin() as connection:
            bring_up_to_date(connection, shown(url))

    @classmethod
    def to_read(cls, where: str | Path) -> History:
        """An existing history in which nothing is written, not even that a run is lost."""
        history = cls.__new__(cls)
        history.url = str(where)
        history._writes = False  # noqa: SLF001 - of this class
        url = history.url
        if "://" not in url:
            url = f"sqlite:///file:{quote(Path(url).expanduser().as_posix())}?mode=ro&uri=true"
        history._engine = engine_of(url, to_write=False)  # noqa: SLF001 - of this class
        return history

    def past(self, file: str, group: str, last: int = 20) -> dict[str, PastStep]:
        """What each step of a group of a file did in its last runs that have ended; changes nothing.

        Raises HistoryError where the history cannot be read.
        """
        runs = (
            select(RUNS.c.id, RUNS.c.started_at)
            .where(RUNS.c.group_name == group, RUNS.c.file == file, RUNS.c.status != "running")
            .order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc())
            .limit(last)
            .subquery()
        )
        steps = (
            select(STEPS.c.step_name, STEPS.c.status, STEPS.c.duration, runs.c.started_at)
            .join(runs, runs.c.id == STEPS.c.run_id)
            .where(STEPS.c.kept_from.is_(None), STEPS.c.status.not_in(("skipped", "pending")))
            .order_by(runs.c.started_at.desc(), runs.c.id.desc())
        )
        past: dict[str, PastStep] = {}
        with self._using(), self._engine.connect() as connection:
            for name, status, duration, started in connection.execute(steps):
                known = past.get(name) or PastStep(status, started, duration)
                if status == "completed" and duration is not None:
                    known = replace(known, times=(*known.times, duration))
                past[name] = known
        return past

    def begin(
        self,
        plan: ExecutionPlan,
        run_id: str,
        *,
        file: str = "",
        code: Mapping[str, str] | None = None,
        resumed_from: RecordedRun | None = None,
        kept: Iterable[str] = (),
        locks: Mapping[str, str] | None = None,
    ) -> RunRecord:
        """Take the lock of a plan and note all its steps; the record takes the events of the run.

        ``code`` has a hash of the code of each pipeline, ``locks`` the lock key of each step that has one. Raises
        RunsAlreadyError while another run holds the lock of the plan.
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
            "machine": this_machine(),
            "process": os.getpid(),
            "process_started": process_started(os.getpid()),
            "started_at": now,
        }
        steps = [
            step_row(run_id, place, planned, (code or {}).get(planned.pipeline_name, ""))
            for place, planned in enumerate(plan.steps)
        ]
        if resumed_from is not None:
            names = set(kept)
            earlier = {step.step.step_name: step for step in resumed_from.steps}
            for row_of_step in steps:
                if (name := row_of_step["step_name"]) in names:
                    row_of_step.update(kept_row(earlier[name], resumed_from))
        self.settle()
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(RUNS), row | {"beaten_at": written(clock(connection))})
                if steps:
                    connection.execute(insert(STEPS), steps)
        except IntegrityError:
            raise RunsAlreadyError(self._holder(lock)) from None
        except SQLAlchemyError as exc:
            raise HistoryError(f"cannot use the history in {shown(self.url)}: {reason(exc)}") from None
        self.prune(KEPT_RUNS)
        places = {step.step_name: place for place, step in enumerate(plan.steps)}
        return RunRecord(self._engine, run_id, places, locks or {})

    def settle(self) -> None:
        """Say of each run that was under way and whose process is gone that it is lost."""
        if not self._writes:
            return
        with self._using(), self._engine.begin() as connection:
            settle(connection)

    @contextmanager
    def _using(self) -> Iterator[None]:
        """What the database says no to is a HistoryError, in one sentence."""
        try:
            yield
        except SQLAlchemyError as exc:
            raise HistoryError(f"cannot use the history in {shown(self.url)}: {reason(exc)}") from None

    def runs(self, limit: int | None = None, group: str | None = None, file: str | None = None) -> list[RecordedRun]:
        """The runs, newest first; only those of a group, and of the group in a file."""
        self.settle()
        query = select(RUNS).order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc())
        if group is not None:
            query = query.where(RUNS.c.group_name == group)
        if file is not None:
            query = query.where(RUNS.c.file == file)
        if limit is not None:
            query = query.limit(limit)
        with self._using(), self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
            return recorded_runs(connection, rows)

    def newest_ended(self) -> list[RecordedRun]:
        """The newest run of each group among those that have ended."""
        self.settle()
        query = select(RUNS.c.id, RUNS.c.group_name).where(RUNS.c.status.not_in(LIVE))
        query = query.order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc())
        with self._using(), self._engine.connect() as connection:
            newest: dict[str, str] = {}
            for run_id, group in connection.execute(query):
                newest.setdefault(group, run_id)
            where = RUNS.c.id.in_(newest.values())
            rows = connection.execute(select(RUNS).where(where).order_by(RUNS.c.group_name)).mappings().all()
            return recorded_runs(connection, rows)

    def run(self, name: str) -> RecordedRun:
        """The run of an id, or of how that begins; `last` is the newest. HistoryError for none or several."""
        self.settle()
        query = select(RUNS).order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc())
        if name != "last":
            query = query.where(RUNS.c.id.startswith(name, autoescape=True))
        with self._using(), self._engine.connect() as connection:
            rows = connection.execute(query.limit(2)).mappings().all()
            if not rows or (len(rows) > 1 and name != "last" and rows[0]["id"] != name):
                what = f"is no run called `{name}`" if not rows else f"are several runs whose ids begin with `{name}`"
                raise HistoryError(f"there {what}; `spine-lsp runs` lists them")
            return recorded_runs(connection, rows[:1])[0]

    def interrupt(self, run_id: str) -> bool:
        """Ask the process of a run to end it, where it is one of this machine and still goes on."""
        query = select(RUNS.c.host, RUNS.c.machine, RUNS.c.process, RUNS.c.process_started, RUNS.c.beaten_at)
        with self._using(), self._engine.connect() as connection:
            where = (RUNS.c.id == run_id) & RUNS.c.status.in_(LIVE)
            row = connection.execute(query.where(where)).mappings().first()
        if row is None or not is_here(row) or is_gone(row, _now()):
            return False
        os.kill(row["process"], signal.SIGTERM)
        return True

    @property
    def pages(self) -> Pages:
        """The history in pieces, for programs that show it."""
        return Pages(self._engine)

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """The events of a run in their order, as plain values."""
        with self._using(), self._engine.connect() as connection:
            query = select(EVENTS).where(EVENTS.c.run_id == run_id).order_by(EVENTS.c.number)
            return [event_values(row) for row in connection.execute(query).mappings()]

    def prune(self, keep: int | None = None, before: datetime | None = None) -> int:
        """Forget runs that have ended: all but the newest `keep`, or those that began before a moment."""
        self.settle()
        with self._using(), self._engine.begin() as connection:
            query = select(RUNS.c.id, RUNS.c.started_at, RUNS.c.status)
            rows = connection.execute(query.order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc())).all()
            since = written(before) or ""
            old = [
                row.id
                for place, row in enumerate(rows)
                if row.status not in LIVE and ((keep is not None and place >= keep) or row.started_at < since)
            ]
            for start in range(0, len(old), 500):
                part = old[start : start + 500]
                connection.execute(delete(EVENTS).where(EVENTS.c.run_id.in_(part)))
                connection.execute(delete(STEPS).where(STEPS.c.run_id.in_(part)))
                connection.execute(delete(RUNS).where(RUNS.c.id.in_(part)))
            return len(old)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _holder(self, lock: str) -> str:
        with self._using(), self._engine.connect() as connection:
            row = connection.execute(select(RUNS).where(RUNS.c.lock_key == lock)).mappings().first()
        if row is None:
            return "another run of the same group and parameters has just ended"
        return (
            f"run {row['id']} of `{row['group_name']}` with the same parameters is under way "
            f"since {row['started_at'][:19]}Z, as process {row['process']} on {row['host']}"
        )


def _now() -> datetime:
    return datetime.now(timezone.utc)
