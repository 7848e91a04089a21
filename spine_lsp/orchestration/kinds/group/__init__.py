"""The kind `PipelineGroup`: pipelines, ordered by what each waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from spine_lsp.orchestration.kinds.kind import Kind, PlainShape, Verdict
from spine_lsp.orchestration.schema import SCHEMA_NAME
from spine_lsp.orchestration.vocabulary import FORMS, KIND, PIPELINE


def _tells(steps: Sequence[Mapping[Any, Any]], _declared: Verdict) -> bool:
    return any(PIPELINE in step for step in steps)


GROUP = Kind(
    name=KIND,
    schema=SCHEMA_NAME,
    word="group",
    forms=FORMS,
    tells=_tells,
    runs=(PIPELINE,),
    plain=PlainShape((PIPELINE,), needed=frozenset((PIPELINE,))),
)
