"""What we override of pygls is listed with its reason, and each with a test."""

from __future__ import annotations

import re
from inspect import isfunction
from pathlib import Path

from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from spine_lsp.server import framework
from spine_lsp.server.framework.protocol import SpineProtocol

TESTS = Path(__file__).parent.parent


def test_the_table_of_overrides_is_complete_and_every_test_in_it_exists() -> None:
    """The docstring of the package is compared with the classes."""
    rows = re.findall(r"(?m)^\| `(\w+)` \|.*\| `(\w+)` \|$", framework.__doc__ or "")
    overridden = _functions(SpineProtocol) & set(dir(LanguageServerProtocol))
    overridden |= _functions(framework.SpineServer) & set(dir(LanguageServer))
    assert {name for name, _ in rows} == overridden
    tests = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    assert [test for _, test in rows if f"def {test}(" not in tests] == []


def _functions(kind: type) -> set[str]:
    return {name for name, value in vars(kind).items() if isfunction(value)}
