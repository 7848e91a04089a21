"""Groups and workflows from YAML texts, files and folders, and back; every fault is reported, with its path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from spine_lsp.orchestration._log import logger
from spine_lsp.orchestration.documents import ReadDocument, read_documents
from spine_lsp.orchestration.exceptions import InvalidGroupSpecError
from spine_lsp.orchestration.graph import inspect_graph
from spine_lsp.orchestration.kinds import GROUP, WORKFLOW, Kind
from spine_lsp.orchestration.models import PipelineGroup
from spine_lsp.orchestration.planner import duplicate_step_problems
from spine_lsp.orchestration.problems import Path, Problem
from spine_lsp.orchestration.structure import Written, describe, not_written, structural_problems
from spine_lsp.orchestration.vocabulary import (
    API_VERSION,
    API_VERSION_KEY,
    DEFAULTS,
    DESCRIPTION,
    DOMAIN,
    KIND,
    KIND_KEY,
    METADATA,
    NAME,
    PIPELINES,
    POLICY,
    SPEC,
    STEPS,
    TAGS,
    TIMEOUT_MINUTES,
    VERSION,
    Form,
    form_of,
    value_at,
)
from spine_lsp.syntax.limits import MAX_SIZE
from spine_lsp.syntax.syntax_errors import Fault
from spine_lsp.syntax.text import Text, encoding_of

if TYPE_CHECKING:  # a program that loads groups pays for nothing else
    from spine_lsp.orchestration.workflows import Workflow

Loaded = TypeVar("Loaded")


class _HasName(Protocol):
    @property
    def name(self) -> str: ...


Named = TypeVar("Named", bound=_HasName)

SUPPORTED_API_VERSIONS = frozenset({API_VERSION})

_DEFAULT_PATTERN = "**/*.yaml"


def load_group_from_yaml(path: FilePath | str, name: str | None = None) -> PipelineGroup:
    """The group of a file; ``name`` chooses where there are several.

    Raises FileNotFoundError for no file and InvalidGroupSpecError for everything else that is wrong.
    """
    return _only(load_groups_from_yaml(path), "group", str(path), name)


def load_groups_from_yaml(path: FilePath | str) -> list[PipelineGroup]:
    """All groups of a file, at least one; raises as `load_group_from_yaml`."""
    groups = groups_from_text(_read(FilePath(path)), str(path))
    for group in groups:
        logger().debug("group_loaded", path=str(path), name=group.name, steps=len(group.steps))
    return groups


def load_groups_from_directory(
    directory: FilePath | str,
    pattern: str = _DEFAULT_PATTERN,
    ignore_errors: bool = False,  # noqa: FBT001, FBT002 - as Spine's own loader
) -> list[PipelineGroup]:
    """The groups of all files in a folder, in the order of their paths.

    The default pattern stands for `.yaml` and `.yml`. A folder that does not exist holds no groups.
    With ``ignore_errors`` a faulty file is logged and passed over, else its error is raised.
    """
    folder = FilePath(directory)
    if not folder.is_dir():
        logger().warning("group_directory_not_found", directory=str(folder))
        return []
    patterns = (pattern, "**/*.yml") if pattern == _DEFAULT_PATTERN else (pattern,)
    paths = sorted({path for each in patterns for path in folder.glob(each) if path.is_file()})
    groups: list[PipelineGroup] = []
    for path in paths:
        try:
            groups += load_groups_from_yaml(path)
        except (InvalidGroupSpecError, OSError) as error:  # noqa: PERF203 - a file is read, a try costs nothing
            if not ignore_errors:
                raise
            logger().warning("group_file_ignored", path=str(path), error=str(error))
    return groups


def groups_from_text(text: str, source: str = "the text") -> list[PipelineGroup]:
    """All groups of a YAML text, one a document; InvalidGroupSpecError with the faults of all of them.

    Beside a group, documents of other kinds are passed over.
    """
    return _from_text(text, source, GROUP, _problems_of, PipelineGroup.from_dict)


def _from_text(
    text: str,
    source: str,
    kind: Kind,
    problems_of: Callable[[ReadDocument], list[Problem]],
    make: Callable[[Mapping[str, Any]], Loaded],
) -> list[Loaded]:
    """All documents of a kind, each made of its value once nothing is wrong with it."""
    documents, whole = read_documents(text)
    documents = [document for document in documents if not document.is_empty]
    several = len(documents) > 1
    if any(document.kind is kind for document in documents):
        documents = [document for document in documents if document.kind is kind]
    broken = [*whole, *(fault for document in documents for fault in document.faults)]
    if broken:
        raise _unreadable(text, source, sorted(broken))
    faults: list[tuple[int, Problem]] = []
    made: list[Loaded] = []
    for number, document in enumerate(documents, 1):
        found = [*document.duplicate_keys, *problems_of(document)]
        faults += [(number, problem) for problem in found]
        if not found:
            made.append(make(document.value))
    if faults:
        number, first = faults[0]
        place = dotted(first.path) or "the top"
        where = f"{place} of document {number}" if several else place
        raise InvalidGroupSpecError(
            f"{_sentence(first)} (at {where} in {source}{_and_more(faults)})",
            field=dotted(first.path) or "root",
            problems=[problem for _, problem in faults],
        )
    if not made:
        raise InvalidGroupSpecError(f"Expected dict, and {source} is empty", field="root")
    return made


def load_workflow_from_yaml(path: FilePath | str, name: str | None = None) -> Workflow:
    """The workflow of a file; ``name`` chooses where there are several. Raises as `load_group_from_yaml`."""
    return _only(workflows_from_text(_read(FilePath(path)), str(path)), "workflow", str(path), name)


def workflow_from_text(text: str, source: str = "the text") -> Workflow:
    """The workflow of a YAML text; InvalidGroupSpecError with all that is wrong, or where there are several."""
    return _only(workflows_from_text(text, source), "workflow", source, None)


def workflows_from_text(text: str, source: str = "the text") -> list[Workflow]:
    """All workflows of a YAML text, in either dialect; InvalidGroupSpecError with the faults of all of them.

    Beside a workflow, documents of other kinds are passed over.
    """
    from spine_lsp.orchestration.workflows import Step, Workflow, step_problems

    def problems_of(document: ReadDocument) -> list[Problem]:
        data = document.value
        if not isinstance(data, Mapping) or document.kind is not WORKFLOW:
            words = f"{describe(data)}" if not isinstance(data, Mapping) else "a document of another kind"
            return [Problem("wrong-type", f"expected a workflow (`kind: {WORKFLOW.name}`), found {words}", ())]
        form = WORKFLOW.form_of(data)
        found = structural_problems(data, form.definition, (), document.written)
        found = [problem for problem in found if not document.is_helper(problem)]
        (path,) = form.list_paths
        return found or list(step_problems([Step.from_dict(step) for step in value_at(data, path)], path))

    return _from_text(text, source, WORKFLOW, problems_of, Workflow.from_dict)


def _only(found: Sequence[Named], what: str, source: str, name: str | None) -> Named:
    """The one of that name, or the only one; InvalidGroupSpecError otherwise."""
    chosen = [each for each in found if name is None or each.name == name]
    if not chosen:
        raise InvalidGroupSpecError(f"{source} holds no {what} called '{name}'", field="name")
    if len(chosen) > 1:
        names = ", ".join(each.name for each in chosen)
        raise InvalidGroupSpecError(f"{source} holds {len(chosen)} {what}s ({names}); choose one by name", field="name")
    return chosen[0]


def workflow_to_yaml(workflow: Workflow) -> str:
    """The workflow in the nested form; loading it gives an equal workflow."""
    from spine_lsp.orchestration.yaml_writer import dump

    data = workflow.to_dict()
    metadata = {key: data[key] for key in (NAME, DOMAIN, VERSION, DESCRIPTION, TAGS) if key in data}
    policy = workflow.execution_policy
    spec = {key: data[key] for key in (DEFAULTS, STEPS) if key in data}
    if policy != type(policy)():
        spec[POLICY] = policy.to_dict()
    return dump({API_VERSION_KEY: API_VERSION, KIND_KEY: WORKFLOW.name, METADATA: metadata, SPEC: spec})


def _problems_of(document: ReadDocument) -> list[Problem]:
    found = group_problems(document.value, document.written)
    return [problem for problem in found if not document.is_helper(problem)]


def _unreadable(text: str, source: str, faults: Sequence[Fault]) -> InvalidGroupSpecError:
    """The error for a text whose YAML is at fault."""
    lines = Text(text)
    problems = []
    for fault in faults:
        line, column = lines.position(fault.start)
        problems.append(Problem("yaml-syntax", f"{fault.message} (line {line + 1}, column {column + 1})", ()))
    words = "is refused" if faults[0].kind in _REFUSED else "is not valid YAML"
    more = _and_more(problems)
    return InvalidGroupSpecError(f"{source} {words}: {problems[0].message}{more}", "root", problems)


_REFUSED = {
    "deep",
    "tag",
    "value",
    "key",
    "merge",
    "anchor",
    "open-alias",
    "recursion",
    "shared",
    "too-large",
}
"""The kinds of faults that are fine YAML, and refused all the same."""


def _and_more(faults: Sequence[object]) -> str:
    rest = len(faults) - 1
    return "" if not rest else ", and one more fault" if rest == 1 else f", and {rest} more faults"


def group_from_data(data: object) -> PipelineGroup:
    """The group that plain data describe; InvalidGroupSpecError with everything that is wrong with them."""
    found = group_problems(data)
    if found:
        field = dotted(found[0].path) or "root"
        raise InvalidGroupSpecError(f"{_sentence(found[0])} (at {field})", field=field, problems=found)
    assert isinstance(data, Mapping)  # the schema said so
    return PipelineGroup.from_dict(data)


def group_problems(data: object, written: Written = not_written) -> list[Problem]:
    """What keeps plain data from being a group: their structure, and steps of one name.

    ``written`` knows the text that the data were read from, where there is one.
    """
    if not isinstance(data, Mapping):
        return [Problem("wrong-type", f"expected dict (a mapping of keys), found {describe(data)}", ())]
    form = form_of(data)
    return [*structural_problems(data, form.definition, (), written), *_duplicate_steps(data, form)]


def _duplicate_steps(data: Mapping[Any, Any], form: Form) -> Iterable[Problem]:
    path = next((path for path in form.list_paths if isinstance(value_at(data, path), list)), None)
    if path is None:
        return ()
    names = [step.get(NAME) if isinstance(step, Mapping) else None for step in value_at(data, path)]
    named = [name if isinstance(name, str) else f"\0{step}" for step, name in enumerate(names)]
    return duplicate_step_problems(inspect_graph(named, ()), path)


def validate_yaml_schema(data: object) -> list[str]:
    """One sentence for each thing that is wrong with the structure of plain data; none for a group."""
    return [_line(problem) for problem in group_problems(data)]


def _line(problem: Problem) -> str:
    if problem.code == "missing-key":
        keys = " or ".join(problem.suggestions)
        return f"{dotted((*problem.path, keys))} is required"
    place = dotted(problem.path)
    return f"{place}: {problem.message}" if place else problem.message


def group_to_yaml(group: PipelineGroup) -> str:
    """The group in the nested form; loading it gives an equal group."""
    from spine_lsp.orchestration.yaml_writer import dump

    metadata: dict[str, Any] = {NAME: group.name}
    if group.domain:
        metadata[DOMAIN] = group.domain
    metadata[VERSION] = group.version
    if group.description:
        metadata[DESCRIPTION] = group.description
    if group.tags:
        metadata[TAGS] = list(group.tags)
    policy = group.policy.to_dict()
    if policy[TIMEOUT_MINUTES] is None:
        del policy[TIMEOUT_MINUTES]
    spec: dict[str, Any] = {DEFAULTS: group.defaults} if group.defaults else {}
    spec |= {PIPELINES: [step.to_dict() for step in group.steps], POLICY: policy}
    return dump({API_VERSION_KEY: API_VERSION, KIND_KEY: KIND, METADATA: metadata, SPEC: spec})


def dotted(path: Path) -> str:
    """A path as people write it: ``spec.pipelines[2].depends_on[0]``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _sentence(problem: Problem) -> str:
    return problem.message[:1].upper() + problem.message[1:]


def _read(path: FilePath) -> str:
    """The text of a file; one clear sentence where it cannot be had."""
    if path.is_dir():
        raise InvalidGroupSpecError(f"{path} is a folder; load_groups_from_directory reads folders")
    try:
        if path.stat().st_size > 4 * MAX_SIZE:
            raise InvalidGroupSpecError(f"{path} is too large to be a group: {path.stat().st_size:,} bytes")
        data = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {path}") from None
    except OSError as error:
        raise InvalidGroupSpecError(f"{path} cannot be read: {error.strerror or error}") from error
    encoding = encoding_of(data)
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InvalidGroupSpecError(
            f"{path} is not {encoding.upper()} text: byte {error.start} cannot be read; save the file as UTF-8"
        ) from error
