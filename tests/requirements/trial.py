"""Runs the tests that a version can change with others than the locked ones; names the package that breaks them.

usage: trial.py newest|lowest [PYTEST ARGUMENT...]

`newest` takes the newest version of everything that pyproject.toml permits, on this day.
`lowest` takes the lower bound of everything that pyproject.toml names.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent
ROOT = REQUIREMENTS.parent.parent
TESTS = ["-q", "-n", "2", "--dist", "worksteal", "-m", "not any_version"]


class Environment:
    """A virtual environment of its own below `.cache/`, made anew."""

    def __init__(self, kind: str) -> None:
        self.folder = ROOT / ".cache" / kind
        shutil.rmtree(self.folder, ignore_errors=True)
        venv.create(self.folder, with_pip=True)
        self.python = self.folder / ("Scripts" if os.name == "nt" else "bin") / "python"

    def pip(self, *arguments: str | Path) -> str:
        """What pip prints. Ends the run when pip fails: its own message, just printed, names the package."""
        words = [str(argument) for argument in arguments]
        command = [str(self.python), "-m", "pip", "--disable-pip-version-check", *words]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{done.stdout}\nFAILED: pip {' '.join(words)}")
        return done.stdout

    def install_newest(self) -> None:
        """The package and the tools of its tests, with what the registry has today."""
        self.pip("install", "-q", "--upgrade", "pip")  # the one that comes with Python knows no groups
        self.pip("install", "-q", "--editable", ".", "--group", "test")

    def install_lowest(self) -> None:
        """The same with the lower bounds of pyproject.toml."""
        self.pip("install", "-q", "--require-hashes", "-r", REQUIREMENTS / "lowest.txt")
        self.pip("install", "-q", "--no-deps", "--no-build-isolation", "--editable", ".")
        self.pip("check")

    def versions(self) -> dict[str, str]:
        """What is installed, without the installer, by normalised name."""
        listed = json.loads(self.pip("list", "--format", "json"))
        return {normalised(package["name"]): package["version"] for package in listed if package["name"] != "pip"}

    def failures(self, *arguments: str) -> list[str]:
        """The tests that fail, by their node ids; the whole folder when they could not even be collected."""
        cache = self.folder / "pytest"
        shutil.rmtree(cache, ignore_errors=True)
        options = ["-o", f"cache_dir={cache}"]
        done = subprocess.run(
            [self.python, "-m", "pytest", *TESTS, *options, *arguments],
            cwd=ROOT,
            env={**os.environ, "HYPOTHESIS_PROFILE": "versions"},
            check=False,
        )
        if done.returncode == 0:
            return []
        failed = cache / "v" / "cache" / "lastfailed"
        return list(json.loads(failed.read_text(encoding="utf-8"))) if failed.exists() else ["tests"]

    def failures_again(self, tests: list[str]) -> list[str]:
        """Those of these tests that fail once more."""
        names = self.folder / "failed.txt"
        names.write_text("\n".join(tests) + "\n", encoding="utf-8")
        return self.failures(f"@{names}")


def normalised(name: str) -> str:
    """A package's name as lock files write it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    """The versions of tests/requirements/dev.txt, by name."""
    lines = (REQUIREMENTS / "dev.txt").read_text(encoding="utf-8").splitlines()
    pins = (line.partition(" ")[0].split("==") for line in lines if "==" in line)
    return dict(pins)


def culprits(environment: Environment, differing: dict[str, tuple[str, str]], failed: list[str]) -> list[str]:
    """The packages whose locked version, put back alone, makes fewer of these tests fail."""
    guilty = []
    for name, (here, lock) in differing.items():
        print(f"-- the failed tests again, with {name} {lock} in place of {here}", flush=True)
        environment.pip("install", "-q", "--no-deps", f"{name}=={lock}")
        if len(environment.failures_again(failed)) < len(failed):
            guilty.append(f"{name} {here} (locked: {lock})")
        environment.pip("install", "-q", "--no-deps", f"{name}=={here}")
    return guilty


def main(kind: str, *arguments: str) -> None:
    """Makes the environment, runs the tests, and ends with a sentence about what differs."""
    environment = Environment(kind)
    environment.install_newest() if kind == "newest" else environment.install_lowest()
    here, lock = environment.versions(), locked()
    differing = {name: (here[name], lock[name]) for name in sorted(here.keys() & lock.keys())}
    differing = {name: pair for name, pair in differing.items() if pair[0] != pair[1]}
    words = ", ".join(f"{name} {there} (locked: {pin})" for name, (there, pin) in differing.items())
    print(f"== {kind} on {sys.executable}: {words or 'nothing differs from the lock'}", flush=True)
    failed = environment.failures(*arguments)
    if not failed:
        return
    print("-- the failed tests again, with nothing changed", flush=True)
    steadily = environment.failures_again(failed)
    if not steadily:  # says nothing about versions; `make test-python` has no such second try
        print(f"UNSTEADY: failed once, and passed when run again: {' '.join(failed)}", flush=True)
        return
    guilty = culprits(environment, differing, steadily)
    sys.exit(f"FAILED with {kind} versions: " + (", ".join(guilty) or f"no one package alone; of {words}"))


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ("newest", "lowest"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
