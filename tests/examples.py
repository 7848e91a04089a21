"""How many examples a property test looks at, by the profile that HYPOTHESIS_PROFILE names."""

import os
from typing import Final

from hypothesis import settings

PROFILE: Final = os.environ.get("HYPOTHESIS_PROFILE", "spine")
_SCALES: Final = {
    "spine": 1,
    "versions": 0.25,  # the trials of versions: what one changes shows in the first examples
    "search": 20,  # to look for trouble by hand
}


def load_profile() -> None:
    """No timed verdicts, and CI repeats itself; only a search takes examples that nobody has seen."""
    settings.register_profile(PROFILE, deadline=None, derandomize=PROFILE != "search", max_examples=examples(100))
    settings.load_profile(PROFILE)


def examples(usual: int) -> int:
    """The number for `max_examples` where CI takes `usual`; four at least."""
    if PROFILE not in _SCALES:
        raise ValueError(f"HYPOTHESIS_PROFILE is {PROFILE!r}; there are {', '.join(_SCALES)}")
    return max(4, round(usual * _SCALES[PROFILE]))
