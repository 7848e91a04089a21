"""The rule `dropped-key`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.workflows import DIALECTS, key_span, type_of, workflows_of
from spine_lsp.orchestration.kinds.workflow import FLAT_WORKFLOW, STEP_TYPES
from spine_lsp.orchestration.kinds.workflow.vocabulary import (
    CONFIG,
    ON_ERROR,
    OPERATION,
    RUNNER,
    TIMEOUT_SECONDS,
)
from spine_lsp.orchestration.problems import quoted
from spine_lsp.orchestration.schema import properties
from spine_lsp.orchestration.vocabulary import PARAMS


def _dropped(group: Group, number: int) -> Iterator[tuple[str, str]]:
    """The keys of a step that do nothing, and why."""
    step = group.steps[number]
    fields, kind = step.fields, type_of(step)
    flat = group.header.form.step == FLAT_WORKFLOW.step  # which no released loader reads, so nobody knows
    if not flat and ON_ERROR in fields and fields[ON_ERROR].value is not None:
        yield ON_ERROR, f"{RUNNER} drops `on_error`: it does nothing, whatever it says"
    config, params = fields.get(CONFIG), fields.get(PARAMS)
    if config is not None and config.value and params is not None and params.value:
        yield PARAMS, f"{RUNNER} drops `params` where there is a `config`"
    if kind not in STEP_TYPES:
        return
    known = properties(group.header.form.step)
    for key, field in fields.items():
        types = known.get(key, {}).get("x-types")
        if types is None or kind in types or field.value in (None, {}, ""):
            continue
        if key in DIALECTS and kind in DIALECTS:
            continue  # of another dialect, which is said
        yield (
            key,
            f"{RUNNER} does not read `{key}` of {'an' if kind == OPERATION else 'a'} `{kind}` step; it belongs to {quoted(types, 'and')} steps",
        )


@rule("dropped-key", Severity.WARNING, since="0.1.0", only="Workflow")
def dropped_key(doc: Document) -> Iterator[Report]:
    """Checks for keys of a workflow that are read and then dropped.

    ## What it does
    Reports `on_error` of a step, `timeout_seconds` of the policy, `params` beside a `config` that holds something, and keys that steps of another type have (`params` of a `wait`, say).

    ## Why is this bad?
    The loader of spine-core 0.4 accepts these keys, and its runner never sees them: a step with `on_error: continue` ends the run when it fails, and no time limit holds.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: fetch
          operation: prices.fetch
          on_error: continue
    ```

    ## Use instead
    ```yaml
    apiVersion: spine.io/v1
    kind: Workflow
    metadata:
      name: prices.daily
    spec:
      steps:
        - name: fetch
          operation: prices.fetch
    ```

    ## How to fix
    Remove the key; for `params` beside `config`, move the entries into `config`.
    """
    for group in workflows_of(doc):
        node = group.header.policy_node(TIMEOUT_SECONDS)
        if node is not None and node.text not in ("null", "~"):
            message = f"{RUNNER} keeps no time limit: a run takes as long as it takes"
            yield Report(*group.header_span(node), message, unnecessary=True, kind=TIMEOUT_SECONDS)
        for number, step in enumerate(group.steps):
            if step.broken:
                continue
            for key, message in _dropped(group, number):
                yield Report(*key_span(group, number, key), message, unnecessary=True, kind=key)
