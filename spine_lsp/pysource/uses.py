"""Where the Python of a workspace names a function or class: its definition, its imports, and all that uses these."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from spine_lsp.cancellation import check_cancelled
from spine_lsp.pysource.facts import Module
from spine_lsp.pysource.modules import AmbiguousModuleError, Imports, Modules, module_key
from spine_lsp.pysource.places import Places, SourcePlace
from spine_lsp.pysource.reading import parsed
from spine_lsp.pysource.targets import Spot

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda, *_COMPREHENSIONS)
_ALL = "__all__"


class CannotTellError(Exception):
    """Not every use can be told; the message is a sentence that says why."""


class NameUses(NamedTuple):
    """The places of a name, and the files whose modules have it."""

    spots: tuple[Spot, ...]
    holders: frozenset[str]


def uses_of(home: str, name: str, modules: Modules, texts: Mapping[str, str], *, new: str = "") -> NameUses:
    """Where files name what the module of `home` defines as `name`; `texts` are those files that hold the word.

    Raises CannotTellError where a file cannot be read, where the name is handled in a way that cannot be followed, and
    where a file that names it has something called `new`.
    """
    files = {path: _File(path, text, name, modules) for path, text in texts.items()}
    holders = {home}
    grown = True
    while grown:
        before = len(holders)
        for file in files.values():
            check_cancelled()
            if file.path not in holders and file.may_name(holders) and file.hands_on(holders):
                holders.add(file.path)
        grown = len(holders) > before
    spots = []
    for file in files.values():
        check_cancelled()
        if file.path != home and not file.may_name(holders):
            continue
        found = file.read(holders, is_home=file.path == home)
        if found.places and new in found.names:
            raise CannotTellError(f"`{new}` is already the name of something in {_short(file.path)}")
        spots += [Spot(file.path, place) for place in sorted(set(found.places))]
    return NameUses(tuple(spots), frozenset(holders))


def _short(path: str) -> str:
    return path.rpartition("/")[2]


def dotted(path: str, modules: Modules) -> str:
    """The name by which code imports the module of a file."""
    root = modules.root_of(path)
    return module_key(path).removeprefix(f"{root}/" if root else "").replace("/", ".")


class _File:
    """One file: its tree, read when it is first asked for, and what its imports lead to."""

    def __init__(self, path: str, text: str, name: str, modules: Modules) -> None:
        self.path = path
        self._text = text
        self._name = name
        self._modules = modules
        self._imports = Imports(modules, path)
        self._tree: ast.Module | None = None

    def may_name(self, holders: Iterable[str]) -> bool:
        """Whether it holds the word that an import of one of these modules needs: a quick look."""
        words = {module_key(path).rpartition("/")[2] for path in holders}
        return any(word in self._text for word in words) or re.search(r"\bfrom\s+\.", self._text) is not None

    @property
    def tree(self) -> ast.Module:
        """Its tree. Raises CannotTellError."""
        if self._tree is None:
            tree = parsed(self._text)
            if isinstance(tree, Module):
                raise CannotTellError(f"{_short(self.path)} names it and cannot be read: {tree.reason}")
            self._tree = tree
        return self._tree

    def hands_on(self, holders: set[str]) -> bool:
        """Whether its module has the name by an import from one of these."""
        own = _bindings(self.tree.body, self._name)
        return any(self.carries(node, holders) for node in own.imports) or (
            not own.others and any(self.carries(node, holders) for node in own.stars)
        )

    def carries(self, node: ast.ImportFrom, holders: set[str]) -> bool:
        """Whether a statement imports from one of these files."""
        return self._file_of(node.level, node.module or "") in holders

    def _file_of(self, level: int, module: str) -> str | None:
        if level:
            key: str | None = self._imports.relative(self.path, level, module)
        else:
            try:
                key = self._imports.absolute(self.path, module)
            except AmbiguousModuleError:
                return None
        return self._modules.file_of(key) if key is not None else None

    def modules_named(self) -> dict[str, set[str]]:
        """The files of modules by the dotted names that stand for them here."""
        found: dict[str, set[str]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    path = self._file_of(0, alias.name)
                    found.setdefault(alias.asname or alias.name, set()).update({path} if path else ())
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}" if node.module else alias.name
                    path = self._file_of(node.level, inner)
                    found.setdefault(alias.asname or alias.name, set()).update({path} if path else ())
        return found

    def read(self, holders: set[str], *, is_home: bool) -> _NameReader:
        """All places of the name in this file."""
        texts = [dotted(path, self._modules) for path in holders]
        reader = _NameReader(self, self._name, Places(self._text), holders, is_home, texts)
        try:
            reader.scope(self.tree.body, outer=False, is_module=True)
        except RecursionError:
            raise CannotTellError(f"{_short(self.path)} is nested too deeply to be followed") from None
        return reader


@dataclass
class _Bindings:
    """What gives a name its meaning in one scope."""

    definitions: bool = False
    imports: list[ast.ImportFrom] = field(default_factory=list)
    stars: list[ast.ImportFrom] = field(default_factory=list)
    others: list[ast.AST] = field(default_factory=list)
    declared: ast.Global | ast.Nonlocal | None = None


def _bindings(body: Iterable[ast.AST], name: str) -> _Bindings:
    found = _Bindings()
    for node in _of_scope(body):
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            found.definitions = found.definitions or node.name == name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == name and alias.asname in (None, name):
                    found.imports.append(node)
                elif alias.name == "*":
                    found.stars.append(node)
                elif alias.asname == name:
                    found.others.append(node)
        elif isinstance(node, ast.Import):
            if any((alias.asname or alias.name.partition(".")[0]) == name for alias in node.names):
                found.others.append(node)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            if name in node.names:
                found.declared = node
        elif isinstance(node, ast.Name):
            if node.id == name and not isinstance(node.ctx, ast.Load):
                found.others.append(node)
        elif (isinstance(node, ast.arg) and node.arg == name) or (
            isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name == name
        ):
            found.others.append(node)
    return found


def _of_scope(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of a scope, with the heads of those inside it; of comprehensions what they bind around them."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _COMPREHENSIONS):
            waiting += [each.target for each in ast.walk(node) if isinstance(each, ast.NamedExpr)]
        elif isinstance(node, _SCOPES):
            waiting += _head(node)
        else:
            waiting += ast.iter_child_nodes(node)


def _head(node: ast.AST) -> list[ast.AST]:
    """What of a function or class belongs to the scope around it."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *node.keywords]
    if not isinstance(node, (*_FUNCTIONS, ast.Lambda)):
        return []
    found: list[ast.AST | None] = [*node.args.defaults, *node.args.kw_defaults]
    found += [each.annotation for each in _arguments(node)]
    if isinstance(node, _FUNCTIONS):
        found += [*node.decorator_list, node.returns]
    return [each for each in found if each is not None]


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.arg]:
    of = node.args
    given = [*of.posonlyargs, *of.args, *of.kwonlyargs, of.vararg, of.kwarg]
    return [each for each in given if each is not None]


class _NameReader:
    """Finds the places of a name in one file, scope by scope."""

    def __init__(
        self, file: _File, name: str, places: Places, holders: set[str], is_home: bool, texts: list[str]
    ) -> None:
        self._file = file
        self._name = name
        self._places = places
        self._holders = holders
        self._is_home = is_home
        self._modules = file.modules_named()
        self._texts = {f"{module}{sign}{name}" for module in texts for sign in ":."}
        self._meant = False  # by the module
        self.places: list[SourcePlace] = []
        self.names: set[str] = set()

    def scope(self, body: Iterable[ast.AST], *, outer: bool, is_module: bool = False, is_class: bool = False) -> None:
        """Read a scope; `outer` tells whether the name means ours in the one around it."""
        nodes = list(body)
        own = _bindings(nodes, self._name)
        ours = any(self._file.carries(node, self._holders) for node in own.imports)
        ours = ours or (is_module and self._is_home)
        bound = bool(own.others or own.imports or own.definitions)
        ours = ours or (not bound and any(self._file.carries(node, self._holders) for node in own.stars))
        self._meant = self._meant or (is_module and ours)
        if own.declared is not None and self._meant:
            line = own.declared.lineno
            raise CannotTellError(f"line {line} of {_short(self._file.path)} binds it in a scope around")
        if ours and any(not isinstance(node, ast.Name) for node in own.others):
            raise CannotTellError(f"{_short(self._file.path)} binds the name to something else too")
        meant = ours or (outer and not bound)
        inner = outer if is_class else meant
        waiting = list(reversed(nodes))
        while waiting:
            node = waiting.pop()
            self._look_at(node, meant=meant)
            if not isinstance(node, _SCOPES):
                waiting += reversed(list(ast.iter_child_nodes(node)))
                continue
            waiting += reversed(_head(node))
            if isinstance(node, ast.ClassDef):
                self.scope(node.body, outer=inner, is_class=True)
            elif isinstance(node, (*_FUNCTIONS, ast.Lambda)):
                bare = [ast.copy_location(ast.arg(each.arg), each) for each in _arguments(node)]
                content = node.body if isinstance(node.body, list) else [node.body]
                self.scope([*bare, *content], outer=inner)
            else:
                self.scope(ast.iter_child_nodes(node), outer=meant if is_class else inner)

    def _look_at(self, node: ast.AST, *, meant: bool) -> None:
        name, places = self._name, self._places
        if isinstance(node, ast.Name):
            self.names.add(node.id)
            if meant and node.id == name:
                self.places.append(places.of(node))
        elif isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            self.names.add(node.name)
            if meant and node.name == name:
                place = places.of_name(node)
                if place.start == place.end:
                    raise CannotTellError(f"{_short(self._file.path)} writes its definition over several lines")
                self.places.append(place)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node)
        elif isinstance(node, ast.arg):
            self.names.add(node.arg)
        elif isinstance(node, ast.Attribute):
            if node.attr == name and self._is_module(node.value):
                self.places.append(places.end_of(node, name))
        elif isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if meant and any(isinstance(each, ast.Name) and each.id == _ALL for each in targets):
                self._exports(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._string(node, node.value)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.names.update(alias.asname or alias.name for alias in node.names)
        if isinstance(node, ast.Import) or not self._file.carries(node, self._holders):
            return
        for alias in node.names:
            if alias.name == self._name:
                self.places.append(self._places.start_of(alias, self._name))

    def _is_module(self, node: ast.expr) -> bool:
        """Whether an expression is one of the modules that have the name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return False
        parts.insert(0, node.id)
        return bool(self._modules.get(".".join(parts), set()) & self._holders)

    def _exports(self, node: ast.AST) -> None:
        for each in ast.walk(node):
            if isinstance(each, ast.Constant) and each.value == self._name:
                place = self._places.of_string(each)
                if place.end - place.start == len(self._name):
                    self.places.append(place)

    def _string(self, node: ast.Constant, value: str) -> None:
        """A text that names the function by its module, as files of workflows do."""
        text = next((text for text in self._texts if value == text or value.startswith(f"{text}.")), None)
        if text is None or not value.isascii():
            return
        place = self._places.of_string(node)
        if place.end - place.start == len(value) and place.line == place.end_line:
            self.places.append(place.without(len(text) - len(self._name), len(value) - len(text)))
