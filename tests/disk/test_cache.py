"""What is kept on the disk: never anything but what a fresh reading says, whatever happened to it or to the files."""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from spine_lsp.analysis.group_index import GroupIndex
from spine_lsp.analysis.project import Project
from spine_lsp.configuration.configuration import EMPTY
from spine_lsp.configuration.reading import read_values
from spine_lsp.disk import cache, documents, project_files, stamps
from spine_lsp.disk.cache import Cache, Content, folder_of_user
from spine_lsp.disk.index_options import IndexOptions
from spine_lsp.disk.project_files import ProjectFiles
from spine_lsp.pysource import reading
from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.pysource.packing import UnpackableError, packed, unpacked
from spine_lsp.pysource.reading import read_text
from spine_lsp.pysource.vocabulary import Vocabulary
from tests.examples import examples
from tests.pysource.test_index import BROKEN, PATHS, TEXTS, answers

GROUPS = [
    "kind: PipelineGroup\nname: daily\nsteps:\n- {name: a, pipeline: x}\n- {name: é𝄞, pipeline: x.y}\n",
    "kind: PipelineGroup\nname: weekly\nsteps:\n  - name: b\n    pipeline: x\n",
    "apiVersion: spine.io/v1\nkind: PipelineGroup\nmetadata: {name: daily, domain: d}\nspec: {pipelines: []}\n",
    "services: {}\n",
    "kind: Workflow\nname: daily\nsteps:\n- {name: a, type: lambda, handler_ref: 'names:mine'}\n",
]
ALIASES = [
    "from spine.framework.registry import register_pipeline as mine\n",
    "from names import mine\n\n@mine('x')\nclass A: ...\n",
]
STATES = st.dictionaries(st.sampled_from(PATHS), st.sampled_from([*TEXTS, *BROKEN, *ALIASES]), max_size=6).flatmap(
    lambda python: st.dictionaries(
        st.sampled_from(["a.yaml", "b.yml", "pkg/c.yaml"]), st.sampled_from(GROUPS), max_size=3
    ).map(lambda groups: python | groups)
)


def run(work: Iterator[object]) -> None:
    for _ in work:
        pass


def read(top: Path, kept_in: Path | None, options: IndexOptions | None = None) -> ProjectFiles:
    """What is read of a folder, and then kept for the next time."""
    files = ProjectFiles(lambda line: None, options, cache=Cache(kept_in) if kept_in is not None else None)
    run(files.scan([top.as_posix().removeprefix("/")]))
    run(files.keep())
    return files


def told(project: Project) -> dict[str, Any]:
    """All that a project says."""
    assert project.python is not None
    return answers(project.python) | {
        "files": dict(project.groups.files),
        "groups": list(project.groups.groups()),
        "mentions": {name: list(project.groups.mentions(name)) for name in project.groups.mentioned()},
        "uses": {name: project.groups.uses(name) for name in project.groups.pipelines()},
        "called": {name: project.groups.named(name) for name in ("daily", "weekly")},
        "ready": project.ready,
        "runnable": project.python.runnable_names(),
        "marks": set(project.marks),
    }


def put(top: Path, before: dict[str, str], after: dict[str, str]) -> None:
    """Make the files of a folder what they are to be; what stays is not touched."""
    for name in before.keys() - after.keys():
        (top / name).unlink()
    for name, text in after.items():
        if before.get(name) != text:
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).write_text(text, encoding="utf-8")


@given(states=st.lists(STATES, min_size=2, max_size=4), worth=st.booleans())
@example(states=[{"p.py": BROKEN[0]}, {"p.py": TEXTS[5]}, {"p.py": BROKEN[0]}, {"p.py": BROKEN[0]}], worth=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(30))
def test_with_the_cache_as_without(
    states: list[dict[str, str]], worth: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """After any changes a start with what was kept says what a fresh one says."""
    top, kept_in = tmp_path_factory.mktemp("top"), tmp_path_factory.mktemp("cache")
    before: dict[str, str] = {}
    for state in states:
        put(top, before, state)
        before = state
        if worth:  # all stamps are of another time: content decides
            for name in state:
                os.utime(top / name, ns=(1, 1))
        assert told(read(top, kept_in).project) == told(read(top, None).project)


@given(start=st.integers(0, 10_000), length=st.integers(0, 300), put_in=st.binary(max_size=20), cut=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(60))
def test_damage_is_seen(
    start: int, length: int, put_in: bytes, cut: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Bytes anywhere replaced, added, lost, and an end that is gone: it is what was written, or nothing."""
    kept = Cache(tmp_path_factory.mktemp("cache"))
    content = Content({"a": [1, 2, "x" * 300], "b": None}, [b"one", b"", b"x" * 2000, "é".encode()])
    kept.save(["k"], content)
    (file,) = kept._folder.iterdir()
    whole = file.read_bytes()
    at = start % len(whole)
    damaged = whole[:at] + put_in + (b"" if cut else whole[at + length :])
    file.write_bytes(damaged)
    assert kept.load(["k"]) == (content if damaged == whole else None)
    assert kept.load(["other"]) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:100],
        lambda data: b"",
        lambda data: pickle.dumps([1]),
        lambda data: data.replace(b"cache 1", b"cache 2"),
    ],
    ids=["cut", "empty", "a pickle", "another format"],
)
def test_what_is_of_no_use_is_made_anew(damage: Any, tmp_path: Path, counted: list[bytes]) -> None:
    """A damaged file costs a reading, says nothing, and is a good one after it."""
    top, kept_in = tmp_path / "top", tmp_path / "cache"
    put(top, {}, {"p.py": TEXTS[9], "a.yaml": GROUPS[0]})
    expected = told(read(top, kept_in).project)
    (file,) = kept_in.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    again = ProjectFiles(lambda line: None, cache=Cache(kept_in))
    run(again.scan([top.as_posix().removeprefix("/")]))
    assert told(again.project) == expected
    assert again.is_worth_keeping
    run(again.keep())
    counted.clear()
    assert told(warm(top, kept_in).project) == expected
    assert counted == []


def warm(top: Path, kept_in: Path) -> ProjectFiles:
    """What is read of a folder, by what was kept."""
    files = ProjectFiles(lambda line: None, cache=Cache(kept_in))
    run(files.scan([top.as_posix().removeprefix("/")]))
    return files


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The contents that are read as Python or as groups."""
    seen: list[bytes] = []
    real_python, real_groups = reading.read_bytes, documents.document_of

    def python(data: bytes, *args: Any, **options: Any) -> Any:
        seen.append(data)
        return real_python(data, *args, **options)

    def groups(path: str, text: str) -> Any:
        seen.append(text.encode())
        return real_groups(path, text)

    monkeypatch.setattr(reading, "read_bytes", python)
    monkeypatch.setattr(project_files, "document_of", groups)
    return seen


def test_what_did_not_change_is_not_read_again(tmp_path: Path, counted: list[bytes]) -> None:
    """Neither by its stamp nor, where that is another, by its content; what changed alone is."""
    top, kept_in = tmp_path / "top", tmp_path / "cache"
    files = {"names.py": TEXTS[1], "p.py": TEXTS[5], "a.yaml": GROUPS[0], "b.yml": GROUPS[1]}
    put(top, {}, files)
    read(top, kept_in)
    assert len(counted) == 5  # the names, passed at first, are imported
    counted.clear()
    os.utime(top / "p.py", ns=(1, 1))
    read(top, kept_in)
    assert counted == []
    put(top, files, files | {"names.py": TEXTS[2]})
    read(top, kept_in)
    assert counted == [TEXTS[2].encode()]


def test_a_change_that_no_stamp_tells_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that changed in the tick in which it was read has the same times and size: its content decides."""
    top, kept_in = tmp_path / "top", tmp_path / "cache"
    put(top, {}, {"p.py": TEXTS[9]})
    monkeypatch.setattr(stamps, "_TICK", 1 << 62)
    monkeypatch.setattr(stamps, "_COARSE_TICK", 1 << 62)
    read(top, kept_in)
    info = (top / "p.py").stat()
    (top / "p.py").write_text(TEXTS[9].replace("'x'", "'y'"), encoding="utf-8")
    os.utime(top / "p.py", ns=(info.st_atime_ns, info.st_mtime_ns))
    monkeypatch.setattr(stamps, "differ", lambda stamp, known: False)  # as if the system could not tell
    project = warm(top, kept_in).project
    assert project.python is not None
    assert project.python.names() == ["y"]


def test_an_open_text_is_not_kept_as_that_of_the_disk(tmp_path: Path) -> None:
    """What is open and not saved says what the disk says at the next start."""
    from spine_lsp.analysis.document import Document
    from spine_lsp.analysis.uris import uri_of
    from spine_lsp.syntax.text import Text

    top, kept_in = tmp_path / "top", tmp_path / "cache"
    put(top, {}, {"p.py": TEXTS[9], "q.py": TEXTS[10], "a.yaml": GROUPS[0]})
    files = ProjectFiles(lambda line: None, cache=Cache(kept_in))
    for name, text in (
        ("p.py", TEXTS[10]),
        ("q.py", TEXTS[10]),
        ("a.yaml", GROUPS[1]),
        ("new.yaml", GROUPS[1]),
    ):
        path = (top / name).as_posix().removeprefix("/")
        run(files.opened(path, Document.read(uri_of(path), 1, Text(text))))
    run(files.scan([top.as_posix().removeprefix("/")]))
    run(files.keep())
    assert told(warm(top, kept_in).project) == told(read(top, None).project)


def test_keeping_pauses_after_each_file(tmp_path: Path) -> None:
    """So what the editor asks for in between never waits for more than one of them."""
    top = tmp_path / "top"
    put(top, {}, {f"{number}.yaml": GROUPS[1] for number in range(20)} | {"p.py": TEXTS[9]})
    files = ProjectFiles(lambda line: None, cache=Cache(tmp_path / "cache"))
    run(files.scan([top.as_posix().removeprefix("/")]))
    assert sum(1 for _ in files.keep()) >= 21


def test_other_options_read_otherwise(tmp_path: Path) -> None:
    """What was kept under other decorators or roots is not taken."""
    top, kept_in = tmp_path / "top", tmp_path / "cache"
    put(top, {}, {"p.py": "from own import mine\n\n@mine('x')\ndef f(params): ...\n"})
    assert told(read(top, kept_in).project)["names"] == []
    options = IndexOptions(vocabulary=Vocabulary(("mine",)))
    assert told(read(top, kept_in, options).project)["names"] == ["x"]
    assert told(read(top, kept_in).project)["names"] == []


def test_the_option_turns_it_off(tmp_path: Path) -> None:
    """Nothing is written, and nothing of before is taken."""
    top, kept_in = tmp_path / "top", tmp_path / "cache"
    put(top, {}, {"p.py": TEXTS[9]})
    values, _ = read_values({"index": {"cache": False}})
    read(top, kept_in, IndexOptions(configuration=EMPTY.with_editor(values)))
    assert not kept_in.exists()


def test_a_scan_that_is_given_up_leaves_nothing_of_yesterday(tmp_path: Path) -> None:
    """What was kept counts when all of it was compared with the disk, and not before."""
    top, kept_in = tmp_path / "top", tmp_path / "cache"
    put(top, {}, {"p.py": TEXTS[9]})
    read(top, kept_in)
    put(top, {"p.py": TEXTS[9]}, {"q.py": TEXTS[10]})
    files = ProjectFiles(lambda line: None, cache=Cache(kept_in))
    next(files.scan([top.as_posix().removeprefix("/")]))
    assert files.unverified
    files.give_up()
    assert files.project == Project()
    run(files.scan([top.as_posix().removeprefix("/")]))
    assert told(files.project) == told(read(top, None).project)


@pytest.mark.skipif(not hasattr(os, "link"), reason="needs hard links")
def test_names_of_one_file(tmp_path: Path) -> None:
    """Of two names of a file one counts, with what was kept as without."""
    top, kept_in = tmp_path / "top", tmp_path / "cache"
    put(top, {}, {"a.yaml": GROUPS[0]})
    os.link(top / "a.yaml", top / "b.yaml")
    expected = told(read(top, None).project)
    assert [told(read(top, kept_in).project) for _ in range(3)] == [expected] * 3


# -- the folder ----------------------------------------------------------------------------------


def test_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The variable decides; without it, where each system has such things."""
    monkeypatch.setenv("SPINE_LSP_CACHE", str(tmp_path))
    assert folder_of_user() == tmp_path
    for off in ("off", "", "OFF", "0"):
        monkeypatch.setenv("SPINE_LSP_CACHE", off)
        assert folder_of_user() is None
    monkeypatch.delenv("SPINE_LSP_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert folder_of_user() == tmp_path / "x" / "spine-lsp"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # which the specification has ignored
    assert folder_of_user() == tmp_path / ".cache" / "spine-lsp"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert folder_of_user() == tmp_path / "Library" / "Caches" / "spine-lsp"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert folder_of_user() == tmp_path / "spine-lsp" / "Cache"
    monkeypatch.delenv("LOCALAPPDATA")
    assert folder_of_user() == tmp_path / "AppData" / "Local" / "spine-lsp" / "Cache"


def test_a_folder_that_cannot_be_costs_nothing_but_time(tmp_path: Path) -> None:
    """A file in its place, a name that no system has: the project is read all the same."""
    top = tmp_path / "top"
    put(top, {}, {"p.py": TEXTS[9]})
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "inner", Path("/proc/none"), Path("a\0b")):
        assert told(read(top, folder).project) == told(read(top, None).project)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there stays, and no part of the new one is left."""
    kept = Cache(tmp_path)
    kept.save(["k"], Content(1, []))

    def full(self: Path, target: Path) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    kept.save(["k"], Content(2, []))
    assert kept.load(["k"]) == Content(1, [])
    assert len(list(tmp_path.iterdir())) == 1


def test_it_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go when it grows too large, and what nobody used for long; others' files stay."""
    monkeypatch.setattr(cache, "MOST_BYTES", 10_000)
    kept = Cache(tmp_path)
    (tmp_path / "other.txt").write_text("x" * 20_000)
    (tmp_path / "left.part").write_text("x")
    os.utime(tmp_path / "left.part", (1, 1))
    for number in range(20):
        kept.save([number], Content(None, [b"x" * 2_000]))
        for file in tmp_path.glob("*.cache"):
            os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns - 1_000_000_000))
    assert sum(file.stat().st_size for file in tmp_path.glob("*.cache")) <= 10_000
    found = [number for number in range(20) if kept.load([number]) is not None]
    assert found == list(range(20 - len(found), 20))
    assert found
    assert sorted(file.name for file in tmp_path.iterdir() if file.suffix != ".cache") == ["other.txt"]
    kept.save(["large"], Content(None, [b"x" * 6_000]))
    assert kept.load(["large"]) is None


def test_another_version_reads_nothing_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version of the package wrote is not there for this one."""
    kept = Cache(tmp_path)
    kept.save(["k"], Content(1, []))
    monkeypatch.setattr(cache, "version", lambda: ("0.0.0",))
    assert kept.load(["k"]) is None
    (file,) = tmp_path.iterdir()
    file.rename(tmp_path / kept._path(cache._header(["k"])).name)  # not even under the name of this one
    assert kept.load(["k"]) is None


_WRITER = """\
import sys
from pathlib import Path
from spine_lsp.disk.cache import Cache, Content
kept = Cache(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(60):
    kept.save(["k"], Content(sys.argv[2], [sys.argv[2].encode() * 20_000] * 5))
"""


def test_two_programs_at_once(tmp_path: Path) -> None:
    """Whoever reads while two others write has what one of them wrote, whole."""
    kept = Cache(tmp_path)
    contents = [Content(name, [name.encode() * 20_000] * 5) for name in "ab"]
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), name], stdout=subprocess.PIPE) for name in "ab"
    ]
    try:
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
        seen = 0
        while any(writer.poll() is None for writer in writers):
            found = kept.load(["k"])
            assert found is None or found in contents
            seen += found is not None
    finally:
        for writer in writers:
            writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0]
    assert kept.load(["k"]) in contents
    assert seen
    assert len(list(tmp_path.iterdir())) == 1


# -- what is packed ------------------------------------------------------------------------------


@pytest.mark.parametrize("source", [*TEXTS, *BROKEN, "# Pipeline\nX = [1.5, (True, None), {'a': ['é', '\\ud800']}]\n"])
def test_facts_come_back_as_they_were(source: str) -> None:
    """Every kind of them."""
    module = read_text(source, Vocabulary(), whole=True)
    assert unpacked(packed(module)) == module
    assert b"\n" not in packed(module)


def test_facts_of_real_files_come_back_as_they_were() -> None:
    """Those of the package that reads them."""
    for file in Path(project_files.__file__).parent.parent.glob("pysource/*.py"):
        module = read_text(file.read_text(encoding="utf-8"), Vocabulary(), whole=True)
        assert unpacked(packed(module)) == module


@pytest.mark.parametrize(
    ("index", "made_anew"),
    [(PipelineIndex, {"vocabulary", "modules"}), (GroupIndex, set())],
    ids=["python", "groups"],
)
def test_every_table_is_kept(index: type, made_anew: set[str]) -> None:
    """None that is added later can be forgotten."""
    module = sys.modules[index.__module__]
    tables = {each.name for each in fields(index)} - {"faults", "files", "_linked"} - made_anew  # these by files
    assert tables == {*module._BY_KEY, *getattr(module, "_OF_FILES", ())}


def test_values_keep_their_kinds() -> None:
    """A list is no tuple, and the keys of a mapping are what they were."""
    from spine_lsp.pysource.places import SourcePlace
    from spine_lsp.pysource.targets import Known, Spot

    spot = Spot("a.py", SourcePlace(0, 1, 0, 0, 0, 1, (0, 2, 0, 2)))
    values: tuple[Any, ...] = (
        [],
        [[1], (2, [3])],
        {"a": {1: [None]}, 2.5: ()},
        ((), ([],)),
        [{"b": [{}]}],
        True,
        "l",
        {"l": [1]},
    )
    for value in values:
        known = Known(value, spot)
        back = unpacked(packed(known))
        assert back == known
        assert repr(back) == repr(known)
    with pytest.raises(UnpackableError):
        packed(Known(object(), spot))
