"""What one Python file says, known from its text alone; names of other files are left as they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as Choice

from spine_lsp.pysource.expressions import Expr, Literal
from spine_lsp.pysource.places import NOWHERE, SourcePlace


@dataclass(frozen=True, slots=True)
class Imported:
    """A name that an import binds: `module` (behind `level` dots), or `name` of it."""

    module: str
    level: int
    name: str | None
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class ClassAt:
    """A name that a class statement binds; `number` counts the classes of the file."""

    number: int


@dataclass(frozen=True, slots=True)
class FunctionAt:
    """A name that a function definition binds; `number` counts the functions of the file."""

    number: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name that is an argument of a function, with its annotation."""

    annotation: Expr | None
    function: str


@dataclass(frozen=True, slots=True)
class Each:
    """A name that a loop binds to each item of a collection, or to the part of it behind these numbers."""

    iterable: Expr
    part: tuple[int, ...]
    place: SourcePlace


ScopeKind = Choice["module", "class", "function"]
Binding = Expr | Imported | ClassAt | FunctionAt | Parameter | Each


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a module, class or function binds; `parent` is the scope around it, -1 for none.

    `stars` are the modules of which everything is imported, the last first.
    """

    kind: ScopeKind
    parent: int
    names: dict[str, Binding]
    stars: tuple[Imported, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A parameter that code takes: by `params["k"]`, or by `params.get("k", default)`.

    `needed` tells whether `method`, or the function that it is a read of, fails without it whenever it runs. `key` is
    what the code takes it by where that is no text, and the name is empty.
    """

    name: str
    needed: bool
    default: Expr | None
    place: SourcePlace
    method: str = ""
    key: Expr | None = None


ABOVE = "super."
"""Stands before an attribute that is taken of the classes above."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a class, with the attributes of itself that it uses whenever it runs.

    Those of `super()` stand behind `ABOVE`.
    """

    name: str
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its arguments, and the parameters that it takes of the one that holds them.

    `opaque` says why there may be more reads than those, and is empty where there are not. `returns` is what it
    answers, where it is one `return` and nothing else; `is_plain` if that is what each call of it answers, which takes
    exactly these arguments.
    """

    name: str
    within: str
    place: SourcePlace
    arguments: tuple[str, ...]
    doc: Literal | None
    reads: tuple[Read, ...]
    opaque: str
    returns: Expr | None
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Class:
    """A class: `scope` is where it is defined, `body` the scope of its attributes."""

    name: str
    within: str
    place: SourcePlace
    scope: int
    body: int
    bases: tuple[Expr, ...]
    doc: Literal | None
    reads: tuple[Read, ...]
    opaque: str
    methods: tuple[Method, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """A place that may register something: a decorator with what stands under it, or a call.

    `within` is the function around it, empty for what happens when the module is imported. `conditional` tells
    whether it is a branch of something, so that it may not be reached.
    """

    expr: Expr
    scope: int
    target: ClassAt | FunctionAt | None
    within: str
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class UnreadPart:
    """Lines of a file that do not parse; `mentions` as of a module."""

    place: SourcePlace
    mentions: bool


@dataclass(frozen=True, slots=True)
class Directive:
    """A comment that speaks to us (`# spine: ...`): its line, and the next line that holds more than a comment."""

    line: int
    next_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Module:
    """All that is kept of a file.

    `state`: `read`; `passed` if it mentions nothing of Spine, so that it was not parsed; or `broken`, and `reason`
    and `place` say why. `mentions` tells of such a file whether it names a decorator or a base class of Spine.
    A file that is read in part only has a reason too, and `unread` are the parts of it that are not.
    `decorators` are the last names of the decorators of a file that was passed: one of them may be Spine's under
    another name. `aliases` are such names that a file makes: by an import, an assignment, or a function that registers.
    """

    state: Choice["read", "passed", "broken"]
    reason: str = ""
    place: SourcePlace = NOWHERE
    mentions: bool = False
    scopes: tuple[Scope, ...] = ()
    classes: tuple[Class, ...] = ()
    functions: tuple[Function, ...] = ()
    sites: tuple[Site, ...] = ()
    unread: tuple[UnreadPart, ...] = ()
    decorators: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    directives: tuple[Directive, ...] = ()

    @property
    def names(self) -> dict[str, Binding]:
        """The names of the module itself."""
        return self.scopes[0].names if self.scopes else {}


PASSED = Module("passed")
"""The facts of a file that mentions nothing of Spine, and decorates nothing by a call."""
