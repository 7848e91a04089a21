"""Runs the command line in this process and keeps what it printed."""

from __future__ import annotations

from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from spine_lsp.cli.command_line import _spine_lsp

ROOT = Path(__file__).resolve().parent.parent.parent
# Before click 8.2 the runner mixed both outputs unless it was told not to; since then it cannot be told.
APART: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}


class Ran(NamedTuple):
    code: int
    out: str
    err: str


def run(*arguments: str, stdin: str | bytes | None = None) -> Ran:
    """`spine-lsp` with these arguments."""
    result = CliRunner(**APART).invoke(_spine_lsp, list(arguments), input=stdin, prog_name="spine-lsp")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)
