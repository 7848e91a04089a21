"""Packages of an environment that the options name: their pipelines count, and nothing of theirs is changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spine_lsp.analysis.document import Document
from spine_lsp.analysis.project import Project
from spine_lsp.analysis.uris import uri_of
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.disk.config_files import project_path
from spine_lsp.disk.project_files import ProjectFiles
from spine_lsp.ide.pipelines.renaming import rename_pipeline
from spine_lsp.ide.pipelines.skeleton import places
from spine_lsp.syntax.text import Text
from tests.cli.runner import run
from tests.pysource.workspaces import SPINE

BASE = SPINE + 'class Base(Pipeline):\n    spec = PipelineSpec(required_params={"day": ParamDef("day", str)})\n'
JOBS = f'{SPINE}from acme_jobs.base import Base\n@register_pipeline("acme.load")\nclass Load(Base): ...\n'
GROUP = (
    "kind: PipelineGroup\nname: g\nsteps:\n- {name: a, pipeline: acme.load}\n- {name: b, pipeline: acme.laod}\n"
    '- {name: c, pipeline: own.load, params: {day: "x", dya: "x"}}\n'
)
OWN = f'{SPINE}from acme_jobs.base import Base\n@register_pipeline("own.load")\nclass Own(Base): ...\n'
SITE = ".venv/lib/python3.12/site-packages"


def write(top: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, encoding="utf-8")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A workspace with an environment, which git ignores as virtualenv has it."""
    write(
        tmp_path,
        {
            ".git/HEAD": "",
            ".venv/.gitignore": "*\n",
            f"{SITE}/acme_jobs/__init__.py": "",
            f"{SITE}/acme_jobs/base.py": BASE,
            f"{SITE}/acme_jobs/jobs/load.py": JOBS,
            f"{SITE}/acme_jobs/example.yaml": GROUP,
            f"{SITE}/other/jobs.py": JOBS.replace("acme.load", "other.load"),
            "groups/g.yaml": GROUP,
            "src/own.py": OWN,
        },
    )
    return tmp_path


def name_packages(top: Path, *packages: str) -> None:
    write(top, {"spine-lsp.toml": f"pythonPackages = {json.dumps(packages)}\n"})


def scanned(top: Path) -> ProjectFiles:
    files = ProjectFiles(lambda _: None)
    for _ in files.scan([project_path(top)]):
        pass
    return files


def names(project: Project) -> list[str]:
    assert project.python is not None
    return project.python.runnable_names()


@pytest.mark.parametrize("named", ["acme_jobs", ".venv/acme_jobs", "{top}/.venv/acme_jobs"])
def test_only_packages_that_are_named_are_read(top: Path, named: str) -> None:
    """By name, or behind their environment; of what else lies there nothing is known."""
    assert names(scanned(top).project) == ["own.load"]
    name_packages(top, named.format(top=top.as_posix()), "nowhere")
    project = scanned(top).project
    assert names(project) == ["acme.load", "own.load"]
    assert [group.name for _, group in project.groups.named("g")] == ["g"]
    assert project.python is not None
    (own,) = project.python.named("own.load")
    assert [each.name for each in own.signature.parameters] == ["day"]  # inherited of the package
    assert not own.signature.open


def test_a_package_that_changes_is_read_again(top: Path) -> None:
    """By another version that is installed, say, while nobody tells."""
    name_packages(top, "acme_jobs")
    files = scanned(top)
    write(top, {f"{SITE}/acme_jobs/jobs/more.py": JOBS.replace("acme.load", "acme.more")})
    for _ in files.look():
        pass
    assert names(files.project) == ["acme.load", "acme.more", "own.load"]


def test_nothing_of_a_package_is_changed_or_called_wrong(top: Path) -> None:
    """No rename reaches into it, no pipeline is written there, and a copy in the workspace is no second one."""
    name_packages(top, "acme_jobs")
    project = scanned(top).project
    path = f"{project_path(top)}/groups/g.yaml"
    workspace = Workspace().with_project(project).with_document(uri_of(path), 1, Text(GROUP), None)
    assert isinstance(workspace.documents[uri_of(path)], Document)
    assert "installed package" in str(rename_pipeline(workspace, "acme.load", "acme.fetch"))
    assert project.pipelines is not None
    assert [each.path.rpartition("/")[2] for each in places(project.pipelines, "acme.x")] == [
        "own.py",
        "x.py",
    ]
    assert not any(SITE in each.path for each in places(project.pipelines, "acme.x"))
    write(top, {"acme_jobs/__init__.py": "", "acme_jobs/base.py": BASE, "acme_jobs/load.py": JOBS})
    copied = scanned(top).project.python
    assert copied is not None
    assert len(copied.named("acme.load")) == 2
    assert copied.duplicates() == {}


def test_the_command_line_says_the_same(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` finds what is wrong in steps that run them, and `doctor` says where each package is."""
    name_packages(top, "acme_jobs", "nowhere")
    monkeypatch.chdir(top)
    monkeypatch.setenv("SPINE_LSP_CACHE", "off")
    checked = run("check", "--format", "concise", ".").out
    assert [line.split("[")[1].split("]")[0] for line in checked.splitlines() if "[" in line] == [
        "missing-parameter",
        "unknown-pipeline",
        "unknown-parameter",
    ]
    assert "did you mean `acme.load`?" in checked
    report = json.loads(run("doctor", "--json", ".").out)
    assert report["python_packages"] == [
        {"name": "acme_jobs", "folder": str(top / SITE / "acme_jobs")},
        {"name": "nowhere", "folder": None},
    ]
    assert [each["name"] for each in report["registrations"]].count("acme.load") == 1
    text = run("doctor", ".").out
    assert "package nowhere: no environment has it" in text
