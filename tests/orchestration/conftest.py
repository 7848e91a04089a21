"""What a test sets up of structlog is gone after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _structlog_as_it_was() -> Iterator[None]:
    """`capture_logs` leaves structlog configured, and from then on what is logged would go to standard output."""
    yield
    structlog.reset_defaults()
