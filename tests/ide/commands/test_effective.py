"""The group as it runs: the same group to the loader, with nothing left to be merged."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies as st

from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.effective import effective_text
from spine_lsp.orchestration.loader import groups_from_text
from spine_lsp.orchestration.models import PipelineGroup, PipelineStep
from spine_lsp.orchestration.planner import merge_params
from spine_lsp.orchestration.yaml_writer import dump
from spine_lsp.syntax.text import Text
from tests.fixture import fixture

pytestmark = pytest.mark.any_version

WHOLE = """
    apiVersion: spine.io/v1
    kind: PipelineGroup
    metadata:
      name: sales.daily
      domain: sales
    spec:
      defaults: {region: eu, since: 2026-01-09}
      pipelines:
        - name: ingest   # from the shop
          pipeline: sales.ingest
        - name: publish
          pipeline: sales.publish
          depends_on: ingest
          params: {region: us}
        - {name: report, pipeline: sales.report, depends_on: [publsh]}
    """


def effective(text: str, most: int | None = None) -> str:
    fix = fixture(text)
    (group,) = fix.document.groups
    return effective_text(group, "daily.yaml", *([] if most is None else [most]))


def test_each_step_has_all_its_parameters_and_says_where_they_are_from() -> None:
    """Order and level stand behind the name, or why there are none; the policy stands there in full."""
    assert effective(WHOLE) == (
        "# sales.daily as it runs. Made of daily.yaml, which it follows.\n"
        "# 2 of 3 steps can run.\n"
        "apiVersion: spine.io/v1\n"
        "kind: PipelineGroup\n"
        "metadata:\n"
        "  name: sales.daily\n"
        "  version: 1\n"
        "  domain: sales\n"
        "spec:\n"
        "  pipelines:\n"
        "    - name: ingest  # number 1, level 1\n"
        "      pipeline: sales.ingest\n"
        "      depends_on: []\n"
        "      params:\n"
        "        region: eu  # default\n"
        "        since: 2026-01-09  # default\n"
        "    - name: publish  # number 2, level 2\n"
        "      pipeline: sales.publish\n"
        "      depends_on: [ingest]\n"
        "      params:\n"
        "        since: 2026-01-09  # default\n"
        "        region: us  # not the default\n"
        "    - name: report  # cannot run: waits for `publsh`, which does not exist\n"
        "      pipeline: sales.report\n"
        "      depends_on: [publsh]\n"
        "      params:\n"
        "        region: eu  # default\n"
        "        since: 2026-01-09  # default\n"
        "  policy:\n"
        "    execution: sequential\n"
        "    max_concurrency: 4\n"
        "    on_failure: stop\n"
    )


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=60)
    | st.dates(datetime.date(1000, 1, 1))
)
VALUES = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(NAMES, inside, max_size=4),
    max_leaves=12,
)
PARAMS = st.dictionaries(NAMES, VALUES, max_size=3)


@st.composite
def made_groups(draw: st.DrawFn) -> PipelineGroup:
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    steps = [
        PipelineStep(name, draw(NAMES), draw(st.permutations(names[:number])), draw(PARAMS))
        for number, name in enumerate(names)
    ]
    return PipelineGroup(draw(NAMES), steps, defaults=draw(PARAMS), description=draw(st.text(max_size=5)))


@given(made_groups())
def test_it_is_the_same_group_merged(group: PipelineGroup) -> None:
    """The loader reads it, finds no fault, and every value is the one that the planner merges."""
    written = dump(group.to_dict())
    loaded = groups_from_text(written)[0]
    workspace = Workspace().with_document("file:///g.yaml", 1, Text(written), None)
    (found,) = workspace.documents["file:///g.yaml"].groups
    (again,) = groups_from_text(effective_text(found, "g.yaml"))
    assert (again.name, again.version, again.policy) == (loaded.name, loaded.version, loaded.policy)
    assert again.defaults == {}
    for one, other in zip(again.steps, loaded.steps, strict=True):
        merged = merge_params(loaded.defaults, {}, other.params)
        assert (one.name, one.pipeline, list(one.depends_on)) == (
            other.name,
            other.pipeline,
            list(other.depends_on),
        )
        assert one.params == {key: value for key, (value, _) in merged.items()}


@pytest.mark.parametrize(
    "text",
    [
        "name: g\nsteps: []\n",
        "kind: PipelineGroup\n",
        "name: g\nsteps:\n  - pipeline: p\n  - name: a\n  -\n  - {name: a, pipeline: b}\n",
        "name: g\nversion: [1]\nsteps:\n- {name: a, pipeline: p, depends_on: [b]}\n- {name: b, depends_on: [a]}\n",
    ],
)
def test_a_group_with_faults_is_still_yaml(text: str) -> None:
    """What cannot be read is left out; a step without a name has its other keys."""
    fix = fixture("apiVersion: spine.io/v1\n" + text)
    (group,) = fix.document.groups
    read: Any = yaml.safe_load(effective_text(group, "g.yaml"))
    assert len(read["spec"]["pipelines"]) == group.step_count


def test_what_stands_for_too_much_is_cut() -> None:
    """A document of ours has an end, whatever aliases and defaults stand for, and says that it was cut."""
    text = effective(WHOLE, 400)
    assert len(text) < 500
    assert text.endswith("# The rest is left out: this document has more than 400 characters.\n")
    assert yaml.safe_load(text)["metadata"]["name"] == "sales.daily"


def test_a_file_cannot_write_a_line_of_its_own() -> None:
    """Names with line breaks and escapes stay inside quotes, and inside comments of one line."""
    text = effective('name: "a\\nkind: Secret"\nsteps:\n  - {name: "b\\n#", pipeline: p, depends_on: ["c\\nx: y"]}\n')
    read: Any = yaml.safe_load(text)
    assert sorted(read) == ["apiVersion", "kind", "metadata", "spec"]
    assert read["metadata"]["name"] == "a\nkind: Secret"
