"""Where the command meets the system: streams that fail, signals, terminals, the search path of Python."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.runner import ROOT, Ran, command, environment, run, shell

EXAMPLES = "schemas/examples"
BROKEN = f"{EXAMPLES}/broken_refresh.yaml"


def on_terminal(*arguments: str, columns: int = 80, env: Mapping[str, str] | None = None) -> Ran:
    """The command on a terminal of its own; what it writes to standard error is there too."""
    import fcntl
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        command(*arguments),
        cwd=ROOT,
        env=environment(**{"TERM": "xterm-256color", **(env or {})}),
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    chunks = []
    while True:
        try:
            chunk = os.read(leader, 1 << 16)
        except OSError:  # so a terminal ends on Linux
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(leader)
    return Ran(process.wait(60), b"".join(chunks).decode().replace("\r\n", "\n"), "")


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (f"$SPINE check {EXAMPLES} >/dev/full", 2),
        (f"$SPINE check --format json {EXAMPLES} >/dev/full", 2),
        (f"$SPINE plan {BROKEN} >/dev/full", 2),
        ("$SPINE rules >/dev/full", 2),
        ("$SPINE --help >/dev/full", 2),
        ("$SPINE check --help >/dev/full", 2),
        ("$SPINE --version >/dev/full", 2),
        ("$SPINE help plan >/dev/full", 2),
        ("$SPINE completion bash --print >/dev/full", 2),
    ],
)
def test_output_that_cannot_be_written(script: str, code: int) -> None:
    """A full disk is one sentence and exit code 2."""
    assert shell(script) == (code, "", "Error: cannot write the output: No space left on device\n")


@pytest.mark.parametrize("arguments", [f"check {EXAMPLES}", f"graph {BROKEN}", "--version", "schema"])
def test_closed_output(arguments: str) -> None:
    """A closed standard output is one sentence and exit code 2."""
    ran = shell(f"$SPINE {arguments} >&-")
    assert ran == (2, "", "Error: cannot write the output: standard output is closed\n")


def test_a_reader_that_leaves_changes_nothing() -> None:
    """The rest is not written, nothing is said, and the exit code is the same."""
    script = "(sleep 0; $SPINE {} ; echo $? >&2) | true"
    for arguments, code in [(f"check {EXAMPLES}", 1), ("schema", 0), ("--help", 0), (f"plan {BROKEN}", 1)]:
        assert shell(script.format(arguments)).err == f"{code}\n"


def test_standard_error_that_cannot_be_written() -> None:
    """It costs the words there, and nothing else."""
    for redirection in ("2>/dev/full", "2>&-"):
        assert shell(f"$SPINE check {BROKEN} none.yaml {redirection}").code == 2
        assert shell(f"$SPINE nonsense {redirection}").code == 2


def test_ctrl_c_is_130() -> None:
    """Whatever the command waits for: one word and 128 + SIGINT."""
    with subprocess.Popen(
        command("check", "-"),
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        _wait_until_it_reads(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err.strip()) == (130, b"", b"interrupted")


def _wait_until_it_reads(process: subprocess.Popen[bytes]) -> None:
    """Until the process has read all that was sent, and asks for more."""
    import fcntl
    import termios

    assert process.stdin is not None
    process.stdin.write(b"a: 1\n")
    process.stdin.flush()
    left = bytearray(4)
    while True:
        fcntl.ioctl(process.stdin.fileno(), termios.FIONREAD, left)
        if not int.from_bytes(left, sys.byteorder) or process.poll() is not None:
            return
        os.sched_yield()


def test_serve_says_what_it_waits_for_on_a_terminal() -> None:
    """Who starts it by hand is told, and Ctrl-C ends it with 130; an editor's pipe hears nothing of it."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        command("serve"), cwd=ROOT, env=environment(), stdin=follower, stdout=follower, stderr=subprocess.PIPE
    ) as process:
        os.close(follower)
        assert process.stderr is not None
        assert b"waiting for an editor on standard input" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().strip() == b"interrupted"
        assert process.wait(60) == 130
    os.close(leader)
    assert shell("$SPINE serve </dev/null") == (1, "", "")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            "$SPINE serve --log-file /nonexistent/x",
            "Error: cannot log to /nonexistent/x: No such file or directory\n",
        ),
        ("$SPINE serve --log-file /", None),
        ("$SPINE serve >&-", "Error: cannot serve: standard output is closed\n"),
        ("$SPINE serve <&-", "Error: cannot serve: standard input is closed\n"),
    ],
)
def test_serve_that_cannot_start(script: str, said: str | None) -> None:
    """One sentence and exit code 2."""
    code, out, err = shell(script)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("Error: ")
    assert said is None or err == said


SHADOW = "import pathlib; pathlib.Path('ran').touch(); raise SystemExit('the working folder was imported')"
USED = [
    "click",
    "rich",
    "yaml",
    "json",
    "logging",
    "__future__",
    "bisect",
    "unicodedata",
    "ruamel",
    "asyncio",
    "sys",
]
OWN = "import sys; sys.argv[0] = 'spine-lsp'; sys.path[0] = sys.prefix; from spine_lsp.cli import main; main()"
"""What the script of an installation does; Python has put the script's folder first, and not the working folder."""


def test_nothing_is_imported_from_the_working_folder(tmp_path: Path) -> None:
    """By `python -m spine_lsp`, whatever modules lie there; nor by the command with nothing or a dot in PYTHONPATH."""
    (tmp_path / "x.yaml").write_text("kind: PipelineGroup\nname: g\nsteps: [{name: a, pipeline: p}]\n")
    for module in USED:
        (tmp_path / f"{module}.py").write_text(SHADOW)
    assert shell("$SPINE check x.yaml && $SPINE plan x.yaml && $SPINE rules bad-value", tmp_path).code == 0
    assert shell("$SPINE serve </dev/null", tmp_path).code == 1
    for module in set(USED) - {
        "click",
        "rich",
        "ruamel",
        "yaml",
    }:  # Python itself imports these before it runs us
        (tmp_path / f"{module}.py").unlink()
    assert shell(f'{sys.executable} -c "{OWN}" check x.yaml', tmp_path, PYTHONPATH=":.").code == 0
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8", "utf-16", "cp437"])
def test_json_is_json_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    """Whatever the encoding of standard output, what comes out is the same value."""
    path = tmp_path / "x.yaml"
    path.write_text("kind: PipelineGroup\nname: g\nsteps:\n  - {name: 语😀, pipeline: p, depends_on: ['é😀\\']}\n")
    for arguments in (["check"], ["plan"], ["graph"]):
        code, out, err = run(arguments[0], "--format", "json", str(path), encoding=encoding)
        assert (code in (0, 1), err) == (True, "")
        assert out.isascii() is not encoding.startswith("utf")
        assert "é😀\\" in re.findall(
            r"(?:`|\"on\": \")(.*?)`", json.dumps(json.loads(out), ensure_ascii=False).replace("\\\\", "\\")
        )


def test_a_pipe_of_windows(tmp_path: Path) -> None:
    """In cp1252 JSON is JSON, and text is text with escapes in it."""
    path = tmp_path / "语😀é.yaml"
    path.write_text("kind: PipelineGroup\nname: g\nsteps:\n  - {name: 语😀, pipeline: p, depends_on: ['é']}\n")
    ran = shell(f"$SPINE check --format json {path} | iconv -f cp1252", PYTHONIOENCODING="cp1252")
    assert json.loads(ran.out)["findings"][0]["file"] == str(path)
    ran = shell(f"$SPINE graph {path}; $SPINE check {path}", PYTHONIOENCODING="cp1252")
    assert (ran.code, ran.err) == (1, "")


COMMANDS = [("check", BROKEN), ("plan", BROKEN), ("graph", BROKEN), ("rules",), ("rules", "bad-value")]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_colour_is_decided_alike_in_every_command(arguments: tuple[str, ...]) -> None:
    """The option, then NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE; a pipe has none by itself."""
    for env, colored in [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"NO_COLOR": "", "FORCE_COLOR": "1"}, True),
    ]:
        assert ("\x1b[" in run(*arguments, env=env).out) is colored
    assert "\x1b[" in run(*arguments, "--color", "always", env={"NO_COLOR": "1"}).out
    assert "\x1b[" not in run(*arguments, "--color", "never", env={"FORCE_COLOR": "1"}).out


def test_colour_on_a_terminal() -> None:
    """A terminal gets colours, unless it is dumb or the user wants none."""
    arguments = ("check", BROKEN)
    coloured = re.compile(r"\x1b\[[\d;]*m")  # the line that says how far a slow check is may go and come
    assert coloured.search(on_terminal(*arguments).out)
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"CLICOLOR": "0"}):
        assert not coloured.search(on_terminal(*arguments, env=env).out)


@pytest.mark.parametrize(
    "arguments",
    [("plan", f"{EXAMPLES}/weekly_refresh.yaml"), ("graph", BROKEN), ("rules", "bad-value")],
    ids=" ".join,
)
def test_width_is_decided_alike_in_every_command(arguments: tuple[str, ...]) -> None:
    """COLUMNS, then the terminal; no line in a pipe ends in blanks."""
    narrow = run(*arguments, env={"COLUMNS": "40"}).out
    wide = run(*arguments, env={"COLUMNS": "200"}).out
    assert max(map(len, narrow.splitlines())) <= 72
    assert narrow != wide
    assert on_terminal(*arguments, columns=40, env={"NO_COLOR": "1"}).out == narrow
    assert on_terminal(*arguments, columns=40, env={"NO_COLOR": "1", "COLUMNS": "200"}).out == wide
    for text in (narrow, wide, run(*arguments).out):
        assert not [line for line in text.splitlines() if line != line.rstrip()]
