"""`spine-lsp run` and `spine-lsp runs`, as a user's shell runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runner import Ran, command, environment, run

PIPELINES = """
import pathlib, time
from spine.framework import Pipeline, PipelineResult, PipelineSpec, PipelineStatus, ParamDef, register_pipeline

@register_pipeline("prices.fetch")
class Fetch(Pipeline):
    spec = PipelineSpec(required_params={"day": ParamDef("day", str, "which")})

    def run(self):
        print("day", self.params["day"])
        return PipelineResult(PipelineStatus.COMPLETED, None, metrics={"rows": 5})

@register_pipeline("prices.load")
def load(params):
    with open("loaded", "a") as loaded:
        loaded.write("x")
    if not pathlib.Path("mended").exists():
        raise RuntimeError("not mended")

@register_pipeline("prices.report")
def report(params):
    return {"pages": 1}

@register_pipeline("prices.locked")
class Locked(Pipeline):
    lock_key_template = "prices:{day}:{tier}"
    spec = PipelineSpec(optional_params={"tier": ParamDef("tier", str, "which", required=False, default="OTC")})

    def run(self):
        return PipelineResult(PipelineStatus.COMPLETED, None)

@register_pipeline("prices.hang")
def hang(params):
    print("hanging", flush=True)
    time.sleep(600)
"""
GROUP = """
kind: PipelineGroup
name: prices.daily
steps:
  - {name: fetch, pipeline: prices.fetch, params: {day: "{{ params.day }}"}}
  - {name: load, pipeline: prices.load, depends_on: [fetch]}
  - {name: report, pipeline: prices.report, depends_on: [load]}
"""
Spine = Callable[..., Ran]
DAY = ("--param", "day=2026-01-09")


@pytest.fixture
def spine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spine:
    """The command in a project of three steps, of which the second fails until it is mended."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    (tmp_path / "prices.py").write_text(PIPELINES, encoding="utf-8")
    (tmp_path / "daily.yaml").write_text(GROUP, encoding="utf-8")
    (tmp_path / "hang.yaml").write_text("name: hang\nsteps: [{name: h, pipeline: prices.hang}]\n", encoding="utf-8")
    monkeypatch.setenv("SPINE_LSP_HISTORY", str(tmp_path / "history.db"))
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)

    def spine(*arguments: str) -> Ran:
        return run(*arguments)

    return spine


def states(answer: dict[str, Any]) -> str:
    return " ".join(f"{step['name']}:{step['state']}" for step in answer["steps"])


def test_a_group_is_run_mended_and_resumed(spine: Spine) -> None:
    """Red, then green: what completed is kept, and the history says all of it, newest first."""
    ran = spine("run", "daily.yaml", *DAY)
    assert ran.code == 1
    assert "fetch | day 2026-01-09" in ran.out
    assert "load: failed after" in ran.out
    assert "prices.daily: failed: 1 completed, 1 failed, 1 skipped in" in ran.out
    Path("mended").touch()
    ran = spine("run", "daily.yaml", "--resume", "last")
    assert ran.code == 0
    assert "3 steps, 1 of them kept" in ran.out
    assert "fetch: started" not in ran.out
    newest, first = json.loads(spine("runs", "list", "--json").out)
    assert (newest["group"], newest["state"], first["state"]) == ("prices.daily", "completed", "failed")
    assert states(newest) == "fetch:completed load:completed report:completed"
    assert states(first) == "fetch:completed load:failed report:skipped"
    assert newest["started_at"] > first["started_at"]
    assert newest["resumed_from"] == first["id"]
    shown = json.loads(spine("runs", "show", first["id"], "--json").out)
    assert "RuntimeError: not mended" in shown["steps"][1]["traceback"]
    assert shown["events"][-1]["event"] == "run_finished"
    compared = json.loads(spine("runs", "compare", first["id"], "last", "--json").out)
    assert compared["same"] == {"group": True, "plan": True, "params": True}
    assert [step["b"]["state"] for step in compared["steps"]] == ["completed"] * 3
    for words in (("runs",), ("runs", "show", "last"), ("runs", "compare", first["id"], newest["id"])):
        assert newest["id"] in spine(*words).out
    assert json.loads(spine("runs", "prune", "--keep", "1", "--json").out) == {"pruned": 1}
    assert len(json.loads(spine("runs", "list", "--json").out)) == 1


def test_a_group_is_run_by_celery_workers(spine: Spine) -> None:
    """The same words, history and exit code; here with a worker in the runner's own process."""
    ran = spine("run", "daily.yaml", *DAY, "--executor", "celery", "--broker", "memory://")
    assert ran.code == 1
    assert "fetch | day 2026-01-09" in ran.out
    assert "prices.daily: failed: 1 completed, 1 failed, 1 skipped in" in ran.out
    (kept,) = json.loads(spine("runs", "list", "--json").out)
    assert states(kept) == "fetch:completed load:failed report:skipped"


@pytest.mark.parametrize(
    ("broker", "said"),
    [
        ((), "--executor celery needs a broker: --broker redis://127.0.0.1, say, or SPINE_CELERY_BROKER"),
        (("--broker", "nothing://x"), "cannot use the broker that is named: No such transport: nothing"),
        (
            ("--broker", "redis+socket:///nowhere/redis"),
            "cannot use the broker redis+socket:///nowhere/redis: ",
        ),
    ],
)
def test_without_a_broker_nothing_starts(
    spine: Spine, monkeypatch: pytest.MonkeyPatch, broker: tuple[str, ...], said: str
) -> None:
    """None, one of a kind that does not exist, or one that does not answer: a sentence, and no run."""
    monkeypatch.delenv("SPINE_CELERY_BROKER", raising=False)
    ran = spine("run", "daily.yaml", *DAY, "--executor", "celery", *broker)
    assert ran.code == 2
    assert said in ran.err
    assert json.loads(spine("runs", "list", "--json").out) == []


def test_a_step_is_debugged_as_it_is_run(spine: Spine) -> None:
    """The configuration for a debugger runs this step, with its parameters, and nothing of it is kept."""
    words = ("run", "daily.yaml", *DAY, "--debug-config")
    configuration = json.loads(spine(*words, "--only", "fetch").out)
    assert configuration["name"] == "prices.daily: fetch"
    assert (configuration["type"], configuration["request"]) == ("debugpy", "launch")

    def launched() -> subprocess.CompletedProcess[str]:
        program = [configuration["python"], configuration["program"], *configuration["args"]]
        return subprocess.run(
            program, cwd=configuration["cwd"], capture_output=True, text=True, check=False, env=environment()
        )

    done = launched()
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "day 2026-01-09")
    assert '"rows": 5' in done.stdout
    configuration = json.loads(spine(*words, "--only", "load").out)
    done = launched()
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "failed: not mended")
    assert 'prices.py", line' in done.stderr
    assert json.loads(spine("runs", "list", "--json").out) == []
    ran = spine(*words)
    assert ran.code == 2
    assert "a debugger takes one step, and 3 steps are selected; choose one with --only STEP" in ran.err


def test_without_celery_it_says_what_to_install(spine: Spine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra, imported only where it is asked for."""
    monkeypatch.setitem(sys.modules, "celery", None)
    ran = spine("run", "daily.yaml", *DAY, "--executor", "celery", "--broker", "memory://")
    assert ran.code == 2
    assert "Celery is missing (celery): pip install 'spine-lsp[celery]'" in ran.err


def test_what_has_changed_is_not_kept_in_silence(spine: Spine) -> None:
    """The file of the pipeline, or its parameters: it is said, and the user chooses."""
    spine("run", "daily.yaml", *DAY)
    ran = spine("run", "daily.yaml", "--resume", "last", "--param", "day='x'")
    assert ran.code == 2
    assert "`fetch` completed in run" in ran.err
    assert "has changed since: its parameters" in ran.err
    more = ("--param", "more=1", "--changed", "keep", "--dry-run")
    ran = spine("run", "daily.yaml", "--resume", "last", *more)
    assert "day" in ran.out, ran.err  # a parameter that is given anew leaves the others of the run
    assert "has changed since: its parameters" in ran.err
    with Path("prices.py").open("a", encoding="utf-8") as file:
        file.write("# mended\n")
    Path("mended").touch()
    ran = spine("run", "daily.yaml", "--resume", "last")
    assert (ran.code, "the file of its pipeline" in ran.err) == (2, True)
    kept = spine("run", "daily.yaml", "--resume", "last", "--changed", "keep", "--dry-run")
    assert "1. fetch (kept): prices.fetch" in kept.out
    again = spine("run", "daily.yaml", "--resume", "last", "--changed", "rerun")
    assert (again.code, "fetch: started" in again.out) == (0, True)
    assert "nothing to resume" in spine("run", "daily.yaml", "--resume", "last").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "`{{ params.day }}` has no value; give it with --param day=VALUE"),
        (
            ("--param", "day=20260109"),
            "the parameter `day` must be of type str, not int; in quotes it is one",
        ),
        (
            ("--param", "day='x'", "--only", "lod"),
            "`prices.daily` has no step called `lod`; did you mean `load`?",
        ),
        (("--param", "day='x'", "--python", "no-python"), "no-python: there is no such program"),
        (("--resume", "xyz"), "there is no run called `xyz`"),
        (("--params", "prices.py"), "prices.py"),
        (("--history", "nothing://x"), "is no database that can be used"),
        (("--group", "other"), "holds no group called `other`"),
    ],
)
def test_what_cannot_start_says_why(spine: Spine, arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2, one sentence each, and nothing has run."""
    ran = spine("run", "daily.yaml", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not Path("loaded").exists()


def test_a_group_that_names_what_is_not_there_is_not_started(spine: Spine) -> None:
    """A pipeline that nothing registers, a cycle, a workflow."""
    Path("typo.yaml").write_text("name: t\nsteps: [{name: a, pipeline: prices.reprt}]\n", encoding="utf-8")
    Path("cycle.yaml").write_text(
        "name: t\nsteps: [{name: a, pipeline: prices.report, depends_on: a}]\n", encoding="utf-8"
    )
    ran = spine("run", "typo.yaml")
    assert (ran.code, "no pipeline `prices.reprt` is registered" in ran.err) == (2, True)
    assert "did you mean `prices.report`?" in ran.err
    ran = spine("run", "cycle.yaml")
    assert (ran.code, "`t` cannot be run" in ran.err) == (2, True)


def test_some_of_the_steps_are_run(spine: Spine) -> None:
    """From, to, only, and by selector; what they wait for outside is taken as done."""
    Path("mended").touch()
    Path("params.yaml").write_text('day: "2026-01-09"\n', encoding="utf-8")

    def steps(*arguments: str) -> list[str]:
        ran = spine("run", "daily.yaml", "--params", "params.yaml", "--dry-run", *arguments)
        assert ran.code == 0
        return [line.split(":")[0].split(". ")[1] for line in ran.out.splitlines()[2:]]

    assert steps() == ["fetch", "load", "report"]
    assert steps("--from", "load") == ["load", "report"]
    assert steps("--to", "load") == ["fetch", "load"]
    assert steps("--only", "report", "--only", "fetch") == ["fetch", "report"]
    assert steps("--from", "load", "--to", "load") == ["load"]
    assert steps("--steps", "+load") == ["fetch", "load"]
    ran = spine("run", "daily.yaml", *DAY, "--only", "report", "--events", "-")
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert [event["event"] for event in events] == [
        "run_started",
        "step_started",
        "step_finished",
        "run_finished",
    ]
    assert events[2]["result"] == {"pages": 1}
    spine("run", "daily.yaml", *DAY, "--only", "report", "--events", "events.jsonl")
    assert len(Path("events.jsonl").read_text(encoding="utf-8").splitlines()) == 4


def test_modules_are_imported_by_name(spine: Spine) -> None:
    """What no reader can tell is registered when the module is imported."""
    source = "from spine.framework import register_pipeline as r\nfor n in 'ab': r('made.' + n)(lambda p: n)\n"
    Path("made.py").write_text(source, encoding="utf-8")
    Path("made.yaml").write_text("name: m\nsteps: [{name: a, pipeline: made.b}]\n", encoding="utf-8")
    assert spine("run", "made.yaml", "--import", "made").code == 0


def test_what_is_typed_is_what_the_pipeline_wants(spine: Spine) -> None:
    """A date or a time of day is a text, unless its parameter is declared otherwise; `plan` reads the same."""
    source = (
        "from datetime import date\n"
        "from spine.framework import Pipeline, PipelineSpec, ParamDef, register_pipeline\n"
        "@register_pipeline('typed')\n"
        "class Typed(Pipeline):\n"
        "    spec = PipelineSpec(required_params={'day': ParamDef('day', date, ''), 'n': ParamDef('n', int, ''),\n"
        "        'on': ParamDef('on', bool, ''),\n"
        "        'code': ParamDef('code', str, ''), 'tier': ParamDef('tier', str, ''),\n"
        "        'rate': ParamDef('rate', str, ''), 'sign': ParamDef('sign', str, ''),\n"
        "        'lines': ParamDef('lines', str, ''), 'x': ParamDef('x', float, '')})\n"
        "    def run(self):\n"
        "        print({key: repr(value) for key, value in self.params.items() if key != 'batch_id'})\n"
    )
    Path("typed.py").write_text(source, encoding="utf-8")
    Path("typed.yaml").write_text("name: t\nsteps: [{name: a, pipeline: typed}]\n", encoding="utf-8")
    given = (
        "day=2026-01-09",
        "n=010",
        "on=yes",
        "code=012",
        "free=12:30",
        "tier='1'",
        'rate="1.50"',
        "sign==",
    )
    typed = [f"--param={each}" for each in (*given, "lines=a\nc", "x=2.50", "count=3")]
    ran = spine("run", "typed.yaml", *typed)
    assert ran.code == 0, ran.err
    for said in ("datetime.date(2026, 1, 9)", "'n': '8'", "'on': 'True'", "\"'012'\"", "\"'12:30'\""):
        assert said in ran.out
    for said in ("'tier': \"'1'\"", "'rate': \"'1.50'\"", "'sign': \"'='\"", "'x': '2.5'", "'count': '3'"):
        assert said in ran.out
    assert "'lines': \"'a\\\\nc'\"" in ran.out
    planned = json.loads(spine("plan", "typed.yaml", "--format", "json", *typed).out)
    assert planned["steps"][0]["params"]["free"]["value"] == "12:30"


def test_what_is_not_installed_is_named(spine: Spine, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sentence, as by an installation that is older than the program."""
    monkeypatch.delitem(sys.modules, "spine_lsp.execution.history", raising=False)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    ran = spine("runs")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Error: sqlalchemy is not installed for ")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("day: [1\n", "is not valid YAML: this `[` is never closed by `]`"),
        ("- day\n", "holds no parameters: it must be one map of names and values"),
        ("", "holds no parameters"),
        ("1: 2\n", "holds no parameters"),
        ("day: x\nday: y\n", "the key `day` is already in this map"),
        ('{"day": "x", "day": "y"}', "the key `day` is already in this map"),
        ("day: x\n---\nday: y\n", "holds no parameters"),
    ],
)
def test_a_file_of_parameters_that_is_none(spine: Spine, text: str, why: str) -> None:
    """It is said what is wrong, and nothing runs."""
    Path("params.yaml").write_text(text, encoding="utf-8")
    ran = spine("run", "daily.yaml", "--params", "params.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert why in ran.err
    assert ran.err.startswith("Error: params.yaml")


def test_a_run_has_a_time(spine: Spine) -> None:
    """In seconds, and what runs then is ended."""
    ran = spine("run", "hang.yaml", "--timeout", "1.5")
    assert ran.code == 1
    assert "h: timed out after" in ran.out
    assert "the run took longer than the 1.5 seconds that it may take" in ran.out
    (listed,) = json.loads(spine("runs", "list", "--json").out)
    assert (listed["state"], states(listed)) == ("failed", "h:timed_out")


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal")
def test_an_interrupted_run_ends_cleanly(spine: Spine, tmp_path: Path) -> None:
    """Exit code 130, the step is cancelled, and a second run of the same waits for the first or is refused."""
    env = environment(SPINE_LSP_HISTORY=str(tmp_path / "history.db"), PYTHONUNBUFFERED="1")
    process = subprocess.Popen(
        command("run", "hang.yaml"),
        cwd=tmp_path,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            if "h | hanging" in line:
                break
        refused = spine("run", "hang.yaml")
        assert (refused.code, "is under way since" in refused.err) == (2, True)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.wait() == 130
    assert "hang: cancelled (the run was cancelled): 1 cancelled in" in rest
    (listed,) = json.loads(spine("runs", "list", "--json").out)
    assert (listed["state"], states(listed)) == ("cancelled", "h:cancelled")


def test_a_line_without_an_end_costs_no_more_than_is_shown_of_it() -> None:
    """Its first 2,000 characters are shown when the step ends, however long it has become, and held no more often."""
    from datetime import datetime, timezone

    from spine_lsp.cli.running.progress import PlainProgress
    from spine_lsp.execution.events import RunEvent

    said: list[str] = []
    show = PlainProgress(said.append, color=False)

    def spent(pieces: int) -> int:
        """The characters that are held when so many pieces of a line have come."""
        for _ in range(pieces):
            data = {"stream": "stdout", "text": "x" * 1_000}
            show(RunEvent("step_output", "r1", 1, datetime.now(timezone.utc), "a", data))
        return sum(map(len, show._rest.values()))

    assert spent(1) == 1_000
    assert spent(100) == 2_000
    ended = {"status": "completed", "seconds": 1.0, "error": None}
    show(RunEvent("step_finished", "r1", 2, datetime.now(timezone.utc), "a", ended))
    assert said[0].rstrip().endswith(" a | " + "x" * 2_000)
    assert len(said) == 2


def test_a_terminal_shows_a_line_for_each_step(spine: Spine) -> None:
    """Its state, its time and what it said last; what runs comes first where not all fits; nothing raw."""
    from datetime import datetime, timezone
    from io import StringIO

    from rich.console import Console

    from spine_lsp.cli.running.progress import LiveProgress
    from spine_lsp.execution.events import Kind, RunEvent

    live = LiveProgress(color=False)
    number = 0

    def tell(kind: Kind, step: str | None = None, **data: Any) -> None:
        nonlocal number
        number += 1
        live(RunEvent(kind, "r1", number, datetime.now(timezone.utc), step, data))

    names = ["a\x1b[31m", *(f"s{place}" for place in range(60))]
    tell("run_started", group="g", steps=[{"name": name, "kept": name == "s1"} for name in names])
    tell("step_started", names[0])
    tell("step_output", names[0], text="one\ntwo\x07\n")
    tell("step_started", "s59")
    tell("step_finished", "s59", status="failed", error="broke\nbadly", seconds=75.0)
    tell("step_skipped", "s2", because="x")
    out = StringIO()
    Console(file=out, width=120).print(live._table())
    live.close()
    lines = out.getvalue().splitlines()
    assert lines[0].strip() == "g, run r1"
    assert lines[1].split()[1:3] == ["running", "0.00"] or "running" in lines[1]
    assert "two" in lines[1]
    assert "\x1b" not in out.getvalue()
    assert "\x07" not in out.getvalue()
    assert lines[2].split() == ["s59", "failed", "1", "min", "15", "s", "broke"]
    assert len(lines) < len(names)


def test_a_simulation_takes_recorded_times(spine: Spine, tmp_path: Path) -> None:
    """Medians of what completed, the median of those for the rest, and what one more worker would save."""
    text = "kind: PipelineGroup\nname: g\npolicy: {execution: parallel, max_concurrency: 1}\nsteps:\n" + "".join(
        f"- {{name: {name}, pipeline: prices.report}}\n" for name in ("a", "b")
    )
    (tmp_path / "g.yaml").write_text(text, encoding="utf-8")
    assert "no run of it has been recorded" in run("simulate", "g.yaml", "--recorded").out
    assert spine("run", "g.yaml", "--only", "a").code == 0
    answer = json.loads(run("simulate", "g.yaml", "--recorded", "--json").out)
    assert answer["unit"] == "seconds"
    took = [step["end"] - step["start"] for step in answer["steps"]]
    assert took[0] == pytest.approx(took[1])
    assert "no time of `b` is recorded" in answer["message"]
    assert "one more worker saves" in answer["message"]
    assert answer["makespan"] == round(answer["makespan"], 3)
    assert f"after {answer['makespan']:g} seconds" in answer["message"]
    mixed = run("simulate", "g.yaml", "--recorded", "--duration", "b=5min", "--json")
    assert (json.loads(mixed.out)["unit"], json.loads(mixed.out)["makespan"] > 5) == ("minutes", True)
    assert run("simulate", "g.yaml", "--recorded", "--duration", "*=5min", "--duration", "a=1min").code == 0


def test_a_lock_that_a_pipeline_declares_is_taken(spine: Spine, tmp_path: Path) -> None:
    """Its key is that of its parameters; who holds it is told, and a run that may not wait for it has not run it."""
    from spine_lsp.execution.history import History
    from tests.execution.fakes import plan_of

    Path("locked.yaml").write_text(
        "name: locked\nsteps: [{name: l, pipeline: prices.locked, params: {day: 2026-01-09}}]\n",
        encoding="utf-8",
    )
    dry = spine("run", "locked.yaml", "--dry-run").out
    assert "under the lock `prices:2026-01-09:OTC`" in dry
    history = History(tmp_path / "history.db")
    other = history.begin(plan_of({"x": []}), "r0", locks={"x": "prices:2026-01-09:OTC"})
    assert other.take("x") is None
    ran = spine("run", "locked.yaml", "--timeout", "0.2")
    assert ran.code == 1
    assert "l: waiting, because `x` in run r0 of `g` holds the lock `prices:2026-01-09:OTC` since" in ran.out
    assert "l: skipped, because the time of the run was over" in ran.out
    other.abandon("done")
    history.close()
    assert spine("run", "locked.yaml", "--metrics", "run.prom").code == 0
    written = Path("run.prom").read_text(encoding="utf-8")
    assert 'spine_step_last_run_completed{group="locked",step="l"} 1' in written


def test_a_workflow_is_refused_with_the_way_out(spine: Spine) -> None:
    """Nothing has run, and the command that is named makes a group that does."""
    Path("flow.yaml").write_text(
        "kind: Workflow\nmetadata: {name: flow}\nspec:\n  steps:\n"
        "    - {name: report, type: pipeline, pipeline: prices.report}\n",
        encoding="utf-8",
    )
    ran = spine("run", "flow.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "`flow` is a Workflow, and only pipeline groups can be run" in ran.err
    assert "`spine-lsp migrate --to group flow.yaml`" in ran.err
    assert spine("migrate", "--to", "group", "--write", "flow.yaml").code == 0
    assert spine("run", "flow.yaml").code == 0
