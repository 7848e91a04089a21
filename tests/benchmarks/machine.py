"""What the operating system says of processes and of the machine; where there is no /proc, nothing."""

from __future__ import annotations

import asyncio
import os
import platform
from pathlib import Path
from time import perf_counter

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def process_tree(pid: int) -> list[int]:
    """A process and all that came from it, parents first; only itself where there is no /proc."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.glob("[0-9]*"):
        if fields := _stat(int(entry.name)):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    tree = [pid]
    for member in tree:  # grows while it is walked
        tree += children.get(member, ())
    return tree


def resident_mb(pid: int) -> tuple[float, float] | None:
    """Resident memory now and at its highest, of a process and its children."""
    now = peak = 0
    for member in process_tree(pid):
        for line in _read(f"{member}/status").splitlines():
            if line.startswith("VmRSS:"):
                now += int(line.split()[1])
            elif line.startswith("VmHWM:"):
                peak += int(line.split()[1])
    return (round(now / 1024, 1), round(peak / 1024, 1)) if now else None


def cpu_ms(pid: int) -> float:
    """CPU time that a process and its children have used, in milliseconds."""
    ticks = 0
    for member in process_tree(pid):
        if fields := _stat(member):
            ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / _TICKS


class OthersLoad:
    """How many cores the rest of the machine kept busy since this was made: 0 on a quiet machine."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._began = perf_counter()
        self._busy = _busy_ms()
        self._own = self._ours()

    def cores(self) -> float | None:
        """The mean number of cores that others used; None where that cannot be told."""
        if self._busy is None or (busy := _busy_ms()) is None:
            return None
        others = (busy - self._busy) - (self._ours() - self._own)
        return round(max(0.0, others) / max(1.0, (perf_counter() - self._began) * 1000), 2)

    def _ours(self) -> float:
        spent = os.times()
        return cpu_ms(self._pid) + (spent.user + spent.system) * 1000


async def wait_for_quiet(patience: float, cores: float = 0.3) -> None:
    """Wait until others keep less than so many cores busy for half a second, but not longer than `patience`."""
    until = perf_counter() + patience
    while perf_counter() < until:
        load = OthersLoad(os.getpid())
        await asyncio.sleep(0.5)
        if (load.cores() or 0.0) < cores:
            return


def describe() -> list[str]:
    """The machine in a few lines of plain words."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _read("cpuinfo").splitlines() if line[:10] == "model name"),
        platform.processor() or platform.machine(),
    )
    memory = next((int(line.split()[1]) for line in _read("meminfo").splitlines() if "MemTotal" in line), 0)
    parts = [f"{os.cpu_count()} cores of {cpu}"]
    if memory:
        parts.append(f"{memory / 1024**2:.0f} GB of memory")
    parts.append(f"{platform.system()} {platform.release()}")
    parts.append(f"{platform.python_implementation()} {platform.python_version()}")
    return parts


def _busy_ms() -> float | None:
    fields = _read("stat").partition("\n")[0].split()[1:9]
    if not fields:
        return None
    ticks = [int(field) for field in fields]
    return (sum(ticks) - ticks[3] - ticks[4]) * 1000 / _TICKS  # less idle and waiting for disks


def _stat(pid: int) -> list[str]:
    """The fields of a process behind its name, which may hold blanks and brackets."""
    return _read(f"{pid}/stat").rpartition(")")[2].split()


def _read(name: str) -> str:
    try:
        return (_PROC / name).read_text()
    except OSError:
        return ""
