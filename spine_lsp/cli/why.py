"""`spine-lsp why`: where a step runs and why, what keeps it from running, and by which ways it waits for another."""

from __future__ import annotations

from collections.abc import Iterator

import click

from spine_lsp.analysis.group import Group
from spine_lsp.cli import exits
from spine_lsp.cli.groups import group_option, open_group
from spine_lsp.cli.output import CannotRunError, color_option, colored, styler, width, write, write_json
from spine_lsp.cli.steps import picked, steps_option
from spine_lsp.cli.terminal.folding import folded
from spine_lsp.drawing.labels import clean
from spine_lsp.ide.commands.explain import Explanation, explain_path
from spine_lsp.ide.commands.why import StepReason, step_reasons, to_json
from spine_lsp.ide.words import level_words
from spine_lsp.orchestration.problems import counted, did_you_mean, meant
from spine_lsp.printable import printable

_SHOWN = 20


@click.command()
@click.argument("file", metavar="FILE")
@click.argument("step", required=False, metavar="[STEP]")
@click.argument("on", required=False, metavar="[ON]")
@group_option
@steps_option
@click.option("--json", "json", is_flag=True, help="Print one JSON object.")
@color_option
def command(
    *,
    file: str,
    step: str | None,
    on: str | None,
    name: str | None,
    selector: str | None,
    json: bool,
    color: str,
) -> int:
    """Explain why STEP runs where it does, or cannot run; with ON, by which ways it waits for that.

    Without STEP, every step that cannot run is explained, with what is at fault in the end.

    \b
    Exit code 0: explained
              2: could not run: there is no such step

    \b
    Examples:
      spine-lsp why daily.yaml
      spine-lsp why daily.yaml report
      spine-lsp why daily.yaml report ingest
      spine-lsp why daily.yaml --steps 'level:1 state:blocked'
    """
    workspace, group = open_group(file, name)
    if step is not None and selector is not None:
        raise CannotRunError("STEP and --steps exclude each other")
    for asked in filter(None, (step, on)):
        if asked not in group.graph.first:
            raise CannotRunError(f"no step is called `{asked}`{meant(did_you_mean(asked, group.graph.first))}")
    if on is not None:
        found = explain_path(workspace, group.uri, str(step), on, group.name or None)
        assert found is not None  # the group was found in this very document
        _show_ways(found, json=json)
        return exits.OK
    steps = picked(workspace, group, selector)
    if step is not None:
        steps = [group.graph.first[step]]
    reasons = step_reasons(group, steps)
    if json:
        write_json({"group": group.name, "steps": [to_json(reason) for reason in reasons]})
    elif not reasons and steps is None:
        write("every step can run\n")
    else:
        lines = folded(_lines(group, reasons, color=colored(color)), width())
        write("".join(f"{line}\n" for line in lines))
    return exits.OK


def _show_ways(found: Explanation, *, json: bool) -> None:
    ways = [[stop.name for stop in path] for path in found.paths]
    if json:
        write_json(
            {
                "group": found.group,
                "step": found.step,
                "on": found.on,
                "waits": found.waits,
                "paths": ways,
                "truncated": found.truncated,
                "message": found.message,
            }
        )
        return
    lines = [printable(found.message), *(f"  {' → '.join(map(clean, way))}" for way in ways)]
    lines += ["  and more ways as short"] if found.truncated else []
    write("".join(f"{line}\n" for line in folded(lines, width())))


def _lines(group: Group, reasons: list[StepReason], *, color: bool) -> Iterator[str]:
    style = styler(on=color)
    for reason in reasons:
        name = style(clean(reason.name), bold=True)
        if reason.order is not None and reason.level is not None:
            yield f"{name} runs as number {reason.order + 1}, on {level_words(reason.level)}"
            if reason.longest:
                yield f"  because of the chain {_some(reason.longest, ' → ')}"
            else:
                yield "  because it waits for nothing"
        else:
            yield f"{name} cannot run: it {printable(reason.reason)}"
            if reason.cause is not None:
                yield f"  at fault is `{clean(reason.cause)}`, which {printable(reason.fault)}"
        if reason.waits_for:
            yield f"  waits for {_some(reason.waits_for)}"
        if reason.needed_by:
            wait = "waits for it," if reason.needs == 1 else "in all wait for it, first"
            yield f"  {counted(reason.needs, 'step')} {wait} {_some(reason.needed_by)}"


def _some(names: tuple[str, ...], between: str = ", ") -> str:
    more = [f"({len(names) - _SHOWN:,} more)"] if len(names) > _SHOWN else []
    return between.join([*map(clean, names[:_SHOWN]), *more])
