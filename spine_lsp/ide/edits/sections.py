"""A section of a group that is not there yet, written right above the list of steps."""

from __future__ import annotations

from spine_lsp.analysis.group import Group
from spine_lsp.ide.trees import skeleton
from spine_lsp.syntax.lines import line_break, line_start
from spine_lsp.syntax.text import Edit


def new_section(group: Group, key: str, lines: list[str]) -> list[Edit] | None:
    """`key` with these lines below it; None where the list of steps does not stand on lines of its own."""
    tree, path = skeleton(group), group.header.form.path_of(key)
    parent = group.header.node(*path[:-1]) if len(path) > 1 else group.header.root
    for entry in parent.entries if parent is not None and parent.style == "block" else ():
        if entry.key.text in group.header.form.lists:
            start = tree.at(entry.key.start)
            first = line_start(tree.source, start)
            indent = tree.source[first:start]
            if indent.strip():
                return None
            while first > 0:  # the comments right above the list stay with it
                above = line_start(tree.source, first - 1)
                if not tree.source[above:first].startswith(f"{indent}#"):
                    break
                first = above
            eol = line_break(tree.source)
            text = "".join(f"{indent}  {line}{eol}" for line in lines)
            return [Edit(first, first, f"{indent}{key}:{eol}{text}")]
    return None
