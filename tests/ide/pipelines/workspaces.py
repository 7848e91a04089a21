"""A workspace for the features of pipelines: some Python, a group that uses it, and one that is built in Python."""

from __future__ import annotations

from spine_lsp.ide.pipelines.places import FilePlace
from tests.fixture import Fixture, fixture
from tests.pysource.workspaces import cut

PYTHON = '''
#- /jobs/prices.py
from enum import Enum
from spine.framework.registry import register_pipeline
from spine.framework.pipelines import Pipeline
from spine.framework.params import ParamDef, PipelineSpec, enum_value
from spine.execution.registry import register_task
from spine.orchestration import PipelineGroup, PipelineStep


class Market(Enum):
    STOCKS = "stocks"
    BONDS = "bonds"


@register_pipeline("prices.fetch")
class Fetch(Pipeline):
    """Fetches prices | of a *day*.

    Twice `at` most.
    """

    description = "All prices"
    DEPENDENCIES = [{"domain": "calendar", "table": "days", "description": "open days", "required": False}]
    spec = PipelineSpec(
        required_params={"day": ParamDef("day", str, "The day")},
        optional_params={
            "market": ParamDef("market", str, "Which <one>", default="stocks", validator=enum_value(Market)),
            "limit": ParamDef("limit", int | None, "At most", default=None),
            "force": ParamDef("force", bool, "Again", default=False),
        },
    )

    def run(self):
        return self.params.get("capture_id")


@register_pipeline("prices.clean")
class Clean(Pipeline):
    lock_key_template = "clean:{day}"

    def run(self):
        return self.params["day"]


@register_task("send_mail")
def send_mail(params):
    return params["to"]


weekly = PipelineGroup(name="weekly", steps=[PipelineStep("again", "prices.fetch", params={"day": "x"})])
'''


def group(text: str) -> Fixture:
    """The workspace with this group, which holds the cursor."""
    return fixture(f"{PYTHON}\n#- /group.yaml\n{text}")


def marked(fix: Fixture, place: FilePlace) -> str:
    """The text of a place of a Python file, with the name of the file."""
    path = place.uri.removeprefix("file:///")
    return f"{path}: {cut(fix.python[path], place.place)}"
