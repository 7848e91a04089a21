"""What `check` of many files and of one costs: `python -m tests.benchmarks.bench_files [GROUPS] [FOLDER OF PEERS]`.

5,000 group files of eight steps, nothing kept from before, and in the same run `yamllint` and `check-jsonschema` on
the same files, if their programs are in that folder (the `bin` of a virtual environment). Then one file, and
`--version`, several times each.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from spine_lsp.disk.cache import VARIABLE
from spine_lsp.orchestration.schema import schema_path
from tests.benchmarks.workspaces import write_workspace

_TIMES = 9


def measured(command: list[str], environment: dict[str, str], cwd: Path) -> tuple[float, float]:
    """Seconds of processor time of a command with its children, and seconds on the clock."""
    clock, own = perf_counter(), os.times()
    subprocess.run(command, env=environment, cwd=cwd, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return sum(os.times()[2:4]) - sum(own[2:4]), perf_counter() - clock


def main() -> None:
    """Make the files, check them, and check one."""
    groups = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    peers = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
    ours = [sys.executable, "-m", "spine_lsp"]
    with TemporaryDirectory() as folder:
        top = Path(folder, "top")
        write_workspace(top, groups, 0)
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment |= {VARIABLE: "off", "PYTHONPYCACHEPREFIX": str(Path(folder, "compiled"))}
        alone = Path(folder, "alone", "daily.yaml")
        alone.parent.mkdir()
        alone.write_bytes(next(top.rglob("*.yaml")).read_bytes())
        measured([*ours, "check", str(alone)], environment, top)  # compiles what a package has compiled
        print(f"{groups:,} group files; load {os.getloadavg()[0]:.1f}", flush=True)
        commands = {
            "check --jobs 2": [*ours, "check", "--jobs", "2", "."],
            "check --jobs 1": [*ours, "check", "--jobs", "1", "."],
        }
        if peers is not None:
            files = [str(path.relative_to(top)) for path in top.rglob("*.yaml")]
            commands["yamllint -d relaxed"] = [str(peers / "yamllint"), "-d", "relaxed", "."]
            checker = [str(peers / "check-jsonschema"), "--schemafile", str(schema_path())]
            commands["check-jsonschema"] = [*checker, *files]
        for name, command in commands.items():
            used, clock = measured(command, environment, top)
            print(f"  {name}: {used:.1f} s of the processor, {clock:.1f} s", flush=True)
        for name, command in (
            ("check of one file", [*ours, "check", str(alone)]),
            ("--version", [*ours, "--version"]),
            ("python -c pass", [sys.executable, "-c", "pass"]),
        ):
            runs = [measured(command, environment, top) for _ in range(_TIMES)]
            least, middle = min(used for used, _ in runs), median(used for used, _ in runs)
            print(f"  {name}: {middle:.3f} s of the processor, {least:.3f} s at best of {_TIMES}", flush=True)


if __name__ == "__main__":
    main()
