"""The rule `unused-default`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.templates import is_referred_to
from spine_lsp.orchestration.vocabulary import DEFAULTS
from spine_lsp.syntax.scalars import scalar_value
from spine_lsp.syntax.tree import key_text


@rule("unused-default", Severity.INFORMATION, since="0.1.0")
def unused_default(doc: Document) -> Iterator[Report]:
    """Checks for defaults that no step ever gets.

    ## What it does
    Reports a key under `defaults` that every step of the group overrides with a parameter of its own, and that no template of the group names.

    ## Why is this bad?
    Whoever changes the default expects the steps to follow, and none does.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:

      defaults:
        tier: NMS
      pipelines:
        - name: fetch
          pipeline: prices.fetch
          params:
            tier: OTC
        - name: clean
          pipeline: prices.clean
          params:
            tier: ALL
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
          params:
            tier: OTC
        - name: clean
          pipeline: prices.clean
          params:
            tier: ALL
    ```

    ## How to fix
    Remove the default, or the parameter from the steps that should follow it.
    """
    for group in doc.groups:
        defaults = group.header.section(DEFAULTS)
        steps = group.steps
        if not defaults or not steps or any(step.broken for step in steps[:1]):
            continue
        unused = set(defaults) & steps[0].params.keys()
        for step in steps:
            unused &= step.params.keys()  # ends empty after a step or two in most files
            if not unused:
                break
        if not unused:
            continue
        node = group.header.node(*group.header.form.path_of(DEFAULTS))
        for key, _ in node.entries if node is not None else ():
            name = key_text(key)
            if key.kind == "scalar" and scalar_value(key) in unused and not is_referred_to(doc.text.source, name):
                message = f"every step has a `{name}` of its own, so no step gets this default"
                span = group.header_span(key)
                yield Report(*span, message, unnecessary=True)
