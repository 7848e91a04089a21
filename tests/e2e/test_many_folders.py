"""A workspace of a hundred folders: one process, few threads, and nothing happens when there is nothing to do."""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import psutil

from tests.e2e.test_behind_the_back import GROUP, MOST_TRIES, PIPELINE, REFRESHING, Workspace

FOLDERS = 100
MOST_THREADS = 16
LONGEST = 400


def process_of(workspace: Workspace, *names: str) -> psutil.Process:
    """The process of a server that has read these folders."""
    client = workspace.server(REFRESHING, *names)
    for _ in range(MOST_TRIES):
        answer = client.call("workspace/executeCommand", {"command": "spine.listGroups", "arguments": [{}]})
        if {group["group"] for group in answer["groups"]} >= set(names):
            return psutil.Process(client.process.pid)
    raise AssertionError(f"only {len(answer['groups'])} groups are found")


def at_rest(process: psutil.Process) -> bool:
    """Whether a process does next to nothing for a second."""
    before, switches = sum(process.cpu_times()[:2]), process.num_ctx_switches().voluntary
    threading.Event().wait(1)  # there is nothing to be awaited: that nothing happens is the point
    woken = process.num_ctx_switches().voluntary - switches if sys.platform == "linux" else 0
    return sum(process.cpu_times()[:2]) - before < 0.2 and woken < 100


def test_a_hundred_folders_are_one_process_that_rests(tmp_path: Path) -> None:
    """All are read, by no more processes and threads than one folder has, and then nothing wakes up any more."""
    with ExitStack() as stack:
        workspace = Workspace(tmp_path, stack)
        workspace.write("daily.yaml", GROUP)
        names = [f"folder{number}" for number in range(FOLDERS)]
        for name in names:
            workspace.write(f"{name}/group.yaml", GROUP.replace("daily", name))
        workspace.write(f"{names[-1]}/pipelines.py", PIPELINE)
        one = process_of(workspace, names[0])
        process = process_of(workspace, *names)
        assert process.children(recursive=True) == []
        assert process.num_threads() <= max(one.num_threads() + 2, MOST_THREADS)
        assert any(at_rest(process) for _ in range(LONGEST)), "it never rests"
