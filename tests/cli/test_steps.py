"""`--steps SELECTOR`, in every command that takes it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.runner import ROOT, run, shell
from tests.disk.test_revisions import git

BROKEN = str(ROOT / "schemas" / "examples" / "broken_refresh.yaml")


def test_a_plan_shows_the_steps_that_are_picked() -> None:
    """With the numbers and levels of the whole, and what keeps them from running."""
    code, out, _ = run("plan", BROKEN, "--steps", "ingest,state:ok")
    assert code == 0
    assert "1 of 7 steps in 1 level" in out
    assert "cannot run" not in out
    code, out, _ = run("plan", BROKEN, "--steps", "report", "--format", "json")
    plan = json.loads(out)
    assert code == 1
    assert [step["name"] for step in plan["blocked"]] == ["report"]
    assert plan["steps"] == []
    assert {problem["code"] for problem in plan["problems"]} == {"blocked-step"}
    assert plan["selected"] == {"selector": "report", "of": 7}


@pytest.mark.parametrize("form", ["text", "mermaid", "dot", "html", "json"])
def test_a_graph_shows_the_steps_that_are_picked(form: str) -> None:
    """And the missing ones that they wait for, in every format."""
    out = run("graph", BROKEN, "--steps", "normalize", "--format", form).out
    if form == "json":
        out = str(json.loads(out)["nodes"])
    assert "normalize" in out
    assert "ingst" in out
    assert "report" not in out.replace("--report", "")


def test_a_selector_that_is_none_is_shown_with_a_caret() -> None:
    """Exit code 2; what is not printable in it is escaped and the caret stands right all the same."""
    for asked in ("plan", "graph"):
        assert run(asked, BROKEN, "--steps", "+\x1b语 ingst") == (
            2,
            "",
            "  +\\x1b语 ingst\n   ^^^^^^\nError: cannot select: no step is called `\\x1b语`\n",
        )
    long = run("plan", BROKEN, "--steps", "ingest " * 50 + "nobody " + "ingest " * 50).err.splitlines()
    assert long[0][long[1].index("^") : long[1].rindex("^") + 1] == "nobody"
    assert max(map(len, long[:2])) < 130


def test_check_says_what_is_found_in_some_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every group that has them; the exit code is about them; the rest of the file is not told."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(BROKEN, tmp_path)
    (tmp_path / "other.yaml").write_text("kind: PipelineGroup\nname: o\nsteps:\n- {name: report}\n", encoding="utf-8")

    def codes(selector: str, *paths: str) -> list[str]:
        found = json.loads(run("check", "--json", "--steps", selector, *paths).out)
        return [each["code"] for each in found["findings"]]

    assert codes("normalize") == ["unknown-dependency"]
    assert codes("report") == ["blocked-step", "missing-key"]
    assert set(codes("*")) > {"duplicate-step", "dependency-cycle"}
    assert run("check", "broken_refresh.yaml", "--steps", "report").code == 0  # information alone
    assert run("check", "broken_refresh.yaml", "--steps", "state:cycle").code == 1
    assert run("check", "-", "--steps", "normalize", stdin=Path(BROKEN).read_text(encoding="utf-8")).code == 1


def test_a_selector_that_is_none_fails_a_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the caret, once, however many files there are; a revision without a repository too."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(BROKEN, tmp_path)
    (tmp_path / "other.yaml").write_text("name: o\nsteps:\n- {name: x, pipeline: p}\n", encoding="utf-8")
    code, _, err = run("check", "--steps", "x,reprt")
    assert (code, err) == (
        2,
        "  x,reprt\n    ^^^^^\nError: cannot select: no step is called `reprt`\n",
    )
    code, out, err = run("check", "--steps", "levl:2")
    assert (code, out) == (2, "")
    assert "  ^^^^" in err
    code, _, err = run("check", "--steps", "changed:HEAD", "other.yaml")
    assert code == 2
    assert "in no git repository" in err
    for other in ("--fix", "--diff", "--write-baseline=b"):
        assert run("check", "--steps", "x", other).code == 2
    assert not (tmp_path / "b").exists()


def test_nothing_picked_is_said() -> None:
    """It is an answer, and no fault."""
    code, out, err = run("plan", BROKEN, "--steps", "level:7")
    assert (code, err) == (0, "no step is selected by `level:7`\n")
    assert "0 of 7 steps" in out


def test_around_and_steps_exclude_each_other() -> None:
    """One sentence that says how the one is written as the other."""
    code, _, err = run("graph", BROKEN, "--steps", "report", "--around", "report")
    assert code == 2
    assert "--steps N+STEP+N" in err


def test_changed_since_a_revision(tmp_path: Path) -> None:
    """Steps that are new or different; a revision or a repository that is not there is one sentence."""
    file = tmp_path / "daily.yaml"
    before = "name: g\nsteps:\n- {name: a, pipeline: p}\n- {name: b, pipeline: p, depends_on: [a]}\n"
    file.write_text(before, encoding="utf-8")
    assert "is in no git repository" in run("plan", str(file), "--steps", "changed:HEAD").err
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "x")
    assert "no step is selected" in run("plan", str(file), "--steps", "changed:HEAD").err
    file.write_text(before.replace("name: b, pipeline: p", "name: b, pipeline: q") + "- {name: c, pipeline: p}\n")
    plan = json.loads(run("plan", str(file), "--steps", "changed:HEAD", "--format", "json").out)
    assert [step["name"] for step in plan["steps"]] == ["c", "b"]
    assert run("plan", str(file), "--steps", "changed:nope").code == 2
    ran = run("plan", "-", "--steps", "changed:HEAD", stdin=before)
    assert "standard input has no revisions" in ran.err


def test_the_shell_completes_selectors() -> None:
    """With the steps of the group that the line names; nothing where there is none, and no word of an error."""

    def offered(line: str) -> list[str]:
        count = len(line.split(" ")) - 1
        ran = shell("$SPINE", _SPINE_LSP_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(count))
        assert ran.err == ""
        return [row.partition(",")[2] for row in ran.out.splitlines() if row]

    assert offered(f"spine-lsp plan {BROKEN} --steps +re") == ["+report"]
    assert offered(f"spine-lsp graph {BROKEN} --steps state:b") == ["state:blocked"]
    assert offered("spine-lsp plan none.yaml --steps +re") == []
