"""The parameters that the code of a pipeline takes by name, and whether it may take others."""

from __future__ import annotations

import ast
from dataclasses import replace

from spine_lsp.pysource.certain import certain_nodes
from spine_lsp.pysource.expressions import Reader
from spine_lsp.pysource.facts import ABOVE, Method, Read
from spine_lsp.pysource.trees import walk

WORKED_OUT = "a parameter is taken by a name that the code works out"
"""Why a pipeline may take parameters that nobody knows."""
RUNNING = ("run", "execute", "__call__")
"""The methods by which pipelines are run, in the versions of Spine that there are."""
LOCKING = ("get_logical_key", "get_lock_key", "logical_key", "lock_key")
"""The methods that work out a lock key."""
_GIVEN_PARAMS = (
    *RUNNING,
    *LOCKING,
    "__init__",
    "validate",
    "validate_params",
)  # by whoever runs the pipeline
_HOLDERS = ("params", "parameters")
"""What an argument is called that holds the parameters of a run."""
_TAKING = ("get", "pop", "setdefault")
_HANDED_ON = "the pipeline itself is handed on"
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


def reads_of_function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, reader: Reader, holder: str | None
) -> tuple[tuple[Read, ...], str]:
    """The literal reads of a function, of its argument `holder`, and why there may be more; empty if not."""
    collector = _Collector(reader)
    if holder is not None:
        collector.collect(node, holder)
    return collector.found(), collector.opaque


def reads_of_class(node: ast.ClassDef, reader: Reader) -> tuple[tuple[Read, ...], str, tuple[Method, ...]]:
    """The literal reads of a class, of `self.params`, and why there may be more; and its methods."""
    collector = _Collector(reader)
    methods = []
    for statement in node.body:
        if isinstance(statement, _FUNCTIONS):
            used = collector.collect(statement, None)
            methods.append(Method(statement.name, tuple(used)))
        elif not isinstance(statement, ast.ClassDef) and any(map(_takes_params, walk(statement))):
            collector.opaque = collector.opaque or "its parameters are taken outside of its methods"
    return collector.found(), collector.opaque, tuple(methods)


class _Collector:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._aliases: set[str] = set()
        self._self = "self"  # what a method calls its pipeline
        self._in_texts: dict[int, ast.JoinedStr] = {}  # the f-string that a node is in
        self._method = ""
        self._own_names: set[str] = set()  # which the method gives values to
        self._certain: set[int] = set()  # what the method is sure to evaluate
        self._written: set[str] = set()  # the parameters that the code gives itself
        self._all_written = False
        self.reads: list[Read] = []
        self.opaque = ""

    def found(self) -> tuple[Read, ...]:
        """The reads by place; none is needed of what the code writes itself."""
        reads = [
            replace(read, needed=False) if self._all_written or read.name in self._written else read
            for read in self.reads
        ]
        return tuple(sorted(reads, key=lambda read: read.place))

    def collect(self, function: ast.FunctionDef | ast.AsyncFunctionDef, holder: str | None) -> list[str]:
        """Take the reads of a function; the attributes of itself, and those above it, that it is sure to use."""
        self._method = function.name if holder is None else ""
        self._aliases = {holder} if holder is not None else set()
        others = self._take_arguments(function) if holder is None else False
        nodes = [node for node in walk(function) if isinstance(node, _LOOKED_AT)]
        for node in nodes:  # `params = self.params` holds in all of the function
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and self._is_params(node.value):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                self._aliases |= {target.id for target in targets if isinstance(target, ast.Name)}
        self._own_names = {
            self._self,
            "cls",
            *(each.arg for each in walk(function.args) if isinstance(each, ast.arg)),
        }
        self._own_names |= {
            each.id for each in nodes if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)
        }
        reading = any(isinstance(node, (ast.Name, ast.Attribute)) and self._is_params(node) for node in nodes)
        self._certain = certain_nodes(function) if reading or holder is None else set()
        self._in_texts = {}
        for node in nodes:
            if isinstance(node, ast.JoinedStr):
                for part in walk(node):
                    self._in_texts.setdefault(id(part), node)
        taken: set[int] = set()  # the nodes that stand for the parameters and are accounted for
        for node in nodes:
            self._look(node, taken)
        for node in nodes:
            if self._hands_itself_on(node):
                self.opaque = self.opaque or _HANDED_ON
            if id(node) in taken or not isinstance(node, (ast.Name, ast.Attribute)):
                continue
            if isinstance(node.ctx, ast.Load) and self._is_params(node):
                self.opaque = self.opaque or "the parameters are handed on whole"
        if others and self._method in RUNNING:
            self.opaque = self.opaque or f"`{self._method}` is given more than the pipeline itself"
        used = [self._own_attribute(node) for node in nodes if id(node) in self._certain]
        return [name for name in used if name]

    def _take_arguments(self, method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Heed what a method is given beside its pipeline; whether some of it is nothing that holds parameters."""
        given = method.args
        names = [each.arg for each in (*given.posonlyargs, *given.args)]
        is_static = any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in method.decorator_list)
        self._self = names.pop(0) if names and not is_static else "self"
        names += [each.arg for each in (*given.kwonlyargs, given.vararg, given.kwarg) if each is not None]
        if method.name in _GIVEN_PARAMS:
            self._aliases |= {name for name in names if name in _HOLDERS}
        return not self._aliases.issuperset(names)

    def _look(self, node: ast.AST, taken: set[int]) -> None:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and self._is_params(node.value):
            self._account(node.value, taken)
        elif isinstance(node, ast.Subscript) and self._is_params(node.value):
            self._account(node.value, taken)
            if isinstance(node.ctx, ast.Load):
                self._read(node.slice, None, needed=id(node) in self._certain)
            elif isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                self._written.add(node.slice.value)
            else:
                self._all_written = True
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            if self._is_params(node.comparators[0]):
                self._account(node.comparators[0], taken)
                self._read(node.left, None, needed=False)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if _is_super(node.func.value):  # what is above reads them itself
                taken.update(map(id, _given_to(node)))
            elif self._is_self(node.func.value) and "param" in node.func.attr and any(map(_is_text, node.args)):
                self.opaque = self.opaque or f"`{node.func.attr}` takes parameters by name"
            if node.func.attr in _TAKING and self._is_params(node.func.value) and node.args:
                self._account(node.func.value, taken)
                default = node.args[1] if len(node.args) > 1 else None
                self._read(node.args[0], default, needed=self._is_needed_pop(node))
            elif node.func.attr in ("update", "copy", "clear") and self._is_params(node.func.value):
                self._account(node.func.value, taken)
                self._all_written = self._all_written or node.func.attr == "update"

    def _is_needed_pop(self, call: ast.Call) -> bool:
        """Whether a call takes a parameter that has to be there."""
        taking = isinstance(call.func, ast.Attribute) and call.func.attr == "pop"
        return taking and len(call.args) == 1 and id(call) in self._certain

    def _read(self, key: ast.expr, default: ast.expr | None, *, needed: bool) -> None:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            given = None if default is None else self._reader.read(default)
            place = self._reader.string_place(key, self._in_texts.get(id(key)))
            self.reads.append(Read(key.value, needed, given, place, self._method))
        elif isinstance(key, (ast.Name, ast.Attribute)) and not _names_below(key) & self._own_names:
            given = None if default is None else self._reader.read(default)
            place, read = self._reader.place(key), self._reader.read(key)
            self.reads.append(Read("", needed, given, place, self._method, read))
        else:
            self.opaque = self.opaque or WORKED_OUT

    def _is_params(self, node: ast.expr | None) -> bool:
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):  # `params or {}`
            return self._is_params(node.values[0]) and all(map(_is_empty, node.values[1:]))
        if isinstance(node, ast.Attribute):
            return _takes_params(node) and self._is_self(node.value)
        return isinstance(node, ast.Name) and node.id in self._aliases

    def _account(self, node: ast.expr | None, taken: set[int]) -> None:
        """What stands for the parameters here is accounted for."""
        taken.add(id(node.values[0] if isinstance(node, ast.BoolOp) else node))

    def _is_self(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == self._self

    def _hands_itself_on(self, node: ast.AST) -> bool:
        """Whether a node gives the pipeline to a call, or another name."""
        if isinstance(node, ast.Call):
            return any(map(self._is_self, _given_to(node)))
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else [value]
        return any(each is not None and self._is_self(each) for each in values)

    def _own_attribute(self, node: ast.AST) -> str:
        """The attribute of `self` that an expression is, or of `super()`, with that in front; empty for any other."""
        if isinstance(node, ast.Attribute):
            if self._is_self(node.value):
                return node.attr
            if _is_super(node.value):
                return f"{ABOVE}{node.attr}"
        return ""


def _takes_params(node: ast.AST) -> bool:
    """Whether a node takes the parameters of some object."""
    return isinstance(node, ast.Attribute) and node.attr in ("params", "_params")


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_empty(node: ast.expr) -> bool:
    """Whether this is `{}` or `dict()`."""
    if isinstance(node, ast.Dict):
        return not node.keys
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not _given_to(node)


def _names_below(node: ast.expr) -> set[str]:
    """The name that an attribute is taken of, or a name itself; one that is never known for any other expression."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return {node.id if isinstance(node, ast.Name) else "cls"}


def _given_to(call: ast.Call) -> list[ast.expr]:
    """What a call is given, but for `super(Class, self)`, which hands nothing on."""
    if isinstance(call.func, ast.Name) and call.func.id == "super":
        return []
    return [*call.args, *(keyword.value for keyword in call.keywords)]
