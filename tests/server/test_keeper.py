"""The keeper of the workspace's files: it gives way to the editor's work, but not when somebody waits for it."""

from __future__ import annotations

import threading
from itertools import pairwise
from pathlib import Path
from time import thread_time

import pytest

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.uris import path_of
from spine_lsp.server.keeper import Keeper
from spine_lsp.syntax.text import Text

_FILES = 300
PYTHON = """\
from spine.framework import Pipeline, register_pipeline
from jobs_{before} import Pipeline{before}

@register_pipeline("jobs.{number}")
class Pipeline{number}(Pipeline):
    def run(self):
        return self.params["day"], self.params.get("limit", 10)
"""
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


def test_nothing_of_yesterday_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start with what was kept tells nothing before the disk was asked, and then what the disk says."""
    monkeypatch.setenv("SPINE_LSP_CACHE", str(tmp_path / "cache"))
    top = tmp_path / "top"
    top.mkdir()
    for number in range(60):
        (top / f"{number}.yaml").write_text(GROUP.replace("daily", f"group_{number}"))

    def session() -> list[set[str]]:
        seen: list[set[str]] = []
        ended = threading.Event()

        def tell(project: Project, *, news: bool) -> None:
            seen.append({each.group.name for each in project.groups.groups()})
            if project.ready:
                ended.set()

        keeper = Keeper(tell, lambda: False, Unwatched())
        keeper.keep([top.as_uri()])
        assert ended.wait(20)
        return seen

    before = session()
    assert before[-1] == {f"group_{number}" for number in range(60)}
    kept = next(iter(_wait_for_file(tmp_path / "cache")))
    assert kept.suffix == ".cache"
    (top / "0.yaml").unlink()
    (top / "1.yaml").write_text(GROUP.replace("daily", "new"))
    after = session()
    assert not any("group_0" in names or "group_1" in names for names in after)
    assert after[-1] == {"new", *(f"group_{number}" for number in range(2, 60))}


def _wait_for_file(folder: Path) -> list[Path]:
    """The files of a folder once there is one that is whole."""
    waiting = threading.Event()
    for _ in range(4_000):
        if found := list(folder.glob("*.cache")):
            return found
        waiting.wait(0.005)
    raise AssertionError("nothing is kept")


def test_a_scan_beside_the_loop_gives_way_after_each_file(tmp_path: Path) -> None:
    """Also while many files are linked at once: so a keystroke never waits for more than one file's work."""
    for number in range(_FILES):
        text = PYTHON.format(number=number, before=max(number - 1, 0))
        (tmp_path / f"jobs_{number}.py").write_text(text, encoding="utf-8")
    looks: list[float] = []  # the processor's time of the keeper's thread

    def busy() -> bool:
        looks.append(thread_time())
        return False

    keeper = Keeper(lambda *_, **__: None, busy, Unwatched())
    keeper.keep([tmp_path.as_uri()])
    while (project := keeper.settled(20)) is None or not project.ready:
        pass
    assert project.python is not None
    assert len(project.python.names()) == _FILES
    assert len(looks) > 2 * _FILES  # it is read, and it is linked
    holds = [after - before for before, after in pairwise(looks)]
    assert max(holds) < sum(holds) / 4  # to link all of them is a half of it
