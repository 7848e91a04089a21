"""Groups that are built in Python and open in the editor: which of them are known whole, as documents of YAML."""

from __future__ import annotations

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.python_view import PythonView, is_whole
from spine_lsp.analysis.uris import is_python, path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.pysource.declarations import Declared


def declared_in(workspace: Workspace, document: Document) -> Declared | None:
    """What an open Python file declares; None where what is known is of another text than the present one."""
    path, python = path_of(document.uri), workspace.project.python
    if path is None or python is None:
        return None
    declared = python.file(path)
    source = document.text.source
    for registration in declared.registrations:
        name, place = registration.name.value, registration.name.spot.place
        literal = registration.name.source
        if literal is not None and literal.path == path and literal.place == place:
            if source[place.start : place.end].strip("\"'rRuU") != name:
                return None
        elif document.text.position(min(place.start, len(source))) != (place.line, place.column):
            return None
    for group in declared.groups:
        place = group.spot.place
        if place.end > len(source) or document.text.position(place.end) != (place.end_line, place.end_column):
            return None
    return declared


def python_view(workspace: Workspace, uri: str) -> PythonView | None:
    """The groups of a Python file that are known whole; None where there are none, or those of another text."""
    path, python = path_of(uri), workspace.project.python
    if not is_python(uri) or path is None or python is None:
        return None
    document = workspace.documents.get(uri)
    declared = declared_in(workspace, document) if document is not None else python.file(path)
    groups = [group for group in declared.groups if is_whole(group)] if declared is not None else []
    return PythonView(uri, document.version if document is not None else None, groups) if groups else None


def view_of_text(workspace: Workspace, uri: str, text: str) -> PythonView | None:
    """The groups that another text of a Python file builds, as `python_view`."""
    from spine_lsp.pysource.reading import read_text  # with all of `ast`, and rare

    path, python = path_of(uri), workspace.project.python
    if path is None or python is None:
        return None
    index = python.with_file(path, read_text(text, python.vocabulary, whole=True))
    groups = [group for group in index.file(path).groups if is_whole(group)]
    return PythonView(uri, None, groups) if groups else None


def seen(workspace: Workspace, uri: str) -> Workspace:
    """The workspace in which a Python file is the YAML that says the same; as it is for any other file."""
    view = python_view(workspace, uri)
    return workspace if view is None else view.within(workspace)
