"""What a workspace's Python declares, worked out: pipelines with their parameters, groups, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from spine_lsp.pysource.targets import Known, Spot, Unknown
from spine_lsp.pysource.vocabulary import Registry

Shape = Literal["decorator", "call", "class", "handler"]
"""How a name is registered: `@register_pipeline(name)`, `register_pipeline(name)(target)`, `registry.register(Class)`,
or `registry.register(...)` with name and handler."""


@dataclass(frozen=True, slots=True)
class Validator:
    """What a value of a parameter is checked with; `values` are those of an enum, `enum` is where that stands."""

    name: str
    values: tuple[Any, ...] | None = None
    enum: Spot | None = None
    unknown: Unknown | None = None


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """One parameter of a specification; `spot` is its key. `default` is None where there is none.

    `type` is the annotation as it is written (`str`, `int | None`), empty where none is.
    """

    name: str
    spot: Spot
    required: bool
    type: str = ""
    description: str = ""
    default: Known | Unknown | None = None
    validator: Validator | None = None
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class ParameterRead:
    """A parameter that the code takes by name."""

    name: str
    spot: Spot
    needed: bool
    default: Known | Unknown | None


@dataclass(frozen=True, slots=True)
class Signature:
    """All that is known of a pipeline's parameters.

    `specified` is False where there is no specification at all. `open` says why there may be parameters beside
    these; without a reason in it, `parameters` and `reads` together are all.
    """

    specified: bool = False
    parameters: tuple[ParameterSpec, ...] = ()
    reads: tuple[ParameterRead, ...] = ()
    open: tuple[Unknown, ...] = ()
    examples: Known | Unknown | None = None
    notes: Known | Unknown | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """The key that keeps two runs apart: a template with `{parameter}`, or why it is not known."""

    template: str | None
    spot: Spot
    unknown: Unknown | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """A name in a registry. `name.spot` is where it is registered, `name.source` the literal that it comes from.

    `symbol` is the class or function, with its place. `within` is the function that registers it when it is called,
    empty where the import of the file does. `into` is the registry object that is named, `own_name` the class
    attribute `name`. `conditional` tells whether another branch may be taken instead.
    """

    name: Known
    kind: str
    registry: Registry
    shape: Shape
    symbol: str
    symbol_spot: Spot | None
    is_class: bool
    within: str
    into: str
    doc: str
    description: str
    signature: Signature
    dependencies: Known | Unknown | None
    lock: Lock | None
    own_name: Known | Unknown | None
    conditional: bool = False

    @property
    def path(self) -> str:
        """The file that registers it."""
        return self.name.spot.path

    @property
    def is_runnable(self) -> bool:
        """Whether a step can run it: the functions of `spine.execution` are out of its reach."""
        return self.registry != "functions"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that may be registered and cannot be known; `name` is what it is called where that is known.

    Where it is not, `prefix` is how the name begins, as far as that is known. `reason` is a clause that can stand
    behind "because".
    """

    reason: str
    spot: Spot
    name: str | None = None
    prefix: str = ""

    def may_be(self, name: str) -> bool:
        """Whether it may register this name."""
        return name == self.name if self.name is not None else name.startswith(self.prefix)


class Computed(str):
    """A value that is known only when the program runs, by how it is written."""

    __slots__ = ()


class RunByStep(NamedTuple):
    """A step, by number and name, the pipeline or operation that it runs, by which key, and where that is named."""

    number: int
    step: str
    key: str
    name: str
    spot: Spot | None


@dataclass(frozen=True, slots=True)
class PythonGroup:
    """A group or workflow that is built in Python, as the content of a file in the flat form, with places by path.

    `gaps` are the parts that cannot be known; without one, `data` is the group, but for the values of parameters that
    are `Computed`. `registered` tells whether `register_group` is called with it. `keys` are the places of the names of
    parameters, by the paths of their values.
    """

    data: dict[str, Any]
    places: dict[tuple[str | int, ...], Spot]
    gaps: tuple[Unknown, ...]
    registered: bool
    spot: Spot
    keys: dict[tuple[str | int, ...], Spot] = field(default_factory=dict)
    kind: str = "PipelineGroup"

    @property
    def name(self) -> str | None:
        """Its name, if that is known."""
        name = self.data.get("name")
        return name if isinstance(name, str) else None

    def runs(self) -> Iterator[RunByStep]:
        """What its steps run, as far as that is known, in their order."""
        steps = self.data.get("steps")
        for number, step in enumerate(steps if isinstance(steps, list) else ()):
            for key in ("pipeline", "operation"):
                name = step.get(key) if isinstance(step, dict) else None
                if isinstance(name, str) and name:
                    spot = self.places.get(("steps", number, key))
                    yield RunByStep(number, str(step.get("name") or ""), key, name, spot)


@dataclass(frozen=True, slots=True)
class Declared:
    """All that one file declares."""

    registrations: tuple[Registration, ...] = ()
    groups: tuple[PythonGroup, ...] = ()
    gaps: tuple[Gap, ...] = ()


NOTHING = Declared()
"""What most files declare."""
