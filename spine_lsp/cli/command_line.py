"""The command `spine-lsp` and its subcommands, each imported only when it is called; and how a command ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from spine_lsp import __version__
from spine_lsp.cli import exits
from spine_lsp.cli.output import CannotRunError, give_up, note, status

_COMMANDS = {
    "init": "Write a first group.",
    "check": "Find faults in pipeline groups.",
    "plan": "Show the resolved order of a group.",
    "graph": "Draw the graph of a group.",
    "diff": "Show what is different between two versions of groups.",
    "affected": "List what a change reaches, over all groups of a folder.",
    "simulate": "Play a run of a group on paper.",
    "why": "Explain why a step runs where it does, or cannot run.",
    "effective": "Print a group as it runs, with merged parameters.",
    "fmt": "Format pipeline groups.",
    "migrate": "Convert groups to workflows, or back.",
    "rules": "List the rules, or explain one.",
    "explain": "Explain a rule.",
    "schema": "Print the JSON Schema of pipeline groups.",
    "doctor": "Show what is known of a workspace, and what is not.",
    "run": "Run a group.",
    "runs": "Show the history of runs.",
    "completion": "Install completion for a shell.",
    "mcp": "Answer agents, over the Model Context Protocol.",
    "serve": "Run the language server.",
}
_MODULES = {"run": "running.command", "runs": "running.runs"}
"""The modules of commands that have another name than these."""


class _Commands(click.Group):
    """Knows its commands by name, and imports one when it is called: `serve` must start fast.

    A command answers its exit code; whatever goes wrong is one sentence on standard error.
    """

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> NoReturn:
        """Run the command line and exit."""
        sys.exit(self._ended(args, *more, **{**extra, "standalone_mode": False}))

    def _ended(self, *arguments: Any, **extra: Any) -> int:
        if sys.stdout is None:  # so it is in Python when the descriptor is closed
            return _cannot_run("cannot write the output: standard output is closed")
        try:
            code = super().main(*arguments, **extra)
        except click.UsageError as exc:
            if exc.ctx is not None:
                for line in exc.ctx.get_usage().splitlines():
                    note(line)
                note(f"Try '{exc.ctx.command_path} --help' for help.")
            return _cannot_run(_on_one_line(exc.format_message()))
        except CannotRunError as exc:
            _cannot_run(exc.format_message())
            return exc.exit_code
        except click.ClickException as exc:
            return _cannot_run(_on_one_line(exc.format_message()))
        except (click.Abort, KeyboardInterrupt):
            note("interrupted")
            return exits.INTERRUPTED
        except SystemExit:  # click's way to say that the reader of a help text has left, with 1
            return exits.OK
        except OSError as exc:  # what click writes by itself: a help text, the version
            give_up(sys.stdout)
            return _cannot_run(f"cannot write the output: {exc.strerror or exc}")
        except ModuleNotFoundError as exc:  # an installation that is older than what it runs, or was cut short
            return _cannot_run(f"{exc.name} is not installed for {sys.executable}; install spine-lsp there anew")
        except Exception as exc:  # noqa: BLE001 - a fault of ours is said in a sentence too
            from spine_lsp.cli.checks.one_file import internal_error

            return _cannot_run(internal_error(exc))
        return code if isinstance(code, int) else exits.OK

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what Ctrl-C ends leaves no line behind, to which click would add a line's end."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            status.clear()
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "help":
            return _help
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"spine_lsp.cli.{_MODULES.get(cmd_name, cmd_name)}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            from spine_lsp.orchestration.problems import did_you_mean, meant, quoted

            guess = meant(did_you_mean(name, _COMMANDS)) or f"; there are {quoted(list(_COMMANDS), 'and')}"
            ctx.fail(f"there is no command `{name}`{guess}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.pass_context
@click.version_option(__version__, prog_name="spine-lsp", message="%(prog)s %(version)s")
def _spine_lsp(ctx: click.Context) -> int | None:
    """Language server, linter and planner for Spine pipeline groups.

    Exit codes: 0 nothing found, 1 something found, 2 could not run, 130 interrupted.

    \b
    Examples:
      spine-lsp init
      spine-lsp check
      spine-lsp plan daily.yaml
    """
    if ctx.invoked_subcommand is not None:
        return None
    for line in ctx.get_help().splitlines():  # on standard error: whoever reads the output expected an answer
        note(line)
    return exits.CANNOT_RUN


@click.command(add_help_option=False)
@click.argument("name", required=False)
@click.pass_context
def _help(ctx: click.Context, name: str | None) -> None:
    """What many type for `--help`."""
    assert ctx.parent is not None  # it is a command of the group
    arguments = [name, "--help"] if name is not None else ["--help"]
    with _spine_lsp.make_context("spine-lsp", arguments, parent=ctx.parent.parent) as other:
        _spine_lsp.invoke(other)


def main() -> NoReturn:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # box characters must not end in a UnicodeEncodeError in the C locale
            reconfigure(errors="replace" if stream.encoding.lower().startswith("utf") else "backslashreplace")
    _spine_lsp.main(prog_name="spine-lsp")


def _on_one_line(message: str) -> str:
    """A message of click, which lists choices one below the other, and calls a word no valid range."""
    sentence = message.replace(":\n\t", ": ").replace(",\n\t", ", ")
    return sentence.replace(" is not a valid integer range.", " is not a whole number.")


def _cannot_run(sentence: str) -> int:
    note(f"Error: {sentence}")
    return exits.CANNOT_RUN
