"""The entries for registries, and what stands beside the action for other services: read, and equal to the project."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import yaml

from spine_lsp import __version__
from spine_lsp.configuration.schema import options_schema
from tests.cli.official.schemas import schema_store, validate
from tests.cli.runner import ROOT, run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = ROOT / "editors" / "registries"
STORE = HERE / "schemastore"
KINDS = {"spine-pipeline-group": "pipeline-group", "spine-workflow": "workflow"}


def draft_07(value: Any) -> Any:
    """A schema of 2020-12 as one of draft-07, in which nothing beside a `$ref` counts."""
    if isinstance(value, list):
        return [draft_07(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {("definitions" if key == "$defs" else key): draft_07(each) for key, each in value.items()}
    if isinstance(made.get("$ref"), str):
        ref = {"$ref": made.pop("$ref").replace("#/$defs/", "#/definitions/")}
        return {**made, "allOf": [*made.get("allOf", []), ref]} if made else ref
    return made


def made_schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """The name of each schema of SchemaStore, and what it must be."""
    for name, ours in KINDS.items():
        text = (ROOT / "schemas" / f"{ours}.schema.json").read_text(encoding="utf-8")
        made = draft_07(json.loads(text))
        head = {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$id": f"https://json.schemastore.org/{name}.json",
        }
        yield name, {**head, **{key: value for key, value in made.items() if key not in head}}
    options = options_schema()
    yield "spine-lsp", {"$schema": options["$schema"], "$id": "https://json.schemastore.org/spine-lsp.json", **options}


SCHEMAS = dict(made_schemas())


@pytest.mark.generated
@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_made_from_ours(name: str) -> None:
    """In draft-07, which SchemaStore asks for, and with nothing of a later draft."""
    path = STORE / f"{name}.json"
    text = json.dumps(SCHEMAS[name], indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("SPINE_UPDATE"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])
    later = r'"(\$defs|prefixItems|unevaluated\w+|dependentRequired|dependentSchemas|\$anchor|\$dynamic\w+|minContains|maxContains)":'
    assert re.findall(later, text) == []


EXAMPLES = [
    *sorted((STORE / "test").rglob("*.*")),
    *(ROOT / "schemas" / "examples" / name for name in ("daily_prices.yaml", "weekly_refresh.yaml")),
    ROOT / "schemas" / "examples" / "workflows" / "tide_tables.yaml",
]


def _read(path: Path) -> tuple[str, object]:
    """The name of the schema of an example, and its value as JSON has it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return "spine-lsp", tomllib.loads(text)
    value = json.loads(json.dumps(yaml.safe_load(text), default=str))
    return "spine-workflow" if value.get("kind") == "Workflow" else "spine-pipeline-group", value


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_what_is_right_passes(path: Path) -> None:
    """By the draft-07 form as by ours."""
    name, value = _read(path)
    validate(SCHEMAS[name], value)
    if name in KINDS:
        ours = json.loads((ROOT / "schemas" / f"{KINDS[name]}.schema.json").read_text(encoding="utf-8"))
        jsonschema_rs.validate(ours, value)


@pytest.mark.parametrize("path", sorted((STORE / "negative_test").rglob("*.*")), ids=lambda path: path.name)
def test_what_is_wrong_does_not(path: Path) -> None:
    """By both."""
    name, value = _read(path)
    assert path.parent.name == name
    with pytest.raises(jsonschema.ValidationError):
        validate(SCHEMAS[name], value)


def test_the_rows_of_the_catalogue() -> None:
    """By the catalogue's schema; each names a schema that is here, has no file of somebody else, and an example."""
    rows = json.loads((STORE / "catalog.json").read_text(encoding="utf-8"))
    validate(schema_store("https://json.schemastore.org/schema-catalog.json"), rows)
    assert {f"https://json.schemastore.org/{name}.json" for name in SCHEMAS} == {row["url"] for row in rows["schemas"]}
    patterns = [pattern for row in rows["schemas"] for pattern in row.get("fileMatch", ())]
    assert len(patterns) == len(set(patterns))
    for name in SCHEMAS:
        assert list((STORE / "test" / name).iterdir())
        assert list((STORE / "negative_test" / name).iterdir())


def test_versions_and_commands_are_those_of_the_project() -> None:
    """In each of them."""
    mason = yaml.safe_load((HERE / "mason" / "package.yaml").read_text(encoding="utf-8"))
    assert mason["source"]["id"] == f"pkg:pypi/spine-lsp@{__version__}"
    assert mason["bin"] == {"spine-lsp": "pypi:spine-lsp"}
    lua = (HERE / "nvim-lspconfig" / "spine_lsp.lua").read_text(encoding="utf-8")
    ours = (ROOT / "editors" / "nvim" / "lsp" / "spine_lsp.lua").read_text(encoding="utf-8")
    command = "cmd = { 'spine-lsp', 'serve' }"
    assert command in lua
    assert command in ours
    assert mason["neovim"]["lspconfig"] == "spine_lsp"
    brew = (HERE / "homebrew" / "spine-lsp.rb").read_text(encoding="utf-8")
    assert f"spine_lsp-{__version__}.tar.gz" in brew
    assert brew.count("\n  end\n") == brew.count("\n  def ") + brew.count("\n  test do\n")
    for name in ("extension", "Cargo"):
        zed = tomllib.loads((HERE / "zed" / f"{name}.toml").read_text(encoding="utf-8"))
        assert zed.get("package", zed)["version"] == __version__
    assert 'which("spine-lsp")' in (HERE / "zed" / "src" / "lib.rs").read_text(encoding="utf-8")


def test_the_group_of_the_formula_is_what_it_says(tmp_path: Path) -> None:
    """The test of the formula, run here."""
    brew = (HERE / "homebrew" / "spine-lsp.rb").read_text(encoding="utf-8")
    text = re.search(r"<<~YAML\n(.*?)\n    YAML", brew, re.DOTALL)
    assert text is not None
    group = tmp_path / "group.yaml"
    group.write_text(text[1], encoding="utf-8")
    ran = run("check", "--format", "concise", str(group))
    assert (ran.code, "unknown-dependency" in ran.out) == (1, True)


def test_the_component_of_gitlab_is_a_pipeline() -> None:
    """By GitLab's schema, once its inputs are filled in; nothing that is given stands in a script."""
    head, job = yaml.safe_load_all((ROOT / "templates" / "spine-lsp.yml").read_text(encoding="utf-8"))
    text = json.dumps(job)
    used = set(re.findall(r"\$\[\[ inputs\.([\w-]+) \]\]", text))
    inputs = head["spec"]["inputs"]
    assert used == set(inputs)
    assert "inputs." not in json.dumps(job["spine-lsp"]["script"])
    for name, about in inputs.items():
        text = text.replace(f"$[[ inputs.{name} ]]", about["default"])
    validate(schema_store("https://gitlab.com/.gitlab-ci.yml"), json.loads(text))
    for line in job["spine-lsp"]["script"][1:]:
        for option in re.findall(r"--[a-z-]+", line):
            assert option in run("check", "--help").out


def test_the_image_has_what_it_copies() -> None:
    """Each file that the build reads goes to it; it runs without root."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"]
    assert all((ROOT / path).exists() for path in kept)
    for path in re.findall(r"/source/(\S+)", text):
        assert path in kept
    assert re.search(r"(?m)^USER [1-9]", text)
    assert text.count("FROM python:3.13-slim") == 2
    assert 'ENTRYPOINT ["spine-lsp"]' in text
