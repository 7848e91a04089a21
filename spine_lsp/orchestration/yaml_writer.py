"""Writes plain data as YAML that readers of YAML 1.1 and of 1.2 understand alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

# Plain in YAML 1.1 but not in 1.2: `1e3`, `0o17`. What 1.1 reads otherwise, PyYAML quotes itself.
_NUMBER_IN_1_2 = re.compile(r"[-+]?(\.?[0-9]|\.inf|\.nan)", re.IGNORECASE)

# Read as line breaks or refused by one reader or the other, unless escaped.
_ESCAPED = re.compile(
    "[^\\n -~\\u00a0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]"
)


class _Dumper(yaml.SafeDumper):
    """Indents lists, writes short lists of words in one line, repeats instead of anchoring."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if _ESCAPED.search(value) else "'" if _NUMBER_IN_1_2.match(value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _list(dumper: yaml.SafeDumper, value: Sequence[Any]) -> yaml.SequenceNode:
    short = all(isinstance(item, str) for item in value) and sum(map(len, value)) < 80
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=short or None)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(tuple, _list)


def dump(data: Any) -> str:
    """``data`` as one YAML document; keys keep their order."""
    written: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=100
    )
    return written
