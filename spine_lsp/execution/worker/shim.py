"""What stands in for `spine.framework` where it is not installed: names to register pipelines under, and no more.

Where the real one can be imported, nothing of this is used.
"""

import enum
import importlib.abc
import importlib.util
import logging
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

registered: Dict[str, Any] = {}
"""What has been registered, by name: classes and functions."""


class StandInStatus(str, enum.Enum):
    """The states of an execution."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StandInResult:
    """The result of a pipeline."""

    def __init__(
        self,
        status: Any,
        started_at: Any = None,
        completed_at: Any = None,
        error: Any = None,
        metrics: Any = None,
    ) -> None:
        self.status, self.started_at, self.completed_at = status, started_at, completed_at
        self.error, self.metrics = error, metrics or {}

    @property
    def duration_seconds(self) -> Optional[float]:
        """The seconds that it took."""
        if self.started_at is None or self.completed_at is None:
            return None
        return float((self.completed_at - self.started_at).total_seconds())


class StandIn:
    """The base of pipelines."""

    name = ""
    description = ""
    spec: Any = None

    def __init__(self, params: Any = None) -> None:
        self.params = params or {}

    def validate_params(self) -> None:
        """For subclasses."""


class RefusedParamsError(ValueError):
    """Parameters that a pipeline refuses."""


class Param:
    """One parameter of a specification."""

    def __init__(
        self,
        name: str,
        type: Any = object,
        description: str = "",
        required: bool = True,
        default: Any = None,
        validator: Any = None,
        error_message: Optional[str] = None,
    ) -> None:
        self.name, self.type, self.description, self.required = name, type, description, required
        self.default, self.validator, self.error_message = default, validator, error_message


class Spec:
    """The parameters that a pipeline takes."""

    def __init__(
        self,
        required_params: Any = None,
        optional_params: Any = None,
        description: Any = None,
        examples: Any = None,
        notes: Any = None,
    ) -> None:
        self.required_params, self.optional_params = required_params or {}, optional_params or {}
        self.description, self.examples, self.notes = description, examples or [], notes or []


def checked(spec: Any, params: Dict[str, Any]) -> Dict[str, Any]:
    """The parameters with the defaults of a specification; RefusedParamsError for those that it refuses."""
    missing = [name for name in spec.required_params if params.get(name) is None]
    if missing:
        raise RefusedParamsError("missing required parameters: " + ", ".join(missing))
    for name, param in {**spec.required_params, **spec.optional_params}.items():
        value = params.get(name)
        if value is None:
            continue
        is_path = param.type is Path and isinstance(value, str)
        if isinstance(param.type, type) and not is_path and not isinstance(value, param.type):
            raise RefusedParamsError(
                f"invalid parameter '{name}': expected {param.type.__name__}, got {type(value).__name__}"
            )
        if param.validator is not None and not param.validator(value):
            raise RefusedParamsError(f"invalid parameter '{name}': {param.error_message or 'it is refused'}")
    usual = {name: param.default for name, param in spec.optional_params.items() if param.default is not None}
    return {**usual, **params}


def register(name: str, **_: Any) -> Callable[[Any], Any]:
    """Register a class or a function under a name."""

    def decorate(target: Any) -> Any:
        if registered.get(name, target) is not target:
            raise ValueError(f"'{name}' is already registered")
        registered[name] = target
        return target

    return decorate


def look_up(name: str) -> Any:
    """What is registered under a name, or KeyError."""
    return registered[name]


def names() -> List[str]:
    """The registered names."""
    return sorted(registered)


def enum_value(kind: Any) -> Callable[[Any], bool]:
    """A validator: a value of an enum."""
    return lambda value: value in [member.value for member in kind] or value in list(kind)


def date_format(value: Any) -> bool:
    """A validator: a date, or a text that is one."""
    import datetime

    if isinstance(value, datetime.date):
        return True
    try:
        datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def file_exists(value: Any) -> bool:
    """A validator: a path of something that is there."""
    return Path(value).exists()


def positive_int(value: Any) -> bool:
    """A validator."""
    return isinstance(value, int) and value > 0


def non_negative_int(value: Any) -> bool:
    """A validator."""
    return isinstance(value, int) and value >= 0


class Logger(logging.LoggerAdapter):  # type: ignore[type-arg]  # it has no parameter before Python 3.11
    """A logger that takes fields by keyword."""

    def process(self, msg: Any, kwargs: Any) -> Any:
        """The fields behind the message."""
        known = {key: kwargs.pop(key) for key in ("exc_info", "stack_info", "stacklevel") if key in kwargs}
        fields = "".join(f" {key}={value!r}" for key, value in kwargs.items())
        return f"{msg}{fields}", known


def get_logger(name: str = "spine") -> Logger:
    """A logger of that name."""
    return Logger(logging.getLogger(name), {})


_REGISTRY = {
    **{f"register_{kind}": register for kind in ("pipeline", "operation")},
    **{f"get_{kind}": look_up for kind in ("pipeline", "operation")},
    **{f"list_{kind}s": names for kind in ("pipeline", "operation")},
    "clear_registry": registered.clear,
}
_CLASSES = {
    f"{kind}{suffix}": made
    for kind in ("Pipeline", "Operation")
    for suffix, made in (("", StandIn), ("Result", StandInResult), ("Status", StandInStatus))
}
_PARAMS = {
    **{"ParamDef": Param, "PipelineSpec": Spec, "OperationSpec": Spec},
    **{each.__name__: each for each in (enum_value, date_format, file_exists, positive_int, non_negative_int)},
}
_ERRORS = {"BadParamsError": RefusedParamsError}
_MODULES: Dict[str, Dict[str, Any]] = {
    "spine": {},
    "spine.framework": {**_REGISTRY, **_CLASSES, **_PARAMS, **_ERRORS},
    "spine.framework.registry": _REGISTRY,
    "spine.framework.pipelines": _CLASSES,
    "spine.framework.pipelines.base": _CLASSES,
    "spine.framework.operations": _CLASSES,
    "spine.framework.operations.base": _CLASSES,
    "spine.framework.params": _PARAMS,
    "spine.framework.exceptions": _ERRORS,
    "spine.framework.logging": {"get_logger": get_logger},
}


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the stand-ins, behind everything that can really be found."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname not in _MODULES:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=True)

    def create_module(self, spec: Any) -> Any:
        return None

    def exec_module(self, module: Any) -> None:
        vars(module).update(_MODULES[module.__name__])


def install_if_needed() -> bool:
    """Let the stand-ins be imported where there is no `spine.framework`; answers whether that is so."""
    try:
        if importlib.util.find_spec("spine.framework") is not None:
            return False
    except ImportError:
        pass
    sys.meta_path.append(_Finder())
    return True
