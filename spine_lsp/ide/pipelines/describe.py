"""A pipeline and its parameters in words: docstring, table of parameters, data that it needs, lock, and where it is."""

from __future__ import annotations

from collections.abc import Iterator

from spine_lsp.analysis.parameter_types import kinds_of
from spine_lsp.analysis.pipelines import Contract, kind_in_words
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.hover.markup import Block, Code, FileLink, Grid, Line, Paragraph, Remark, Words
from spine_lsp.ide.pipelines.places import Taken, contract_of, file_place
from spine_lsp.ide.values import show
from spine_lsp.pysource.declarations import ParameterSpec, Registration
from spine_lsp.pysource.targets import Known, Spot, Unknown

_MOST_PARAGRAPHS = 8
_MOST_ROWS = 30
_MOST_VALUES = 12
_LONGEST_DOC = 2_000  # characters of a docstring


def pipeline_blocks(workspace: Workspace, name: str) -> tuple[Block, ...]:
    """What is known of a pipeline; nothing where no Python has been read."""
    contract = contract_of(workspace, name)
    if contract is None:
        return ()
    if contract.runnable:
        found: list[Block] = []
        for number, registration in enumerate(contract.runnable):
            if number:
                found.append(Paragraph(("It is registered once more:",)))
            found += _registration(registration)
        return tuple(found)
    return tuple(_not_runnable(contract, known=workspace.project.knows_pipelines))


def _not_runnable(contract: Contract, *, known: bool) -> Iterator[Block]:
    for registration in contract.elsewhere:
        text: Line = (
            f"{kind_in_words(registration).capitalize()} of `spine.execution`, which no step can run: registered in ",
            _link(registration.name.spot),
            ".",
        )
        yield Paragraph(text)
    if contract.elsewhere or not known:
        return
    if contract.doubted:
        yield Paragraph(("Nobody knows without running the code whether it is registered.",))
    else:
        yield Paragraph(("No Python file of the workspace registers it.",))


def _registration(registration: Registration) -> Iterator[Block]:
    doc = paragraphs(registration.doc)
    if registration.description and registration.description.strip() not in doc:
        yield Paragraph((Words(registration.description),))
    yield from (Paragraph((Words(text),)) for text in doc)
    yield from _parameters(registration)
    yield from _data(registration)
    lock = registration.lock
    if lock is not None and lock.template is not None:
        yield Paragraph(("One run at a time for each ", Code(lock.template), "."))
    elif lock is not None:
        yield Paragraph(("One run at a time for a key that the code works out.",))
    yield Paragraph(tuple(_where(registration)))


def paragraphs(doc: str) -> list[str]:
    """The paragraphs of a docstring, a few of them."""
    parts = [" ".join(part.split()) for part in doc[:_LONGEST_DOC].split("\n\n")]
    return [part for part in parts if part][:_MOST_PARAGRAPHS]


def _parameters(registration: Registration) -> Iterator[Block]:
    signature = registration.signature
    if signature.parameters:
        specs = sorted(signature.parameters, key=lambda spec: not spec.required)
        rows = tuple(_row(spec) for spec in specs[:_MOST_ROWS])
        yield Grid((("parameter",), ("type",), ("default",), ("meaning",)), rows)
        if len(specs) > _MOST_ROWS:
            yield Paragraph((f"and {len(specs) - _MOST_ROWS} more parameters",))
    specified = {spec.name for spec in signature.parameters}
    read = list(dict.fromkeys(read.name for read in signature.reads if read.name not in specified))
    if read:
        names: list[str | Code] = []
        for name in read[:_MOST_ROWS]:
            names += [", ", Code(name)]
        more = f" and {len(read) - _MOST_ROWS} more" if len(read) > _MOST_ROWS else ""
        intro = "Its code also takes " if specified else "Its code takes "
        yield Paragraph((intro, *names[1:], f"{more}."))
    if signature.open:
        yield Paragraph(("It may take other parameters: ", Remark(signature.open[0].reason), "."))
    elif not specified and not read:
        yield Paragraph(("It takes no parameters.",))


def _row(spec: ParameterSpec) -> tuple[Line, ...]:
    default: Line = ()
    if spec.required:
        default = ("**required**",)
    elif isinstance(spec.default, Known):
        default = (Code(show(spec.default.value)),)
    elif isinstance(spec.default, Unknown):
        default = ("worked out",)
    return (Code(spec.name),), ((Code(spec.type),) if spec.type else ()), default, tuple(_meaning(spec))


def _meaning(spec: ParameterSpec) -> Iterator[str | Code | Words]:
    if spec.description:
        yield Words(spec.description)
    values = allowed(spec)
    if values:
        yield "; one of " if spec.description else "one of "
        for number, value in enumerate(values[:_MOST_VALUES]):
            if number:
                yield ", "
            yield Code(show(value))
        if len(values) > _MOST_VALUES:
            yield f" and {len(values) - _MOST_VALUES} more"


def allowed(spec: ParameterSpec) -> tuple[object, ...]:
    """The values of the enum by which a parameter is checked; none where there is no enum, or it is not known."""
    return (spec.validator.values or ()) if spec.validator is not None else ()


def _data(registration: Registration) -> Iterator[Block]:
    needs = registration.dependencies
    if not isinstance(needs, Known) or not isinstance(needs.value, (list, tuple)):
        return
    items: list[Line] = []
    for need in needs.value:
        if not isinstance(need, dict):
            continue
        table = ".".join(str(need[key]) for key in ("domain", "table") if need.get(key))
        if not table:
            continue
        line: Line = (Code(table),)
        if need.get("description"):
            line = (*line, ": ", Words(str(need["description"])))
        items.append((*line, " (optional)") if need.get("required") is False else line)
    if items:
        yield Paragraph(("Needs data:",), tuple(items))


def _where(registration: Registration) -> Iterator[str | Code | FileLink]:
    if registration.symbol:
        yield "class " if registration.is_class else "function "
        yield Code(registration.symbol)
        yield ", registered in "
    else:
        yield "Registered in "
    yield _link(registration.name.spot)
    if registration.within:
        yield " by "
        yield Code(registration.within)


def _link(spot: Spot) -> FileLink:
    uri, place = file_place(spot)
    return FileLink(f"{spot.path.rpartition('/')[2]}:{place.line + 1}", uri, place)


def parameter_blocks(found: list[Taken]) -> tuple[Block, ...]:
    """What the pipelines say of a parameter that they take."""
    blocks: list[Block] = []
    for one in found[:_MOST_ROWS]:
        spec = one.spec
        about: list[str | Code | Words | FileLink] = [Code(one.registration.name.value), ": "]
        if spec is None:
            about += ["its code takes it, ", _link(one.spot)]
        else:
            about += [Code(spec.type), ", "] if spec.type else []
            about += ["required" if spec.required else "optional"]
            if not spec.required and isinstance(spec.default, Known):
                about += [", default ", Code(show(spec.default.value))]
            meaning = list(_meaning(spec))
            about += [". ", *meaning] if meaning else []
            about += [" (", _link(spec.spot), ")"]
        blocks.append(Paragraph(tuple(about)))
    return tuple(blocks)


def parameter_note(spec: ParameterSpec) -> str:
    """A parameter in a few words for a list: type, and whether it is required or what it is without."""
    state = "required" if spec.required else ""
    if not spec.required and isinstance(spec.default, Known):
        state = f"default {show(spec.default.value)}"
    return ", ".join(filter(None, [spec.type, state])) or "optional"


def first_words(registration: Registration) -> str:
    """What a pipeline is for, in one line; empty where it does not say."""
    return registration.description or next(iter(paragraphs(registration.doc)), "")


def is_truth_value(spec: ParameterSpec) -> bool:
    """Whether a parameter is true or false."""
    return kinds_of(spec.type) == frozenset({"bool"})
