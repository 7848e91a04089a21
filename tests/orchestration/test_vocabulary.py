"""The words of a file: they are those of the schema, and written nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from spine_lsp.orchestration import vocabulary
from spine_lsp.orchestration.schema import definition_at, keys_of, load_schema, properties
from spine_lsp.orchestration.vocabulary import (
    API_VERSION,
    DECLARING,
    FLAT,
    FORMS,
    FREE,
    KIND,
    LIST_PATHS,
    NESTED,
    Form,
    form_of,
    value_at,
)

PACKAGE = Path(vocabulary.__file__).parent.parent
DEFINITIONS = load_schema()["$defs"]


def test_the_constants_are_the_words_of_the_schema() -> None:
    """Every key of every definition has its constant, and there is no other; version and kind are those allowed."""
    keys = {key for definition in DEFINITIONS for key in keys_of(definition)}
    constants = {value for name, value in vars(vocabulary).items() if name.isupper() and isinstance(value, str)}
    assert keys == constants - {API_VERSION, KIND, vocabulary.API_FAMILY, vocabulary.STEP}
    assert DEFINITIONS["apiVersion"]["enum"] == [API_VERSION]
    assert DEFINITIONS["kind"]["enum"] == [KIND]


@pytest.mark.parametrize("form", FORMS)
def test_every_key_of_a_group_stands_where_its_form_says(form: Form) -> None:
    """In the definition that the schema has at that place, with the same documentation in both forms."""
    for key in keys_of(FLAT.definition) - {*form.lists, *FLAT.lists}:
        *above, last = form.path_of(key)
        definition = definition_at(tuple(above), form)
        assert definition is not None
        assert properties(definition)[last] == properties(FLAT.definition)[key]
    for path in form.list_paths:
        assert definition_at(path, form) == "steps"
        assert definition_at((*path, 7), form) == vocabulary.STEP
    assert keys_of(NESTED.definition) == {*DECLARING, *NESTED.metadata, *NESTED.spec}


@pytest.mark.parametrize(
    ("path", "definition"),
    [
        ("", "nested"),
        ("metadata", "metadata"),
        ("spec policy", "policy"),
        ("policy", "policy"),
        ("defaults", "defaults"),
        ("steps 3 params", "params"),
        ("pipelines 3 depends_on", "depends_on"),
        ("metadata tags", "tags"),
        ("steps 3 depends_on 0", None),
        ("steps 3 params x", None),
        ("metadata name", None),
        ("apiVersion", None),
        ("spec steps", None),
        ("nothing", None),
    ],
)
def test_a_path_leads_to_a_definition(path: str, definition: str | None) -> None:
    """A map or a list of either form, whichever the file is of; nothing for a scalar and what is free."""
    keys = tuple(int(key) if key.isdigit() else key for key in path.split())
    assert definition_at(keys, NESTED) == definition
    if path:
        assert definition_at(keys) == definition_at(keys, FLAT) == definition


def test_the_form_of_a_file_that_has_begun_is_told_by_its_keys() -> None:
    """Where no key tells, by whoever asks."""
    assert form_of({"apiVersion"}, NESTED) is NESTED
    assert form_of({"apiVersion"}) is FLAT
    assert form_of({"apiVersion", "policy"}, NESTED) is FLAT
    assert form_of({"name", "spec"}) is NESTED


def test_a_value_is_found_by_its_path() -> None:
    """Nothing is raised for a path that leads nowhere, or through a scalar."""
    data = {"spec": {"pipelines": [{"name": "a"}]}}
    assert value_at(data, ("spec", "pipelines", 0, "name")) == "a"
    nowhere: tuple[tuple[str | int, ...], ...] = (
        ("spec", 0),
        (*LIST_PATHS[0], 4),
        (*LIST_PATHS[0], 0, "name", "x"),
    )
    assert [value_at(data, path) for path in nowhere] == [None] * len(nowhere)
    assert FREE == ("defaults", "params")


WORDS = {key for definition in DEFINITIONS for key in keys_of(definition)} | {
    API_VERSION,
    KIND,
    *(form.definition for form in FORMS),
}
LOOKUPS = {
    "get",
    "node",
    "section",
    "path_of",
    "policy_node",
    "insert_entry",
    "field_doc",
    "field_docs",
    "append",
}
OTHERS = {
    "orchestration/schema.py": {"description"},  # of JSON Schema
    "ide/code_actions.py": {"kind", "version"},  # of the data of a code action
    "ide/completion/completion.py": {"kind"},  # of the data of an item
    "ide/lenses.py": {"kind"},  # of the data of a lens
    "ide/commands/graph_model.py": {"steps"},  # a noun of a sentence
    "ide/commands/resolved_order.py": {"steps"},  # a noun of a sentence
    "ide/hover/hover.py": {"pipeline"},  # the role of a token
    "ide/occurrences.py": {"pipeline"},  # the kind of a symbol
    "ide/rename.py": {"pipeline"},  # the kind of a symbol
    "ide/cursor.py": {"pipeline"},  # the role of a token, the kind of a symbol
    "ide/commands/order_text.py": {"pipeline"},  # the head of a column
    "orchestration/expectations.py": {"steps"},  # a word of a sentence
    "orchestration/selectors.py": {"name", "pipeline"},  # methods of selectors, and a group of a pattern
    "analysis/pipelines.py": {"pipeline"},  # a kind of registration
    "ide/definition.py": {"pipeline"},  # the kind of a symbol
    "ide/references.py": {"pipeline"},  # the kind of a symbol
    "ide/schedules.py": {"pipeline"},  # the kind of a symbol
    "ide/pipelines/calls.py": {"pipeline"},  # the kind of a symbol
    "ide/pipelines/places.py": {"pipeline"},  # the kind of a symbol
    "ide/pipelines/python_documents.py": {"pipeline"},  # the kind of a symbol
    "ide/pipelines/describe.py": {"domain", "description"},  # of the data that a class needs, in Python
}
"""Words of other languages that are spelled as keys are."""


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Where a module writes a key, a version or a kind: where it compares, looks up or lists, but not as JSON."""
    parent: dict[ast.AST, ast.AST] = {}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        parent.update(dict.fromkeys(ast.iter_child_nodes(node), node))
        if not isinstance(node, ast.Constant) or node.value not in WORDS:
            continue
        child: ast.AST = node
        outer = parent[node]
        while isinstance(outer, (ast.Tuple, ast.List, ast.Set, ast.IfExp)):
            child, outer = outer, parent[outer]
        used = isinstance(outer, (ast.Compare, ast.BinOp, ast.For, ast.comprehension)) or child is not node
        if isinstance(outer, ast.Subscript):
            used = outer.slice is child and getattr(outer.value, "id", "") != "Literal"
        if isinstance(outer, ast.Call):
            used |= (getattr(outer.func, "attr", "") or getattr(outer.func, "id", "")) in LOOKUPS
        if isinstance(outer, ast.Assign):
            used &= getattr(outer.targets[0], "id", "") != "__slots__"
        if used or node.value in (API_VERSION, KIND):
            yield node.lineno, node.value


def test_the_words_of_a_file_are_written_in_the_vocabulary_alone() -> None:
    """In all that knows of groups; the server and the command line speak other languages, with the same words."""
    others = {(path, word) for path, words in OTHERS.items() for word in words}
    found: set[tuple[str, str]] = set()
    strays: list[str] = []
    for folder in ("orchestration", "syntax", "analysis", "ide"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            name = path.relative_to(PACKAGE).as_posix()
            for line, word in literals(path) if path != Path(vocabulary.__file__) else ():
                found.add((name, word))
                if (name, word) not in others:
                    strays.append(f"{name}:{line}: {word}")
    assert not strays, "\n".join(strays)
    assert others <= found, "exceptions that are none"
