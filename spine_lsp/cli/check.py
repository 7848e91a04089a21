"""`spine-lsp check`: the findings of files and folders."""

from __future__ import annotations

from typing import Any

import click

from spine_lsp.analysis.catalogue import BY_CODE
from spine_lsp.analysis.findings import Severity
from spine_lsp.cli import exits, formats
from spine_lsp.cli.checks.baseline import Baseline
from spine_lsp.cli.checks.run import Choice, Run
from spine_lsp.cli.files import Search
from spine_lsp.cli.output import color_option, colored, note, write
from spine_lsp.cli.steps import check_selector, steps_option
from spine_lsp.cli.terminal.hyperlinks import hyperlinks_option, linker
from spine_lsp.configuration.files import CODE
from spine_lsp.disk.reading import STANDARD_INPUT
from spine_lsp.orchestration.problems import counted, did_you_mean, meant

_LEVELS = click.Choice([severity.word for severity in Severity])
_PERSONAS = {"quiet": Severity.WARNING, "regular": Severity.INFORMATION, "pedantic": Severity.HINT}


def _codes(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> list[str]:
    codes = [code.strip() for value in values for code in value.split(",") if code.strip()]
    for code in codes:
        if code not in BY_CODE and code != CODE:
            guess = meant(did_you_mean(code, [*BY_CODE, CODE])) or "; `spine-lsp rules` lists them"
            raise click.BadParameter(f"there is no rule `{code}`{guess}")
    return codes


def _level(ctx: click.Context, param: click.Parameter, value: str | None) -> Severity | None:
    return None if value is None else Severity[value.upper()]


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
@click.option("--json", "json", is_flag=True, help="The same as --format json.")
@click.option(
    "--persona",
    type=click.Choice(list(_PERSONAS)),
    default="regular",
    show_default=True,
    help="How much to say: quiet shows warnings and errors, pedantic hints too, and runs rules that are off.",
)
@click.option("--level", "shown", type=_LEVELS, callback=_level, help="The least that is shown, whatever the persona.")
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
@steps_option
@click.option("--fix", is_flag=True, help="Mend what needs nobody to look at it, and report the rest.")
@click.option("--unsafe", is_flag=True, help="With --fix: take the likely fix too where none is certain.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--baseline", metavar="FILE", help="Say nothing of what is in FILE.")
@click.option("--write-baseline", metavar="FILE", help="Write all that is found into FILE, and exit with 0.")
@click.option(
    "--compare",
    metavar="REV",
    help="With --format markdown: what is different in the graphs since this revision of git, drawn.",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option(
    "--stdin-filename",
    "stdin_name",
    metavar="PATH",
    help="What `-` is called, and whose options hold for it.",
)
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Processes; by default as many as processors.")
@click.option("--watch", is_flag=True, help="Check again whenever something changes, until Ctrl-C.")
@click.option("--require-groups", is_flag=True, help="Exit with 2 if a PATH gives no pipeline group.")
@color_option
@hyperlinks_option
def command(
    *,
    paths: tuple[str, ...],
    form: str,
    json: bool,
    persona: str,
    shown: Severity | None,
    fail_on: Severity,
    baseline: str | None,
    write_baseline: str | None,
    statistics: bool,
    watch: bool,
    selector: str | None,
    color: str,
    hyperlinks: str,
    **chosen: Any,
) -> int:
    """Find faults in the pipeline groups of files and folders.

    Without PATH the working folder is searched. Folders are searched for *.yaml and *.yml, less what git ignores;
    named files are always looked at; `-` is standard input. Other YAML, and what cannot be read, is passed over.
    The options of spine-lsp.toml and pyproject.toml hold; steps are checked against the Python of their project.

    \b
    Exit code 0: nothing found at or above --fail-on
              1: something found
              2: could not run: a wrong option, a PATH that does not exist

    \b
    Examples:
      spine-lsp check
      spine-lsp check --format github --fail-on error pipelines/
      spine-lsp check --fix --diff daily.yaml
      spine-lsp check --steps '+report' --json daily.yaml
      spine-lsp check --format markdown --compare HEAD pipelines/
      git diff --name-only --diff-filter=d | xargs spine-lsp check
    """
    choice = Choice(
        shown=_PERSONAS[persona] if shown is None else shown,
        fail_on=fail_on,
        pedantic=persona == "pedantic",
        steps=selector,
        **{**chosen, "fix": chosen["fix"] or chosen["diff"]},
    )
    form = "json" if json else form
    _refuse(paths, choice, watch=watch, fix=chosen["fix"])
    if choice.compare is not None and form != "markdown":
        raise click.UsageError("--compare goes with --format markdown; `spine-lsp diff --git` has other formats")
    if selector is not None:
        if write_baseline is not None:
            raise click.UsageError("--write-baseline goes not with --steps: a baseline holds all that is found")
        check_selector(selector)

    def run_once() -> int:
        known = Baseline.read(baseline) if baseline is not None else None
        if write_baseline is not None:
            known = Baseline(write_baseline)
        module = formats.format_of(form)
        run = Run(Search(paths or (".",)), choice, repairs=getattr(module, "REPAIRS", False), baseline=known)
        module.show(run, color=colored(color), **({"link": linker(hyperlinks)} if form == "text" else {}))
        _tell(run, form, statistics=statistics)
        if write_baseline is not None and known is not None and not run.failures:
            note(f"{counted(known.write(write_baseline), 'finding')} written to {write_baseline}")
            return exits.OK
        return run.exit_code

    if not watch:
        return run_once()
    from spine_lsp.cli.checks.watching import changes

    code = exits.OK
    for _ in changes(paths or (".",)):
        code = run_once()
    return code


def _refuse(paths: tuple[str, ...], choice: Choice, *, watch: bool, fix: bool) -> None:
    """Refuse options that cannot be meant together."""
    by_hand = any(path in STANDARD_INPUT for path in paths)
    if choice.unsafe and not choice.fix:
        raise click.UsageError("--unsafe goes with --fix or --diff")
    if by_hand and fix and not choice.diff:
        raise click.UsageError("standard input cannot be mended: add --diff to see what would change")
    if choice.stdin_name is not None and not by_hand:
        raise click.UsageError("--stdin-filename goes with `-`, which is standard input")
    if choice.steps is not None and choice.fix:
        raise click.UsageError("--steps goes neither with --fix nor with --diff, which mend whole files")
    if choice.compare is not None and by_hand:
        raise click.UsageError("standard input has no revisions, so --compare goes not with it")
    if watch and (by_hand or fix):
        raise click.UsageError("--watch goes neither with --fix nor with standard input")


def _tell(run: Run, form: str, *, statistics: bool) -> None:
    """What is said beside the format: what was mended, how often each rule fired, and that nothing was there."""
    if run.choice.diff and form == "text":
        from spine_lsp.cli.checks.mending import difference

        for path, (before, after) in run.fixed.items():
            write(difference(path, before, after))
    elif run.choice.fix and run.fixed:
        done = "could be mended" if run.choice.diff else "mended"
        note(f"{counted(len(run.fixed), 'file')} {done}")
    if statistics:
        for code, count in sorted(run.codes.items(), key=lambda item: (-item[1], item[0])):
            note(f"{count:>6,} {code}")
    if not run.groups and not run.failures and form not in formats.TELLING:
        note("no pipeline group was found; --require-groups makes that an error")
