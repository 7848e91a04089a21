"""Runs the command line: in this process, or as the user's shell does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from spine_lsp.cli.command_line import _spine_lsp

ROOT = Path(__file__).resolve().parent.parent.parent
# Before click 8.2 the runner mixed both outputs unless it was told not to; since then it cannot be told.
APART: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
_ASIDE = (
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "PYTHONPATH",
    "PYTHONIOENCODING",
)


class Ran(NamedTuple):
    code: int
    out: str
    err: str


def run(
    *arguments: str,
    stdin: str | bytes | None = None,
    env: Mapping[str, str | None] | None = None,
    encoding: str = "utf-8",
) -> Ran:
    """`spine-lsp` with these arguments, in this process; in a pipe, with none of our own environment."""
    clean: dict[str, str | None] = dict.fromkeys(_ASIDE)
    result = CliRunner(charset=encoding, **APART).invoke(
        _spine_lsp, list(arguments), input=stdin, prog_name="spine-lsp", env={**clean, **(env or {})}
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "internal error" not in result.stderr
    return Ran(result.exit_code, result.stdout, result.stderr)


def environment(**more: str) -> dict[str, str]:
    """The environment of a test's process."""
    return {**{key: value for key, value in os.environ.items() if key not in _ASIDE}, **more}


def command(*arguments: str) -> list[str]:
    """What starts `spine-lsp` in a process of its own."""
    return [sys.executable, "-m", "spine_lsp", *arguments]


def shell(script: str, cwd: Path = ROOT, **more: str) -> Ran:
    """A script of the shell in which `$SPINE` is the command."""
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=cwd,
        env=environment(SPINE=" ".join(command()), **more),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    return Ran(
        done.returncode,
        done.stdout.decode("utf-8", "surrogateescape"),
        done.stderr.decode("utf-8", "surrogateescape"),
    )
