"""The advisory lock keys of pipelines, filled in with the parameters of a step."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter


def lock_key(template: str, params: Mapping[str, object]) -> str | None:
    """The key that a template such as `prices:{day}` makes of parameters; None where only a run would tell.

    What is no template of `str.format` is a key as it stands.
    """
    key = ""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return template
    for text, name, spec, conversion in parts:
        key += text
        if name is None:
            continue
        if spec or conversion or name not in params:
            return None
        key += str(params[name])
    return key
