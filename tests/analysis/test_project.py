"""Paths of a project and uris, both ways."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.uris import path_of, uri_of


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/me/a.py", "home/me/a.py"),
        ("file:///home/me/with%20space/%C3%A9.py", "home/me/with space/é.py"),
        ("file:///c%3A/prices/a.py", "c:/prices/a.py"),
        ("file:///C:/prices/a.py", "c:/prices/a.py"),
        ("file:///home/100%25/%23a.py", "home/100%/#a.py"),
    ],
)
def test_a_uri_means_a_path(uri: str, path: str) -> None:
    """Whatever is written with escapes, and in either case of a drive's letter."""
    assert path_of(uri) == path
    assert path_of(uri_of(path)) == path


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "file://server/share/a.py", "vscode-remote://x/a.py", ""])
def test_what_is_no_file_of_this_machine_has_no_path(uri: str) -> None:
    """Nothing on another machine, and nothing that was never saved."""
    assert path_of(uri) is None
