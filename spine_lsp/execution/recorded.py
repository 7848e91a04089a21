"""What the history says of how long steps take."""

from __future__ import annotations

from spine_lsp.execution.place import stamp_of


def usual_seconds(place: str, file: str, group: str) -> dict[str, float]:
    """The median seconds of each step of a group of a file in its completed runs; nothing where there is no history.

    Raises HistoryError where it cannot be read.
    """
    if stamp_of(place) is None:
        return {}
    from spine_lsp.execution.history import History

    history = History.to_read(place)
    try:
        steps = history.past(file, group)
    finally:
        history.close()
    return {name: step.usual for name, step in steps.items() if step.usual is not None}
