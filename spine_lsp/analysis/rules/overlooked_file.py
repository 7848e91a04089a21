"""The rule `overlooked-file`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule


@rule("overlooked-file", Severity.HINT, since="0.1.0", scope="file")
def overlooked_file(doc: Document) -> Iterator[Report]:
    """Checks for files of groups that Spine's loader does not look for.

    ## What it does
    Says once in a file whose name ends in `.yml` that Spine's `load_groups_from_directory` looks for `*.yaml` only, unless it is told another pattern.

    ## Why is this bad?
    The group is missing when the program starts, and nothing says so.

    ## Example
    The file is called `daily_prices.yml`.
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:
      pipelines:
        - name: fetch
          pipeline: prices.fetch
    ```

    ## Use instead
    The same file, called `daily_prices.yaml`.

    ## How to fix
    Rename the file, or switch the rule off where the program loads `*.yml` too.
    """
    if not doc.uri.lower().endswith(".yml") or not doc.groups:
        return
    group = doc.groups[0]
    header = group.header
    root = header.root
    node = header.name_node or (root.entries[0].key if root is not None and root.entries else root)
    if node is not None:
        message = (
            "Spine's loader looks for `*.yaml` unless it is told otherwise, and overlooks a file that ends in `.yml`"
        )
        yield Report(*group.header_span(node), message)
