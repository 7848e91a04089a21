"""Workspaces as different teams write them: each wrong name and parameter is found, and nothing else."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Finding
from spine_lsp.syntax.text import Text
from tests.analysis.pipelines.other_workspaces import OTHERS
from tests.analysis.pipelines.teams import TEAMS
from tests.fixture import project_of
from tests.pysource.workspaces import SPINE, files_of

# The body of a pipeline, and the parameters among `x` and `q` of which it is sure that it does not take them.
BODIES = {
    "an argument that holds them": ("def run(self, params): return params['x']", "q"),
    "an argument that may hold them": ("def run(self, context): return context.params['x']", ""),
    "arguments by name": ("def run(self, x, q): return x", ""),
    "all arguments": ("def run(self, **kwargs): return kwargs['x']", ""),
    "the run of another version": ("def execute(self, ctx): return ctx['x']", ""),
    "while it is made": (
        "def __init__(self, params=None): self.x = (params or {}).get('x')\n    def run(self): ...",
        "q",
    ),
    "handed on to what is above": (
        "def __init__(self, params):\n        super().__init__(params)\n        self.x = params['x']",
        "q",
    ),
    "under another name of itself": ("def run(this): return this.params['x']", "q"),
    "by another name for itself": ("def run(self):\n        me = self\n        return me.params['x']", ""),
    "by a property without a method": ("x = property(lambda self: self.params['x'])", ""),
    "by a helper that nobody sees": ("def run(self): return self.get_param('x'), self.param('q')", ""),
    "by a function for a method": ("run = something", ""),
    "by a method given later": ("def run(self): ...\nA.run = lambda self: self.params['x']", ""),
    "by an operator": ("def run(self): return itemgetter('x')(self.params)", ""),
    "by a pattern": ("def run(self):\n        match self.params:\n            case {'x': x}: ...", ""),
    "by a comprehension": ("def run(self): return [self.params[k] for k in self.keys]", ""),
    "or nothing": ("def run(self):\n        p = self.params or {}\n        return p.get('x')", "q"),
    "a class that inherits takes more": (
        "def run(self): return self.params['x']\nclass B(A):\n    def run(self): return self.params['q']",
        "q",
    ),
}


def found_in(python: dict[str, str], pipeline: str, params: str) -> list[Finding]:
    """What is found in a step."""
    given = f"    params: {params}\n" if params else ""
    text = f"kind: PipelineGroup\nname: g\nsteps:\n  - name: s\n    pipeline: {pipeline}\n{given}"
    document = Document.read("file:///g.yaml", 1, Text(text))
    return diagnose(document, project=project_of(python))


def said(finding: Finding) -> str:
    """A code, and what was meant; of a parameter that is missing its name is no guess."""
    guesses = finding.suggestions if finding.code != "missing-parameter" else ()
    return f"{finding.code}: {'/'.join(guesses)}" if guesses else finding.code


@pytest.mark.parametrize("text", [*TEAMS.values(), *OTHERS.values()], ids=[*TEAMS, *OTHERS])
def test_a_team_is_told_what_is_wrong_and_nothing_else(text: str) -> None:
    """Of each step exactly what its line says."""
    python, _, steps = text.partition("#- steps\n")
    files = {path: source for path, source in files_of(python).items() if path.endswith(".py")}
    assert steps
    for line in steps.strip().splitlines():
        pipeline, params, expected = [*(part.strip() for part in line.split("|")), "", ""][:3]
        found = found_in(files, pipeline, params)
        assert ", ".join(map(said, found)) == expected, line


@pytest.mark.parametrize("case", BODIES.values(), ids=BODIES)
def test_a_parameter_is_unknown_where_no_way_leads_to_it(case: tuple[str, str]) -> None:
    """By whichever way the code takes its parameters, what it may take is not called unknown."""
    body, unknown = case
    python = {"p.py": f"{SPINE}@register_pipeline('a.b')\nclass A(Pipeline):\n    {body}\n"}
    found = [each.code for each in found_in(python, "a.b", "{x: 1, q: 2}")]
    assert found == ["unknown-parameter"] * len(unknown)


@pytest.mark.parametrize("folder", ["", "vendor/", "packages/spine-core/src/"])
def test_a_copy_of_spine_leaves_pipelines_known(folder: str) -> None:
    """That Spine's own base class hands its parameters on says nothing of a pipeline."""
    python = {
        f"{folder}spine/framework/pipelines.py": (
            "class Pipeline:\n    spec = None\n    def __init__(self, params=None): self.params = params or {}\n"
            "    def validate(self): return self.spec.validate(self.params)\n"
        ),
        f"{folder}spine/framework/registry.py": "def register_pipeline(name): ...\n",
        "app/p.py": f"{SPINE}@register_pipeline('a.b')\nclass A(Pipeline):\n    def run(self): self.params['x']\n",
    }
    assert [each.code for each in found_in(python, "a.b", "{x: 1, q: 2}")] == ["unknown-parameter"]
