"""What the names of a file's scopes are bound to, told while its statements are read one after the other."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from spine_lsp.pysource import facts
from spine_lsp.pysource.expressions import Items, Join, Literal, Name, Opaque, Reader
from spine_lsp.pysource.facts import Binding, ClassAt, FunctionAt, Imported, Scope, ScopeKind
from spine_lsp.pysource.places import NOWHERE, Places, SourcePlace
from spine_lsp.pysource.trees import walk

BoundValue = Binding | ast.expr
"""What a name is bound to while a file is read: expressions are turned into ours at the end."""


_CONTAINERS = {"dict", "list", "set", "deque", "defaultdict", "OrderedDict"}
_SPECIFYING = {"PipelineSpec", "OperationSpec", "ParamDef"}
_COLLECTIONS = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Name, ast.Attribute, ast.Call)


class OpenScopes:
    """The scopes of a file as far as it is read; `classes` are those of the file, which whoever reads it adds to."""

    def __init__(self, places: Places, reader: Reader, classes: list[facts.Class]) -> None:
        self._places = places
        self._reader = reader
        self._classes = classes
        self._scopes: list[tuple[Scope, dict[str, BoundValue], list[Imported]]] = []

    def __len__(self) -> int:
        return len(self._scopes)

    def names(self, scope: int) -> dict[str, BoundValue]:
        """The names of a scope."""
        return self._scopes[scope][1]

    def stars(self, scope: int) -> list[Imported]:
        """The modules of which a scope imports everything, in their order."""
        return self._scopes[scope][2]

    def leave_out(self) -> None:
        """Forget the scope that was begun last: nothing asks for its names."""
        self._scopes.pop()

    def finished(self) -> tuple[Scope, ...]:
        """All of them."""
        return tuple(
            Scope(scope.kind, scope.parent, self._names(names), tuple(reversed(stars)))
            for scope, names, stars in self._scopes
        )

    def _names(self, names: dict[str, BoundValue]) -> dict[str, Binding]:
        """What the names of a scope are bound to; it is read at last, for most scopes are not kept."""
        return {
            name: self._reader.read(value) if isinstance(value, ast.expr) else value for name, value in names.items()
        }

    def enter(self, kind: ScopeKind, parent: int) -> int:
        """Begin a scope inside of another one; its number."""
        names: dict[str, BoundValue] = {}
        self._scopes.append((Scope(kind, parent, {}), names, []))
        return len(self._scopes) - 1

    def bind(self, scope: int, name: str, value: BoundValue, *, firm: bool) -> None:
        """Bind a name; `firm` is False where the statement may not be reached.

        What a second value leaves unknown is said so, but for functions, of which the last holds.
        """
        names = self._scopes[scope][1]
        known = names.get(name)
        if known is not None and (_same(known, value) or (not firm and _are_alternatives(known, value))):
            return
        redefined = firm and isinstance(value, FunctionAt) and isinstance(known, FunctionAt)
        if known is not None and not redefined:
            value = Opaque("given more than one value", name, self._place_of(value))
        names[name] = value

    def _place_of(self, value: BoundValue) -> SourcePlace:
        if isinstance(value, ast.expr):
            return self._places.of(value)
        return NOWHERE if isinstance(value, (ClassAt, FunctionAt, facts.Parameter)) else value.place

    def change(self, target: ast.expr, scope: int) -> None:
        """What an item or an attribute is given to is from now on what nobody knows, for those who read it too."""
        attribute, is_item, place = "", False, self._places.of(target)
        while isinstance(target, (ast.Attribute, ast.Subscript)):
            is_item = isinstance(target, ast.Subscript)
            attribute = target.attr if isinstance(target, ast.Attribute) else ""
            target = target.value
        while scope >= 0 and isinstance(target, ast.Name) and target.id not in self._scopes[scope][1]:
            scope = self._scopes[scope][0].parent
        if scope < 0 or not isinstance(target, ast.Name):
            return
        names = self._scopes[scope][1]
        known = names[target.id]
        if isinstance(known, ClassAt) and attribute:
            inner = self._scopes[self._classes[known.number].body][1]
            inner[attribute] = Opaque("changed outside of its class", attribute, place)
        elif isinstance(known, ast.Call):
            if last_name(known.func) in (_CONTAINERS if is_item else _SPECIFYING):
                names[target.id] = Opaque("changed in place", target.id, place)
        elif is_item and isinstance(known, ast.expr):
            names[target.id] = Opaque("changed in place", target.id, place)

    def augment(self, node: ast.AugAssign, scope: int, *, firm: bool) -> None:
        """Give a name what `+=` makes of it, if that is known."""
        if not isinstance(node.target, ast.Name):
            self.change(node.target, scope)
            return
        names = self._scopes[scope][1]
        known = names.get(node.target.id)
        if isinstance(known, ast.expr):
            known = self._reader.read(known)
        if firm and isinstance(node.op, ast.Add) and isinstance(known, (Literal, Join, Items, Name)):
            added = self._reader.read(node.value)
            names[node.target.id] = Join((known, added), False, self._places.of(node))
        else:
            self.hide(node.target, scope, "changed in place")

    def hide(self, target: ast.expr, scope: int, reason: str) -> None:
        """Names whose values nobody knows."""
        for node in walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
                self._scopes[scope][1][node.id] = Opaque(reason, node.id, self._places.of(node))

    def each(self, target: ast.expr, iterable: ast.expr, scope: int) -> None:
        """Bind the names of a loop: of which collection they are the items, if they are given nothing else."""
        names = self._scopes[scope][1]
        fresh = {name: part for name, part in _parts(target, ()) if name not in names}
        self.hide(target, scope, "set by a loop")
        if fresh and isinstance(iterable, _COLLECTIONS):
            read = self._reader.read(iterable)
            for name, part in fresh.items():
                names[name] = facts.Each(read, part, self._places.of(target))


def last_name(node: ast.expr) -> str:
    """The last name of a dotted name; empty for any other expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _are_alternatives(one: BoundValue, other: BoundValue) -> bool:
    """Whether two imports take the same name from modules of which a program has one or the other."""
    if not (isinstance(one, Imported) and isinstance(other, Imported)):
        return False
    return one.name is not None and one.name == other.name and one.name != "*"


def _parts(target: ast.expr, part: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The names of a target that is unpacked, each with where its value is; none behind a star."""
    if isinstance(target, ast.Name):
        yield target.id, part
    elif isinstance(target, (ast.Tuple, ast.List)) and not any(isinstance(each, ast.Starred) for each in target.elts):
        for number, inner in enumerate(target.elts):
            yield from _parts(inner, (*part, number))


def _same(one: BoundValue, other: BoundValue) -> bool:
    """Whether two bindings give a name the same value."""
    if isinstance(one, Imported) and isinstance(other, Imported):
        return (one.module, one.level, one.name) == (other.module, other.level, other.name)
    if isinstance(one, ast.Constant) and isinstance(other, ast.Constant):
        return type(one.value) is type(other.value) and one.value == other.value
    return False
