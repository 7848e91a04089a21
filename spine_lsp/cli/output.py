"""The one way to standard output and standard error: escaped, coloured and as wide as the user wants it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from typing import Any, Literal, TextIO, TypeVar

import click

from spine_lsp.cli import exits
from spine_lsp.cli.terminal.status_line import StatusLine
from spine_lsp.printable import is_unseen, printable

Command = TypeVar("Command", bound=Callable[..., object])
ColorChoice = Literal["auto", "always", "never"]

PIPE_WIDTH = 100
"""Columns of a drawing where neither `COLUMNS` nor a terminal says how many there are."""

# What the logs of GitHub (`::` first in a line, `##[` anywhere), Azure (`##vso[`) and TeamCity take for commands.
_CI_COMMAND = re.compile(r"^( *):(?=:)|#(?=#\w*\[)", re.MULTILINE)
_DOUBTFUL_IN_JSON = re.compile(r"[^\n -~]|#(?=#\w*\[)")


status = StatusLine()
"""How far the command is; whatever is written takes its line away first."""


class CannotRunError(click.ClickException):
    """A command that could not do its work: one sentence, exit code 2."""

    exit_code = exits.CANNOT_RUN


color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour the text; auto: on a terminal, as NO_COLOR, FORCE_COLOR and TERM say.",
)
"""The option `--color`, the same in every command that prints text."""


def write(text: str) -> None:
    """Write lines of our own to standard output; what a file says in them must have gone through `printable`.

    Where the reader has left (`| head`), the rest is dropped in silence. Raises CannotRunError where nothing can be
    written.
    """
    _to_stdout(defused(text))


def write_raw(text: str) -> None:
    """As `write`, for formats with an escaping of their own: JSON, workflow commands, pages, diagrams."""
    _to_stdout(text)


def write_bytes(data: bytes) -> None:
    """Write what is a file's own, as it is: the answer of a filter. Raises CannotRunError."""
    if sys.stdout is not None:
        sys.stdout.flush()
    _to_stdout(data)


def write_json(value: object) -> None:
    """Write a value as JSON that is valid in every encoding and holds no character that a terminal obeys."""
    write_raw(json_text(value) + "\n")


def note(text: str) -> None:
    """Write one line to standard error, escaped; where that cannot be written, nobody is there to be told."""
    status.clear()
    if sys.stderr is not None:  # it is closed; click before 8.2 does not look
        _quietly(sys.stderr, lambda: click.echo(defused(printable(text)), err=True))


def defused(text: str) -> str:
    """Lines in which the log of a CI service sees no command of its own."""
    return _CI_COMMAND.sub(_harmless, text)


def json_text(value: object, indent: int | None = 2) -> str:
    """A value as JSON, indented or on one line; characters that are not printable are written as `\\uXXXX`."""
    import json

    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    text = json.dumps(value, indent=indent, ensure_ascii=not encoding.startswith("utf"), default=str)

    def escape(found: re.Match[str]) -> str:
        char = found.group()
        if char == "#":
            return "\\u0023"
        return json.dumps(char)[1:-1] if is_unseen(char) else char

    return _DOUBTFUL_IN_JSON.sub(escape, text)


def colored(choice: str) -> bool:
    """Whether text on standard output gets colours.

    `--color always` and `never` decide; then, as https://no-color.org and https://force-color.org have it,
    NO_COLOR and FORCE_COLOR where they are not empty (FORCE_COLOR=0 forces nothing), CLICOLOR_FORCE, TERM=dumb,
    CLICOLOR=0, and at last whether it is a terminal.
    """
    if choice != "auto":
        return choice == "always"
    env = os.environ.get
    if env("NO_COLOR"):
        return False
    if (env("FORCE_COLOR") or "0") not in ("0", "false") or (env("CLICOLOR_FORCE") or "0") != "0":
        return True
    if env("TERM") == "dumb" or env("CLICOLOR") == "0":
        return False
    return is_terminal(sys.stdout)


def width() -> int | None:
    """The columns that lines should keep to: `COLUMNS`, or those of the terminal; None in a pipe."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given) > 0:
        return min(int(given), 10_000)
    if not is_terminal(sys.stdout):
        return None
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except OSError:
        return 80


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream is there and leads to a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it was closed
        return False


def styler(*, on: bool) -> Callable[..., str]:
    """A function that gives a text the look that `click.style` takes by name, or leaves it as it is."""

    def styled(text: str, **look: Any) -> str:
        return click.style(text, **look) if on and text else text

    return styled


def can_print(char: str) -> bool:
    """Whether the encoding of standard output has a character."""
    try:
        char.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _to_stdout(text: str | bytes) -> None:
    if sys.stdout is None:
        raise CannotRunError("cannot write the output: standard output is closed")
    if not text:
        return
    status.clear()
    try:
        click.echo(text, nl=False, color=True)
    except BrokenPipeError:
        give_up(sys.stdout)
    except OSError as exc:
        give_up(sys.stdout)
        raise CannotRunError(f"cannot write the output: {exc.strerror or exc}") from None


def _quietly(stream: TextIO | None, do: Callable[[], None]) -> None:
    try:
        do()
    except (OSError, ValueError):
        if stream is not None:
            give_up(stream)


def give_up(stream: TextIO) -> None:
    """Have a stream write nowhere from now on: what could not be flushed would be tried again, and told, at exit."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):  # not a file of the system: there is nothing to be flushed
        return


def _harmless(found: re.Match[str]) -> str:
    return r"\x23" if found.group() == "#" else f"{found.group(1)}\\x3a"
