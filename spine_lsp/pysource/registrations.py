"""From the sites of a file to what it registers: names, pipelines, groups, and what cannot be known."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import NamedTuple

from spine_lsp.pysource.declarations import Declared, Gap, Lock, PythonGroup, Registration, Shape, Signature
from spine_lsp.pysource.expressions import Attribute, Call, Expr, Join, Literal, Name, arguments, source_text
from spine_lsp.pysource.facts import ClassAt, FunctionAt, Site
from spine_lsp.pysource.modules import module_key
from spine_lsp.pysource.resolving import Resolver
from spine_lsp.pysource.specs import (
    is_lambda,
    lock_of,
    lock_of_class,
    signature_of_class,
    signature_of_function,
    text_of,
)
from spine_lsp.pysource.targets import (
    ClassRef,
    External,
    Frame,
    FunctionRef,
    Here,
    Known,
    ModuleRef,
    ParameterRef,
    Spot,
    Target,
    Unknown,
)
from spine_lsp.pysource.vocabulary import (
    BASES,
    DECORATORS,
    FLUENT_START,
    GROUP_MAKERS,
    GROUP_REGISTERS,
    KINDS,
    METHOD,
    Registry,
    Vocabulary,
    kind_of,
    names_a_registry,
)
from spine_lsp.pysource.workflows import chain_start, is_chain, reader_of

_A_NAME = re.compile(r"\w[\w.\-/]*")
_A_HINT = re.compile("(?i)pipeline|operation|regist")
_NO_FRAMEWORKS = frozenset(sys.stdlib_module_names) | {"builtins", "pytest", "click", "hypothesis"}
_LONGEST_LOOP = 200
_DEEPEST_LOOPS = 3
_OF_HANDLER = ("kind", "name", "handler", "description", "tags")
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


def declared_by(path: str, resolver: Resolver, vocabulary: Vocabulary) -> Declared:
    """All that a file declares."""
    return _Linker(path, resolver, vocabulary).linked()


class _Linker:
    def __init__(self, path: str, resolver: Resolver, vocabulary: Vocabulary) -> None:
        self._path = path
        self._resolver = resolver
        self._vocabulary = vocabulary
        self._registrations: list[Registration] = []
        self._gaps: list[Gap] = []
        self._groups: dict[tuple[int, int], PythonGroup] = {}
        self._registered: set[tuple[int, int]] = set()  # the calls that make the groups that are registered
        self._wrappers: dict[FunctionRef, Callee | None] = {}

    def linked(self) -> Declared:
        sites = self._resolver.module(self._path).sites
        for site in sites:
            self._site(site)
        for site in sites:
            self._group(site)
        return Declared(tuple(self._registrations), tuple(self._groups.values()), tuple(self._gaps))

    def _site(self, site: Site) -> None:
        """One site; where it is in a loop over what is known, once for each item."""
        resolver = self._resolver
        before = len(self._registrations), len(self._gaps)
        resolver.loops.clear()
        self._site_in_turn(site)
        for loop, iterable in list(resolver.loops.items()):
            items = resolver.items_of_loop(iterable)
            if items and len(items) <= _LONGEST_LOOP and len(resolver.turns) < _DEEPEST_LOOPS:
                del self._registrations[before[0] :], self._gaps[before[1] :]
                for item in items:
                    resolver.turns[loop] = item
                    self._site(site)
                del resolver.turns[loop]
                break
        resolver.loops.clear()

    def _site_in_turn(self, site: Site) -> None:
        frame = Frame(self._path, site.scope)
        expr = site.expr
        if isinstance(expr, Call) and isinstance(expr.func, Call):  # register_pipeline(name)(target)
            callee = self._callee(expr.func.func, frame)
            if callee is not None and expr.args:
                target, symbol = self._target(expr.args[0], frame)
                self._by_decorator(callee, expr.func, frame, site, target, symbol, "call")
            return
        func = expr.func if isinstance(expr, Call) else expr
        if isinstance(func, Attribute) and func.name == METHOD:
            self._by_method(func, expr, frame, site)
            return
        callee = self._callee(func, frame)
        if callee is None:
            self._foreign(expr, frame, site)
            return
        if not isinstance(expr, Call):
            if (
                site.target is None and callee.registry is not None
            ):  # `@register_pipeline` alone registers nothing
                self._gap(f"`{callee.name}` is handed on here, and may register any name", frame, expr)
            return
        if site.target is None:
            if callee.registry is not None:
                self._unapplied(callee, expr, frame, site)
            return
        target = self._own(site.target)
        self._by_decorator(callee, expr, frame, site, target, "", "decorator")

    def _foreign(self, expr: Expr, frame: Frame, site: Site) -> None:
        """What another package does with a class or function: it may register it, by the name that it is given."""
        if not isinstance(expr, Call):
            return
        target = self._resolver.chase(expr.func, frame)
        if not isinstance(target, External) or target.name.partition(".")[0] in _NO_FRAMEWORKS:
            return
        if site.target is None:
            given_class = self._target(expr.args[0], frame)[0] if len(expr.args) == 1 else None
            if isinstance(given_class, ClassRef) and self._is_pipeline(given_class):
                own_name = self._value(given_class, "name")
                if isinstance(own_name, Known) and isinstance(own_name.value, str):
                    self._gap(f"`{target.name}` is not in the workspace", frame, expr, own_name.value)
            return
        given = arguments(expr, ("name",)).get("name")
        name = self._resolver.plain(given, frame) if given is not None else None
        if isinstance(name, Known) and isinstance(name.value, str) and _A_NAME.fullmatch(name.value):
            hint = _A_HINT.search(target.name) is not None
            if hint or "." in name.value or self._is_pipeline(self._own(site.target)):
                self._gap(f"`{target.name}` is not in the workspace", frame, given or expr, name.value)

    def _unapplied(self, callee: Callee, call: Call, frame: Frame, site: Site) -> None:
        """A decorator that is made, and not used here: who gets it may register whatever it likes."""
        if self._is_wrapped(callee, call, frame, site):
            return
        name_expr = self._name_of(callee, call)
        name = None if name_expr is None else self._named(callee, name_expr, frame)
        known = name.value if isinstance(name, Known) and isinstance(name.value, str) else None
        if (
            callee.wrapper is not None and not callee.wrapper.is_decorator
        ):  # it registers as soon as it is called
            self._by_decorator(callee, call, frame, site, None, source_text(call.func), "call")
            return
        reason = f"`{callee.name}` makes a decorator here that is used elsewhere"
        if isinstance(name, Unknown):
            reason = name.reason
        self._gap(reason, frame, call, known)

    # Who is called.

    def _callee(self, func: Expr, frame: Frame) -> Callee | None:
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
            callee = self._callee(call.func, frame)
            name = self._name_of(callee, call) if callee is not None and callee.registry is not None else None
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

    def _is_wrapped(self, callee: Callee, call: Call, frame: Frame, site: Site) -> bool:
        """Whether a call inside a function is accounted for by the calls of that function."""
        name = self._name_of(callee, call)
        if not site.within or name is None:
            return False
        top = site.within.partition(".")[0]
        binding = self._resolver.module(self._path).names.get(top)
        if not isinstance(binding, FunctionAt) or not self._takes_argument(name, frame, top):
            return False
        wrapped = self._wrapper(FunctionRef(self._path, binding.number))
        return wrapped is not None and wrapped.wrapper is not None and wrapped.wrapper.is_whole

    def _named(self, callee: Callee, expr: Expr, frame: Frame) -> Known | Unknown:
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

    # Decorators.

    def _name_of(self, callee: Callee, call: Call) -> Expr | None:
        if callee.wrapper is not None:
            names = self._resolver.function_of(callee.wrapper.function).arguments
            return arguments(call, names).get(self._argument(callee.wrapper))
        names = _OF_HANDLER_DECORATOR if callee.name == "register_handler" else _OF_DECORATOR
        return arguments(call, names).get("name")

    def _by_decorator(
        self,
        callee: Callee,
        call: Call,
        frame: Frame,
        site: Site,
        target: Target | None,
        symbol: str,
        shape: Shape,
    ) -> None:
        names = _OF_HANDLER_DECORATOR if callee.name == "register_handler" else _OF_DECORATOR
        given = arguments(call, names) if callee.wrapper is None else {}
        name_expr = self._name_of(callee, call)
        if name_expr is None:
            if callee.registry is not None:
                self._gap("the name is not among the arguments that can be seen", frame, call)
            return
        if self._is_wrapped(callee, call, frame, site):
            return
        name = self._named(callee, name_expr, frame)
        if isinstance(name, Unknown):
            self._open_name(name, frame, name_expr)
            return
        if not isinstance(name.value, str):
            return
        if callee.registry is None:
            self._gap(callee.unknown, frame, name_expr, name.value)
            return
        kind = kind_of(callee.name)
        if callee.name == "register_handler":
            said = self._resolver.plain(given["kind"], frame) if "kind" in given else None
            kind = said.value if isinstance(said, Known) and said.value in KINDS else "handler"
        into = source_text(given["registry"]) if "registry" in given else ""
        doubt = ""
        if callee.wrapper is not None and callee.wrapper.changes:
            own = self._resolver.function_of(callee.wrapper.function)
            doubt = f"`{own.name}` makes something else of it"
        self._add(name, kind, callee.registry, shape, target, symbol, site, into, given, frame, doubt)

    def _target(self, expr: Expr, frame: Frame) -> tuple[Target | None, str]:
        """What is registered by a call, and how it is written."""
        if is_lambda(expr):
            return None, "lambda"
        target = self._resolver.chase(expr, frame)
        return target, source_text(expr)

    def _own(self, target: ClassAt | FunctionAt) -> Target:
        if isinstance(target, ClassAt):
            return ClassRef(self._path, target.number)
        return FunctionRef(self._path, target.number)

    # `registry.register`.

    def _by_method(self, func: Attribute, expr: Expr, frame: Frame, site: Site) -> None:
        receiver = source_text(func.base)
        registry, sure = self._registry(func.base, frame)
        if registry is None:
            self._foreign(expr, frame, site)
            return
        if not isinstance(expr, Call):  # @PipelineRegistry.register
            if site.target is None:
                self._gap(f"`{source_text(func)}` is handed on here, and may register any name", frame, expr)
            else:
                self._class(self._own(site.target), registry, sure, site, receiver, frame, expr)
            return
        if site.target is not None:  # @PIPELINES.register("name")
            target = self._own(site.target)
            if not sure and not self._is_pipeline(target):
                return
            given = arguments(expr, ("name",))
            if "name" in given:
                self._by_decorator(Callee(METHOD, registry), expr, frame, site, target, "", "decorator")
            return
        given = arguments(expr, _OF_HANDLER)
        if len(expr.args) == 1 and not expr.keywords:
            what, _ = self._target(expr.args[0], frame)
            if isinstance(what, ClassRef):
                self._class(what, registry, sure, site, receiver, frame, expr.args[0])
            elif sure or (isinstance(what, Unknown) and _may_be_pipelines(expr.args[0])):
                value = self._resolver.plain(expr.args[0], frame)
                if isinstance(value, Unknown):
                    self._gap(value.reason, frame, expr)
            return
        self._handler(given, expr, registry, sure, frame, site, receiver)

    def _handler(
        self,
        given: dict[str, Expr],
        call: Call,
        registry: Registry,
        sure: bool,
        frame: Frame,
        site: Site,
        receiver: str,
    ) -> None:
        """`register(kind, name, handler)`, `register(name=..., handler=...)`, `register(name, handler, kind=...)`."""
        if len(call.args) == 2 and call.keyword("name") is None and call.keyword("handler") is None:
            keywords = {key: value for key, value in call.keywords if key is not None}
            given = {**keywords, "name": call.args[0], "handler": call.args[1]}
        kind_said = self._resolver.plain(given["kind"], frame) if "kind" in given else None
        known_kind = isinstance(kind_said, Known) and kind_said.value in KINDS
        spelt_out = {"name", "handler"} <= given.keys() and not call.args
        if not (sure or known_kind or spelt_out):
            handler = self._resolver.chase(given.get("handler", call), frame)
            if not self._is_pipeline(handler):
                return
        name_expr, handler_expr = given.get("name"), given.get("handler")
        if name_expr is None or handler_expr is None:
            if sure and (call.args or call.keywords):
                self._gap("the name is not among the arguments that can be seen", frame, call)
            return
        name = self._resolver.plain(name_expr, frame)
        if isinstance(name, Unknown):
            self._open_name(name, frame, name_expr)
            return
        if not isinstance(name.value, str):
            return
        kind = kind_said.value if known_kind and isinstance(kind_said, Known) else "pipeline"
        target, symbol = self._target(handler_expr, frame)
        self._add(name, kind, registry, "handler", target, symbol, site, receiver, given, frame)

    def _class(
        self,
        target: Target,
        registry: Registry,
        sure: bool,
        site: Site,
        receiver: str,
        frame: Frame,
        at: Expr,
    ) -> None:
        """A class that is registered by its own name."""
        if not isinstance(target, ClassRef) or not (sure or self._may_be_pipeline(target)):
            return
        found = self._resolver.attribute(target, "name")
        if not isinstance(found, Here):
            if sure or self._is_pipeline(target):
                own = self._resolver.class_of(target).name
                reason = (
                    found.reason if isinstance(found, Unknown) else f"`{own}` has no `name` that can be read"
                )
                self._gap(reason, frame, at)
            return
        name = self._resolver.plain(found.expr, found.frame)
        if isinstance(name, Unknown):
            self._open_name(name, found.frame, found.expr)
        elif isinstance(name.value, str):
            name = Known(name.value, Spot(frame.path, at.place), name.source)
            self._add(name, "pipeline", registry, "class", target, "", site, receiver, {}, frame)

    def _registry(self, base: Expr, frame: Frame) -> tuple[Registry | None, bool]:
        """The registry that an object is, and whether that is sure; what is not, needs to look like a pipeline."""
        target = self._resolver.chase(base, frame)
        if isinstance(target, Here) and isinstance(
            target.expr, Call
        ):  # an instance, or what a function answers
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

    def _is_pipeline(self, target: Target | None) -> bool:
        """Whether something is a class made from one of Spine's."""
        if not isinstance(target, ClassRef):
            return False
        for base in self._resolver.bases(target):
            if isinstance(base, External) and base.name.rpartition(".")[2] in BASES:
                return True
            if isinstance(base, ClassRef) and base != target and self._resolver.class_of(base).name in BASES:
                return True
        return False

    def _may_be_pipeline(self, target: ClassRef) -> bool:
        """Whether something is a class made from one of Spine's, or perhaps from one by a class that is not here."""
        return self._is_pipeline(target) or any(
            self._resolver.unseen_base(target, base) is not None for base in self._resolver.bases(target)
        )

    # What is registered.

    def _add(
        self,
        name: Known,
        kind: str,
        registry: Registry,
        shape: Shape,
        target: Target | None,
        symbol: str,
        site: Site,
        into: str,
        given: dict[str, Expr],
        frame: Frame,
        doubt: str = "",
    ) -> None:
        resolver = self._resolver
        spot = name.source if name.source is not None and name.source.path == self._path else name.spot
        if shape == "class":
            spot = name.spot
        name = Known(name.value, spot, name.source)
        description = text_of(resolver, given.get("description"), frame)
        doc, symbol_spot, dependencies, lock, own_name = "", None, None, None, None
        if isinstance(target, ClassRef):
            own = resolver.class_of(target)
            symbol = ".".join(filter(None, (own.within, own.name)))
            symbol_spot = Spot(target.path, own.place)
            doc = str(own.doc.value) if own.doc is not None else ""
            signature = signature_of_class(resolver, target)
            dependencies, own_name = self._value(target, "DEPENDENCIES"), self._value(target, "name")
            said = self._value(target, "description")
            if not description and isinstance(said, Known) and isinstance(said.value, str):
                description = said.value
            lock = lock_of_class(resolver, target)
        elif isinstance(target, FunctionRef):
            function = resolver.function_of(target)
            symbol = ".".join(filter(None, (function.within, function.name)))
            symbol_spot = Spot(target.path, function.place)
            doc = str(function.doc.value) if function.doc is not None else ""
            signature = signature_of_function(resolver, target)
        else:
            signature = Signature(open=(Unknown(_not_seen(target, symbol), spot),))
        if doubt:
            signature = replace(signature, open=(*signature.open, Unknown(doubt, spot)))
        if "lock_key_template" in given:
            lock = lock_of(resolver, given["lock_key_template"], frame)
        elif lock is None and "requires_lock" in given:
            wanted = given["requires_lock"]
            if isinstance(wanted, Literal) and wanted.value is True:
                where = Spot(frame.path, wanted.place)
                lock = Lock(None, where, Unknown("the registry makes the key", where))
        self._registrations.append(
            Registration(
                name,
                kind,
                registry,
                shape,
                symbol,
                symbol_spot,
                isinstance(target, ClassRef),
                site.within,
                into,
                doc,
                description,
                signature,
                dependencies,
                lock,
                own_name,
                site.conditional,
            )
        )

    def _value(self, ref: ClassRef, attribute: str) -> Known | Unknown | None:
        found = self._resolver.attribute(ref, attribute)
        if isinstance(found, Here):
            return self._resolver.plain(found.expr, found.frame)
        return found if isinstance(found, Unknown) else None

    def _gap(self, reason: str, frame: Frame, expr: Expr, name: str | None = None) -> None:
        self._gaps.append(Gap(reason, Spot(frame.path, expr.place), name))

    def _open_name(self, name: Unknown, frame: Frame, expr: Expr) -> None:
        """A name of which at most the beginning is known."""
        prefix = self._resolver.beginning(expr, frame)
        self._gaps.append(Gap(name.reason, Spot(frame.path, expr.place), None, prefix))

    # Groups.

    def _group(self, site: Site) -> None:
        expr, frame = site.expr, Frame(self._path, site.scope)
        if not isinstance(expr, Call) or isinstance(expr.func, Call):
            if site.target is not None and self._is(expr, frame, *GROUP_REGISTERS):
                self._factory(site.target)
            return
        if self._is(expr.func, frame, *GROUP_REGISTERS):
            if expr.args:
                target = self._resolver.chase(expr.args[0], frame)
                if isinstance(target, Here) and isinstance(target.expr, Call):
                    self._take(target.expr, target.frame, registered=True)
            return
        self._take(expr, frame, registered=False)

    def _factory(self, target: ClassAt | FunctionAt) -> None:
        """A function whose group is registered: what it answers is marked, where it is one expression."""
        if isinstance(target, FunctionAt):
            returns = self._resolver.module(self._path).functions[target.number].returns
            if isinstance(returns, Call):
                key = returns.place.start, returns.place.end
                self._registered.add(key)
                if key in self._groups:
                    known = self._groups[key]
                    self._groups[key] = replace(known, registered=True)

    def _take(self, call: Call, frame: Frame, *, registered: bool) -> None:
        func = chain_start(call).func
        if isinstance(func, Attribute) and func.name in ("from_steps", "from_dict"):
            func = func.base
        if not self._is(func, frame, *GROUP_MAKERS):
            return
        maker = self._resolver.name_of(func, frame)
        if (maker == FLUENT_START) != is_chain(call):
            return
        key = call.place.start, call.place.end
        registered = registered or key in self._registered
        if frame.path != self._path or (key in self._groups and not registered):
            return  # another file has it
        group = reader_of(GROUP_MAKERS[maker], self._resolver).read(call, frame, registered=registered)
        if group is not None:
            self._groups[key] = group

    def _is(self, func: Expr, frame: Frame, *names: str) -> bool:
        """Whether an expression is Spine's function or class of one of these names."""
        if not isinstance(func, (Name, Attribute)):
            return False
        target = self._resolver.chase(func, frame)
        if isinstance(target, External):
            top = target.name.partition(".")[0]
            return target.name.rpartition(".")[2] in names and top in ("spine", "market_spine", "spine_lsp")
        if isinstance(target, ClassRef):
            return self._resolver.class_of(target).name in names
        return isinstance(target, FunctionRef) and self._resolver.function_of(target).name in names


def _may_be_pipelines(expr: Expr) -> bool:
    """Whether what is registered is called like a class of a pipeline."""
    return any(base in source_text(expr) for base in BASES) or "cls" in source_text(expr).lower()


def _not_seen(target: Target | None, symbol: str) -> str:
    if isinstance(target, Unknown):
        return target.reason
    if isinstance(target, External):
        return f"`{target.name}` is not in the workspace"
    return f"`{symbol}` is known only when the program runs" if symbol != "lambda" else "it is a lambda"


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
