"""Which expressions a function is sure to evaluate whenever it runs to an end: nothing in a branch, nothing caught."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from spine_lsp.pysource.trees import children, walk

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SWALLOWING = "suppress"


def certain_nodes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[int]:
    """The `id` of each expression that is evaluated on every way through a function, of those that raise nothing."""
    certain = _Certain()
    certain.block(function.body)
    return certain.nodes


class _Certain:
    def __init__(self) -> None:
        self.nodes: set[int] = set()

    def block(self, body: Sequence[ast.stmt]) -> bool:
        """Take statements; whether what stands behind them is reached."""
        return all(self._statement(each) for each in body)

    def _statement(self, node: ast.stmt) -> bool:
        if isinstance(node, _DEFINITIONS):
            return True
        if isinstance(node, (ast.If, ast.While)):
            self._take(node.test)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._take(node.iter)
        elif isinstance(node, ast.Match):
            self._take(node.subject)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._take(item.context_expr)
            if not any(_swallows(item.context_expr) for item in node.items):
                return self.block(node.body)
        elif (handlers := getattr(node, "handlers", None)) is not None:  # of `try`, and of `try` with `except*`
            return self._try(node, handlers)
        else:
            for child in children(node):
                if isinstance(child, ast.expr):
                    self._take(child)
            return not isinstance(node, (ast.Return, ast.Raise))
        return not any(isinstance(each, ast.Return) for each in walk(node))

    def _try(self, node: Any, handlers: Sequence[ast.ExceptHandler]) -> bool:
        """Of a body, nothing is certain where something that it raises is caught and not raised again."""
        if all(isinstance(handler.body[-1], ast.Raise) for handler in handlers):
            reached = self.block(node.body) and self.block(node.orelse)
            return self.block(node.finalbody) and reached
        self.block(node.finalbody)
        return not any(isinstance(each, ast.Return) for each in walk(node))

    def _take(self, node: ast.expr) -> None:
        """Take an expression, and of its parts those that are evaluated with it."""
        waiting = [node]
        while waiting:
            node = waiting.pop()
            self.nodes.add(id(node))
            if isinstance(node, ast.Lambda):
                continue
            if isinstance(node, ast.IfExp):
                waiting.append(node.test)
            elif isinstance(node, ast.BoolOp):
                waiting.append(node.values[0])
            elif isinstance(node, ast.Compare):
                waiting += [node.left, node.comparators[0]]
            elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
                waiting.append(node.generators[0].iter)
            else:
                for child in children(node):
                    if isinstance(child, ast.expr):
                        waiting.append(child)
                    elif isinstance(child, ast.keyword):
                        waiting.append(child.value)


def _swallows(node: ast.expr) -> bool:
    func = node.func if isinstance(node, ast.Call) else node
    return (func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")) == _SWALLOWING
