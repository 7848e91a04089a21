"""What the editor does in files of schedules beside telling: fixes, formatting, outline, search, folds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Severity
from spine_lsp.analysis.group_index import indexed
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.schedules.cron import cron_faults, last_day_meant, never_comes, repaired
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.code_actions import Action, code_actions
from spine_lsp.ide.folding import folding
from spine_lsp.ide.formatting.formatting import format_document, format_range
from spine_lsp.ide.symbols import document_symbols, workspace_symbols
from spine_lsp.syntax.text import Text, apply_edits
from tests.cli.runner import run
from tests.ide.schedules.test_schedules import NEEDED, SOUND, URI, C, P, one, opened, project
from tests.soak.inside import Inside


def actions(text: str, known: Project | None = None) -> list[Action]:
    """All quick fixes of a text but those that only silence."""
    workspace = opened(text, known)
    found = code_actions(workspace, URI, Span(0, len(text)), ["quickfix"])
    return [each for each in found if not each.title.startswith("Ignore ")]


def after(text: str, action: Action) -> str:
    return apply_edits(text, action.edits[URI])


def errors(text: str) -> list[str]:
    found = diagnose(Document.read(URI, 1, Text(text)), project=project())
    return sorted(each.code for each in found if each.severity is Severity.ERROR)


FIXES = [
    ([P, C, NEEDED, "timezone: Europe/Berlln"], "Replace with `Europe/Berlin`", "Berlln", "Berlin"),
    ([P, C, NEEDED, 'timezone: "europe/berlin"'], "Replace with `Europe/Berlin`", "europe/berlin", "Europe/Berlin"),
    (["pipeline: prices.fetsh", C, NEEDED], "Replace with `prices.fetch`", "fetsh", "fetch"),
    (["operation: 'prices.fetsh'", C, NEEDED], "Replace with `prices.fetch`", "fetsh", "fetch"),
    (["workflow: prices.dayly", C], "Replace with `prices.daily`", "dayly", "daily"),
    ([P, C, "params: {symbol: X, limt: 3}"], "Replace with `limit`", "limt", "limit"),
    ([P, C, "params: {symbol: 2026-01-09}"], "Put the value in quotes", "2026-01-09", '"2026-01-09"'),
    ([P, C, "params: {symbol: X, limit: '3'}"], "Write `3` without quotes", "'3'", "3"),
    ([P, C, NEEDED, "timezon: UTC"], "Rename the key to `timezone`", "timezon:", "timezone:"),
    ([P, C, NEEDED, "time_zone: UTC # kept"], "Rename the key to `timezone`", "time_zone:", "timezone:"),
    ([P, C, NEEDED, "enabled: 'yes'"], "Write `true`", "'yes'", "true"),
    ([P, "interval: '15'", NEEDED], "Write `15`", "'15'", "15"),
    ([P, C, NEEDED, "interval: 5"], "Remove the key `interval`", "    interval: 5\n", ""),
    ([P, C, NEEDED, "workflow: prices.daily"], "Remove the key `workflow`", "    workflow: prices.daily\n", ""),
    ([P, "cron: '@dayly'", NEEDED], "Replace with `@daily`", "@dayly", "@daily"),
    ([P, "cron: '0 6 * * MONDAY-Friday'", NEEDED], "Replace with `0 6 * * MON-FRI`", "MONDAY-Friday", "MON-FRI"),
    ([P, "cron: 0 6 * sept *", NEEDED], "Replace with `0 6 * SEP *`", "sept", "SEP"),
    ([P, "cron: '0 24 * * *'", NEEDED], "Replace with `0 0 * * *`", "24", "0"),
    ([P, "cron: '0 22-6 * * *'", NEEDED], "Replace with `0 22-23,0-6 * * *`", "22-6", "22-23,0-6"),
    ([P, "cron: '0 6 * * FRI-MON'", NEEDED], "Replace with `0 6 * * FRI-SAT,SUN-MON`", "FRI-MON", "FRI-SAT,SUN-MON"),
    ([P, "cron: '0 0 6 * * MON'", NEEDED], "Replace with `0 6 * * MON`", "0 0 6", "0 6"),
    ([P, "cron: '0 6 31 4,6 *'", NEEDED], "Replace with `0 6 30 4,6 *`", "31", "30"),
    ([P, C, NEEDED, C], "Remove the second `cron`", f"    {NEEDED}\n    {C}\n", f"    {NEEDED}\n"),
    ([P, "cron: '0 6 30 2 *'", NEEDED], "Replace with `0 6 28 2 *`", "30", "28"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "title", "old", "new"), FIXES)
def test_each_fault_has_its_fix(lines: list[str], title: str, old: str, new: str) -> None:
    """In block and flow, with any line break, and with a comment beside it, which stays."""
    for text in (one(*lines), one(*lines).replace("\n", "\r\n"), f"\ufeff# first\n{one(*lines)}# last\n"):
        action = next(each for each in actions(text) if each.title == title)
        before, behind = (each.replace("\n", "\r\n" if "\r" in text else "\n") for each in (old, new))
        assert after(text, action) == text.replace(before, behind)
    flow = "schedules: [{name: s, " + ", ".join(line.partition(" #")[0] for line in lines) + "}]\n"
    assert title in [each.title for each in actions(flow)]


def test_a_cron_that_yaml_takes_for_an_alias_is_quoted() -> None:
    """On lines of its own; inside of brackets nothing behind it can be read."""
    text = one(P, "cron: * 6 * * *", NEEDED)
    (action,) = (each for each in actions(text) if each.title == "Quote the text")
    assert after(text, action) == text.replace("* 6 * * *", '"* 6 * * *"')


def test_a_schedule_without_a_name_gets_one_of_its_own() -> None:
    """That of what it runs."""
    text = f"schedules:\n  # first\n  - {P} # kept\n    {C}\n    {NEEDED}\n"
    (action,) = (each for each in actions(text) if each.title == "Add `name`")
    assert after(text, action) == text.replace(f"- {P}", f"- name: prices.fetch\n    {P}")
    text = f"schedules:\n- {{name: prices.fetch, {P}, {C}, {NEEDED}}}\n- {{{P}, {C}, {NEEDED}}}\n"
    (action,) = (each for each in actions(text) if each.title == "Add `name`")
    assert after(text, action).endswith(f"- {{name: prices.fetch.2, {P}, {C}, {NEEDED}}}\n")


LINES = st.lists(
    st.sampled_from(sorted({line for lines, *_ in FIXES for line in lines})),
    min_size=1,
    max_size=6,
    unique_by=lambda line: line.partition(":")[0],
)


@given(LINES, st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_no_fix_of_schedules_does_harm(lines: list[str], in_flow: bool, line_break: str) -> None:
    """No new error, and the comments stay."""
    text = one(*lines)
    if in_flow:
        text = "schedules:\n  - {name: s, " + ",\n     ".join(line.partition(" #")[0] for line in lines) + "}\n"
    text = text.replace("\n", line_break)
    before = errors(text)
    for action in actions(text):
        changed = after(text, action)
        left = errors(changed)
        assert all(left.count(code) <= before.count(code) for code in left), (action.title, changed)
        assert changed.count("#") == text.count("#")


WORDS = [
    "0",
    "6",
    "24",
    "22-6",
    "MON",
    "FRI-MON",
    "monday",
    "*",
    "*/5",
    "31",
    "2",
    "4",
    "?",
    "L",
    "x",
    "1,,2",
]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7))
def test_a_repaired_cron_is_better_and_never_the_same(words: list[str]) -> None:
    """Whatever was written."""
    expression = " ".join(words)
    faults = cron_faults(expression)
    for fault in faults:
        for wish in repaired(expression, fault):
            assert wish != expression
            assert len(cron_faults(wish)) < len(faults)
    if not faults and never_comes(expression) and (meant := last_day_meant(expression)):
        assert not never_comes(meant)


MESSY = """\
# head
schedules:
    -   name:   a   # one
        pipeline:  p
        cron:   '0 6 * * *'
        params: {x:   1,y: 2}

    # two
    - {name: b,   workflow: w,  interval: 5}
"""
NEAT = """\
# head
schedules:
    - name: a   # one
      pipeline: p
      cron: '0 6 * * *'
      params: {x: 1, y: 2}

    # two
    - {name: b, workflow: w, interval: 5}
"""


def test_schedules_are_formatted_as_groups_are() -> None:
    """All of a file, or the schedules of a selection; comments stay, and so does what is no file of schedules."""
    document = Document.read(URI, 1, Text(MESSY))
    done = apply_edits(MESSY, format_document(document))
    assert done == NEAT
    at = MESSY.index("- {name: b")
    some = apply_edits(MESSY, format_range(document, Span(at, at + 5)))
    assert "- {name: b, workflow: w, interval: 5}" in some
    assert "name:   a" in some
    foreign = MESSY.replace("pipeline:  p", "displayName:  p").replace("workflow: w", "branch: w")
    assert format_document(Document.read(URI, 1, Text(foreign))) == []


def test_schedules_are_in_the_outline_and_in_the_search() -> None:
    """Those of files that are not open too; `fold` and the protocol know them."""
    workspace = opened()
    shown = [(each.name, each.kind, each.detail) for each in document_symbols(workspace, URI)]
    assert shown == [
        ("prices.every_morning", "schedule", "30 2 * * * · prices.fetch"),
        ("prices.often", "schedule", "every 15 min · prices.daily"),
        ("flow", "schedule", "@daily · prices.fetch"),
    ]
    assert [child.name for child in document_symbols(workspace, URI)[0].children] == ["symbol"]
    assert ("prices.often", "schedule") in [(each.name, each.kind) for each in workspace_symbols(workspace, "often")]
    groups = project().groups.with_file("config/schedules.yaml", indexed(Document.read(URI, None, Text(SOUND))))
    closed = Workspace().with_project(Project(project().python, ready=True, groups=groups))
    assert ("prices.often", "schedule") in [(each.name, each.kind) for each in workspace_symbols(closed, "often")]
    assert list(groups.groups()) == []
    folds = [(fold.start_line, fold.end_line) for fold in folding(workspace, URI)]
    assert folds == [(1, 15), (2, 9), (7, 8), (10, 14)]


def test_the_server_offers_all_of_it() -> None:
    """Over the protocol, with the edits."""
    client = Inside(
        {
            "textDocument": {
                "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
                "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
            }
        }
    )
    text = one(P, "cron: '0 6 * * MONDAY'", NEEDED)
    client.open(URI, text)
    document = {"textDocument": {"uri": URI}}
    here = {"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 20}}
    asked = {**document, "range": here, "context": {"diagnostics": []}}
    titles = [each["title"] for each in client.call("textDocument/codeAction", asked)]
    assert "Replace with `0 6 * * MON`" in titles
    assert "Ignore `bad-cron` on this line" in titles
    options = {"options": {"tabSize": 2, "insertSpaces": True}}
    assert client.call("textDocument/formatting", {**document, **options}) in (None, [])
    assert client.call("textDocument/documentSymbol", document)[0]["name"] == "s"
    assert client.call("textDocument/foldingRange", document)
    assert client.call("workspace/symbol", {"query": "s"})[0]["kind"] == 24


def test_the_command_line_checks_counts_and_formats_schedules(tmp_path: Path) -> None:
    """With all else that a folder holds; a file that is formatted means the same."""
    (tmp_path / "s.yaml").write_text(MESSY.replace("'0 6 * * *'", "'0 6 * * MONDAY'"), encoding="utf-8")
    (tmp_path / "g.yaml").write_text("name: g\nsteps: [{name: a, pipeline: p.q}]\n", encoding="utf-8")
    checked = run("check", str(tmp_path))
    assert checked.code == 1
    assert "bad-cron" in checked.out
    assert "2 schedules" in checked.out + checked.err
    assert "1 group" in checked.out + checked.err
    assert run("fmt", str(tmp_path / "s.yaml")).code == 0
    assert (tmp_path / "s.yaml").read_text(encoding="utf-8") == NEAT.replace("'0 6 * * *'", "'0 6 * * MONDAY'")
