"""Functions in the registry of `spine.execution`: tasks, which no step of a group can run."""

from spine.execution.registry import get_default_registry, register_handler, register_pipeline, register_task


@register_task("send_mail", description="Sends a mail", tags={"team": "office"})
async def send_mail(params):
    """Sends one mail."""
    return {"to": params["to"], "subject": params.get("subject", "Report")}


@register_pipeline("nightly_cleanup")
async def nightly_cleanup(params):
    """Removes what is older than `days`."""
    return params.get("days", 30)


@register_handler("step", "wait_for_tide")
def wait_for_tide(params):
    return params["level"]


def archive(params):
    """Archives a month."""
    return params["month"]


get_default_registry().register("task", "archive", archive)
get_default_registry().register("task", "ping", lambda params: "pong")
