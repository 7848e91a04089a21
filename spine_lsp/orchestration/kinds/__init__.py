"""The kinds of documents that are read, each a value; which of them a document is.

A third kind is one folder here, with its words and its `Kind`, a row in `KINDS`, and a schema in `schemas/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from spine_lsp.orchestration.kinds.group import GROUP
from spine_lsp.orchestration.kinds.kind import PROBED_STEPS, Kind, Verdict
from spine_lsp.orchestration.kinds.workflow import WORKFLOW
from spine_lsp.orchestration.vocabulary import API_FAMILY, API_VERSION_KEY, KIND_KEY, SPEC, Keys, value_at

__all__ = [
    "BY_NAME",
    "GROUP",
    "KINDS",
    "NOT_OURS",
    "PROBED_STEPS",
    "WORKFLOW",
    "Kind",
    "Verdict",
    "declared_by",
    "kind_of",
    "list_paths",
    "nearest_kind",
    "told_by",
]

KINDS = (GROUP, WORKFLOW)
BY_NAME = {kind.name: kind for kind in KINDS}


NOT_OURS = Verdict(named=False)


def declared_by(data: Mapping[Any, Any]) -> Verdict:
    """What the keys at the top of a document declare."""
    api, said = data.get(API_VERSION_KEY), data.get(KIND_KEY)
    has_api = isinstance(api, str) and bool(api.strip())
    name = said if isinstance(said, str) and said else None
    if has_api and str(api).startswith(API_FAMILY):
        if name is None:
            others = tuple(kind for kind in KINDS if kind is not GROUP)
            return Verdict(GROUP, others if said is None else ())
        kind = BY_NAME.get(name) or nearest_kind(name)
        return Verdict(kind, unknown=kind is None)
    if has_api:
        return Verdict(GROUP) if name == GROUP.name and "." not in str(api) else NOT_OURS
    if name is None:
        return Verdict(None, (WORKFLOW, GROUP), named=False, keys=tuple(data))
    kind = BY_NAME.get(name)
    if kind is None:
        return NOT_OURS
    return Verdict(kind) if kind is GROUP else Verdict(None, (kind,))  # others call their files workflows too


def nearest_kind(name: str) -> Kind | None:
    """The kind that a misspelt name means."""
    from spine_lsp.orchestration.problems import did_you_mean

    meant = did_you_mean(name, BY_NAME)
    return BY_NAME[meant[0]] if meant else None


def kind_of(data: object) -> Kind | None:
    """The kind of a document given as plain data; None for what is none of ours."""
    if not isinstance(data, Mapping):
        return None
    declared = declared_by(data)
    for kind in declared.candidates:
        lists = (value_at(data, path) for path in kind.list_paths)
        steps = next((found for found in lists if isinstance(found, list)), None)
        if steps is not None and told_by(kind, steps, declared):
            return kind
    return declared.kind


def told_by(kind: Kind, steps: Sequence[object], declared: Verdict) -> bool:
    """Whether steps, as plain values, are those of a kind that a document may be."""
    probed = [step for step in steps[:PROBED_STEPS] if isinstance(step, Mapping)]
    runs = declared.says_kind and any(key in step for step in probed for key in kind.runs)
    return runs or kind.tells(probed, declared)


_SAYS_KIND = re.compile(
    rf"""^(?:{KIND_KEY}[ \t]*:[ \t]*["']?(?P<name>\w+)|(?:{"|".join((SPEC, *GROUP.list_keys))})[ \t]*:)""",
    re.MULTILINE,
)


def list_paths(text: str) -> Sequence[Keys]:
    """Where the steps of a document may stand, told from what stands above them: where it is worth cutting."""
    said = _SAYS_KIND.search(text)
    name = said.group("name") if said is not None else None
    return BY_NAME.get(name or "", GROUP).list_paths
