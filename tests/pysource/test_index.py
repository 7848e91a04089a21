"""The index as a value: any order of changes gives what a fresh one says, and a change costs what it touches."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, strategies as st

from spine_lsp.pysource import as_json
from spine_lsp.pysource.facts import Module
from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.pysource.reading import read_text
from spine_lsp.pysource.table import Table
from spine_lsp.pysource.vocabulary import Vocabulary
from tests.pysource.workspaces import SPINE, index_of, names, settled

KNOWN = Vocabulary()

USER = SPINE + "{}\n@register_pipeline({})\nclass A(Pipeline): ...\n"
TEXTS = [
    "",
    "N = 'x'\nM = 'y'\n",
    "from names import M as N\nM = 'z'\n",
    "from .names import *\n",
    "from pkg import *\n__all__ = ['N']\nN = 'q'\n",
    USER.format("from names import N", "N"),
    USER.format("from pkg.names import N", "N"),
    USER.format("from .names import N, M", "N + M"),
    USER.format("import pkg", "pkg.N"),
    USER.format("", "'x'"),
    USER.format("", "'x.y'"),
    "def f(registry):\n    from pkg.names import A\n    registry.register(A)\n" + USER.format("", "'in'"),
]
BROKEN = [SPINE + "x = (", "# Pipeline\nN = '"]
PATHS = [
    "names.py",
    "p.py",
    "pkg/__init__.py",
    "pkg/names.py",
    "pkg/p.py",
    "src/pkg/names.py",
    "src/pkg/q.py",
]

CHANGES = st.lists(
    st.tuples(st.sampled_from(PATHS), st.sampled_from([*TEXTS, *BROKEN]) | st.none()), min_size=1, max_size=14
)


def answers(index: PipelineIndex) -> dict[str, Any]:
    """Everything that an index can be asked."""
    return {
        "registrations": list(index.registrations()),
        "groups": list(index.groups()),
        "gaps": list(index.gaps()),
        "names": index.names(),
        "segments": index.segments(),
        "duplicates": index.duplicates(),
        "named": {name: index.named(name) for name in ("x", "y", "x.y", "qx", "zy")},
        "dependents": {path: index.dependents(path) for path in PATHS},
        "wanted": index.wanted,
        "doubts": {name: index.doubts(name) for name in ("x", "qx")},
        "declaring": index.declaring(),
    }


@given(CHANGES)
def test_changes_give_what_a_fresh_index_says(changes: list[tuple[str, str | None]]) -> None:
    """After each of them; of a text that does not parse, what the file said before is kept."""
    index = PipelineIndex()
    texts: dict[str, str] = {}
    kept: dict[str, str] = {}
    for path, text in changes:
        if text is None:
            index = index.without_file(path)
            texts.pop(path, None)
            kept.pop(path, None)
        else:
            index = index.with_file(path, read_text(text, KNOWN))
            texts[path] = text
            if text not in BROKEN or path not in kept or kept[path] in BROKEN or not _read(index, path):
                kept[path] = text
        index = settled(index, texts)
        fresh = PipelineIndex().with_files((each, read_text(kept[each], KNOWN)) for each in sorted(kept))
        assert answers(index) == answers(settled(fresh, kept))


def _read(index: PipelineIndex, path: str) -> bool:
    """Whether the index holds facts of a file that was read whole."""
    return index.modules.files[path].state == "read" and not index.modules.files[path].reason


def test_a_file_that_does_not_parse_keeps_what_it_said() -> None:
    """Until it parses again; one that never did is a gap; one that goes takes all with it."""
    good = USER.format("", "'x'")
    index = PipelineIndex().with_file("p.py", read_text(good, KNOWN))
    broken = index.with_file("p.py", read_text(good + "x = (", KNOWN))
    assert names(broken) == names(index) == ["classes pipeline:x"]
    assert broken.faults["p.py"].stale
    assert "does not parse" in broken.faults["p.py"].module.reason
    mended = broken.with_file("p.py", read_text(USER.format("", "'y'"), KNOWN))
    assert names(mended) == ["classes pipeline:y"]
    assert not mended.faults
    assert names(broken.without_file("p.py")) == []
    assert not broken.without_file("p.py").faults
    never = PipelineIndex().with_file("p.py", read_text("# register_pipeline\nx = (", KNOWN))
    assert len(list(never.gaps())) == 1
    assert not never.faults["p.py"].stale


def test_what_may_register_a_name_is_told() -> None:
    """By how the names begin that are not known; nothing else is in doubt."""
    index = index_of(
        f"""
        #- a.py
        {SPINE.splitlines()[0]}
        D = "fin"
        for n in NAMES:
            register_pipeline(f"{{D}}.otc." + n + ".x")(A)
        #- b.py
        from acme import register_pipeline
        @register_pipeline("ref.x")
        class B: ...
        """
    )
    assert [gap.prefix for gap in index.gaps()] == ["fin.otc.", ""]
    assert [gap.spot.path for gap in index.doubts("fin.otc.y")] == ["a.py"]
    assert [gap.spot.path for gap in index.doubts("ref.x")] == ["b.py"]
    assert index.doubts("fin.other") == index.doubts("ref.y") == []


def test_an_index_never_changes() -> None:
    """The next one leaves the one before as it was."""
    before = index_of(USER.format("", "'x'"))
    after = before.with_file("q.py", read_text(USER.format("", "'y'"), KNOWN))
    assert (names(before), len(names(after))) == (["classes pipeline:x"], 2)
    assert names(after.without_file("pipelines.py")) == ["classes pipeline:y"]
    assert after.with_file("q.py", after.modules.files["q.py"]).modules.files is not None


def test_questions_of_names() -> None:
    """By prefix, by the next segment, by name, twice."""
    text = SPINE + "".join(
        f"@register_pipeline({name!r})\nclass A{at}(Pipeline): ...\n"
        for at, name in enumerate(["fin.otc.a", "fin.otc.b", "fin.c", "ref/x", "fin.c", "plain"])
    )
    index = index_of(text)
    assert index.names("fin.otc") == ["fin.otc.a", "fin.otc.b"]
    assert index.segments() == ["fin.", "plain", "ref/"]
    assert index.segments("fin.") == ["fin.c", "fin.otc."]
    assert [each.symbol for each in index.named("fin.c")] == ["A2", "A4"]
    assert [(name, len(found)) for name, found in index.duplicates().items()] == [("fin.c", 2)]


def test_the_two_registries_do_not_clash() -> None:
    """A name twice is twice in one registry only, and not where a function registers it for itself."""
    index = index_of(
        """
        from spine.framework.registry import register_pipeline
        from spine.execution.registry import register_pipeline as run, register_task
        @register_pipeline("x")
        class A: ...
        @run("x")
        def f(params): ...
        @register_task("x")
        def g(params): ...
        @run("x", registry=mine)
        def h(params): ...
        def test_it():
            @register_pipeline("x")
            class B: ...
        """
    )
    assert len(index.named("x")) == 5
    assert index.duplicates() == {}


def test_what_depends_on_a_file_is_known() -> None:
    """Through a re-export too, and for a file that is not there yet."""
    index = index_of(
        f"""
        #- a.py
        {SPINE.splitlines()[0]}
        from pkg import N
        @register_pipeline(N)
        class A: ...
        #- pkg/__init__.py
        from .names import N
        #- pkg/names.py
        N = 'x'
        #- b.py
        {SPINE.splitlines()[0]}
        from later import M
        @register_pipeline(M)
        class B: ...
        """
    )
    assert index.dependents("pkg/names.py") == ["a.py"]
    assert index.dependents("pkg/__init__.py") == ["a.py"]
    assert index.dependents("a.py") == []
    assert names(index) == ["classes pipeline:x"]
    later = settled(
        index.with_file("later.py", read_text("M = 'm'", KNOWN)),
        {"later.py": "M = 'm'", "pkg/names.py": "N = 'x'"},
    )
    assert names(later) == ["classes pipeline:x", "classes pipeline:m"]


def test_a_file_that_is_passed_is_asked_for() -> None:
    """One whose names another file imports, and no other."""
    files = {"names.py": "N = 'x'\n", "other.py": "M = 1\n", "p.py": USER.format("from names import N", "N")}
    index = PipelineIndex().with_files((path, read_text(text, KNOWN)) for path, text in files.items())
    assert index.modules.files["names.py"].state == "passed"
    assert index.wanted == ["names.py"]
    assert names(index) == []
    done = settled(index, files)
    assert (names(done), done.wanted) == (["classes pipeline:x"], [])
    assert done.without_file("p.py").wanted == []


def work_of_a_change(files: int) -> int:
    """The files that are worked out when one of so many changes."""
    texts = [(f"d{n % 50}/p{n}.py", USER.format("", f"'n{n}'")) for n in range(files)]
    index = PipelineIndex().with_files((path, read_text(text, KNOWN)) for path, text in texts)
    after = index.with_file("d0/p0.py", read_text(USER.format("", "'new'"), KNOWN))
    after = after.with_file("d0/fresh.py", read_text(USER.format("", "'fresh'"), KNOWN))
    return sum(after._linked.get(path) is not index._linked.get(path) for path, _ in texts)


def test_a_change_works_out_what_it_touches() -> None:
    """One file of ten or of three hundred."""
    assert work_of_a_change(10) == work_of_a_change(300) == 1


@given(st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=300))
def test_a_table_is_a_dict(steps: list[tuple[int, bool]]) -> None:
    """After any steps; those before stay as they were."""
    table: Table[str, int] = Table()
    model: dict[str, int] = {}
    for number, (key, put) in enumerate(steps):
        before, size = table, len(table)
        if put:
            table, model = table.with_item(f"k{key}", number), {**model, f"k{key}": number}
        else:
            table = table.without(f"k{key}")
            model.pop(f"k{key}", None)
        assert len(before) == size
    assert dict(table) == model
    assert len(table) == len(model)
    assert all(key in table and table[key] == value for key, value in model.items())
    assert table.get("none") is None


class Clash:
    """A key whose hash all others have."""

    def __init__(self, name: int) -> None:
        self.name = name

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Clash) and other.name == self.name


def test_a_table_of_keys_that_clash() -> None:
    """Costs time, and is right."""
    keys = [Clash(number) for number in range(100)]
    table: Table[Clash, int] = Table()
    for number, key in enumerate(keys):
        table = table.with_item(key, number)
    assert sorted(table.values()) == list(range(100))
    for key in keys[:50]:
        table = table.without(key)
    assert sorted(table.values()) == list(range(50, 100))


@given(st.sampled_from([*TEXTS, *BROKEN]), st.sampled_from([*TEXTS, *BROKEN]))
def test_facts_survive_json(one: str, other: str) -> None:
    """Whatever they are."""
    module = read_text(one + other, KNOWN, whole=True)
    assert as_json.from_json(json.loads(json.dumps(as_json.to_json(module)))) == module


def test_the_facts_of_real_files_survive_json() -> None:
    """Of the modules that do the reading."""
    from spine_lsp.pysource import facts, registrations, resolving

    for source in (facts, registrations, resolving):
        assert source.__file__ is not None
        with open(source.__file__, encoding="utf-8") as file:  # noqa: PTH123 - a path of a module
            module = read_text(file.read(), KNOWN, whole=True)
        assert module.state == "read"
        assert as_json.from_json(json.loads(json.dumps(as_json.to_json(module)))) == module


def test_facts_of_another_version_are_refused() -> None:
    """With an error of their own, as is anything else that is no facts."""
    good = as_json.to_json(Module("read"))
    others: list[object] = [
        None,
        [],
        {},
        {**good, "version": 0},
        {**good, "module": ["site"]},
        {**good, "module": ["literal", 1, ["at", 1]]},
        {**good, "module": ["eval", "1"]},
        {**good, "module": ["module", *["x"] * 40]},
    ]
    for bad in others:
        try:
            as_json.from_json(bad)
        except as_json.OtherFormError:
            continue
        raise AssertionError(bad)


def test_a_decorator_under_another_name_is_looked_for_in_the_files_that_were_passed() -> None:
    """Whichever comes first; when the name is gone, what they declare is too."""
    alias = "from spine.framework.registry import register_pipeline as job\n"
    jobs = "from tools import job\n@job('x')\nclass A: ...\n"
    texts = {"tools.py": alias, "jobs.py": jobs, "other.py": "@thing(1)\ndef f(): ...\n"}
    for order in (sorted(texts), sorted(texts, reverse=True)):
        index = PipelineIndex().with_files([(path, read_text(texts[path], KNOWN)) for path in order])
        assert index.wanted == ["jobs.py"]
        index = settled(index, texts)
        assert names(index) == ["classes pipeline:x"]
        gone = index.without_file("tools.py")
        assert names(gone) == []
        assert not gone._aliases


def test_branches_of_which_one_is_taken_register_a_name_once() -> None:
    """In `if`, `try` and `match`; twice where both are reached."""
    one = "@register_pipeline('x')\nclass A(Pipeline): ...\n"
    inner = "    " + one.strip().replace("\n", "\n    ") + "\n"
    for text in (
        f"if a:\n{inner}else:\n{inner}",
        f"if a:\n{inner}elif b:\n{inner}",
        f"try:\n{inner}except ImportError:\n{inner}",
    ):
        index = index_of(SPINE + text)
        assert names(index) == ["classes pipeline:x"] * 2
        assert index.duplicates() == {}
    assert list(index_of(SPINE + one + one).duplicates()) == ["x"]
    assert list(index_of(f"{SPINE}try:\n{inner}finally:\n{inner}").duplicates()) == ["x"]
