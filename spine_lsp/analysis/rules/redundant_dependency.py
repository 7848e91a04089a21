"""The rule `redundant-dependency`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Place, Report, Severity
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.rule import rule

if TYPE_CHECKING:
    from spine_lsp.orchestration.queries import RedundantEdge

MARKED = 50  # entries of one group; an editor is no help with thousands


def _so_far(doc: Document) -> Iterator[Report]:
    for group in doc.groups:
        yield from _reports(group, *group.redundant_edges_so_far(MARKED))


@rule("redundant-dependency", Severity.HINT, since="0.1.0", quick=_so_far)
def redundant_dependency(doc: Document) -> Iterator[Report]:
    """Checks for `depends_on` entries that other entries of the same step imply.

    ## What it does
    Reports an entry `a` of a step that also waits, through another of its entries, for `a`. In a large group the first fifty are marked, and the last of these counts the others.

    ## Why is this bad?
    It changes nothing: neither the order, nor the levels, nor what a failure stops. But it has to be read, and kept up to date.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:

      pipelines:
        - name: fetch
          pipeline: prices.fetch
        - name: clean
          pipeline: prices.clean
          depends_on: [fetch]
        - name: store
          pipeline: prices.store
          depends_on: [fetch, clean]
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:

      pipelines:
        - name: fetch
          pipeline: prices.fetch
        - name: clean
          pipeline: prices.clean
          depends_on: [fetch]
        - name: store
          pipeline: prices.store
          depends_on: [clean]
    ```

    ## How to fix
    Remove the entry. Keep it, and silence the rule for the line, where the step itself reads what the other one wrote and you want that to be seen.
    """
    for group in doc.groups:
        yield from _reports(group, group.redundant_edges[:MARKED], len(group.redundant_edges))


def _reports(group: Group, edges: tuple[RedundantEdge, ...], count: int) -> Iterator[Report]:
    names = group.graph.names
    for number, edge in enumerate(sorted(edges, key=lambda edge: (edge.step, edge.entry))):
        step, on, through = names[edge.step], names[edge.on], names[edge.through]
        message = f"`{step}` waits for `{on}` already, because it waits for `{through}`; this entry changes nothing"
        if number == MARKED - 1 and count > MARKED:
            message = f"{message} ({count - MARKED:,} more entries are redundant)"
        span = group.edge_span(edge.step, edge.entry)
        entry = group.graph.depends_on[edge.step].index(through)
        place = Place(*group.edge_span(edge.step, entry), f"`{through}` waits for `{on}`, directly or not")
        yield Report(*span, message, (place,), unnecessary=True)
