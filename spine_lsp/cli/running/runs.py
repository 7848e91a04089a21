"""`spine-lsp runs`: the history of runs, listed, shown, compared and pruned; docs/running.md documents the JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import click

from spine_lsp.cli import exits
from spine_lsp.cli.output import CannotRunError, color_option, colored, styler, write, write_json
from spine_lsp.execution.place import VARIABLE, HistoryError
from spine_lsp.execution.reports import run_json
from spine_lsp.orchestration.problems import counted
from spine_lsp.printable import printable

if TYPE_CHECKING:  # SQLAlchemy is imported when a run is asked for
    from spine_lsp.execution.history import History
    from spine_lsp.execution.rows import RecordedRun

history_option = click.option(
    "--history",
    metavar="URL",
    envvar=VARIABLE,
    help="Where runs are kept: a file, or the URL of a database as SQLAlchemy takes it.",
)
"""The option `--history`, the same in every command that writes or reads runs."""

_json_option = click.option("--json", "json", is_flag=True, help="Print JSON.")


@contextmanager
def open_history(where: str | None) -> Iterator[History]:
    """The history at a place; CannotRunError in one sentence where it cannot be used."""
    from spine_lsp.execution.history import History

    try:
        history = History(where)
    except HistoryError as exc:
        raise CannotRunError(str(exc)) from None
    try:
        yield history
    except HistoryError as exc:
        raise CannotRunError(str(exc)) from None
    finally:
        history.close()


@click.group(invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> int:
    """List the runs of groups, show or compare some, or forget old ones.

    \b
    Exit code 0: done
              2: could not run: there is no such run, or no history

    \b
    Examples:
      spine-lsp runs
      spine-lsp runs show last
      spine-lsp runs compare 20260109-060000-1a2b3c last
      spine-lsp runs prune --keep 100
    """
    if ctx.invoked_subcommand is None:
        with _list.make_context("list", [], parent=ctx) as inner:
            return int(_list.invoke(inner))
    return exits.OK


@command.command("list")
@click.option("--group", metavar="NAME", help="Only runs of this group.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, newest first.")
@_json_option
@history_option
@color_option
def _list(group: str | None, limit: int, *, json: bool, history: str | None, color: str) -> int:
    """List the newest runs.

    \b
    Exit code 0: done
              2: could not run

    \b
    Examples:
      spine-lsp runs list --json
    """
    from spine_lsp.cli.running.progress import LOOKS, words
    from spine_lsp.ide.words import seconds

    with open_history(history) as past:
        runs = past.runs(limit, group)
    if json:
        write_json([run_json(run) for run in runs])
        return exits.OK
    style = styler(on=colored(color))
    if not runs:
        write("no runs\n")
    for run in runs:
        result, state = run.result, run.result.status.value
        done = f"{result.successful_steps} of {counted(result.total_steps, 'step')}"
        when = f"{result.started_at.astimezone():%Y-%m-%d %H:%M:%S}"
        look = style(f"{words(state):<9}", **LOOKS[state])
        line = f"{run.id}  {look}  {when}  {seconds(result.duration_seconds):>12}  {done:<14}  "
        write(f"{line}{printable(result.group_name)}\n")
    return exits.OK


@command.command("show")
@click.argument("run", metavar="RUN")
@_json_option
@history_option
@color_option
def _show(run: str, *, json: bool, history: str | None, color: str) -> int:
    """Show the steps of a run: its id, how that begins, or `last`.

    \b
    Exit code 0: done
              2: could not run

    \b
    Examples:
      spine-lsp runs show last
    """
    from spine_lsp.cli.running.progress import LOOKS, words
    from spine_lsp.ide.words import seconds

    with open_history(history) as past:
        found = past.run(run)
        events = past.events(found.id)
    if json:
        write_json({**run_json(found, whole=True), "events": events})
        return exits.OK
    style, result = styler(on=colored(color)), found.result
    state = result.status.value
    because = f" ({printable(result.error)})" if result.error else ""
    write(f"{style(printable(result.group_name), bold=True)}  run {found.id}\n")
    write(f"{style(words(state), **LOOKS[state])}{because}, {result.started_at.astimezone():%Y-%m-%d %H:%M:%S}")
    write(f", {seconds(result.duration_seconds) or 'no end known'}\n")
    if found.resumed_from:
        write(f"resumed from {found.resumed_from}\n")
    names = max((len(printable(each.step.step_name)) for each in found.steps), default=0)
    for each in found.steps:
        step = each.step
        state = step.status.value
        attempts = f", {step.attempts} attempts" if step.attempts > 1 else ""
        kept = f", kept from {each.kept_from}" if each.kept_from else ""
        error = f": {printable(step.error.splitlines()[0])}" if step.error else ""
        look = style(f"{words(state):<9}", **LOOKS[state])
        took = seconds(step.duration_seconds)
        write(f"  {printable(step.step_name):<{names}}  {look}  {took:>12}{attempts}{kept}{error}\n")
    return exits.OK


@command.command("compare")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@_json_option
@history_option
@color_option
def _compare(a: str, b: str, *, json: bool, history: str | None, color: str) -> int:
    """Compare two runs: the states and times of their steps, and what their parameters were.

    \b
    Exit code 0: done
              2: could not run

    \b
    Examples:
      spine-lsp runs compare 20260109-060000-1a2b3c last
    """
    from spine_lsp.cli.running.progress import words
    from spine_lsp.ide.words import seconds

    with open_history(history) as past:
        runs = past.run(a), past.run(b)
    answer = compared(*runs)
    if json:
        write_json(answer)
        return exits.OK
    style = styler(on=colored(color))
    write(f"{style(f'{runs[0].id} and {runs[1].id}', bold=True)}\n")
    for what in ("group", "plan", "params"):
        if not answer["same"][what]:
            write(f"the {what} {'are' if what == 'params' else 'is'} not the same\n")
    for step in answer["steps"]:
        cells = [
            f"{words(side['state']):<9} {seconds(side['seconds']):>12}" if side else f"{'-':<22}"
            for side in (step["a"], step["b"])
        ]
        change = "" if step["ratio"] is None else f"  x{step['ratio']:.2f}"
        write(f"  {printable(step['name'])}: {cells[0]}  {cells[1]}{change}\n")
    return exits.OK


@command.command("prune")
@click.option("--keep", type=click.IntRange(0), metavar="N", help="Keep the newest N runs.")
@click.option("--older-than", type=click.FloatRange(0), metavar="DAYS", help="Forget runs that began before.")
@_json_option
@history_option
def _prune(keep: int | None, older_than: float | None, *, json: bool, history: str | None) -> int:
    """Forget old runs that have ended.

    \b
    Exit code 0: done
              2: could not run

    \b
    Examples:
      spine-lsp runs prune --keep 100
    """
    if keep is None and older_than is None:
        raise click.UsageError("say which runs to forget: --keep N, or --older-than DAYS")
    before = None if older_than is None else datetime.now(timezone.utc) - timedelta(days=older_than)
    with open_history(history) as past:
        count = past.prune(keep, before)
    if json:
        write_json({"pruned": count})
    else:
        write(f"{counted(count, 'run')} forgotten\n")
    return exits.OK


@command.command("metrics")
@history_option
def _metrics(history: str | None) -> int:
    """Print the last run of each group, and its steps, as OpenMetrics; docs/running.md lists the names.

    Needs prometheus_client: pip install 'spine-lsp[metrics]'.

    \b
    Exit code 0: done
              2: could not run

    \b
    Examples:
      spine-lsp runs metrics
    """
    from spine_lsp.cli.running.metrics import library

    metrics = library()
    with open_history(history) as past:
        write(metrics.open_metrics(run.result for run in past.newest_ended()))
    return exits.OK


@command.command("serve")
@click.argument("folder", default=".", metavar="[FOLDER]")
@click.option("--port", type=click.IntRange(0, 65535), default=8766, show_default=True, help="0 takes any.")
@history_option
def _serve(folder: str, *, port: int, history: str | None) -> int:
    """Serve the groups of FOLDER and the history as JSON, on 127.0.0.1, to read; docs/serving.md has the paths.

    Needs Starlette and uvicorn: pip install 'spine-lsp[serve]'.

    \b
    Exit code 0: served until Ctrl-C
              2: could not run

    \b
    Examples:
      spine-lsp runs serve
      spine-lsp runs serve groups --port 9000
    """
    try:
        from spine_lsp.cli.running.serving import serve_runs
    except ImportError as exc:
        raise CannotRunError(f"{exc.name} is missing: pip install 'spine-lsp[serve]'") from None
    serve_runs(folder, port, history)
    return exits.OK


def compared(a: RecordedRun, b: RecordedRun) -> dict[str, Any]:
    """Two runs side by side; `ratio` is how many times as long as in the first a step took in the second."""
    sides = [{each.step.step_name: each.step for each in run.steps} for run in (a, b)]
    steps: list[dict[str, Any]] = []
    for name in dict.fromkeys([*sides[0], *sides[1]]):
        both = [side.get(name) for side in sides]
        times = [step.duration_seconds if step is not None else None for step in both]
        ratio = times[1] / times[0] if times[0] and times[1] is not None else None
        told = [
            {"state": step.status.value, "seconds": step.duration_seconds, "error": step.error} if step else None
            for step in both
        ]
        steps.append({"name": name, "a": told[0], "b": told[1], "ratio": ratio})
    ratios = [step["ratio"] for step in steps if step["ratio"] is not None]
    return {
        "a": run_json(a),
        "b": run_json(b),
        "same": {
            "group": a.result.group_name == b.result.group_name,
            "plan": a.plan_hash == b.plan_hash,
            "params": a.params_hash == b.params_hash,
        },
        "ratio": statistics.median(ratios) if ratios else None,
        "steps": steps,
    }
