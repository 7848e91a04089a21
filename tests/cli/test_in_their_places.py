"""The hooks for pre-commit and the action for GitHub: what they name exists, and what they run runs."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.cli.official.schemas import schema_store, validate
from tests.cli.runner import ROOT, Ran, environment, run

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
EXAMPLES = ROOT / "schemas" / "examples"


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_checks_the_files_of_a_commit(
    hook: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All at once, whatever YAML they are; a fault stops the commit."""
    assert hook.keys() >= {"id", "name", "entry", "language"}
    assert hook["require_serial"] is True
    monkeypatch.chdir(tmp_path)
    for name in ("daily_prices.yaml", "broken_refresh.yaml"):
        shutil.copy(EXAMPLES / name, tmp_path)
    (tmp_path / "compose.yaml").write_text("services: {}\n", encoding="utf-8")
    program, *arguments = shlex.split(hook["entry"])
    assert program == "spine-lsp"
    assert run(*arguments, "daily_prices.yaml", "compose.yaml").code == 0
    assert run(*arguments, "daily_prices.yaml", "broken_refresh.yaml").code == 1


def test_pre_commit_runs_the_hooks(tmp_path: Path) -> None:
    """For real, on a repository with a good and a broken group; their manifest is valid."""
    home = environment(PRE_COMMIT_HOME=str(tmp_path / "home"), GIT_CONFIG_GLOBAL=os.devnull)
    home["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), home["PATH"]])

    def pre_commit(*arguments: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", *arguments],
            cwd=tmp_path,
            env=home,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    assert pre_commit("validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")).code == 0
    # The hook as it is, but in this environment: to install it would take what CI may not reach.
    hooks = [{**hook, "language": "system"} for hook in HOOKS if hook["id"] == "spine-lsp-check"]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    shutil.copy(EXAMPLES / "daily_prices.yaml", tmp_path)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, env=home, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, env=home, check=True)
    ran = pre_commit("run", "--all-files")
    assert (ran.code, "Passed" in ran.out) == (0, True), ran
    shutil.copy(EXAMPLES / "broken_refresh.yaml", tmp_path)
    subprocess.run(["git", "add", "."], cwd=tmp_path, env=home, check=True)
    ran = pre_commit("run")
    assert ran.code == 1
    assert "broken_refresh.yaml:22:20: error[unknown-dependency]" in ran.out


def test_the_action_is_one() -> None:
    """By the schema of GitHub's actions."""
    schema = schema_store("https://json.schemastore.org/github-action.json")
    validate(schema, ACTION)
    with pytest.raises(jsonschema.ValidationError):
        validate(schema, {**ACTION, "runs": {"using": "composite"}})


def run_step(name: str, folder: Path, **given: str) -> Ran:
    """A step's script, as a runner runs it, with these values of the inputs."""
    step = STEPS[name]
    inputs = {key: str(about.get("default", "")) for key, about in ACTION["inputs"].items()} | given
    env = {
        key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found.group(1)], value)
        for key, value in step["env"].items()
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env=environment(**env, PATH=path),
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_the_action_annotates_and_fails(tmp_path: Path) -> None:
    """As `check` does; paths may hold blanks, and nothing of an input is run."""
    folder = tmp_path / "a b"
    folder.mkdir()
    shutil.copy(EXAMPLES / "broken_refresh.yaml", folder)
    ran = run_step("Check", tmp_path, paths="a b\n\n")
    assert ran.code == 1
    assert "::error file=a b/broken_refresh.yaml,line=22," in ran.out
    assert run_step("Check", tmp_path, **{"fail-on": "error"}).code == 1
    ran = run_step("Check", tmp_path, paths="$(touch owned)\n`touch owned`")
    assert (ran.code, (tmp_path / "owned").exists()) == (2, False)


def test_the_action_writes_the_log(tmp_path: Path) -> None:
    """Whatever is found, so that it can be uploaded before the job fails."""
    shutil.copy(EXAMPLES / "broken_refresh.yaml", tmp_path)
    assert run_step("Write the SARIF log", tmp_path, sarif="x y.sarif").code == 0
    log = json.loads((tmp_path / "x y.sarif").read_text(encoding="utf-8"))
    assert len(log["runs"][0]["results"]) == 4


def test_no_input_stands_in_a_script() -> None:
    """Expressions are put into scripts before these are read: what is given must come by the environment."""
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert used == set(ACTION["inputs"])
