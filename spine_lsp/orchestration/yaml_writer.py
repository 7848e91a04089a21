"""Writes plain data as YAML that readers of YAML 1.1 and of 1.2 understand alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.compat import StringIO
from ruamel.yaml.nodes import ScalarNode, SequenceNode
from ruamel.yaml.representer import RoundTripRepresenter

from spine_lsp.syntax.scalars import TAG, is_plain, write_float

_WIDTH = 100
_SHORT = 80  # characters of a list that is written on one line


class _Representer(RoundTripRepresenter):
    """Writes short lists of words on one line, repeats instead of anchoring, leaves nothing to the reader's version."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def text(self, value: str) -> ScalarNode:
        """A text, in quotes unless every reader takes it for one without them."""
        return self._scalar("str", value, None if is_plain(value) else '"')

    def number(self, value: float) -> ScalarNode:
        """A number that readers of both versions take for one."""
        return self._scalar("float", write_float(value))

    def nothing(self, value: None) -> ScalarNode:
        """Nothing, said in a word."""
        return self._scalar("null", "null")

    def sequence(self, value: Sequence[Any]) -> SequenceNode:
        """A list, on one line if it is short and of texts only."""
        short = all(isinstance(item, str) for item in value) and sum(map(len, value)) < _SHORT
        node: SequenceNode = self.represent_sequence(f"{TAG}seq", list(value), flow_style=short)
        return node

    def _scalar(self, tag: str, written: str, style: str | None = None) -> ScalarNode:
        node: ScalarNode = self.represent_scalar(f"{TAG}{tag}", written, style=style)
        return node


_Representer.add_representer(str, _Representer.text)
_Representer.add_representer(float, _Representer.number)
_Representer.add_representer(type(None), _Representer.nothing)
_Representer.add_representer(list, _Representer.sequence)
_Representer.add_representer(tuple, _Representer.sequence)


def dump(data: Any) -> str:
    """``data`` as one YAML document; keys keep their order."""
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()
