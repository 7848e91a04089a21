"""From the sites of a file to what it registers: names, pipelines, groups, and what cannot be known."""

from __future__ import annotations

import re
import sys
from dataclasses import replace

from spine_lsp.pysource.callees import Callee, Callees
from spine_lsp.pysource.declarations import Declared, Gap, Lock, Registration, Shape, Signature
from spine_lsp.pysource.expressions import Attribute, Call, Expr, Literal, arguments, source_text
from spine_lsp.pysource.facts import ClassAt, FunctionAt, Site
from spine_lsp.pysource.group_sites import groups_of
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
    Spot,
    Target,
    Unknown,
)
from spine_lsp.pysource.vocabulary import (
    BASES,
    KINDS,
    METHOD,
    Registry,
    Vocabulary,
    kind_of,
)

_A_NAME = re.compile(r"\w[\w.\-/]*")
_A_HINT = re.compile("(?i)pipeline|operation|regist")
_NO_FRAMEWORKS = frozenset(sys.stdlib_module_names) | {"builtins", "pytest", "click", "hypothesis"}
_LONGEST_LOOP = 200
_DEEPEST_LOOPS = 3
_OF_HANDLER = ("kind", "name", "handler", "description", "tags")


def declared_by(path: str, resolver: Resolver, vocabulary: Vocabulary) -> Declared:
    """All that a file declares."""
    return _Linker(path, resolver, vocabulary).linked()


class _Linker:
    def __init__(self, path: str, resolver: Resolver, vocabulary: Vocabulary) -> None:
        self._path = path
        self._resolver = resolver
        self._callees = Callees(path, resolver, vocabulary)
        self._registrations: list[Registration] = []
        self._gaps: list[Gap] = []

    def linked(self) -> Declared:
        sites = self._resolver.module(self._path).sites
        for site in sites:
            self._site(site)
        groups = groups_of(self._path, self._resolver)
        return Declared(tuple(self._registrations), groups, tuple(self._gaps))

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
            callee = self._callees.callee(expr.func.func, frame)
            if callee is not None and expr.args:
                target, symbol = self._target(expr.args[0], frame)
                self._by_decorator(callee, expr.func, frame, site, target, symbol, "call")
            return
        func = expr.func if isinstance(expr, Call) else expr
        if isinstance(func, Attribute) and func.name == METHOD:
            self._by_method(func, expr, frame, site)
            return
        callee = self._callees.callee(func, frame)
        if callee is None:
            self._foreign(expr, frame, site)
            return
        if not isinstance(expr, Call):
            if site.target is None and callee.registry is not None:  # `@register_pipeline` alone registers nothing
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
            if isinstance(given_class, ClassRef) and self._callees.is_pipeline(given_class):
                own_name = self._value(given_class, "name")
                if isinstance(own_name, Known) and isinstance(own_name.value, str):
                    self._gap(f"`{target.name}` is not in the workspace", frame, expr, own_name.value)
            return
        given = arguments(expr, ("name",)).get("name")
        name = self._resolver.plain(given, frame) if given is not None else None
        if isinstance(name, Known) and isinstance(name.value, str) and _A_NAME.fullmatch(name.value):
            hint = _A_HINT.search(target.name) is not None
            if hint or "." in name.value or self._callees.is_pipeline(self._own(site.target)):
                self._gap(f"`{target.name}` is not in the workspace", frame, given or expr, name.value)

    def _unapplied(self, callee: Callee, call: Call, frame: Frame, site: Site) -> None:
        """A decorator that is made, and not used here: who gets it may register whatever it likes."""
        if self._callees.is_wrapped(callee, call, frame, site):
            return
        name_expr = self._callees.name_of(callee, call)
        name = None if name_expr is None else self._callees.named(callee, name_expr, frame)
        known = name.value if isinstance(name, Known) and isinstance(name.value, str) else None
        if callee.wrapper is not None and not callee.wrapper.is_decorator:  # it registers as soon as it is called
            self._by_decorator(callee, call, frame, site, None, source_text(call.func), "call")
            return
        reason = f"`{callee.name}` makes a decorator here that is used elsewhere"
        if isinstance(name, Unknown):
            reason = name.reason
        self._gap(reason, frame, call, known)

    # Decorators.

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
        given = self._callees.given(callee, call)
        name_expr = self._callees.name_of(callee, call)
        if name_expr is None:
            if callee.registry is not None:
                self._gap("the name is not among the arguments that can be seen", frame, call)
            return
        if self._callees.is_wrapped(callee, call, frame, site):
            return
        name = self._callees.named(callee, name_expr, frame)
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
        registry, sure = self._callees.registry(func.base, frame)
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
            if not sure and not self._callees.is_pipeline(target):
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
            if not self._callees.is_pipeline(handler):
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
        if not isinstance(target, ClassRef) or not (sure or self._callees.may_be_pipeline(target)):
            return
        found = self._resolver.attribute(target, "name")
        if not isinstance(found, Here):
            if sure or self._callees.is_pipeline(target):
                own = self._resolver.class_of(target).name
                reason = found.reason if isinstance(found, Unknown) else f"`{own}` has no `name` that can be read"
                self._gap(reason, frame, at)
            return
        name = self._resolver.plain(found.expr, found.frame)
        if isinstance(name, Unknown):
            self._open_name(name, found.frame, found.expr)
        elif isinstance(name.value, str):
            name = Known(name.value, Spot(frame.path, at.place), name.source)
            self._add(name, "pipeline", registry, "class", target, "", site, receiver, {}, frame)

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


def _may_be_pipelines(expr: Expr) -> bool:
    """Whether what is registered is called like a class of a pipeline."""
    return any(base in source_text(expr) for base in BASES) or "cls" in source_text(expr).lower()


def _not_seen(target: Target | None, symbol: str) -> str:
    if isinstance(target, Unknown):
        return target.reason
    if isinstance(target, External):
        return f"`{target.name}` is not in the workspace"
    return f"`{symbol}` is known only when the program runs" if symbol != "lambda" else "it is a lambda"
