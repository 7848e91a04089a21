"""The project that files make: scanned, looked at, told of; whatever happens, it is what a fresh scan says."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from spine_lsp.analysis import group_index
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.group_index import IndexedStep
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.uris import uri_of
from spine_lsp.configuration.configuration import EMPTY
from spine_lsp.configuration.reading import read_values
from spine_lsp.disk import project_files
from spine_lsp.disk.index_options import IndexOptions
from spine_lsp.disk.project_files import ProjectFiles
from spine_lsp.pysource.vocabulary import Vocabulary
from spine_lsp.syntax.text import Text
from tests.examples import examples

GROUP = "kind: PipelineGroup\nname: {}\nsteps:\n- {{name: a, pipeline: {}}}\n"
PIPELINE = """\
from spine.framework.registry import register_pipeline
from spine.framework.pipelines import Pipeline
{1}

@register_pipeline({0})
class X(Pipeline):
    pass
"""


def path_of(file: Path) -> str:
    return file.as_posix().removeprefix("/")


def run(work: Iterator[object]) -> None:
    for _ in work:
        pass


class Stand:
    """A folder, the files that are kept of it, and what was said of them."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.said: list[str] = []
        self.files = ProjectFiles(self.said.append)

    def scan(self, *folders: str) -> Project:
        run(self.files.scan([path_of(self.top / folder) for folder in folders or ("",)]))
        return self.files.project

    def look(self) -> Project:
        run(self.files.look())
        while self.files.scan_due:
            self.scan()
        return self.files.project

    def touched(self, *names: str) -> Project:
        run(self.files.touched(path_of(self.top / name) for name in names))
        return self.files.project

    def write(self, name: str, text: str) -> None:
        file = self.top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def opened(self, name: str, text: str) -> Project:
        path = path_of(self.top / name)
        run(self.files.opened(path, Document.read(uri_of(path), 1, Text(text))))
        return self.files.project

    def closed(self, name: str) -> Project:
        run(self.files.closed(path_of(self.top / name)))
        return self.files.project


def told(project: Project, top: Path) -> tuple[list[str], list[str], bool]:
    """What a project says: its groups with their files, its pipelines, and whether that is all."""
    start = len(path_of(top)) + 1
    groups = [f"{each.path[start:]}: {each.group.name}" for each in project.groups.groups()]
    python = project.python
    names = [] if python is None else [str(each.name.value) for each in python.registrations()]
    return groups, names, project.ready


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """A folder with two groups, and a pipeline whose name stands in another file."""
    made = Stand(tmp_path)
    made.write("daily.yaml", GROUP.format("daily", "a.b"))
    made.write("deep/down/weekly.yml", GROUP.format("weekly", "a.c"))
    made.write("src/prices/names.py", "NAME = 'a.b'\n")
    made.write("src/prices/pipelines.py", PIPELINE.format("NAME", "from prices.names import NAME"))
    made.write("other.yaml", "services: {}\n")
    made.write(".hidden/x.yaml", GROUP.format("hidden", "x"))
    return made


def test_a_folder_is_read(stand: Stand) -> None:
    """Groups and pipelines, names in other files followed; what git or a dot hides is not there."""
    stand.write(".gitignore", "build\n")
    stand.write("build/x.yaml", GROUP.format("built", "x"))
    found = told(stand.scan(), stand.top)
    assert found == (["daily.yaml: daily", "deep/down/weekly.yml: weekly"], ["a.b"], True)
    assert stand.said == []


def test_nothing_is_ready_before_all_is_read(stand: Stand) -> None:
    """In between, and where there is no folder at all, nothing may be called missing."""
    work = stand.files.scan([path_of(stand.top)])
    seen = [stand.files.project.ready for _ in work]
    assert not any(seen)
    assert stand.files.project.ready
    alone = Stand(stand.top)
    run(alone.files.scan([]))
    assert not alone.files.project.ready


def test_open_text_wins_and_what_is_closed_goes_back(stand: Stand) -> None:
    """Of YAML and of Python, of files of the folder, new files, and files elsewhere."""
    stand.scan()
    stand.opened("daily.yaml", GROUP.format("changed", "x"))
    stand.opened("src/prices/names.py", "NAME = 'a.z'\n")
    stand.opened("unsaved.yaml", GROUP.format("unsaved", "x"))
    stand.write("daily.yaml", GROUP.format("written beneath", "x"))
    expected = ["daily.yaml: changed", "deep/down/weekly.yml: weekly", "unsaved.yaml: unsaved"]
    assert told(stand.touched("daily.yaml"), stand.top) == (expected, ["a.z"], True)
    assert told(stand.scan(), stand.top) == (expected, ["a.z"], True)
    stand.closed("src/prices/names.py")
    stand.closed("unsaved.yaml")
    expected = ["daily.yaml: written beneath", "deep/down/weekly.yml: weekly"]
    assert told(stand.closed("daily.yaml"), stand.top) == (expected, ["a.b"], True)
    stand.opened("new.yaml", GROUP.format("new", "x"))
    stand.write("new.yaml", GROUP.format("saved", "x"))
    assert "new.yaml: saved" in told(stand.closed("new.yaml"), stand.top)[0]


def test_a_folder_comes_and_goes(stand: Stand) -> None:
    """Folders of the workspace are added, removed, and may lie in one another."""
    assert told(stand.scan("deep", "deep/down"), stand.top)[0] == ["deep/down/weekly.yml: weekly"]
    assert told(stand.scan("deep/down", "src"), stand.top)[:2] == (["deep/down/weekly.yml: weekly"], ["a.b"])
    assert told(stand.scan("src"), stand.top)[:2] == ([], ["a.b"])
    assert told(stand.scan(".hidden"), stand.top)[:2] == ([".hidden/x.yaml: hidden"], [])


def test_other_words_read_all_anew(stand: Stand) -> None:
    """Files that were passed over may register something when decorators of the user's own are named."""
    stand.write("own.py", "from ours import publish\n\n@publish('own.name')\nclass X:\n    pass\n")
    assert told(stand.scan(), stand.top)[1] == ["a.b"]
    options = IndexOptions(vocabulary=Vocabulary(("publish",)))
    run(stand.files.scan([path_of(stand.top)], options))
    assert sorted(told(stand.files.project, stand.top)[1]) == ["a.b", "own.name"]


def test_files_of_options_change_what_is_read_and_how(stand: Stand) -> None:
    """Told of or found by looking: patterns, decorators, whether there is an index at all."""
    stand.write("own.py", "from ours import publish\n\n@publish('own.name')\nclass X:\n    pass\n")
    stand.scan()
    stand.write("spine-lsp.toml", "exclude = ['deep/']\ndecorators = ['publish']\n")
    stand.touched("spine-lsp.toml")
    assert stand.files.scan_due
    groups, pipelines, *_ = told(stand.scan(), stand.top)
    assert (groups, sorted(pipelines)) == (["daily.yaml: daily"], ["a.b", "own.name"])
    stand.write("spine-lsp.toml", "include = ['deep/']\n")
    assert told(stand.look(), stand.top)[:2] == (["deep/down/weekly.yml: weekly"], ["a.b"])
    stand.write("spine-lsp.toml", "index.enabled = false\n")
    project = stand.look()
    assert not project.ready
    (stand.top / "spine-lsp.toml").unlink()
    assert stand.look().ready


def test_the_editor_wins_over_files_of_options(stand: Stand) -> None:
    """Its patterns start from the folder of the workspace."""
    stand.write("spine-lsp.toml", "exclude = ['daily.yaml']\n")
    values, _ = read_values({"exclude": ["/deep/"]})
    run(stand.files.scan([path_of(stand.top)], IndexOptions(configuration=EMPTY.with_editor(values))))
    assert told(stand.files.project, stand.top)[0] == ["daily.yaml: daily"]


def test_an_ignore_file_changes_what_is_read(stand: Stand) -> None:
    """Whether it is told of or found by looking; and so does one that goes."""
    stand.scan()
    stand.write(".gitignore", "deep\n")
    stand.touched(".gitignore")
    assert stand.files.scan_due
    assert told(stand.scan(), stand.top)[0] == ["daily.yaml: daily"]
    (stand.top / ".gitignore").unlink()
    assert len(told(stand.look(), stand.top)[0]) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_lead_nowhere_twice(stand: Stand, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Loops end, a link to a file of the workspace is not a second file, and one to a file elsewhere is read."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "shared.yaml"
    elsewhere.write_text(GROUP.format("shared", "x"), encoding="utf-8")
    (stand.top / "loop").symlink_to(stand.top)
    (stand.top / "self.yaml").symlink_to("self.yaml")
    (stand.top / "again.yaml").symlink_to(stand.top / "daily.yaml")
    (stand.top / "nowhere.yaml").symlink_to("not there")
    (stand.top / "shared.yaml").symlink_to(elsewhere)
    found = told(stand.scan(), stand.top)[0]
    assert found == ["daily.yaml: daily", "deep/down/weekly.yml: weekly", "shared.yaml: shared"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes and pipes are those of Unix")
def test_what_cannot_be_read_is_said_once(stand: Stand) -> None:
    """A pipe, a folder without rights, a name that is no text, a file too large: a line each, and all else is read."""
    os.mkfifo(stand.top / "pipe.yaml")
    (stand.top / os.fsdecode(b"\xff.yaml")).write_text("", encoding="utf-8")
    stand.write("large.py", "#" * (1 << 21))
    found = [told(stand.scan(), stand.top), told(stand.look(), stand.top), told(stand.scan(), stand.top)]
    assert found == [found[0]] * 3
    assert len(found[0][0]) == 2
    assert sorted(line.partition(" is not read: ")[2].partition(":")[0] for line in stand.said) == [
        "a pipe, not a file",
        "its name is no text",
        "too large",
    ]


def test_a_file_that_vanishes_is_no_fault(stand: Stand) -> None:
    """Between the listing and the reading, at any moment."""
    work = stand.files.scan([path_of(stand.top)])
    for progress in work:
        if progress.total and progress.done == 1:
            (stand.top / "deep/down/weekly.yml").unlink()
            (stand.top / "daily.yaml").unlink()
    assert told(stand.look(), stand.top) == ([], ["a.b"], True)
    assert stand.said == []


def test_a_workspace_without_end_has_one(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more files than are read, one line says so, and nothing is called missing ever after."""
    monkeypatch.setattr(project_files, "MOST_FILES", 2)
    assert not stand.scan().ready
    assert not stand.look().ready
    assert len(stand.said) == 1
    assert "not read to its end" in stand.said[0]


def test_a_fault_in_reading_costs_one_file(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no file should be able to do is logged, and the others are read."""

    def broken(document: Document) -> tuple[()]:
        if document.uri.endswith("daily.yaml"):
            raise ValueError("asked to")
        return ()

    monkeypatch.setattr(project_files, "indexed", broken)
    assert told(stand.scan(), stand.top) == ([], ["a.b"], True)


def test_an_edit_of_an_open_group_works_out_no_places(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that moves nothing: where all the steps stand is looked for when somebody asks."""
    looked: list[str] = []
    indexed_steps = group_index._indexed_steps  # what is counted

    def counted(text: Text, group: Group) -> tuple[IndexedStep, ...]:
        looked.append(group.steps[0].name or "")
        return indexed_steps(text, group)

    stand.scan()
    monkeypatch.setattr(group_index, "_indexed_steps", counted)
    for step in "bcc":
        stand.opened("daily.yaml", GROUP.format("daily", "a.b").replace("name: a", f"name: {step}"))
    assert looked == []
    (use,) = stand.files.project.groups.uses("a.b")
    assert (use.step.name, looked) == ("c", ["c"])


def test_news_are_what_others_may_depend_on(stand: Stand) -> None:
    """Names and uses are news, places alone are not, unless two groups have the same name."""
    stand.scan()

    def is_news(name: str, text: str) -> bool:
        stand.files.news = False
        stand.opened(name, text)
        return stand.files.news

    text = GROUP.format("daily", "a.b")
    assert not is_news("daily.yaml", text)
    assert not is_news("daily.yaml", "# moved\n" + text)
    assert is_news("daily.yaml", text.replace("a.b", "a.z"))
    assert is_news("deep/down/weekly.yml", text)
    assert is_news("daily.yaml", "\n" + text.replace("a.b", "a.z"))
    assert is_news("src/prices/names.py", "NAME = 'a.q'\n")
    assert not is_news("src/prices/names.py", "NAME = 'a.q'\n")


NAMES = ["a.yaml", "x/b.yaml", "x/y/c.yaml", "p.py", "x/names.py", "x/y/__init__.py", ".gitignore"]
OPTIONS = ["spine-lsp.toml", "x/spine-lsp.toml", "pyproject.toml"]
ELSEWHERE = ["shared.yaml", "shared.py", "a.yaml", "nowhere"]
TEXTS = {
    ".yaml": [GROUP.format("g", "a.b"), GROUP.format("h", "a.c"), "other: 1\n", "kind: [\n"],
    ".py": [
        PIPELINE.format("'a.b'", ""),
        "from theirs import mine\n@mine('a.own')\nclass Own: ...\n",
        PIPELINE.format("NAME", "from x.names import NAME"),
        "NAME = 'a.c'\n",
        "def broken(:\n",
        "",
    ],
    "ignore": ["x/y\n", "*.py\n", ""],
    "spine-lsp.toml": [
        "exclude = ['x/y']\n",
        "decorators = ['mine']\n",
        "index.enabled = false\n",
        "",
        "no [",
    ],
    "pyproject.toml": ["[tool.spine-lsp]\ninclude = ['x/']\n", "[tool.spine-lsp]\npythonRoots = ['x']\n", ""],
}


def texts_for(name: str) -> list[str]:
    return next(texts for ending, texts in TEXTS.items() if name.endswith(ending))


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(NAMES), st.integers(0, 4)),
        st.tuples(st.just("write"), st.sampled_from(OPTIONS), st.integers(0, 4)),
        st.tuples(st.just("link"), st.sampled_from(["l.yaml", "l.py", "x/l.yaml"]), st.integers(0, 3)),
        st.tuples(st.just("elsewhere"), st.sampled_from(ELSEWHERE[:2]), st.integers(0, 4)),
        st.tuples(st.just("remove"), st.sampled_from([*NAMES, *OPTIONS, "l.yaml", "x", "x/y"]), st.just(0)),
        st.tuples(st.just("move"), st.sampled_from([*NAMES, "x", "x/y"]), st.integers(0, 4)),
        st.tuples(st.just("open"), st.sampled_from(NAMES[:-1]), st.integers(0, 4)),
        st.tuples(st.just("close"), st.sampled_from(NAMES[:-1]), st.just(0)),
    ),
    max_size=10,
)


def changed_files(stand: Stand, kind: str, name: str, number: int) -> Iterable[str]:
    """Make one change behind everybody's back; answers the paths that a watching client would tell."""
    file = stand.top / name
    if kind == "write":
        stand.write(name, texts_for(name)[number % len(texts_for(name))])
        return [name]
    if kind == "elsewhere":  # what links may lead to: nobody watches it
        (stand.top.parent / name).write_text(texts_for(name)[number % len(texts_for(name))], encoding="utf-8")
        return []
    if kind == "link":
        file.parent.mkdir(exist_ok=True)
        file.unlink(missing_ok=True)
        target = ELSEWHERE[number]
        file.symlink_to(stand.top / target if target in NAMES else stand.top.parent / target)
        return [name]
    if kind == "remove" and (file.exists() or file.is_symlink()):
        removed = [name]
        for inner in sorted(file.rglob("*"), reverse=True) if file.is_dir() else ():
            removed.append(inner.relative_to(stand.top).as_posix())
            inner.rmdir() if inner.is_dir() and not inner.is_symlink() else inner.unlink()
        file.rmdir() if file.is_dir() and not file.is_symlink() else file.unlink()
        return removed
    target = f"moved{number}{file.suffix}"
    if kind == "move" and file.exists() and not file.is_symlink() and not (stand.top / target).exists():
        inner_names = [inner.relative_to(file).as_posix() for inner in file.rglob("*")] if file.is_dir() else []
        file.rename(stand.top / target)
        return [name, target, *(f"{each}/{inner}" for each in (name, target) for inner in inner_names)]
    return []


@example(changes=[("link", "l.yaml", 0), ("elsewhere", "shared.yaml", 0)], watching=False)
@example(changes=[("write", "spine-lsp.toml", 1), ("open", "p.py", 0)], watching=False)
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES, watching=st.booleans())
def test_kept_equals_read_anew(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str, int]], watching: bool
) -> None:
    """After whatever happens on the disk and in the editor, told of or not: what a fresh scan says."""
    stand = Stand(tmp_path_factory.mktemp("kept") / "top")
    stand.write("a.yaml", TEXTS[".yaml"][0])
    stand.scan()
    shown: dict[str, str] = {}
    for kind, name, number in changes:
        if kind == "open":
            shown[name] = texts_for(name)[number % len(texts_for(name))]
            stand.opened(name, shown[name])
        elif kind == "close":
            shown.pop(name, None)
            stand.closed(name)
        elif watching:
            stand.touched(*changed_files(stand, kind, name, number))
            if stand.files.scan_due:
                stand.scan()
        else:
            changed_files(stand, kind, name, number)
            stand.look()
    if watching:  # of what is elsewhere nobody tells
        stand.look()
    fresh = Stand(stand.top)
    for name, text in shown.items():
        fresh.opened(name, text)
    assert told(stand.files.project, stand.top) == told(fresh.scan(), stand.top)
