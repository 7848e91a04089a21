"""What a file was in a revision of git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from spine_lsp.disk.revisions import RevisionError, changed_files, text_in


def git(folder: Path, *arguments: str) -> None:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ("-c", "user.name=n", "-c", "user.email=e@x", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, env=env, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits: `a.yaml` changed, `b c.yaml` came, and the tree is as in the last."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.yaml").write_text("old: é\n", encoding="utf-8")
    (tmp_path / "same.py").write_text("x = 1\n", encoding="utf-8")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "one")
    (tmp_path / "sub" / "a.yaml").write_text("new: 1\n", encoding="utf-8")
    (tmp_path / "b c.yaml").write_text("b: 1\n", encoding="utf-8")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "two")
    return tmp_path


def test_the_text_of_a_file_in_a_revision(repository: Path) -> None:
    """Of a file that was not there yet it is empty; nothing is asked of the working tree."""
    file = repository / "sub" / "a.yaml"
    assert text_in(file, "HEAD~1") == "old: é\n"
    assert text_in(file, "main") == "new: 1\n"
    assert text_in(repository / "b c.yaml", "HEAD~1") == ""
    file.unlink()
    assert text_in(file, "HEAD") == "new: 1\n"


@pytest.mark.parametrize("revision", ["none", "", "--help", "-x", "HEAD:same.py", "a\nb", "x" * 400])
def test_what_is_no_revision_is_said(repository: Path, revision: str) -> None:
    """One sentence; an option of git is never one."""
    with pytest.raises(RevisionError, match="no revision"):
        text_in(repository / "same.py", revision)


def test_a_file_outside_of_every_repository(tmp_path: Path) -> None:
    """One sentence, for a folder that is not there too."""
    with pytest.raises(RevisionError, match="in no git repository"):
        text_in(tmp_path / "x.yaml", "HEAD")
    with pytest.raises(RevisionError, match="there is no folder"):
        text_in(tmp_path / "none" / "x.yaml", "HEAD")


def test_files_that_changed(repository: Path) -> None:
    """Between two revisions, and against what is on the disk now."""
    names = [path.relative_to(repository).as_posix() for path in changed_files(repository, "HEAD~1", "HEAD")]
    assert names == ["b c.yaml", "sub/a.yaml"]
    assert list(changed_files(repository, "HEAD")) == []
    (repository / "same.py").write_text("x = 2\n", encoding="utf-8")
    (repository / "b c.yaml").unlink()
    assert [path.name for path in changed_files(repository, "HEAD")] == ["b c.yaml", "same.py"]
    assert list(changed_files(repository / "sub", "HEAD")) == []


def test_nothing_that_a_repository_sets_up_is_run(repository: Path) -> None:
    """Neither hooks nor filters nor pagers nor monitors."""
    trap = f"touch {repository / 'sprung'}"
    for key in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "filter.x.smudge",
        "diff.x.textconv",
        "core.sshCommand",
    ):
        git(repository, "config", key, trap)
    (repository / ".gitattributes").write_text("* filter=x diff=x\n", encoding="utf-8")
    assert text_in(repository / "sub" / "a.yaml", "HEAD~1")
    list(changed_files(repository, "HEAD"))
    list(changed_files(repository, "HEAD~1", "HEAD"))
    assert not (repository / "sprung").exists()


def test_the_environment_leads_nowhere_else(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a hook, where git's variables are about another repository."""
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_WORK_TREE", "/nowhere")
    assert text_in(repository / "sub" / "a.yaml", "HEAD") == "new: 1\n"
