"""The options, each declared once: name, type, default, documentation; all else that tells of them is made of this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Type = Literal["boolean", "choice", "integer", "list", "levels"]
Item = Literal["glob", "folder", "package", "decorator"]
"""What the texts of a list are."""

SECTION = "spine"
"""The section of the editor's settings that holds the options."""

OF_CLIENTS = frozenset({"client", "graph", "server", "trace"})
"""Keys of that section, and of the initialization options, that belong to the clients."""

LEVELS = ("off", "hint", "information", "warning", "error")


@dataclass(frozen=True)
class Option:
    """An option. `name` is dotted and the same everywhere: `spine.NAME` in editors, NAME in `[tool.spine-lsp]`.

    `choices` are the values of a choice or of a list's items, each with its documentation. `synonyms` are other
    values that are taken for one of them. `project` options hold for the search and the index, not for one file.
    """

    name: str
    type: Type
    default: Any
    doc: str
    choices: Mapping[str, str] = field(default_factory=dict)
    synonyms: Mapping[Any, str] = field(default_factory=dict)
    item: Item | None = None
    least: int = 0
    most: int = 0
    project: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The parts of the name, as keys of nested objects."""
        return tuple(self.name.split("."))


_ALL = (
    Option(
        "rules",
        "levels",
        MappingProxyType({}),
        'The level of each rule by its code, for example `{"redundant-dependency": "off"}`.',
        synonyms={"info": "information"},
    ),
    Option(
        "companion",
        "list",
        (),
        "What another YAML server already gives for these files, and Spine therefore leaves out. What concerns the "
        "graph always stays.",
        choices={
            "validation": "Checks against the JSON Schema.",
            "completion": "Completion of keys.",
            "hover": "Hovers on keys.",
            "formatting": "Formatting.",
        },
    ),
    Option(
        "include",
        "list",
        ("*.yaml", "*.yml"),
        "The files that are searched for groups, as patterns of `.gitignore`: `groups/` is all YAML below a folder of "
        "that name. A file that is open, or named on the command line, is looked at in any case.",
        item="glob",
        project=True,
    ),
    Option(
        "exclude",
        "list",
        (),
        "Files and folders that are left out of the search for groups and pipelines, as patterns of `.gitignore`, "
        "beside what git ignores.",
        item="glob",
        project=True,
    ),
    Option(
        "pythonRoots",
        "list",
        (),
        "Folders that Python's imports start from, before those that are guessed (folders above packages, `src`, "
        "`lib`, `python`).",
        item="folder",
        project=True,
    ),
    Option(
        "pythonPackages",
        "list",
        (),
        "Installed packages whose pipelines count too, by the names that they are imported by: they are read, and "
        "never changed. They are looked for in the environments `.venv`, `venv` and `env`; another one is named in "
        "front, as in `/opt/envs/prod/acme_pipelines`.",
        item="package",
        project=True,
    ),
    Option(
        "decorators",
        "list",
        (),
        "Decorators of your own that register pipelines: `name` wherever it comes from, or `package.module.name`.",
        item="decorator",
        project=True,
    ),
    Option(
        "dialect",
        "choice",
        "auto",
        "Which form of workflows the Spine that runs them reads.",
        choices={
            "auto": "Whichever form a file is written in.",
            "pipeline": "`type: pipeline` and the key `pipeline`.",
            "operation": "`type: operation` and the key `operation`.",
        },
    ),
    Option(
        "index.enabled",
        "boolean",
        default=True,
        doc="Reads the files of the workspace beside the open ones: pipelines from Python, groups across files. Off: "
        "each file stands for itself, and nothing is said of pipelines.",
        project=True,
    ),
    Option(
        "index.cache",
        "boolean",
        default=True,
        doc="Keeps what was read of the workspace's files in the cache folder of the user, so that the next start need "
        "not read them again. `SPINE_LSP_CACHE` in the environment names another folder, or is `off`.",
        project=True,
    ),
    Option(
        "index.maxFiles",
        "integer",
        100_000,
        "The most files of a workspace that are read; where there are more, nothing is called missing.",
        least=100,
        most=1_000_000,
        project=True,
    ),
    Option(
        "inlayHints.order",
        "choice",
        "moved",
        "Where order and level stand behind the name of a step.",
        choices={
            "all": "Behind the name of every step.",
            "moved": "Only where a step does not run right after the one above it.",
            "off": "Nowhere.",
        },
        synonyms={True: "all", False: "off"},
    ),
    Option("inlayHints.blocked", "boolean", default=True, doc="Marks steps that cannot start because of others."),
    Option(
        "inlayHints.shadowed",
        "boolean",
        default=False,
        doc="Marks parameters that a step sets over the group's defaults.",
    ),
    Option(
        "inlayHints.runs",
        "boolean",
        default=True,
        doc="Shows behind the name of a step how it goes in a run, or how it went and what it took in the last one.",
    ),
    Option("codeLens.order", "boolean", default=True, doc="Shows a lens that opens the resolved order."),
    Option("codeLens.graph", "boolean", default=True, doc="Shows a lens that opens the graph."),
    Option(
        "codeLens.problems",
        "boolean",
        default=True,
        doc="Shows a lens with the number of problems of the group.",
    ),
    Option("codeLens.dependents", "boolean", default=False, doc="Shows on each step how many others wait for it."),
    Option(
        "codeLens.expectations",
        "boolean",
        default=True,
        doc="Shows a lens that says whether the plan is as a file `.expect` beside the group has it.",
    ),
    Option(
        "codeLens.run",
        "boolean",
        default=True,
        doc="Shows lenses that run a group, resume its last run, and run a step alone that failed; in a trusted "
        "workspace.",
    ),
    Option(
        "completion.limit",
        "integer",
        200,
        "The most completions that one answer lists; typing on asks again.",
        least=1,
        most=1000,
    ),
)
OPTIONS: Mapping[str, Option] = MappingProxyType({option.name: option for option in _ALL})
"""Every option by its name, in the order in which they are documented."""

DEFAULTS: Mapping[str, Any] = MappingProxyType({option.name: option.default for option in _ALL})
