"""`spine-lsp affected`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runner import run
from tests.disk.test_revisions import git

GROUP = """\
kind: PipelineGroup
name: {name}
steps:
- {{name: fetch, pipeline: {first}}}
- {{name: clean, pipeline: prices.clean, depends_on: [fetch]}}
- {{name: report, pipeline: reports.make, depends_on: [clean]}}
- {{name: other, pipeline: other.thing}}
"""
PYTHON = """\
from spine.framework.registry import register_pipeline
from .names import CLEAN

@register_pipeline(CLEAN)
class Clean:
    pass
"""


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """Two groups, and a pipeline whose name is in another module."""
    (tmp_path / "a.yaml").write_text(GROUP.format(name="a", first="prices.fetch"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(GROUP.format(name="b", first="rates.fetch"), encoding="utf-8")
    package = tmp_path / "prices"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "names.py").write_text('CLEAN = "prices.clean"\n', encoding="utf-8")
    (package / "pipelines.py").write_text(PYTHON, encoding="utf-8")
    return tmp_path


def reached(top: Path, *arguments: str) -> dict[str, Any]:
    code, out, _ = run("affected", str(top), *arguments, "--json")
    assert code == 0
    return {each["group"]: (each["changed"], each["downstream"]) for each in json.loads(out)["groups"]}


def test_a_pipeline_reaches_every_group_that_runs_it(top: Path) -> None:
    """And in each what waits for its steps; patterns too."""
    assert reached(top, "--pipeline", "prices.fetch") == {"a": (["fetch"], ["clean", "report"])}
    assert reached(top, "--pipeline", "*.fetch") == {name: (["fetch"], ["clean", "report"]) for name in "ab"}
    assert reached(top, "--pipeline", "prices.*") == {
        "a": (["fetch", "clean"], ["report"]),
        "b": (["clean"], ["report"]),
    }


def test_steps_by_a_selector(top: Path) -> None:
    """In each group that has such steps."""
    assert reached(top, "--step", "clean") == {name: (["clean"], ["report"]) for name in "ab"}
    assert reached(top, "--step", "fetch,pipeline:rates.*") == {"b": (["fetch"], ["clean", "report"])}


@pytest.mark.parametrize("file", ["pipelines.py", "names.py"])
def test_a_python_file_reaches_what_it_and_its_readers_register(top: Path, file: str) -> None:
    """The file with the registration, and the one that its name comes from."""
    assert reached(top, "--file", str(top / "prices" / file)) == {name: (["clean"], ["report"]) for name in "ab"}


def test_all_that_is_different_since_a_revision(top: Path) -> None:
    """Groups step by step, new groups whole, Python by what it registers."""
    git(top, "init", "-q")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "one")
    assert reached(top, "--git", "HEAD") == {}
    text = (top / "a.yaml").read_text(encoding="utf-8")
    (top / "a.yaml").write_text(text.replace("other.thing", "other.things"), encoding="utf-8")
    assert reached(top, "--git", "HEAD") == {"a": (["other"], [])}
    (top / "c.yaml").write_text(GROUP.format(name="c", first="p"), encoding="utf-8")
    (top / "prices" / "pipelines.py").write_text(PYTHON + "\n", encoding="utf-8")
    assert reached(top, "--git", "HEAD") == {
        "a": (["clean", "other"], ["report"]),
        "b": (["clean"], ["report"]),
        "c": (["fetch", "clean", "report", "other"], []),
    }


def test_lines_for_people(top: Path) -> None:
    """Groups with their files, and a sum; a name that nothing has is said."""
    code, out, err = run("affected", str(top), "--pipeline", "prices.fetch")
    assert (code, err) == (0, "")
    assert out == (
        f"pipelines: prices.fetch\na ({top / 'a.yaml'})\n  changed: fetch\n  downstream: clean, report\n"
        "3 steps in 1 group are reached\n"
    )
    ran = run("affected", str(top), "--pipeline", "prices.fech")
    assert ran.code == 0
    assert "did you mean `prices.fetch`?" in ran.err
    assert "did you mean `clean`?" in run("affected", str(top), "--step", "claen").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say what changes"),
        (["--step", "(("], "cannot select by `((`"),
        (["--file", "/etc/passwd"], "is not in"),
        (["--git", "HEAD"], "in no git repository"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(top: Path, arguments: list[str], said: str) -> None:
    """Exit code 2."""
    code, out, err = run("affected", str(top), *arguments)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]
