"""The process of a worker: takes tasks as lines of JSON, runs one at a time, and answers on a pipe of its own.

What a step writes goes through standard output and error as it is, with a mark behind each step.
"""

import json
import os
import signal
import sys
from typing import Any, BinaryIO, List, Tuple

from . import answers, wire
from .calling import Caller, Terminated

MOST_RESULT = 1_000_000
"""Characters of a result, as JSON, that are told to the runner."""


def serve(arguments: List[str]) -> None:
    """Run tasks until there are no more. `arguments` may hold the descriptor to answer on.

    Without one the answers go to standard output, and what pipelines write there to standard error.
    """
    tasks_fd = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)  # a pipeline that reads gets nothing, and takes no task
    os.close(null)
    if arguments:
        answers_fd = int(arguments[0])
        os.set_inheritable(answers_fd, False)
    else:
        answers_fd = os.dup(1)
        os.dup2(2, 1)
    if hasattr(os, "fork"):
        if os.getpgrp() != os.getpid():
            os.setsid()  # whoever ends this worker's group ends nobody else
        _leave_guardian(tasks_fd, answers_fd)
        signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]
    sys.argv = ["spine-lsp"]
    with os.fdopen(tasks_fd, "rb") as tasks, os.fdopen(answers_fd, "wb", buffering=0) as out:
        try:
            _work(tasks, out)
        except Terminated:
            pass


def _work(tasks: BinaryIO, out: Any) -> None:
    greeting = tasks.readline()
    if not greeting:
        return
    hello = json.loads(greeting)
    caller = Caller(hello["roots"], hello["imports"])
    mark = hello["mark"]
    process, streams = os.getpid(), (sys.stdout, sys.stderr)
    folder = os.getcwd()  # noqa: PTH109 - of no use as anything but a text
    for received in iter(tasks.readline, b""):
        task = json.loads(received)
        if "bye" in task:
            return
        answer = caller.run(task["pipeline"], wire.decode(task["params"]), task["target"])
        if os.getpid() != process:
            os._exit(0)  # a copy of this process that a pipeline has made: the other one answers
        marked = _mark(f"{mark}{task['task']}\n".encode("ascii"))
        usable = len(marked) == 2 and not any(stream.closed for stream in streams)
        message = {
            "task": task["task"],
            "completed": answer.completed,
            "result": _kept(answers.plain(answer.result)),
            "error": answer.error,
            "traceback": answer.traceback,
            "again": answer.again,
            "marked": marked,
            "usable": usable,
        }
        out.write(wire.line(message))
        if not usable:
            return
        _tidy(streams, folder)


def _kept(result: Any) -> Any:
    """A result, unless it is longer than anybody keeps or shows."""
    length = len(json.dumps(result))
    return result if length <= MOST_RESULT else f"a result of {length:,} characters, which is not kept"


def _tidy(streams: Tuple[Any, Any], folder: str) -> None:
    """Take back what a step may have changed and the next one does not expect."""
    sys.stdout, sys.stderr = streams
    try:
        os.chdir(folder)
    except OSError:  # it is gone, as the next step will see
        pass
    if hasattr(os, "fork"):
        signal.signal(signal.SIGTERM, _terminate)


def _mark(mark: bytes) -> List[int]:
    """Say on both streams that a step has ended; answers the descriptors that could take it."""
    marked = []
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (
            AttributeError,
            OSError,
            ValueError,
        ):  # the pipeline has closed it, or put another in its place
            pass
    for descriptor in (1, 2):
        try:
            os.write(descriptor, mark)
            marked.append(descriptor)
        except OSError:
            pass
    return marked


def _terminate(*_: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated


def _leave_guardian(tasks_fd: int, answers_fd: int) -> None:
    """A process that ends this one, and all that it has started, when the runner is gone.

    It does nothing but wait for the other end of the pipe of tasks to be closed, so it does so whatever a pipeline
    is busy with.
    """
    if os.fork():
        return
    try:
        import select

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.close(answers_fd)
        for descriptor in (1, 2):
            os.close(descriptor)
        gone = select.poll()
        gone.register(tasks_fd, 0)
        while not gone.poll():
            pass
        os.killpg(os.getpgrp(), signal.SIGKILL)
    finally:
        os._exit(0)
