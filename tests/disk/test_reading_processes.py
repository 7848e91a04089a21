"""Several processes that read a workspace: what one says alone, whatever becomes of them and of the files meanwhile."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.uris import uri_of
from spine_lsp.disk import project_files, reading_processes
from spine_lsp.disk.cache import Cache
from spine_lsp.disk.index_options import IndexOptions
from spine_lsp.disk.project_files import ProjectFiles
from spine_lsp.disk.reading_process import hello, reply, serve
from spine_lsp.disk.stamps import AskedFile
from spine_lsp.pysource.vocabulary import Vocabulary
from spine_lsp.syntax.text import Text
from tests.disk.test_cache import ALIASES, GROUPS, told
from tests.pysource.test_index import BROKEN, TEXTS

PYTHON = [*TEXTS, *BROKEN, *ALIASES, "@mine('z')\nclass Z: ...\n", "# -*- coding: nowhere -*-\n# Pipeline\n"]


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A workspace with files of every kind: passed, imported, aliased, broken, linked, empty, no text."""
    folder = tmp_path / "top"
    for number, text in enumerate(PYTHON):
        (folder / f"pkg{number % 3}").mkdir(parents=True, exist_ok=True)
        (folder / f"pkg{number % 3}" / f"p{number}.py").write_text(text, encoding="utf-8")
    (folder / "names.py").write_text(TEXTS[1], encoding="utf-8")
    for number, text in enumerate(GROUPS):
        (folder / f"g{number}.yaml").write_text(text, encoding="utf-8")
    (folder / "bad.yaml").write_bytes(b"name: \xff\xfe\n")
    (folder / "utf16.yaml").write_bytes(GROUPS[0].encode("utf-16"))
    if hasattr(os, "link"):
        os.link(folder / "g1.yaml", folder / "same.yaml")
    return folder


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes are worth it at once, whatever the machine has."""
    monkeypatch.setattr(project_files, "WORTH_HELP", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(sys, "platform", "any" if sys.platform == "linux" else sys.platform)


def path_of(file: Path) -> str:
    return file.as_posix().removeprefix("/")


def scanned(top: Path, files: ProjectFiles | None = None) -> ProjectFiles:
    files = files or ProjectFiles(lambda line: None)
    for _ in files.scan([path_of(top)]):
        pass
    return files


def alone(top: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectFiles:
    """What one process reads."""
    with monkeypatch.context() as patch:
        patch.setattr(project_files, "WORTH_HELP", 1 << 30)
        return scanned(top)


def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read here that another process has not given back."""
    monkeypatch.setattr(project_files, "taken", lambda files: None)


@pytest.mark.usefixtures("helped")
def test_several_processes_say_what_one_says(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of files of every kind, where the others read all of them; and what they read is kept like the rest."""
    expected, lines = alone(top, monkeypatch), list[bytes]()
    patient(monkeypatch)
    real = ProjectFiles._take_reply

    def noted(files: ProjectFiles, file: AskedFile, line: bytes) -> None:
        lines.append(line)
        real(files, file, line)

    monkeypatch.setattr(ProjectFiles, "_take_reply", noted)
    kept_in = Cache(top.parent / "cache")
    files = scanned(top, ProjectFiles(lambda line: None, cache=kept_in))
    assert told(files.project) == told(expected.project)
    assert sum(map(bool, lines)) >= len(PYTHON)
    assert files.is_worth_keeping
    for _ in files.keep():
        pass
    again = scanned(top, ProjectFiles(lambda line: None, cache=kept_in))
    assert told(again.project) == told(expected.project)


NOBODY = {
    "ends at once": "",
    "says nothing of use": "for line in sys.stdin: print('x y', flush=True)",
    "says half": "print('[1,2,3', end='', flush=True)",
    "is another version": "import spine_lsp; spine_lsp.__version__ = '0'; "
    "from spine_lsp.disk.reading_process import main; main()",
}


@pytest.mark.usefixtures("helped")
@pytest.mark.parametrize("code", NOBODY.values(), ids=NOBODY)
def test_what_others_do_not_read_is_read_here(
    code: str, top: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Processes that end, talk nonsense or are of another version cost nothing but the help."""
    expected = alone(top, monkeypatch)
    command = [sys.executable, "-c", f"import sys; {code or 'pass'}"]
    monkeypatch.setattr(reading_processes, "own_command", lambda *_: command)
    assert told(scanned(top).project) == told(expected.project)
    caplog.clear()  # what could not be understood is logged


@pytest.mark.usefixtures("helped")
def test_processes_that_cannot_be_started_are_not_missed(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All is read here."""
    expected = alone(top, monkeypatch)
    monkeypatch.setattr(reading_processes, "own_command", lambda *_: [str(top / "nowhere")])
    assert told(scanned(top).project) == told(expected.project)


class _Slow:
    """Stands for the processes: each reply is of the file as it was when it was asked for, and comes at the end."""

    def __init__(self, files: Any, first_line: bytes, count: int) -> None:
        self._replies = [(file, reply(file.path, Vocabulary(), whole=file.whole)) for file in files]
        files.clear()

    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...

    def next_reply(self, seconds: float) -> tuple[Any, bytes] | None:
        return self._replies.pop() if self._replies else None


@pytest.mark.usefixtures("helped")
@pytest.mark.parametrize("change", ["touched", "deleted", "opened", "closed", "imported"])
def test_what_changes_meanwhile_is_as_it_is_now(change: str, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply about what a file was is worth nothing once more is known of it."""
    monkeypatch.setattr(reading_processes, "ReadingProcesses", _Slow)
    file = top / ("names.py" if change == "imported" else "pkg0/p9.py")
    files = ProjectFiles(lambda line: None)
    scan = files.scan([path_of(top)])
    progress = next(each for each in scan if each.done)
    assert progress.done < progress.total
    shown = Document.read(uri_of(path_of(file)), 1, Text(TEXTS[10]))
    works: list[Iterator[None]] = []
    if change == "deleted":
        file.unlink()
        works = [files.touched([path_of(file)])]
    elif change == "touched":
        file.write_text(TEXTS[10], encoding="utf-8")
        works = [files.touched([path_of(file)])]
    elif change in ("opened", "closed"):
        works = [files.opened(path_of(file), shown)]
        works += [files.closed(path_of(file))] if change == "closed" else []
    else:
        works = [files.opened(path_of(top / "pkg2/p5.py"), Document.read("file:///x", 1, Text(TEXTS[5])))]
    for work in works:
        for _ in work:
            pass
    for _ in scan:
        pass
    if change == "opened":
        file.write_text(TEXTS[10], encoding="utf-8")
    elif change == "imported":
        (top / "pkg2/p5.py").write_text(TEXTS[5], encoding="utf-8")
    assert told(files.project)["registrations"] == told(alone(top, monkeypatch).project)["registrations"]


@pytest.mark.usefixtures("helped")
def test_a_scan_that_is_given_up_leaves_no_process_and_the_next_one_reads_all(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that was asked for, and not told, counts as read."""
    expected = alone(top, monkeypatch)
    patient(monkeypatch)
    files, before = ProjectFiles(lambda line: None), set(psutil.Process().children())
    scan = files.scan([path_of(top)])
    next(each for each in scan if each.done)
    started = set(psutil.Process().children()) - before
    scan.close()  # type: ignore[attr-defined]  # a generator
    psutil.wait_procs(list(started))
    assert not any(each.is_running() for each in started)
    assert told(scanned(top, files).project) == told(expected.project)


def test_a_process_answers_line_by_line(top: Path) -> None:
    """A reply for each file, empty for what is not there, and nothing at all for another version."""
    names = [[path_of(top / "names.py"), True], [path_of(top / "gone.py"), False]]
    told_to = io.BytesIO()
    serve(io.BytesIO(hello(Vocabulary()) + json.dumps(names).encode() + b"\n"), told_to)
    first, second, rest = told_to.getvalue().split(b"\n")
    assert (first[:1], second, rest) == (b"[", b"", b"")
    told_to = io.BytesIO()
    serve(io.BytesIO(b'{"version": ["0"], "decorators": []}\n' + json.dumps(names).encode()), told_to)
    assert told_to.getvalue() == b""


@pytest.mark.usefixtures("helped")
def test_they_know_the_decorators_of_the_options(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What registers is told to each of them."""
    patient(monkeypatch)
    (top / "own.py").write_text("from theirs import special\n@special('s')\nclass S: ...\n", encoding="utf-8")
    files = ProjectFiles(lambda line: None, IndexOptions(vocabulary=Vocabulary(("special",))))
    scanned(top, files)
    assert files.project.python is not None
    assert "s" in files.project.python.names()
