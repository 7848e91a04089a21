"""`spine-lsp check`: the findings of files and folders."""

from __future__ import annotations

import click

from spine_lsp.analysis.catalogue import BY_CODE
from spine_lsp.analysis.findings import Severity
from spine_lsp.cli import formats
from spine_lsp.cli.files import Search
from spine_lsp.cli.output import color_option, colored
from spine_lsp.cli.run import Choice, Run
from spine_lsp.orchestration.problems import did_you_mean, meant

_LEVELS = click.Choice([severity.word for severity in Severity])


def _codes(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> list[str]:
    codes = [code.strip() for value in values for code in value.split(",") if code.strip()]
    for code in codes:
        if code not in BY_CODE:
            guess = meant(did_you_mean(code, BY_CODE)) or "; `spine-lsp rules` lists them"
            raise click.BadParameter(f"there is no rule `{code}`{guess}")
    return codes


def _level(ctx: click.Context, param: click.Parameter, value: str) -> Severity:
    return Severity[value.upper()]


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(formats.NAMES),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option(
    "--level",
    "shown",
    type=_LEVELS,
    callback=_level,
    default=Severity.INFORMATION.word,
    show_default=True,
    help="The least that is shown.",
)
@click.option(
    "--fail-on",
    type=_LEVELS,
    callback=_level,
    default=Severity.WARNING.word,
    show_default=True,
    help="The least for which the exit code is 1, shown or not.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option(
    "--select",
    multiple=True,
    callback=_codes,
    metavar="CODE",
    help="Run these rules only, and show what they find whatever its level; may be repeated.",
)
@click.option(
    "--ignore",
    multiple=True,
    callback=_codes,
    metavar="CODE",
    help="Leave out a rule, selected or not; may be repeated.",
)
@click.option("--require-groups", is_flag=True, help="Exit with 2 if a PATH gives no pipeline group.")
@color_option
def command(
    *,
    paths: tuple[str, ...],
    form: str,
    shown: Severity,
    fail_on: Severity,
    exit_zero: bool,
    select: list[str],
    ignore: list[str],
    require_groups: bool,
    color: str,
) -> int:
    """Find faults in the pipeline groups of files and folders.

    Without PATH the working folder is searched. Folders are searched for *.yaml and *.yml, less what git ignores;
    named files are always looked at; `-` is standard input. Other YAML, and what cannot be read, is passed over.

    \b
    Exit code 0: nothing found at or above --fail-on
              1: something found
              2: could not run: a wrong option, a PATH that does not exist

    \b
    Examples:
      spine-lsp check
      spine-lsp check --format github --fail-on error pipelines/
      git diff --name-only --diff-filter=d | xargs spine-lsp check
    """
    run = Run(Search(paths or (".",)), Choice(shown, fail_on, select, ignore, exit_zero, require_groups))
    formats.format_of(form).show(run, color=colored(color))
    return run.exit_code
