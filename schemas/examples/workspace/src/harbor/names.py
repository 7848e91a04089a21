"""The domains under which pipelines are registered, and the values that their parameters take."""

from enum import Enum

DOMAIN = "harbor"
ARRIVALS = f"{DOMAIN}.arrivals"
REPORTS = DOMAIN + ".reports"


class Terminal(Enum):
    """Where a ship may berth."""

    NORTH = "north"
    CONTAINER = "container"
    FERRY = "ferry"


CALLS_TABLE = {"domain": ARRIVALS, "table": "calls", "description": "every call, in one shape", "required": True}
