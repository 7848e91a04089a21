"""The layers: who may import whom, who may touch the disk, and what an import costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "spine_lsp"
TESTS = Path(__file__).parent
LAYERS = {
    "cancellation": 0,
    "printable": 0,
    "user_folders": 0,
    "orchestration": 0,
    "syntax": 0,
    "pysource": 0,
    "execution": 1,
    "analysis": 1,
    "configuration": 2,
    "drawing": 2,
    "ide": 3,
    "disk": 4,
    "server": 5,
    "agents": 5,
    "cli": 6,
}
# A picture is told all that it shows: its makers know no file and no analysis.
DRAWING = {"cancellation", "drawing", "orchestration", "printable"}
MODULES = sorted(PACKAGE.rglob("*.py"))
# What runs a plan knows the plan and nothing of texts.
EXECUTION = {"execution", "orchestration", "printable", "user_folders"}
# The only ones there that know of YAML.
READ_YAML = {"orchestration/loader.py", "orchestration/documents.py", "orchestration/yaml_writer.py"}


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax, read once for all that is held of it."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> set[str]:
    """Every module that a file imports, at any depth of its code, relative imports made absolute."""
    found: set[str] = set()
    package = path.relative_to(PACKAGE.parent).with_suffix("").parts
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: -node.level]) + "." if node.level else ""
            found.add(base + (node.module or ""))
    return found


def named(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_imports_point_downward() -> None:
    """A layer imports itself and lower ones; of the lowest, the loader knows `syntax`, `pysource` its lines."""
    upward = []
    for path in MODULES:
        layer = layer_of(path)
        for name in imports(path) if layer in LAYERS else ():
            parts = name.split(".")
            if parts[0] != "spine_lsp" or len(parts) == 1:
                continue
            other = parts[1]
            reads_yaml = other == "syntax" and named(path) in READ_YAML
            reads_lines = name == "spine_lsp.syntax.text" and layer == "pysource"
            at_ground = LAYERS[layer] == 0 and other not in (layer, "cancellation")
            beside = at_ground and not reads_yaml and not reads_lines
            beside |= layer == "drawing" and other not in DRAWING
            beside |= layer == "execution" and other not in EXECUTION
            # A snapshot, a picture and an editor's feature run nothing.
            beside |= other == "execution" and layer not in ("execution", "server", "cli")
            if LAYERS[other] > LAYERS[layer] or beside:
                upward.append(f"{named(path)} imports {name}")
    assert upward == []


def test_only_the_server_knows_the_protocol_and_one_folder_of_it_knows_pygls() -> None:
    """lsprotocol is imported in `server/` only, pygls and its converter in `server/framework/` only."""
    knowing = []
    for path in MODULES:
        known = {name.partition(".")[0] for name in imports(path)}
        allowed = {"lsprotocol"} if layer_of(path) == "server" else set()
        if path.parent == PACKAGE / "server" / "framework":
            allowed |= {"pygls", "cattrs"}
        if forbidden := known & {"pygls", "lsprotocol", "cattrs"} - allowed:
            knowing.append(f"{named(path)} imports {forbidden}")
    assert knowing == []


# These read their own files, or know where they are; nothing else below the server and the command line does.
READERS = {
    "orchestration/loader.py",
    "orchestration/schema.py",
    "analysis/rules/pages/__init__.py",
    "user_folders.py",
}
# A plan carries the time at which it was made, and a value may be a date.
DATED = {
    "orchestration/planner.py",
    "orchestration/models.py",
    "syntax/scalars.py",
    "analysis/parameter_types.py",
    "ide/values.py",
    "analysis/schedules/cron.py",  # counts from a time that it is told
    "ide/schedules.py",
}
OUTSIDE = {
    "os",
    "time",
    "pathlib",
    "subprocess",
    "socket",
    "tempfile",
    "shutil",
    "io",
    "datetime",
    "urllib.request",
}


def test_the_engine_reads_no_disk_and_no_clock() -> None:
    """Below `disk/` only what runs plans, and the named readers, import a module that reaches outside."""
    reaching = []
    for path in MODULES:
        if LAYERS.get(layer_of(path), 9) >= LAYERS["disk"] or layer_of(path) == "execution":
            continue
        if named(path) in READERS:
            continue
        outside = imports(path) & OUTSIDE - ({"datetime"} if named(path) in DATED else set())
        reaching += [f"{named(path)} imports {name}" for name in outside]
    assert reaching == []


def test_every_module_says_what_it_is_for() -> None:
    """Each module opens with a docstring."""
    mute = [path for path in MODULES if not ast.get_docstring(tree(path))]
    assert not mute


def test_a_class_name_stands_for_one_class() -> None:
    """Who meets a name has one place to look for it."""
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(named(path))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_every_test_says_what_it_holds() -> None:
    """Each test has a docstring."""
    mute = [
        f"{path.name}: {node.name}"
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert mute == []


def test_no_folder_is_crowded() -> None:
    """What is looked for in a folder is seen at a glance: it holds thirty modules at most."""
    folders = Counter(path.parent for root in (PACKAGE, TESTS) for path in root.rglob("*.py"))
    assert {str(folder): count for folder, count in folders.items() if count > 30} == {}


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize(
    "layer",
    [
        "orchestration",
        "orchestration.planner",
        "orchestration.loader",
        "execution.runner",
        "syntax.file",
        "pysource.index",
        "analysis.diagnose",
        "ide.cursor",
    ],
)
def test_the_engine_works_without_the_protocol_packages(layer: str) -> None:
    """Every layer below the server can be imported where pygls and lsprotocol are not installed."""
    run(
        "import sys\n"
        "for name in ('pygls', 'lsprotocol', 'cattrs'): sys.modules[name] = None\n"
        f"import spine_lsp.{layer}\n"
    )


def test_the_keystroke_path_imports_nothing_heavy() -> None:
    """Analysis imports no logging framework, no console library and no protocol package."""
    loaded = run("import sys, spine_lsp.analysis.diagnose\nprint(*sys.modules)").split()
    assert not {"structlog", "rich", "lsprotocol", "pygls", "click", "rapidfuzz"} & {
        n.partition(".")[0] for n in loaded
    }


def test_what_is_offered_is_known_without_an_import() -> None:
    """The names of tokens, kinds and commands load nothing else of ours: the first answer waits for no feature."""
    loaded = run("import sys, spine_lsp.ide.offer\nprint(*sys.modules)").split()
    ours = {name for name in loaded if name.partition(".")[0] == "spine_lsp"}
    assert ours == {"spine_lsp", "spine_lsp.ide", "spine_lsp.ide.offer"}


def test_the_command_line_imports_the_server_only_to_serve() -> None:
    """`check` runs without the server's modules."""
    loaded = run("import sys, spine_lsp.cli.check, spine_lsp.cli.command_line\nprint(*sys.modules)").split()
    assert not [name for name in loaded if name.startswith(("spine_lsp.server", "lsprotocol", "pygls"))]


def test_check_loads_nothing_that_a_check_of_a_file_seldom_wants() -> None:
    """A hook runs it after each edit, so what selectors, runs and baselines take is loaded where it is wanted."""
    loaded = set(run("import sys, spine_lsp.cli.check\nprint(*sys.modules)").split())
    rare = {"statistics", "tempfile", "hashlib", "logging", "asyncio", "subprocess", "spine_lsp.ide"}
    assert not loaded & (rare | {"spine_lsp.analysis.workspace", "spine_lsp.orchestration.selectors"})
