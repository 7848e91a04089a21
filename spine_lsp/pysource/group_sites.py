"""From the sites of a Python file to the groups and workflows that it makes."""

from __future__ import annotations

from dataclasses import replace

from spine_lsp.pysource.declarations import PythonGroup
from spine_lsp.pysource.expressions import Attribute, Call, Expr, Name
from spine_lsp.pysource.facts import ClassAt, FunctionAt, Site
from spine_lsp.pysource.resolving import Resolver
from spine_lsp.pysource.targets import (
    ClassRef,
    External,
    Frame,
    FunctionRef,
    Here,
)
from spine_lsp.pysource.vocabulary import (
    FLUENT_START,
    GROUP_MAKERS,
    GROUP_REGISTERS,
)
from spine_lsp.pysource.workflows import chain_start, is_chain, reader_of


def groups_of(path: str, resolver: Resolver) -> tuple[PythonGroup, ...]:
    """The groups that a file makes, and whether it registers them."""
    sites = _GroupSites(path, resolver)
    for site in resolver.module(path).sites:
        sites.read(site)
    return tuple(sites.groups.values())


class _GroupSites:
    def __init__(self, path: str, resolver: Resolver) -> None:
        self._path = path
        self._resolver = resolver
        self.groups: dict[tuple[int, int], PythonGroup] = {}
        self._registered: set[tuple[int, int]] = set()  # the calls that make the groups that are registered

    def read(self, site: Site) -> None:
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
                if key in self.groups:
                    known = self.groups[key]
                    self.groups[key] = replace(known, registered=True)

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
        if frame.path != self._path or (key in self.groups and not registered):
            return  # another file has it
        group = reader_of(GROUP_MAKERS[maker], self._resolver).read(call, frame, registered=registered)
        if group is not None:
            self.groups[key] = group

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
