"""What a step says, read from its item in the tree: name, pipeline, edges and parameters, each with its place.

A step's symbols depend on the text of its item alone, so they are made once for each text. All spans are
relative to the text that the tree was read from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from spine_lsp.analysis.kept import kept
from spine_lsp.analysis.span import Span
from spine_lsp.analysis.templates import has_unpaired_braces, unpaired_braces
from spine_lsp.orchestration.kinds import GROUP, Kind
from spine_lsp.orchestration.problems import Problem
from spine_lsp.orchestration.structure import structural_problems
from spine_lsp.orchestration.vocabulary import DEPENDS_ON, NAME, PIPELINE, Form
from spine_lsp.syntax.parse import Fragment
from spine_lsp.syntax.parts import Block
from spine_lsp.syntax.scalars import scalar_value
from spine_lsp.syntax.syntax_errors import Fault
from spine_lsp.syntax.tree import Node, key_text, written_at
from spine_lsp.syntax.values import Anchored, Reading, anchor_span, entries_of, read_values

if TYPE_CHECKING:
    from spine_lsp.analysis.pipelines import Said

DIRECTIVE = "spine:"
Anchors = Mapping[str, Anchored]
NO_ANCHORS: Anchors = {}
NO_PARAMS: Mapping[object, object] = {}


class Field(NamedTuple):
    """One key of a step: its value, and the places of both; None where they are merged in from another map."""

    value: object
    key_span: Span | None
    span: Span | None

    @property
    def text(self) -> str | None:
        """The value where it is a text that says something."""
        return self.value if isinstance(self.value, str) and self.value else None


class Branch(NamedTuple):
    """A step to go on with, the key that names it, and the place of the name in the text."""

    key: str
    name: str
    span: Span | None


NO_FIELDS: Mapping[str, Field] = {}


class Step:
    """One step as it stands in its text; what is not written is None or empty."""

    __slots__ = (
        "anchors",
        "branches",
        "broken",
        "depends_on",
        "duplicate_keys",
        "edge_spans",
        "end",
        "faults",
        "fields",
        "form",
        "has_directive",
        "has_pipeline",
        "has_text_faults",
        "misleading",
        "name",
        "name_span",
        "needs_attention",
        "node_start",
        "open_braces",
        "param_keys",
        "params",
        "pipeline",
        "pipeline_span",
        "problems",
        "repeats",
        "runs_by",
        "said",
        "shared",
    )

    def __init__(self) -> None:
        self.name: str | None = None
        self.name_span: Span | None = None
        self.pipeline: str | None = None
        self.pipeline_span: Span | None = None
        self.has_pipeline = False  # whether the key is there, whatever its value
        self.runs_by = PIPELINE  # the key that says what it runs
        self.form: Form | None = None  # of the document it was read in, where that may not be a group's
        self.fields: Mapping[str, Field] = NO_FIELDS  # all its keys, where its kind asks for them
        self.depends_on: tuple[str, ...] = ()
        self.edge_spans: tuple[Span, ...] = ()
        self.branches: tuple[Branch, ...] = ()
        self.repeats = False  # whether a name stands twice in `depends_on`
        self.node_start = 0
        self.end = 0
        self.broken = False  # whether the YAML of the item has a fault
        # The next are told for items that were cut out; else the header tells them.
        self.faults: tuple[Fault, ...] = ()  # of its values: aliases, tags, and scalars that the run time refuses
        self.duplicate_keys: tuple[DuplicateKey, ...] = ()
        self.anchors: tuple[tuple[str, Span], ...] = ()
        self.misleading: tuple[tuple[int, int, str], ...] = ()  # scalars that are not what they look like
        self.shared = 0  # values that its aliases stand for
        self.has_directive = False  # whether the text of the item holds `spine:`, as suppression comments do
        self.params: Mapping[object, object] = NO_PARAMS  # plain values, as far as they can be read
        self.param_keys: frozenset[object] = frozenset()  # one object for steps with the same keys
        self.problems: tuple[Problem, ...] = ()  # of structure; paths start at the step
        self.open_braces: tuple[Span, ...] = ()  # as above
        self.has_text_faults = False  # a fault that its text alone shows
        self.needs_attention = True  # a rule has to look at this step again: few do
        self.said: Said | None = None  # what was last said of its pipeline and parameters

    @property
    def span(self) -> Span:
        """From the first key to the end of the last value."""
        return Span(self.node_start, self.end)

    @property
    def anchor_span(self) -> Span:
        """Where to say something of the step as a whole: its name, or else its first token."""
        return self.name_span or Span(self.node_start, min(self.end, self.node_start + 1))


StepBlock: TypeAlias = Block[Step]
"""The item of a step."""


@kept
def anchors_in(block: StepBlock) -> Anchors:
    """What the anchors of an item name, for the items after it."""
    root = block.fragment.root
    return read_values(root, block.text).anchors if root is not None else NO_ANCHORS


def item_value(text: str, fragment: Fragment) -> object:
    """The plain value of a block that holds one item of the list; None for what cannot be read."""
    reading = read_values(fragment.root, text) if fragment.root is not None else NOTHING
    return reading.value[0] if isinstance(reading.value, list) and reading.value else None


def read_item(
    text: str,
    fragment: Fragment,
    known: Anchors = NO_ANCHORS,
    kind: Kind = GROUP,
    form: Form = GROUP.nested,
) -> Step:
    """The step of a block that holds one item of the list; `text` is the block's, `known` are anchors before it."""
    root = fragment.root
    node = root.items[0] if root is not None and root.kind == "seq" and root.items else None
    start = root.start if root is not None else 0
    reading = read_values(root, text, known) if root is not None else NOTHING
    items: Any = reading.value
    value = items[0] if node is not None else None
    broken = bool(fragment.faults or reading.faults)
    step = read_step(node, start, value, reading.anchors, broken=broken, kind=kind, form=form)
    step.faults = reading.faults
    step.duplicate_keys = duplicate_keys(reading)
    step.shared = reading.shared
    if len(reading.anchors) > len(known):
        own = {name: anchored for name, anchored in reading.anchors.items() if name not in known}
        step.anchors = anchors_of(reading._replace(anchors=own), text)
    step.has_directive = DIRECTIVE in text
    step.misleading = reading.misleading
    if root is not None and not broken and has_unpaired_braces(text):
        step.open_braces = unpaired_braces(text, root)
    step.has_text_faults = step.has_text_faults or bool(step.duplicate_keys or step.open_braces)
    step.needs_attention = (
        step.has_text_faults
        or step.has_directive
        or step.repeats
        or not step.name
        or bool(step.anchors or step.misleading)
    )
    return step


NOTHING = Reading(None)


class DuplicateKey(NamedTuple):
    """A key that a map has twice: its text, and both places."""

    key: str
    first: Span
    second: Span


def duplicate_keys(reading: Reading) -> tuple[DuplicateKey, ...]:
    """The keys that a tree has twice, with their places in its text."""
    return tuple(
        DuplicateKey(second.text, Span(first.start, first.end), Span(second.start, second.end))
        for first, second in reading.duplicate_keys
    )


def anchors_of(reading: Reading, text: str) -> tuple[tuple[str, Span], ...]:
    """The anchors of a tree, with their places in its text."""
    return tuple((name, Span(*anchor_span(anchored.node, text))) for name, anchored in reading.anchors.items())


_MOST_SHARED_KEYS = 20
_LONGEST_SHARED_KEY = 40


def param_keys(params: Mapping[Any, object]) -> frozenset[object]:
    """The names of parameters; one object for all steps that have the same few."""
    if len(params) <= _MOST_SHARED_KEYS and all(
        isinstance(key, str) and len(key) <= _LONGEST_SHARED_KEY for key in params
    ):
        return shared_keys(tuple(params))
    return frozenset(params)


@lru_cache(maxsize=256)  # sets of keys that a few files have, of bounded size each
def shared_keys(keys: tuple[object, ...]) -> frozenset[object]:
    """A set of a few short keys; one object for all that have the same in the same order."""
    return frozenset(keys)


def read_step(
    node: Node | None,
    start: int,
    plain: object,
    anchors: Anchors,
    *,
    broken: bool,
    kind: Kind = GROUP,
    form: Form = GROUP.nested,
) -> Step:
    """The step that `node` says; `start` is where its item begins, `plain` its value.

    `anchors` are those of its text, `broken` is whether that has a fault here; `kind` and `form` are the document's.
    """
    step = Step()
    step.broken = broken
    step.node_start = step.end = start
    if node is None:
        return step
    step.node_start, step.end = node.start, node.end
    for key, value in entries_of(node, anchors):
        if key == NAME and step.name is None:
            step.name, step.name_span = _scalar(value, anchors)
        elif key in kind.runs and step.pipeline is None:
            step.has_pipeline = True
            step.runs_by = key
            step.pipeline, step.pipeline_span = _scalar(value, anchors)
        elif key == DEPENDS_ON and not step.depends_on:
            names: list[str] = []
            spans: list[Span] = []
            for name, at in _edges(value, anchors):
                names.append(name)
                spans.append(at)
            step.depends_on, step.edge_spans = tuple(names), tuple(spans)
            step.repeats = len(set(names)) != len(names)
    said = plain if isinstance(plain, dict) else {}
    params = next((found for key in kind.parameters if isinstance(found := said.get(key), dict) and found), None)
    if params:
        step.params = params
        step.param_keys = param_keys(params)
    if kind.keeps_fields and isinstance(plain, dict):
        fields = step.fields = _fields(node, plain)
        named = ((key, fields[key]) for key in kind.branches if key in fields)
        step.branches = tuple(Branch(key, field.text, field.span) for key, field in named if field.text)
    if not broken:  # a step with a fault says only that
        step.problems = tuple(structural_problems(plain, form.step, written=partial(written_at, node)))
    step.has_text_faults = broken or bool(step.problems)
    return step


def _fields(node: Node, plain: Mapping[Any, object]) -> dict[str, Field]:
    places = {
        key_text(entry.key): (Span(entry.key.start, entry.key.end), Span(entry.value.start, entry.value.end))
        for entry in node.entries
    }
    nowhere = (None, None)
    return {key: Field(value, *places.get(key, nowhere)) for key, value in plain.items() if isinstance(key, str)}


def edge_nodes(value: Node, anchors: Anchors = NO_ANCHORS) -> Iterator[tuple[int, Node, Node]]:
    """The entries of a `depends_on` value that are names: (number, the node as written, the node it means)."""
    target = _meant(value, anchors)
    if target.kind == "seq":
        for number, item in enumerate(target.items):
            name = _meant(item, anchors)
            if name.kind == "scalar":
                yield number, item if target is value else value, name
    elif target.kind == "scalar":
        yield 0, value, target


def _edges(value: Node, anchors: Anchors) -> Iterator[tuple[str, Span]]:
    for _, written, meant in edge_nodes(value, anchors):
        name = scalar_value(meant)
        if isinstance(name, str) and name:
            yield name, Span(written.start, written.end)


def _meant(node: Node, anchors: Anchors) -> Node:
    """The node that an alias means, or the node itself."""
    if node.kind == "alias" and (target := anchors.get(node.text)) is not None:
        return target.node
    return node


def _scalar(value: Node, anchors: Anchors) -> tuple[str | None, Span | None]:
    target = _meant(value, anchors)
    if target.kind != "scalar" or value.is_empty:
        return None, None
    got = scalar_value(target)
    text = got if isinstance(got, str) else target.text
    return (text, Span(value.start, value.end)) if text else (None, None)
