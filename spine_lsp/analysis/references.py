"""References to Python, `module:name`: how they are written, and what the workspace's Python says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from spine_lsp.orchestration.problems import did_you_mean

if TYPE_CHECKING:  # Python is read only where there is some
    from spine_lsp.analysis.project import Project
    from spine_lsp.pysource.facts import Class, Function, Module
    from spine_lsp.pysource.index import PipelineIndex
    from spine_lsp.pysource.targets import Spot

_DOTTED = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
REFERENCE = re.compile(rf"({_DOTTED}):({_DOTTED})")
"""A reference: the module, and behind the colon what it defines."""
_BEGUN = re.compile(rf"({_DOTTED}):")
_MODULE = re.compile(_DOTTED)
_WITH_DOTS = re.compile(rf"{_DOTTED}\.[^\W\d]\w*")


class MissingName(NamedTuple):
    """What a reference names and is not there, in words, and what could be meant."""

    message: str
    suggestions: tuple[str, ...] = ()


class ModuleFile(NamedTuple):
    """The file of a module, as a path of the project, and its facts."""

    path: str
    facts: Module


class Referenced(NamedTuple):
    """What a reference names: a function or class, where it stands, and what it says of itself.

    `arguments` are those of a function, None for a class.
    """

    spot: Spot
    name: str
    arguments: tuple[str, ...] | None
    doc: str


def malformed(text: str) -> str | None:
    """What was meant by a text that is no reference, nothing where that cannot be told; None for a reference."""
    if REFERENCE.fullmatch(text):
        return None
    if _WITH_DOTS.fullmatch(text):
        module, _, name = text.rpartition(".")
        return f"{module}:{name}"
    return ""


def parts_of(text: str) -> tuple[str, str] | None:
    """The module of a reference and what it names there, in the form with dots alone too; None for any other text."""
    match = REFERENCE.fullmatch(meant if (meant := malformed(text)) else text)
    return (match.group(1), match.group(2)) if match is not None else None


def module_of(text: str, project: Project) -> ModuleFile | None:
    """The module of a reference, or of the beginning of one, where the workspace has exactly one of that name."""
    match = _BEGUN.match(text)
    return module_file(match.group(1), project.python) if match is not None and project.python else None


def module_file(dotted: str, index: PipelineIndex) -> ModuleFile | None:
    """The file of a module, where the workspace has exactly one of that name."""
    modules = index.modules
    found = {path for home in _homes(dotted, index) if (path := modules.file_of(_key(home, dotted)))}
    if len(found) != 1:
        return None
    (path,) = found
    return ModuleFile(path, modules.files[path])


def _homes(dotted: str, index: PipelineIndex) -> set[str]:
    """The folders from which an import of a module may start."""
    modules = index.modules
    return {*(modules.homes.get(dotted.partition(".")[0]) or ()), *modules.roots}


def _key(home: str, dotted: str) -> str:
    inner = dotted.replace(".", "/")
    return f"{home}/{inner}" if home else inner


def unread_modules(project: Project) -> list[str]:
    """The files that were passed over, and whose functions steps of workflows name."""
    found: dict[str, None] = {}
    for text in project.groups.mentioned():
        place = module_of(text, project)
        if place is None:
            continue
        if place.facts.state == "passed":
            found[place.path] = None
        else:
            found.update(dict.fromkeys(_chased(text, project, place)[1]))
    return list(found)


def _chased(text: str, project: Project, place: ModuleFile) -> tuple[object, set[str]]:
    """What a reference leads to, through the imports of its module, and the files that are missing to say it."""
    from spine_lsp.pysource.expressions import Attribute, Expr, Name
    from spine_lsp.pysource.modules import Imports
    from spine_lsp.pysource.places import NOWHERE
    from spine_lsp.pysource.resolving import Resolver
    from spine_lsp.pysource.targets import Frame

    match = REFERENCE.fullmatch(text)
    if match is None or project.python is None or not place.facts.scopes:
        return None, set()
    first, *rest = match.group(2).split(".")
    expr: Expr = Name(first, NOWHERE)
    for part in rest:
        expr = Attribute(expr, part, NOWHERE)
    resolver = Resolver(Imports(project.python.modules, place.path))
    return resolver.chase(expr, Frame(place.path, 0)), resolver.wanted


def referenced(text: str, project: Project) -> Referenced | None:
    """The function or class that a reference names; None where that is not known."""
    from spine_lsp.pysource.targets import ClassRef, FunctionRef

    place = module_of(text, project)
    target = _chased(text, project, place)[0] if place is not None else None
    if project.python is None or not isinstance(target, (ClassRef, FunctionRef)):
        return None
    facts = project.python.modules.files[target.path]
    if isinstance(target, FunctionRef):
        function = facts.functions[target.number]
        return _referenced(function, target.path, function.arguments)
    return _referenced(facts.classes[target.number], target.path, None)


def _referenced(named: Function | Class, path: str, arguments: tuple[str, ...] | None) -> Referenced:
    from spine_lsp.pysource.targets import Spot

    doc = named.doc.value if named.doc is not None and isinstance(named.doc.value, str) else ""
    return Referenced(Spot(path, named.place), named.name, arguments, doc)


class Offered(NamedTuple):
    """A function that a reference could name: the text for it, its arguments, and its docstring."""

    text: str
    arguments: tuple[str, ...]
    doc: str


def functions_of(dotted: str, project: Project) -> Iterator[Offered]:
    """The functions of a module, as far as it is read."""
    from spine_lsp.pysource.facts import FunctionAt

    place = module_file(dotted, project.python) if project.python is not None else None
    for name, binding in place.facts.names.items() if place is not None else ():
        if isinstance(binding, FunctionAt) and place is not None:
            function = place.facts.functions[binding.number]
            doc = function.doc.value if function.doc is not None else ""
            yield Offered(f"{dotted}:{name}", function.arguments, doc if isinstance(doc, str) else "")


def module_names(project: Project) -> Iterator[str]:
    """The modules of the workspace, by the names that code imports them by."""
    from spine_lsp.pysource.modules import module_key

    index = project.python
    for path in index.modules.files if index is not None else ():
        root = index.modules.root_of(path) if index is not None else ""
        dotted = module_key(path).removeprefix(f"{root}/" if root else "").replace("/", ".")
        if _MODULE.fullmatch(dotted):
            yield dotted


def fault_of(text: str, project: Project) -> MissingName | None:
    """What a reference names that is not there, or is no function; None where it is, or where that is not known."""
    match = REFERENCE.fullmatch(text)
    if match is None or not project.ready or project.python is None:
        return None
    module, name = match.group(1), match.group(2).partition(".")[0]
    place = module_of(text, project)
    if place is None:
        return _missing_module(module, name, project)
    facts = place.facts
    if facts.state != "read" or facts.reason or facts.unread or not facts.scopes:
        return None
    names = facts.names
    if name in names:
        return _no_function(text, project, place)
    if facts.scopes[0].stars or "__getattr__" in names:
        return None
    suggestions = tuple(f"{module}:{other}" for other in did_you_mean(name, names))
    return MissingName(f"`{module}` defines no `{name}`", suggestions)


def _no_function(text: str, project: Project, place: ModuleFile) -> MissingName | None:
    """Of a name that stands for a plain value, a text or a list, say."""
    from spine_lsp.pysource.expressions import Items, Join, Literal, Pairs
    from spine_lsp.pysource.targets import Here

    target, _ = _chased(text, project, place)
    if isinstance(target, Here) and isinstance(target.expr, (Literal, Items, Pairs, Join)):
        return MissingName(f"`{text}` is no function")
    return None


def _missing_module(module: str, name: str, project: Project) -> MissingName | None:
    """Of a module that its package does not have; said where one is there that looks like it, as code may be made."""
    index = project.python
    package, _, last = module.rpartition(".")
    above = module_file(package, index) if package and index is not None else None
    if index is None or above is None or not above.path.endswith("/__init__.py"):
        return None
    if any(_key(home, module) in index.modules.below for home in _homes(module, index)):
        return None
    beside = {other.rpartition(".")[2] for other in module_names(project) if other.rpartition(".")[0] == package}
    suggestions = tuple(f"{package}.{other}:{name}" for other in did_you_mean(last, beside))
    return MissingName(f"`{package}` has no module `{last}`", suggestions) if suggestions else None
