"""The expectations of a plan that stand in a file beside its group: found, read and compared when somebody asks."""

from __future__ import annotations

import os
from typing import NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.uris import path_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.disk.config_files import system_path
from spine_lsp.disk.reading import UnusableFileError, bytes_of
from spine_lsp.ide.commands.expectations import as_markdown, file_names, plan_outcomes, verdict
from spine_lsp.ide.commands.resolved_order import resolved_order
from spine_lsp.orchestration.expectations import ExpectationError

_MAX_BYTES = 4 << 20


class Comparison(NamedTuple):
    """A plan beside its file: what a lens says, and all of it as Markdown."""

    title: str
    text: str


def expectations_of(workspace: Workspace, group: Group) -> str | None:
    """The file with the expectations of a group; None where there is none."""
    path, document = path_of(group.uri), workspace.documents.get(group.uri)
    if path is None or document is None:
        return None
    folder, name = os.path.split(system_path(path))
    names = file_names(os.path.splitext(name)[0], group.name, alone=len(document.groups) == 1)  # noqa: PTH122 - a name
    files = (os.path.join(folder, each) for each in names)  # noqa: PTH118 - asked at each list of lenses
    return next((file for file in files if os.path.isfile(file)), None)  # noqa: PTH113 - which raises for no name


def compare(workspace: Workspace, group: Group) -> Comparison | None:
    """The plan of a group as it is now beside its file as it is now; None where there is none."""
    file = expectations_of(workspace, group)
    if file is None:
        return None
    name = os.path.basename(file)  # noqa: PTH119 - a text
    order = resolved_order(workspace, group.uri, group.name or None)
    assert order is not None  # the group is of this very workspace
    try:
        outcomes = plan_outcomes(group, order, bytes_of(file, _MAX_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        return None
    except (UnusableFileError, ExpectationError, UnicodeDecodeError) as exc:
        reason = "it is not UTF-8" if isinstance(exc, UnicodeDecodeError) else str(exc)
        return Comparison(f"{name}: {reason}", f"{name}: {reason}\n")
    return Comparison(verdict(outcomes), as_markdown(name, group.name, outcomes))
