"""What a run costs beside its steps: `python -m tests.benchmarks.bench_runs [STEPS]`, in milliseconds a step.

Steps that do nothing, submitted in this process and carried out by workers, without and with a history.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from types import SimpleNamespace
from typing import Any

from spine_lsp.execution import GroupRunner
from spine_lsp.execution.history import History
from spine_lsp.execution.processes import PipelinePlace, ProcessExecutor, Workers
from spine_lsp.orchestration import ExecutionPolicy
from tests.execution.fakes import plan_of


class Nothing:
    """A dispatcher whose pipelines do nothing."""

    answer = SimpleNamespace(status="completed", result=None, error=None)

    def submit(self, **_: Any) -> Any:
        return self.answer


def cases(folder: Path, count: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """The runs that are measured."""
    (folder / "nothing.py").write_text("def nothing(**_): return 1\n", encoding="utf-8")
    names = {str(step): [str(step - 1)] if step % 3 else [] for step in range(count)}
    places = {name: PipelinePlace("nothing", "nothing") for name in names}
    workers = Workers(sys.executable, str(folder), (str(folder),), targets=places)
    for policy in (ExecutionPolicy.sequential(), ExecutionPolicy.parallel(4)):
        plan, mode = plan_of(names, policy), policy.mode.value
        yield f"{mode}, in this process", partial(GroupRunner(Nothing()).execute, plan)
        history = History(folder / f"{mode}.db")
        runner = GroupRunner(Nothing(), record=history.begin(plan, "run"))
        yield f"{mode}, in this process, with a history", partial(runner.execute, plan, run_id="run")
        history.close()
        in_workers = GroupRunner(executor=lambda *_: ProcessExecutor(workers))
        yield f"{mode}, in workers", partial(in_workers.execute, plan)


def main() -> None:
    """Print a line for each case: time on the clock, and of the runner's processor."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with TemporaryDirectory() as folder:
        for name, run in cases(Path(folder), count):
            begun, worked = perf_counter(), process_time()
            run()
            wall, cpu = perf_counter() - begun, process_time() - worked
            print(f"{name:45} {wall / count * 1000:6.3f} ms, processor {cpu / count * 1000:6.3f} ms")


if __name__ == "__main__":
    main()
