"""The JSON Schema of the options, for editors of TOML and for `spine-lsp schema --options`."""

from __future__ import annotations

from typing import Any

from spine_lsp.configuration.options import LEVELS, OPTIONS, Option

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The draft that editors of TOML and SchemaStore take."""


def options_schema() -> dict[str, Any]:
    """The schema of a `spine-lsp.toml`, and of the table `[tool.spine-lsp]` of a pyproject.toml."""
    root: dict[str, Any] = {
        "$schema": DIALECT,
        "title": "spine-lsp",
        "description": "The options of spine-lsp, as in spine-lsp.toml and in [tool.spine-lsp] of pyproject.toml.",
        **_table(),
    }
    for option in OPTIONS.values():
        table = root
        for number, key in enumerate(option.keys[:-1]):
            group = ".".join(option.keys[: number + 1])
            table = table["properties"].setdefault(key, {"description": f"Options {group}.*.", **_table()})
        table["properties"][option.keys[-1]] = option_schema(option)
    return root


def _table() -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": {}}


def option_schema(option: Option) -> dict[str, Any]:
    """The schema of the value of one option."""
    made: dict[str, Any] = {"description": option.doc}
    if option.type == "levels":
        made |= _levels(option)
    elif option.type == "choice":
        made |= {"type": "string", "enum": list(option.choices)}
    elif option.type == "list":
        items: dict[str, Any] = {"type": "string"}
        items |= {"enum": list(option.choices)} if option.choices else {"minLength": 1}
        made |= {"type": "array", "items": items, "uniqueItems": True}
    else:
        made |= {"type": option.type}
        if option.type == "integer":
            made |= {"minimum": option.least, "maximum": option.most}
    return {**made, "default": plain_default(option)}


def _levels(option: Option) -> dict[str, Any]:
    from spine_lsp.analysis.catalogue import RULES

    levels = [*LEVELS, *option.synonyms]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {rule.code: {"type": "string", "enum": levels, "description": rule.summary} for rule in RULES},
    }


def plain_default(option: Option) -> Any:
    """The default as JSON has it."""
    if option.type == "levels":
        return {}
    return list(option.default) if option.type == "list" else option.default
