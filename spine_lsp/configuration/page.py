"""The part of docs/options.md that lists the options, in Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator

from spine_lsp.configuration.options import LEVELS, OPTIONS, Option
from spine_lsp.configuration.schema import plain_default


def options_page() -> str:
    """A section for each option."""
    return "\n".join("\n".join(_section(option)) + "\n" for option in OPTIONS.values())


def _section(option: Option) -> Iterator[str]:
    yield f"### {option.name}"
    yield ""
    yield option.doc
    if option.type == "levels":
        levels = ", ".join(f"`{level}`" for level in LEVELS)
        yield ""
        yield f"A level is one of {levels}; `spine-lsp rules` lists the rules. Where an editor and a file both give"
        yield "levels, they are joined, rule by rule."
    for choice, doc in option.choices.items():
        yield f"\n- `{choice}`: {doc}" if choice == next(iter(option.choices)) else f"- `{choice}`: {doc}"
    yield ""
    yield f"Type: {_type(option)}. Default: `{_toml(plain_default(option))}`."
    yield ""
    yield "```toml"
    yield f"{option.name} = {_toml(_example(option))}"
    yield "```"


def _type(option: Option) -> str:
    if option.type == "integer":
        return f"a whole number from {option.least:,} to {option.most:,}"
    return {
        "levels": "a table of levels by rule",
        "choice": "one of these words",
        "boolean": "true or false",
        "list": "a list of these words" if option.choices else "a list of texts",
    }[option.type]


def _example(option: Option) -> object:
    """A value that is not the default."""
    if option.type == "levels":
        return {"redundant-dependency": "off", "late-definition": "hint"}
    if option.type == "boolean":
        return not option.default
    if option.type == "integer":
        return option.default // 2
    if option.choices:
        other = next(choice for choice in reversed(tuple(option.choices)) if choice != option.default)
        return [other] if option.type == "list" else other
    return {
        "include": ["groups/", "*.group.yaml"],
        "exclude": ["fixtures/", "**/generated/*.yaml"],
        "pythonRoots": ["services/prices/src"],
        "pythonPackages": ["acme_pipelines"],
        "decorators": ["prices.registry.pipeline"],
    }[option.name]


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }" if value else "{}"
    return json.dumps(value)
