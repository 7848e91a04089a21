"""What the pipelines of this project have in common."""

from spine.framework.params import ParamDef, PipelineSpec, date_format, enum_value
from spine.framework.pipelines import Pipeline
from spine.framework.registry import register_pipeline as pipeline

from harbor.names import Terminal

__all__ = ["DAY", "DailyPipeline", "Pipeline", "TERMINAL", "pipeline"]

DAY = ParamDef("day", str, "The day, as YYYY-MM-DD", validator=date_format, error_message="day must be a date")
TERMINAL = ParamDef(
    name="terminal",
    type=str,
    description="Only the calls at this terminal",
    required=False,
    default=Terminal.NORTH.value,
    validator=enum_value(Terminal),
)


class DailyPipeline(Pipeline):
    """Runs for one day."""

    spec = PipelineSpec(required_params={"day": DAY}, optional_params={"terminal": TERMINAL})

    @property
    def day(self):
        return self.params["day"]
