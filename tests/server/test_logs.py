"""Logs: nobody waits for them, and a reader that is late learns how much it missed."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from spine_lsp.server.logs import BackgroundHandler, configure_logging, drain_logs
from tests.server.conftest import Start


def record(text: str) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": text, "levelno": logging.WARNING})


def test_lines_are_dropped_when_nobody_reads() -> None:
    """Logging returns at once; what did not fit is counted."""
    gate = threading.Event()
    written: list[str] = []

    def write(line: str) -> None:
        gate.wait(20)
        written.append(line)

    handler = BackgroundHandler(write)
    for number in range(5_000):
        handler.emit(record(f"line {number}"))
    assert not handler.drain(0.01)
    gate.set()
    assert handler.drain(20)
    lines = [line for line in written if line.startswith("line ")]
    dropped = sum(int(line.split()[0]) for line in written if "were dropped" in line)
    assert len(lines) + dropped == 5_000
    assert 0 < len(lines) < 1_100


def test_a_line_that_cannot_be_written_costs_itself() -> None:
    """A full disk, or arguments that do not fit their text."""
    written: list[str] = []

    def write(line: str) -> None:
        if "bad" in line:
            raise OSError("no space left")
        written.append(line)

    handler = BackgroundHandler(write)
    handler.emit(record("bad"))
    handler.emit(logging.makeLogRecord({"msg": "%d", "args": ("x",)}))
    handler.emit(record("x" * 1_000_000))
    assert handler.drain(20)
    assert ["cannot be formatted" in line for line in written] == [True, False]
    assert written[1].endswith("... (1000000 characters)\n")


def test_a_log_file_is_written(tmp_path: Path) -> None:
    """`--log-file`: one line each, whatever the characters."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure_logging("warning", str(tmp_path / "log"))
        logging.getLogger("x").warning("say %s", "é\ud800")
        assert drain_logs(20)
        assert "WARNING x: say é\\ud800\n" in (tmp_path / "log").read_text(encoding="utf-8")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        logging.captureWarnings(False)


def test_standard_error_that_nobody_reads_stops_nothing(start: Start) -> None:
    """Thousands of warnings fill the pipe; the server answers, and leaves as it should."""
    client = start(mute=True)
    assert client.call("probe/blab", {"lines": 5_000}) == 7
    assert client.call("probe/echo", 1) == 1
    assert client.shut_down() == 0
