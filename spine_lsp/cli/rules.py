"""`spine-lsp rules`: the list of rules, or the page of one."""

from __future__ import annotations

import click

from spine_lsp.analysis.catalogue import BY_CODE, RULES
from spine_lsp.cli import exits
from spine_lsp.cli.output import (
    CannotRunError,
    color_option,
    colored,
    styler,
    width,
    write,
    write_json,
    write_raw,
)
from spine_lsp.cli.terminal.hyperlinks import Link, address_of_page, hyperlinks_option, linker


@click.command()
@click.argument("code", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option("--json", "json", is_flag=True, help="The same as --format json.")
@color_option
@hyperlinks_option
def command(*, code: str | None, form: str, json: bool, color: str, hyperlinks: str) -> int:
    """List all rules, or explain the rule CODE: what, why, an example, how to fix, how to silence.

    \b
    Exit code 0: printed
              2: could not run: there is no such rule

    \b
    Examples:
      spine-lsp rules
      spine-lsp rules dependency-cycle
      spine-lsp rules --json
    """
    return show_rules(code, "json" if json else form, color, hyperlinks)


def show_rules(code: str | None, form: str, color: str, hyperlinks: str = "never") -> int:
    """Print all rules, or one, in a format of `spine-lsp rules`; raises CannotRunError for a rule that is none."""
    if code is not None and code not in BY_CODE:
        from spine_lsp.orchestration.problems import did_you_mean, meant

        guess = meant(did_you_mean(code, BY_CODE)) or "; `spine-lsp rules` lists them"
        raise CannotRunError(f"there is no rule `{code}`{guess}")
    rules = [BY_CODE[code]] if code is not None else list(RULES)
    if form == "json":
        out = [
            {
                "code": rule.code,
                "severity": rule.severity.word,
                "since": rule.since,
                "on": rule.on,
                "summary": rule.summary,
                "documentation": rule.page,
            }
            for rule in rules
        ]
        write_json(out[0] if code is not None else out)
    elif form == "markdown":
        write_raw("\n".join(rule.page for rule in rules) + "\n")
    elif code is not None:
        _print_page(rules[0].page, color=colored(color))
    else:
        _print_list(linker(hyperlinks), color=colored(color))
    return exits.OK


def _print_page(page: str, *, color: bool) -> None:
    from io import StringIO

    from rich.console import Console
    from rich.markdown import Markdown

    drawn = StringIO()
    console = Console(
        file=drawn,
        width=width() or 80,
        force_terminal=color,
        color_system="standard" if color else None,
        legacy_windows=False,
    )
    console.print(Markdown(page))
    write("".join(f"{line.rstrip()}\n" for line in drawn.getvalue().splitlines()))


def _print_list(link: Link | None, *, color: bool) -> None:
    style = styler(on=color)
    longest = max(len(code) for code in BY_CODE)

    def name(code: str) -> str:
        shown = style(code, bold=True)
        linked = shown if link is None else link(shown, address_of_page(code))
        return linked + " " * (longest - len(code))

    lines = [f"{name(rule.code)}  {rule.severity.word if rule.on else 'off':<11}  {rule.summary}" for rule in RULES]
    write("\n".join([*lines, "", "`spine-lsp rules CODE` explains one."]) + "\n")
