"""Every row of the table of exit codes in docs/command-line.md, run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.runner import ROOT, Ran, run, shell

DAILY, BROKEN = (str(ROOT / "schemas" / "examples" / name) for name in ("daily_prices.yaml", "broken_refresh.yaml"))
WORKSPACE = str(ROOT / "schemas" / "examples" / "workspace")
SLIP = "kind: PipelineGroup\nname: g\nsteps: [{name: a, pipeline: p}]\npolicy: {max_concurrency: 2}\n"
NOWHERE = "kind: PipelineGroup\nname: g\nsteps: [{name: a, pipeline: p.nowhere}]\n"
NO_HISTORY = ("--history", "sqlite://", "--root", "tests/cli")


ROWS: dict[str, Callable[[], list[Ran]]] = {
    "nothing was found at or above `--fail-on` (default `warning`)": lambda: [
        run("check", DAILY),
        run("check", "-", stdin=SLIP),
        run("check", BROKEN, "--ignore", "unknown-dependency,dependency-cycle,duplicate-step,blocked-step"),
    ],
    "a path was passed over: no group in it, or it cannot be read": lambda: [
        run("check", DAILY, "pyproject.toml"),
        run("check", "tests/cli"),
        run("check", "/dev/null"),
    ],
    "`--exit-zero`, whatever was found": lambda: [run("check", "--exit-zero", BROKEN)],
    "`--write-baseline`, whatever was written": lambda: [
        run("check", "--write-baseline", "/dev/null", BROKEN),
    ],
    "`check` found something at or above `--fail-on`, shown or not": lambda: [
        run("check", BROKEN),
        run("check", "--fail-on", "information", "--level", "error", "-", stdin=SLIP),
    ],
    "`plan`: some step cannot run": lambda: [run("plan", BROKEN), run("plan", BROKEN, "--format", "json")],
    "a path that does not exist was named": lambda: [
        run("check", "none.yaml"),
        run("check", "none.yaml", BROKEN, "--exit-zero"),
    ],
    "an option or its value is wrong, a rule or a group is unknown": lambda: [
        run("check", "--nonsense"),
        run("check", "--fail-on", "nonsense"),
        run("check", "--select", "nonsense"),
        run("rules", "nonsense"),
        run("plan", DAILY, "--group", "nonsense"),
        run("plan", DAILY, "--param", "nonsense"),
        run("serve", "--stdio", "--tcp", "1"),
        run("nonsense"),
    ],
    "`--require-groups`, and a named path gave no group": lambda: [
        run("check", DAILY, "pyproject.toml", "--require-groups"),
        run("check", "tests/cli", "--require-groups"),
    ],
    "`plan`, `graph`, `effective`, `simulate`, `why`: the file cannot be read or holds no group": lambda: [
        *(run(command, name) for command in ("effective", "simulate", "why") for name in (".", "pyproject.toml")),
        run("plan", "pyproject.toml"),
        run("graph", "none.yaml"),
        run("graph", "."),
    ],
    "`doctor`, whatever it shows": lambda: [
        run("doctor", WORKSPACE),
        run("doctor", WORKSPACE, "--json"),
        run("doctor", "tests/cli"),
    ],
    "`run`: some step did not complete": lambda: [
        run("run", "-", *NO_HISTORY, "--import", "json", stdin=NOWHERE),
    ],
    "`run`: it could not start": lambda: [
        run("run", BROKEN, *NO_HISTORY),
        run("run", "-", *NO_HISTORY, "--resume", "nothing", stdin=NOWHERE),
        run("run", "-", *NO_HISTORY, "--python", "no-python", stdin=NOWHERE),
    ],
    "`doctor`: PATH, or a `--root`, is no folder": lambda: [
        run("doctor", "nowhere"),
        run("doctor", DAILY),
        run("doctor", WORKSPACE, "--root", "nowhere"),
    ],
    "`--steps`: the selector is none, or names what there is not": lambda: [
        run("plan", DAILY, "--steps", "nonsense"),
        run("graph", DAILY, "--steps", "(("),
        run("plan", DAILY, "--steps", "changed:nonsense"),
    ],
    "`plan --expect`: an expectation does not hold": lambda: [
        shell(f"echo 'ingest before ingest' | $SPINE plan {DAILY} --expect /dev/stdin"),
    ],
    "`migrate`: a document cannot be converted": lambda: [
        run("migrate", "--to", "group", str(ROOT / "schemas" / "examples" / "workflows" / "tide_tables.yaml")),
        run("migrate", "--to", "workflow", "-", stdin="kind: PipelineGroup\nsteps: 3\n"),
    ],
    "`check --compare`: there is no such revision": lambda: [
        run("check", DAILY, "--format", "markdown", "--compare", "nonsense"),
    ],
    "`fmt --check`, `fmt --diff`: something would be changed": lambda: [
        run("fmt", "--check", "-", stdin=SLIP.replace("name: g", "name:   g")),
        run("fmt", "--diff", "-", stdin=SLIP.replace("name: g", "name:   g")),
    ],
    "`plan --expect`: FILE is not there, or a line of it is no expectation": lambda: [
        run("plan", DAILY, "--expect", "nowhere"),
        run("plan", DAILY, "--expect", "README.md"),
    ],
    "`simulate`, `why`: there is no such step, or a duration is none": lambda: [
        run("simulate", DAILY, "--fail", "nonsense"),
        run("simulate", DAILY, "--duration", "nonsense"),
        run("why", DAILY, "nonsense"),
    ],
    "`affected`: nothing says what changes, or a file or a revision is not there": lambda: [
        run("affected"),
        run("affected", "--git", "nonsense"),
        run("affected", "--file", "nowhere/x.py", "schemas"),
    ],
    "`mcp`: FOLDER is no folder, or the SDK is not installed": lambda: [run("mcp", "nowhere")],
    "`diff --exit-code`: something is different": lambda: [run("diff", DAILY, BROKEN, "--exit-code")],
    "`diff`: a path or a revision is not there, or a file is compared with a folder": lambda: [
        run("diff", DAILY, "nowhere.yaml"),
        run("diff", DAILY, "schemas"),
        run("diff", "--git", "nonsense"),
        run("diff"),
    ],
    "`init`: FILE exists, or the group could not run": lambda: [
        run("init", DAILY),
        run("init", "nowhere.yaml", "--step", "a", "--after", "a=a"),
    ],
    "`completion`: no known shell, or a file that is not ours": lambda: [run("completion", env={"SHELL": "/bin/dash"})],
    "no command is named": lambda: [run()],
    "the output or the log cannot be written": lambda: [
        shell("$SPINE rules >/dev/full"),
        shell("$SPINE serve --log-file /nonexistent/x"),
    ],
}
CTRL_C = "Ctrl-C"  # tests/cli/test_border.py sends it


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def documented() -> dict[str, int]:
    page = Path(ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    return {when: int(code) for code, when in re.findall(r"^\| (\d+) \| ([^|]*) \|", page, re.MULTILINE)}


def test_every_row_is_run() -> None:
    """The table and this file hold the same rows."""
    assert documented().keys() == ROWS.keys() | {CTRL_C}
    assert documented()[CTRL_C] == 130


@pytest.mark.parametrize("when", ROWS)
def test_the_exit_code_is_the_documented_one(when: str) -> None:
    """Each case of a row exits as the row says."""
    assert {ran.code for ran in ROWS[when]()} == {documented()[when]}
