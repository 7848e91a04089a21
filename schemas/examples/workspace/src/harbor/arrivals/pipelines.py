"""From the messages of ships to one table of calls."""

from spine.framework.params import ParamDef, PipelineSpec, positive_int

from harbor.base import *
from harbor.names import ARRIVALS, CALLS_TABLE


@pipeline("harbor.arrivals.fetch_messages")
class FetchMessages(Pipeline):
    """Fetches the messages that ships sent.

    What was fetched before is left alone, unless `force` is given.
    """

    name = "harbor.arrivals.fetch_messages"
    description = "Fetch the messages of a day"
    spec = PipelineSpec(
        required_params={"day": DAY},
        optional_params={
            "source": ParamDef("source", str, "Where the messages come from", default="radio"),
            "retries": ParamDef("retries", int, "How often to try again", False, 3, positive_int),
            "force": ParamDef(name="force", type=bool, description="Fetch again", default=False),
        },
        examples=["day=2026-03-01", "day=2026-03-01 source=satellite"],
        notes=["The satellite is slow on Sundays."],
    )

    def run(self):
        params = self.params
        batch = params.get("batch_id")
        return params["day"], params.get("source"), batch


@pipeline(f"{ARRIVALS}.normalize_calls")
class NormalizeCalls(DailyPipeline):
    """Brings calls into one shape."""

    description = "One row for each call"

    def get_logical_key(self, params):
        return f"calls:{params['day']}:{params.get('terminal')}"


@pipeline(ARRIVALS + ".match_berths")
class MatchBerths(DailyPipeline):
    """Gives each call a berth."""

    description = "Which ship lies where"
    DEPENDENCIES = [CALLS_TABLE, {"domain": "harbor.tides", "table": "levels", "required": False}]

    def run(self):
        return self.day, self.params.get("window_hours", 6)
