"""Completion under a decorator in Python: names that groups use and nobody registers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spine_lsp.analysis.group_index import GroupIndex, indexed
from spine_lsp.analysis.uris import path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At
from spine_lsp.ide.pipelines.python_completion import python_completions
from spine_lsp.syntax.text import Text
from tests.fixture import fixture, project_of

GROUPS = """
#- /a.yaml
kind: PipelineGroup
name: a
steps:
- {name: one, pipeline: prices.fetch}
- {name: two, pipeline: prices.clean}
- {name: three, pipeline: 'odd "name"'}
#- /b.yaml
kind: PipelineGroup
name: b
steps:
- {name: one, pipeline: prices.clean}
- {name: two, pipeline: reports.render}
#- /jobs/known.py
from spine.framework.registry import register_pipeline as job
@job("prices.fetch")
class Fetch: ...
"""
WANTED = ["prices.clean by 2 steps", "reports.render by 1 step"]
HEAD = "from spine.framework.registry import register_pipeline as job\n"


def complete(text: str, limit: int = 100) -> tuple[list[str], list[str]]:
    """The names offered at `$0` of an open Python file, and what the first makes of the line."""
    fix = fixture(GROUPS)
    groups = GroupIndex()
    for uri, document in fix.workspace.documents.items():
        groups = groups.with_file(path_of(uri) or "", indexed(document))
    before, _, after = (HEAD + text).partition("$0")
    files = {**fix.python, "jobs/new.py": before + after}
    workspace: Workspace = fix.workspace.with_project(replace(project_of(files), groups=groups))
    uri = "file:///jobs/new.py"
    workspace = workspace.with_document(uri, 1, Text(before + after), None)
    found = python_completions(workspace, At(uri, len(before)), limit=limit).items
    lines = []
    for item in found[:1]:
        source = before + after
        made = source[: item.span.start] + item.insert + source[item.span.end :]
        lines = made[len(HEAD) :].split("\n")
    return [f"{item.label} {item.detail.removeprefix('run ')}" for item in found], lines


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('@register_pipeline("$0")\nclass A: ...', '@register_pipeline("prices.clean")'),
        ('@register_pipeline("$0', '@register_pipeline("prices.clean'),
        ("@register_pipeline('pri$0ces.old')\nclass A: ...", "@register_pipeline('prices.clean')"),
        ('@register_operation(name="$0")\nclass A: ...', '@register_operation(name="prices.clean")'),
        ('@fw.register_pipeline(\n    "$0"\n)\nclass A: ...', "@fw.register_pipeline("),
        ('@job("$0")\nclass A: ...', '@job("prices.clean")'),
        ('register_pipeline("$0")(A)', 'register_pipeline("prices.clean")(A)'),
        ('@PIPELINES.register("$0")\nclass A: ...', '@PIPELINES.register("prices.clean")'),
    ],
)
def test_names_that_nobody_registers_are_offered(text: str, line: str) -> None:
    """Those that most steps run first, in the place of the whole name, also while the file does not parse."""
    names, lines = complete(text)
    assert names == WANTED
    assert lines[0] == line


@pytest.mark.parametrize(
    "text",
    [
        'print("$0")',
        '@atexit.register("$0")',
        'register_pipeline("a", "$0")',
        'register_pipeline(f"{D}.$0")',
        'register_pipeline("a")$0',
        "x = 1$0",
        '@register_pipeline("a$0\nclass A: ...'.replace("a$0", 'a"\n"$0'),
    ],
)
def test_nothing_is_offered_elsewhere(text: str) -> None:
    """Other calls, other arguments, f-strings, code."""
    assert complete(text) == ([], [])


def test_a_list_is_bounded() -> None:
    """By the option that holds for all completion."""
    assert complete('@job("$0")', limit=1)[0] == WANTED[:1]
