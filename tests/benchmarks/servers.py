"""The servers that are measured: how each is started and set up, and which file it is given."""

from __future__ import annotations

import compileall
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import spine_lsp
from tests.benchmarks import graphs
from tests.benchmarks.client import Launch
from tests.benchmarks.install import Package, installed

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "schemas" / "pipeline-group.schema.json"
REFERENCE = Path(__file__).with_name("reference.py")


@dataclass(frozen=True, slots=True)
class Server:
    """One server: `launch` is called with the folder it works in and may install it (InstallError)."""

    name: str
    title: str
    launch: Callable[[Path], Launch]
    language: str
    file: str
    render: graphs.Render
    fault: tuple[str, str]
    """A replacement that makes a fault which this server reports, to time its first words after the start."""
    debounce_ms: int = 0
    """The delay that the server itself puts before each check, as its source has it."""


def _ours(_folder: Path) -> Launch:
    # As pip compiles what it installs; else the start would be that of a compiler, where Python may not write files.
    compileall.compile_dir(Path(spine_lsp.__file__).parent, quiet=2)
    return Launch((sys.executable, "-m", "spine_lsp", "serve"))


def _reference(mode: str) -> Callable[[Path], Launch]:
    return lambda _folder: Launch((sys.executable, str(REFERENCE), mode))


YAML = Package("yaml-language-server", "2.0.0", "bin/yaml-language-server")
ACTIONS = Package("@actions/languageserver", "0.3.61", "bin/actions-languageserver")
COMPOSE = Package("@microsoft/compose-language-service", "1.0.0", "bin/docker-compose-langserver")
AZURE = Package("azure-pipelines-language-server", "0.9.3", "bin/azure-pipelines-language-server")


def _yaml(_folder: Path) -> Launch:
    settings = {
        "yaml": {
            "validate": True,
            "completion": True,
            "schemas": {SCHEMA.as_uri(): "*.spine.yaml"},
            "schemaStore": {"enable": False, "url": ""},
            "kubernetesCRDStore": {"enable": False},
        },
        "http": {"proxy": "", "proxyStrictSSL": False},
        "editor": {"tabSize": 2},
        "files": {},
    }
    return Launch((*installed(YAML), "--stdio"), settings)


def _actions(_folder: Path) -> Launch:
    return Launch((*installed(ACTIONS), "--stdio"), options={"repos": [], "logLevel": 4})


def _compose(_folder: Path) -> Launch:
    return Launch((*installed(COMPOSE), "--stdio"))


def _azure(folder: Path) -> Launch:
    # Its package has no schema of its own; this one covers what the generated file holds.
    schema = folder / "azure.schema.json"
    schema.write_text(json.dumps(_AZURE_SCHEMA))
    answers = {"custom/schema/request": schema.as_uri()}
    return Launch((*installed(AZURE), "--stdio"), {"http": {"proxy": ""}}, answers=answers)


_WORDS = {"type": "array", "items": {"type": "string"}}
_SCRIPT = {"type": "object", "additionalProperties": False, "properties": {"script": {"type": "string"}}}
_POOL = {"type": "object", "additionalProperties": False, "properties": {"vmImage": {"type": "string"}}}
_JOB = {
    "type": "object",
    "additionalProperties": False,
    "required": ["job"],
    "properties": {
        "job": {"type": "string"},
        "dependsOn": _WORDS,
        "pool": _POOL,
        "steps": {"type": "array", "items": _SCRIPT},
    },
}
_AZURE_SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": False,
    "properties": {"trigger": {"type": "string"}, "jobs": {"type": "array", "items": _JOB}},
}

GROUP_FILE = "groups/weekly.spine.yaml"
BAD_VALUE = ("on_failure: stop", "on_failure: explode")

SERVERS = (
    Server("ours", f"spine-lsp {version('spine-lsp')}", _ours, "yaml", GROUP_FILE, graphs.group, BAD_VALUE),
    Server(
        "yamlls",
        f"{YAML.name} {YAML.version} with our JSON Schema",
        _yaml,
        "yaml",
        GROUP_FILE,
        graphs.group,
        BAD_VALUE,
        debounce_ms=200,
    ),
    Server(
        "actions",
        f"{ACTIONS.name} {ACTIONS.version}",
        _actions,
        "github-actions-workflow",
        ".github/workflows/weekly.yml",
        graphs.workflow,
        ("permissions: {}", "permisions: {}"),
    ),
    Server(
        "compose",
        f"{COMPOSE.name} {COMPOSE.version}",
        _compose,
        "dockercompose",
        "compose.yaml",
        graphs.compose,
        ("name: weekly", "name: weekly\nname: again"),
        debounce_ms=1000,
    ),
    Server(
        "azure",
        f"{AZURE.name} {AZURE.version} with a small JSON Schema",
        _azure,
        "azure-pipelines",
        "azure-pipelines.yml",
        graphs.azure,
        ("trigger: none", "tigger: none"),
        debounce_ms=200,
    ),
    Server(
        "null",
        f"pygls {version('pygls')}, publishes an empty list, reads nothing",
        _reference("null"),
        "yaml",
        GROUP_FILE,
        graphs.group,
        ("", ""),
    ),
    Server(
        "naive",
        f"pygls {version('pygls')} with PyYAML {version('pyyaml')} (libyaml) and a graph check, nothing kept",
        _reference("naive"),
        "yaml",
        GROUP_FILE,
        graphs.group,
        ("depends_on: [", "depends_on: [nobody, "),
    ),
)

BY_NAME = {server.name: server for server in SERVERS}
