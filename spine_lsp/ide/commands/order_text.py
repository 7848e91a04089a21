"""The resolved order as a table: its rows, for every form of it, and the form that is a Markdown document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from spine_lsp.ide.commands.resolved_order import OrderedStep, ResolvedOrder
from spine_lsp.ide.markdown import code, escape, sentence
from spine_lsp.ide.values import show
from spine_lsp.ide.words import policy_words
from spine_lsp.orchestration.problems import counted

HEADERS = ("#", "level", "step", "pipeline", "waits for", "parameters")

ToText = Callable[[str], str]
"""Makes a name safe for the form that it stands in."""
ToParam = Callable[[str | None, object], str]
"""Makes the text of a parameter and its value, or of a value alone."""


class PlanRow(NamedTuple):
    """The cells of a step; the last two are lists. Parameters are those of the step alone."""

    number: str
    level: str
    name: str
    pipeline: str
    waits: list[str]
    params: list[str]


def plan_row(step: OrderedStep, to_text: ToText, to_param: ToParam) -> PlanRow:
    """The row of a step in the table of an order."""
    return PlanRow(
        str(step.order + 1),
        str(step.level + 1),
        to_text(step.name),
        to_text(step.pipeline) if step.pipeline else "-",
        [to_text(name) for name in step.depends_on] or ["-"],
        [to_param(key, value) for key, (value, origin) in step.params.items() if origin == "step"],
    )


def plan_facts(order: ResolvedOrder) -> str:
    """How many steps and levels, and how many steps cannot run."""
    steps = counted(len(order.steps), "step")
    if order.whole is not None:
        steps = f"{len(order.steps):,} of {counted(order.whole, 'step')}"
    facts = f"{steps} in {counted(sum(map(bool, order.levels)), 'level')}"
    return f"{facts}, {len(order.blocked):,} cannot run" if order.blocked else facts


def shared_params(order: ResolvedOrder, to_param: ToParam) -> Iterator[tuple[str, list[str]]]:
    """The parameters that steps do not set themselves, each list after the words for where it comes from."""
    if kept := [to_param(key, value) for key, value in order.defaults.items() if key not in order.run]:
        yield "every step gets", kept
    given = [
        to_param(key, value)
        + (f" (in the place of {to_param(None, order.defaults[key])})" if key in order.defaults else "")
        for key, value in order.run.items()
    ]
    if given:
        yield "from this run", given


def order_text(order: ResolvedOrder) -> str:
    """A heading, a table of the steps that can run, then what cannot run and why."""
    out = [
        f"# {escape(order.group) or 'Pipeline group'}",
        f"{plan_facts(order)}; {policy_words(order.policy)}.",
    ]
    out += [f"{words.capitalize()} {', '.join(params)}." for words, params in shared_params(order, _param)]
    if order.steps:
        rows = [HEADERS, ["---"] * len(HEADERS), *map(_cells, order.steps)]
        out.append("\n".join("| " + " | ".join(row) + " |" for row in rows))
    if order.blocked:
        lines = [f"- {code(step.name)}, which {step.cause.reason(code)}" for step in order.blocked]
        out.append("## Cannot run\n\n" + "\n".join(lines))
    if order.problems:
        lines = [f"- {problem.severity} `{problem.code}`: {sentence(problem.message)}" for problem in order.problems]
        out.append("## Problems\n\n" + "\n".join(lines))
    return "\n\n".join(out) + "\n"


def _cells(step: OrderedStep) -> list[str]:
    row = plan_row(step, code, _param)
    cells = [cell if isinstance(cell, str) else ", ".join(cell) for cell in row]
    return [cell.replace("|", "\\|") for cell in cells]


def _param(key: str | None, value: object) -> str:
    return code(show(value) if key is None else f"{key}={show(value)}")
