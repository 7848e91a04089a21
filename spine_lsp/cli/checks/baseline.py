"""What is known already: a file of fingerprints, of which `check` says nothing any more.

A fingerprint is of the path, the rule, the sentence and the line's text, not of its number: it survives what is
written above it.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from spine_lsp.analysis.findings import Finding
from spine_lsp.cli.output import CannotRunError
from spine_lsp.disk.reading import UnusableFileError, absolute, bytes_of
from spine_lsp.syntax.text import Text

VERSION = 1
_MAX_BYTES = 1 << 26


def fingerprints(path: str, text: Text, findings: Sequence[Finding]) -> Iterator[str]:
    """A fingerprint for each finding of a file; of several that are alike the number tells them apart."""
    import hashlib  # few formats ask for it

    seen: Counter[str] = Counter()
    for finding in findings:
        line = text.line_text(text.line_of(finding.start)).strip()
        parts = (Path(path).as_posix(), finding.code, finding.message, line)
        alike = "\0".join(parts)
        seen[alike] += 1
        data = f"{alike}\0{seen[alike]}".encode("utf-8", "surrogatepass")
        yield hashlib.sha256(data).hexdigest()[:32]


class Baseline:
    """The fingerprints of a file; `gathered` are those of what this run has seen."""

    def __init__(self, path: str, known: frozenset[str] = frozenset()) -> None:
        self._folder = str(Path(absolute(path)).parent)
        self._known = known
        self.gathered: dict[str, list[dict[str, str]]] = {}

    @classmethod
    def read(cls, path: str) -> Baseline:
        """The baseline in a file. Raises CannotRunError for one that is none."""
        try:
            value = json.loads(bytes_of(path, _MAX_BYTES))
            files = value["files"]
            if value["version"] != VERSION:
                raise CannotRunError(f"cannot use {path}: it is a baseline of another version")
            known = frozenset(str(each["fingerprint"]) for found in files.values() for each in found)
        except FileNotFoundError:
            raise CannotRunError(f"cannot read {path}: there is no such file") from None
        except UnusableFileError as exc:
            raise CannotRunError(f"cannot read {path}: {exc}") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise CannotRunError(f"cannot use {path}: it is no baseline; --write-baseline makes one") from None
        return cls(path, known)

    def fresh(self, path: str, text: Text, findings: Sequence[Finding]) -> list[int]:
        """The numbers of the findings that are not known."""
        path = self._from_folder(path)
        made = list(fingerprints(path, text, findings))
        if findings:
            self.gathered[path] = [
                {"code": finding.code, "message": finding.message, "fingerprint": each}
                for finding, each in zip(findings, made, strict=True)
            ]
        return [number for number, each in enumerate(made) if each not in self._known]

    def _from_folder(self, path: str) -> str:
        """A path as it is from the folder of the baseline: it holds from wherever it is used."""
        try:
            return Path(os.path.relpath(path, self._folder)).as_posix()
        except ValueError:  # another drive
            return Path(path).as_posix()

    def write(self, path: str) -> int:
        """Write what this run has seen; answers how many findings. Raises CannotRunError."""
        files = dict(sorted(self.gathered.items()))
        text = json.dumps({"version": VERSION, "files": files}, indent=2) + "\n"
        try:
            Path(path).write_text(text, encoding="utf-8")
        except OSError as exc:
            raise CannotRunError(f"cannot write {path}: {exc.strerror or exc}") from None
        return sum(map(len, files.values()))
