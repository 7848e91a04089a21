"""The JSON Schemas: their definitions, which of them a path leads to, and the documentation of their fields.

A definition of the group's schema goes by its name, `step`; that of another one has the name of its file in front:
`workflow.step` is `step` of `workflow.schema.json`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spine_lsp.orchestration.problems import Path, quoted
from spine_lsp.orchestration.vocabulary import FORMS, Form

if TYPE_CHECKING:
    from pathlib import Path as FilePath

SCHEMA_NAME = "pipeline-group.schema.json"

TYPE_WORDS = {
    "string": "a string",
    "array": "a list",
    "object": "a mapping of keys",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


@dataclass(frozen=True, slots=True)
class FieldDoc:
    """What the schema says of one key. ``values`` pairs each allowed value with its documentation."""

    key: str
    description: str
    type_words: str
    is_list: bool
    is_map: bool
    values: tuple[tuple[str, str], ...]
    default: Any
    has_default: bool
    required: bool
    examples: tuple[Any, ...]


def schema_path(name: str = SCHEMA_NAME) -> FilePath:
    """Where a schema file is: inside the installed package, or beside it in a checkout."""
    from pathlib import (
        Path as FilePath,  # with what it imports it costs 5 ms, and the editor's first file waits
    )

    return FilePath(_schema_file(name))


def _schema_file(name: str) -> str:
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    installed = os.path.join(package, "schemas", name)
    beside = os.path.join(os.path.dirname(package), "schemas", name)
    return installed if os.path.isfile(installed) else beside


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


@lru_cache(maxsize=8)  # more than there are kinds
def load_schema(name: str = SCHEMA_NAME) -> dict[str, Any]:
    """A schema, by the name of its file; shared, so not to be changed."""
    loaded: dict[str, Any] = json.loads(_read(_schema_file(name)))
    return loaded


def split(definition: str) -> tuple[dict[str, Any], str]:
    """The schema of a definition, and the name that it has there."""
    file, dot, name = definition.partition(".")
    return (load_schema(f"{file}.schema.json"), name) if dot else (load_schema(), definition)


def role(definition: str | None) -> str:
    """What a definition is in any kind of document: `step`, `policy`, `params`; nothing for None."""
    return definition.rpartition(".")[2] if definition is not None else ""


def beside(definition: str, other: str) -> str:
    """The definition of another name in the same schema."""
    file, dot, _ = definition.partition(".")
    return f"{file}.{other}" if dot else other


def _resolved(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """A property's schema with what it refers to filled in; its own keys win."""
    merged = dict(schema)
    while "$ref" in merged:
        target: Any = whole
        for name in merged.pop("$ref").removeprefix("#/").split("/"):
            target = target[name]
        merged = {**target, **merged}
    return merged


@lru_cache(maxsize=64)  # more than there are definitions
def properties(definition: str) -> dict[str, dict[str, Any]]:
    """The schema of each key of a definition, with what it refers to filled in; shared, so not to be changed."""
    whole, name = split(definition)
    known = whole["$defs"].get(name, {}).get("properties", {})
    return {key: _resolved(schema, whole) for key, schema in known.items()}


def keys_of(definition: str) -> frozenset[str]:
    """The keys of a definition."""
    return frozenset(properties(definition))


def definition_below(definition: str, element: str | int) -> str | None:
    """The definition of the map or list under a key of a definition, or of its items; None for anything else.

    One without a name in the schema is called as its key, such as `depends_on`.
    """
    whole, name = split(definition)
    found = _below(whole["$id"]).get((name, element if isinstance(element, str) else 0))
    return beside(definition, found) if found is not None else None


@lru_cache(maxsize=8)
def _below(address: str) -> dict[tuple[str, str | int], str]:
    below = {}
    whole = load_schema(address.rpartition("/")[2])
    for definition, schema in whole["$defs"].items():
        inner: dict[str | int, Any] = dict(schema.get("properties", {}))
        if "items" in schema:
            inner[0] = schema["items"]
        for element, field in inner.items():
            if {"array", "object"} & set(_types(_resolved(field, whole))):
                below[definition, element] = field.get("$ref", "").rpartition("/")[2] or str(element)
    return below


def definition_at(path: Path, form: Form | None = None, forms: Sequence[Form] = FORMS) -> str | None:
    """The definition of the map or list that a path leads to from the top of a document; see `definition_below`.

    In a file of a form, its own paths count before those of others, which a file half-written may have too.
    """
    for start in forms if form is None else (form, *forms):
        at: str | None = start.definition
        for element in path:
            at = definition_below(at, element) if at is not None else None
        if at is not None:
            return at
    return None


def _types(schema: Mapping[str, Any]) -> list[str]:
    types: str | list[str] = schema.get("type", [])
    return [types] if isinstance(types, str) else types


def field_doc(definition: str, key: str) -> FieldDoc | None:
    """The documentation of one key of a definition."""
    return _field_docs(definition).get(key)


def field_docs(definition: str) -> tuple[FieldDoc, ...]:
    """The documentation of all keys of a definition, in the order of the schema."""
    return tuple(_field_docs(definition).values())


@lru_cache(maxsize=64)  # more than there are definitions
def _field_docs(definition: str) -> dict[str, FieldDoc]:
    whole, name = split(definition)
    required = whole["$defs"].get(name, {}).get("required", ())
    return {key: _field_doc(key, field, required=key in required) for key, field in properties(definition).items()}


def _field_doc(key: str, field: Mapping[str, Any], *, required: bool) -> FieldDoc:
    types = _types(field)
    words = field.get("x-words") or " or ".join(TYPE_WORDS[name] for name in types)
    values = tuple(map(str, field.get("enum", ())))
    return FieldDoc(
        key=key,
        description=field.get("description", ""),
        type_words=quoted(values) if values else words,
        is_list="array" in types,
        is_map="object" in types,
        values=tuple(zip(values, field.get("enumDescriptions", [""] * len(values)), strict=True)),
        default=field.get("default"),
        has_default="default" in field,
        required=required,
        examples=tuple(field.get("examples", ())),
    )
