"""`spine-lsp simulate`: a run of a group on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from spine_lsp.cli import exits
from spine_lsp.cli.groups import group_option, open_group
from spine_lsp.cli.output import CannotRunError, color_option, colored, styler, width, write, write_json
from spine_lsp.cli.running.runs import history_option
from spine_lsp.cli.steps import picked, steps_option
from spine_lsp.cli.terminal.folding import folded
from spine_lsp.drawing.labels import clean, shorten, width as cells
from spine_lsp.execution.place import HistoryError, history_place
from spine_lsp.ide.commands.simulation import EVERY_STEP, GroupRun, named_graph, simulate_group, to_json
from spine_lsp.ide.words import policy_words
from spine_lsp.orchestration.kinds.workflow.vocabulary import ELSE, THEN
from spine_lsp.orchestration.problems import did_you_mean, meant, measured

_BAR = 40
_LONGEST_NAME = 40


def _durations(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for value in values:
        name, equals, text = value.rpartition("=")
        if not equals or not name or not text:
            raise click.BadParameter(f"`{value}` is not of the form STEP=DURATION")
        found[name] = text
    return found


def _recorded(file: str, group: str, where: str | None) -> dict[str, float]:
    """The median seconds of the steps of a group in the history."""
    from spine_lsp.execution.recorded import usual_seconds

    try:
        return usual_seconds(where or history_place(), str(Path(file).absolute()), group)
    except HistoryError as exc:
        raise CannotRunError(str(exc)) from None


def _branches(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for value in values:
        name, equals, way = value.rpartition("=")
        if not equals or not name or way not in (THEN, ELSE):
            raise click.BadParameter(f"`{value}` is not of the form STEP={THEN} or STEP={ELSE}")
        found[name] = way
    return found


@click.command()
@click.argument("file", metavar="FILE")
@group_option
@click.option("--fail", "fails", multiple=True, metavar="STEP", help="A step that fails; may be repeated.")
@click.option(
    "--duration",
    "durations",
    multiple=True,
    callback=_durations,
    metavar="STEP=TIME",
    help="How long a step takes: `90s`, `12min`, `2h`; `*=5min` is for every other one. May be repeated.",
)
@click.option(
    "--branch",
    "branches",
    multiple=True,
    callback=_branches,
    metavar="STEP=then|else",
    help="How a choice of a workflow is decided; `then` without it. May be repeated.",
)
@click.option("--execution", type=click.Choice(["sequential", "parallel"]), help="In the place of the policy's.")
@click.option(
    "--at-once",
    "max_concurrency",
    type=click.IntRange(1),
    metavar="N",
    help="How many steps run at once, at most.",
)
@click.option("--on-failure", type=click.Choice(["stop", "continue"]), help="In the place of the policy's.")
@click.option("--recorded", is_flag=True, help="Steps take what they took in the runs of the history.")
@history_option
@steps_option
@click.option("--json", "json", is_flag=True, help="Print one JSON object.")
@color_option
def command(
    *,
    file: str,
    name: str | None,
    fails: tuple[str, ...],
    durations: dict[str, object],
    branches: dict[str, object],
    execution: str | None,
    max_concurrency: int | None,
    on_failure: str | None,
    recorded: bool,
    history: str | None,
    selector: str | None,
    json: bool,
    color: str,
) -> int:
    """Play a run of a group on paper: what runs when, how long it takes, and what a failure keeps from running.

    Nothing is run. With --steps only those are shown; the run is that of the whole group.

    \b
    Exit code 0: played
              2: could not run: an unknown step, a duration that is none

    \b
    Examples:
      spine-lsp simulate daily.yaml --duration 'load=12min' --duration '*=90s'
      spine-lsp simulate daily.yaml --recorded
      spine-lsp simulate daily.yaml --fail load --on-failure continue
      spine-lsp simulate daily.yaml --execution parallel --at-once 4 --json
      spine-lsp simulate tide_tables.yaml --branch is_complete=else
    """
    workspace, group = open_group(file, name)
    steps = picked(workspace, group, selector)
    graph = named_graph(group)
    for asked in (*fails, *durations, *branches):
        if asked != EVERY_STEP and asked not in graph.first:
            raise CannotRunError(f"no step is called `{asked}`{meant(did_you_mean(asked, graph.first))}")
    run = simulate_group(
        workspace,
        group.uri,
        group.name or None,
        fails=fails,
        branches=branches,
        durations=durations,
        execution=execution,
        max_concurrency=max_concurrency,
        on_failure=on_failure,
        recorded=_recorded(file, group.name, history) if recorded else None,
    )
    assert run is not None  # the group was found in this very document
    if run.refused:
        raise CannotRunError(f"a duration is a number from 0 up or one with s, min, h or d, not `{run.refused[0]}`")
    shown = None if steps is None else {group.names[step] for step in steps}
    if json:
        write_json(to_json(run, shown))
    else:
        write("".join(f"{line}\n" for line in _lines(run, shown, width(), color=colored(color))))
    return exits.OK


def _lines(answer: GroupRun, shown: set[str] | None, limit: int | None, *, color: bool) -> Iterator[str]:
    style = styler(on=color)
    run = answer.run
    looks = {"failed": "red", "skipped": "yellow", "never-started": "yellow", "blocked": "red"}
    name = style(clean(answer.group) if answer.group else "(no name)", bold=True)
    yield from folded([f"{name}: {policy_words(run.policy)}"], limit)
    rows = [step for step in run.steps if shown is None or step.name in shown]
    names = {step.name: shorten(clean(step.name), _LONGEST_NAME) for step in rows}
    margin = max((cells(text) for text in names.values()), default=0)
    bar = max(min(_BAR, (limit or 100) - margin - 24), 0)
    scale = bar / run.makespan if run.makespan else 0
    for step in sorted(rows, key=lambda row: (row.start is None, row.start or 0)):
        label = names[step.name] + " " * (margin - cells(names[step.name]))
        if step.start is None or step.end is None:
            yield f"  {label}  {style(step.state.replace('-', ' '), fg=looks.get(step.state))}"
            continue
        begin, end = round(step.start * scale), max(round(step.end * scale), round(step.start * scale) + 1)
        drawn = (" " * begin + "#" * (end - begin)).ljust(bar)[:bar] if bar > 8 else ""
        state = "" if step.state == "succeeded" else "  " + style(step.state, fg=looks.get(step.state))
        times = f"{step.start:.6g}-{step.end:.6g}"
        yield f"  {label}  {drawn}  {times}{state}".rstrip()
    if run.critical_path.steps:
        chain = " → ".join(clean(name) for name in run.critical_path.steps[:12])
        more = f" → ({len(run.critical_path.steps) - 12:,} more)" if len(run.critical_path.steps) > 12 else ""
        length = measured(f"{run.critical_path.length:.6g}", answer.unit)
        yield from folded([f"longest chain: {chain}{more} ({length})"], limit)
    yield from folded([clean(answer.message)], limit)
