"""The keeper of the workspace's files: it gives way to the editor's work, but not when somebody waits for it."""

from __future__ import annotations

import threading
from pathlib import Path

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.project import Project, path_of
from spine_lsp.server.keeper import Keeper
from spine_lsp.syntax.text import Text

GROUP = "kind: PipelineGroup\nname: daily\nsteps:\n  - {name: a, pipeline: p}\n"


class Unwatched:
    """Nobody looks how far a scan is."""

    def begin(self) -> None: ...

    def report(self, done: int, total: int) -> None: ...

    def end(self, *, cancelled: bool) -> None: ...


def opened(tmp_path: Path) -> tuple[str, Document]:
    uri = (tmp_path / "open.yaml").as_uri()
    return uri, Document.read(uri, 1, Text(GROUP))


def test_an_open_file_is_indexed_after_its_diagnosis(tmp_path: Path) -> None:
    """While the editor's work goes on, the keeper looks again and again, and reads what was opened only then."""
    looks = 0
    looks_until_told: list[int] = []
    told = threading.Event()
    counting = threading.Event()

    def busy() -> bool:
        nonlocal looks
        looks += counting.is_set()
        return counting.is_set() and looks < 3

    def tell(project: Project, *, news: bool) -> None:
        if project.groups.files:
            looks_until_told.append(looks)
            told.set()

    keeper = Keeper(tell, busy, Unwatched())
    keeper.keep([tmp_path.as_uri()])
    assert keeper.settled(20) is not None
    counting.set()
    keeper.opened(*opened(tmp_path))
    assert told.wait(20)
    assert looks_until_told[0] >= 2


def test_nobody_waits_for_the_keeper_to_be_polite(tmp_path: Path) -> None:
    """Whoever asks for the project has in it what was opened before, however busy the editor is."""
    busy = threading.Event()
    keeper = Keeper(lambda *_, **__: None, busy.is_set, Unwatched())
    keeper.keep([tmp_path.as_uri()])
    assert keeper.settled(20) is not None
    busy.set()
    uri, document = opened(tmp_path)
    keeper.opened(uri, document)
    project = keeper.settled(20)
    assert project is not None
    assert [group.name for group in project.groups.file(path_of(uri) or "")] == ["daily"]
