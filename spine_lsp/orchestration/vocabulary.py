"""The words of a group's file, and its forms: which keys there are, and where each of them stands."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, NamedTuple

API_VERSION = "spine.io/v1"
API_FAMILY = "spine"
"""What every `apiVersion` of ours begins with, those of later versions too."""
KIND = "PipelineGroup"

API_VERSION_KEY, KIND_KEY = "apiVersion", "kind"
DECLARING = frozenset((API_VERSION_KEY, KIND_KEY))

METADATA, SPEC = "metadata", "spec"
NAME, DOMAIN, VERSION, DESCRIPTION, TAGS = "name", "domain", "version", "description", "tags"
DEFAULTS, POLICY = "defaults", "policy"
STEPS, PIPELINES = "steps", "pipelines"
PIPELINE, DEPENDS_ON, PARAMS = "pipeline", "depends_on", "params"
EXECUTION, MAX_CONCURRENCY = "execution", "max_concurrency"
ON_FAILURE, TIMEOUT_MINUTES = "on_failure", "timeout_minutes"
RETRIES, BACKOFF = "retries", "backoff"

FREE = (DEFAULTS, PARAMS)
"""The keys of maps in which everything is allowed: parameters."""

STEP = "step"
"""What the schema calls one item of the list of steps."""

Keys = tuple[str, ...]
"""A path without indices."""


class Form(NamedTuple):
    """One way to write a document: where its parts stand, and the schema's definition of the whole."""

    definition: str
    metadata: Keys
    """The path of the map that says what the group is."""
    spec: Keys
    """The path of the map that says what it does."""
    lists: Keys
    """The keys that the list of steps may have in `spec`, the usual one first."""
    step: str = STEP
    """The schema's definition of one step."""
    policy: str = POLICY
    """The key of the policy."""
    execution: str = EXECUTION
    """The key of the policy that says whether steps run side by side."""

    @property
    def list_paths(self) -> tuple[Keys, ...]:
        """Where the list of steps may stand, the usual place first."""
        return tuple((*self.spec, key) for key in self.lists)

    def path_of(self, key: str) -> Keys:
        """Where a key of a group stands, or one of its two sections."""
        if key == METADATA:
            return self.metadata
        if key == SPEC:
            return self.spec
        if key in DECLARING:
            return (key,)
        if key == POLICY:
            return (*self.spec, self.policy)
        return (*(self.spec if key in _OF_SPEC else self.metadata), key)


_OF_SPEC = (DEFAULTS, PIPELINES, STEPS, POLICY)

NESTED = Form("nested", (METADATA,), (SPEC,), (PIPELINES,))
FLAT = Form("flat", (), (), (STEPS, PIPELINES))
FORMS = (NESTED, FLAT)

LIST_PATHS = tuple(path for form in FORMS for path in form.list_paths)
"""Where the list of steps may stand in any form."""
LIST_KEYS = FLAT.lists
"""The keys that the list of steps may have in any form."""


def form_of(keys: Container[object], begun: Form = FLAT) -> Form:
    """The form of a file with these keys at its top; `begun` where none of them tells."""
    return form_among(keys, NESTED, FLAT, begun)


def form_among(keys: Container[object], nested: Form, flat: Form, begun: Form) -> Form:
    """As `form_of`, of two forms."""
    if METADATA in keys or SPEC in keys:
        return nested
    return flat if any(key in keys for key in (*flat.lists, NAME, POLICY)) else begun


def value_at(data: object, path: tuple[str | int, ...]) -> Any:
    """The value at a path of plain data; None where there is none."""
    for key in path:
        if isinstance(data, Mapping):
            data = data.get(key)
        elif isinstance(data, (list, tuple)) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return None
    return data
