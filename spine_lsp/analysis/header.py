"""What a group says of itself outside its steps: form, name, version, policy and defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from spine_lsp.orchestration.problems import Problem
from spine_lsp.orchestration.schema import structural_problems
from spine_lsp.syntax.cut import Part
from spine_lsp.syntax.tree import Node, find_anchors, node_value, resolve, scalar_value

if TYPE_CHECKING:
    from spine_lsp.orchestration.graph import GraphInspection
    from spine_lsp.orchestration.queries import RedundantEdge

Form = Literal["nested", "flat"]

_STEP_STAND_IN = {"name": "x", "pipeline": "x"}


class Header:
    """The skeleton of a group's YAML document, read; spans are those of the skeleton."""

    __slots__ = (
        "declared",
        "form",
        "graph",
        "name",
        "name_node",
        "problems",
        "redundant",
        "root",
        "value",
        "version",
    )

    def __init__(self) -> None:
        self.form: Form = "nested"
        self.declared: bool | None = False  # whether this is a group; None: its steps must tell
        self.root: Node | None = None
        self.name: str | None = None
        self.name_node: Node | None = None
        self.version: object = 1
        self.value: dict[str, object] = {}  # the plain value, without the steps that were cut out
        self.problems: tuple[Problem, ...] = ()  # of structure; paths start at the top of the document
        self.graph: GraphInspection | None = None  # the last one made, for a text with the same edges
        self.redundant: tuple[GraphInspection, tuple[RedundantEdge, ...]] | None = None  # what was found last

    def section(self, name: str) -> dict[str, object]:
        """`metadata`'s fields, or the map `defaults` or `policy`; empty where there is none."""
        if self.form == "flat":
            found: object = self.value if name == "metadata" else self.value.get(name)
        elif name == "metadata":
            found = self.value.get("metadata")
        else:
            spec = self.value.get("spec")
            found = spec.get(name) if isinstance(spec, dict) else None
        return found if isinstance(found, dict) else {}

    def path_of(self, name: str) -> tuple[str, ...]:
        """Where `name`, `policy`, `defaults` and their like stand in this form."""
        if self.form == "flat":
            return (name,)
        return ("spec", name) if name in ("policy", "defaults", "pipelines") else ("metadata", name)

    def node(self, *path: str) -> Node | None:
        """The node at a path of the skeleton."""
        found = resolve(self.root, path) if self.root is not None else None
        return found and found.node


def read_header(part: Part) -> Header:
    """The header of one YAML document."""
    header = Header()
    skeleton = part.skeleton
    root = header.root = skeleton.root
    if root is None or root.kind != "map":
        return header
    value = node_value(root, find_anchors(root))
    assert isinstance(value, dict)
    header.value = value
    header.form = "nested" if "spec" in value or "metadata" in value else "flat"
    if header.form == "flat" and not any(key in value for key in ("steps", "pipelines", "name", "policy")):
        header.form = "nested"  # a file that has only begun: apiVersion and kind
    header.declared = _declared(value)
    if header.declared is False:
        return header
    metadata = header.section("metadata")
    name_path = header.path_of("name")
    node = header.node(*name_path)
    if node is not None and node.kind == "scalar" and not node.is_empty:
        got = scalar_value(node)
        header.name = got if isinstance(got, str) else node.text
        header.name_node = node
    header.version = metadata.get("version", 1)
    if not skeleton.faults:
        if part.path is not None:
            value = _with_steps(value, part.path)
        found = structural_problems(value, header.form)
        # Steps of a document that is not cut are checked one by one, as those of one that is.
        header.problems = tuple(p for p in found if not _inside_step(p))
    return header


def _declared(value: dict[str, object]) -> bool | None:
    """Whether apiVersion and kind make this a group; older files have neither, and their steps tell."""
    api = value.get("apiVersion")
    kind = value.get("kind")
    if isinstance(api, str) and api.strip():
        return api.startswith("spine") or (kind == "PipelineGroup" and "." not in api)
    if isinstance(kind, str) and kind:
        return kind == "PipelineGroup"
    return None


def _with_steps(value: dict[str, object], path: tuple[str | int, ...]) -> dict[str, object]:
    """The value of a skeleton with a sound step in the place of those that were cut out."""
    if len(path) == 1:
        return {**value, str(path[0]): [_STEP_STAND_IN]}
    inner = value.get(str(path[0]))
    assert isinstance(inner, dict)
    return {**value, str(path[0]): _with_steps(inner, path[1:])}


def _inside_step(problem: Problem) -> bool:
    path = problem.path
    return (len(path) > 1 and path[0] in ("steps", "pipelines") and isinstance(path[1], int)) or (
        len(path) > 2 and path[:2] == ("spec", "pipelines") and isinstance(path[2], int)
    )
