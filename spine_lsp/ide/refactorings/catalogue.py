"""Which rewritings can be done at a place."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.span import Span
from spine_lsp.ide.refactorings.depends_on_form import form_rewritings
from spine_lsp.ide.refactorings.migration import migration_rewritings
from spine_lsp.ide.refactorings.nested_form import nested_rewritings
from spine_lsp.ide.refactorings.params import params_rewritings
from spine_lsp.ide.refactorings.rewriting import Rewriting
from spine_lsp.ide.refactorings.sort_steps import sort_rewritings
from spine_lsp.ide.refactorings.steps import step_rewritings
from spine_lsp.orchestration.vocabulary import DEFAULTS, PARAMS


def rewritings_at(document: Document, span: Span) -> Iterator[Rewriting]:
    """The rewritings of the step at the start of a span, and of the group around it."""
    group = document.group_at(span.start)
    if group is None:
        return
    step = group.step_at(span.start)
    if step is not None and not group.steps[step].broken and group.node_of(step) is not None:
        entry = next(
            (
                number
                for number in range(len(group.steps[step].edge_spans))
                if group.edge_span(step, number).start <= span.start <= group.edge_span(step, number).end
            ),
            None,
        )
        yield from step_rewritings(group, step, entry)
        yield from form_rewritings(group, step)
    near_params = step is None or _in_params(group, step, span.start)
    yield from params_rewritings(group, _default_at(group, span.start), near_params=near_params)
    yield from nested_rewritings(group)
    yield from migration_rewritings(group)
    yield from sort_rewritings(group)


def _in_params(group: Group, step: int, offset: int) -> bool:
    """Whether an offset lies on a step's `params` or their key."""
    node, base = group.node_of(step), group.base_of(step)
    for key, value in node.entries if node is not None else ():
        if key.text == PARAMS and base + key.start <= offset <= base + max(value.end, key.end):
            return True
    return False


def _default_at(group: Group, offset: int) -> str | None:
    """The default whose key or value holds an offset."""
    defaults = group.header.node(*group.header.form.path_of(DEFAULTS))
    for key, value in defaults.entries if defaults is not None else ():
        start, end = group.header_span(key).start, group.header_span(value).end
        if start <= offset <= end and key.kind == "scalar":
            return key.text
    return None
