"""A new Python file for a pipeline that a step names and nobody has written yet."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import NamedTuple

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.parameter_types import kind_of
from spine_lsp.analysis.pipelines import BATCH_ID, Pipelines, is_template
from spine_lsp.analysis.uris import uri_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.pipelines.renaming import is_pipeline_name

_WORD = re.compile(r"[A-Za-z0-9]+")
_MOST_TRIED = 20  # names of files
_TYPES = {"str": "str", "int": "int", "float": "float", "bool": "bool", "list": "list", "dict": "dict"}


class NewFile(NamedTuple):
    """A file to make: its uri, its name as a title shows it, and its text."""

    uri: str
    name: str
    text: str


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
    return NewFile(uri_of(path), path.rpartition("/")[2], _text(name, group.steps[step].params))


def _free_path(pipelines: Pipelines, name: str) -> str | None:
    index = pipelines.index
    like = max(pipelines.names, key=lambda other: (_shared(name, other), -len(other)))
    beside = index.named(like)[0].path
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


def _text(name: str, params: object) -> str:
    """The source of the file, as a formatter leaves it."""
    last = name.replace("/", ".").rpartition(".")[2]
    title = "".join(word.capitalize() for word in _WORD.findall(last)) or "NewPipeline"
    title = f"Run{title}" if title[0].isdigit() else title
    given = [
        (key, "str" if is_template(value) else _TYPES.get(kind_of(value) or "", "str"))
        for key, value in (params.items() if isinstance(params, dict) else ())
        if isinstance(key, str) and key.isidentifier() and key != BATCH_ID
    ]
    imports = ["from spine.framework.pipelines import Pipeline, PipelineResult"]
    spec = []
    if given:
        imports = ["from spine.framework.params import ParamDef, PipelineSpec", *imports]
        spec = ["    spec = PipelineSpec(", "        required_params={"]
        spec += [
            f'            "{key}": ParamDef(name="{key}", type={type_}, description=""),'
            for key, type_ in given
        ]
        spec += ["        }", "    )"]
    lines = [
        f'"""The pipeline `{name}`."""',
        "",
        *imports,
        "from spine.framework.registry import register_pipeline",
        "",
        "",
        f'@register_pipeline("{name}")',
        f"class {title}(Pipeline):",
        f'    """What `{name}` does."""',
        "",
        f'    name = "{name}"',
        '    description = ""',
        *spec,
        "",
        "    def run(self) -> PipelineResult:",
        f'        raise NotImplementedError("{name}")',
        "",
    ]
    return "\n".join(lines)
