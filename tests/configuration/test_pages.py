"""What is made of the table of options: the JSON Schema, docs/options.md, and the settings of VS Code."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from spine_lsp.analysis.catalogue import RULES
from spine_lsp.analysis.rule import Rule
from spine_lsp.configuration.options import LEVELS, OF_CLIENTS, OPTIONS, SECTION, Option
from spine_lsp.configuration.page import options_page
from spine_lsp.configuration.reading import read_values
from spine_lsp.configuration.schema import options_schema, plain_default
from spine_lsp.configuration.toml import TomlFault, load

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "schemas" / "spine-lsp.schema.json"
PAGE = ROOT / "docs" / "options.md"
PACKAGE = ROOT / "editors" / "vscode" / "package.json"
BEGIN, END = "<!-- options: make update writes this -->\n", "<!-- end of options -->\n"
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
JUNK: list[Any] = ["x", 3, -1, 10**9, True, None, [], ["x"], [1], {}, {"x": 1}, 1.5]


def compared(path: Path, made: str) -> None:
    if os.environ.get("SPINE_UPDATE"):
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made


@pytest.mark.generated
def test_the_schema_is_that_of_the_options() -> None:
    """SPINE_UPDATE=1 writes it anew."""
    compared(SCHEMA, json.dumps(options_schema(), indent=2, ensure_ascii=False) + "\n")


@pytest.mark.generated
def test_the_page_lists_the_options() -> None:
    """Each with type, default, choices and an example; SPINE_UPDATE=1 writes them anew."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    compared(PAGE, f"{before}{BEGIN}\n{options_page()}\n{END}{after}")


@pytest.mark.parametrize("block", BLOCKS)
def test_each_example_sets_what_it_shows(block: str) -> None:
    """It is TOML, without a fault, as the schema has it, and not what holds anyway."""
    table = load(block)
    assert not isinstance(table, TomlFault)
    values, faults = read_values(table)
    assert faults == []
    assert values
    assert all(value != OPTIONS[name].default for name, value in values.items())
    assert jsonschema_rs.is_valid(options_schema(), table)


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda option: option.name)
def test_schema_and_reader_take_the_same_values(option: Option) -> None:
    """Of any type and size; what only the reader takes are the words that stand for others."""
    schema = options_schema()
    words = [*option.choices, *LEVELS, *option.synonyms]
    lists: list[Any] = [[word] for word in option.choices]
    levels: list[Any] = [{rule.code: level} for rule in RULES for level in ("off", "loud", 1)]
    for value in [*JUNK, *words, *lists, *levels, option.least, option.most, option.most + 1]:
        given: Any = value
        for key in reversed(option.keys):
            given = {key: given}
        if isinstance(value, bool) and value in option.synonyms:
            continue
        _, faults = read_values(given)
        assert jsonschema_rs.is_valid(schema, given) == (faults == []), value


def vscode_sections() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(PACKAGE.read_text(encoding="utf-8"))["contributes"]["configuration"]
    return found


def vscode_setting(option: Option) -> dict[str, Any]:
    """An option as VS Code declares settings."""
    types = {"levels": "object", "choice": "string", "list": "array"}
    made: dict[str, Any] = {"type": types.get(option.type, option.type)}
    choices = {"enum": list(option.choices), "enumDescriptions": list(option.choices.values())}
    if option.type == "choice":
        made |= choices
    elif option.type == "list":
        made |= {"items": {"type": "string", **(choices if option.choices else {})}, "uniqueItems": True}
    elif option.type == "integer":
        made |= {"minimum": option.least, "maximum": option.most}
    elif option.type == "levels":
        levels = {rule.code: {"type": "string", "enum": list(LEVELS), "description": told(rule)} for rule in RULES}
        made |= {"properties": levels, "additionalProperties": False}
    words = "markdownDescription" if "`" in option.doc else "description"
    return {**made, "default": plain_default(option), "scope": "resource", words: option.doc}


def told(rule: Rule) -> str:
    level = rule.severity.word
    return f"{rule.summary} Default: {level if rule.on else f'off (as {level} when it is on)'}."


def test_vscode_has_the_options_and_those_of_its_own() -> None:
    """No option is missing there, and none is there that the server does not know."""
    names = {name.removeprefix(f"{SECTION}.") for section in vscode_sections() for name in section["properties"]}
    assert {name for name in names if name.partition(".")[0] not in OF_CLIENTS} == set(OPTIONS)


@pytest.mark.generated
def test_vscode_says_of_each_option_what_the_table_says() -> None:
    """Type, default, values, bounds and words; SPINE_UPDATE=1 writes them anew, in the place that they have."""
    sections = vscode_sections()
    for option in OPTIONS.values():
        name = f"{SECTION}.{option.name}"
        (section,) = (section for section in sections if name in section["properties"])
        order = {key: value for key, value in section["properties"][name].items() if key == "order"}
        section["properties"][name] = {**vscode_setting(option), **order}
    package = json.loads(PACKAGE.read_text(encoding="utf-8"))
    package["contributes"]["configuration"] = sections
    compared(PACKAGE, json.dumps(package, indent=2, ensure_ascii=False) + "\n")
