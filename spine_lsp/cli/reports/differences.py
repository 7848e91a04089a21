"""What `spine-lsp diff` prints: lines for a terminal, JSON, Markdown for a pull request, and a Mermaid diagram."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from spine_lsp.cli.output import styler
from spine_lsp.cli.terminal.folding import folded
from spine_lsp.drawing.labels import clean, shorten
from spine_lsp.drawing.mermaid import draw_mermaid
from spine_lsp.ide import markdown
from spine_lsp.ide.commands.differences import GroupDifference, StepChange, Value, to_json
from spine_lsp.orchestration.problems import counted
from spine_lsp.printable import printable

Named = Callable[[str], str]
"""Writes a name so that it is safe where it stands."""

VERSION = 1
"""Goes up when a key changes its meaning or goes away; new keys may come with the same version."""

COMMENT = 65_000
"""Characters that a comment may have: GitHub takes 65,536."""
_LAST_WORDS = 200
_NO_DIAGRAM = "\nIts diagram is left out here, for it would not fit; `spine-lsp diff` draws it.\n"
_LONGEST_VALUE = 80
_MOST_LISTED = 40
_DRAWN_STEPS = 150
"""Steps of a group that a pull request can show as a diagram."""


def as_json(found: Sequence[GroupDifference], compared: int) -> dict[str, object]:
    """All differences as one object."""
    return {
        "version": VERSION,
        "groups": [to_json(each) for each in found],
        "summary": {
            "compared": compared,
            **{change: sum(each.change == change for each in found) for change in ("added", "removed", "changed")},
            "newly_blocked": sum(len(each.blocked) for each in found),
        },
    }


def as_text(found: Sequence[GroupDifference], compared: int, limit: int | None, *, color: bool) -> str:
    """All differences in lines; marks say what is new (`+`), gone (`-`) and different (`~`)."""
    style = styler(on=color)
    looks = {"+": "green", "-": "red", "~": "yellow", "!": "red"}
    lines: list[str] = []
    for each in found:
        lines += (style(part, bold=True) for part in folded([f"{clean(each.group)}  {_title(each)}"], limit))
        for mark, text in _lines(each):
            lines += (style(part, fg=looks.get(mark)) for part in folded([f"  {mark or ' '} {text}"], limit))
        lines.append("")
    lines += folded([_summary(found, compared)], limit)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def as_markdown(found: Sequence[GroupDifference], compared: int, room: int = COMMENT) -> str:
    """All differences as Markdown, with a diagram of each group that is not too large for one.

    It has `room` characters at most: diagrams are left out first, then groups, and both is said.
    """
    out = f"**{_summary(found, compared)}**\n"
    words = [_in_words(each) for each in found]
    to_come = sum(map(len, words))
    room -= _LAST_WORDS
    for number, (each, own) in enumerate(zip(found, words, strict=True)):
        picture = _diagram(each)
        if len(out) + to_come + len(picture) > room and picture:
            picture = _NO_DIAGRAM
        if len(out) + len(own) + len(picture) > room:
            left = counted(len(found) - number, "more group")
            return f"{out}\n{left} would not fit here; `spine-lsp diff` tells of all.\n"
        out += own + picture
        to_come -= len(own)
    return out


def _in_words(each: GroupDifference) -> str:
    """How a group differs, as a heading and a list."""
    out = [
        "",
        f"### {markdown.code(each.group) or 'A group without a name'} {markdown.escape(_title(each))}",
        "",
    ]
    rows = [(mark, text) for mark, text in _lines(each, markdown.code)]
    out += [f"- {_WORDS.get(mark, '')}{text}" for mark, text in rows[:_MOST_LISTED]]
    if len(rows) > _MOST_LISTED:
        out.append(f"- and {len(rows) - _MOST_LISTED:,} more")
    return "\n".join(out) + "\n"


def _diagram(each: GroupDifference) -> str:
    """The graph of a group as a block of Markdown; nothing where there is none, or a too large one."""
    if each.picture is None or len(each.picture.model.nodes) > _DRAWN_STEPS:
        return ""
    return f"\n```mermaid\n{as_mermaid(each).rstrip()}\n```\n"


def as_mermaid(found: GroupDifference) -> str:
    """The graph with what is new, gone and different; a group that is gone as a note."""
    picture = found.picture
    if picture is None:
        return 'flowchart TD\n  gone["This group was removed"]\n'
    return draw_mermaid(
        picture.model,
        node_changes=picture.node_changes or {} if found.change == "changed" else {},
        edge_changes=picture.edge_changes if found.change == "changed" else {},
    )


_WORDS = {"+": "**new** ", "-": "**gone** ", "~": "**different** ", "!": ""}


def _title(each: GroupDifference) -> str:
    words = {"added": "is new", "removed": "is gone", "changed": "is different"}[each.change]
    where = (
        printable(each.file)
        if each.old_file in (None, each.file)
        else f"{printable(each.old_file or '')} → {printable(each.file)}"
    )
    was = f", was {clean(each.was)}" if each.was is not None else ""
    return f"{words} ({where}{was})"


def _lines(each: GroupDifference, name: Named = clean) -> Iterator[tuple[str, str]]:
    """Each difference with its mark; `name` writes a name so that it is safe where it stands."""
    for setting in each.settings:
        yield "~", f"{setting.name}: {name(str(setting.old))} → {name(str(setting.new))}"
    yield from (("+", _step(step, pipeline, name)) for step, pipeline in each.added)
    yield from (("-", _step(step, pipeline, name)) for step, pipeline in each.removed)
    for step in each.renamed:
        yield (
            "~",
            f"{name(step.was or '')} → {name(step.name)}: {'; '.join(['renamed', *_changes(step, name)])}",
        )
    for step in each.changed:
        yield "~", f"{name(step.name)}: {'; '.join(_changes(step, name))}"
    if each.levels:
        moves = (f"{name(step.name)} {step.old + 1} → {step.new + 1}" for step in each.levels)
        yield "", f"levels: {_some(moves)}"
    if each.moved:
        yield "", f"runs at another place in the order: {_some(map(name, each.moved))}"
    for blocked, reason in each.blocked if each.change == "changed" else ():
        yield "!", f"{name(blocked)} cannot run: it {_reason(reason, name)}"
    if each.freed:
        yield "", f"can run now: {_some(map(name, each.freed))}"


def _step(step: str, pipeline: str, name: Named) -> str:
    return f"{name(step)} runs {name(pipeline)}" if pipeline else name(step)


def _reason(reason: str, name: Named) -> str:
    """A reason, whose names are in backquotes: as it is for a terminal, escaped for Markdown."""
    return printable(reason) if name is clean else markdown.sentence(reason)


def _changes(step: StepChange, name: Named) -> Iterator[str]:
    if step.pipeline is not None:
        yield f"pipeline {name(step.pipeline[0])} → {name(step.pipeline[1])}"
    for param in step.params:
        yield f"{name(param.name)} {_value(param.old, name)} → {_value(param.new, name)}"
    if step.waits_more:
        yield f"now waits for {_some(map(name, step.waits_more))}"
    if step.waits_less:
        yield f"no longer waits for {_some(map(name, step.waits_less))}"


def _value(value: Value, name: Named) -> str:
    if value is None:
        return "(none)"
    written = shorten(printable(json.dumps(value[0], ensure_ascii=False, default=str)), _LONGEST_VALUE)
    return (written if name is clean else name(written)) + (" (default)" if value[1] == "default" else "")


def _some(names: Iterable[str]) -> str:
    every = list(names)
    more = [f"{len(every) - _MOST_LISTED:,} more"] if len(every) > _MOST_LISTED else []
    return ", ".join([*every[:_MOST_LISTED], *more])


def _summary(found: Sequence[GroupDifference], compared: int) -> str:
    if not found:
        return f"No difference in {counted(compared, 'group')}" if compared else "Nothing changed in a pipeline group"
    blocked = sum(len(each.blocked) for each in found if each.change == "changed")
    facts = f"{len(found):,} of {counted(compared, 'group')} {'is' if len(found) == 1 else 'are'} different"
    return f"{facts}, {counted(blocked, 'step')} cannot run any more" if blocked else facts
