"""What a run of a group needs, put together before anything starts: its plan, and where its pipelines are."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from spine_lsp.cli.groups import AsTyped, open_group
from spine_lsp.cli.output import CannotRunError
from spine_lsp.cli.steps import picked
from spine_lsp.cli.workspace import FolderContent
from spine_lsp.disk.reading import absolute
from spine_lsp.execution.interpreters import interpreter_of
from spine_lsp.execution.lock_keys import lock_key
from spine_lsp.execution.processes import PipelinePlace, Workers
from spine_lsp.orchestration.exceptions import GroupError
from spine_lsp.orchestration.filling import unfilled
from spine_lsp.orchestration.graph import inspect_graph
from spine_lsp.orchestration.kinds import GROUP
from spine_lsp.orchestration.loader import groups_from_text
from spine_lsp.orchestration.models import ExecutionMode, ExecutionPlan
from spine_lsp.orchestration.planner import PlanResolver
from spine_lsp.orchestration.problems import did_you_mean, meant, quoted
from spine_lsp.orchestration.queries import downstream, upstream
from spine_lsp.pysource.declarations import ParameterSpec, Registration
from spine_lsp.pysource.modules import module_key
from spine_lsp.pysource.targets import Known

_ROOTS = (".git", "spine-lsp.toml", "pyproject.toml", "setup.py", "setup.cfg")
"""What stands in the folder of a project."""
_TYPES = {"str": str, "int": int, "float": float, "bool": bool, "dict": dict, "list": list}
_READ = {"int": int, "float": float, "bool": bool, "date": date, "datetime": datetime}
"""Types of parameters that a value on the command line is read as, if it can be."""
_NAMED = 10


class NotReadyError(CannotRunError):
    """What keeps a run from starting, a line each."""


@dataclass(frozen=True)
class StepChoice:
    """Which steps of a group are run: those from some on, up to some, only some, or those of a selector."""

    start: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    selector: str | None = None


@dataclass(frozen=True)
class PipelineSources:
    """Where the pipelines of a plan are: how workers find them, a hash of the file of each, and the locks of steps."""

    workers: Workers
    code: Mapping[str, str]
    locks: Mapping[str, str | None]
    """The lock key of each step that has one; None where only the run works it out."""


def plan_to_run(
    file: str,
    name: str | None,
    params: Mapping[str, object],
    selection: StepChoice,
    jobs: int | None,
    batch_id: str | None = None,
) -> ExecutionPlan:
    """The plan of a group of a file, with the steps that are selected; CannotRunError in one sentence."""
    workspace, group = open_group(file, name)
    if group.kind is not GROUP:
        what = group.kind.name if group.kind is not None else "document of another kind"
        raise CannotRunError(
            f"`{group.name}` is a {what}, and only pipeline groups can be run; `spine-lsp migrate --to group {file}` "
            "shows the group that runs the same steps, or why there is none"
        )
    text = workspace.documents[group.uri].text.source
    try:
        groups = groups_from_text(text, file)
        loaded = next(each for each in groups if each.name == group.name)
        plan = PlanResolver(validate_pipelines=False).resolve(loaded, params, batch_id)
    except GroupError as exc:
        raise CannotRunError(
            f"`{group.name}` cannot be run: {exc}; `spine-lsp check {file}` says all that is wrong"
        ) from None
    chosen = _chosen(plan, selection)
    if (steps := picked(workspace, group, selection.selector)) is not None:
        names = {group.names[step] for step in steps}
        chosen = names if chosen is None else chosen & names
    if chosen is not None:
        if not chosen:
            raise CannotRunError("no step is selected, so there is nothing to run")
        kept = [step for step in plan.steps if step.step_name in chosen]
        plan.steps = [replace(step, depends_on=tuple(on for on in step.depends_on if on in chosen)) for step in kept]
    if jobs is not None and plan.policy.mode is ExecutionMode.PARALLEL:
        plan.policy = replace(plan.policy, max_concurrency=jobs)
    return plan


def _chosen(plan: ExecutionPlan, selection: StepChoice) -> set[str] | None:
    """The steps that `--from`, `--to` and `--only` leave; None without any of them."""
    if not (selection.start or selection.to or selection.only):
        return None
    names = [step.step_name for step in plan.steps]
    graph = inspect_graph(names, [step.depends_on for step in plan.steps])

    def place(name: str) -> int:
        if name not in graph.first:
            guess = meant(did_you_mean(name, names)) or f"; it has {quoted(names[:_NAMED])}"
            raise CannotRunError(f"`{plan.group_name}` has no step called `{name}`{guess}")
        return graph.first[name]

    chosen = set(range(len(names)))
    if selection.only:
        chosen &= {place(name) for name in selection.only}
    for given, reach in ((selection.start, downstream), (selection.to, upstream)):
        if given:
            at = [place(name) for name in given]
            chosen &= set(at).union(*(reach(graph, step) for step in at))
    return {names[step] for step in chosen}


def pipelines_of(
    plan: ExecutionPlan, file: str, root: str | None, python: str | None, imports: Sequence[str]
) -> PipelineSources:
    """Where the pipelines of a plan are, by what the folder's Python says; raises NotReadyError.

    PipelineSources must be registered, their parameters must be those that they take, and no template may be left.
    """
    folder = Path(root) if root is not None else project_of(file)
    interpreter = named_interpreter(python, folder)
    content = FolderContent(str(folder))
    places: dict[str, PipelinePlace] = {}
    code: dict[str, str] = {}
    registrations: dict[str, Registration] = {}
    roots: dict[str, None] = {}
    problems = list(_left_over(plan))
    known = content.any_registered and not imports
    for pipeline in dict.fromkeys(step.pipeline_name for step in plan.steps):
        found = [each for each in content.index.named(pipeline) if each.registry != "functions"]
        if not found:
            if known and not content.index.doubts(pipeline):
                users = [step.step_name for step in plan.steps if step.pipeline_name == pipeline]
                guess = meant(did_you_mean(pipeline, content.index.names()))
                problems.append(f"{quoted(users[:3])}: no pipeline `{pipeline}` is registered in {folder}{guess}")
            continue
        registration = found[0]
        path = registration.path
        start = content.index.modules.root_of(path)
        roots[str((folder / start).resolve())] = None
        module = module_key(path).removeprefix(start).strip("/").replace("/", ".")
        places[pipeline] = PipelinePlace(module, registration.symbol)
        code[pipeline] = hashlib.sha256((folder / path).read_bytes()).hexdigest()
        registrations[pipeline] = registration
        if len(found) == 1:
            for step in plan.steps:
                if step.pipeline_name == pipeline:
                    _give_types(registration, step.params)
                    problems += (f"`{step.step_name}`: {problem}" for problem in _of_params(registration, step.params))
    for params in (plan.params, *(step.params for step in plan.steps)):
        params.update((key, str(value)) for key, value in params.items() if isinstance(value, AsTyped))
    if problems:
        raise NotReadyError("\n".join(problems))
    roots[str(folder.resolve())] = None
    workers = Workers(interpreter, str(folder.resolve()), tuple(roots), tuple(imports), places)
    return PipelineSources(workers, code, _locks(plan, registrations))


def _locks(plan: ExecutionPlan, registrations: Mapping[str, Registration]) -> dict[str, str | None]:
    """The keys of the steps' locks, with the parameters as their pipelines get them."""
    locks: dict[str, str | None] = {}
    for step in plan.steps:
        registration = registrations.get(step.pipeline_name)
        if registration is None or registration.lock is None:
            continue
        params: dict[str, object] = {
            spec.name: spec.default.value
            for spec in registration.signature.parameters
            if isinstance(spec.default, Known)
        }
        params |= {"batch_id": plan.batch_id, **step.params}
        template = registration.lock.template
        locks[step.step_name] = None if template is None else lock_key(template, params)
    return {name: key for name, key in locks.items() if key != ""}


def _left_over(plan: ExecutionPlan) -> Iterator[str]:
    for step in plan.steps:
        for template in dict.fromkeys(unfilled(step.params)):
            name = template.strip("{} \t").removeprefix("params.")
            if name.replace("-", "_").isidentifier():
                yield f"`{step.step_name}`: `{template}` has no value; give it with --param {name}=VALUE"
            else:
                yield f"`{step.step_name}`: `{template}` is more than the name of a parameter, and is not filled in"


def _give_types(registration: Registration, params: dict[str, object]) -> None:
    """What was typed as a text and a specification wants otherwise becomes what YAML reads."""
    for spec in registration.signature.parameters:
        value = params.get(spec.name)
        wanted = _READ.get(spec.type.rpartition(".")[2])
        if isinstance(value, AsTyped) and wanted is not None and isinstance(value.reads, wanted):
            params[spec.name] = value.reads


def _of_params(registration: Registration, params: Mapping[str, object]) -> Iterator[str]:
    """What the specification of a pipeline refuses, as Spine does: it converts nothing but texts to paths."""
    for spec in registration.signature.parameters:
        value = params.get(spec.name)
        if value is None:
            if spec.required and spec.name != "batch_id":
                yield f"the parameter `{spec.name}` of `{registration.name.value}` is missing"
        elif problem := _of_value(spec, value):
            yield f"the parameter `{spec.name}` {problem}"


def _of_value(spec: ParameterSpec, value: object) -> str:
    wanted = _TYPES.get(spec.type)
    if wanted is not None and not isinstance(value, wanted):
        hint = "; in quotes it is one" if spec.type == "str" and not isinstance(value, (dict, list)) else ""
        return f"must be of type {spec.type}, not {type(value).__name__}{hint}"
    values = spec.validator.values if spec.validator is not None else None
    if values is not None and value not in values:
        return f"must be one of {quoted([str(each) for each in values[:_NAMED]])}"
    return ""


def project_of(file: str) -> Path:
    """The folder of the project that a file is in: the nearest that looks like one, or else the file's own."""
    here = Path(absolute(file)).parent
    for folder in (here, *here.parents):
        if any((folder / name).exists() for name in _ROOTS):
            return folder
    return here


def named_interpreter(python: str | None, folder: Path) -> str:
    """The interpreter that runs pipelines: the one that is named, or that of the environment here."""
    if python is None:
        return interpreter_of(folder)
    found = shutil.which(python)
    if found is None:
        raise CannotRunError(f"cannot run pipelines with {python}: there is no such program")
    return absolute(found)  # the link into an environment is what counts
