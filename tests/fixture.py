"""Test input as one string: files, a cursor and expectations together, in what stays valid YAML.

``$0`` is the cursor (taken out of the text), ``$1``... are further marks. A line ``#- /name.yaml`` starts a file; text
before the first such line is the file ``/group.yaml``. Files ``/name.py`` are the Python of the workspace, all of which
has been read; without one, nothing is known of pipelines. Below a line, ``#   ^^^ error[code]: message`` labels what
stands above the carets; label lines are comments and stay in the text.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field

from spine_lsp.analysis.config import Config
from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.python_findings import PythonFinding, diagnose_python
from spine_lsp.analysis.uris import path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.cursor import At
from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.pysource.reading import read_text
from spine_lsp.syntax.text import Text

_FILE = re.compile(r"^#- (/\S+)\n", re.MULTILINE)
_MARK = re.compile(r"\$(\d)")
_LABEL = re.compile(r"^\s*#\s*(\^+)\s*(.*)$")


@dataclass(frozen=True)
class Fixture:
    """A workspace of the files, and the places of the marks by number."""

    workspace: Workspace
    marks: dict[int, At]
    python: dict[str, str] = field(default_factory=dict)  # the texts of the Python files, by path of the project

    @property
    def at(self) -> At:
        """The cursor."""
        return self.marks[0]

    @property
    def uri(self) -> str:
        """The file with the cursor, or else the first."""
        return self.marks[0].uri if 0 in self.marks else next(iter(self.workspace.documents))

    @property
    def document(self) -> Document:
        return self.workspace.documents[self.uri]

    @property
    def source(self) -> str:
        return self.document.text.source


def fixture(text: str, config: Config | None = None) -> Fixture:
    """The workspace that a fixture text describes."""
    text = textwrap.dedent(text).lstrip("\n")
    pieces = _FILE.split(text)
    files = dict(zip(pieces[1::2], pieces[2::2], strict=True)) if len(pieces) > 1 else {"/group.yaml": text}
    workspace = Workspace(config_of=lambda _: config or Config())
    marks: dict[int, At] = {}
    python: dict[str, str] = {}
    for path, marked in files.items():
        uri = f"file://{path}"
        source = ""
        end = 0
        for match in _MARK.finditer(marked):
            source += marked[end : match.start()]
            marks[int(match.group(1))] = At(uri, len(source))
            end = match.end()
        source += marked[end:]
        if path.endswith(".py"):
            python[path_of(uri) or path] = source
        else:
            workspace = workspace.with_document(uri, 1, Text(source), None)
    if python:
        workspace = workspace.with_project(project_of(python))
    return Fixture(workspace, marks, python)


def project_of(files: dict[str, str]) -> Project:
    """The project of Python files, by path without the first slash, all of which has been read."""
    index = PipelineIndex()
    index = index.with_files([(path, read_text(text, index.vocabulary)) for path, text in files.items()])
    while index.wanted:
        whole = [(path, read_text(files[path], index.vocabulary, whole=True)) for path in index.wanted]
        index = index.with_files(whole)
    return Project(index, ready=True)


def check_diagnostics(text: str, config: Config | None = None) -> None:
    """All findings of the fixture's files are those that the labels say, no more and no less."""
    fix = fixture(text, config)
    for path, source in fix.python.items():
        found = diagnose_python(path, fix.workspace.project, config)
        places = [(finding, finding.spot.place) for finding in found]
        labelled_findings = [
            (place.line, place.column, max(place.end_column - place.column, 1), _said(finding))
            for finding, place in places
        ]
        assert sorted(labelled_findings) == sorted(_labels(source))
    for document in fix.workspace.documents.values():
        expected = _labels(document.text.source)
        actual = []
        for finding in diagnose(document, fix.workspace.config_of(document.uri), fix.workspace.project):
            line, column = document.text.position(finding.start)
            width = max(document.text.position(finding.end)[1] - column, 1)
            actual.append((line, column, width, _said(finding)))
        assert sorted(actual) == sorted(expected)


def _said(finding: Finding | PythonFinding) -> str:
    return f"{finding.severity.word}[{finding.code}]: {finding.message}"


def _labels(source: str) -> list[tuple[int, int, int, str]]:
    labels = []
    above = 0
    for number, line in enumerate(source.split("\n")):
        if match := _LABEL.match(line):
            labels.append((above, match.start(1), len(match.group(1)), match.group(2)))
        else:
            above = number
    return labels


def labelled(source: str, spans: list[tuple[int, int]], sign: str = "^") -> str:
    """`source` with carets below each span: answers drawn as text, for `check_...` helpers."""
    text = Text(source)
    lines = [text.line_text(number) for number in range(text.line_count)]
    marks: dict[int, str] = {}
    for start, end in spans:
        line, column = text.position(start)
        width = max(end - start, 1)
        marks[line] = marks.get(line, "").ljust(column) + sign * width
    out = []
    for number, line_text in enumerate(lines):
        out.append(line_text)
        if number in marks:
            out.append(marks[number])
    return "\n".join(out)
