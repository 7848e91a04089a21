"""Links in a terminal (OSC 8): where they are written, and the addresses of files and rules."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable

import click

from spine_lsp.cli.output import is_terminal

_TERMINALS = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "WarpTerminal"}
"""Values of TERM_PROGRAM; see https://github.com/Alhadis/OSC8-Adoption."""
_TERM = re.compile(r"kitty|ghostty|wezterm|alacritty|foot|contour|domterm|rio")
_MARKS = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM")
_VTE = 5_000
"""The first VTE (of GNOME's terminal and others) that knows links and does not crash of them."""

Link = Callable[[str, str], str]
"""Makes a text a link to an address."""

hyperlinks_option = click.option(
    "--hyperlinks",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Make rules and places links; auto: on a terminal that is known to have them.",
)
"""The option `--hyperlinks`, the same in every command that has it."""


def linker(choice: str) -> Link | None:
    """What writes links; None where there are to be none.

    `--hyperlinks always` and `never` decide; then NO_COLOR, FORCE_HYPERLINK (0: none), and whether standard output is
    a terminal that has them. A multiplexer (tmux, screen) passes them on only where it is told to.
    """
    return _linked if _wanted(choice) else None


def address_of_file(path: str, line: int, column: int) -> str:
    """The address of a place in a file, in the way that the terminal opens at the line, if it has one."""
    from urllib.parse import quote

    whole = os.path.abspath(path).replace(os.sep, "/")  # noqa: PTH100 - links stay as they are named
    whole = quote(whole if whole.startswith("/") else f"/{whole}", errors="surrogateescape")
    if os.environ.get("TERM_PROGRAM") == "vscode":
        return f"vscode://file{whole}:{line}:{column}"
    host = quote(os.uname().nodename) if hasattr(os, "uname") else ""  # over ssh the file is not where the user is
    fragment = f"#{line}" if "kitty" in os.environ.get("TERM", "") else ""
    return f"file://{host}{whole}{fragment}"


def address_of_page(code: str) -> str:
    """The address of a rule's page."""
    from spine_lsp.analysis.rules.pages import page_path

    return address_of_file(str(page_path(code)), 1, 1)


def _linked(text: str, address: str) -> str:
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"


def _wanted(choice: str) -> bool:
    if choice != "auto":
        return choice == "always"
    env = os.environ.get
    if env("NO_COLOR"):
        return False
    if (forced := env("FORCE_HYPERLINK")) is not None:
        return forced not in ("", "0", "false")
    term = env("TERM", "")
    if not is_terminal(sys.stdout) or term == "dumb" or "TMUX" in os.environ or term.startswith(("screen", "tmux")):
        return False
    vte = env("VTE_VERSION", "")
    return (
        env("TERM_PROGRAM") in _TERMINALS
        or _TERM.search(term) is not None
        or any(mark in os.environ for mark in _MARKS)
        or (vte.isdecimal() and int(vte) >= _VTE)
    )
