"""Texts shown as documents: one private folder for each server, gone with it, whatever the group is called."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, strategies as st

from spine_lsp.server import shown
from spine_lsp.server.shown import remove_shown, write_shown
from tests.server.rawclient import RawClient

A = "file:///shown.yaml"


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    remove_shown()


@given(st.text(max_size=300))
def test_every_name_of_a_group_makes_a_file(group: str) -> None:
    """Long ones are shortened, odd characters replaced, and the file is inside the folder."""
    file = write_shown(A, group, "-order.md", group)
    assert file.name.endswith("-order.md")
    assert len(file.name.encode()) < 250
    assert file.read_text(encoding="utf-8").splitlines() == group.splitlines()


def test_the_folder_is_private_and_used_again() -> None:
    """The same group has the same file, groups that look alike have different ones."""
    first = write_shown(A, "a b", "-graph.txt", "1")
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    assert write_shown(A, "a b", "-graph.txt", "2") == first
    assert first.read_text(encoding="utf-8") == "2"
    others = {write_shown(A, "A:B", "-graph.txt", "3"), write_shown("file:///b", "a b", "-graph.txt", "4")}
    assert len({first, *others}) == 3
    assert {file.parent for file in others} == {first.parent}
    remove_shown()
    assert not first.parent.exists()


def test_files_do_not_pile_up() -> None:
    """The oldest file makes room."""
    for number in range(shown._MOST_FILES + 50):
        file = write_shown(A, f"g{number}", "-order.md", "x")
    assert len(list(file.parent.iterdir())) == shown._MOST_FILES


def test_a_server_leaves_nothing_behind(tmp_path: Path) -> None:
    """Many commands make one folder, also for a name of 250 characters, and it is gone after the end."""
    client = RawClient([sys.executable, "-m", "spine_lsp", "serve"], {"TMPDIR": str(tmp_path)})
    try:
        client.initialize({"window": {"showDocument": {"support": True}}})
        client.open(A, f"kind: PipelineGroup\nname: {'n' * 250}\nsteps:\n- {{name: a, pipeline: b}}\n")
        for command in ("spine.openGraph", "spine.openResolvedOrder") * 2:
            assert client.call("workspace/executeCommand", {"command": command, "arguments": [{"uri": A}]}) is None
            asked = client.until(lambda message: message.get("method") == "window/showDocument")
            assert Path(unquote(urlsplit(asked["params"]["uri"]).path)).read_text(encoding="utf-8")
        assert len(list(tmp_path.iterdir())) == 1
        assert client.shut_down() == 0
        assert list(tmp_path.iterdir()) == []
    finally:
        client.kill()
