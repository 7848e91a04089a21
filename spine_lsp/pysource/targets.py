"""What an expression of Python stands for, as values: classes, functions, modules, plain values, what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeGuard

from spine_lsp.pysource import facts
from spine_lsp.pysource.expressions import Expr, source_text
from spine_lsp.pysource.facts import Binding, ClassAt, FunctionAt, Imported
from spine_lsp.pysource.places import SourcePlace


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file."""

    path: str
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a name is looked up: a scope of a file."""

    path: str
    scope: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be known without running the program; `reason` is a clause that can stand behind "because"."""

    reason: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Here:
    """An expression that is no name, and the scope in which it stands."""

    expr: Expr
    frame: Frame


@dataclass(frozen=True, slots=True)
class ClassRef:
    """A class of a file of the workspace."""

    path: str
    number: int


@dataclass(frozen=True, slots=True)
class FunctionRef:
    """A function of a file of the workspace."""

    path: str
    number: int


@dataclass(frozen=True, slots=True)
class ModuleRef:
    """A module or folder of the workspace."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class External:
    """Something that is not in the workspace, by its full name."""

    name: str


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """An argument of a function, which each caller gives anew."""

    name: str
    function: str
    annotation: Expr | None
    frame: Frame


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an enum, with the expression of its value."""

    owner: ClassRef
    name: str
    value: Here


Target = Here | ClassRef | FunctionRef | ModuleRef | External | ParameterRef | Member | Unknown


@dataclass(frozen=True, slots=True)
class Known:
    """A plain value, and the place that it was asked for at.

    `source` is the one literal that is this value, where there is one: what a rename would change.
    """

    value: Any
    spot: Spot
    source: Spot | None = None


def is_expression(binding: Binding) -> TypeGuard[Expr]:
    """Whether a name is bound to an expression."""
    return not isinstance(binding, (Imported, ClassAt, FunctionAt, facts.Parameter, facts.Each))


def why_no_value(target: Target, expr: Expr) -> str:
    """Why what an expression stands for is no plain value."""
    text = source_text(expr)
    if isinstance(target, ParameterRef):
        return f"`{text}` is an argument of `{target.function}`, which every call gives anew"
    if isinstance(target, External):
        if target.name.startswith("builtins."):
            return f"`{text}` is no plain value"
        return f"`{target.name}` is not in the workspace"
    return f"`{text}` is no plain value"
