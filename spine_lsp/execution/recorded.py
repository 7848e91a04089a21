"""What the history says of how long steps take."""

from __future__ import annotations

from statistics import median

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
        found = history.past(file, group)
    finally:
        history.close()
    return {name: median(step.times) for name, step in found.items() if step.times}
