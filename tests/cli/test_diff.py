"""`spine-lsp diff`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.runner import run
from tests.disk.test_revisions import git
from tests.ide.commands.test_differences import BASE

NEW = (
    BASE.replace("[load]", "[laod]")
    .replace("n: 3", "n: 4")
    .replace("name: clean", "name: tidy")
    .replace("[clean]", "[tidy]")
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "old.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(NEW, encoding="utf-8")
    return str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")


def test_two_files_in_lines(files: tuple[str, str]) -> None:
    """Marks for what is new, gone and different; the exit code says so only if it is asked to."""
    code, out, err = run("diff", *files)
    assert (code, err) == (0, "")
    assert out == (
        f"daily  is different ({files[0]} → {files[1]})\n"
        "  ~ clean → tidy: renamed\n"
        "  ~ load: n 3 → 4\n"
        "  ~ report: now waits for laod; no longer waits for load\n"
        "  ! report cannot run: it waits for `laod`, which does not exist\n"
        "\n"
        "1 of 1 group is different, 1 step cannot run any more\n"
    )
    assert run("diff", *files, "--exit-code").code == 1
    assert run("diff", files[0], files[0], "--exit-code") == (0, "No difference in 1 group\n", "")
    assert "\x1b[" in run("diff", *files, "--color", "always").out
    narrow = run("diff", *files, env={"COLUMNS": "30"}).out
    assert narrow.split() == out.split()
    assert all(len(line) <= 30 or len(line.split()) == 1 for line in narrow.splitlines())


def test_json_markdown_and_mermaid(files: tuple[str, str]) -> None:
    """The same differences in every format."""
    found = json.loads(run("diff", *files, "--json").out)
    assert (found["version"], found["summary"]["changed"], found["summary"]["newly_blocked"]) == (1, 1, 1)
    assert found == json.loads(run("diff", *files, "--format", "json").out)
    page = run("diff", *files, "--format", "markdown").out
    assert "- **different** `load`: `n` `3` → `4`\n" in page
    assert "```mermaid\nflowchart TD\n" in page
    picture = run("diff", *files, "--format", "mermaid").out
    assert '"− clean"]:::removed' in picture
    assert ":::added" in picture
    assert run("diff", files[0], files[0], "--format", "mermaid").out.startswith("flowchart")


def test_nothing_of_a_file_becomes_markup(tmp_path: Path) -> None:
    """Names with marks of Markdown, of terminals and of HTML are shown as they are."""
    name = '"](x) <b>`\\e[31m"'
    for file, text in (
        ("a", BASE),
        ("b", BASE.replace("name: load", f"name: {name}").replace("[load]", f"[{name}]")),
    ):
        (tmp_path / f"{file}.yaml").write_text(text, encoding="utf-8")
    paths = [str(tmp_path / f"{file}.yaml") for file in "ab"]
    assert "``](x) <b>`\\x1b[31m``" in run("diff", *paths, "--format", "markdown").out
    assert "\x1b" not in run("diff", *paths).out


def test_folders_are_matched_by_file_and_name(tmp_path: Path) -> None:
    """A group that has moved to another file is the same; others are new or gone."""
    two = BASE.replace("name: daily", "name: weekly")
    for file, text in (
        ("a/x.yaml", BASE),
        ("a/gone.yaml", two),
        ("b/sub/y.yaml", BASE),
        ("b/new.yaml", "name: n\n" + NEW),
    ):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("name: n\nkind: PipelineGroup\nname: daily", "kind: PipelineGroup\nname: n"))
    found = json.loads(run("diff", str(tmp_path / "a"), str(tmp_path / "b"), "--json").out)
    assert {group["group"]: group["change"] for group in found["groups"]} == {
        "n": "added",
        "weekly": "removed",
    }
    assert found["summary"]["compared"] == 3


def test_revisions_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One against the files as they are, new ones too, or two against each other."""
    git(tmp_path, "init", "-q")
    file = tmp_path / "daily.yaml"
    file.write_text(BASE, encoding="utf-8")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "one")
    monkeypatch.chdir(tmp_path)
    assert run("diff", "--git", "HEAD").out == "Nothing changed in a pipeline group\n"
    file.write_text(NEW, encoding="utf-8")
    (tmp_path / "more.yaml").write_text(BASE.replace("name: daily", "name: more"), encoding="utf-8")
    for arguments in (["--git", "HEAD"], ["--git", "HEAD", str(tmp_path)]):
        found = json.loads(run("diff", *arguments, "--json").out)
        assert {group["group"]: group["change"] for group in found["groups"]} == {
            "daily": "changed",
            "more": "added",
        }
    found = json.loads(run("diff", "--git", "HEAD", "daily.yaml", "--json").out)
    assert [group["group"] for group in found["groups"]] == ["daily"]
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "two")
    assert json.loads(run("diff", "--git", "HEAD~1", "--git", "HEAD", "--json").out)["summary"]["changed"] == 1
    file.unlink()
    found = json.loads(run("diff", "--git", "HEAD", "--json").out)
    assert [group["change"] for group in found["groups"]] == ["removed"]
    assert json.loads(run("diff", "--git", "HEAD", "--group", "daily", "--json").out) == found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "OLD and NEW are needed, or --git REV"),
        (["a"], "OLD and NEW are needed"),
        (["a", "b", "--git", "HEAD"], "one PATH at most"),
        (["--git", "a", "--git", "b", "--git", "c"], "once or twice"),
        (["none.yaml", "none.yaml"], "cannot read none.yaml: there is no such file"),
        (["schemas", "pyproject.toml"], "cannot compare the file pyproject.toml with the folder schemas"),
        (["-", "--git", "HEAD"], "standard input has no revisions"),
        (["/", "--git", "HEAD"], "/ is in no git repository"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2."""
    monkeypatch.chdir(Path(__file__).parent.parent.parent)
    code, out, err = run("diff", *arguments)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]


def test_json_has_the_documented_keys(files: tuple[str, str]) -> None:
    """Those of docs/command-line.md, at every depth that it shows."""
    page = (Path(__file__).parent.parent.parent / "docs" / "command-line.md").read_text(encoding="utf-8")
    (example,) = (json.loads(block) for block in re.findall(r"(?s)```json\n(.*?)```", page) if "newly_blocked" in block)
    found = json.loads(run("diff", *files, "--json").out)
    assert found.keys() == example.keys()
    assert found["summary"].keys() == example["summary"].keys()
    group, shown = found["groups"][0], example["groups"][0]
    assert group.keys() == shown.keys()
    for key in ("changed", "blocked"):
        assert group[key][0].keys() == shown[key][0].keys()
    assert group["changed"][0]["params"][0].keys() == shown["changed"][0]["params"][0].keys()
