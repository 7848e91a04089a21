"""The groups of this process by name: registered directly or by decorator, looked up, listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from spine_lsp.orchestration._log import logger
from spine_lsp.orchestration.exceptions import GroupNotFoundError
from spine_lsp.orchestration.models import PipelineGroup
from spine_lsp.orchestration.problems import did_you_mean

_groups: dict[str, PipelineGroup] = {}


def register_group(group_or_factory: PipelineGroup | Callable[[], PipelineGroup]) -> PipelineGroup:
    """Register a group, or, as a decorator, the group that a function returns; answers the group.

    Raises ValueError when the name is taken, TypeError when there is no group.
    """
    group = group_or_factory if isinstance(group_or_factory, PipelineGroup) else _made_by(group_or_factory)
    if group.name in _groups:
        raise ValueError(f"a pipeline group '{group.name}' is already registered; names must be unique")
    _groups[group.name] = group
    logger().info("group_registered", name=group.name, domain=group.domain, steps=len(group.steps))
    return group


def _made_by(factory: object) -> PipelineGroup:
    made = factory() if callable(factory) else factory
    if not isinstance(made, PipelineGroup):
        raise TypeError(
            f"register_group takes a PipelineGroup or a function that returns one, not {type(made).__name__}"
        )
    return made


def get_group(name: str) -> PipelineGroup:
    """The group of that name; GroupNotFoundError if there is none."""
    try:
        return _groups[name]
    except KeyError:
        raise GroupNotFoundError(name, did_you_mean(name, _groups)) from None


def list_groups(domain: str | None = None) -> list[str]:
    """The names of all groups, or of those in a domain, sorted."""
    return sorted(name for name, group in _groups.items() if not domain or group.domain == domain)


def group_exists(name: str) -> bool:
    """Whether a group of that name is registered."""
    return name in _groups


def clear_group_registry() -> None:
    """Forget all groups; for tests, mostly."""
    _groups.clear()
    logger().debug("group_registry_cleared")


def get_registry_stats() -> dict[str, Any]:
    """How many groups there are: ``{"total_groups": n, "groups_by_domain": {domain: n}}``."""
    domains = Counter(group.domain or "(no domain)" for group in _groups.values())
    return {"total_groups": len(_groups), "groups_by_domain": dict(domains)}
