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
_ENDED = ("Z", "X")
"""The states of processes that are no more."""
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
            .values(status="lost", lock_key=None, completed_at=row["beaten_at"], error="its runner was killed")
        )
        if taken.rowcount:
            lose_steps(connection, row["id"])


def lose_steps(connection: Connection, run_id: str) -> None:
    """Of a run that is no more: what ran is lost, what had not begun is skipped, and no lock is held."""
    connection.execute(delete(LOCKS).where(LOCKS.c.run_id == run_id))
    for before, after in (("running", "lost"), ("pending", "skipped")):
        where = (STEPS.c.run_id == run_id) & (STEPS.c.status == before)
        connection.execute(update(STEPS).where(where).values(status=after))


def this_machine() -> str:
    """What tells those who see the same processes from all others: containers may share a host's name.

    Empty where the system does not tell; then the name of the host decides.
    """
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"  # noqa: PTH115 - a name, and no path
    return ""


def process_started(process: int) -> str:
    """When a process of this machine began, as the system counts it; empty where that cannot be told or it is gone."""
    fields = _fields(process)
    return fields[19] if len(fields) > 19 and fields[0] not in _ENDED else ""


def is_here(row: Any) -> bool:
    """Whether the process of a run is one of those that can be seen from here."""
    if os.name != "posix":
        return False
    machine = this_machine()
    return bool(row["machine"] == machine if row["machine"] and machine else row["host"] == socket.gethostname())


def is_gone(row: Any, now: datetime) -> bool:
    """Whether the process of a run is gone: known of those of this machine, told from its silence elsewhere."""
    silent = now - datetime.fromisoformat(row["beaten_at"]) > timedelta(seconds=SILENCE)
    if not is_here(row):
        return silent
    process: int = row["process"]
    fields = _fields(process)
    if fields[:1] and fields[0] in _ENDED:
        return True  # nobody has taken notice of its end yet
    if len(fields) > 19 and row["process_started"]:
        return bool(fields[19] != row["process_started"])
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return silent  # of another user, who lets nobody look
    return silent  # it may be another one that has got its number


def _fields(process: int) -> list[str]:
    """What the system says of a process behind its name (proc_pid_stat(5)); nothing where it does not."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return []
