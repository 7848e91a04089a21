"""Runs that a client starts: what the runner is told, what reaches the client, and what the editor says of steps."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from spine_lsp.execution.events import CHANGED_SINCE
from tests.soak.inside import Inside

GROUP = """\
kind: PipelineGroup
name: daily
steps:
- name: fetch
  pipeline: p.fetch
- name: load
  pipeline: p.load
  depends_on: [fetch]
"""
TRACEBACK = """Traceback (most recent call last):
  File "/usr/lib/python3.11/threading.py", line 3, in run
  File "/work/prices.py", line 12, in load
  File "/work/tables.py", line 7, in lock
RuntimeError: the table is locked
"""
ABILITIES = {
    "textDocument": {"publishDiagnostics": {"relatedInformation": True}},
    "window": {"workDoneProgress": True},
    "workspace": {"codeLens": {"refreshSupport": True}, "inlayHint": {"refreshSupport": True}},
}
Lines = Callable[[Sequence[bytes]], None]


class FakeRunner:
    """A runner that says what a test has it say."""

    def __init__(self, arguments: Sequence[str], folder: str, first: Any, lines: Lines, ended: Any) -> None:
        self.arguments, self.folder, self.first = list(arguments), folder, first
        self.lines, self.ended = lines, ended
        self.cancelled = 0

    def cancel(self) -> None:
        self.cancelled += 1

    def say(self, *events: dict[str, Any]) -> None:
        """Events of one frame."""
        self.lines([json.dumps(event).encode() for event in events])


class Editor:
    """A client in a trusted workspace, with one group on the disk and open."""

    def __init__(self, folder: Path, *, trusted: bool = True, **options: Any) -> None:
        self.file = folder / "daily.yaml"
        self.file.write_text(GROUP, encoding="utf-8")
        self.uri = self.file.as_uri()
        given = {"client": {"trusted": trusted, **options}}
        self.client = Inside(ABILITIES, initializationOptions=given)
        self.runners: list[FakeRunner] = []
        self.client.server.runs.start = self._start
        self.client.open(self.uri, GROUP)

    def _start(self, arguments: Sequence[str], folder: str, first: Any, lines: Lines, ended: Any) -> FakeRunner:
        self.runners.append(FakeRunner(arguments, folder, first, lines, ended))
        return self.runners[-1]

    def run(self, **argument: Any) -> Any:
        return self.ask("spine.run", uri=self.uri, **argument)

    def ask(self, command: str, **argument: Any) -> Any:
        return self.client.call("workspace/executeCommand", {"command": command, "arguments": [argument]})

    def told(self, method: str) -> list[Any]:
        self.client.notify("$/nothing")  # has the loop do what it was given
        return [message["params"] for message in self.client.told if message["method"] == method]

    @property
    def diagnostics(self) -> list[Any]:
        self.client.notify("$/nothing")
        return [each for each in self.client.shown[self.uri]["diagnostics"] if each["code"] == "failed-step"]

    @property
    def lenses(self) -> list[Any]:
        found = self.client.call("textDocument/codeLens", {"textDocument": {"uri": self.uri}})
        return [self.client.call("codeLens/resolve", lens)["command"] for lens in found]

    @property
    def hints(self) -> list[str]:
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
        params = {"textDocument": {"uri": self.uri}, "range": whole}
        return [hint["label"] for hint in self.client.call("textDocument/inlayHint", params)]


@pytest.fixture(autouse=True)
def _no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPINE_LSP_HISTORY", str(tmp_path / "none.db"))


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    """In a trusted workspace."""
    return Editor(tmp_path)


def started(*kept: str, steps: Sequence[str] = ("fetch", "load")) -> dict[str, Any]:
    return {"event": "run_started", "run": "r", "steps": [{"name": s, "kept": s in kept} for s in steps]}


def finished(step: str, status: str = "completed", error: str | None = None) -> dict[str, Any]:
    data = {"status": status, "seconds": 1.25, "error": error, "traceback": TRACEBACK if error else None}
    return {"event": "step_finished", "run": "r", "step": step, **data}


def over(status: str) -> dict[str, Any]:
    return {"event": "run_finished", "run": "r", "status": status}


def fail(editor: Editor) -> FakeRunner:
    """A run in which the second step fails."""
    editor.run()
    runner = editor.runners[-1]
    runner.say(started(), finished("fetch"), finished("load", "failed", "the table is locked\nsince noon"))
    runner.say(over("failed"))
    runner.ended(1, "")
    return runner


def test_nothing_is_run_where_the_user_trusts_nobody(tmp_path: Path) -> None:
    """The server refuses and says why, has no lens for it, and goes by what the client says later."""
    editor = Editor(tmp_path, trusted=False)
    assert "not trusted" in editor.run()["error"]["message"]
    assert not any(lens["title"] == "Run" for lens in editor.lenses)
    assert editor.ask("spine.runParameters", uri=editor.uri)["trusted"] is False
    editor.client.notify("spine/trust", {"trusted": True})
    assert editor.run()["group"] == "daily"
    editor.client.notify("spine/trust", {"trusted": False})
    assert "error" in editor.run()
    assert len(editor.runners) == 1


@pytest.mark.parametrize("options", [{}, {"client": {}}, {"client": {"trusted": "yes"}}, {"client": 1}])
def test_who_says_nothing_of_trust_has_none(tmp_path: Path, options: dict[str, Any]) -> None:
    """Only `true` is a yes."""
    client = Inside(ABILITIES, initializationOptions=options)
    (tmp_path / "a.yaml").write_text(GROUP, encoding="utf-8")
    argument = {"uri": (tmp_path / "a.yaml").as_uri()}
    answer = client.call("workspace/executeCommand", {"command": "spine.run", "arguments": [argument]})
    assert "not trusted" in answer["error"]["message"]


def test_what_the_runner_is_told(editor: Editor) -> None:
    """Everything is one argument each, parameters go by its input, and the file is the one that is shown."""
    answer = editor.run(
        group="daily",
        params={"day": "2026-01-09", "n": 3},
        typed={"m": "4", "bad": 5},
        only=["fetch", "-x"],
        resume="last",
        changed="keep",
        jobs=2,
        timeout=1.5,
        python="py",
        imports=["a.b"],
        ends_with_server=True,
    )
    runner = editor.runners[0]
    assert runner.arguments == [
        *("run", str(editor.file), "--events=-", "--hangup=end", f"--run-id={answer['run']}"),
        *("--group=daily", "--only=fetch", "--only=-x", "--import=a.b", "--resume=last", "--python=py"),
        *("--changed=keep", "--jobs=2", "--timeout=1.5"),
    ]
    assert runner.first == {"params": {"day": "2026-01-09", "n": 3}, "typed": {"m": "4"}}
    assert runner.folder == str(editor.file.parent)
    editor.run(jobs=0, timeout=float("inf"), changed="ask", only=3)
    assert "--hangup=stay" in editor.runners[1].arguments
    assert len(editor.runners[1].arguments) == 6


def test_a_step_is_given_to_the_debugger_of_the_client(editor: Editor) -> None:
    """The runner says how; nothing has run then, and what is shown of earlier runs stays."""
    fail(editor)
    shown = editor.hints
    run = editor.run(only=["load"], debug=True)["run"]
    runner = editor.runners[1]
    assert "--debug-config" in runner.arguments
    event = {"event": "debug_config", "run": "r", "step": "load", "configuration": {"type": "debugpy"}}
    runner.say(event)
    runner.ended(0, "")
    told = editor.told("spine/runEvents")[-1]
    assert (told["run"], told["events"]) == (run, [event])
    assert editor.told("spine/runRefused") == []
    assert editor.hints == shown
    assert editor.client.server.runs.live == []


def test_what_is_seen_is_what_runs(editor: Editor) -> None:
    """Changes that are not saved are refused, and so is what is not there."""
    start = {"line": 0, "character": 0}
    change = {"range": {"start": start, "end": start}, "text": "# changed\n"}
    editor.client.change(editor.uri, 2, change)
    assert "not saved" in editor.run()["error"]["message"]
    editor.file.write_text("# changed\r\n" + GROUP.replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert "run" in editor.run()
    assert "no group called `weekly`" in editor.run(group="weekly")["error"]["message"]
    gone = editor.ask("spine.run", uri=(editor.file.parent / "gone.yaml").as_uri())
    assert "it is not there" in gone["error"]["message"]
    assert "needs `uri`" in editor.ask("spine.run", uri="untitled:x")["error"]["message"]


def test_events_reach_the_client_as_they_are(editor: Editor) -> None:
    """Those of a frame are one notification, with times in words; the progress says how far the run is."""
    run = editor.run()["run"]
    runner = editor.runners[0]
    output = {"event": "step_output", "step": "fetch", "stream": "stdout", "text": "1,204 rows\n"}
    runner.say(started(), output)
    runner.say(finished("fetch"), finished("load"), over("completed"))
    runner.ended(0, "")
    first, second = editor.told("spine/runEvents")
    assert first == {
        "run": run,
        "uri": editor.uri,
        "group": "daily",
        "dropped": 0,
        "events": [started(), output],
    }
    assert [event["event"] for event in second["events"]] == [
        "step_finished",
        "step_finished",
        "run_finished",
    ]
    assert [event.get("took") for event in second["events"]] == ["1.25 s", "1.25 s", None]
    progress = [each["value"] for each in editor.told("$/progress") if each["token"].startswith("spine-run-")]
    assert progress[0] == {"kind": "begin", "title": "Running daily", "cancellable": True}
    assert progress[-1] == {"kind": "end", "message": "completed"}
    assert editor.client.server.runs.live == []


def test_a_flood_is_few_messages_and_no_turns_of_the_loop(editor: Editor) -> None:
    """10,000 events in frames: a message each, a bounded size, and at most a few callbacks on the loop's thread."""
    asked: list[object] = []
    runs = editor.client.server.runs
    now = [0.0]
    runs._clock = lambda: now[0]
    later = runs._on_loop

    def counted(what: Callable[[], None]) -> object:
        asked.append(what)
        return later(what)

    runs._on_loop = counted
    editor.run()
    runner = editor.runners[0]
    names = [f"s{number}" for number in range(1_000)]
    runner.say(started(steps=names))
    line = {"event": "step_output", "step": "s1", "stream": "stdout", "text": "x" * 900}
    for frame in range(60):  # a second
        now[0] += 1 / 60
        runner.say(*([line] * 160), *(finished(name) for name in names[frame * 10 : frame * 10 + 10]))
    messages = editor.told("spine/runEvents")
    assert len(messages) == 61
    assert max(len(json.dumps(message)) for message in messages) < 300_000
    ends = [event for message in messages for event in message["events"] if event["event"] == "step_finished"]
    assert len(ends) == 600
    dropped = sum(message["dropped"] for message in messages)
    assert dropped + sum(e["event"] == "step_output" for m in messages for e in m["events"]) == 60 * 160
    assert len(asked) <= 12
    assert sum(message["method"].endswith("inlayHint/refresh") for message in editor.client.told) <= 6


def test_a_client_that_reads_nothing_holds_up_no_run(editor: Editor) -> None:
    """Meanwhile nothing is sent and output is dropped; then it is told what became of every step."""
    editor.run()
    runs, runner = editor.client.server.runs, editor.runners[0]
    runs._congested = lambda: True
    output = {"event": "step_output", "step": "fetch", "stream": "stdout", "text": "x"}
    runner.say(started(), output)
    runner.say(output, finished("fetch"))
    assert editor.told("spine/runEvents") == []
    runs._congested = lambda: False
    runner.say(finished("load"))
    (message,) = editor.told("spine/runEvents")
    assert [event["event"] for event in message["events"]] == [
        "run_started",
        "step_finished",
        "step_finished",
    ]


def test_a_failed_step_is_a_diagnostic(editor: Editor) -> None:
    """On its name, with the places in the user's Python, the innermost first, and none of Python's own."""
    fail(editor)
    (found,) = editor.diagnostics
    assert found["severity"] == 1
    assert found["range"]["start"] == {"line": 5, "character": 8}
    assert found["message"].startswith("failed in run ")
    assert found["message"].endswith(": the table is locked")
    places = [
        (each["location"]["uri"], each["location"]["range"]["start"]["line"], each["message"])
        for each in found["relatedInformation"]
    ]
    assert places == [("file:///work/tables.py", 6, "in lock"), ("file:///work/prices.py", 11, "in load")]


def test_it_holds_until_the_step_changes(editor: Editor) -> None:
    """Another text of another step changes nothing; one of its own does, and taken back it holds again."""
    fail(editor)
    top = {"line": 0, "character": 0}
    editor.client.change(editor.uri, 2, {"range": {"start": top, "end": top}, "text": "# note\n"})
    assert len(editor.diagnostics) == 1
    at = {"line": 7, "character": 18}
    editor.client.change(editor.uri, 3, {"range": {"start": at, "end": at}, "text": "er"})
    assert editor.diagnostics == []
    end = {"line": 7, "character": 20}
    editor.client.change(editor.uri, 4, {"range": {"start": at, "end": end}, "text": ""})
    assert len(editor.diagnostics) == 1


def test_it_holds_until_a_later_run(editor: Editor) -> None:
    """It goes when a run with the step begins; a run of other steps leaves it."""
    fail(editor)
    editor.run(only=["fetch"])
    editor.runners[-1].say(started(steps=["fetch"]), finished("fetch"), over("completed"))
    editor.runners[-1].ended(0, "")
    assert len(editor.diagnostics) == 1
    editor.run(resume="last")
    editor.runners[-1].say(started("fetch"))
    assert editor.diagnostics == []


def test_lenses_and_hints_say_what_can_be_done(editor: Editor) -> None:
    """Run always; after a failure Resume, and the step alone, each with the run whose parameters it takes."""
    assert [lens["title"] for lens in editor.lenses if lens["command"] == "spine.run"] == ["Run"]
    runner = fail(editor)
    run = next(a.removeprefix("--run-id=") for a in runner.arguments if a.startswith("--run-id="))
    argument = {"uri": editor.uri, "group": "daily"}
    assert [(lens["title"], lens["arguments"]) for lens in editor.lenses if lens["command"] == "spine.run"] == [
        ("Run", [argument]),
        ("Resume", [{**argument, "resume": run}]),
        ("Run only this", [{**argument, "resume": run, "only": ["load"]}]),
    ]
    assert editor.hints == ["✓ 1.25 s", "✗ failed"]
    editor.run(only=["load"])
    editor.runners[-1].say(started(steps=["load"]), finished("load"), over("completed"))
    assert any(lens["title"] == "Resume" for lens in editor.lenses)  # the rest of that run is still to be done
    editor.run(resume=run)
    editor.runners[-1].say(started("fetch"), finished("load"), over("completed"))
    assert [lens["title"] for lens in editor.lenses if lens["command"] == "spine.run"] == ["Run"]


def test_a_client_with_views_gets_its_own_command(tmp_path: Path) -> None:
    """So that it can ask for parameters first."""
    editor = Editor(tmp_path, commands=["spine.client.run", "spine.client.debugStep"])
    assert [lens["command"] for lens in editor.lenses if lens["title"] == "Run"] == ["spine.client.run"]
    runner = fail(editor)
    run = next(a.removeprefix("--run-id=") for a in runner.arguments if a.startswith("--run-id="))
    (debug,) = [lens for lens in editor.lenses if lens["title"] == "Debug step"]
    assert debug["command"] == "spine.client.debugStep"
    assert debug["arguments"] == [{"uri": editor.uri, "group": "daily", "resume": run, "step": "load"}]


def test_a_client_without_a_debugger_is_offered_none(editor: Editor) -> None:
    """A step that failed can be run alone all the same."""
    fail(editor)
    titles = [lens["title"] for lens in editor.lenses]
    assert "Run only this" in titles
    assert "Debug step" not in titles


def test_a_run_that_cannot_start_says_why(editor: Editor) -> None:
    """In the words of the runner; a client that shows no runs gets a message."""
    editor.run()
    words = "`load`: no pipeline `p.load` is registered\nError: `daily` was not started\n"
    editor.runners[0].ended(2, words)
    (refused,) = editor.told("spine/runRefused")
    assert (refused["group"], refused["message"], refused["changed"]) == ("daily", words.strip(), False)
    assert editor.told("window/showMessage")[0]["message"] == words.strip()
    assert editor.client.server.runs.live == []
    editor.run(resume="last")
    editor.runners[1].ended(CHANGED_SINCE, "1 completed step changed since")
    assert editor.told("spine/runRefused")[1]["changed"] is True


def test_a_client_that_shows_runs_is_spared_messages(tmp_path: Path) -> None:
    """It has the events."""
    editor = Editor(tmp_path, runs=True)
    editor.run()
    editor.runners[0].ended(2, "no")
    fail(editor)
    assert editor.told("window/showMessage") == []


def test_a_runner_that_is_killed_is_told_as_lost(editor: Editor) -> None:
    """By an event of ours, as it can say nothing itself."""
    editor.run()
    editor.runners[0].say(started(), {"event": "step_started", "step": "fetch"})
    editor.runners[0].ended(-9, "")
    events = [event for message in editor.told("spine/runEvents") for event in message["events"]]
    assert (events[-1]["event"], events[-1]["status"]) == ("run_finished", "lost")
    assert editor.hints == ["✗ lost", "skipped"]


def test_a_run_is_cancelled_by_command_and_by_progress(editor: Editor) -> None:
    """What runs no more, or never did, is none that is cancelled."""
    run = editor.run()["run"]
    assert editor.ask("spine.cancelRun", run=run) == {"run": run, "cancelled": True}
    editor.client.notify("window/workDoneProgress/cancel", {"token": f"spine-run-{run}"})
    assert editor.runners[0].cancelled == 2
    editor.runners[0].ended(130, "")
    assert editor.ask("spine.cancelRun", run=run)["cancelled"] is False
    assert "needs `run`" in editor.ask("spine.cancelRun")["error"]["message"]


def test_a_runner_that_cannot_be_started_is_a_refusal(editor: Editor) -> None:
    """With the reason, and nothing is left of it."""

    def broken(arguments: Sequence[str], folder: str, first: Any, lines: Lines, ended: Any) -> FakeRunner:
        raise OSError("no memory")

    editor.client.server.runs.start = broken
    assert "no memory" in editor.run()["error"]["message"]
    assert editor.client.server.runs.live == []
