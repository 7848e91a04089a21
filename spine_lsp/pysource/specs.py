"""The parameters of a pipeline: its specification, inherited or not, and what its code takes beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from spine_lsp.pysource import facts
from spine_lsp.pysource.declarations import Lock, ParameterRead, ParameterSpec, Signature, Validator
from spine_lsp.pysource.expressions import (
    LAMBDA,
    Attribute,
    Call,
    Expr,
    Join,
    Literal,
    Name,
    Opaque,
    Subscript,
    source_text,
)
from spine_lsp.pysource.facts import ABOVE
from spine_lsp.pysource.params_read import LOCKING, RUNNING, WORKED_OUT
from spine_lsp.pysource.resolving import Resolver
from spine_lsp.pysource.targets import (
    ClassRef,
    External,
    Frame,
    FunctionRef,
    Here,
    Known,
    Member,
    Spot,
    Unknown,
)
from spine_lsp.pysource.vocabulary import BASES, RECORDS, SPINES

_SPECS = ("PipelineSpec", "OperationSpec")
_PREPARING = ("__init__", "__post_init__", "params")
"""Methods that may give a pipeline other parameters than the step's."""
_LOCK_ATTRIBUTES = ("lock_key_template", "lock_key")


def signature_of_class(resolver: Resolver, ref: ClassRef) -> Signature:
    """The parameters of a class: its `spec`, and the reads of all its methods."""
    reads: list[ParameterRead] = []
    opens: list[Unknown] = []
    run = _certainly_run(resolver, ref)
    for base in resolver.bases(ref):
        if isinstance(base, ClassRef):
            own = resolver.class_of(base)
            if _is_spines(base, own.name):
                continue  # it hands all parameters to the specification, which says nothing of them
            certain = {method for of, method in run if of == base}
            found = [each if each.method in certain else replace(each, needed=False) for each in own.reads]
            known, unknown_reads = _reads(resolver, found, Frame(base.path, own.scope))
            reads, opens = [*reads, *known], [*opens, *unknown_reads]
            if own.opaque:
                opens.append(Unknown(own.opaque, Spot(base.path, own.place)))
        elif (unknown := resolver.unseen_base(ref, base)) is not None:
            opens.append(unknown)
    for name in RUNNING:  # it may be given one that is no method of its class
        method = resolver.attribute(ref, name)
        if isinstance(method, Here):
            unread = f"its `{name}` is `{source_text(method.expr)}`, and no method"
            opens.append(Unknown(unread, Spot(method.frame.path, method.expr.place)))
    spec = resolver.attribute(ref, "spec")
    read = tuple(reads)
    if spec is None or _is_none(spec):
        return Signature(reads=read, open=tuple(opens))
    if isinstance(spec, Here):
        spec = resolver.chase(spec.expr, spec.frame)
    if isinstance(spec, Here) and isinstance(spec.expr, Call) and resolver.called(spec.expr, spec.frame) in _SPECS:
        return _of_call(resolver, spec.expr, spec.frame, read, opens)
    own = resolver.class_of(ref)
    if isinstance(spec, Unknown):
        unknown = spec
    elif isinstance(spec, Here):
        text = source_text(spec.expr)
        unknown = Unknown(f"its specification is made by `{text}`", Spot(spec.frame.path, spec.expr.place))
    else:
        unknown = Unknown("its `spec` is no specification that can be read", Spot(ref.path, own.place))
    return Signature(reads=read, open=(unknown, *(each for each in opens if each != unknown)))


def _is_spines(ref: ClassRef, name: str) -> bool:
    """Whether a class is that of Spine itself, of which the workspace may hold a copy."""
    return name in BASES and any(folder in SPINES for folder in ref.path.split("/")[:-1])


def _certainly_run(resolver: Resolver, ref: ClassRef) -> set[tuple[ClassRef, str]]:
    """The methods, each of the class that defines it, that run whenever a pipeline of this class runs.

    None where the class may change its parameters before that.
    """
    classes = [base for base in resolver.bases(ref) if isinstance(base, ClassRef)]
    methods = [{each.name: each.uses for each in resolver.class_of(base).methods} for base in classes]
    own = [at for at, base in enumerate(classes) if resolver.class_of(base).name not in BASES]
    if any(name in methods[at] for at in own for name in _PREPARING):
        return set()
    found: set[tuple[int, str]] = set()
    waiting = [(0, name) for name in RUNNING]
    while waiting:
        start, name = waiting.pop()
        at = next((at for at in range(start, len(classes)) if name in methods[at]), None)
        if at is None or (at, name) in found:
            continue
        found.add((at, name))
        waiting += [(at + 1, used[len(ABOVE) :]) if used.startswith(ABOVE) else (0, used) for used in methods[at][name]]
    return {(classes[at], name) for at, name in found}


def signature_of_function(resolver: Resolver, ref: FunctionRef) -> Signature:
    """The parameters that a function takes of the dict it is given."""
    own = resolver.function_of(ref)
    reads, unknown = _reads(resolver, own.reads, Frame(ref.path, 0))
    reason = own.opaque
    if not reason and len(own.arguments) > 1 and "params" not in own.arguments:
        reason = f"`{own.name}` has several arguments, of which nobody knows what they are given"
    if reason:
        unknown.append(Unknown(reason, Spot(ref.path, own.place)))
    return Signature(reads=tuple(reads), open=tuple(unknown))


def _is_none(target: object) -> bool:
    return isinstance(target, Here) and isinstance(target.expr, Literal) and target.expr.value is None


def _reads(resolver: Resolver, reads: Iterable[facts.Read], frame: Frame) -> tuple[list[ParameterRead], list[Unknown]]:
    """The parameters that are read, and why there may be others."""
    found: list[ParameterRead] = []
    unknown: list[Unknown] = []
    for read in reads:
        spot, name = Spot(frame.path, read.place), read.name
        if read.key is not None:
            key = resolver.plain(read.key, frame)
            if not isinstance(key, Known) or not isinstance(key.value, str):
                unknown.append(Unknown(WORKED_OUT, spot))
                continue
            name = key.value
        default = None if read.default is None else resolver.plain(read.default, frame)
        found.append(ParameterRead(name, spot, read.needed, default))
    return found, unknown


def _of_call(
    resolver: Resolver, call: Call, frame: Frame, reads: tuple[ParameterRead, ...], opens: list[Unknown]
) -> Signature:
    given, unseen = resolver.arguments(call, frame, RECORDS["PipelineSpec"])
    if unseen is not None:
        opens = [*opens, Unknown("its specification unpacks arguments", unseen.spot)]
    parameters: dict[str, ParameterSpec] = {}
    for argument, required in (("required_params", True), ("optional_params", False)):
        if argument not in given or _is_none(given[argument]):
            continue
        entries, missing = resolver.entries(given[argument].expr, given[argument].frame)
        if missing is not None:
            opens = [*opens, missing]
        for key, value in entries:
            if isinstance(key.value, str):
                parameters[key.value] = _parameter(resolver, key, value, required=required)
    texts = {
        name: resolver.plain(given[name].expr, given[name].frame) if name in given else None
        for name in ("examples", "notes")
    }
    return Signature(True, tuple(parameters.values()), reads, tuple(opens), texts["examples"], texts["notes"])


def _parameter(resolver: Resolver, key: Known, value: Here, *, required: bool) -> ParameterSpec:
    """One entry of a specification: that it stands among the required ones decides, not its own argument."""
    spot = key.source or key.spot
    target = resolver.chase(value.expr, value.frame)
    if not isinstance(target, Here) or not isinstance(target.expr, Call):
        return ParameterSpec(key.value, spot, required)
    call, frame = target.expr, target.frame
    if resolver.called(call, frame) != "ParamDef":  # a function that makes one may do so in any way
        return ParameterSpec(key.value, spot, required)
    given, _ = resolver.arguments(call, frame, RECORDS["ParamDef"])
    return ParameterSpec(
        key.value,
        spot,
        required,
        type=_type(resolver, given.get("type")),
        description=_text(resolver, given.get("description")),
        default=_default(resolver, given.get("default")),
        validator=_validator(resolver, given.get("validator")),
        error_message=_text(resolver, given.get("error_message")),
    )


def _default(resolver: Resolver, given: Here | None) -> Known | Unknown | None:
    """A default; of a member of an enum its value, which is how a file of groups writes it."""
    if given is None:
        return None
    expr, frame = given.expr, given.frame
    target = resolver.chase(expr, frame)
    if isinstance(target, Member):
        return resolver.plain(target.value.expr, target.value.frame)
    return resolver.plain(expr, frame)


def _type(resolver: Resolver, given: Here | None) -> str:
    """A type as it is written; of a name that stands for another type, how that is written."""
    if given is None:
        return ""
    expr = given.expr
    if isinstance(expr, (Name, Attribute)):
        target = resolver.chase(expr, given.frame)
        expr = target.expr if isinstance(target, Here) else expr
    if isinstance(expr, Literal) and isinstance(expr.value, str):
        return expr.value
    return source_text(expr)


def text_of(resolver: Resolver, expr: Expr | None, frame: Frame) -> str:
    """An argument that is a text; empty where it is none, or not known."""
    if expr is None:
        return ""
    value = resolver.plain(expr, frame)
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else ""


def _text(resolver: Resolver, given: Here | None) -> str:
    return "" if given is None else text_of(resolver, given.expr, given.frame)


def _validator(resolver: Resolver, given: Here | None) -> Validator | None:
    if given is None or _is_none(given):
        return None
    expr, frame = given.expr, given.frame
    target = resolver.chase(expr, frame)
    if isinstance(target, Here):
        expr, frame = target.expr, target.frame
    if not isinstance(expr, Call):
        return Validator(resolver.name_of(expr, frame))
    name = resolver.called(expr, frame)
    if name != "enum_value" or not expr.args:
        return Validator(name)
    enum = resolver.chase(expr.args[0], frame)
    spot = Spot(frame.path, expr.args[0].place)
    if isinstance(enum, ClassRef) and resolver.is_enum(enum):
        where = Spot(enum.path, resolver.class_of(enum).place)
        values = resolver.enum_values(enum)
        if isinstance(values, Unknown):
            return Validator(name, None, where, values)
        return Validator(name, tuple(value.value for value in values), where)
    if isinstance(enum, External):
        reason = f"`{enum.name}` is not in the workspace"
    else:
        reason = enum.reason if isinstance(enum, Unknown) else f"`{source_text(expr.args[0])}` is no enum"
    return Validator(name, None, None, Unknown(reason, spot))


def lock_of_class(resolver: Resolver, ref: ClassRef) -> Lock | None:
    """The lock key of a class: an attribute, or a method that answers a text made of parameters."""
    for name in _LOCK_ATTRIBUTES:
        found = resolver.attribute(ref, name)
        if isinstance(found, Here) and not _is_none(found):
            return lock_of(resolver, found.expr, found.frame)
    for name in LOCKING:
        method = resolver.attribute(ref, name)
        if isinstance(method, FunctionRef):
            function = resolver.function_of(method)
            spot = Spot(method.path, function.place)
            if function.returns is None:
                return Lock(None, spot, Unknown(f"`{name}` works the key out when it runs", spot))
            if isinstance(function.returns, Literal) and function.returns.value is None:
                return None
            return _template(resolver, function.returns, Frame(method.path, 0), spot)
    return None


def lock_of(resolver: Resolver, expr: Expr, frame: Frame) -> Lock:
    """The lock key that a template is."""
    value = resolver.plain(expr, frame)
    spot = Spot(frame.path, expr.place)
    if isinstance(value, Known) and isinstance(value.value, str):
        return Lock(value.value, spot)
    return Lock(None, spot, value if isinstance(value, Unknown) else Unknown("the key is no text", spot))


def _template(resolver: Resolver, expr: Expr, frame: Frame, spot: Spot) -> Lock:
    text = ""
    for part in expr.parts if isinstance(expr, Join) else (expr,):
        if (taken := _taken(part)) is not None:
            text += "{" + taken + "}"
            continue
        value = resolver.plain(part, frame)
        if isinstance(value, Unknown):
            return Lock(None, spot, value)
        text += str(value.value)
    return Lock(text, spot)


def _taken(expr: Expr) -> str | None:
    """The parameter that `params["k"]` or `params.get("k")` takes."""
    key: Expr | None = None
    if isinstance(expr, Subscript) and _is_params(expr.base):
        key = expr.key
    elif isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.name == "get" and expr.args:
        key = expr.args[0] if _is_params(expr.func.base) else None
    return key.value if isinstance(key, Literal) and isinstance(key.value, str) else None


def _is_params(expr: Expr) -> bool:
    if isinstance(expr, Attribute):
        return expr.name == "params"
    return isinstance(expr, Name) and expr.id == "params"


def is_lambda(expr: Expr) -> bool:
    """Whether an expression is a function without a name."""
    return isinstance(expr, Opaque) and expr.reason == LAMBDA
