"""The command `spine-lsp` and its subcommands; each is imported only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from spine_lsp import __version__

_COMMANDS = {
    "check": "Find faults in pipeline groups.",
    "plan": "Show the resolved order of a group.",
    "graph": "Draw the graph of a group.",
    "rules": "List the rules, or explain one.",
    "schema": "Print the JSON Schema of pipeline groups.",
    "serve": "Run the language server.",
}


class _Commands(click.Group):
    """Knows its commands by name, and imports one when it is called: `serve` must start fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"spine_lsp.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="spine-lsp", message="%(prog)s %(version)s")
def _spine_lsp() -> None:
    """Language server, linter and planner for Spine pipeline groups.

    Exit codes: 0 nothing found, 1 something found, 2 could not run.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # box characters must not end in a UnicodeEncodeError in the C locale
            reconfigure(errors="replace" if stream.encoding.lower().startswith("utf") else "backslashreplace")
    _spine_lsp(arguments, prog_name="spine-lsp")
