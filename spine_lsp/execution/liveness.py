"""Which runs go on: signs of life, processes that are gone, and what that means for the history."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select, update

from spine_lsp.execution.database import LOCKS, RUNS, STEPS, clock

LIVE = ("running",)
"""The states of runs that go on."""
SILENCE = 60.0
"""Seconds without a sign of life after which a run of another machine is lost."""


def settle(connection: Connection) -> None:
    """Say of each run that was under way and whose process is gone that it is lost."""
    live = connection.execute(select(RUNS).where(RUNS.c.status.in_(LIVE))).mappings().all()
    now = clock(connection) if live else None
    for row in live:
        if now is None or not is_gone(row, now):
            continue
        taken = connection.execute(
            update(RUNS)
            .where(RUNS.c.id == row["id"], RUNS.c.status == "running", RUNS.c.beaten_at == row["beaten_at"])
            .values(
                status="lost", lock_key=None, completed_at=row["beaten_at"], error="its runner was killed"
            )
        )
        if taken.rowcount:
            lose_steps(connection, row["id"])


def lose_steps(connection: Connection, run_id: str) -> None:
    """Of a run that is no more: what ran is lost, what had not begun is skipped, and no lock is held."""
    connection.execute(delete(LOCKS).where(LOCKS.c.run_id == run_id))
    for before, after in (("running", "lost"), ("pending", "skipped")):
        where = (STEPS.c.run_id == run_id) & (STEPS.c.status == before)
        connection.execute(update(STEPS).where(where).values(status=after))


def process_started(process: int) -> str:
    """When a process of this machine began, as the system counts it; empty where that cannot be told or it is gone."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    return ""


def is_gone(row: Any, now: datetime) -> bool:
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
    return now - datetime.fromisoformat(row["beaten_at"]) > timedelta(seconds=SILENCE)
