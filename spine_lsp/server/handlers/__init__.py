"""One module for each feature of `ide`: snapshot, translate in, one call into `ide`, translate out."""

from __future__ import annotations

_MODULES = (
    "settings",
    "files",
    "hover",
    "inlay_hints",
    "lenses",
    "completion",
    "definition",
    "references",
    "highlight",
    "symbols",
    "folding",
    "selection_ranges",
    "links",
    "linked_editing",
    "call_hierarchy",
    "semantic_tokens",
    "rename",
    "code_actions",
    "formatting",
    "commands",
    "runs",
    "content",
)
HANDLERS = tuple(f"{__name__}.{module}" for module in _MODULES)
"""The names of the handler modules. Each may have two tables:

`FEATURES`, rows of method, handler `(ls, params)` and options or None;
`COMMANDS`, rows of name and handler `(ls, argument)`, where the argument is a plain object.
"""
