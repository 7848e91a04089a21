"""The process of a runner and the history that it leaves, with real pipelines in a folder."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from spine_lsp.disk.own_process import own_command
from spine_lsp.execution.events import CHANGED_SINCE
from spine_lsp.execution.history import History
from spine_lsp.server.runs.past import OpenGroup, PastReader
from spine_lsp.server.runs.process import RunnerProcess
from tests.server.runs.test_runs_of_a_client import ABILITIES
from tests.soak.inside import Inside

PIPELINES = """
import pathlib, time
from spine.framework import register_pipeline

@register_pipeline("p.fetch")
def fetch(params):
    print("rows of", params["day"], flush=True)

@register_pipeline("p.load")
def load(params):
    if not pathlib.Path("mended").exists():
        raise RuntimeError("not mended")

@register_pipeline("p.hang")
def hang(params):
    print("hanging", flush=True)
    time.sleep(600)
"""
GROUP = """\
kind: PipelineGroup
name: daily
steps:
- {name: fetch, pipeline: p.fetch, params: {day: "{{ params.day }}"}}
- {name: load, pipeline: p.load, depends_on: [fetch]}
- {name: check, pipeline: p.load, depends_on: [load]}
- {name: report, pipeline: p.load, depends_on: [check]}
"""


class Editor:
    """A client whose runners are processes; `until` waits for what they say."""

    def __init__(self, folder: Path) -> None:
        (folder / "pipelines.py").write_text(PIPELINES, encoding="utf-8")
        self.folder = folder
        self.file = folder / "daily.yaml"
        self.file.write_text(GROUP, encoding="utf-8")
        self.changed = threading.Condition()
        self.events: list[dict[str, Any]] = []
        self.ends: list[tuple[int, str]] = []
        self.client = Inside(ABILITIES, initializationOptions={"client": {"trusted": True}})
        self.client.server.runs.start = self._start
        self.client.open(self.file.as_uri(), GROUP)

    def _start(self, arguments: Sequence[str], folder: str, first: Any, lines: Any, ended: Any) -> RunnerProcess:
        def taken(found: Sequence[bytes]) -> None:
            lines(found)
            with self.changed:
                self.events += (json.loads(line) for line in found if line.startswith(b"{"))
                self.changed.notify_all()

        def gone(code: int, complaints: str) -> None:
            ended(code, complaints)
            with self.changed:
                self.ends.append((code, complaints))
                self.changed.notify_all()

        return RunnerProcess(arguments, folder, first, taken, gone)

    def run(self, **argument: Any) -> Any:
        return self.ask("spine.run", uri=self.file.as_uri(), **argument)

    def ask(self, command: str, **argument: Any) -> Any:
        return self.client.call("workspace/executeCommand", {"command": command, "arguments": [argument]})

    def until(self, kind: str) -> None:
        """Wait for an event of a kind."""
        with self.changed:
            assert self.changed.wait_for(lambda: any(e["event"] == kind for e in self.events), 60)

    def end(self, number: int) -> tuple[int, str]:
        """Wait for the end of the run of a number, from 1."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.ends) >= number, 60)
        self.client.notify("$/nothing")
        return self.ends[number - 1]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Editor]:
    """With a history of its own."""
    monkeypatch.setenv("SPINE_LSP_HISTORY", str(tmp_path / "history.db"))
    made = Editor(tmp_path)
    yield made
    for run in made.client.server.runs.live:
        made.client.server.runs.cancel(run)
        made.client.server.runs.cancel(run)


def test_a_step_fails_is_mended_and_resumed(editor: Editor) -> None:
    """Red with its place, then green; the history tells of both runs, and hover and hints of the last."""
    failed = editor.run(typed={"day": "2026-01-09"})["run"]
    assert editor.end(1) == (1, "")
    assert [e["event"] for e in editor.events if e.get("step") == "load"] == ["step_started", "step_finished"]
    (found,) = [d for d in editor.client.shown[editor.file.as_uri()]["diagnostics"] if d["code"] == "failed-step"]
    assert found["message"] == f"failed in run {failed}: not mended"
    (place,) = found["relatedInformation"]
    assert place["location"]["uri"] == (editor.folder / "pipelines.py").as_uri()
    assert PIPELINES.splitlines()[place["location"]["range"]["start"]["line"]].strip().startswith("raise")

    (editor.folder / "mended").touch()
    editor.run(resume=failed, typed={"day": "2026-01-10"})
    code, complaints = editor.end(2)
    assert (code, "fetch" in complaints) == (CHANGED_SINCE, True)
    resumed = editor.run(resume=failed, changed="keep")["run"]
    assert editor.end(3) == (0, "")
    assert editor.client.shown[editor.file.as_uri()]["diagnostics"] == []
    answer = editor.ask("spine.runs", uri=editor.file.as_uri(), group="daily")
    assert [(run["id"], run["state"]) for run in answer["runs"]] == [
        (resumed, "completed"),
        (failed, "failed"),
    ]
    assert answer["live"] == []
    details = editor.ask("spine.runDetails", run=failed)
    assert "rows of 2026-01-09\n" in [e.get("text") for e in details["events"]]
    assert "not mended" in details["steps"][1]["traceback"]
    assert "no run called" in editor.ask("spine.runDetails", run="nobody")["error"]["message"]


def test_a_run_is_cancelled(editor: Editor) -> None:
    """By what is written to it, and by its process where another server started it."""
    editor.file.write_text(GROUP.replace("p.load", "p.hang"), encoding="utf-8")
    editor.client.close(editor.file.as_uri())
    run = editor.run(params={"day": "x"})["run"]
    editor.until("step_output")
    assert editor.ask("spine.cancelRun", run=run)["cancelled"] is True
    assert editor.end(1)[0] == 130
    editor.events.clear()
    run = editor.run(params={"day": "y"})["run"]
    editor.until("step_output")
    editor.client.server.runs._runs.clear()  # as after a start of the server anew
    assert editor.ask("spine.cancelRun", run=run)["cancelled"] is True
    assert editor.end(2)[0] == 130
    assert [each["state"] for each in editor.ask("spine.runs")["runs"]] == ["cancelled", "cancelled"]


@pytest.mark.parametrize(("mode", "state"), [("end", "cancelled"), ("stay", "completed")])
def test_what_the_end_of_the_server_means(tmp_path: Path, mode: str, state: str) -> None:
    """A run ends with whoever started it, or goes on with nobody to tell, as it was asked for."""
    slow = (
        "from spine.framework import register_pipeline\n@register_pipeline('p')\n"
        "def p(params):\n    print('begun', flush=True)\n    open(params['go']).close()\n"
    )
    (tmp_path / "p.py").write_text(slow, encoding="utf-8")
    for name in "ab":
        os.mkfifo(tmp_path / name)
    (tmp_path / "g.yaml").write_text(
        "kind: PipelineGroup\nname: g\nsteps:\n"
        "- {name: a, pipeline: p, params: {go: a}}\n- {name: b, pipeline: p, params: {go: b}}\n",
        encoding="utf-8",
    )
    history = tmp_path / "history.db"
    command = own_command("spine_lsp", ["run", "g.yaml", "--events=-", f"--hangup={mode}", f"--history={history}"])
    process = subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b'{"params": {}, "typed": {}}\n')
    process.stdin.flush()
    while b"begun" not in process.stdout.readline():
        pass
    process.stdout.close()
    process.stdin.close()
    if mode == "stay":
        for name in "ab":
            (tmp_path / name).write_text("", encoding="utf-8")
    process.wait(60)
    past = History(history)
    (run,) = past.runs()
    past.close()
    assert run.result.status.value == state


def test_a_run_that_cannot_start_says_why(editor: Editor) -> None:
    """Before anything is imported: a parameter is missing."""
    editor.run()
    code, complaints = editor.end(1)
    assert code == 2
    assert "--param day=VALUE" in complaints
    (refused,) = [m["params"] for m in editor.client.told if m["method"] == "spine/runRefused"]
    assert "`daily` was not started" in refused["message"]


def test_the_history_is_read_only_where_there_is_one_and_only_what_is_new(editor: Editor) -> None:
    """No history, no thread and no read; then one read for each change of it."""
    reads: list[dict[Any, str]] = []
    done = threading.Semaphore(0)

    def read(place: str, groups: Any) -> Any:
        reads.append(dict(groups))
        return {}

    reader = PastReader(lambda past: done.release(), read)
    group = OpenGroup((editor.file.as_uri(), "daily"), str(editor.file))
    reader.look([group])
    assert reads == []
    (editor.folder / "mended").touch()
    editor.run(params={"day": "x"})
    editor.end(1)
    reader.look([group])
    assert done.acquire(timeout=60)
    reader.look([group])
    reader.look()
    assert reads == [{group.key: group.path}]
    editor.run(params={"day": "z"})
    editor.end(2)
    reader.look()
    assert done.acquire(timeout=60)
    assert len(reads) == 2
