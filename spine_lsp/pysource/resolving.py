"""Follows names through a file, its imports and the files behind them, to what they stand for."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from spine_lsp.pysource import facts
from spine_lsp.pysource.expressions import (
    Attribute,
    Call,
    Expr,
    Items,
    Join,
    Literal,
    Name,
    Opaque,
    Pairs,
    Subscript,
    arguments,
    source_text,
)
from spine_lsp.pysource.facts import Binding, ClassAt, FunctionAt, Imported, Module
from spine_lsp.pysource.modules import AmbiguousModuleError, Imports, joined
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.pysource.vocabulary import RECORDS

_DEEPEST = 80
_MOST_WORK = 20_000  # names followed for one file
_LONGEST = 10_000  # characters of a text that is put together
_MOST_BASES = 100


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


_Loop = tuple[Frame, SourcePlace]
"""A loop: where its names are bound, and where what it goes through is written."""

Target = Here | ClassRef | FunctionRef | ModuleRef | External | ParameterRef | Member | Unknown


@dataclass(frozen=True, slots=True)
class Known:
    """A plain value, and the place that it was asked for at.

    `source` is the one literal that is this value, where there is one: what a rename would change.
    """

    value: Any
    spot: Spot
    source: Spot | None = None


class Resolver:
    """Resolves what one file says; `imports` notes all that was looked at."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._work = 0
        self._active: set[object] = set()
        self.loops: dict[
            _Loop, Here
        ] = {}  # what they go through, of those whose names something was asked of
        self.turns: dict[_Loop, Here] = {}  # the item of each loop that is looked at
        self.wanted: set[str] = set()

    def module(self, path: str) -> Module:
        """The facts of a file."""
        return self._imports.facts(path)

    # Names to what they stand for.

    def chase(self, expr: Expr, frame: Frame) -> Target:
        """What an expression stands for: names, attributes and keys are followed."""
        self._work += 1
        spot = Spot(frame.path, expr.place)
        if self._work > _MOST_WORK or len(self._active) > _DEEPEST:
            return Unknown(f"`{source_text(expr)}` leads through too many names", spot)
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

    def items_of_loop(self, iterable: Here) -> list[Here]:
        """What a loop goes through, where all of it is known; else nothing."""
        expr, frame = iterable.expr, iterable.frame
        method = ""
        for _ in range(_DEEPEST):
            if not isinstance(expr, Call) or expr.keywords:
                break
            if isinstance(expr.func, Name) and expr.func.id in _COPIES and len(expr.args) == 1:
                expr = expr.args[0]
            elif (
                isinstance(expr.func, Attribute) and expr.func.name in _VIEWS and not expr.args and not method
            ):
                method, expr = expr.func.name, expr.func.base
            else:
                break
        target = self.chase(expr, frame)
        if isinstance(target, ClassRef) and self.is_enum(target) and not method:
            names = self.module(target.path).scopes[self.class_of(target).body].names
            members = [
                name for name, value in names.items() if not name.startswith("_") and is_expression(value)
            ]
            return [Here(Attribute(expr, name, expr.place), frame) for name in members]
        if isinstance(target, Here) and isinstance(target.expr, Pairs):
            entries, missing = self.entries(target.expr, target.frame)
            if missing is not None:
                return []
            if method == "values":
                return [value for _, value in entries]
            if method != "items":
                return [_as_expression(key, target.frame, expr) for key, _ in entries]
            return [
                Here(
                    Items(
                        (_as_expression(key, value.frame, value.expr).expr, value.expr), (), value.expr.place
                    ),
                    value.frame,
                )
                for key, value in entries
            ]
        if method:
            return []
        items, missing = self.elements(expr, frame)
        return items if missing is None else []

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
            if key in self._active or len(self._active) > _DEEPEST:
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
            if active in self._active or len(self._active) > _DEEPEST:
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

    def enum_values(self, ref: ClassRef) -> list[Known] | Unknown:
        """The values of an enum, in order."""
        own = self.class_of(ref)
        names = self.module(ref.path).scopes[own.body].names
        textual = any(isinstance(base, External) and base.name == "enum.StrEnum" for base in self.bases(ref))
        values = []
        for name, binding in names.items():
            if name.startswith("_") or not is_expression(binding):
                continue
            if isinstance(binding, Call) and textual and source_text(binding.func).endswith("auto"):
                values.append(Known(name.lower(), Spot(ref.path, binding.place)))
                continue
            value = self.plain(binding, Frame(ref.path, own.body))
            if isinstance(value, Unknown):
                return value
            if all(value.value != other.value for other in values):  # another name of a member has its value
                values.append(value)
        return values

    # Values.

    def plain(self, expr: Expr, frame: Frame) -> Known | Unknown:
        """The value of an expression that is plain all through: texts, numbers, lists and dicts of them."""
        spot = Spot(frame.path, expr.place)
        target = self.chase(expr, frame)
        if isinstance(target, Member):
            if not self._is_mixed(target.owner):
                return Unknown(f"`{source_text(expr)}` is a member of an enum, and no plain value", spot)
            target = self.chase(target.value.expr, target.value.frame)
        if isinstance(target, Unknown):
            return Unknown(target.reason, spot)
        if not isinstance(target, Here):
            return Unknown(_no_value(target, expr), spot)
        key = (target.frame, id(target.expr), "plain")
        if key in self._active:
            return Unknown(f"`{source_text(expr)}` is defined by itself", spot)
        self._active.add(key)
        try:
            return self._value(target.expr, target.frame, spot)
        finally:
            self._active.discard(key)

    def _value(self, expr: Expr, frame: Frame, spot: Spot) -> Known | Unknown:
        if isinstance(expr, Literal):
            source = Spot(frame.path, expr.place) if isinstance(expr.value, str) else None
            return Known(expr.value, spot, source)
        if isinstance(expr, Join):
            return self._joined(expr, frame, spot)
        if isinstance(expr, Items):
            values: list[Any] = []
            for number, item in enumerate(expr.items):
                value = self.plain(item, frame)
                if isinstance(value, Unknown):
                    return Unknown(value.reason, spot)
                if number in expr.spread:
                    if not isinstance(value.value, (list, tuple)):
                        return Unknown(f"`{source_text(item)}` is no list", spot)
                    values += value.value
                else:
                    values.append(value.value)
            return Known(values, spot) if len(values) <= _LONGEST else Unknown("it is too long", spot)
        if isinstance(expr, Pairs) or _is_dict_call(expr):
            entries, missing = self.entries(expr, frame)
            if missing is not None:
                return Unknown(missing.reason, spot)
            result: dict[Any, Any] = {}
            for key, entry in entries:
                value = self.plain(entry.expr, entry.frame)
                if isinstance(value, Unknown):
                    return Unknown(value.reason, spot)
                result[key.value] = value.value
            return Known(result, spot)
        if isinstance(expr, Call):
            if (text := self._of_text(expr, frame)) is not None:
                return Known(text, spot)
            return Unknown(f"`{source_text(expr.func)}` works it out when the program runs", spot)
        if isinstance(expr, Opaque):
            return Unknown(f"`{expr.text}` is {expr.reason}", spot)
        return Unknown(f"`{source_text(expr)}` is known only when the program runs", spot)

    def _of_text(self, call: Call, frame: Frame) -> str | None:
        """What a method of a text answers, for the few by which names are made."""
        func = call.func
        if (
            not isinstance(func, Attribute)
            or call.keywords
            or (func.name not in _TEXT_METHODS and func.name != "join")
        ):
            return None
        given = [self.plain(arg, frame) for arg in (func.base, *call.args)]
        values = [each.value for each in given if isinstance(each, Known)]
        if len(values) != len(given) or not isinstance(values[0], str):
            return None
        base, *others = values
        if func.name == "join":
            parts = others[0] if len(others) == 1 and isinstance(others[0], list) else [None]
            if not all(isinstance(part, str) for part in parts) or len(base) * len(parts) > _LONGEST:
                return None
            text = base.join(parts)
        elif all(isinstance(other, str) for other in others) and len(others) in _TEXT_METHODS[func.name]:
            text = str(getattr(base, func.name)(*others))
        else:
            return None
        return text if len(text) <= _LONGEST else None

    def _joined(self, expr: Join, frame: Frame, spot: Spot) -> Known | Unknown:
        values = []
        for part in expr.parts:
            member = self.chase(part, frame) if expr.formatted else None
            if isinstance(member, Member) and not self._is_mixed(member.owner, _WRITTEN_AS_VALUES):
                said = f"`{source_text(part)}` is a member of an enum"
                return Unknown(f"{said}, which an f-string writes by its name or its value", spot)
            value = self.plain(part, frame)
            if isinstance(value, Unknown):
                return Unknown(value.reason, spot)
            values.append(value.value)
        if expr.formatted:
            if not all(isinstance(value, (str, int, float)) for value in values):
                return Unknown("a part of it is no text", spot)
            values = [str(value) for value in values]
        if all(isinstance(value, str) for value in values):
            if sum(map(len, values)) > _LONGEST:
                return Unknown(f"it is longer than {_LONGEST:,} characters", spot)
            return Known("".join(values), spot)
        if all(isinstance(value, list) for value in values):
            if sum(map(len, values)) > _LONGEST:
                return Unknown("it is too long", spot)
            return Known([item for value in values for item in value], spot)
        return Unknown("its parts do not go together", spot)

    def beginning(self, expr: Expr, frame: Frame) -> str:
        """How a text that is not known whole begins, as far as that is known."""
        text = ""
        for _ in range(_DEEPEST):
            target = self.chase(expr, frame)
            if not isinstance(target, Here) or not isinstance(target.expr, Join):
                break
            frame = target.frame
            for part in target.expr.parts:
                value = self.plain(part, frame)
                if isinstance(value, Unknown) or not isinstance(value.value, str):
                    expr = part
                    break
                text += value.value
            else:
                break
        return text

    def entries(self, expr: Expr, frame: Frame) -> tuple[list[tuple[Known, Here]], Unknown | None]:
        """The pairs of a dict, those that are unpacked into it too; and why some may be missing."""
        found: list[tuple[Known, Here]] = []
        missing: Unknown | None = None
        spot = Spot(frame.path, expr.place)
        target = self.chase(expr, frame)
        if isinstance(target, Unknown):
            return [], Unknown(target.reason, spot)
        if not isinstance(target, Here):
            return [], Unknown(_no_value(target, expr), spot)
        expr, frame = target.expr, target.frame
        if isinstance(expr, Call) and _is_dict_call(expr):
            expr = Pairs(
                tuple(
                    (None if key is None else Literal(key, value.place), value)
                    for key, value in expr.keywords
                ),
                expr.place,
            )
        if not isinstance(expr, Pairs):
            return [], Unknown(f"`{source_text(expr)}` is known only when the program runs", spot)
        active = (frame, id(expr), "entries")
        if active in self._active or len(self._active) > _DEEPEST:
            return [], Unknown(f"`{source_text(expr)}` is defined by itself", spot)
        self._active.add(active)
        try:
            for key, value in expr.pairs:
                if key is None:
                    more, why = self.entries(value, frame)
                    found += more
                    missing = missing or why
                    continue
                name = self.plain(key, frame)
                if isinstance(name, Unknown):
                    missing = missing or name
                elif isinstance(name.value, (str, int, float)) or name.value is None:
                    found.append((name, Here(value, frame)))
        finally:
            self._active.discard(active)
        if len(found) > _LONGEST:
            return [], Unknown("it is too long", spot)
        return found, missing

    def elements(self, expr: Expr, frame: Frame) -> tuple[list[Here], Unknown | None]:
        """The items of a list, those that are unpacked or added too; and why some may be missing."""
        spot = Spot(frame.path, expr.place)
        target = self.chase(expr, frame)
        if isinstance(target, Unknown):
            return [], Unknown(target.reason, spot)
        if not isinstance(target, Here):
            return [], Unknown(_no_value(target, expr), spot)
        inner, frame = target.expr, target.frame
        active = (frame, id(inner), "elements")
        if active in self._active or len(self._active) > _DEEPEST:
            return [], Unknown(f"`{source_text(inner)}` is defined by itself", spot)
        if isinstance(inner, Join) and not inner.formatted:
            parts = [(part, True) for part in inner.parts]
        elif isinstance(inner, Items):
            parts = [(item, number in inner.spread) for number, item in enumerate(inner.items)]
        elif isinstance(inner, Opaque):
            return [], Unknown(f"`{inner.text}` is {inner.reason}", spot)
        else:
            return [], Unknown(f"`{source_text(inner)}` is known only when the program runs", spot)
        found: list[Here] = []
        missing: Unknown | None = None
        self._active.add(active)
        try:
            for part, spread in parts:
                if spread:
                    more, why = self.elements(part, frame)
                    found += more
                    missing = missing or why
                else:
                    found.append(Here(part, frame))
        finally:
            self._active.discard(active)
        if len(found) > _LONGEST:
            return [], Unknown("it is too long", spot)
        return found, missing


def _as_expression(value: Known, frame: Frame, elsewhere: Expr) -> Here:
    """A text or number as an expression of a file: where it is written there, or else at `elsewhere`."""
    spot = value.source or value.spot
    return Here(Literal(value.value, spot.place if spot.path == frame.path else elsewhere.place), frame)


def is_expression(binding: Binding) -> TypeGuard[Expr]:
    """Whether a name is bound to an expression."""
    return not isinstance(binding, (Imported, ClassAt, FunctionAt, facts.Parameter, facts.Each))


def _is_dict_call(expr: Expr) -> bool:
    """Whether an expression is `dict(key=value)`."""
    return isinstance(expr, Call) and isinstance(expr.func, Name) and expr.func.id == "dict" and not expr.args


def _no_value(target: Target, expr: Expr) -> str:
    """Why what an expression stands for is no plain value."""
    text = source_text(expr)
    if isinstance(target, ParameterRef):
        return f"`{text}` is an argument of `{target.function}`, which every call gives anew"
    if isinstance(target, External):
        if target.name.startswith("builtins."):
            return f"`{text}` is no plain value"
        return f"`{target.name}` is not in the workspace"
    return f"`{text}` is no plain value"


def _is_plain_base(name: str) -> bool:
    """Whether a class outside of the workspace is known to give those that inherit from it nothing of interest."""
    package, _, last = name.rpartition(".")
    if package.partition(".")[0] in ("spine", "market_spine"):
        return last in ("Pipeline", "Operation")
    return package in ("builtins", "abc", "typing", "enum", "typing_extensions")


_COPIES = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"})
_VIEWS = frozenset({"items", "keys", "values"})
_TEXT_METHODS = {
    "lower": (0,),
    "upper": (0,),
    "strip": (0, 1),
    "lstrip": (0, 1),
    "rstrip": (0, 1),
    "removeprefix": (1,),
    "removesuffix": (1,),
    "replace": (2,),
}
"""The methods by which names are made of others, with how many arguments they take."""
_ENUMS = frozenset(f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"))
_WRITTEN_AS_VALUES = frozenset({"enum.StrEnum", "enum.IntEnum"})
_PLAIN_MEMBERS = _WRITTEN_AS_VALUES | {"builtins.str", "builtins.int", "builtins.float"}
_BUILTINS = frozenset(dir(builtins))
