"""Days that were missed."""

from market_spine.pipelines.registry import PipelineRegistry, registry


def backfill(params):
    """Runs the calls of many days again."""
    return params["start"], params["end"]


registry.register(
    name="calls_backfill",
    handler=backfill,
    description="Calls of many days",
    requires_lock=True,
    lock_key_template="calls_backfill:{start}:{end}",
)


@PipelineRegistry.register
class RepairCalls:
    """Repairs what a backfill left."""

    name = "calls.repair"
