"""`spine-lsp rules`: the list of rules, or the page of one."""

from __future__ import annotations

import json

import click

from spine_lsp.analysis.rules.catalogue import BY_CODE, RULES
from spine_lsp.cli.files import CannotRun


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
def command(code: str | None, form: str) -> None:
    """List all rules, or explain the rule CODE: what, why, an example, how to fix, how to silence."""
    if code is not None and code not in BY_CODE:
        from spine_lsp.orchestration.problems import did_you_mean, meant

        raise CannotRun(f"there is no rule `{code}`{meant(did_you_mean(code, BY_CODE))}")
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
        click.echo(json.dumps(out[0] if code is not None else out, indent=2, ensure_ascii=False))
    elif form == "markdown":
        click.echo("\n".join(rule.page for rule in rules))
    elif code is not None:
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(rules[0].page))
    else:
        _print_list()


def _print_list() -> None:
    width = max(len(code) for code in BY_CODE)
    for rule in RULES:
        state = rule.severity.word if rule.on else "off"
        click.echo(f"{click.style(rule.code.ljust(width), bold=True)}  {state:<11}  {rule.summary}")
    click.echo("\n`spine-lsp rules CODE` explains one.")
