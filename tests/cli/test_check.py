"""`spine-lsp check`: what is printed, and the exit code."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.project import Project
from tests.cli.runner import ROOT, run

GOOD = """\
apiVersion: spine.io/v1
kind: PipelineGroup
metadata: {name: g}
spec:
  pipelines:
    - name: a
      pipeline: p
"""
BAD = GOOD.replace("name: g", "name: bad") + "      depends_on: [语b]  # 😀\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "bad.yml").write_text(BAD, encoding="utf-8")
    (tmp_path / "other.yaml").write_text("jobs: {}\n", encoding="utf-8")
    return tmp_path


def test_a_clean_group_is_said_to_be_clean(folder: Path) -> None:
    """Exit code 0, and one line that says what was checked."""
    assert run("check", str(folder / "good.yaml")) == (0, "1 group in 1 file checked, nothing found\n", "")


def test_a_finding_shows_its_line_with_the_range_marked(folder: Path) -> None:
    """File, line, column, severity, code, sentence, the source line, carets as wide as the characters; exit code 1."""
    code, out, _ = run("check", str(folder))
    path = folder / "sub" / "bad.yml"
    assert code == 1
    assert out.splitlines()[:3] == [
        f"{path}:8:20: error[unknown-dependency]: no step is called `语b`",
        "8 |       depends_on: [语b]  # 😀",
        "  |                    ^^^",
    ]
    assert out.splitlines()[-1] == "2 groups in 2 files checked: 1 error"


def test_folders_leave_out_what_git_ignores(folder: Path) -> None:
    """A `.gitignore` of the folder holds, and hidden folders are never searched."""
    (folder / ".gitignore").write_text("sub/\n", encoding="utf-8")
    (folder / ".cache").mkdir()
    (folder / ".cache" / "bad.yaml").write_text(BAD, encoding="utf-8")
    assert run("check", str(folder)).out == "1 group in 1 file checked, nothing found\n"


def test_json_has_every_finding_with_its_place(folder: Path) -> None:
    """`--format json`: an object with the findings, lines and columns from 1."""
    code, out, _ = run("check", "--format", "json", str(folder))
    (finding,) = json.loads(out)["findings"]
    assert code == 1
    assert {key: finding[key] for key in ("line", "column", "end_line", "end_column", "code", "severity")} == {
        "line": 8,
        "column": 20,
        "end_line": 8,
        "end_column": 22,
        "code": "unknown-dependency",
        "severity": "error",
    }


def test_github_annotations(folder: Path) -> None:
    """`--format github` prints a workflow command for each finding."""
    out = run("check", "--format", "github", str(folder)).out
    assert out.startswith("::error file=")
    assert ",line=8,col=20,endLine=8,endColumn=22,title=unknown-dependency::no step is called `语b`\n" in out


def test_rules_can_be_left_out_and_chosen(folder: Path) -> None:
    """`--ignore` and `--select` take rule codes and refuse others."""
    bad = str(folder / "sub" / "bad.yml")
    assert run("check", "--ignore", "unknown-dependency", bad).code == 0
    assert run("check", "--select", "dependency-cycle", bad).code == 0
    assert run("check", "--select", "dependency-cycle,unknown-dependency", bad).code == 1
    assert run("check", "--select", "unknown-dependency", "--ignore", "unknown-dependency", bad).code == 0


@pytest.mark.parametrize("option", ["--ignore", "--select"])
def test_an_unknown_rule_is_a_wrong_option_with_a_guess(folder: Path, option: str) -> None:
    """One typo is enough to guess; nonsense gets the way to the list."""
    code, out, err = run("check", option, "dependency-cycel", str(folder))
    assert (code, out) == (2, "")
    assert "there is no rule `dependency-cycel`; did you mean `dependency-cycle`?" in err
    assert "`spine-lsp rules` lists them" in run("check", option, "nonsense", str(folder)).err


LONG_WAY = """\
kind: PipelineGroup
name: g
steps:
  - {name: a, pipeline: p}
  - {name: b, pipeline: p, depends_on: [a]}
  - {name: c, pipeline: p, depends_on: [a, b]}
policy: {max_concurrency: 3}
"""


def test_levels_shown_and_levels_that_fail(tmp_path: Path) -> None:
    """`--level` is what is shown, `--fail-on` what fails the run, and naming a rule shows what it finds."""
    path = tmp_path / "long.yaml"
    path.write_text(LONG_WAY, encoding="utf-8")
    quiet = run("check", str(path))
    assert quiet.code == 0
    assert "information[unused-concurrency]" in quiet.out
    assert quiet.out.endswith("1 group in 1 file checked: 1 information\n")
    assert "redundant-dependency" not in quiet.out
    assert "hint[redundant-dependency]" in run("check", "--level", "hint", str(path)).out
    for options, code in [
        (["--fail-on", "information"], 1),
        (["--fail-on", "hint"], 1),
        (["--fail-on", "error"], 0),
        (["--fail-on", "hint", "--exit-zero"], 0),
        (["--level", "error"], 0),
    ]:
        assert run("check", *options, str(path)).code == code
    chosen = run("check", "--select", "redundant-dependency", str(path))
    assert chosen.code == 0
    assert "hint[redundant-dependency]" in chosen.out
    assert "unused-concurrency" not in chosen.out
    assert "redundant-dependency" in run("check", "--level", "error", "--select", "redundant-dependency", str(path)).out


def test_what_fails_the_run_and_is_not_shown_is_said(folder: Path) -> None:
    """Nobody has to guess why the exit code is 1."""
    (folder / "twice.yaml").write_text(GOOD + "      params: {x: 1}\n      depends_on: [a, a]\n", encoding="utf-8")
    code, out, _ = run("check", "--level", "error", "--select", "duplicate-dependency", str(folder))
    assert (code, "duplicate-dependency" in out) == (1, True)
    path = folder / "warn.yaml"
    path.write_text(
        GOOD.replace("- name: a", "- name: z\n      pipeline: p\n    - name: a") + "      depends_on: [z, z]\n"
    )
    code, out, _ = run("check", "--level", "error", str(path))
    assert code == 1
    assert out == "1 group in 1 file checked, nothing found (1 warning not shown)\n"


def test_without_a_path_the_working_folder_is_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As linters do; paths are said from there."""
    monkeypatch.chdir(folder)
    code, out, _ = run("check")
    assert code == 1
    assert out.startswith("sub/bad.yml:8:20: error")


def test_the_json_of_a_run(folder: Path) -> None:
    """Whatever happens there is one object: findings, what was passed over, what failed, and the counts."""
    none, other = str(folder / "none.yaml"), str(folder / "other.yaml")
    code, out, err = run("check", "--format", "json", none, other, str(folder / "sub"))
    answer = json.loads(out)
    assert (code, err) == (2, "")
    assert list(answer) == ["version", "findings", "passed_over", "failures", "summary"]
    assert answer["version"] == 1
    assert answer["passed_over"] == [{"file": other, "reason": "no pipeline group"}]
    assert answer["failures"] == [{"file": none, "message": f"cannot read {none}: there is no such file or folder"}]
    assert answer["summary"] == {
        "files": 1,
        "groups": 1,
        "error": 1,
        "warning": 0,
        "information": 0,
        "hint": 0,
        "not_shown": 1,  # that the loader overlooks `.yml`
        "known": 0,
        "passed_over": 1,
        "exit_code": 2,
    }


def test_standard_input() -> None:
    """`-` is standard input."""
    code, out, _ = run("check", "-", stdin=BAD)
    assert code == 1
    assert out.startswith("-:8:20: error[unknown-dependency]")


def test_a_bad_flag_is_refused() -> None:
    """Exit code 2 and a sentence."""
    code, _, err = run("check", "--nonsense", ".")
    assert code == 2
    assert "No such option" in err


@pytest.mark.generated
def test_the_corpus_gets_what_is_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """`tests/corpus/expected.txt` is what `check` says of the corpus; SPINE_UPDATE=1 writes it anew."""
    monkeypatch.chdir(ROOT)
    out = run("check", "tests/corpus").out
    expected = Path("tests/corpus/expected.txt")
    if os.environ.get("SPINE_UPDATE"):
        expected.write_text(out, encoding="utf-8")
    assert out == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", ["60", "80", None])
def test_of_a_long_line_a_window_is_shown(tmp_path: Path, width: str | None) -> None:
    """A finding on a line of 5 MB shows what is around it, and the carets stand below the range."""
    path = tmp_path / "x.yaml"
    words = "语é " * 600_000
    path.write_text(
        'kind: PipelineGroup\nname: g\nsteps: [{name: a, pipeline: "'
        + words
        + '", depends_on: [gone], params: {x: "'
        + words
        + '"}}]\n',
        encoding="utf-8",
    )
    code, out, _ = run("check", str(path), env={"COLUMNS": width})
    assert code == 1
    _, source, carets = out.splitlines()[:3]
    assert "…" in source
    assert "depends_on: [gone], params" in source
    assert max(cell_len(source), cell_len(carets)) <= int(width or 165)
    before = source[: source.index("gone")]
    assert carets == f"  | {' ' * (cell_len(before) - 4)}^^^^"


@pytest.mark.parametrize("line", ["語\u0301" * 500, "\t" * 500, "\x1b" * 500, "👩\u200d💻" * 300, "a" * 5000])
def test_windows_of_odd_lines(tmp_path: Path, line: str) -> None:
    """Wide, joined, combining and escaped characters before, in and behind the range."""
    path = tmp_path / "x.yaml"
    for text in (
        f"steps: # {line}\n- {{}}",
        f"steps: [{{name: x, pipeline: p, depends_on: ['{line}']}}] # {line}",
    ):
        path.write_text(f"kind: PipelineGroup\nname: g\n{text}\n", encoding="utf-8")
        code, out, _ = run("check", str(path), env={"COLUMNS": "60"})
        assert code == 1
        assert all(cell_len(row) <= 60 for row in out.splitlines() if re.match(r"[\d ]+ \| ", row))


def test_a_fault_of_ours_in_one_file_costs_no_other_its_findings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, exit code 2, and the other files are checked."""

    def fails_once(document: Document, config: Config, project: Project) -> list[Finding]:
        if document.uri.endswith("good.yaml"):
            raise RecursionError("maximum recursion depth exceeded")
        return diagnose(document, config, project)

    monkeypatch.setattr("spine_lsp.cli.checks.one_file.diagnose", fails_once)
    code, out, _ = run("check", "--format", "json", str(folder))
    answer = json.loads(out)
    assert code == 2
    assert [finding["code"] for finding in answer["findings"]] == ["unknown-dependency"]
    assert "internal error, please report it: RecursionError" in answer["failures"][0]["message"]


def test_workflows_are_counted_as_such(tmp_path: Path) -> None:
    """Beside the groups of the same files."""
    group = "kind: PipelineGroup\nname: g\nsteps: [{name: a, pipeline: p}]\n"
    workflow = "apiVersion: spine.io/v1\nkind: Workflow\nname: w\nsteps: [{name: a, operation: o}]\n"
    (tmp_path / "g.yaml").write_text(group)
    (tmp_path / "w.yaml").write_text(workflow)
    assert run("check", str(tmp_path)).out.endswith("1 group and 1 workflow in 2 files checked, nothing found\n")
