"""`spine-lsp check`: the findings of files and folders."""

from __future__ import annotations

import click

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.findings import Severity
from spine_lsp.analysis.rules.catalogue import BY_CODE
from spine_lsp.cli import report
from spine_lsp.cli.files import documents

_FORMATS = {"text": report.print_text, "json": report.print_json, "github": report.print_github}


def _codes(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> list[str]:
    codes = [code.strip() for value in values for code in value.split(",") if code.strip()]
    for code in codes:
        if code not in BY_CODE:
            raise click.BadParameter(f"there is no rule `{code}`; `spine-lsp rules` lists them")
    return codes


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_FORMATS)),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option(
    "--level",
    type=click.Choice([severity.word for severity in Severity]),
    default=Severity.INFORMATION.word,
    show_default=True,
    help="The least that is shown and counts for the exit code.",
)
@click.option(
    "--ignore", multiple=True, callback=_codes, metavar="CODE", help="Leave out a rule; may be repeated."
)
@click.option(
    "--select", multiple=True, callback=_codes, metavar="CODE", help="Run these rules only; may be repeated."
)
def command(paths: tuple[str, ...], form: str, level: str, ignore: list[str], select: list[str]) -> None:
    """Find faults in the pipeline groups of files and folders.

    Folders are searched for *.yaml and *.yml; other YAML is passed over. `-` reads standard input.
    Exit code 0: nothing found, 1: something found, 2: could not run.
    """
    levels: dict[str, Severity | None] = dict.fromkeys(ignore)
    if select:
        levels.update((code, rule.severity if code in select else None) for code, rule in BY_CODE.items())
    least = Severity[level.upper()]
    config = Config(levels)
    found, complaints = documents(paths)
    results = [
        (document, [finding for finding in diagnose(document, config) if finding.severity <= least])
        for document in found
    ]
    if results or not complaints:
        _FORMATS[form](results)
    for complaint in complaints:
        click.echo(f"Error: {complaint}", err=True)
    if complaints:
        raise SystemExit(2)
    raise SystemExit(1 if any(findings for _, findings in results) else 0)
