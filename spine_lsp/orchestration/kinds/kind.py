"""What a kind of document is: everything that differs between kinds, asked of one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from spine_lsp.orchestration.schema import definition_at
from spine_lsp.orchestration.vocabulary import PARAMS, Form, Keys, form_among

if TYPE_CHECKING:
    from spine_lsp.orchestration.graph import GraphInspection
    from spine_lsp.orchestration.models import ExecutionPolicy
    from spine_lsp.orchestration.problems import Path

PROBED_STEPS = 20
"""Steps that are looked at to tell what a list is a list of."""

AsRun = Callable[["GraphInspection", Mapping[Any, Any]], "GraphInspection"]
"""The graph in the order in which the runner runs it under a policy, made of the one that `depends_on` gives."""

Tells = Callable[[Sequence[Mapping[Any, Any]], "Verdict"], bool]
"""Whether steps are those of a kind, in a document that declares so much."""


PolicyAsRun = Callable[["ExecutionPolicy", "GraphInspection"], "ExecutionPolicy"]
"""What of a policy the runner heeds, for the steps that there are."""


def as_written(policy: ExecutionPolicy, _graph: GraphInspection) -> ExecutionPolicy:
    """All of it."""
    return policy


def as_inspected(graph: GraphInspection, _policy: Mapping[Any, Any]) -> GraphInspection:
    """The order of the levels, whatever the policy says."""
    return graph


class PlainShape(NamedTuple):
    """The plainest shape of a step, read without a parser: a name, these keys in this order, `depends_on`, parameters.

    Each key may be left out but the ``needed`` ones. The value of a key is a plain text, which the schema must not
    restrict, but for ``words`` (one of these) and ``numbers`` (a whole number from 1 on).
    """

    keys: tuple[str, ...]
    needed: frozenset[str] = frozenset()
    words: Mapping[str, frozenset[str]] = MappingProxyType({})
    numbers: frozenset[str] = frozenset()
    lone_dependency: bool = True
    """Whether `depends_on` may be a single name."""


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of document; where it says nothing, what holds for a pipeline group holds.

    ``forms`` are the ways to write it, the one that a new file should have first, the flat one last.
    """

    name: str
    """The value of `kind`."""
    schema: str
    """The file of its JSON Schema."""
    word: str
    """What messages call it."""
    forms: tuple[Form, ...]
    tells: Tells
    runs: tuple[str, ...]
    """The keys of a step that name what it runs, the usual one first."""
    plain: PlainShape
    """The shape of nearly all its steps."""
    branches: tuple[str, ...] = ()
    """The keys of a step that name a step to go on with."""
    references: tuple[str, ...] = ()
    """The keys of a step that name a Python function, `module:name`."""
    parts: tuple[str, ...] = ()
    """The keys of a step that name another document of the kind, which runs inside of it."""
    parameters: tuple[str, ...] = (PARAMS,)
    """The keys of a step that hold its parameters; the first that holds any counts."""
    keeps_fields: bool = False
    """Whether rules and features look at every key of a step."""
    as_run: AsRun = as_inspected
    policy_as_run: PolicyAsRun = as_written
    silent: frozenset[str] = frozenset()
    """The codes of rules that do not hold for it."""
    runner: str = ""
    """What messages call the program whose behaviour they tell."""

    @cached_property
    def list_paths(self) -> tuple[Keys, ...]:
        """Where the list of steps may stand in any form."""
        return tuple(dict.fromkeys(path for form in self.forms for path in form.list_paths))

    @property
    def list_keys(self) -> tuple[str, ...]:
        """The keys that the list of steps may have in the flat form."""
        return self.flat.lists

    @property
    def nested(self) -> Form:
        """The form with `metadata` and `spec`."""
        return self.forms[0]

    @property
    def flat(self) -> Form:
        """The form with all keys side by side."""
        return self.forms[-1]

    def form_of(self, data: Mapping[Any, Any], begun: Form | None = None) -> Form:
        """The form of a file with these keys at its top; ``begun`` (or the flat one) where none of them tells."""
        found = form_among(data, self.nested, self.flat, begun or self.flat)
        by_policy = (form for form in self.forms if form.spec == found.spec and form.policy in data)
        return next(by_policy, found)

    def definition_at(self, path: Path, form: Form | None = None) -> str | None:
        """As `schema.definition_at`, in a document of this kind."""
        return definition_at(path, form, self.forms)


class Verdict(NamedTuple):
    """What `apiVersion` and `kind` say: the kind, and those that a document is instead if its steps tell so.

    ``unknown``: a document of ours, of a kind that is not read. ``named``: the document names us. ``keys`` are those
    at its top where nothing is named.
    """

    kind: Kind | None = None
    candidates: tuple[Kind, ...] = ()
    unknown: bool = False
    named: bool = True
    keys: tuple[object, ...] = ()

    @property
    def says_kind(self) -> bool:
        """Whether it names a kind that others have too."""
        return self.named and self.kind is None and bool(self.candidates)
