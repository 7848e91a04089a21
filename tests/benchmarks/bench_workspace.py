"""What a large workspace costs: `python -m tests.benchmarks.bench_workspace [GROUPS] [PYTHON]`, 5,000 of each.

Each start has a process of its own: without anything kept, with what that one kept, and `check` of one file then.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import psutil

from spine_lsp.disk.cache import VARIABLE, Cache
from spine_lsp.disk.config_files import project_path
from spine_lsp.disk.project_files import ProjectFiles
from tests.benchmarks.workspaces import group_text, write_workspace


def start(top: str) -> None:
    """Read the workspace, print what it cost, change one file and print what that cost; then keep what is known."""
    memory = psutil.Process()
    before, begun, clock = memory.memory_info().rss, process_time(), perf_counter()
    files = ProjectFiles(print, cache=Cache.of_user())
    for _ in files.scan([project_path(top)]):
        pass
    assert files.project.knows_pipelines
    size = (memory.memory_info().rss - before) >> 20
    print(f"    read: {process_time() - begun:.2f} s of the processor, {perf_counter() - clock:.2f} s, {size} MB")
    changed = Path(top, "groups", "area0", "group_0.yaml")
    changed.write_text(group_text(1, 7) + "# changed\n", encoding="utf-8")
    begun = process_time()
    for _ in files.touched([project_path(changed)]):
        pass
    print(f"    one change that is told: {(process_time() - begun) * 1000:.1f} ms")
    changed.write_text(group_text(0, 7), encoding="utf-8")
    begun = process_time()
    for _ in files.look():
        pass
    print(f"    one change that is looked for: {(process_time() - begun) * 1000:.1f} ms")
    begun = process_time()
    if files.is_worth_keeping:
        for _ in files.keep():
            pass
        print(f"    kept for the next start: {process_time() - begun:.2f} s")


def main() -> None:
    """Make the workspace, and start in it."""
    groups, python = (int(number) for number in (sys.argv[1:] or ["5000"])[:1] * 2)
    if len(sys.argv) > 2:
        python = int(sys.argv[2])
    with TemporaryDirectory() as folder:
        top = Path(folder, "top")
        write_workspace(top, groups, python)
        (top / "spine-lsp.toml").touch()
        environment = {**os.environ, VARIABLE: str(Path(folder, "cache"))}
        print(f"{groups:,} group files, {python:,} Python files; load {os.getloadavg()[0]:.1f}", flush=True)
        for name in ("cold", "warm"):
            print(f"  {name}", flush=True)
            code = f"from tests.benchmarks.bench_workspace import start; start({str(top)!r})"
            subprocess.run([sys.executable, "-c", code], env=environment, check=True)
        one = [sys.executable, "-m", "spine_lsp", "check", str(top / "groups" / "area0" / "group_1.yaml")]
        for name, command in (("check of one file, warm", one), ("--version", [*one[:3], "--version"])):
            clock, own = perf_counter(), os.times()
            subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)
            used = sum(os.times()[2:4]) - sum(own[2:4])
            print(f"  {name}: {used:.2f} s of the processor, {perf_counter() - clock:.2f} s", flush=True)


if __name__ == "__main__":
    main()
