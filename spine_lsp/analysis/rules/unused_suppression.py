"""The rule `unused-suppression`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule
from spine_lsp.analysis.suppressions import Heeded, Suppression
from spine_lsp.orchestration.problems import did_you_mean, meant

CODE = "unused-suppression"


@rule(CODE, Severity.WARNING, since="0.1.0", scope="suppressions")
def unused_suppression(heeded: Heeded) -> Iterator[Report]:
    """Checks for suppression comments that suppress nothing.

    ## What it does
    Reports `# spine: ignore[code]` and its kin where no finding of that code is, and codes that no rule has. A rule that is switched off leaves its suppressions alone.

    ## Why is this bad?
    The comment says that something is wrong and meant so. Once nothing is wrong, it misleads, and it would hide the next fault of that kind.

    ## Example
    ```yaml
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: daily.prices
    spec:

      pipelines:
        - name: fetch
          pipeline: prices.fetch # spine: ignore[duplicate-step]
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
    ```

    ## How to fix
    Remove the comment, or the code from its brackets.
    """
    uses = heeded.uses
    if any(use.scope == "ignore-file" and use.codes and use.concerns(CODE) for use, _ in uses):
        return
    for suppression, used in uses:
        yield from _unused(suppression, used, heeded)


def _unused(suppression: Suppression, used: frozenset[str], heeded: Heeded) -> Iterator[Report]:
    start, end, scope, codes, _ = suppression
    if codes is None and not used and heeded.everything:
        where = "in this file" if scope == "ignore-file" else "on its line"
        message = f"this comment suppresses nothing: there is no finding {where}"
        yield Report(start, end, message, unnecessary=True)
    elif codes == ():
        message = "the brackets name no rule, so this comment suppresses nothing"
        yield Report(start, end, message, unnecessary=True)
    for code, low, high in codes or ():
        if code not in heeded.known:
            suggestions = did_you_mean(code, heeded.known)
            yield Report(low, high, f"no rule has the code `{code}`{meant(suggestions)}", suggestions=suggestions)
        elif code not in used and code in heeded.ran and code != CODE:
            message = f"there is no `{code}` here that could be suppressed"
            yield Report(low, high, message, unnecessary=True)
