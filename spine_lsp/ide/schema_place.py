"""What the schema calls a place of a group: from the path of a node to the name of a definition."""

from __future__ import annotations

from spine_lsp.orchestration.schema import LIST_PATHS
from spine_lsp.syntax.tree import Path


def definition_of(path: Path, form: str) -> str | None:
    """What the schema calls the place a path leads to; besides that "steps", "depends_on", "defaults", "params"."""
    if not path:
        return form
    if path in LIST_PATHS:
        return "steps"
    for steps in LIST_PATHS:
        if path[: len(steps)] == steps and isinstance(path[len(steps)], int):
            rest = path[len(steps) + 1 :]
            if not rest:
                return "step"
            return str(rest[0]) if rest in (("depends_on",), ("params",)) else None
    if path[0] == "spec" and len(path) == 2:
        return str(path[1]) if path[1] in ("policy", "defaults") else None
    return str(path[0]) if len(path) == 1 and path[0] in ("metadata", "spec", "policy", "defaults") else None
