"""The parameters that the code of a pipeline takes by name, and whether it may take others."""

from __future__ import annotations

import ast

from spine_lsp.pysource.expressions import Reader
from spine_lsp.pysource.facts import Read
from spine_lsp.pysource.trees import walk

_TAKING = ("get", "pop", "setdefault")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOKED_AT = (
    ast.Name,
    ast.Attribute,
    ast.Call,
    ast.Subscript,
    ast.Compare,
    ast.Assign,
    ast.AnnAssign,
    ast.JoinedStr,
)


def reads_of(
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, reader: Reader, holder: str | None
) -> tuple[tuple[Read, ...], str]:
    """The literal reads of a class (of `self.params`) or of a function (of its argument `holder`).

    Beside them, why there may be more, empty where there are not.
    """
    collector = _Collector(reader)
    if isinstance(node, ast.ClassDef):
        for method in node.body:
            if isinstance(method, _FUNCTIONS):
                collector.collect(method, None)
    elif holder is not None:
        collector.collect(node, holder)
    return tuple(sorted(collector.reads, key=lambda read: read.place)), collector.opaque


class _Collector:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._aliases: set[str] = set()
        self._in_texts: dict[int, ast.JoinedStr] = {}  # the f-string that a node is in
        self.reads: list[Read] = []
        self.opaque = ""

    def collect(self, function: ast.FunctionDef | ast.AsyncFunctionDef, holder: str | None) -> None:
        self._aliases = {holder} if holder is not None else set()
        nodes = [node for node in walk(function) if isinstance(node, _LOOKED_AT)]
        for node in nodes:  # `params = self.params` holds in all of the function
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and self._is_params(node.value):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                self._aliases |= {target.id for target in targets if isinstance(target, ast.Name)}
        self._in_texts = {}
        for node in nodes:
            if isinstance(node, ast.JoinedStr):
                for part in walk(node):
                    self._in_texts.setdefault(id(part), node)
        taken: set[int] = set()  # the nodes that stand for the parameters and are accounted for
        for node in nodes:
            self._look(node, taken)
        for node in nodes:
            if isinstance(node, ast.Call) and any(map(_is_self, _given_to(node))):
                self.opaque = self.opaque or "the pipeline itself is handed on"
            if id(node) in taken or not isinstance(node, (ast.Name, ast.Attribute)):
                continue
            if isinstance(node.ctx, ast.Load) and self._is_params(node):
                self.opaque = self.opaque or "the parameters are handed on whole"

    def _look(self, node: ast.AST, taken: set[int]) -> None:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and self._is_params(node.value):
            taken.add(id(node.value))
        elif isinstance(node, ast.Subscript) and self._is_params(node.value):
            taken.add(id(node.value))
            if isinstance(node.ctx, ast.Load):
                self._read(node.slice, None, needed=True)
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            if self._is_params(node.comparators[0]):
                taken.add(id(node.comparators[0]))
                self._read(node.left, None, needed=False)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in _TAKING and self._is_params(node.func.value) and node.args:
                taken.add(id(node.func.value))
                default = node.args[1] if len(node.args) > 1 else None
                self._read(node.args[0], default, needed=node.func.attr == "pop" and default is None)
            elif node.func.attr in ("update", "copy", "clear") and self._is_params(node.func.value):
                taken.add(id(node.func.value))

    def _read(self, key: ast.expr, default: ast.expr | None, *, needed: bool) -> None:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            given = None if default is None else self._reader.read(default)
            place = self._reader.string_place(key, self._in_texts.get(id(key)))
            self.reads.append(Read(key.value, needed, given, place))
        else:
            self.opaque = self.opaque or "a parameter is taken by a name that the code works out"

    def _is_params(self, node: ast.expr | None) -> bool:
        if isinstance(node, ast.Attribute):
            return node.attr == "params" and isinstance(node.value, ast.Name) and node.value.id == "self"
        return isinstance(node, ast.Name) and node.id in self._aliases


def _given_to(call: ast.Call) -> list[ast.expr]:
    """What a call is given, but for `super(Class, self)`, which hands nothing on."""
    if isinstance(call.func, ast.Name) and call.func.id == "super":
        return []
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"
