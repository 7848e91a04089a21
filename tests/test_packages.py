"""The built wheel and the source distribution hold what they need, and work away from the checkout."""

from __future__ import annotations

import email
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_version

ROOT = Path(__file__).resolve().parent.parent


def finished(command: list[str], **options: object) -> str:
    """What a command prints; the test fails with all that it said when it does not succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]  # options of any kind
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both, the wheel built from the source distribution as an installer would."""
    out = tmp_path_factory.mktemp("built")
    finished([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)])
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def unpacked(built: Path) -> Path:
    """The source distribution, unpacked."""
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        # By its attribute, which the Python of Debian 12 takes too: the argument came with 3.11.4.
        tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        tar.extractall(built)
    return built / archive.name.removesuffix(".tar.gz")


def test_the_wheel_holds_data_and_types(wheel: Path) -> None:
    """The schema, the rules' pages, the page of a graph and `py.typed` are inside; tests and editors are not."""
    names = zipfile.ZipFile(wheel).namelist()
    assert "spine_lsp/schemas/pipeline-group.schema.json" in names
    assert "spine_lsp/analysis/rules/pages/dependency-cycle.md" in names
    assert {"spine_lsp/drawing/page.css", "spine_lsp/drawing/page.js"} <= set(names)
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
        return finished([sys.executable, *arguments], env=env, cwd=tmp_path)

    assert str(tmp_path) in run("-c", "import spine_lsp; print(spine_lsp.__file__)")
    assert '"$defs"' in run("-m", "spine_lsp", "schema")
    example = str(ROOT / "schemas" / "examples" / "weekly_refresh.yaml")
    assert "addEventListener" in run("-m", "spine_lsp", "graph", example, "--format", "html")
    assert "nothing found" in run("-m", "spine_lsp", "check", example)


def test_the_page_of_the_package_leads_nowhere_wrong(wheel: Path) -> None:
    """On a package index the README has no link or picture that only the repository holds; its chapters are there."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        page = str(email.message_from_bytes(archive.read(name)).get_payload(decode=True), "utf-8")  # type: ignore[arg-type]  # no multipart
    assert [target for target in re.findall(r"\]\(([^)]*)\)", page) if "://" not in target] == []
    assert "![" not in page
    headings = re.findall(r"(?m)^## .*$", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert headings == re.findall(r"(?m)^## .*$", page)
    assert "`spine-lsp graph schemas/examples/broken_refresh.yaml`:" in page


def test_the_source_distribution_holds_the_tests_and_what_they_read(unpacked: Path) -> None:
    """Every test with its data, the clients' pages and the plugin; nothing of a client's own tests or installation."""
    left_out = {".pyc", ".pyo"}
    for folder in ("tests", "schemas", "spine_lsp"):
        here = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and path.suffix not in left_out
        }
        packed = {path.relative_to(unpacked).as_posix() for path in (unpacked / folder).rglob("*") if path.is_file()}
        assert packed == here
    assert (unpacked / "editors/nvim/plugin/spine.lua").exists()
    assert not (unpacked / "editors/nvim/tests").exists()
    assert {path.name for path in (unpacked / "editors/vscode").iterdir()} == {
        "README.md",
        "package.json",
        "images",
    }


@pytest.mark.timeout(600)  # a run of pytest within a run of pytest, on a machine that may be busy
def test_the_tests_of_the_source_distribution_pass(unpacked: Path) -> None:
    """Those that read files outside of the package and of `tests/` pass where it was unpacked."""
    tests = [
        "tests/test_readme.py",
        "tests/test_requirements.py",
        "tests/editors",
    ]
    env = {**os.environ, "PYTHONPATH": str(unpacked)}
    finished([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests], cwd=unpacked, env=env)
