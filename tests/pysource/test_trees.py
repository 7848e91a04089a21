"""The quick walks meet what those of `ast` meet, but for what says nothing."""

from __future__ import annotations

import ast
from pathlib import Path

from spine_lsp.pysource import trees

_LEFT_OUT = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.alias)


def test_all_nodes_are_met_in_the_order_of_ast() -> None:
    """In files of every day, and of all kinds of statements and expressions."""
    sources = [file.read_text(encoding="utf-8") for file in Path(trees.__file__).parent.glob("*.py")]
    sources.append(
        "async def f(a, /, b: int = 1, *c, d=2, **e) -> x:\n    async with a as b, c: await d\n    global g\n"
        "    async for i in j: yield\n    else: del k[1:2:3]\n    try: pass\n    except (A, B) as e: raise X from e\n"
        "    finally: return lambda: {**a, 1: [*b, {c for c in d if e}]}\n"
        "match x:\n    case {'a': [1, *r], **s} | P(q, k=-1) if t: (u := f'{v!r:>{w}}')\n    case None: ...\n"
        "while not a < b <= c: x: int = y @ z; x += 1 if 2 else 3; continue\nassert a, b\nimport m as n\n"
        "class C(B, metaclass=M): x = yield_ and z or (a for a in b)\n"
    )
    for source in sources:
        tree = ast.parse(source)
        expected = [node for node in ast.walk(tree) if not isinstance(node, _LEFT_OUT)]
        assert trees.walk(tree) == expected
