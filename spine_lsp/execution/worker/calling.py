"""Finds a pipeline by its name, as Spine or its own module has it, and calls it."""

import importlib
import inspect
import sys
import traceback
from typing import Any, Dict, List, Optional

from . import answers, shim
from .answers import Answer


class Terminated(BaseException):
    """The runner ends the step; nothing of ours or of a pipeline takes it for a fault."""


class Caller:
    """Imports modules when they are first needed, each once, and remembers why one could not be imported."""

    def __init__(self, roots: List[str], imports: List[str]) -> None:
        sys.path[:0] = [root for root in roots if root not in sys.path]
        self._imports = imports
        self._failed: Dict[str, str] = {}
        self._stands_in = shim.install_if_needed()

    def run(self, pipeline: str, params: Dict[str, Any], target: Optional[Dict[str, Any]]) -> Answer:
        """Run a pipeline; whatever it does is an answer."""
        try:
            for name in self._imports:
                self._import(name)
            module = self._import(target["module"]) if target is not None else None
            if not self._stands_in and (answer := self._by_spine(pipeline, params)) is not None:
                return answer
            found = shim.registered.get(pipeline)
            if found is None and target is not None and module is not None:
                found = module
                for part in target["symbol"].split("."):
                    found = getattr(found, part, None)
            if found is None:
                return Answer(False, error=self._unknown(pipeline), again=False)
            return answers.of_pipeline(answers.awaited(call(found, params)))
        except Terminated:
            raise
        except BaseException as exc:
            return answers.of_error(exc)

    def _import(self, name: str) -> Any:
        if name in self._failed:
            return None
        try:
            return importlib.import_module(name)
        except Terminated:
            raise
        except BaseException:
            self._failed[name] = traceback.format_exc()
            return None

    def _by_spine(self, pipeline: str, params: Dict[str, Any]) -> Optional[Answer]:
        """By the dispatcher of Spine, if it knows the pipeline."""
        registry = importlib.import_module("spine.framework.registry")
        look_up = getattr(registry, "get_pipeline", None) or registry.get_operation
        try:
            look_up(pipeline)
        except Exception:
            return None
        module = importlib.import_module("spine.framework.dispatcher")
        submit = module.get_dispatcher().submit
        source = getattr(getattr(module, "TriggerSource", None), "SCHEDULER", "scheduler")
        return answers.of_dispatcher(answers.submitted(submit, pipeline, params, source))

    def _unknown(self, pipeline: str) -> str:
        lines = [f"no pipeline `{pipeline}` is registered in this interpreter, {sys.executable}"]
        for name, trace in self._failed.items():
            lines.append(f"; the module `{name}` could not be imported: {trace.strip().splitlines()[-1]}")
            sys.stderr.write(trace)
        if self._stands_in:
            lines.append("; spine.framework is not installed for it")
        return "".join(lines)


def call(found: Any, params: Dict[str, Any]) -> Any:
    """Call a registered class or function with parameters, however it takes them."""
    if not inspect.isclass(found):
        return _call(found, params)
    spec = getattr(found, "spec", None)
    if isinstance(spec, shim.Spec):
        params = shim.checked(spec, params)
    takes = inspect.signature(found).parameters
    make: Any = found
    instance = make(params) if takes else make()
    if not takes:
        instance.params = params
    for name in ("validate_params", "run"):
        method = getattr(instance, name, None)
        if name == "run" and method is None:
            method = instance
        if method is not None:
            answer = _call(method, params) if name == "run" else method()
    return answer


def _call(function: Any, params: Dict[str, Any]) -> Any:
    """By keyword where its parameters are named as those of the step; whole where it takes one other."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # it is written in C
        return function(params)
    if any(each.kind is each.VAR_KEYWORD for each in parameters):
        named = [each for each in parameters if each.kind is not each.VAR_KEYWORD]
        if all(each.name in params or each.default is not each.empty for each in named):
            return function(**params)
    needed = [each for each in parameters if each.default is each.empty and each.kind is not each.VAR_POSITIONAL]
    needed = [each for each in needed if each.kind is not each.VAR_KEYWORD]
    if not parameters:
        return function()
    missing = [each.name for each in needed if each.name not in params]
    first = parameters[0]
    if (len(needed) == 1 and missing) or (
        not needed and len(parameters) == 1 and first.name in ("params", "context", "config", "kwargs")
    ):
        return function(params)
    if missing:
        raise shim.RefusedParamsError("missing required parameters: " + ", ".join(missing))
    return function(**{each.name: params[each.name] for each in parameters if each.name in params})
