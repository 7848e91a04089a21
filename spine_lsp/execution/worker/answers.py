"""What a dispatcher or a pipeline answers, read leniently: a status as an enum's member or a text, in any object."""

import math
import os
import traceback
from typing import Any, NamedTuple, Optional

_SUCCEEDED = frozenset(("completed", "succeeded", "success", "ok", "done"))
_FAILED = frozenset(("failed", "failure", "error", "cancelled", "canceled"))
_UNFINISHED = frozenset(("pending", "queued", "running", "submitted", "started"))
_NOT_AGAIN = frozenset(
    ("BadParamsError", "RefusedParamsError", "PipelineNotFoundError", "OperationNotFoundError")
)
_DEPTH = 20
_HERE = os.path.dirname(__file__)


class Answer(NamedTuple):
    """How an attempt ended; one that would fail in the same way is not to be made `again`."""

    completed: bool
    result: Any = None
    error: Optional[str] = None
    traceback: Optional[str] = None
    again: bool = True


def of_dispatcher(answer: Any) -> Answer:
    """What the answer of `submit` means: an execution with `status`, `result` and `error`."""
    status, result, error = (_field(answer, name) for name in ("status", "result", "error"))
    word = _word(status)
    if word in _SUCCEEDED:
        return Answer(True, result)
    if error is None and result is not None:
        error = _field(result, "error")
    if error is not None:
        return Answer(False, result, str(error))
    if status is None:
        return Answer(False, result, f"the dispatcher answered a {type(answer).__name__} without a status")
    if word in _UNFINISHED:
        error = f"the dispatcher answered before the pipeline had ended: its status is {word}"
    else:
        error = f"the pipeline ended with the status {word}"
    return Answer(False, result, error)


def of_pipeline(answer: Any) -> Answer:
    """What the answer of a pipeline itself means: a result with a `status`, or any value, which is a success."""
    word = _word(_field(answer, "status"))
    if word in _FAILED:
        error = _field(answer, "error")
        return Answer(False, answer, str(error or f"the pipeline ended with the status {word}"))
    return Answer(True, answer)


def of_error(exc: BaseException) -> Answer:
    """What an exception means that a pipeline let go."""
    text = str(exc) or type(exc).__name__
    if isinstance(exc, SystemExit):
        text = f"the pipeline called sys.exit({exc.code!r})"
    begin = exc.__traceback__
    while (
        begin is not None
        and begin.tb_next is not None
        and begin.tb_frame.f_code.co_filename.startswith(_HERE)
    ):
        begin = begin.tb_next  # what is ours is of no use to anybody
    trace = "".join(traceback.format_exception(type(exc), exc, begin))
    return Answer(False, None, text, trace, type(exc).__name__ not in _NOT_AGAIN)


def plain(value: Any, depth: int = _DEPTH) -> Any:
    """A result as JSON has it: that of Spine by its fields, anything unknown as its repr."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return str(value.value) if hasattr(value, "value") else value
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if depth and hasattr(value, "status") and hasattr(value, "metrics"):
        fields = ("status", "started_at", "completed_at", "error", "metrics")
        return {name: plain(getattr(value, name, None), depth - 1) for name in fields}
    if depth and isinstance(value, dict):
        return {str(key): plain(item, depth - 1) for key, item in value.items()}
    if depth and isinstance(value, (list, tuple)):
        return [plain(item, depth - 1) for item in value]
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if hasattr(value, "value"):
        return plain(value.value, depth - 1) if depth else repr(value)
    return repr(value)


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _word(status: Any) -> str:
    """A status in small letters; empty where there is none."""
    if status is None:
        return ""
    word = getattr(status, "value", None)
    return str(word if isinstance(word, str) else status).rpartition(".")[2].lower()
