"""The history in pieces of bounded size, for programs that show it; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Select, func, select

from spine_lsp.execution.database import EVENTS, RUNS, STEPS, clock
from spine_lsp.execution.liveness import LIVE, is_gone

MOST_RUNS = 100
MOST_STEPS = 500
MOST_EVENTS = 500
MOST_CHARACTERS = 1_000_000
"""Of the data of the events of one page; a page has one event at least."""
MOST_OF_A_FIELD = 20_000
"""Characters of a result, an error or a traceback that are given."""

_HEAD = (
    "id", "group_name", "status", "started_at", "completed_at", "duration", "error", "file", "batch_id",
    "params", "resumed_from", "host", "machine", "process", "process_started", "beaten_at",
)  # fmt: skip


class Pages:
    """What programs ask of a history; all answers are plain values."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def runs(self, limit: int, group: str | None = None, before: str | None = None) -> list[dict[str, Any]]:
        """The newest runs, of a group, or older than the run of an id; each with how many steps are in each state."""
        query = select(*(RUNS.c[name] for name in _HEAD))
        if group is not None:
            query = query.where(RUNS.c.group_name == group)
        if before is not None:
            started = select(RUNS.c.started_at).where(RUNS.c.id == before).scalar_subquery()
            older = (RUNS.c.started_at == started) & (RUNS.c.id < before)
            query = query.where((RUNS.c.started_at < started) | older)
        query = query.order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc())
        return self._heads(query.limit(min(limit, MOST_RUNS)))

    def run(self, run_id: str) -> dict[str, Any] | None:
        """One run, by its id or `last`."""
        query = select(*(RUNS.c[name] for name in _HEAD))
        if run_id == "last":
            query = query.order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc())
        else:
            query = query.where(RUNS.c.id == run_id)
        found = self._heads(query.limit(1))
        return found[0] if found else None

    def steps(self, run_id: str, after: int, limit: int) -> list[dict[str, Any]]:
        """Steps of a run from a place on, counted from 0; long texts are cut, and say so."""
        where = (STEPS.c.run_id == run_id) & (STEPS.c.place >= after)
        query = select(STEPS).where(where).order_by(STEPS.c.place).limit(min(limit, MOST_STEPS))
        with self._engine.connect() as connection:
            return [_step(row) for row in connection.execute(query).mappings()]

    def events(self, run_id: str, after: int, limit: int) -> list[dict[str, Any]]:
        """Events of a run whose numbers are greater, as many as a page holds."""
        where = (EVENTS.c.run_id == run_id) & (EVENTS.c.number > after)
        query = select(EVENTS).where(where).order_by(EVENTS.c.number).limit(min(limit, MOST_EVENTS))
        found: list[dict[str, Any]] = []
        room = MOST_CHARACTERS
        with self._engine.connect() as connection:
            rows = connection.execution_options(stream_results=True, yield_per=20).execute(query)
            for row in rows.mappings():
                room -= len(row["data"])
                if found and room < 0:
                    break
                found.append(event_values(row))
        return found

    def _heads(self, query: Select[Any]) -> list[dict[str, Any]]:
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
            counts = select(STEPS.c.run_id, STEPS.c.status, func.count())
            counts = counts.where(STEPS.c.run_id.in_([row["id"] for row in rows]))
            states: dict[str, dict[str, int]] = {}
            for run_id, state, count in connection.execute(counts.group_by(STEPS.c.run_id, STEPS.c.status)):
                states.setdefault(run_id, {})[state] = count
            now = clock(connection)
        return [_head(row, states.get(row["id"], {}), now) for row in rows]


def event_values(row: Any) -> dict[str, Any]:
    """An event of the history, as it was told."""
    step = {"step": row["step_name"]} if row["step_name"] is not None else {}
    head = {"event": row["kind"], "run": row["run_id"], "number": row["number"], "at": row["at"]}
    return {**head, **step, **json.loads(row["data"])}


def _head(row: Any, states: dict[str, int], now: Any) -> dict[str, Any]:
    state = row["status"]
    if state in LIVE and is_gone(row, now):
        state = "lost"
    return {
        "id": row["id"],
        "group": row["group_name"],
        "state": state,
        "started_at": row["started_at"],
        "completed_at": row["completed_at"],
        "seconds": row["duration"],
        "error": row["error"],
        "file": row["file"],
        "batch_id": row["batch_id"],
        "params": json.loads(row["params"]),
        "resumed_from": row["resumed_from"],
        "states": states,
    }


def _step(row: Any) -> dict[str, Any]:
    step = {
        "place": row["place"],
        "name": row["step_name"],
        "pipeline": row["pipeline_name"],
        "state": row["status"],
        "attempts": row["attempts"],
        "started_at": row["started_at"],
        "completed_at": row["completed_at"],
        "seconds": row["duration"],
        "kept_from": row["kept_from"],
    }
    cut: Sequence[str] = [name for name in ("error", "traceback", "result") if len(row[name] or "") > MOST_OF_A_FIELD]
    result = None if row["result"] is None or "result" in cut else json.loads(row["result"])
    texts = {name: row[name] and row[name][:MOST_OF_A_FIELD] for name in ("error", "traceback")}
    return {**step, **texts, "result": result, **({"cut": list(cut)} if cut else {})}
