"""The resolved order as a Markdown document, for people and for editors that show nothing better."""

from __future__ import annotations

from spine_lsp.ide.markdown import code, escape, sentence
from spine_lsp.ide.resolved_order import OrderedStep, ResolvedOrder
from spine_lsp.ide.values import show


def order_text(order: ResolvedOrder) -> str:
    """A heading, a table of the steps that can run, then what cannot run and why."""
    policy = order.policy
    how = policy.mode.value
    if how == "parallel":
        how += f", {policy.max_concurrency} at once"
    out = [
        f"# {escape(order.group) or 'Pipeline group'}",
        f"{len(order.steps)} steps in {len(order.levels)} levels; {how}, on failure {policy.on_failure.value}.",
    ]
    if order.steps:
        rows = ["| # | level | step | pipeline | waits for | parameters |", "|---|---|---|---|---|---|"]
        rows += [_row(step) for step in order.steps]
        out.append("\n".join(rows))
    if order.blocked:
        lines = [f"- {code(step.name)}, which {step.cause.reason(code)}" for step in order.blocked]
        out.append("## Cannot run\n\n" + "\n".join(lines))
    if order.problems:
        lines = [
            f"- {problem.severity} `{problem.code}`: {sentence(problem.message)}"
            for problem in order.problems
        ]
        out.append("## Problems\n\n" + "\n".join(lines))
    return "\n\n".join(out) + "\n"


def _row(step: OrderedStep) -> str:
    params = ", ".join(
        code(f"{key}={show(value)}") + ("" if origin == "step" else f" ({origin})")
        for key, (value, origin) in step.params.items()
    )
    waits = ", ".join(map(code, step.depends_on)) or "-"
    cells = (str(step.order + 1), str(step.level), code(step.name), code(step.pipeline or ""), waits, params)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
