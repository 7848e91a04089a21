"""ARCHITECTURE.md says what is there: its map is that of the modules, its invariants have tests, its files exist."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "spine_lsp"
PAGE = ROOT / "ARCHITECTURE.md"
BEGIN, END = "<!-- modules: make update writes this -->\n", "<!-- end of modules -->\n"


def first_sentence(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(docstring.partition("\n\n")[0].split())
    return re.split(r"(?<=\.) (?=[A-Z])", paragraph)[0]


def module_map() -> Iterator[str]:
    """A heading for each folder, a line for each module, in the modules' own words; rules have pages for that."""
    for folder in sorted({path.parent for path in PACKAGE.rglob("*.py")}):
        name = folder.relative_to(ROOT).as_posix()
        yield f"\n**`{name}/`**: {first_sentence(folder / '__init__.py')}\n\n"
        for path in sorted(folder.glob("*.py")):
            sentence = first_sentence(path)
            if path.name != "__init__.py" and not sentence.startswith("The rule `"):
                yield f"- `{path.name}`: {sentence}\n"


@pytest.mark.generated
def test_the_map_says_what_the_modules_say() -> None:
    """Each module's first sentence; SPINE_UPDATE=1 writes them anew."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    made = f"{before}{BEGIN}{''.join(module_map())}\n{END}{after}"
    if os.environ.get("SPINE_UPDATE"):
        PAGE.write_text(made, encoding="utf-8")
        page = made
    assert page == made


def test_each_invariant_names_tests_that_exist() -> None:
    """A sentence that nothing holds is a wish."""
    section = PAGE.read_text(encoding="utf-8").partition("## Invariants\n")[2].partition("\n## ")[0]
    invariants = re.findall(r"(?m)^\d+\. .*(?:\n   .*)*", section)
    assert len(invariants) >= 11
    for invariant in invariants:
        tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", invariant)
        assert tests, invariant
        for path, test in tests:
            assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), (path, test)


def test_the_files_that_are_named_exist() -> None:
    """A module that moved takes its mention with it."""
    page = PAGE.read_text(encoding="utf-8")
    prose = page.partition(BEGIN)[0] + page.partition(END)[2]
    named = re.findall(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|md|txt|json)|(?:[\w.-]+/)+)(?:::\w+)?`", prose)
    assert len(named) > 20
    roots = [ROOT, ROOT / "tests", PACKAGE, *(path for path in PACKAGE.iterdir() if path.is_dir())]
    assert [name for name in named if not any((root / name).exists() for root in roots)] == []
