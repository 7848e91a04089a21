"""The examples in the help of each command are run as they stand, in a repository that has what they name."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from spine_lsp.cli.command_line import _COMMANDS
from tests.cli.runner import ROOT, run, shell
from tests.disk.test_revisions import git

DAILY = """\
kind: PipelineGroup
name: prices.daily
steps:
  - name: ingest
    pipeline: prices.ingest
  - name: fetch
    pipeline: prices.fetch
    depends_on: [ingest]
  - name: load
    pipeline: prices.load
    depends_on: [fetch]
  - name: report
    pipeline: prices.report
    depends_on: [load]
"""
ELSEWHERE = {
    "serve": "a server waits for a client: tests/server",
    "mcp": "a server waits for a client: tests/agents",
    "run": "needs an interpreter with the pipelines: tests/cli/test_run_group.py",
    "runs": "needs a history: tests/cli/test_run_group.py",
}


def examples() -> list[str]:
    found = []
    for command in _COMMANDS:
        if command not in ELSEWHERE:
            text = run(command, "--help").out.partition("Examples:\n")[2]
            found += re.findall(r"(?m)^ {4}(.*spine-lsp .*)$", text)
    return found


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Groups, workflows and expectations where the examples have them, in two versions with tags."""
    top = tmp_path_factory.mktemp("examples") / "top"
    for folder in ("pipelines", "services/prices", "workflows", "new"):
        (top / folder).mkdir(parents=True)
        (top / folder / "daily.yaml").write_text(DAILY.replace("prices.daily", f"{folder}.daily"), "utf-8")
    (top / "daily.yaml").write_text(DAILY, "utf-8")
    (top / "daily.expect").write_text("ingest before report\n", "utf-8")
    shutil.copy(ROOT / "schemas" / "examples" / "weekly_refresh.yaml", top)
    shutil.copy(ROOT / "schemas" / "examples" / "workflows" / "tide_tables.yaml", top)
    git(top, "init", "-q", "-b", "main")
    for tag in ("v1.0", "v1.1"):
        (top / "pipelines" / "daily.yaml").write_text(DAILY + f"    params: {{tag: {tag}}}\n", "utf-8")
        git(top, "add", "-A")
        git(top, "commit", "-qm", tag)
        git(top, "tag", tag)
    (top / "daily.yaml").write_text(DAILY.replace("[load]", "[load, fetch]"), "utf-8")
    return top


@pytest.mark.parametrize("example", examples())
def test_an_example_works(example: str, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers, and is no slip: its exit code is not 2."""
    home = tmp_path / "home"
    home.mkdir()
    top = tmp_path / "top"
    if " init" in example:
        top.mkdir()  # it writes nothing over a file
    else:
        shutil.copytree(repository, top)
    monkeypatch.chdir(top)
    own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "ZDOTDIR": str(home), "SHELL": "/bin/bash"}
    own["SPINE_LSP_HISTORY"] = str(home / "history.sqlite")
    if re.search(r"[|<>$]", example):
        ran = shell(re.sub(r"\bspine-lsp(?= \w)", "$SPINE", example), top, SPINE_LSP_CACHE="off", **own)
    else:
        ran = run(*shlex.split(example)[1:], env=own)
    assert ran.code in ((0, 123) if "xargs" in example else (0, 1)), (
        ran
    )  # of a command that ends with 1 xargs makes 123
    assert "Error:" not in ran.err
    assert ran.out or "init" in example or "completion" in example or any(top.glob("daily.*ml")), ran


def test_every_command_has_examples_that_are_run() -> None:
    """But for those that are tried elsewhere."""
    ran = {example.rpartition("spine-lsp ")[2].split()[0] for example in examples()}
    assert ran | ELSEWHERE.keys() >= set(_COMMANDS)
