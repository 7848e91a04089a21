"""References to Python, `module:name`: how they are written, and what the workspace's Python says of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from spine_lsp.orchestration.problems import did_you_mean

if TYPE_CHECKING:  # Python is read only where there is some
    from spine_lsp.analysis.project import Project
    from spine_lsp.pysource.facts import Module
    from spine_lsp.pysource.index import PipelineIndex

_DOTTED = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_REFERENCE = re.compile(rf"({_DOTTED}):({_DOTTED})")
_WITH_DOTS = re.compile(rf"{_DOTTED}\.[^\W\d]\w*")


class MissingName(NamedTuple):
    """What a reference names and is not there, in words, and what could be meant."""

    message: str
    suggestions: tuple[str, ...]


class ModuleFile(NamedTuple):
    """The file of a module, as a path of the project, and its facts."""

    path: str
    facts: Module


def malformed(text: str) -> str | None:
    """What was meant by a text that is no reference, nothing where that cannot be told; None for a reference."""
    if _REFERENCE.fullmatch(text):
        return None
    if _WITH_DOTS.fullmatch(text):
        module, _, name = text.rpartition(".")
        return f"{module}:{name}"
    return ""


def module_of(text: str, project: Project) -> ModuleFile | None:
    """The module of a reference, where the workspace has exactly one of that name."""
    match = _REFERENCE.fullmatch(text)
    return (
        _module(match.group(1), project.python) if match is not None and project.python is not None else None
    )


def _module(dotted: str, index: PipelineIndex) -> ModuleFile | None:
    modules = index.modules
    top, *_ = dotted.split(".")
    inner = dotted.replace(".", "/")
    homes = {*(modules.homes.get(top) or ()), *modules.roots}
    found = {path for home in homes if (path := modules.file_of(f"{home}/{inner}" if home else inner))}
    if len(found) != 1:
        return None
    (path,) = found
    return ModuleFile(path, modules.files[path])


def fault_of(text: str, project: Project) -> MissingName | None:
    """What a reference names that its module does not define; None where it does, or where that is not known."""
    match = _REFERENCE.fullmatch(text)
    place = module_of(text, project) if project.ready else None
    if match is None or place is None:
        return None
    facts = place.facts
    if facts.state != "read" or facts.reason or facts.unread or not facts.scopes:
        return None
    names = facts.names
    module, name = match.group(1), match.group(2).partition(".")[0]
    if name in names or facts.scopes[0].stars or "__getattr__" in names:
        return None
    suggestions = tuple(f"{module}:{other}" for other in did_you_mean(name, names))
    return MissingName(f"`{module}` defines no `{name}`", suggestions)
