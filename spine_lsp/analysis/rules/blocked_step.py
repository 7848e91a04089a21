"""The rule `blocked-step`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Place, Report, Severity
from spine_lsp.analysis.locate import graph_places, graph_span
from spine_lsp.analysis.rule import rule
from spine_lsp.orchestration.planner import blocked_problems

MARKED = 100  # steps of one group; an editor is no help with thousands


@rule("blocked-step", Severity.INFORMATION, since="0.1.0")
def blocked_step(doc: Document) -> Iterator[Report]:
    """Checks for steps that cannot run only because of a fault in another step.

    ## What it does
    Reports every step that waits, directly or through others, for a step that is in a cycle, waits for itself, or waits for a step that does not exist. In a large group the first hundred are marked, and the last of these counts the others.

    ## Why is this bad?
    The step itself is fine, but the run stops before it. Knowing how far a fault reaches helps to see which to mend first.

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
          depends_on: [nowhere]
        - name: clean
          pipeline: prices.clean
          depends_on: [fetch]
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
    ```

    ## How to fix
    Mend the step that is named in the message; this finding then goes away by itself.
    """
    for group in doc.groups:
        blocked = group.graph.blocked
        places: dict[int, tuple[Place, ...]] = {}  # by the step at fault: of one, many are blocked
        for number, problem in enumerate(islice(blocked_problems(group.graph, ()), MARKED), 1):
            cause = problem.related[0].path[0]
            assert isinstance(cause, int)
            if cause not in places:
                places[cause] = graph_places(group, problem.related)
            report = Report(*graph_span(group, problem.path), problem.message, places[cause])
            if number == MARKED and len(blocked) > MARKED:
                more = f"{report.message} ({len(blocked) - MARKED:,} more steps are blocked)"
                report = report._replace(message=more)
            yield report
