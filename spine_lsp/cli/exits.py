"""The exit codes of every command, in one place; docs/command-line.md says when each is answered."""

from __future__ import annotations

OK = 0
"""Done, and nothing that fails the run."""

FOUND = 1
"""Done, and something was found that fails the run."""

CANNOT_RUN = 2
"""The command could not do its work: a wrong option, a path that does not exist, output that cannot be written."""

INTERRUPTED = 130
"""Ctrl-C, as shells say it: 128 and the number of the signal."""
