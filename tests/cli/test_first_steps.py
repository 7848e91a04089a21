"""`spine-lsp init` and `spine-lsp completion`: what a user runs first, and whose files they write."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given, strategies as st

from spine_lsp.cli.init import _text, _told
from tests.cli.runner import command, environment, run, shell


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_first_group_is_one() -> None:
    """Without a question where nobody can answer; `check` finds nothing in it, not even a hint."""
    assert run("init")[:2] == (0, "group.yaml written\n")
    made = json.loads(
        run(
            *("init", "daily", "--name", "prices.daily", "--step", "fetch=prices.get", "--step", "fx"),
            *("--step", "report", "--after", "report=fetch,fx", "--json"),
        ).out
    )
    assert made["file"] == "daily.yaml"
    plan = json.loads(run("plan", "daily.yaml", "--json").out)
    assert (plan["group"], plan["levels"]) == ("prices.daily", [["fetch", "fx"], ["report"]])
    assert run("check", "--level", "hint").out == "2 groups in 2 files checked, nothing found\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["old.yaml"], "old.yaml exists; nothing is overwritten"),
        (["old"], "old.yaml exists; nothing is overwritten"),
        (["gone.yaml"], "gone.yaml exists; nothing is overwritten"),
        (["new.yaml", "--step", "a", "--after", "a=a"], "nothing is written: `a` waits for itself"),
        (["new.yaml", "--step", "a", "--step", "a"], "nothing is written: a step called `a` already"),
        (
            ["new.yaml", "--step", "abc", "--after", "abd=abc"],
            "no --step is called `abd`; did you mean `abc`?",
        ),
        (["new.yaml", "--step", "a", "--step", "b", "--after", "b=c"], "no step is called `c`"),
        (["new.yaml", "--after", "b"], "not of the form NAME=STEP"),
        (["no/new.yaml"], "cannot write no/new.yaml"),
    ],
)
def test_what_cannot_be_a_first_group_writes_nothing(arguments: list[str], said: str) -> None:
    """One sentence, 2, and every file as it was; a link that leads nowhere is one that exists."""
    Path("old.yaml").write_text("mine", encoding="utf-8")
    Path("gone.yaml").symlink_to("nowhere.yaml")
    code, out, err = run("init", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert sorted(path.name for path in Path().iterdir()) == ["gone.yaml", "old.yaml"]
    assert Path("old.yaml").read_text(encoding="utf-8") == "mine"


NAMES = st.text(st.characters(exclude_characters="=,-", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9)


@given(st.lists(NAMES.map(str.strip).filter(bool), min_size=1, max_size=5, unique=True))
def test_names_come_back_as_they_were_told(names: list[str]) -> None:
    """Whatever they look like to YAML."""
    steps = yaml.safe_load(_text("g", _told("g", names, ())))["spec"]["pipelines"]
    assert [step["name"] for step in steps] == names
    assert [step.get("depends_on", []) for step in steps] == [[], *([name] for name in names[:-1])]


def test_on_a_terminal_it_asks() -> None:
    """With plain prompts, and again what cannot be."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command("init"), stdin=follower, stderr=follower, stdout=subprocess.PIPE, env=environment(TERM="dumb")
    )
    os.close(follower)
    answers = [
        "daily.yaml",
        "prices.daily",
        "fetch",
        "",
        "fetch",
        "report",
        "prices.rep",
        "fetsh",
        "fetch",
        "",
    ]
    os.write(leader, "".join(f"{answer}\n" for answer in answers).encode())
    out, _ = process.communicate(timeout=60)
    os.close(leader)
    assert (process.returncode, out) == (0, b"daily.yaml written\n")
    assert (
        Path("daily.yaml")
        .read_text(encoding="utf-8")
        .endswith(
            "    - name: fetch\n      pipeline: prices.daily.fetch\n"
            "    - name: report\n      pipeline: prices.rep\n      depends_on: [fetch]\n"
        )
    )


def test_bash_completes(tmp_path: Path) -> None:
    """Commands, options and steps, from the file that bash-completion loads; installed twice is installed once."""
    home = {"HOME": str(tmp_path), "SHELL": "/bin/bash", "XDG_DATA_HOME": "", "BASH_COMPLETION_USER_DIR": ""}
    place = tmp_path / ".local" / "share" / "bash-completion" / "completions" / "spine-lsp"
    assert run("completion", env=home)[:2] == (0, f"{place} written\n")
    assert run("completion", env=home) == (0, "", "completion for bash is installed already\n")
    assert run("completion", "bash", "--print").out == place.read_text(encoding="utf-8")
    script = """
        spine-lsp() { $SPINE "$@"; }; export -f spine-lsp
        . .local/share/bash-completion/completions/spine-lsp
        COMP_WORDS=(spine-lsp che) COMP_CWORD=1; _spine_lsp_completion spine-lsp; echo "${COMPREPLY[@]}"
    """
    path = tmp_path / "bin"
    path.mkdir()
    (path / "spine-lsp").write_text('#!/bin/sh\nexec $SPINE "$@"\n', encoding="utf-8")
    (path / "spine-lsp").chmod(0o755)
    ran = shell(script, tmp_path, PATH=f"{path}{os.pathsep}{os.environ['PATH']}")
    assert (ran.code, ran.out) == (0, "check\n")


def test_zsh_is_told_in_one_line_that_is_ours(tmp_path: Path) -> None:
    """Everything else of the file stays, byte for byte; a line of another place is replaced."""
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": "", "ZDOTDIR": ""}
    rc = tmp_path / ".zshrc"
    mine = b"alias a=b\r\n\xff\x0c x\n# the end"
    rc.write_bytes(mine)
    assert run("completion", "zsh", env=home).out.count(" written\n") == 2
    after = rc.read_bytes()
    assert after.startswith(mine + b"\n[[ -r ")
    assert after.count(b"\n") == mine.count(b"\n") + 2
    assert run("completion", "zsh", env=home).out == ""
    run("completion", "zsh", env={**home, "XDG_DATA_HOME": str(tmp_path / "a b")})
    other = rc.read_bytes()
    assert other.startswith(mine + b"\n[[ -r ")
    assert other.count(b"# spine-lsp completion") == 1
    assert b"a b/spine-lsp/completion.zsh'" in other


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk costs nobody what the shell reads at its start; a link stays a link, a mode a mode."""
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": "", "ZDOTDIR": ""}
    (tmp_path / "dotfiles").mkdir()
    mine = tmp_path / "dotfiles" / "zshrc"
    mine.write_text("alias a=b\n", encoding="utf-8")
    mine.chmod(0o600)
    (tmp_path / ".zshrc").symlink_to(mine)

    def full(descriptor: int, mode: str) -> object:
        os.close(descriptor)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdopen", full)
        code, _, err = run("completion", "zsh", env=home)
    assert (code, err) == (2, f"Error: cannot write {tmp_path}/.zshrc: No space left on device\n")
    assert mine.read_text(encoding="utf-8") == "alias a=b\n"
    assert [each.name for each in mine.parent.iterdir()] == ["zshrc"]
    assert run("completion", "zsh", env=home).code == 0
    assert mine.read_text(encoding="utf-8").startswith("alias a=b\n[[ -r ")
    assert ((tmp_path / ".zshrc").is_symlink(), mine.stat().st_mode & 0o777) == (True, 0o600)


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """And a shell that is not known is asked for."""
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": "", "SHELL": "/bin/dash"}
    place = tmp_path / ".config" / "fish" / "completions" / "spine-lsp.fish"
    place.parent.mkdir(parents=True)
    place.write_text("mine", encoding="utf-8")
    code, _, err = run("completion", "fish", env=home)
    assert (code, place.read_text(encoding="utf-8")) == (2, "mine")
    assert "is not of this command" in err
    assert run("completion", env=home) == (2, "", "Error: name the shell: bash, zsh, fish\n")
