"""Symbols: the outline of a document, and the search for names."""

from __future__ import annotations

from collections.abc import Iterable

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group_index import GroupIndex, indexed
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.uris import uri_of
from spine_lsp.ide.symbols import MAX_STEPS_WITH_PARAMS, OutlineItem, document_symbols, workspace_symbols
from spine_lsp.syntax.text import Text
from tests.fixture import fixture
from tests.pysource.workspaces import SPINE, index_of


def drawn(symbols: Iterable[OutlineItem], source: str, indent: str = "") -> list[str]:
    lines = []
    for symbol in symbols:
        assert symbol.span.start <= symbol.name_span.start <= symbol.name_span.end <= symbol.span.end
        assert symbol.name.strip()
        lines.append(f"{indent}{symbol.kind} {symbol.name}: {symbol.detail}".rstrip(" :"))
        lines += drawn(symbol.children, source, indent + "  ")
    return lines


def check_symbols(text: str, *lines: str) -> None:
    """The outline of the fixture, a line for each symbol."""
    fix = fixture(text)
    assert drawn(document_symbols(fix.workspace, fix.uri), fix.source) == list(lines)


def check_search(query: str, *names: str) -> None:
    """What a search finds in two small groups, best first."""
    fix = fixture("""
        #- /a.yaml
        name: prices
        steps:
          - {name: fetch_prices, pipeline: p}
          - {name: clean, pipeline: p}
        #- /b.yaml
        name: trades
        steps:
          - {name: fetch, pipeline: p}
          - {pipeline: p}
    """)
    found = workspace_symbols(fix.workspace, query)
    assert [f"{symbol.container}/{symbol.name}" for symbol in found] == list(names)


def test_outline_of_a_group() -> None:
    """A group holds its defaults, steps with their parameters, and policy, in the order of the file."""
    check_symbols(
        """
        metadata:
          name: daily
        spec:
          defaults: {tier: one}
          pipelines:
            - name: fetch
              pipeline: prices.fetch
            - name: clean
              pipeline: prices.clean
              depends_on: fetch
              params:
                force: true
                codes: [1, 2]
          policy:
            execution: parallel
        kind: PipelineGroup
        """,
        "group daily: 2 steps, 2 levels",
        "  section defaults: 1 parameter",
        "    param tier: one",
        "  step fetch: prices.fetch · level 1",
        "  step clean: prices.clean · level 2 · waits for 1",
        "    param force: true",
        "    param codes: 2 items",
        "  section policy",
        "    field execution: parallel",
    )


def test_outline_of_a_broken_file() -> None:
    """Steps without names, duplicates, cycles and YAML faults keep their lines."""
    check_symbols(
        """
        name: daily
        steps:
          - pipeline: p
          - name: a
            depends_on: [a
          - name: b
            pipeline: p
          - name: b
            pipeline: p
        policy:
          execution: parallel
        """,
        "group daily: 4 steps, 1 level",
        "  step (no name): p · level 1",
        "  step a: cannot run · waits for 1",
        "  step b: p · level 1",
        "  step b: p · duplicate, not planned",
        "  section policy",
        "    field execution: parallel",
    )


def test_several_groups_and_other_yaml() -> None:
    """Each group of a file is a symbol; YAML that is no group has none."""
    check_symbols(
        """
        name: one
        steps: [{name: a, pipeline: p}]
        ---
        jobs: {}
        ---
        kind: PipelineGroup
        """,
        "group one: 1 step, 1 level",
        "  step a: p · level 1",
        "group (no name): 0 steps, 0 levels",
    )


def test_sections_lie_where_they_are_written() -> None:
    """A section right behind the steps has its own place, not that of the steps."""
    fix = fixture("name: g\nsteps:\n- name: a\n  pipeline: p\npolicy:\n  execution: parallel\n")
    (group,) = document_symbols(fix.workspace, fix.uri)
    texts = [fix.source[slice(*symbol.span)] for symbol in group.children]
    assert texts == ["name: a\n  pipeline: p", "policy:\n  execution: parallel"]


def test_huge_groups_are_listed_without_parameters() -> None:
    """Past a bound the parameters of steps are left out, the steps are not."""
    count = MAX_STEPS_WITH_PARAMS + 1
    steps = "".join(f"  - name: s{i}\n    pipeline: p\n    params: {{a: 1}}\n" for i in range(count))
    fix = fixture(f"name: g\nsteps:\n{steps}")
    (group,) = document_symbols(fix.workspace, fix.uri)
    assert len(group.children) == count
    assert not any(symbol.children for symbol in group.children)


def test_search_finds_the_closest_first() -> None:
    """The same name comes before one that begins so; steps without a name are not found."""
    check_search("fetch", "trades/fetch", "prices/fetch_prices")
    check_search("trads", "/trades")
    check_search("FETCH_P", "prices/fetch_prices", "trades/fetch")
    check_search("", "/prices", "prices/fetch_prices", "prices/clean", "/trades", "trades/fetch")
    check_search("zzz")


def test_search_is_bounded() -> None:
    """No more is found than was asked for."""
    fix = fixture("name: g\nsteps:\n" + "".join(f"  - name: step{i}\n    pipeline: p\n" for i in range(50)))
    assert len(workspace_symbols(fix.workspace, "step", limit=7)) == 7


def test_names_of_the_workspace() -> None:
    """Groups and steps of files that are not open, and registered pipelines; what is open counts as it is open."""
    fix = fixture("name: opened\nsteps: [{name: fetch, pipeline: p}]\n")
    [opened] = fix.workspace.open_paths
    groups = GroupIndex()
    for path in (opened, "other.yaml"):
        text = Text("name: saved\nsteps: [{name: fetch_saved, pipeline: p}]\n")
        groups = groups.with_file(path, indexed(Document.read(uri_of(path), None, text)))
    python = index_of(SPINE + '@register_pipeline("prices.fetch")\nclass Fetch(Pipeline):\n    pass\n')
    workspace = fix.workspace.with_project(Project(python, ready=True, groups=groups))
    found = [
        (symbol.kind, symbol.name, symbol.container, symbol.uri) for symbol in workspace_symbols(workspace, "fetch")
    ]
    assert found == [
        ("step", "fetch", "opened", fix.uri),
        ("step", "fetch_saved", "saved", "file:///other.yaml"),
        ("pipeline", "prices.fetch", "Fetch", "file:///pipelines.py"),
    ]
    kinds = {symbol.kind for symbol in workspace_symbols(workspace, "")}
    assert kinds == {"group", "step", "pipeline"}
