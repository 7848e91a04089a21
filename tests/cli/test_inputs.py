"""What `check` reads: named files, folders, and everything that only looks like a file of ours."""

from __future__ import annotations

import builtins
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runner import run, shell

GOOD = "kind: PipelineGroup\nname: g\nsteps:\n  - {name: a, pipeline: p}\n"
BAD = "kind: PipelineGroup\nname: g\nsteps:\n  - {name: a, pipeline: p, depends_on: [gone]}\n"
OTHER = "services:\n  web: {image: x}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text(GOOD)
    return tmp_path


def socket_at(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(3_000_000_000)


PASSED_OVER: dict[str, tuple[Callable[[Path], object], str]] = {
    "other YAML": (lambda path: path.write_text(OTHER), "no pipeline group"),
    "an empty file": (lambda path: path.write_text(""), "no pipeline group"),
    "broken YAML of others": (lambda path: path.write_text("a: [\n"), "no pipeline group"),
    "Latin-1": (
        lambda path: path.write_bytes(b"name: caf\xe9\n"),
        "it is not UTF-8 (byte 9 is 0xe9); save it as UTF-8",
    ),
    "Shift JIS": (
        lambda path: path.write_bytes("name: 日本\n".encode("shift_jis")),
        "it is not UTF-8 (byte 6 is 0x93); save it as UTF-8",
    ),
    "half of UTF-16": (
        lambda path: path.write_bytes(b"\xff\xfea\0b"),
        "it is not UTF-16 (byte 4 is 0x62); save it as UTF-8",
    ),
    "a picture": (
        lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0"),
        "it is not UTF-8 (byte 0 is 0x89); save it as UTF-8",
    ),
    "a pipe": (os.mkfifo, "a pipe, not a file"),
    "a socket": (socket_at, "a socket, not a file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "a device, not a file"),
    "a terminal": (lambda path: path.symlink_to("/dev/tty"), "a device, not a file"),
    "a dangling link": (lambda path: path.symlink_to("nowhere"), "a link that leads nowhere"),
    "a link to itself": (lambda path: path.symlink_to(path.name), "a link that leads to itself"),
    "3 GB": (huge, "too large: 3,000,000,000 bytes, and 64,000,000 are read"),
}
SILENT_IN_A_FOLDER = {"other YAML", "an empty file", "broken YAML of others"}


@pytest.mark.parametrize("kind", PASSED_OVER)
def test_what_is_no_file_of_ours_is_passed_over(folder: Path, kind: str) -> None:
    """Named beside a good file: a word on standard error, a count, exit code 0; the good file is checked."""
    make, reason = PASSED_OVER[kind]
    make(folder / "x.yaml")
    assert run("check", "x.yaml", "good.yaml") == (
        0,
        "1 group in 1 file checked, nothing found; 1 path passed over\n",
        f"passed over x.yaml: {reason}\n",
    )


@pytest.mark.parametrize("kind", PASSED_OVER)
def test_what_is_no_file_of_ours_is_passed_over_in_a_folder(folder: Path, kind: str) -> None:
    """The same in a folder that is searched, where YAML of others is no word worth."""
    make, reason = PASSED_OVER[kind]
    make(folder / "x.yaml")
    if kind in SILENT_IN_A_FOLDER:
        assert run("check", ".") == (0, "1 group in 1 file checked, nothing found\n", "")
    else:
        assert run("check", ".") == (
            0,
            "1 group in 1 file checked, nothing found; 1 path passed over\n",
            f"passed over x.yaml: {reason}\n",
        )


@pytest.mark.parametrize("name", ["gone.yaml", "gone/", "", "good.yaml/x", "x" * 5000])
def test_a_path_that_does_not_exist_is_a_mistake_of_the_command(folder: Path, name: str) -> None:
    """Exit code 2 and a sentence, after everything else was checked."""
    (folder / "bad.yaml").write_text(BAD)
    code, out, err = run("check", name, "bad.yaml")
    assert code == 2
    assert err == f"Error: cannot read {name}: there is no such file or folder\n"
    assert "bad.yaml:4:41: error[unknown-dependency]" in out


def test_a_folder_without_groups(folder: Path) -> None:
    """Exit code 0 and one line; whoever insists gets 2."""
    (folder / "empty").mkdir()
    (folder / "empty" / "compose.yml").write_text(OTHER)
    code, out, err = run("check", "empty")
    assert (code, err) == (0, "passed over empty: no pipeline group in the YAML files of this folder\n")
    assert out == "0 groups in 0 files checked; 1 path passed over\n"
    code, _, err = run("check", "empty", "good.yaml", "--require-groups")
    assert code == 2
    assert err.splitlines()[-1] == "Error: empty gave no pipeline group"
    assert run("check", "good.yaml", "--require-groups").code == 0


def test_what_cannot_be_entered_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sub-folder without permission is passed over with a word; so is a file."""
    (folder / "sub").mkdir()
    listing: Callable[..., object] = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "sub":
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert run("check", ".").err == "passed over sub: permission denied\n"
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    opening: Callable[..., object] = builtins.open

    def refuse_file(path: object, *rest: Any, **named: Any) -> object:
        if str(path).endswith("good.yaml"):
            raise PermissionError(13, "Permission denied")
        return opening(path, *rest, **named)

    monkeypatch.setattr(builtins, "open", refuse_file)
    code, _, err = run("check", "good.yaml")
    assert (code, err) == (0, "passed over good.yaml: permission denied\n")


@pytest.mark.parametrize(
    "text",
    [
        "name: g\nsteps:\n  - name: a\n    pipline: x\n",
        "name: g\nsteps: [{name: a, pipelin: x}]\n",
        "pipelines:\n  - name: a\n    Pipeline: x\n",
        "name: g\nsteps:\n  - name: a\n    pipeline: x\n    depends_on: [\n",
        "kind: PipelineGroup\nname: [\n",
        "kind: PipelineGroup\n",
        "apiVersion: spine.io/v9\nkind: Nonsense\n",
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_a_broken_group_is_checked_and_not_passed_over(folder: Path, text: str, named: bool) -> None:
    """A file that is clearly meant for us has its faults told, named or met in a folder."""
    (folder / "broken.yaml").write_text(text)
    code, out, _ = run("check", "broken.yaml" if named else ".")
    assert code == 1
    assert "broken.yaml:" in out


def test_a_group_in_the_wrong_encoding_is_a_fault_of_the_group(folder: Path) -> None:
    """Its first bad byte is a finding at its place, and the rest is checked."""
    (folder / "latin.yaml").write_bytes(BAD.replace("name: g", "name: é").encode("latin-1"))
    code, out, _ = run("check", ".")
    assert code == 1
    assert "latin.yaml:2:7: error[yaml-syntax]: it is not UTF-8 (byte 26 is 0xe9); save it as UTF-8" in out
    assert "error[unknown-dependency]" in out
    assert run("check", "latin.yaml", "--ignore", "yaml-syntax,unknown-dependency").code == 0
    assert run("plan", "latin.yaml")[::2] == (
        2,
        "Error: cannot read latin.yaml: it is not UTF-8 (byte 26 is 0xe9); save it as UTF-8\n",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_those_of_the_loader(folder: Path, encoding: str) -> None:
    """UTF-8 with and without byte order mark, UTF-16 with one; columns do not count the mark."""
    marked = BAD.replace("name: g", "name: 😀") if not encoding.startswith("utf-16-") else "\ufeff" + BAD
    (folder / "x.yaml").write_bytes(marked.encode(encoding))
    code, out, _ = run("check", "x.yaml")
    assert (code, out.startswith("x.yaml:4:41: error[unknown-dependency]")) == (1, True)
    assert run("plan", "x.yaml").code == 1


def test_one_file_is_checked_once(folder: Path) -> None:
    """Whatever names lead to it: twice the same, a detour, a link, a hard link, its folder."""
    (folder / "sub").mkdir()
    (folder / "link.yaml").symlink_to("good.yaml")
    (folder / "hard.yaml").hardlink_to("good.yaml")
    paths = [
        "good.yaml",
        "good.yaml",
        "./good.yaml",
        "sub/../good.yaml",
        "link.yaml",
        "hard.yaml",
        ".",
        str(folder),
    ]
    assert run("check", *paths, "--require-groups") == (0, "1 group in 1 file checked, nothing found\n", "")


def test_endings_in_capitals_and_links_to_folders(folder: Path) -> None:
    """`.YAML` and `.Yml` are found; a link to a folder is not followed in a search, and is when it is named."""
    (folder / "A.YAML").write_text(GOOD.replace("name: g", "name: a"))
    (folder / "b.Yml").write_text(GOOD.replace("name: g", "name: b"))
    (folder / "real").mkdir()
    (folder / "real" / "c.yaml").write_text(GOOD.replace("name: g", "name: c"))
    (folder / "loop.yaml").symlink_to(".")
    assert run("check", ".").out == "4 groups in 4 files checked, nothing found\n"
    (folder / "outside").symlink_to("real")
    assert run("check", "outside").out == "1 group in 1 file checked, nothing found\n"


def test_pipes_of_the_shell_are_read(folder: Path) -> None:
    """`<(command)`, `-` and `/dev/stdin` are pipes that are meant to be read."""
    ran = shell("$SPINE check <(cat good.yaml)", folder)
    assert ran == (0, "1 group in 1 file checked, nothing found\n", "")
    ran = shell("cat good.yaml | $SPINE check /dev/stdin -", folder)
    assert ran == (0, "1 group in 1 file checked, nothing found\n", "")


@pytest.mark.parametrize("command", ["plan", "graph"])
@pytest.mark.parametrize("kind", ["a pipe", "a device", "3 GB", "a dangling link", "Latin-1", "other YAML"])
def test_commands_of_one_file_refuse_what_is_none(folder: Path, command: str, kind: str) -> None:
    """`plan` and `graph` need a group: one sentence and exit code 2, and nothing hangs."""
    make, _ = PASSED_OVER[kind]
    make(folder / "x.yaml")
    code, out, err = run(command, "x.yaml")
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert len(err.splitlines()) == 1
    assert run(command, ".") == (2, "", "Error: cannot read .: a folder, not a file\n")
