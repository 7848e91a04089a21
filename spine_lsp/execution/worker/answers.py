"""What a dispatcher or a pipeline answers, read leniently: a status as an enum's member or a text, in any object."""

import inspect
import math
import os
import traceback
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

_SUCCEEDED = frozenset(("completed", "succeeded", "success", "ok", "done"))
_FAILED = frozenset(("failed", "failure", "error", "cancelled", "canceled"))
_UNFINISHED = frozenset(("pending", "queued", "running", "submitted", "started"))
_NOT_AGAIN = frozenset(("BadParamsError", "RefusedParamsError", "PipelineNotFoundError", "OperationNotFoundError"))
_DEPTH = 20
_BITS = 10_000
"""Of a number that Python writes in decimal: it refuses more than 4,300 digits."""
_HERE = os.path.dirname(__file__)


class Answer(NamedTuple):
    """How an attempt ended; one that would fail in the same way is not to be made `again`."""

    completed: bool
    result: Any = None
    error: Optional[str] = None
    traceback: Optional[str] = None
    again: bool = True


def submitted(submit: Callable[..., Any], pipeline: str, params: Dict[str, Any], source: Any) -> Any:
    """What a dispatcher's `submit` answers for a pipeline, which later versions of Spine call an operation.

    It is given the source of the task, and all of it by keyword, as far as it has such parameters.
    """
    try:
        parameters = inspect.signature(submit).parameters
    except (TypeError, ValueError):  # it is written in C
        return awaited(submit(pipeline=pipeline, params=params, trigger_source=source))
    takes_all = any(each.kind is each.VAR_KEYWORD for each in parameters.values())
    by_keyword = [
        name for name, each in parameters.items() if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    ]
    more = {"trigger_source": source} if takes_all or "trigger_source" in by_keyword else {}
    what = next((name for name in ("pipeline", "operation") if name in by_keyword), None)
    if what is None and takes_all:
        what = "pipeline"
    if what is None or not (takes_all or "params" in by_keyword):
        return awaited(submit(pipeline, params, **more))
    return awaited(submit(**{what: pipeline}, params=params, **more))


def awaited(answer: Any) -> Any:
    """What an answer is, or comes to when it is awaited; also where the caller is itself a part of a loop."""
    if not inspect.isawaitable(answer):
        return answer
    import asyncio

    async def wait() -> Any:
        return await answer

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(wait())
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, wait()).result()


def of_dispatcher(answer: Any) -> Answer:
    """What the answer of `submit` means: an execution with `status`, `result` and `error`."""
    status, result, error = (_field(answer, name) for name in ("status", "result", "error"))
    word = _word(status)
    if word in _SUCCEEDED:
        return Answer(True, result)
    if error is None and result is not None:
        error = _field(result, "error")
    if error is not None:
        return Answer(False, result, _text(error))
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
        return Answer(False, answer, _text(error or f"the pipeline ended with the status {word}"))
    return Answer(True, answer)


def of_error(exc: BaseException) -> Answer:
    """What an exception means that a pipeline let go."""
    text = _text(exc) or type(exc).__name__
    if isinstance(exc, SystemExit):
        text = f"the pipeline called sys.exit({exc.code!r})"
    begin = exc.__traceback__
    while begin is not None and begin.tb_next is not None and begin.tb_frame.f_code.co_filename.startswith(_HERE):
        begin = begin.tb_next  # what is ours is of no use to anybody
    trace = "".join(traceback.format_exception(type(exc), exc, begin))
    return Answer(False, None, text, trace, type(exc).__name__ not in _NOT_AGAIN)


def plain(value: Any) -> Any:
    """A result as JSON has it: that of Spine by its fields, anything unknown as its repr."""
    try:
        return _plain(value, ())
    except Exception as exc:  # what a pipeline makes may do anything when it is looked at
        return f"a {type(value).__name__} that cannot be shown: {_text(exc)}"


def _plain(value: Any, inside: Tuple[int, ...]) -> Any:
    """``inside`` has the ids of the values that this one is in: what is in itself has no end."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() < _BITS else hex(value)
    if isinstance(value, str):
        return str(value.value) if hasattr(value, "value") else value
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    deeper = (*inside, id(value))
    if len(deeper) > _DEPTH or id(value) in inside:
        return "..."
    if hasattr(value, "status") and hasattr(value, "metrics"):
        fields = ("status", "started_at", "completed_at", "error", "metrics")
        return {name: _plain(getattr(value, name, None), deeper) for name in fields}
    if isinstance(value, dict):
        return {str(key): _plain(item, deeper) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, deeper) for item in value]
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if hasattr(value, "value"):
        return _plain(value.value, deeper)
    return repr(value)


def _text(value: Any) -> str:
    """A value in words, whatever it does when it is asked for them."""
    try:
        return str(value)
    except Exception:
        return type(value).__name__


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _word(status: Any) -> str:
    """A status in small letters; empty where there is none."""
    if status is None:
        return ""
    word = getattr(status, "value", None)
    return str(word if isinstance(word, str) else status).rpartition(".")[2].lower()
