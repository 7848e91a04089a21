"""Small workspaces of Python for tests: one string with all files, and what an index says of them."""

from __future__ import annotations

from textwrap import dedent

from spine_lsp.pysource.facts import Module
from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.pysource.places import SourcePlace
from spine_lsp.pysource.reading import read_text
from spine_lsp.pysource.targets import Spot
from spine_lsp.pysource.vocabulary import Vocabulary

SPINE = """\
from spine.framework.registry import register_pipeline
from spine.framework.pipelines import Pipeline
from spine.framework.params import ParamDef, PipelineSpec, enum_value
"""
"""What a file with pipelines begins with."""


def files_of(text: str) -> dict[str, str]:
    """The files of a string, each behind a line `#- path`; without one it is all `pipelines.py`."""
    text = dedent(text).lstrip("\n")
    if not text.startswith("#- "):
        return {"pipelines.py": text}
    files: dict[str, str] = {}
    for part in text.split("#- ")[1:]:
        path, _, source = part.partition("\n")
        files[path.strip()] = source
    return files


def read_files(text: str, vocabulary: Vocabulary | None = None) -> list[tuple[str, Module]]:
    """The facts of the files."""
    known = vocabulary or Vocabulary()
    return [(path, read_text(source, known)) for path, source in files_of(text).items()]


def index_of(text: str, vocabulary: Vocabulary | None = None, roots: tuple[str, ...] = ()) -> PipelineIndex:
    """The index of the files, those read whole that it asks for."""
    known = vocabulary or Vocabulary()
    index = PipelineIndex.of(roots, known).with_files(read_files(text, known))
    return settled(index, files_of(text))


def settled(index: PipelineIndex, files: dict[str, str]) -> PipelineIndex:
    """The index that has all that it wants."""
    while index.wanted:
        index = index.with_files(
            [(path, read_text(files[path], index.vocabulary, whole=True)) for path in index.wanted]
        )
    return index


def names(index: PipelineIndex) -> list[str]:
    """Each registration as `kind:name` with its registry, in order."""
    return [f"{each.registry} {each.kind}:{each.name.value}" for each in index.registrations()]


def gaps(index: PipelineIndex) -> list[str]:
    """The reasons of all that is not known, with the name where that is known."""
    return [f"{each.name or '?'}: {each.reason}" for each in index.gaps()]


def marked(files: dict[str, str], spot: Spot) -> str:
    """The text that a spot marks; it says the same by offsets and by lines and columns of every encoding."""
    source = files[spot.path]
    return cut(source, spot.place)


def cut(source: str, place: SourcePlace) -> str:
    """The text of a place, worked out in each encoding."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    by_offset = source[place.start : place.end]
    for encoding, unit in (("utf-8", 1), ("utf-16", 2), ("utf-32", 4)):
        codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
        (line, column), (end_line, end_column) = place.range(encoding)  # type: ignore[arg-type]  # the three there are
        first = lines[line].encode(codec)
        if line == end_line:
            by_column = first[column * unit : end_column * unit].decode(codec)
        else:
            last = lines[end_line].encode(codec)
            middle = lines[line + 1 : end_line]
            parts = [first[column * unit :].decode(codec), *middle, last[: end_column * unit].decode(codec)]
            by_column = "\n".join(parts)
        assert by_column == by_offset.replace("\r\n", "\n").replace("\r", "\n")
    return by_offset
