"""`spine-lsp plan`: the resolved order of a group, with levels, merged parameters and policy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from spine_lsp.cli.groups import open_group, run_params
from spine_lsp.ide.resolved_order import ResolvedOrder, resolved_order, to_json

if TYPE_CHECKING:
    from rich.text import Text


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--group", "name", metavar="NAME", help="The group, where the file holds several.")
@click.option(
    "--param",
    "params",
    multiple=True,
    callback=run_params,
    metavar="K=V",
    help="A run parameter; may be repeated.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "mermaid", "dot"]),
    default="table",
    show_default=True,
    help="How to print.",
)
def command(file: str, name: str | None, params: dict[str, object], form: str) -> None:
    """Show the order in which the steps of a group would run.

    A broken group shows what can run, and what keeps the rest from running. Exit code 0: all steps can run,
    1: some cannot, 2: could not run.
    """
    workspace, group = open_group(file, name)
    order = resolved_order(workspace, group.uri, group.name or None, params)
    assert order is not None  # the group was found in this very document
    if form == "json":
        click.echo(json.dumps(to_json(order, None), indent=2, ensure_ascii=False, default=str))
    elif form == "table":
        _print_table(order)
    else:
        from spine_lsp.ide.render import render_graph

        drawn = render_graph(workspace, group.uri, "dot" if form == "dot" else "mermaid", group.name or None)
        assert drawn is not None
        click.echo(drawn.text, nl=not drawn.text.endswith("\n"))
    raise SystemExit(0 if group.graph.ok and not _has_errors(order) else 1)


def _has_errors(order: ResolvedOrder) -> bool:
    return any(problem.severity == "error" for problem in order.problems)


def _print_table(order: ResolvedOrder) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 200  # nobody wants a pipe wrapped at 80
    count = len(order.steps)
    title = Text(order.group or "(no name)", style="bold")
    title.append(
        f"  version {order.version}: {_plural(count, 'step')} in {_plural(len(order.levels), 'level')}",
        style="not bold",
    )
    console.print(title)
    console.print(_policy(order))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("#", "level", "step", "pipeline", "waits for", "parameters"):
        table.add_column(column, justify="right" if column in ("#", "level") else "left", overflow="fold")
    for step in order.steps:
        params = Text(", ").join(_param(key, *merged) for key, merged in step.params.items())
        waits = ", ".join(step.depends_on) or "-"
        table.add_row(
            str(step.order + 1),
            str(step.level),
            Text(step.name, "bold"),
            Text(step.pipeline or ""),
            Text(waits),
            params,
        )
    console.print(table)
    if any(origin != "step" for step in order.steps for _, origin in step.params.values()):
        console.print(
            "parameters: plain ones are the step's own, *default* and +run+ come from there", style="dim"
        )
    if order.blocked:
        console.print(Text("\ncannot run:", "bold"))
        for blocked in order.blocked:
            console.print(Text(f"  {blocked.name}, which waits for {', '.join(blocked.because)}"))
    problems = [problem for problem in order.problems if problem.code != "blocked-step"]
    if problems:
        console.print(Text(f"\n{_plural(len(problems), 'problem')}:", "bold"))
        for problem in problems:
            console.print(Text(f"  {problem.severity}[{problem.code}]: {problem.message}"))


def _policy(order: ResolvedOrder) -> str:
    policy = order.policy
    words = [policy.mode.value]
    if policy.mode.value == "parallel":
        words.append(f"{policy.max_concurrency} at once")
    words.append(f"on failure {policy.on_failure.value}")
    if policy.timeout_minutes is not None:
        words.append(f"at most {policy.timeout_minutes} minutes")
    return "policy: " + ", ".join(words)


def _param(key: str, value: object, origin: str) -> Text:
    from rich.text import Text

    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    sign, style = {"default": ("*", "dim"), "run": ("+", "green")}.get(origin, ("", ""))
    return Text(f"{sign}{key}={shown}{sign}", style)


def _plural(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
