"""The JSON Schema of a group: its definitions, which of them a path leads to, and the documentation of its fields."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
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


def schema_path() -> FilePath:
    """Where the schema file is: inside the installed package, or beside it in a checkout."""
    from pathlib import (
        Path as FilePath,  # with what it imports it costs 5 ms, and the editor's first file waits
    )

    return FilePath(_schema_file())


def _schema_file() -> str:
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - see schema_path
    installed = os.path.join(package, "schemas", SCHEMA_NAME)  # noqa: PTH118 - see schema_path
    beside = os.path.join(os.path.dirname(package), "schemas", SCHEMA_NAME)  # noqa: PTH118, PTH120 - see schema_path
    return installed if os.path.isfile(installed) else beside  # noqa: PTH113 - see schema_path


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - see schema_path
        return file.read()


@lru_cache(maxsize=1)
def load_schema() -> dict[str, Any]:
    """The schema; shared, so not to be changed."""
    loaded: dict[str, Any] = json.loads(_read(_schema_file()))
    return loaded


def _resolved(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A property's schema with what it refers to filled in; its own keys win."""
    merged = dict(schema)
    while "$ref" in merged:
        target: Any = load_schema()
        for name in merged.pop("$ref").removeprefix("#/").split("/"):
            target = target[name]
        merged = {**target, **merged}
    return merged


@lru_cache(maxsize=32)  # more than there are definitions
def properties(definition: str) -> dict[str, dict[str, Any]]:
    """The schema of each key of a definition, with what it refers to filled in; shared, so not to be changed."""
    known = load_schema()["$defs"].get(definition, {}).get("properties", {})
    return {key: _resolved(schema) for key, schema in known.items()}


def keys_of(definition: str) -> frozenset[str]:
    """The keys of a definition."""
    return frozenset(properties(definition))


def definition_below(definition: str, element: str | int) -> str | None:
    """The definition of the map or list under a key of a definition, or of its items; None for anything else.

    One without a name in the schema is called as its key, such as `depends_on`.
    """
    return _below().get((definition, element if isinstance(element, str) else 0))


@lru_cache(maxsize=1)
def _below() -> dict[tuple[str, str | int], str]:
    below = {}
    for definition, schema in load_schema()["$defs"].items():
        inner: dict[str | int, Any] = dict(schema.get("properties", {}))
        if "items" in schema:
            inner[0] = schema["items"]
        for element, field in inner.items():
            if {"array", "object"} & set(_types(_resolved(field))):
                below[definition, element] = field.get("$ref", "").rpartition("/")[2] or str(element)
    return below


def definition_at(path: Path, form: Form | None = None) -> str | None:
    """The definition of the map or list that a path leads to from the top of a group; see `definition_below`.

    In a file of a form, its own paths count before those of others, which a file half-written may have too.
    """
    for start in FORMS if form is None else (form, *FORMS):
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


@lru_cache(maxsize=32)  # more than there are definitions
def _field_docs(definition: str) -> dict[str, FieldDoc]:
    required = load_schema()["$defs"].get(definition, {}).get("required", ())
    return {
        key: _field_doc(key, field, required=key in required) for key, field in properties(definition).items()
    }


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
