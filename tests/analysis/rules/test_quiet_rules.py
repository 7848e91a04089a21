"""Rules that say something quietly: names that only capitals tell apart, and files that Spine does not look for."""

from __future__ import annotations

import re

import pytest

from spine_lsp.analysis.catalogue import BY_CODE
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.syntax.text import Text
from tests.fixture import check_diagnostics, fixture


def test_names_that_only_capitals_tell_apart() -> None:
    """The later one is marked; a third is told of the first as well."""
    check_diagnostics("""
        name: g
        steps:
          - {name: fetch, pipeline: p}
          - {name: Fetch, pipeline: p}
        #          ^^^^^ hint[similar-names]: this name differs from the step `fetch` only by capital letters
          - {name: FETCH, pipeline: p}
        #          ^^^^^ hint[similar-names]: this name differs from the step `fetch` only by capital letters
          - {name: clean, pipeline: p}
    """)


@pytest.mark.parametrize(("rule", "name"), [("similar-names", "g.yaml"), ("overlooked-file", "g.yml")])
def test_the_examples_of_the_pages(rule: str, name: str) -> None:
    """The first has the finding in a file of that name, what stands for it has none."""
    example, *right = re.findall(r"```yaml\n(.*?)```", BY_CODE[rule].documentation, re.DOTALL)
    assert [f.code for f in diagnose(Document.read(f"file:///{name}", 1, Text(example)))] == [rule]
    for text in right or [example]:
        assert diagnose(Document.read("file:///g.yaml", 1, Text(text))) == []


def test_a_file_that_spine_overlooks_is_said_once() -> None:
    """At the name of its first group; other YAML files may be called as they like."""
    fix = fixture("""
        #- /a.yml
        name: one
        steps: [{name: a, pipeline: p}]
        ---
        name: two
        steps: [{name: a, pipeline: p}]
        #- /other.yml
        jobs: {}
    """)
    found = [
        (uri, finding.code, document.text.source[finding.start : finding.end])
        for uri, document in fix.workspace.documents.items()
        for finding in diagnose(document)
    ]
    assert found == [
        ("file:///a.yml", "overlooked-file", "one"),
        ("file:///a.yml", "several-documents", "---"),
    ]
