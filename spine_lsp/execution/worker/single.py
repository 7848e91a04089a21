"""One task in this very process, for a debugger: no pipe, no guardian, and the terminal stays the pipeline's."""

import json
import sys
from typing import List

from . import answers, wire
from .calling import Caller


def run_single(arguments: List[str]) -> int:
    """Run the task of one argument, a JSON text: roots, imports, pipeline, params and target. Answers the exit code."""
    task = json.loads(arguments[0])
    sys.argv = ["spine-lsp"]
    caller = Caller(task["roots"], task["imports"])
    answer = caller.run(task["pipeline"], wire.decode(task["params"]), task["target"])
    if answer.completed:
        sys.stdout.write(f"completed: {json.dumps(answers.plain(answer.result))}\n")
        return 0
    sys.stderr.write(answer.traceback or "")
    sys.stderr.write(f"failed: {answer.error}\n")
    return 1
