"""A group that is built in Python."""

from spine.orchestration import ExecutionPolicy, PipelineGroup, PipelineStep, register_group

from harbor.names import ARRIVALS

weekly = PipelineGroup(
    name="harbor.weekly",
    domain="harbor",
    description="What is run again on Sundays",
    steps=[
        PipelineStep("levels", "tides.fetch_levels"),
        PipelineStep("calls", f"{ARRIVALS}.normalize_calls", depends_on=["levels"], params={"terminal": "ferry"}),
        PipelineStep("berths", f"{ARRIVALS}.match_berths", depends_on=["calls"]),
        PipelineStep("pilots", "pilots/assign", depends_on=["berths"]),
    ],
    policy=ExecutionPolicy.parallel(max_concurrency=2),
)

register_group(weekly)
