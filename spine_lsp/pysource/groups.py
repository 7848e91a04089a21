"""Groups that are built in Python, read as the content of a file of groups would be, with places."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from spine_lsp.pysource.declarations import Computed, PythonGroup
from spine_lsp.pysource.expressions import Call, Expr, Literal, arguments, source_text
from spine_lsp.pysource.modules import module_key
from spine_lsp.pysource.resolving import Resolver
from spine_lsp.pysource.targets import External, Frame, FunctionRef, Here, Known, Member, Spot, Unknown

_GROUP = ("name", "steps", "domain", "description", "version", "defaults", "policy", "tags")
_POLICY = ("mode", "max_concurrency", "on_failure", "timeout_minutes", "retries", "backoff")
_SEQUENTIAL = ("on_failure",)
_PARALLEL = ("max_concurrency", "on_failure")

_Path = tuple[str | int, ...]


class StepMaker(NamedTuple):
    """A call that makes a step: its arguments in order, what is said by its name alone, and the keys of a file.

    ``keys`` is what a file calls an argument of another name; an argument that no file has is None there.
    """

    arguments: tuple[str, ...]
    says: Mapping[str, str] = MappingProxyType({})
    keys: Mapping[str, str | None] = MappingProxyType({})


_PIPELINE_STEP = StepMaker(("name", "pipeline", "depends_on", "params", "retries", "backoff"))


class GroupReader:
    """Reads one group; what it cannot know is left out of the data, and is a gap.

    A reader of another kind says what differs: the arguments of its class, which of them is the policy, the classes
    of policies with theirs, and what makes a step.
    """

    kind = "PipelineGroup"
    fields: tuple[str, ...] = _GROUP
    policy = "policy"
    policies: Mapping[str, tuple[str, ...]] = MappingProxyType(
        {"ExecutionPolicy": _POLICY, "sequential": _SEQUENTIAL, "parallel": _PARALLEL}
    )
    references: frozenset[str] = frozenset()
    """The keys of a step that name a function."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._places: dict[_Path, Spot] = {}
        self._keys: dict[_Path, Spot] = {}
        self._gaps: list[Unknown] = []

    def read(self, call: Call, frame: Frame, *, registered: bool) -> PythonGroup | None:
        """The group of a call of `PipelineGroup`, its `from_steps` or its `from_dict`."""
        spot = Spot(frame.path, call.place)
        method = source_text(call.func).rpartition(".")[2]
        if method == "from_dict":
            value = self._resolver.plain(call.args[0], frame) if call.args else None
            if not isinstance(value, Known) or not isinstance(value.value, dict):
                reason = value.reason if isinstance(value, Unknown) else "it is made of no dict"
                return PythonGroup({}, {}, (Unknown(reason, spot),), registered, spot, kind=self.kind)
            return PythonGroup(value.value, {}, (), registered, spot, kind=self.kind)
        data = self._head(call, frame)
        if data is None:
            return None
        return PythonGroup(data, self._places, tuple(self._gaps), registered, spot, self._keys, self.kind)

    def _head(self, call: Call, frame: Frame) -> dict[str, Any] | None:
        """What the arguments of the class say; None where there are none."""
        spot = Spot(frame.path, call.place)
        given = arguments(call, self.fields)
        if call.spreads:
            self._gaps.append(Unknown("it unpacks arguments", spot))
        if not given and not self._gaps:
            return None
        data: dict[str, Any] = {}
        for key, expr in given.items():
            if key == "steps":
                data[key] = self._steps(expr, frame)
            elif key == self.policy:
                data["policy"] = self._policy(expr, frame)
            elif key == "defaults":
                self._parameters(data, (key,), expr, frame)
            else:
                self._put(data, (key,), expr, frame)
        return data

    def _maker(self, call: Call, frame: Frame) -> StepMaker | None:
        """What makes a step by this call; None for any other call."""
        return _PIPELINE_STEP if self._resolver.called(call, frame) == "PipelineStep" else None

    def _reference(self, step: dict[str, Any], path: _Path, expr: Expr, frame: Frame) -> None:
        """A function that is handed on, as a file names it."""
        target = self._resolver.chase(expr, frame)
        if isinstance(target, Here) and isinstance(target.expr, Literal):  # its name as a text, or None
            self._put(step, path, expr, frame)
            return
        self._places[path] = Spot(frame.path, expr.place)
        name = source_text(expr)
        if isinstance(target, FunctionRef):
            function = self._resolver.function_of(target)
            module, name = module_key(target.path).replace("/", "."), function.name
            if not function.within:
                name = f"{module}:{name}"
        elif isinstance(target, External):
            name = ":".join(target.name.rpartition(".")[::2])
        step[str(path[-1])] = name

    def _put(self, data: dict[str, Any], path: _Path, expr: Expr, frame: Frame) -> None:
        """A value under the last key of its path, or a gap."""
        value = self._resolver.plain(expr, frame)
        self._places[path] = Spot(frame.path, expr.place)
        if isinstance(value, Unknown):
            self._gaps.append(value)
        else:
            if value.source is not None:
                self._places[path] = value.source if value.source.path == frame.path else value.spot
            data[str(path[-1])] = value.value

    def _steps(self, expr: Expr, frame: Frame) -> list[dict[str, Any]]:
        self._places["steps",] = Spot(frame.path, expr.place)
        items, missing = self._resolver.elements(expr, frame)
        if missing is not None:
            self._gaps.append(missing)
        steps: list[dict[str, Any]] = []
        for item in items:
            step = self._step(item, len(steps))
            if step is not None:
                steps.append(step)
        return steps

    def _step(self, item: Here, number: int) -> dict[str, Any] | None:
        target = self._resolver.chase(item.expr, item.frame)
        spot = Spot(item.frame.path, item.expr.place)
        if not isinstance(target, Here) or not isinstance(target.expr, Call):
            reason = target.reason if isinstance(target, Unknown) else f"`{source_text(item.expr)}` is no step"
            self._gaps.append(Unknown(reason, spot))
            return None
        call, frame = target.expr, target.frame
        maker = self._maker(call, frame)
        if maker is None:
            reason = f"`{source_text(call.func)}` makes a step when the program runs"
            self._gaps.append(Unknown(reason, spot))
            return None
        return self._made(call, frame, maker, number, spot)

    def _made(self, call: Call, frame: Frame, maker: StepMaker, number: int, spot: Spot) -> dict[str, Any]:
        """A step by the call that makes it."""
        path: _Path = ("steps", number)
        self._places[path] = Spot(frame.path, call.place)
        if call.spreads:
            self._gaps.append(Unknown("a step unpacks arguments", spot))
        step: dict[str, Any] = {}
        for said in maker.says:
            at: _Path = (*path, said)
            self._places[at] = Spot(frame.path, call.func.place)
        for argument, expr in arguments(call, maker.arguments).items():
            key = maker.keys.get(argument, argument)
            if key is None:
                continue
            at = (*path, key)
            if key != argument:
                self._keys[at] = Spot(frame.path, call.func.place)
            if key == "depends_on":
                self._depends_on(step, at, expr, frame)
            elif key in ("params", "config"):
                self._parameters(step, at, expr, frame)
            elif key in self.references:
                self._reference(step, at, expr, frame)
            else:
                self._put(step, at, expr, frame)
        return {"name": step.pop("name"), **maker.says, **step} if maker.says and "name" in step else step

    def _parameters(self, data: dict[str, Any], path: _Path, expr: Expr, frame: Frame) -> None:
        """Parameters, each with its places; a value that only the program knows is given all the same."""
        target = self._resolver.chase(expr, frame)
        if isinstance(target, Here) and isinstance(target.expr, Literal):  # None, or what is no dict
            self._put(data, path, expr, frame)
            return
        self._places[path] = Spot(frame.path, expr.place)
        entries, missing = self._resolver.entries(expr, frame)
        if missing is not None:
            self._gaps.append(missing)
        given: dict[Any, Any] = {}
        for key, entry in entries:
            value = self._resolver.plain(entry.expr, entry.frame)
            inner = (*path, key.value)
            self._keys[inner] = key.source or key.spot
            self._places[inner] = Spot(entry.frame.path, entry.expr.place)
            given[key.value] = Computed(source_text(entry.expr)) if isinstance(value, Unknown) else value.value
        if entries or missing is None:
            data[str(path[-1])] = given

    def _depends_on(self, step: dict[str, Any], path: _Path, expr: Expr, frame: Frame) -> None:
        target = self._resolver.chase(expr, frame)
        if isinstance(target, Here) and isinstance(target.expr, Literal):
            if target.expr.value is not None:
                self._put(step, path, expr, frame)
            return
        self._places[path] = Spot(frame.path, expr.place)
        items, missing = self._resolver.elements(expr, frame)
        if missing is not None:
            self._gaps.append(missing)
        names: list[Any] = []
        for item in items:
            entry: dict[str, Any] = {}
            at = (*path, len(names))
            self._put(entry, at, item.expr, item.frame)
            names += entry.values()
        step["depends_on"] = names

    def _policy(self, expr: Expr, frame: Frame) -> dict[str, Any]:
        """A policy, in the words of a file."""
        self._places["policy",] = Spot(frame.path, expr.place)
        target = self._resolver.chase(expr, frame)
        spot = Spot(frame.path, expr.place)
        if isinstance(target, Here) and isinstance(target.expr, Call):
            call, frame = target.expr, target.frame
            maker = self._resolver.called(call, frame)
            names = self.policies.get(maker)
            if names is not None:
                policy: dict[str, Any] = {}
                if maker in ("sequential", "parallel"):
                    policy["execution"] = maker
                    self._places["policy", "execution"] = spot
                for key, value in arguments(call, names).items():
                    self._setting(policy, "execution" if key == "mode" else key, value, frame)
                if call.spreads:
                    self._gaps.append(Unknown("its policy unpacks arguments", spot))
                return policy
        if not (isinstance(target, Here) and isinstance(target.expr, Literal) and target.expr.value is None):
            reason = target.reason if isinstance(target, Unknown) else "its policy is made when the program runs"
            self._gaps.append(Unknown(reason, spot))
        return {}

    def _setting(self, policy: dict[str, Any], key: str, expr: Expr, frame: Frame) -> None:
        """One setting; `ExecutionMode.PARALLEL` and `FailurePolicy.STOP` of Spine mean their names in small letters."""
        path: _Path = ("policy", key)
        text = source_text(expr)
        enum, _, member = text.rpartition(".")
        if enum.rpartition(".")[2] in ("ExecutionMode", "FailurePolicy") and not isinstance(
            self._resolver.chase(expr, frame), Member
        ):
            self._places[path] = Spot(frame.path, expr.place)
            policy[key] = member.lower()
        else:
            self._put(policy, path, expr, frame)
