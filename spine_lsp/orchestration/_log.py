"""The logger of this layer: structlog, imported on first use because its import is slow."""

from __future__ import annotations

from typing import Any


def logger() -> Any:
    """A structlog logger under the configuration of the program.

    A program that never configured structlog gets the events through `logging`, where they are
    silent until asked for: structlog's own default writes to stdout, which may be a wire.
    """
    import logging

    import structlog

    if structlog.is_configured():
        return structlog.get_logger("spine_lsp.orchestration")
    return structlog.wrap_logger(logging.getLogger("spine_lsp.orchestration"))
