"""What a pipeline begins with that a step names and nobody has written yet: in a new file, or in one that exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from keyword import iskeyword
from typing import NamedTuple

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.group import Group
from spine_lsp.analysis.parameter_types import kind_of
from spine_lsp.analysis.pipelines import BATCH_ID, Pipelines, is_template
from spine_lsp.analysis.uris import uri_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.pipelines.renaming import is_pipeline_name
from spine_lsp.pysource.facts import Module
from spine_lsp.pysource.modules import is_installed, is_of_tests
from spine_lsp.pysource.reading import parsed
from spine_lsp.syntax.text import Edit, Text

_WORD = re.compile(r"[A-Za-z0-9]+")
_MOST_TRIED = 20  # names of files and classes
_MOST_PLACES = 100
_MODULES = {
    "ParamDef": "spine.framework.params",
    "PipelineSpec": "spine.framework.params",
    "Pipeline": "spine.framework.pipelines",
    "PipelineResult": "spine.framework.pipelines",
    "register_pipeline": "spine.framework.registry",
}
_TYPES = {"str": "str", "int": "int", "float": "float", "bool": "bool", "list": "list", "dict": "dict"}


class NewFile(NamedTuple):
    """A file to make: its uri, its name as a title shows it, and its text."""

    uri: str
    name: str
    text: str


class PipelineFile(NamedTuple):
    """A file that a pipeline may be written into, and whether it is to be made."""

    uri: str
    path: str
    is_new: bool


def new_pipeline(workspace: Workspace, group: Group, step: int) -> NewFile | None:
    """A file that registers the pipeline of a step, beside the one whose names are most like it; None if none fits.

    It takes the parameters that the step gives. Nothing is made where a file of the name is already.
    """
    pipelines, name = workspace.project.pipelines, group.steps[step].pipeline
    if pipelines is None or name is None or not is_pipeline_name(name):
        return None
    path = _free_path(pipelines, name)
    if path is None:
        return None
    return NewFile(uri_of(path), path.rpartition("/")[2], new_text(name, group.steps[step].params))


def places(pipelines: Pipelines, name: str) -> list[PipelineFile]:
    """The files that a pipeline may be written into: those that register others, the most alike first, and a new one.

    None for what is no name of a pipeline.
    """
    if not is_pipeline_name(name):
        return []
    index = pipelines.index
    likeness: dict[str, tuple[int, int]] = {}
    for path in index.declaring():
        own = [each.name.value for each in index.file(path).registrations if each.is_runnable]
        if (
            own
            and not is_of_tests(path)
            and not is_installed(path)
            and index.modules.files[path].state == "read"
            and path not in index.faults
        ):
            likeness[path] = (max(_shared(name, other) for other in own), len(own))
    best = sorted(likeness, key=lambda path: (-likeness[path][0], -likeness[path][1], path))
    found = [PipelineFile(uri_of(path), path, is_new=False) for path in best[:_MOST_PLACES]]
    free = _free_path(pipelines, name)
    return [*found, PipelineFile(uri_of(free), free, is_new=True)] if free is not None else found


def params_of(document: Document, name: str) -> object:
    """The parameters that the first step gives which runs a pipeline."""
    steps = (step for group in document.groups for step in group.steps if step.pipeline == name)
    return next((step.params for step in steps if step.params), None)


def added(source: str, name: str, params: object) -> list[Edit] | None:
    """The edits by which a file registers a pipeline at its end, with what it has to import; None if it does not parse.

    What the file imports already is called as it is called there.
    """
    tree = parsed(source)
    if isinstance(tree, Module):
        return None
    wanted = _Needs.of(params)
    bound, imported = _bound_names(tree)
    names = {need: imported.get(need, need) for need in wanted.imports}
    missing = [need for need in names if need not in imported]
    lines = _class_lines(name, wanted.given, names, bound)
    text, newline = Text(source), "\r\n" if "\r\n" in source else "\n"
    main = next((each for each in tree.body if isinstance(each, ast.If) and _is_main(each)), None)
    if main is not None:
        at = text.line_start(main.lineno - 1)
        edits = [Edit(at, at, newline.join([*lines, "", "", ""]))]
    else:
        end = len(source.rstrip())
        edits = [Edit(end, len(source), newline.join(["", "", "", *lines, ""] if end else [*lines, ""]))]
    if not missing:
        return edits
    imports = _import_lines(missing)
    if (above := _last_import(tree)) is not None:
        at = text.line_end(above - 1)
        return [Edit(at, at, "".join(f"{newline}{line}" for line in imports)), *edits]
    first = edits[0].start if not tree.body else text.line_start(_first_line(tree.body[0]) - 1)
    block = newline.join([*imports, "", "", ""])
    if first == edits[0].start:
        return [edits[0]._replace(text=block + edits[0].text.lstrip())]
    return [Edit(first, first, block), *edits]


def _bound_names(tree: ast.Module) -> tuple[set[str], dict[str, str]]:
    """The names that a module binds, and of those that are needed here what they are called."""
    bound: set[str] = set()
    imported: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            bound.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                bound.add(alias.asname or alias.name)
                if isinstance(node, ast.ImportFrom) and alias.name in _MODULES:
                    imported[alias.name] = alias.asname or alias.name
        else:
            bound |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return bound, imported


def _is_main(node: ast.If) -> bool:
    """Whether this is what a module does when it is run as a program."""
    return any(isinstance(each, ast.Name) and each.id == "__name__" for each in ast.walk(node.test))


def _last_import(tree: ast.Module) -> int | None:
    """The last line of the imports that a module begins with, from 1; None where there are none."""
    last: int | None = None
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            last = node.end_lineno
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            break  # a docstring may stand in front
    return last


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _free_path(pipelines: Pipelines, name: str) -> str | None:
    index = pipelines.index
    likely = sorted(pipelines.names, key=lambda other: (-_shared(name, other), len(other)))
    files = [path for like in likely if not is_installed(path := index.named(like)[0].path)]
    beside = next((path for path in files if not is_of_tests(path)), files[0] if files else None)
    if beside is None:
        return None
    folder, slash, _ = beside.rpartition("/")
    base = "_".join(_WORD.findall(name.replace("/", ".").rpartition(".")[2])).lower()
    base = f"pipeline_{base}" if not base or base[0].isdigit() or iskeyword(base) else base
    for number in range(1, _MOST_TRIED):
        path = f"{folder}{slash}{base}{'' if number == 1 else f'_{number}'}.py"
        if path not in index.modules.files:
            return path
    return None


def _shared(name: str, other: str) -> int:
    """How many segments two names have in common at their start."""
    pairs = zip(name.replace("/", ".").split("."), other.replace("/", ".").split("."), strict=False)
    count = 0
    for mine, theirs in pairs:
        if mine != theirs:
            break
        count += 1
    return count


class _Needs(NamedTuple):
    """What the class of a pipeline is made of: its parameters with their types, and the names that it uses."""

    given: list[tuple[str, str]]
    imports: tuple[str, ...]

    @classmethod
    def of(cls, params: object) -> _Needs:
        given = [
            (key, "str" if is_template(value) else _TYPES.get(kind_of(value) or "", "str"))
            for key, value in (params.items() if isinstance(params, dict) else ())
            if isinstance(key, str) and key.isidentifier() and key != BATCH_ID
        ]
        return cls(given, tuple(_MODULES) if given else ("Pipeline", "PipelineResult", "register_pipeline"))


def _import_lines(names: Iterable[str]) -> list[str]:
    """The statements that import names of the framework, one for each module."""
    by_module: dict[str, list[str]] = {}
    for name in names:
        by_module.setdefault(_MODULES[name], []).append(name)
    return [f"from {module} import {', '.join(each)}" for module, each in by_module.items()]


def new_text(name: str, params: object) -> str:
    """The source of a file for a pipeline, as a formatter leaves it."""
    needs = _Needs.of(params)
    imports = _import_lines(needs.imports)
    lines = _class_lines(name, needs.given, {need: need for need in needs.imports}, set())
    return "\n".join([f'"""The pipeline `{name}`."""', "", *imports, "", "", *lines, ""])


def _class_lines(name: str, given: list[tuple[str, str]], names: dict[str, str], taken: set[str]) -> list[str]:
    """The class of a pipeline, registered; `names` are what the names that it uses are called."""
    last = name.replace("/", ".").rpartition(".")[2]
    title = "".join(word.capitalize() for word in _WORD.findall(last)) or "NewPipeline"
    title = f"Run{title}" if title[0].isdigit() else title
    free = (f"{title}{end}" for end in ("", "Pipeline", *map(str, range(2, _MOST_TRIED))))
    title = next((each for each in free if each not in taken and each not in names.values()), title)
    spec = []
    if given:
        spec = [f"    spec = {names['PipelineSpec']}(", "        required_params={"]
        spec += [
            f'            "{key}": {names["ParamDef"]}(name="{key}", type={type_}, description=""),'
            for key, type_ in given
        ]
        spec += ["        }", "    )"]
    return [
        f'@{names["register_pipeline"]}("{name}")',
        f"class {title}({names['Pipeline']}):",
        f'    """What `{name}` does."""',
        "",
        f'    name = "{name}"',
        '    description = ""',
        *spec,
        "",
        f"    def run(self) -> {names['PipelineResult']}:",
        f'        raise NotImplementedError("{name}")',
    ]
