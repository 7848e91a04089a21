"""A group as it runs, as a YAML document: every step with its merged parameters, the policy with its defaults."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping

from spine_lsp.analysis.group import Group
from spine_lsp.analysis.steps import Step
from spine_lsp.analysis.workflows import takes_parameters
from spine_lsp.ide.markdown import one_line
from spine_lsp.ide.states import reason_of
from spine_lsp.ide.values import policy_of, version_of
from spine_lsp.ide.words import level_words
from spine_lsp.orchestration.kinds import Kind
from spine_lsp.orchestration.problems import counted
from spine_lsp.orchestration.vocabulary import (
    API_VERSION,
    API_VERSION_KEY,
    DEFAULTS,
    DEPENDS_ON,
    DESCRIPTION,
    DOMAIN,
    KIND_KEY,
    METADATA,
    NAME,
    TAGS,
    VERSION,
)
from spine_lsp.syntax.scalars import write, write_float

MOST = 4_000_000
"""Characters of a document; aliases, and defaults that every step gets, can stand for any number."""

_WIDTH = 100  # columns that a list or a map on one line may fill


def effective_text(group: Group, source: str, most: int = MOST) -> str:
    """The group in the nested form, steps in the order of the file; `source` is the name of the file it is made of.

    Comments say when each step runs or why it cannot, and which parameters come from the defaults. What the run
    time does not look at (unknown keys, comments of the file) is left out.
    """
    return "\n".join(_cut(_lines(group, source), most)) + "\n"


def _cut(lines: Iterable[str], most: int) -> Iterator[str]:
    left = most
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            yield f"# The rest is left out: this document has more than {most:,} characters."
            return
        yield line


def _lines(group: Group, source: str) -> Iterator[str]:  # noqa: C901 - a branch for each kind
    graph, kind = group.graph, group.header.kind
    place = {step: number for number, step in enumerate(graph.order)}
    name = one_line(group.name) or "This group"
    yield f"# {name} as it runs. Made of {one_line(source)}, which it follows."
    if len(place) < group.step_count:
        yield f"# {len(place)} of {counted(group.step_count, 'step')} can run."
    yield from (f"{API_VERSION_KEY}: {API_VERSION}", f"{KIND_KEY}: {kind.name}", f"{METADATA}:")
    metadata = group.header.section(METADATA)
    yield from _entry(2, NAME, group.name)
    yield from _entry(2, VERSION, version_of(group))
    for field in (DOMAIN, DESCRIPTION, TAGS):
        if metadata.get(field):
            yield from _entry(2, field, metadata[field])
    yield "spec:"
    (steps,) = kind.nested.lists
    yield f"  {steps}:" if group.steps else f"  {steps}: []"
    defaults = group.header.section(DEFAULTS)
    inherited = {key: tuple(_entry(8, key, value, "default")) for key, value in defaults.items()}
    for number, step in enumerate(group.steps):
        if number in place:
            remark = f"  # number {place[number] + 1}, {level_words(graph.level[number])}"
        elif step.name is not None:
            remark = f"  # cannot run: {one_line(reason_of(graph, number))}"
        else:
            remark = ""
        said = [(NAME, step.name, remark), (step.runs_by, step.pipeline, "")]
        keys = [f"{key}: {write(text)}{tail}" for key, text, tail in said if text is not None]
        keys.append(f"{DEPENDS_ON}: {_flow(step.depends_on)}")
        keys += _other_fields(kind, step)
        yield f"    - {keys[0]}"
        yield from (f"      {key}" for key in keys[1:])
        if not takes_parameters(step):
            continue
        if inherited or step.params:
            yield "      params:"
        for key, lines in inherited.items():
            if key not in step.params:
                yield from lines
        for key, value in step.params.items():
            yield from _entry(8, key, value, "not the default" if key in defaults else "")
    yield "  policy:"
    for field, value in policy_of(group).to_dict().items():
        if value is not None:
            yield from _entry(4, field, value)


def _other_fields(kind: Kind, step: Step) -> Iterator[str]:
    """What a step says beside its name, its work, its dependencies and its parameters."""
    shown = {NAME, DEPENDS_ON, *kind.runs, *kind.parameters}
    for key, field in step.fields.items():
        if key not in shown and field.value is not None:
            yield f"{key}: {_flow(field.value)}"


def _entry(indent: int, key: object, value: object, remark: str = "") -> Iterator[str]:
    """The lines of one entry of a map; a value that is too long for its line stands below its key."""
    tail = f"  # {remark}" if remark else ""
    lead = f"{' ' * indent}{_flow(key)}:"
    flow = _flow(value)
    if _fits(value, len(lead) + len(flow)):
        yield f"{lead} {flow}{tail}"
    else:
        yield f"{lead}{tail}"
        yield from _block(indent + 2, value)


def _block(indent: int, value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _entry(indent, key, item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            flow = _flow(item)
            if _fits(item, indent + len(flow)):
                yield f"{' ' * indent}- {flow}"
            else:
                first, *rest = _block(indent + 2, item)
                yield f"{' ' * indent}- {first[indent + 2 :]}"
                yield from rest


def _fits(value: object, width: int) -> bool:
    return width < _WIDTH or not isinstance(value, (Mapping, list, tuple)) or not value


def _flow(value: object) -> str:
    """A value on one line, as the run time reads it."""
    for kind, written in _FLOW:
        if isinstance(value, kind):
            return written(value)
    return str(value.isoformat()) if hasattr(value, "isoformat") else write(str(value))


def _map(value: Mapping[object, object]) -> str:
    return "{" + ", ".join(f"{_flow(key)}: {_flow(item)}" for key, item in value.items()) + "}"


_FLOW: tuple[tuple[type | tuple[type, ...], Callable[..., str]], ...] = (
    (str, write),
    (bool, lambda value: "true" if value else "false"),
    (type(None), lambda _: "null"),
    (int, str),
    (float, write_float),
    (Mapping, _map),
    ((list, tuple), lambda value: f"[{', '.join(map(_flow, value))}]"),
    ((set, frozenset), lambda value: f"!!set {{{', '.join(sorted(map(_flow, value)))}}}"),
    (bytes, lambda value: f'!!binary "{b64encode(value).decode("ascii")}"'),
)
