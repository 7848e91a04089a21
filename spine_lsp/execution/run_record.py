"""The events of one run, written into the history as they happen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, insert, update

from spine_lsp.execution.database import EVENTS, RUNS, STEPS
from spine_lsp.execution.events import RunEvent
from spine_lsp.execution.results import written

BEAT = 5.0
"""Seconds between two signs of life of a run."""
MOST_OUTPUT = 1_000_000
"""Characters of what a step writes that are kept; it is shown whole all the same."""

# Made once: what is built for each event costs more than the database.
_INSERT_EVENTS = insert(EVENTS)
_UPDATE_STEP = update(STEPS).where(
    STEPS.c.run_id == bindparam("of_run"), STEPS.c.place == bindparam("of_place")
)


class RunRecord:
    """The events of one run, each kept in the database with what follows from it for its step and the run."""

    beat_every = BEAT

    def __init__(self, engine: Engine, run_id: str, places: Mapping[str, int]) -> None:
        self._engine = engine
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
                update(RUNS)
                .where(RUNS.c.id == self._run_id)
                .values(beaten_at=written(datetime.now(timezone.utc)))
            )

    def abandon(self, error: str) -> None:
        """The run could not begin."""
        with self._engine.begin() as connection:
            ended = written(datetime.now(timezone.utc))
            values = {"status": "failed", "lock_key": None, "completed_at": ended, "error": error}
            connection.execute(update(RUNS).where(RUNS.c.id == self._run_id).values(**values))
            lose_steps(connection, self._run_id)

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
            update(RUNS)
            .where(RUNS.c.id == self._run_id)
            .values(lock_key=None, completed_at=written(each.at), **values)
        )


def lose_steps(connection: Connection, run_id: str) -> None:
    """Of a run that is no more: what ran is lost, what had not begun is skipped."""
    for before, after in (("running", "lost"), ("pending", "skipped")):
        where = (STEPS.c.run_id == run_id) & (STEPS.c.status == before)
        connection.execute(update(STEPS).where(where).values(status=after))


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
