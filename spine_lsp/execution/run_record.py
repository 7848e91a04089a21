"""The events of one run, written into the history as they happen."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from threading import Event
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError

from spine_lsp.execution.database import EVENTS, LOCKS, RUNS, STEPS, clock, now_written, reason
from spine_lsp.execution.events import RunEvent
from spine_lsp.execution.liveness import SILENCE, lose_steps, settle
from spine_lsp.execution.place import HistoryError
from spine_lsp.execution.results import written
from spine_lsp.execution.rows import hash_of

BEAT = 5.0
"""Seconds between two signs of life of a run."""
_GIVES_UP = SILENCE * 0.7
"""Seconds without its history after which a run ends: before others may take it for lost and begin another."""
_LONGEST_PAUSE = 2.0
"""Seconds between two tries to reach it."""
_MAY_PASS = (OperationalError, InterfaceError)
"""What a server that cannot be reached is told as."""
MOST_OUTPUT = 1_000_000
"""Characters of what a step writes that are kept; it is shown whole all the same."""

# Made once: what is built for each event costs more than the database.
_INSERT_EVENTS = insert(EVENTS)
_UPDATE_STEP = update(STEPS).where(STEPS.c.run_id == bindparam("of_run"), STEPS.c.place == bindparam("of_place"))


_ENDS = ("step_finished", "step_retrying")
"""The events with which an attempt is over."""


class RunRecord:
    """The events of one run, each kept in the database with what follows from it for its step and the run."""

    beat_every = BEAT

    def __init__(self, engine: Engine, run_id: str, places: Mapping[str, int], locks: Mapping[str, str]) -> None:
        self._engine = engine
        self.locks = locks
        self._taken: set[str] = set()
        self._run_id = run_id
        self._places = places
        self._written: dict[str, int] = {}
        self._is_mine = (RUNS.c.id == run_id, RUNS.c.status == "running")
        self._heard_at = monotonic()

    def write(self, events: Sequence[RunEvent]) -> None:
        """Keep events in one transaction, with few statements: this is what a run costs beside its steps."""
        rows = [self._row(each) for each in events if each.kind != "step_output" or self._is_kept(each)]
        over = [each.step for each in events if each.kind in _ENDS and each.step in self._taken]
        changes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for each in events:
            if each.step is not None and (values := _values(each)):
                of_step = {"of_run": self._run_id, "of_place": self._places[each.step]}
                changes.setdefault(tuple(values), []).append({**of_step, **values})

        def keep(connection: Connection) -> None:
            if rows:
                connection.execute(_INSERT_EVENTS, rows)
            for values_of_steps in changes.values():
                connection.execute(_UPDATE_STEP, values_of_steps)
            if over:
                where = (LOCKS.c.run_id == self._run_id) & LOCKS.c.step_name.in_(over)
                connection.execute(delete(LOCKS).where(where))
            if events and events[-1].kind == "run_finished":
                self._finish(connection, events[-1])

        self._in_one_go(keep, rows[-1]["number"] if rows else None)
        self._taken.difference_update(over)

    def take(self, step: str) -> str | None:
        """Take the lock of a step that is about to begin; answers in words who holds it instead.

        The end of an attempt gives it back, in one go with the event that tells of it; so does the end of the run,
        whatever ends it.
        """
        key = self.locks[step]
        holder: str | None = None

        def lock(connection: Connection) -> None:
            nonlocal holder
            if self._insert_lock(connection, key, step):
                return
            settle(connection)
            if not self._insert_lock(connection, key, step):
                holder = self._holder(connection, key, step)

        self._in_one_go(lock, None)
        if holder is None:
            self._taken.add(step)
        return holder

    def _insert_lock(self, connection: Connection, key: str, step: str) -> bool:
        row = {"key_hash": hash_of(key), "lock_key": key, "run_id": self._run_id, "step_name": step}
        try:
            with connection.begin_nested():
                connection.execute(insert(LOCKS).values(**row, taken_at=now_written(connection)))
        except IntegrityError:
            return False
        return True

    def _holder(self, connection: Connection, key: str, step: str) -> str | None:
        query = select(LOCKS, RUNS.c.group_name, RUNS.c.host, RUNS.c.process)
        query = query.join(RUNS, RUNS.c.id == LOCKS.c.run_id).where(LOCKS.c.key_hash == hash_of(key))
        row = connection.execute(query).mappings().first()
        if row is None:
            return f"the lock `{key}` has just been given back"
        if row["run_id"] == self._run_id:
            if row["step_name"] == step:
                return None  # it is ours: the answer to a commit had been lost
            return f"`{row['step_name']}` holds the lock `{key}`"
        return (
            f"`{row['step_name']}` in run {row['run_id']} of `{row['group_name']}` holds the lock `{key}` "
            f"since {row['taken_at'][:19]}Z, as process {row['process']} on {row['host']}"
        )

    def beat(self) -> None:
        """Say that the run goes on."""
        self._in_one_go(lambda _: None, None)

    def abandon(self, error: str) -> None:
        """The run could not begin, or cannot go on."""
        with self._engine.begin() as connection:
            ended = written(clock(connection))
            values = {"status": "failed", "lock_key": None, "completed_at": ended, "error": error}
            if connection.execute(update(RUNS).where(*self._is_mine).values(**values)).rowcount:
                lose_steps(connection, self._run_id)

    def _in_one_go(self, keep: Callable[[Connection], None], last: int | None) -> None:
        """Do it in one transaction; where a server cannot be reached, again, until others may call the run lost.

        It is a sign of life, and the run must still be ours: one that others took for lost must not go on. ``last``
        is the last event that is kept: where it is there already, the answer to a commit had been lost.
        """
        tries = 0
        while (failure := self._try(keep, last if tries else None)) is not None:
            what = reason(failure)
            if self._engine.dialect.name == "sqlite" or not isinstance(failure, _MAY_PASS):
                raise HistoryError(f"its history cannot be written: {what}")
            if monotonic() - self._heard_at > _GIVES_UP:
                raise HistoryError(f"its history could not be reached for {_GIVES_UP:g} seconds: {what}")
            Event().wait(min(0.05 * 2**tries, _LONGEST_PAUSE))
            tries += 1
        self._heard_at = monotonic()

    def _try(self, keep: Callable[[Connection], None], last: int | None) -> SQLAlchemyError | None:
        try:
            with self._engine.begin() as connection:
                if last is None or not self._has(connection, last):
                    self._sign_of_life(connection)
                    keep(connection)
        except SQLAlchemyError as exc:
            return exc
        return None

    def _has(self, connection: Connection, number: int) -> bool:
        where = (EVENTS.c.run_id == self._run_id) & (EVENTS.c.number == number)
        return connection.execute(select(EVENTS.c.number).where(where)).first() is not None

    def _sign_of_life(self, connection: Connection) -> None:
        sign = update(RUNS).where(*self._is_mine).values(beaten_at=now_written(connection))
        if not connection.execute(sign).rowcount:
            raise HistoryError("others took the run for lost, because it had given no sign of life")

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
            update(RUNS).where(RUNS.c.id == self._run_id).values(lock_key=None, completed_at=written(each.at), **values)
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
