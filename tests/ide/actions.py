"""Helpers for tests of edits: texts to try them on, and what must hold of every edit."""

from __future__ import annotations

import random
import re
from difflib import SequenceMatcher
from pathlib import Path

from hypothesis import strategies as st

from spine_lsp.analysis.catalogue import RULES
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Severity
from spine_lsp.analysis.span import Span
from spine_lsp.ide.code_actions import code_actions, resolve
from spine_lsp.syntax.comments import find_comments
from spine_lsp.syntax.text import Edit, Text, apply_edits
from tests.fixture import fixture

CORPUS = [p.read_text("utf-8") for p in sorted((Path(__file__).parent.parent / "corpus").rglob("*.yaml"))]
PAGES = [
    match.group(1)
    for rule in RULES
    if (match := re.search(r"```yaml\n(.*?)```", rule.documentation, re.DOTALL)) is not None
]
STYLES = [
    """\
# of the file
name: flat # name
steps: # all
  # of a
  - name: a # a
    pipeline: p.a

  # of b
  - name: b
    # in b
    pipeline: p.b
    depends_on: a # why a
    params: {tier: A, day: "{{ params.day }}"}

  - {name: c, pipeline: p.c, depends_on: [a, b], params: {tier: A}}
  # of d
  - depends_on: # first key
      - c # why c
      - a # why a again
      # behind
    name: d
    pipeline: p.d
    params:
      tier: A # tier
      text: |
        # no comment
        - x: [
policy: {execution: parallel, max_concurrency: 9}
# at the end
""",
    """\
apiVersion: spine.io/v1
kind: PipelineGroup
metadata: {name: one, version: 1}
spec:
  defaults: {tier: A}
  pipelines:
  - name: x
    pipeline: p.x
    depends_on: [
      y, # why y
      z
    ]
  - name: y
    pipeline: p.y
    depends_on: [z, "x", z]
  - name: z
    pipeline: 'p.z'
""",
]
SNIPPETS = [
    "", " ", "  ", "\t", "\n", "- ", ": ", '"', "'", "[", "]", "{", "}", ",", "#", " # c", "{{ a }}", "{{ a", "}}",
    "*a", "&a ", "a", "x, ", "name: ", "    depends_on: [a]\n", "  - name: new\n", "|", "\\", "\u2028", "\U0001f600",
    "<<<<<<< a\n", "=======\n", ">>>>>>> b\n", "# spine: ignore\n",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A group file with a few slips in it."""
    source = draw(st.sampled_from([*CORPUS, *PAGES, *STYLES, *STYLES]))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(source)))
        end = draw(st.integers(start, min(start + 12, len(source))))
        source = source[:start] + draw(st.sampled_from(SNIPPETS)) + source[end:]
    if draw(st.integers(0, 9)) == 0:
        source = source.replace("\n", "\r\n")
    return source if draw(st.booleans()) else source.rstrip("\n")


@st.composite
def small_groups(draw: st.DrawFn, *, sound: bool = False) -> str:
    """A group of a few steps with edges, comments and blank lines, in every style; `sound` makes it plannable."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = random.Random(seed)
    count = draw(st.integers(1, 6))
    names = [f"s{n}" for n in range(count)]
    rank = {name: place for place, name in enumerate(rng.sample(names, count))}
    out = [
        rng.choice(["", "# top\n"]),
        "apiVersion: spine.io/v1\nkind: PipelineGroup\nmetadata:\n  name: g\nspec:\n",
    ]
    if rng.random() < 0.4:
        out.append(f"  defaults:{_note(rng)}\n    tier: A{_note(rng)}\n")
    indent = rng.choice(["  ", "    "])
    out.append(f"  pipelines:{_note(rng)}\n")
    for name in names:
        others = [other for other in names if not sound or rank[other] < rank[name]]
        listed = rng.sample(others, min(len(others), rng.randrange(4)))
        if not sound and rng.random() < 0.2:
            listed.append(rng.choice(["nowhere", *listed]))
        if rng.random() < 0.3:
            out.append(f"{indent}# above {name}\n")
        out += _step(rng, indent, name, listed)
        if rng.random() < 0.3:
            out.append(rng.choice(["\n", f"{indent}  # below {name}\n", f"{indent}\n"]))
    if rng.random() < 0.4:
        out.append(f"  # of the policy\n  policy:\n    execution: parallel{_note(rng)}\n    max_concurrency: 9\n")
    return "".join(out)


def _note(rng: random.Random) -> str:
    return f" # n{rng.randrange(1000)}" if rng.random() < 0.3 else ""


def _step(rng: random.Random, indent: str, name: str, listed: list[str]) -> list[str]:
    params = rng.choice(["", "", "{tier: A}", "{tier: A, x: 1}", "lines"])
    if rng.random() < 0.2:
        depends = f", depends_on: [{', '.join(listed)}]" if listed else ""
        own = f", params: {params}" if params.startswith("{") else ""
        return [f"{indent}- {{name: {name}, pipeline: p.{name}{depends}{own}}}{_note(rng)}\n"]
    inner = f"{indent}  "
    keys = [f"name: {name}{_note(rng)}\n", f"pipeline: p.{name}{_note(rng)}\n"]
    form = rng.choice(["flow", "block", "tight", "single"])
    if form == "single" and len(listed) == 1:
        keys.append(f"depends_on: {listed[0]}{_note(rng)}\n")
    elif form in ("block", "tight") and listed:
        gap = inner + ("  " if form == "block" else "")
        keys.append(f"depends_on:{_note(rng)}\n" + "".join(f"{gap}- {on}{_note(rng)}\n" for on in listed))
    elif listed or rng.random() < 0.2:
        keys.append(f"depends_on: [{', '.join(listed)}]{_note(rng)}\n")
    if params == "lines":
        keys.append(f"params:{_note(rng)}\n{inner}  tier: A{_note(rng)}\n{inner}  text: |\n{inner}    # no comment\n")
    elif params:
        keys.append(f"params: {params}{_note(rng)}\n")
    rng.shuffle(keys)
    return [f"{indent}- {keys[0]}", *(f"{inner}{key}" for key in keys[1:])]


def read(source: str) -> Document:
    """The document of a text."""
    return Document.read("file:///group.yaml", 1, Text(source))


def applied(source: str, edits: list[Edit]) -> str:
    """The text after edits, which must lie in it and not overlap."""
    for edit in edits:
        assert 0 <= edit.start <= edit.end <= len(source)
    return apply_edits(source, edits)


def error_count(source: str) -> int:
    """How many errors a text has."""
    return sum(finding.severity == Severity.ERROR for finding in diagnose(read(source)))


def comments(source: str) -> list[str]:
    """The comments of a text, sorted."""
    return sorted(source[c.start : c.end].rstrip() for c in find_comments(source))


HEADER = "apiVersion: spine.io/v1\nkind: PipelineGroup\nmetadata:\n  name: daily\nspec:\n"


def check_action(before: str, title: str, after: str) -> None:
    """The action of that title at the cursor makes `after` of `before`; text that is indented gets a header."""
    source, made = _act(before, title)
    assert made == _whole(after), changes(source, made)


def check_fix(before: str, title: str, expected: str) -> None:
    """As `check_action`, told by the lines that change: `- ` goes, `+ ` comes.

    The line above them stands before them where they alone would not tell their place.
    """
    assert changes(*_act(before, title)) == _dedented(expected).split("\n")[:-1]


def _act(before: str, title: str) -> tuple[str, str]:
    """The text without its mark, and what the action makes of it."""
    fix = fixture(_whole(before))
    at = fix.at.offset
    actions = code_actions(fix.workspace, fix.uri, Span(at, at))
    titles = [action.title for action in actions]
    assert title in titles
    action = actions[titles.index(title)]
    assert resolve(fix.workspace, action.data) == action.edits
    return fix.source, applied(fix.source, action.edits[fix.uri])


def changes(before: str, after: str) -> list[str]:
    """The lines that differ, in the form of `check_fix`."""
    old, new = before.splitlines(), after.splitlines()
    told: list[str] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if i and (i == j or old.count(old[i]) > 1):
            told.append(f"  {old[i - 1]}")
        told += [f"- {line}" if line else "-" for line in old[i:j]]
        told += [f"+ {line}" if line else "+" for line in new[k:m]]
    return told


def _whole(text: str) -> str:
    body = _dedented(text)
    return f"{HEADER}{body}" if body.startswith("  ") else body


def _dedented(text: str) -> str:
    """A text without the indentation of its last line, which holds the closing quotes."""
    lines = text.strip("\n").split("\n")
    indent = re.match(r" *", lines[-1]).group()  # type: ignore[union-attr]
    return "\n".join(line.removeprefix(indent) for line in lines[:-1]) + "\n"
