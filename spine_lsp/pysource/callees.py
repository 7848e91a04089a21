"""Which functions and objects fill a registry of Spine's, those of the project around them among them."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from spine_lsp.pysource.expressions import Attribute, Call, Expr, Join, Literal, Name, arguments, source_text
from spine_lsp.pysource.facts import FunctionAt, Site
from spine_lsp.pysource.modules import module_key
from spine_lsp.pysource.resolving import Resolver
from spine_lsp.pysource.targets import (
    ClassRef,
    External,
    Frame,
    FunctionRef,
    Here,
    Known,
    ModuleRef,
    ParameterRef,
    Target,
    Unknown,
)
from spine_lsp.pysource.vocabulary import (
    BASES,
    DECORATORS,
    Registry,
    Vocabulary,
    names_a_registry,
)

_OF_DECORATOR = ("name", "registry", "description", "tags")
_OF_HANDLER_DECORATOR = ("kind", "name", "registry", "description", "tags")


class Callee(NamedTuple):
    """A function that fills a registry: by which name it is known where it is defined, and which registry."""

    name: str
    registry: Registry | None
    unknown: str = ""  # why it cannot be known whether this is one of Spine's
    wrapper: Wrapper | None = None  # the function of the project that calls it


class Wrapper(NamedTuple):
    """A function of the project that fills a registry of Spine's: the name that it registers is one of its arguments.

    `name` is what it gives as the name, in `frame`, to Spine's function or to another one of the project, `inner`.
    `changes` tells whether what it decorates is registered as something else, `is_decorator` whether it answers a
    decorator, and `is_whole` whether all its calls can be seen: those of decorators, and of functions of one file.
    """

    function: FunctionRef
    name: Expr
    frame: Frame
    inner: Wrapper | None
    changes: bool
    is_decorator: bool
    is_whole: bool


class Callees:
    """Tells for one file what is called in it."""

    def __init__(self, path: str, resolver: Resolver, vocabulary: Vocabulary) -> None:
        self._path = path
        self._resolver = resolver
        self._vocabulary = vocabulary
        self._wrappers: dict[FunctionRef, Callee | None] = {}

    def callee(self, func: Expr, frame: Frame) -> Callee | None:
        """The function that a decorator or call names, if it may fill a registry of Spine's."""
        target = self._resolver.chase(func, frame)
        last = source_text(func).rpartition(".")[2]
        if isinstance(target, FunctionRef):
            own = self._resolver.function_of(target)
            full = f"{_dotted(target.path)}.{own.name}"
            return self._known_callee(own.name, full, defined_here=True) or self._wrapper(target)
        if isinstance(target, External):
            name = target.name.rpartition(".")[2]
            callee = self._known_callee(name, target.name, defined_here=False)
            if callee is None and name in DECORATORS:
                return Callee(name, None, f"`{target.name}` is not in the workspace")
            return callee
        if isinstance(target, Unknown) and last in (*DECORATORS, *self._vocabulary.decorators):
            if last in self._vocabulary.decorators:
                return Callee(last, "project")
            return Callee(last, None, target.reason)
        if isinstance(target, ParameterRef) and last in DECORATORS:
            return Callee(last, None, f"`{last}` is an argument of `{target.function}`")
        return None

    def _known_callee(self, name: str, full: str, *, defined_here: bool) -> Callee | None:
        for candidate in _endings(full) if defined_here else (full,):
            registry = self._vocabulary.registry_of(candidate, defined_here=False)
            if registry is not None:
                return Callee(name, registry)
        registry = self._vocabulary.registry_of(full, defined_here=defined_here)
        return None if registry is None else Callee(name, registry)

    # Functions of the project around a decorator.

    def _wrapper(self, ref: FunctionRef) -> Callee | None:
        """The decorator that a function hands a name on to, if it is one of the function's arguments."""
        if ref not in self._wrappers:
            self._wrappers[ref] = None  # what calls itself registers nothing
            self._wrappers[ref] = self._wrapped_by(ref)
        return self._wrappers[ref]

    def _wrapped_by(self, ref: FunctionRef) -> Callee | None:
        own = self._resolver.function_of(ref)
        if own.within or not own.arguments:
            return None
        for site in self._resolver.module(ref.path).sites:
            if site.within.partition(".")[0] != own.name or not isinstance(site.expr, Call):
                continue
            frame = Frame(ref.path, site.scope)
            applied = isinstance(site.expr.func, Call)
            call = site.expr.func if isinstance(site.expr.func, Call) else site.expr
            callee = self.callee(call.func, frame)
            name = self.name_of(callee, call) if callee is not None and callee.registry is not None else None
            if callee is None or name is None or not self._takes_argument(name, frame, own.name):
                continue
            returned = own.returns is not None and own.returns.place == call.place
            handed_on = applied and bool(site.expr.args) and isinstance(site.expr.args[0], Name)
            is_decorator = returned or "." in site.within
            changes = not (returned or handed_on) or (callee.wrapper is not None and callee.wrapper.changes)
            whole = is_decorator or own.name.startswith("_")
            wrapper = Wrapper(ref, name, frame, callee.wrapper, changes, is_decorator, whole)
            return Callee(callee.name, callee.registry, callee.unknown, wrapper)
        return None

    def _takes_argument(self, expr: Expr, frame: Frame, function: str) -> bool:
        """Whether an expression is made of an argument of a function."""
        if isinstance(expr, Name):
            target = self._resolver.chase(expr, frame)
            return isinstance(target, ParameterRef) and target.function == function
        if isinstance(expr, Join):
            return any(self._takes_argument(part, frame, function) for part in expr.parts)
        if isinstance(expr, Call) and isinstance(expr.func, Attribute):
            return self._takes_argument(expr.func.base, frame, function)
        return False

    def is_wrapped(self, callee: Callee, call: Call, frame: Frame, site: Site) -> bool:
        """Whether a call inside a function is accounted for by the calls of that function."""
        name = self.name_of(callee, call)
        if not site.within or name is None:
            return False
        top = site.within.partition(".")[0]
        binding = self._resolver.module(self._path).names.get(top)
        if not isinstance(binding, FunctionAt) or not self._takes_argument(name, frame, top):
            return False
        wrapped = self._wrapper(FunctionRef(self._path, binding.number))
        return wrapped is not None and wrapped.wrapper is not None and wrapped.wrapper.is_whole

    def named(self, callee: Callee, expr: Expr, frame: Frame) -> Known | Unknown:
        """The name that a call registers: its argument, or what functions of the project make of it."""
        value = self._resolver.plain(expr, frame)
        wrapper = callee.wrapper
        while wrapper is not None and isinstance(value, Known) and isinstance(value.value, str):
            inner = _with_argument(wrapper.name, value.value, self._argument(wrapper))
            made = self._resolver.plain(inner, wrapper.frame)
            if isinstance(made, Unknown):
                return Unknown(made.reason, value.spot)
            value = Known(made.value, value.spot, value.source if made.value == value.value else None)
            wrapper = wrapper.inner
        return value

    def _argument(self, wrapper: Wrapper) -> str:
        """The argument of a function of the project that becomes the name."""
        names = self._resolver.function_of(wrapper.function).arguments
        return next((name for name in names if _mentions(wrapper.name, name)), "")

    # What it is given.

    def given(self, callee: Callee, call: Call) -> dict[str, Expr]:
        """The arguments of one of Spine's functions; those of a function of the project mean nothing."""
        if callee.wrapper is not None:
            return {}
        return arguments(call, _OF_HANDLER_DECORATOR if callee.name == "register_handler" else _OF_DECORATOR)

    def name_of(self, callee: Callee, call: Call) -> Expr | None:
        """What a call gives as the name."""
        if callee.wrapper is not None:
            names = self._resolver.function_of(callee.wrapper.function).arguments
            return arguments(call, names).get(self._argument(callee.wrapper))
        return self.given(callee, call).get("name")

    def registry(self, base: Expr, frame: Frame) -> tuple[Registry | None, bool]:
        """The registry that an object is, and whether that is sure; what is not, needs to look like a pipeline."""
        target = self._resolver.chase(base, frame)
        if isinstance(target, Here) and isinstance(target.expr, Call):  # an instance, or what a function answers
            target = self._resolver.chase(target.expr.func, target.frame)
        if isinstance(target, External):
            registry = self._vocabulary.registry_of_object(target.name)
            return registry, registry is not None
        text = source_text(base).removesuffix("(…)").removesuffix("()")
        named = names_a_registry(text.rpartition(".")[2])
        if isinstance(target, ClassRef):
            own = self._resolver.class_of(target)
            for ending in _endings(f"{_dotted(target.path)}.{own.name}"):
                if (registry := self._vocabulary.registry_of_object(ending)) is not None:
                    return registry, True
            return ("project", False) if names_a_registry(own.name) else (None, False)
        if isinstance(target, FunctionRef):
            own_name = self._resolver.function_of(target).name
            for ending in _endings(f"{_dotted(target.path)}.{own_name}"):
                if (registry := self._vocabulary.registry_of_object(ending)) is not None:
                    return registry, True
            return ("project", False) if named else (None, False)
        if isinstance(target, ParameterRef) and target.annotation is not None:
            kind = self._resolver.chase(target.annotation, target.frame)
            if isinstance(kind, External):
                registry = self._vocabulary.registry_of_object(kind.name)
                if registry is not None or not kind.name.startswith("builtins."):
                    return registry, registry is not None
        if isinstance(target, ModuleRef):
            return ("project", False) if named else (None, False)
        return ("project", False) if named else (None, False)

    def is_pipeline(self, target: Target | None) -> bool:
        """Whether something is a class made from one of Spine's."""
        if not isinstance(target, ClassRef):
            return False
        for base in self._resolver.bases(target):
            if isinstance(base, External) and base.name.rpartition(".")[2] in BASES:
                return True
            if isinstance(base, ClassRef) and base != target and self._resolver.class_of(base).name in BASES:
                return True
        return False

    def may_be_pipeline(self, target: ClassRef) -> bool:
        """Whether something is a class made from one of Spine's, or perhaps from one by a class that is not here."""
        return self.is_pipeline(target) or any(
            self._resolver.unseen_base(target, base) is not None for base in self._resolver.bases(target)
        )


def _mentions(expr: Expr, name: str) -> bool:
    """Whether an expression that `_takes_argument` accepts has this name in it."""
    if isinstance(expr, Name):
        return expr.id == name
    if isinstance(expr, Join):
        return any(_mentions(part, name) for part in expr.parts)
    return isinstance(expr, Call) and isinstance(expr.func, Attribute) and _mentions(expr.func.base, name)


def _with_argument(expr: Expr, value: str, name: str) -> Expr:
    """The expression with a text in the place of an argument."""
    if isinstance(expr, Name):
        return Literal(value, expr.place) if expr.id == name else expr
    if isinstance(expr, Join):
        return replace(expr, parts=tuple(_with_argument(part, value, name) for part in expr.parts))
    if isinstance(expr, Call) and isinstance(expr.func, Attribute):
        base = _with_argument(expr.func.base, value, name)
        return replace(expr, func=replace(expr.func, base=base))
    return expr


def _dotted(path: str) -> str:
    return module_key(path).replace("/", ".")


def _endings(dotted: str) -> list[str]:
    """A dotted path, and what is left when folders before it are taken away: any of them may be the full name."""
    parts = dotted.split(".")
    return [".".join(parts[at:]) for at in range(len(parts) - 1)]
