"""Works out what expressions are worth: texts, numbers, lists and dicts of them, as far as they can be known."""

from __future__ import annotations

from typing import Any

from spine_lsp.pysource.expressions import (
    STARRED,
    Attribute,
    Call,
    Expr,
    Items,
    Join,
    Literal,
    Name,
    Opaque,
    Pairs,
    arguments,
    source_text,
)
from spine_lsp.pysource.names import DEEPEST, WRITTEN_AS_VALUES, NameResolver
from spine_lsp.pysource.targets import (
    ClassRef,
    External,
    Frame,
    Here,
    Known,
    Member,
    Spot,
    Unknown,
    is_expression,
    why_no_value,
)

_LONGEST = 10_000  # characters of a text that is put together
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


class Resolver(NameResolver):
    """Resolves what one file says: names to what they stand for, and expressions to their values."""

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
            return Unknown(why_no_value(target, expr), spot)
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
        if not isinstance(func, Attribute) or call.keywords or (func.name not in _TEXT_METHODS and func.name != "join"):
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
            if isinstance(member, Member) and not self._is_mixed(member.owner, WRITTEN_AS_VALUES):
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
        for _ in range(DEEPEST):
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

    def _expression(self, expr: Expr, frame: Frame) -> Here | Unknown:
        """The expression of a value that an expression stands for."""
        target = self.chase(expr, frame)
        if isinstance(target, Here):
            return target
        reason = target.reason if isinstance(target, Unknown) else why_no_value(target, expr)
        return Unknown(reason, Spot(frame.path, expr.place))

    def entries(self, expr: Expr, frame: Frame) -> tuple[list[tuple[Known, Here]], Unknown | None]:
        """The pairs of a dict, those that are unpacked into it too; and why some may be missing."""
        found: list[tuple[Known, Here]] = []
        missing: Unknown | None = None
        spot = Spot(frame.path, expr.place)
        target = self._expression(expr, frame)
        if isinstance(target, Unknown):
            return [], target
        expr, frame = target.expr, target.frame
        if isinstance(expr, Call) and _is_dict_call(expr):
            expr = _pairs_of(expr)
        if not isinstance(expr, Pairs):
            return [], Unknown(f"`{source_text(expr)}` is known only when the program runs", spot)
        active = (frame, id(expr), "entries")
        if active in self._active or len(self._active) > DEEPEST:
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

    def arguments(self, call: Call, frame: Frame, names: tuple[str, ...]) -> tuple[dict[str, Here], Unknown | None]:
        """The arguments of a call by name, those of dicts that are unpacked too; and why some may be missing."""
        given = {name: Here(value, frame) for name, value in arguments(call, names).items()}
        missing: Unknown | None = None
        if any(isinstance(each, Opaque) and each.reason == STARRED for each in call.args):
            missing = Unknown("there is a `*` in it", Spot(frame.path, call.place))
        for key, value in call.keywords:
            if key is None:
                entries, why = self.entries(value, frame)
                missing = missing or why
                for name, entry in entries:
                    given.setdefault(str(name.value), entry)
        return given, missing

    def elements(self, expr: Expr, frame: Frame) -> tuple[list[Here], Unknown | None]:
        """The items of a list, those that are unpacked or added too; and why some may be missing."""
        spot = Spot(frame.path, expr.place)
        target = self._expression(expr, frame)
        if isinstance(target, Unknown):
            return [], target
        inner, frame = target.expr, target.frame
        active = (frame, id(inner), "elements")
        if active in self._active or len(self._active) > DEEPEST:
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

    def items_of_loop(self, iterable: Here) -> list[Here]:
        """What a loop goes through, where all of it is known; else nothing."""
        expr, frame = iterable.expr, iterable.frame
        method = ""
        for _ in range(DEEPEST):
            if not isinstance(expr, Call) or expr.keywords:
                break
            if isinstance(expr.func, Name) and expr.func.id in _COPIES and len(expr.args) == 1:
                expr = expr.args[0]
            elif isinstance(expr.func, Attribute) and expr.func.name in _VIEWS and not expr.args and not method:
                method, expr = expr.func.name, expr.func.base
            else:
                break
        target = self.chase(expr, frame)
        if isinstance(target, ClassRef) and self.is_enum(target) and not method:
            names = self.module(target.path).scopes[self.class_of(target).body].names
            members = [name for name, value in names.items() if not name.startswith("_") and is_expression(value)]
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
                    Items((_as_expression(key, value.frame, value.expr).expr, value.expr), (), value.expr.place),
                    value.frame,
                )
                for key, value in entries
            ]
        if method:
            return []
        items, missing = self.elements(expr, frame)
        return items if missing is None else []

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


def _as_expression(value: Known, frame: Frame, elsewhere: Expr) -> Here:
    """A text or number as an expression of a file: where it is written there, or else at `elsewhere`."""
    spot = value.source or value.spot
    return Here(Literal(value.value, spot.place if spot.path == frame.path else elsewhere.place), frame)


def _is_dict_call(expr: Expr) -> bool:
    """Whether an expression is `dict(key=value)`, or `dict(other, key=value)`."""
    if not isinstance(expr, Call) or not isinstance(expr.func, Name) or expr.func.id != "dict":
        return False
    return len(expr.args) < 2 and not any(isinstance(each, Opaque) for each in expr.args)


def _pairs_of(call: Call) -> Pairs:
    """What `dict(...)` makes."""
    keywords = ((None if key is None else Literal(key, value.place), value) for key, value in call.keywords)
    return Pairs((*((None, each) for each in call.args), *keywords), call.place)
