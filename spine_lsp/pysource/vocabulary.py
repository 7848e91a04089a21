"""The names by which Spine's registries are filled, and a quick look whether a file can hold any of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Registry = Literal["classes", "functions", "project"]
"""Which registry a name is put into.

`classes`: that of `spine.framework`, which runs the steps of groups. `functions`: that of `spine.execution`.
`project`: one that the workspace defines itself, or a function of it is given.
"""

KINDS = ("pipeline", "operation", "task", "step", "workflow", "handler")
"""What can be registered; `register_<kind>` are the decorators, of which `register_handler` is told the kind."""

DECORATORS = ("register_pipeline", "register_operation")
_FUNCTION_DECORATORS = tuple(f"register_{kind}" for kind in KINDS)
SPINES = ("spine", "market_spine")
"""The packages that Spine has been published as."""
BASES = ("Pipeline", "Operation")
"""The classes that pipelines are made from."""

GROUP_MAKERS = {"PipelineGroup": "PipelineGroup", "Workflow": "Workflow", "ManagedWorkflow": "Workflow"}
"""The classes that groups and workflows are built by, and the kind of what they build."""
GROUP_REGISTERS = ("register_group", "register_workflow")
FLUENT_START, FLUENT_END = "ManagedWorkflow", "build"
"""The class and the method that begin and end a chain of calls which builds a workflow."""
GROUP_CALLS = (*GROUP_MAKERS, *GROUP_REGISTERS, FLUENT_END)
RECORDS: dict[str, tuple[str, ...]] = {
    "PipelineSpec": ("required_params", "optional_params", "description", "examples", "notes"),
    "OperationSpec": ("required_params", "optional_params", "description", "examples", "notes"),
    "ParamDef": ("name", "type", "description", "required", "default", "validator", "error_message"),
}
"""Spine's classes that hold what they are made of, with their arguments in order."""

METHOD = "register"
_REGISTRY_NAME = re.compile(r"(?i)(?:^|_)(?:registry|pipelines|operations|handlers)$|registry$")


@dataclass(frozen=True)
class Vocabulary:
    """What counts as a registration beside what is always known.

    `decorators` are names of decorators of the user's: `name` wherever it comes from, or `package.module.name`.
    """

    decorators: tuple[str, ...] = ()

    @cached_property
    def names(self) -> frozenset[str]:
        """The last names of all functions whose calls are looked at."""
        own = {name.rpartition(".")[2] for name in self.decorators}
        return frozenset({*_FUNCTION_DECORATORS, *own, METHOD, *GROUP_CALLS})

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        own = sorted({name.rpartition(".")[2] for name in self.decorators})
        words = [
            rb"register|[Pp]ipeline|Operation|@[\w.]*operation|Workflow\b",
            *(re.escape(name.encode()) for name in own),
        ]
        return re.compile(b"|".join(words))

    def mentioned_in(self, data: bytes) -> bool:
        """Whether a file can declare anything to Spine; most files are told from their bytes alone."""
        return self._pattern.search(data) is not None

    def named_in(self, text: str) -> bool:
        """Whether a text that cannot be parsed names a decorator or a base class all the same."""
        words = (*DECORATORS, *BASES, *(name.rpartition(".")[2] for name in self.decorators))
        return re.search(rf"\b(?:{'|'.join(map(re.escape, words))})\b", text) is not None

    def registry_of(self, qualified: str, *, defined_here: bool) -> Registry | None:
        """The registry that a decorator of this full name fills; None if it is none, or cannot be known.

        `defined_here`: its definition stands in the workspace.
        """
        module, _, name = qualified.rpartition(".")
        if _within(module, "spine.execution"):
            return "functions" if name in _FUNCTION_DECORATORS else None
        if name in DECORATORS and (_within(module, "spine") or _within(module, "market_spine")):
            return "classes"
        if qualified in self.decorators or name in self.decorators:
            return "project"
        return "project" if defined_here and name in DECORATORS else None

    def registry_of_object(self, qualified: str) -> Registry | None:
        """The registry that an object or class of this full name, defined elsewhere, is."""
        if _within(qualified, "spine.execution"):
            return "functions"
        return "classes" if _within(qualified, "spine") or _within(qualified, "market_spine") else None


def kind_of(decorator: str) -> str:
    """What a decorator of this name registers."""
    kind = decorator.removeprefix("register_")
    return kind if kind in KINDS else "pipeline"


def names_a_registry(name: str) -> bool:
    """Whether a name of an object says that it is a registry of pipelines."""
    return _REGISTRY_NAME.search(name) is not None


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")
