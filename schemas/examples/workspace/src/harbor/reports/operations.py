"""Reports, in the words of the newer Spine: operations."""

from spine.framework import registry as reg
from spine.framework.operations import Operation
from spine.framework.params import OperationSpec, ParamDef

from ..names import REPORTS

MONTH = {"month": ParamDef("month", str, "The month, as YYYY-MM")}


@reg.register_operation(REPORTS + ".count_calls")
class CountCalls(Operation):
    """Counts the calls of a month, terminal by terminal."""

    spec = OperationSpec(required_params=MONTH)


@reg.register_operation(REPORTS + ".render")
class Render(Operation):
    """Renders the report of a month."""

    spec = OperationSpec(
        required_params={**MONTH, "title": ParamDef("title", str, "What stands above it")},
        optional_params={"pages": ParamDef("pages", int | None, "At most so many pages", default=None)},
    )


@reg.register_operation(REPORTS + ".render")
class RenderAsText(Operation):
    """The same for those who read mail in a terminal; its name was copied and not changed."""
