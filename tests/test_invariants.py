"""The invariants of ARCHITECTURE.md that no other test holds."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from spine_lsp.analysis.catalogue import BY_CODE
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.orchestration.problems import CODES
from spine_lsp.server.client import Client
from spine_lsp.syntax.text import Edit, Text
from tests.cli.runner import shell
from tests.test_layers import imports

PACKAGE = Path(__file__).parent.parent / "spine_lsp"


def calls(path: Path) -> Iterator[str]:
    """The names of all that a file calls: `a.b.c(...)` is `c`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.func.id


def test_a_snapshot_never_changes() -> None:
    """A change makes another workspace; the one before, its documents and texts stay as they were."""
    before = Workspace().with_document("u", 1, Text("kind: PipelineGroup\nname: a\n"), None)
    document = before.documents["u"]
    text = document.text.replaced(26, 27, "b")
    after = before.with_document("u", 2, text, [Edit(26, 27, "b")])
    assert (document.groups[0].name, after.documents["u"].groups[0].name) == ("a", "b")
    assert before.documents["u"] is document
    assert document.text.source.endswith("a\n")
    assert "u" in before.documents
    assert "u" not in after.without_document("u").documents
    with pytest.raises(TypeError):
        before.documents["v"] = document  # type: ignore[index]  # that it cannot be done is the point
    with pytest.raises(dataclasses.FrozenInstanceError):
        before.config_of = after.config_of  # type: ignore[misc]  # as above
    with pytest.raises(dataclasses.FrozenInstanceError):
        Client().encoding = "utf-8"  # type: ignore[misc]  # as above


def test_released_codes_are_still_there() -> None:
    """The codes of the first release, whatever else has come since."""
    first = [
        "yaml-syntax",
        "duplicate-key",
        "unknown-key",
        "missing-key",
        "wrong-type",
        "bad-value",
        "unsupported-version",
        "unknown-kind",
        "duplicate-step",
        "unknown-dependency",
        "self-dependency",
        "dependency-cycle",
        "blocked-step",
        "duplicate-dependency",
    ]
    assert list(CODES)[: len(first)] == first
    assert set(first) <= BY_CODE.keys()


def test_one_object_of_the_server_replaces_the_snapshot() -> None:
    """Whoever wants another state asks the session: nobody else makes a snapshot or changes a workspace."""
    making = {"Snapshot", "with_document", "without_document", "with_config"}
    makers = {path.name for path in (PACKAGE / "server").rglob("*.py") if making & set(calls(path))}
    assert makers == {"session.py"}


# Each of them runs text or imports a file by name.
RUNNING = {
    *("exec", "eval", "compile", "__import__", "run_path", "run_module", "spec_from_file_location"),
    *("system", "popen", "Popen", "check_output", "check_call", "call", "execv", "spawnv", "startfile"),
    *("unsafe_load", "full_load", "load_all", "loads_unsafe", "literal_eval"),
}
# These name modules of our own.
IMPORTERS = {
    "orchestration/__init__.py",
    "execution/__init__.py",
    "cli/command_line.py",
    "cli/formats/__init__.py",
    "server/framework/server.py",
}


# What a worker is, which runs in a process of its own; and the one place that starts such processes.
WORKER = "execution/worker/"
STARTER = "execution/processes.py"
# Starts the command `run` for the server, as a process of its own.
OF_SERVER = "server/runs/process.py"
# Starts this package again, to read files.
OF_READERS = "disk/reading_processes.py"
# Who may use that: the commands that run groups, and nobody else.
RUNNERS = {f"cli/running/{name}.py" for name in ("celery", "command", "debugging", "preparing")}
CELERY = "execution/celery/"


def test_nothing_in_the_package_can_run_what_a_file_says() -> None:
    """No text is executed, no process started, and nothing imported but modules of our own, the workers' side apart."""
    running, importers = [], set()
    for path in PACKAGE.rglob("*.py"):
        name, called = path.relative_to(PACKAGE).as_posix(), list(calls(path))
        if name.startswith(WORKER):
            continue
        if name in (STARTER, OF_SERVER, OF_READERS):
            called.remove("Popen")
        of_patterns = path.read_text(encoding="utf-8").count("re.compile(")
        running += [f"{name}: {function}" for function in RUNNING - {"compile"} if function in called]
        running += [f"{name}: compile"] * (called.count("compile") - of_patterns)
        if "import_module" in called:
            importers.add(name)
    assert (running, importers) == ([], IMPORTERS)


def test_only_git_workers_and_this_package_are_ever_started_each_in_one_file() -> None:
    """One file asks git for objects, one starts the workers of runs, and two start this package again; no other."""
    starting = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"(?m)^\s*(import|from) (subprocess|multiprocessing|pty)\b", path.read_text(encoding="utf-8"))
    }
    assert starting == {"disk/revisions.py", "cli/checks/run.py", STARTER, OF_SERVER, OF_READERS}
    # `check` divides its own process, and starts no other program.
    assert 'get_context("fork")' in (PACKAGE / "cli" / "checks" / "run.py").read_text(encoding="utf-8")


def test_only_a_command_that_runs_groups_starts_workers() -> None:
    """The server, `check` and all else never load what starts them, nor what imports and calls pipelines."""
    users, callers = set(), set()
    for path in PACKAGE.rglob("*.py"):
        name, modules = path.relative_to(PACKAGE).as_posix(), imports(path)
        if name.startswith((WORKER, CELERY)):
            continue
        if any(
            module.startswith(("spine_lsp.execution.processes", "spine_lsp.execution.celery")) for module in modules
        ):
            users.add(name)
        if modules & {f"spine_lsp.execution.worker.{part}" for part in ("calling", "serving", "shim", "__main__")}:
            callers.add(name)
    assert (users, callers) == (RUNNERS, set())


def test_code_of_the_workspace_is_not_run(tmp_path: Path) -> None:
    """A folder that is full of traps is checked and planned, and none of them goes off."""
    trap = "import pathlib\npathlib.Path(__file__).with_name('sprung').touch()\n"
    for name in ("conftest", "spine_plugin", "prices"):
        (tmp_path / f"{name}.py").write_text(trap, encoding="utf-8")
    (tmp_path / "daily.yaml").write_text(
        "kind: PipelineGroup\nname: daily\nsteps:\n"
        "- {name: a, pipeline: prices.fetch}\n"
        "- {name: b, pipeline: !!python/name:prices.fetch ''}\n"
        "- {name: c, pipeline: !!python/object/apply:os.system ['touch sprung']}\n",
        encoding="utf-8",
    )
    ran = shell("$SPINE check .; $SPINE plan daily.yaml", cwd=tmp_path)
    assert "daily.yaml" in ran.out
    assert "internal error" not in ran.err
    assert not (tmp_path / "sprung").exists()
