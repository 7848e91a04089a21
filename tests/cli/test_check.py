"""`spine-lsp check`: what is printed, and the exit code."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

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
BAD = GOOD + "      depends_on: [语b]  # 😀\n"


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
    """`--format json`: one list, lines and columns from 1."""
    code, out, _ = run("check", "--format", "json", str(folder))
    (finding,) = json.loads(out)
    assert code == 1
    assert {
        key: finding[key] for key in ("line", "column", "end_line", "end_column", "code", "severity")
    } == {
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
    code, _, err = run("check", "--ignore", "nonsense", bad)
    assert code == 2
    assert "there is no rule `nonsense`" in err


def test_what_cannot_be_read_is_one_sentence_and_exit_code_2(folder: Path) -> None:
    """Missing files, other YAML, folders without groups, bytes that are no UTF-8; the rest is checked all the same."""
    (folder / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    empty = folder / "empty"
    empty.mkdir()
    for path, sentence in [
        (folder / "none.yaml", "cannot read {}: No such file or directory"),
        (folder / "other.yaml", "{} holds no pipeline group"),
        (empty, "no pipeline group in the YAML files of the folder {}"),
        (folder / "latin.yaml", "cannot read {}: it is not UTF-8 (byte 9 is 0xe9)"),
    ]:
        code, out, err = run("check", str(path), str(folder / "good.yaml"))
        assert code == 2
        assert err.startswith("Error: " + sentence.format(path))
        assert len(err.splitlines()) == 1
        assert out == "1 group in 1 file checked, nothing found\n"


def test_a_file_without_permission(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreadable file is said to be so."""

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert run("check", str(folder / "good.yaml"))[::2] == (
        2,
        f"Error: cannot read {folder / 'good.yaml'}: Permission denied\n",
    )


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


def test_the_corpus_gets_what_is_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """`tests/corpus/expected.txt` is what `check` says of the corpus; SPINE_UPDATE=1 writes it anew."""
    monkeypatch.chdir(ROOT)
    out = run("check", "tests/corpus").out
    expected = Path("tests/corpus/expected.txt")
    if os.environ.get("SPINE_UPDATE"):
        expected.write_text(out, encoding="utf-8")
    assert out == expected.read_text(encoding="utf-8")
