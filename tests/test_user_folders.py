"""Where the system has programs keep what is the user's."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from spine_lsp.execution.place import default_path
from spine_lsp.user_folders import cache_folder, data_folder


@pytest.mark.parametrize(
    ("platform", "given", "data", "cache"),
    [
        ("linux", "", ".local/share/spine-lsp", ".cache/spine-lsp"),
        ("linux", "relative", ".local/share/spine-lsp", ".cache/spine-lsp"),
        ("linux", "/given", "/given/spine-lsp", "/given/spine-lsp"),
        ("darwin", "/given", "Library/Application Support/spine-lsp", "Library/Caches/spine-lsp"),
        ("win32", "", "AppData/Local/spine-lsp", "AppData/Local/spine-lsp/Cache"),
        ("win32", "/given", "/given/spine-lsp", "/given/spine-lsp/Cache"),
    ],
)
def test_each_system_has_its_folders(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, given: str, data: str, cache: str
) -> None:
    """By its variables, where they name a folder, or else at home; the history is among the data."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, given)
    monkeypatch.setattr(sys, "platform", platform)
    assert data_folder() == tmp_path / data
    assert cache_folder() == tmp_path / cache
    assert default_path() == data_folder() / "history.db"
