"""`spine-lsp plan`: the resolved order of a group, with levels, merged parameters and policy."""

from __future__ import annotations

import click

from spine_lsp.cli import exits
from spine_lsp.cli.groups import group_option, open_group, param_option
from spine_lsp.cli.output import color_option, colored, width, write, write_json
from spine_lsp.cli.pictures import print_picture
from spine_lsp.cli.steps import picked, steps_option
from spine_lsp.ide.commands.resolved_order import resolved_order, to_json
from spine_lsp.ide.values import step_span


@click.command()
@click.argument("file", metavar="FILE")
@group_option
@param_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "mermaid", "dot"]),
    default="table",
    show_default=True,
    help="How to print.",
)
@click.option("--json", "json", is_flag=True, help="The same as --format json.")
@click.option(
    "--expect",
    "expected",
    metavar="FILE",
    help="Check the expectations in FILE (`a before b`, `level of a is 0`, ...), or a plan that `--json` has printed.",
)
@click.option("--junit", "junit", metavar="FILE", help="With --expect: write what held as JUnit XML, too.")
@steps_option
@color_option
def command(
    *,
    file: str,
    name: str | None,
    params: dict[str, object],
    form: str,
    json: bool,
    expected: str | None,
    junit: str | None,
    selector: str | None,
    color: str,
) -> int:
    """Show the order in which the steps of a group would run.

    A broken group shows what can run, and what keeps the rest from running.

    \b
    Exit code 0: every step can run
              1: some cannot, of those that are selected; with --expect: an expectation does not hold
              2: could not run

    \b
    Examples:
      spine-lsp plan daily.yaml
      spine-lsp plan daily.yaml --param date=2026-01-09 --format json
      spine-lsp plan daily.yaml --steps '+report'
      spine-lsp plan daily.yaml --expect daily.expect --junit plan.xml
    """
    workspace, group = open_group(file, name)
    order = resolved_order(workspace, group.uri, group.name or None, params)
    assert order is not None  # the group was found in this very document
    if junit is not None and expected is None:
        raise click.UsageError("--junit goes with --expect")
    if expected is not None:
        from spine_lsp.cli.reports.expectations import check_plan

        return check_plan(group, order, expected, junit, json=json or form == "json", color=colored(color))
    form = "json" if json else form
    steps = picked(workspace, group, selector)
    if steps is not None:
        order = order.only({step_span(group, step) for step in steps})
    if form == "json":
        selected = {} if order.whole is None else {"selected": {"selector": selector, "of": order.whole}}
        write_json({**to_json(order, None), **selected})
    elif form == "table":
        from spine_lsp.cli.reports.plan_table import plan_table

        write(plan_table(order, width(), color=colored(color)))
    else:
        print_picture(workspace, group, form, steps=steps)
    sound = not order.blocked and not any(problem.severity == "error" for problem in order.problems)
    return exits.OK if sound else exits.FOUND
