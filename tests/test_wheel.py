"""The built wheel holds what it needs, and works away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_schema_pages_and_types(wheel: Path) -> None:
    """The schema, the rules' pages and `py.typed` are inside; tests and editors are not."""
    names = zipfile.ZipFile(wheel).namelist()
    assert "spine_lsp/schemas/pipeline-group.schema.json" in names
    assert "spine_lsp/analysis/rules/pages/dependency-cycle.md" in names
    assert "spine_lsp/py.typed" in names
    assert {name.partition("/")[0] for name in names} == {
        "spine_lsp",
        wheel.name.rpartition("-py3")[0] + ".dist-info",
    }


def test_the_installed_wheel_works(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, the command line runs from there and finds its schema."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONSAFEPATH": "1"}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=env, cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert str(tmp_path) in run("-c", "import spine_lsp; print(spine_lsp.__file__)")
    assert '"$defs"' in run("-m", "spine_lsp", "schema")
    example = str(ROOT / "schemas" / "examples" / "weekly_refresh.yaml")
    assert "nothing found" in run("-m", "spine_lsp", "check", example)
