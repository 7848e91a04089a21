"""The rule `late-definition`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Place, Report, Severity
from spine_lsp.analysis.rule import rule


@rule("late-definition", Severity.HINT, since="0.1.0", on=False)
def late_definition(doc: Document) -> Iterator[Report]:
    """Checks for dependencies on steps that are defined further down.

    ## What it does
    Reports an entry of `depends_on` that names a step which stands below the step itself. Off unless it is switched on, for the planner does not care.

    ## Why is this bad?
    A file reads best when what comes first stands first: then the file is the plan.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:

      pipelines:
        - name: clean
          pipeline: prices.clean
          depends_on: [fetch]
        - name: fetch
          pipeline: prices.fetch
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
    Sort the steps into run order; the source action of that name moves each step together with its comments.
    """
    for group in doc.groups:
        graph = group.graph
        for step, names in enumerate(graph.depends_on):
            for entry, name in enumerate(names):
                on = graph.first.get(name, -1)
                if on > step and not (step in graph.component_of and on in graph.component_of):
                    message = f"`{name}` is defined further down; this step would read better below it"
                    place = Place(*group.name_span(on), f"`{name}` stands here")
                    span = group.edge_span(step, entry)
                    yield Report(*span, message, (place,))
