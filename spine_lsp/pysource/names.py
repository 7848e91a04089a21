"""Follows names through a file, its imports and the files behind them, to what they stand for."""

from __future__ import annotations

import builtins
from abc import ABC, abstractmethod
from collections.abc import Iterator

from spine_lsp.pysource import facts
from spine_lsp.pysource.expressions import (
    Attribute,
    Call,
    Expr,
    Items,
    Literal,
    Name,
    Pairs,
    Subscript,
    arguments,
    source_text,
    with_values,
)
from spine_lsp.pysource.facts import Binding, ClassAt, FunctionAt, Imported, Module
from spine_lsp.pysource.modules import AmbiguousModuleError, Imports, joined
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.pysource.targets import (
    ClassRef,
    External,
    Frame,
    FunctionRef,
    Here,
    Known,
    Member,
    ModuleRef,
    ParameterRef,
    Spot,
    Target,
    Unknown,
    is_expression,
)
from spine_lsp.pysource.vocabulary import RECORDS

DEEPEST = 80
"""Names that lead from one to the next."""
_MOST_WORK = 20_000  # names followed for one file
_MOST_BASES = 100
_ENUMS = frozenset(f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"))
WRITTEN_AS_VALUES = frozenset({"enum.StrEnum", "enum.IntEnum"})
"""Enums whose members an f-string writes by their values."""
_PLAIN_MEMBERS = WRITTEN_AS_VALUES | {"builtins.str", "builtins.int", "builtins.float"}
_BUILTINS = frozenset(dir(builtins))
_Loop = tuple[Frame, SourcePlace]
"""A loop: where its names are bound, and where what it goes through is written."""


class NameResolver(ABC):
    """Follows the names of one file; `imports` notes all that was looked at."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._work = 0
        self._active: set[object] = set()
        self.loops: dict[_Loop, Here] = {}
        """What they go through, of those whose names something was asked of."""
        self.turns: dict[_Loop, Here] = {}
        """The item of each loop that is looked at."""
        self.wanted: set[str] = set()

    def module(self, path: str) -> Module:
        """The facts of a file."""
        return self._imports.facts(path)

    # Names to what they stand for.

    def chase(self, expr: Expr, frame: Frame) -> Target:
        """What an expression stands for: names, attributes and keys are followed."""
        self._work += 1
        spot = Spot(frame.path, expr.place)
        if self._work > _MOST_WORK or len(self._active) > DEEPEST:
            return Unknown(f"`{source_text(expr)}` leads through too many names", spot)
        if isinstance(expr, Call):
            return self._answered(expr, frame)
        if not isinstance(expr, (Name, Attribute, Subscript)):
            return Here(expr, frame)
        key = (frame, id(expr))
        if key in self._active:
            return Unknown(f"`{source_text(expr)}` is defined by itself", spot)
        self._active.add(key)
        try:
            if isinstance(expr, Name):
                return self._name(expr, frame)
            base = self.chase(expr.base, frame)
            if isinstance(expr, Attribute):
                return self._attribute(base, expr, frame)
            return self._item(base, expr, frame)
        finally:
            self._active.discard(key)

    def _name(self, expr: Name, frame: Frame) -> Target:
        module = self.module(frame.path)
        number, first = frame.scope, True
        while number >= 0:
            scope = module.scopes[number]
            if first or scope.kind != "class":  # the body of a class is not seen from its methods
                if expr.id in scope.names:
                    return self._bound(scope.names[expr.id], Frame(frame.path, number), expr)
                if scope.stars and (found := self._from_stars(scope.stars, expr, frame.path)) is not None:
                    return found
            number, first = scope.parent, False
        if expr.id in _BUILTINS:
            return External(f"builtins.{expr.id}")
        return Unknown(f"`{expr.id}` is not defined in its file", Spot(frame.path, expr.place))

    def _answered(self, call: Call, frame: Frame) -> Target:
        """What a call stands for: what it says, or what a function returns that does nothing else.

        The function is given plain values for all its arguments.
        """
        itself = Here(call, frame)
        if not isinstance(call.func, (Name, Attribute)) or call.spreads:
            return itself
        target = self.chase(call.func, frame)
        if not isinstance(target, FunctionRef):
            return itself
        own = self.function_of(target)
        given = arguments(call, own.arguments)
        if own.returns is None or own.within or not own.is_plain or given.keys() != set(own.arguments):
            return itself
        values = {name: self.plain(value, frame) for name, value in given.items()}
        known = {name: value.value for name, value in values.items() if isinstance(value, Known)}
        key = (target, tuple(map(repr, known.values())), "answer")
        if len(known) < len(given) or key in self._active or len(self._active) > DEEPEST:
            return itself
        filled = with_values(own.returns, known)
        if filled is None:
            return itself
        self._active.add(key)
        try:
            answer = self.chase(filled, Frame(target.path, 0))
        finally:
            self._active.discard(key)
        return itself if isinstance(answer, Unknown) else answer

    def _bound(self, binding: Binding, frame: Frame, use: Expr) -> Target:
        if isinstance(binding, Imported):
            return self._imported(binding, frame.path, use)
        if isinstance(binding, ClassAt):
            return ClassRef(frame.path, binding.number)
        if isinstance(binding, FunctionAt):
            return FunctionRef(frame.path, binding.number)
        if isinstance(binding, facts.Each):
            return self._item_of_loop(binding, frame, use)
        if isinstance(binding, facts.Parameter):
            return ParameterRef(source_text(use), binding.function, binding.annotation, frame)
        return self.chase(binding, frame)

    def _item_of_loop(self, binding: facts.Each, frame: Frame, use: Expr) -> Target:
        """What a loop gives a name in this turn."""
        loop = frame, binding.iterable.place
        item = self.turns.get(loop)
        if item is None:
            self.loops[loop] = Here(binding.iterable, frame)
            return Unknown(f"`{source_text(use)}` is set by a loop", Spot(frame.path, use.place))
        for number in binding.part:
            target = self.chase(item.expr, item.frame)
            if not isinstance(target, Here) or not isinstance(target.expr, Items):
                return Unknown(f"`{source_text(use)}` is set by a loop", Spot(frame.path, use.place))
            items = target.expr
            if number >= len(items.items) or items.spread:
                return Unknown(f"`{source_text(use)}` is set by a loop", Spot(frame.path, use.place))
            item = Here(items.items[number], target.frame)
        return self.chase(item.expr, item.frame)

    def _imported(self, imported: Imported, path: str, use: Expr) -> Target:
        spot = Spot(path, use.place)
        try:
            key = self._key(imported, path)
        except AmbiguousModuleError as exc:
            return Unknown(str(exc), spot)
        full = imported.module if not imported.level else ""
        if key is None:
            return External(f"{full}.{imported.name}" if imported.name else full)
        if imported.name is None:
            return ModuleRef(key, full)
        return self._member(ModuleRef(key, full), imported.name, spot)

    def _key(self, imported: Imported, path: str) -> str | None:
        if imported.level:
            return self._imports.relative(path, imported.level, imported.module)
        return self._imports.absolute(path, imported.module)

    def _member(self, module: ModuleRef, name: str, spot: Spot) -> Target:
        """A name of a module, or a module of a package."""
        inner = ModuleRef(joined(module.key, name), f"{module.name}.{name}" if module.name else "")
        path = self._imports.file(module.key)
        if path is None:
            if self._imports.exists(inner.key):
                return inner
            return self._gone(module, name, spot)
        found = self._of_file(path, name, spot)
        if found is not None:
            return found
        if self._imports.exists(inner.key):
            return inner
        return self._gone(module, name, spot)

    def _gone(self, module: ModuleRef, name: str, spot: Spot) -> Target:
        if self._imports.file(module.key) is None and not self._imports.exists(module.key):
            return Unknown(f"there is no module `{module.name or module.key.replace('/', '.')}`", spot)
        return Unknown(f"`{module.name or module.key.replace('/', '.')}` has no `{name}`", spot)

    def _of_file(self, path: str, name: str, spot: Spot) -> Target | None:
        """What a file gives a name of its own; None if it gives it none."""
        module = self.module(path)
        if module.state == "passed":
            self.wanted.add(path)
            return Unknown(f"`{path}` is not read yet", spot)
        if module.state == "broken":
            return Unknown(f"`{path}` cannot be read: {module.reason}", spot)
        if name in module.names:
            key = (path, name, "member")
            if key in self._active or len(self._active) > DEEPEST:
                return Unknown(f"`{name}` is imported in a circle", spot)
            self._active.add(key)
            try:
                return self._bound(module.names[name], Frame(path, 0), Name(name, spot.place))
            finally:
                self._active.discard(key)
        found = self._from_stars(module.scopes[0].stars, Name(name, spot.place), path)
        if found is None and module.reason:
            return Unknown(f"`{path}` cannot be read whole: {module.reason}", spot)
        if found is None and "__getattr__" in module.names:
            return Unknown(f"`{path}` works its names out by `__getattr__`", spot)
        return found

    def _from_stars(self, stars: tuple[Imported, ...], use: Name, path: str) -> Target | None:
        """What one of the modules gives of which everything is imported."""
        spot = Spot(path, use.place)
        for star in stars:
            try:
                key = self._key(star, path)
            except AmbiguousModuleError as exc:
                return Unknown(str(exc), spot)
            if key is None:
                if use.id in _BUILTINS:
                    continue
                return External(f"{star.module}.{use.id}")
            source = self._imports.file(key)
            if source is None:
                continue
            active = (source, use.id, "star")
            if active in self._active or len(self._active) > DEEPEST:
                continue
            self._active.add(active)
            try:
                exported = self._exports(source, use.id)
                if exported is None:
                    return Unknown(f"`{source}` works out its `__all__` when it runs", spot)
                found = self._of_file(source, use.id, spot) if exported else None
            finally:
                self._active.discard(active)
            if found is not None:
                return found
        return None

    def _exports(self, path: str, name: str) -> bool | None:
        """Whether `import *` takes a name from a file; None if that cannot be known."""
        module = self.module(path)
        if "__all__" not in module.names:
            return not name.startswith("_")
        listed = self.plain(Name("__all__", SourcePlace(0, 0, 0, 0, 0, 0)), Frame(path, 0))
        if isinstance(listed, Unknown) or not isinstance(listed.value, (list, tuple)):
            return None
        return name in listed.value

    def _attribute(self, base: Target, expr: Attribute, frame: Frame) -> Target:
        spot = Spot(frame.path, expr.place)
        if isinstance(base, External):
            return External(f"{base.name}.{expr.name}")
        if isinstance(base, ModuleRef):
            return self._member(base, expr.name, spot)
        if isinstance(base, ClassRef):
            found = self.attribute(base, expr.name)
            if isinstance(found, Here) and self.is_enum(base):
                return Member(base, expr.name, found)
            if found is None:
                return Unknown(f"`{source_text(expr.base)}` has no `{expr.name}`", spot)
            return found if not isinstance(found, Here) else self.chase(found.expr, found.frame)
        if isinstance(base, Member):
            if expr.name == "value":
                return self.chase(base.value.expr, base.value.frame)
            if expr.name == "name":
                return Here(Literal(base.name, expr.place), frame)
        if isinstance(base, Here) and isinstance(base.expr, Call):  # `Base.spec.optional_params`
            names = RECORDS.get(self.called(base.expr, base.frame))
            given = arguments(base.expr, names) if names is not None and not base.expr.spreads else {}
            if expr.name in given:
                return self.chase(given[expr.name], base.frame)
        if isinstance(base, Unknown):
            return base
        return Unknown(f"`{source_text(expr)}` is known only when the program runs", spot)

    def _item(self, base: Target, expr: Subscript, frame: Frame) -> Target:
        spot = Spot(frame.path, expr.place)
        if isinstance(base, Here) and isinstance(base.expr, (Pairs, Items)):
            wanted = self.plain(expr.key, frame)
            if isinstance(wanted, Unknown):
                return wanted
            if isinstance(base.expr, Items):
                items = base.expr.items
                at = wanted.value
                if isinstance(at, int) and not base.expr.spread and -len(items) <= at < len(items):
                    return self.chase(items[at], base.frame)
            else:
                entries, missing = self.entries(base.expr, base.frame)
                found = [value for key, value in entries if key.value == wanted.value]
                if found and missing is None:
                    return self.chase(found[-1].expr, found[-1].frame)
        if isinstance(base, ClassRef) and self.is_enum(base):
            wanted = self.plain(expr.key, frame)
            if isinstance(wanted, Known) and isinstance(wanted.value, str):
                return self._attribute(base, Attribute(expr.base, wanted.value, expr.place), frame)
        if isinstance(base, Unknown):
            return base
        return Unknown(f"`{source_text(expr)}` is known only when the program runs", spot)

    def called(self, call: Call, frame: Frame) -> str:
        """The name of what is called, as it is called where it is defined."""
        return self.name_of(call.func, frame)

    def name_of(self, expr: Expr, frame: Frame) -> str:
        """The last name of a function or class where it is defined; as it is written, if that is not known."""
        target = self.chase(expr, frame)
        if isinstance(target, External):
            return target.name.rpartition(".")[2]
        if isinstance(target, ClassRef):
            return self.class_of(target).name
        if isinstance(target, FunctionRef):
            return self.function_of(target).name
        return source_text(expr).rpartition(".")[2]

    # Classes.

    def class_of(self, ref: ClassRef) -> facts.Class:
        """The facts of a class."""
        return self.module(ref.path).classes[ref.number]

    def function_of(self, ref: FunctionRef) -> facts.Function:
        """The facts of a function."""
        return self.module(ref.path).functions[ref.number]

    def bases(self, ref: ClassRef) -> Iterator[Target]:
        """A class and all that it inherits from, nearest first, each once; of what is not known, the reason."""
        waiting: list[Target] = [ref]
        seen: set[Target] = set()
        while waiting and len(seen) < _MOST_BASES:
            target = waiting.pop(0)
            if target in seen:
                continue
            seen.add(target)
            yield target
            if isinstance(target, ClassRef):
                frame = Frame(target.path, self.class_of(target).scope)
                found = [self._base(base, frame) for base in self.class_of(target).bases]
                waiting = [*found, *waiting]

    def _base(self, base: Expr, frame: Frame) -> Target:
        if isinstance(base, Subscript):  # `Pipeline[Config]` inherits from `Pipeline`
            base = base.base
        return self.chase(base, frame)

    def attribute(self, ref: ClassRef, name: str) -> Target | None:
        """An attribute of a class as it is written, own or inherited; None if it has none."""
        unknown: Unknown | None = None
        for base in self.bases(ref):
            if isinstance(base, ClassRef):
                body = self.class_of(base).body
                binding = self.module(base.path).scopes[body].names.get(name)
                if binding is not None:
                    if unknown is not None:
                        return unknown
                    frame = Frame(base.path, body)
                    if not is_expression(binding):
                        return self._bound(binding, frame, Name(name, self.class_of(base).place))
                    return Here(binding, frame)
            elif unknown is None:
                unknown = self.unseen_base(ref, base)
        return unknown

    def unseen_base(self, ref: ClassRef, base: Target) -> Unknown | None:
        """Why it is not known what a class inherits from a base; None for a base that says nothing of parameters."""
        spot = Spot(ref.path, self.class_of(ref).place)
        if isinstance(base, External) and not _is_plain_base(base.name):
            said = f"`{base.name}`, which `{self.class_of(ref).name}` inherits from, is not in the workspace"
            return Unknown(said, spot)
        return Unknown(base.reason, spot) if isinstance(base, Unknown) else None

    def is_enum(self, ref: ClassRef) -> bool:
        """Whether a class is an enum."""
        return any(isinstance(base, External) and base.name in _ENUMS for base in self.bases(ref))

    def _is_mixed(self, ref: ClassRef, bases: frozenset[str] = frozenset()) -> bool:
        """Whether the members of an enum are texts or numbers themselves."""
        names = {base.name for base in self.bases(ref) if isinstance(base, External)}
        return bool(names & (bases or _PLAIN_MEMBERS))

    @abstractmethod
    def plain(self, expr: Expr, frame: Frame) -> Known | Unknown:
        """The value of an expression."""

    @abstractmethod
    def entries(self, expr: Expr, frame: Frame) -> tuple[list[tuple[Known, Here]], Unknown | None]:
        """The pairs of a dict."""


def _is_plain_base(name: str) -> bool:
    """Whether a class outside of the workspace is known to give those that inherit from it nothing of interest."""
    package, _, last = name.rpartition(".")
    if package.partition(".")[0] in ("spine", "market_spine"):
        return last in ("Pipeline", "Operation")
    return package in ("builtins", "abc", "typing", "enum", "typing_extensions")
