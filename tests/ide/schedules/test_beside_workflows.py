"""Schedules in a file that holds workflows or groups too, and in a long one: read as in a file of their own."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Severity
from spine_lsp.analysis.group_index import indexed
from spine_lsp.ide.cursor import At
from spine_lsp.ide.offer import TOKEN_TYPES
from spine_lsp.ide.selection_ranges import selection_at
from spine_lsp.ide.semantic_tokens import semantic_tokens
from spine_lsp.ide.symbols import document_symbols
from spine_lsp.syntax.limits import NO_LIMITS
from spine_lsp.syntax.text import Text
from tests.ide.schedules.test_editing import actions, after
from tests.ide.schedules.test_schedules import SOUND, URI, findings, one, opened, project
from tests.soak.inside import Inside

FLOW = """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: prices.evening
spec:
  steps:
    - name: fetch
      operation: prices.fetch
      params: {symbol: X}
"""
GROUP = "name: g\nsteps:\n  - name: fetch\n    pipeline: prices.fetch\n    params: {symbol: X}\n"
BAD = one("workflow: prices.evning", "cron: '0 25 * * *'", "timezone: Europe/Berlln")
TOLD = ["bad-cron 25", "unknown-timezone Europe/Berlln"]


def own(text: str) -> list[str]:
    return [one for one in findings(text, project()) if not one.startswith("several-documents")]


@pytest.mark.parametrize("other", [FLOW, GROUP])
def test_each_document_is_judged_for_itself(other: str) -> None:
    """In either order; what is sound stays so, and a comment silences what stands below it."""
    assert own(f"{other}---\n{SOUND}") == own(f"{SOUND}---\n{other}") == []
    for text in (f"{other}---\n{BAD}", f"{BAD}---\n{other}", f"{BAD}---\n{other}---\n{SOUND}"):
        assert sorted(each for each in own(text) if "prices" not in each) == TOLD
    silent = BAD.replace("    cron", "    # spine: ignore-next-line[bad-cron]\n    cron")
    assert "bad-cron 25" not in own(f"{other}---\n{silent}")


def test_an_edit_says_what_a_fresh_text_says() -> None:
    """While schedules come and go below a workflow, and while it becomes none."""
    text = Text(FLOW)
    doc = Document.read(URI, 1, text)
    for start, end, new in ((len(FLOW), len(FLOW), f"---\n{BAD}"), (0, 8, "apiversio"), (0, 9, "apiVersi")):
        changed = doc.text.replaced(start, end, new)
        doc = doc.changed(2, changed, None)
        fresh = Document.read(URI, 1, Text(changed.source))
        assert diagnose(doc) == diagnose(fresh)
        assert [len(each.schedules) for each in doc.schedules] == [1]


def test_outline_index_and_fixes_have_both() -> None:
    """In the order of the file."""
    text = f"{SOUND}---\n{FLOW}---\n{BAD}"
    names = [item.name for item in document_symbols(opened(text), URI)]
    assert names == ["prices.every_morning", "prices.often", "flow", "prices.evening", "s"]
    kinds = [each.kind for each in indexed(Document.read(URI, 1, Text(text)))]
    assert kinds == ["Workflow", "Schedules", "Schedules"]
    fixed = next(each for each in actions(text) if "Europe/Berlin" in each.title)
    assert after(text, fixed) == text.replace("Berlln", "Berlin")


def test_the_server_answers_by_the_document_that_the_cursor_is_in() -> None:
    """Hover, completion and rename of schedules and of steps, in one file."""
    text = f"{FLOW}---\n{SOUND}".replace("workflow: prices.daily", "workflow: prices.evening")
    client = Inside({})
    client.open(URI, text)

    def ask(method: str, marked: str, **more: Any) -> Any:
        offset = text.index(marked.replace("$", "")) + marked.index("$")
        line = text.count("\n", 0, offset)
        at = {"line": line, "character": offset - text.rfind("\n", 0, offset) - 1}
        return client.call(f"textDocument/{method}", {"textDocument": {"uri": URI}, "position": at, **more})

    assert "Next runs" in ask("hover", 'cron: "30$ 2')["contents"]["value"]
    assert "fetch" in ask("hover", "- name: fe$tch")["contents"]["value"]
    assert "Europe/Berlin" in [item["label"] for item in ask("completion", "timezone: Eu$rope")["items"]]
    assert "depends_on" in [item["label"] for item in ask("completion", "      $params: {symbol: X}")["items"]]
    for marked in ("  name: prices.eve$ning", "workflow: prices.eve$ning"):
        changes = ask("rename", marked, newName="prices.night")["changes"][URI]
        assert [change["newText"] for change in changes] == ["prices.night"] * 2, marked
    (step,) = ask("rename", "- name: fe$tch", newName="load")["changes"][URI]
    assert step["newText"] == "load"


def test_tokens_and_selections_follow_the_meaning() -> None:
    """Names, targets, keys, parameters and values of schedules, as those of groups; from the word to the file."""
    for text in (SOUND, f"{FLOW}---\n{SOUND}", f"{SOUND}---\n{FLOW}"):
        workspace = opened(text)
        tokens = semantic_tokens(workspace, URI)
        assert [each.start for each in tokens] == sorted({each.start for each in tokens})
        told = {(text[t.start : t.start + t.length], TOKEN_TYPES[t.type], t.modifiers) for t in tokens}
        assert told >= {
            ("prices.every_morning", "function", 1),
            ("prices.fetch", "class", 0),
            ("prices.daily", "namespace", 0),
            ("cron", "property", 0),
            ('"30 2 * * *"', "string", 0),
            ("symbol", "parameter", 0),
            ("15", "number", 0),
            ("false", "keyword", 0),
        }
        offset = text.index("Berlin")
        spans = [text[start:end] for start, end in selection_at(workspace, At(URI, offset))]
        assert spans[0] == "Europe/Berlin"
        assert spans[1] == "timezone: Europe/Berlin"
        assert spans[2].startswith("name: prices.every_morning")
        assert spans[-1] == text
        assert all(inner in outer for inner, outer in pairwise(spans))


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["a", "a"], ["a"]),
        (["a", '"a"', "b", "a"], ['"a"', "a"]),
        (["a", "A", "b"], []),
        (["'{{ x }}'", "'{{ x }}'"], []),
        (["1", "1"], ["wrong-type"] * 2),
    ],
)
def test_a_second_schedule_of_a_name_is_told(names: list[str], told: list[str]) -> None:
    """Of one list: which files are loaded into one store, nobody knows."""
    text = "schedules:\n" + "".join(f"  - {{name: {name}, workflow: w, cron: '@daily'}}\n" for name in names)
    found = diagnose(Document.read(URI, 1, Text(text)))
    shown = [text[one.start : one.end] if one.code == "bad-schedule" else one.code for one in found]
    assert shown == told
    if told and "wrong-type" not in told:
        assert all(one.severity is Severity.WARNING for one in found)
        assert [one.related[0].message for one in found] == ["the first `a`"] * len(told)
    assert findings(text + "---\n" + text.replace("w,", "v,"))[: len(told)] == findings(text)


def test_a_long_file_of_schedules_is_read_where_nobody_waits_for_each_key() -> None:
    """By `check`; in an editor all of it would be read again at each key."""
    text = (
        "schedules:\n"
        + "".join(
            f"  - {{name: s{number}, workflow: w, cron: '0 {number % 24} * * 1-5', timezone: Europe/Berlin}}\n"
            for number in range(1_000)
        )
        + "  - {name: last, workflow: w, cron: '0 25 * * *'}\n"
    )
    assert len(text) > 50_000
    (found,) = diagnose(Document.read(URI, None, Text(text), NO_LIMITS))
    assert text[found.start : found.end] == "25"
    assert diagnose(Document.read(URI, 1, Text(text))) == []
