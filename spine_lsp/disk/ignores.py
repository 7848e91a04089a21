"""What `.gitignore`, `.ignore` and `.git/info/exclude` leave out of a search, as git has it (gitignore(5)).

Git's matcher goes back and forth, and a pattern of many stars takes it for ever. Here a set of states is moved on
by each byte of a name, so every pattern takes linear time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ReadFile = Callable[[Path], "bytes | None"]
"""Reads a small file; None where there is none that can be used."""

LONGEST_PATTERN = 4096
"""Bytes of a pattern; a longer one is left out, as no path of a system is that long."""

_SLASH = 0x2F
_ANY = frozenset(range(256))
_ONE_NAME = _ANY - {_SLASH}
_SPECIAL = re.compile(rb"[*?\[\\]")
_CLASSES = {  # of the C locale, as git has them
    b"alnum": rb"[0-9A-Za-z]",
    b"alpha": rb"[A-Za-z]",
    b"blank": rb"[ \t]",
    b"cntrl": rb"[\x00-\x1f\x7f]",
    b"digit": rb"[0-9]",
    b"graph": rb"[!-~]",
    b"lower": rb"[a-z]",
    b"print": rb"[ -~]",
    b"punct": rb"[!-/:-@\[-`{-~]",
    b"space": rb"[ \t-\r]",
    b"upper": rb"[A-Z]",
    b"xdigit": rb"[0-9A-Fa-f]",
}

# Tokens of a glob beside sets of bytes, each of which moves on over one byte of its set.
_STAR = "any bytes but slashes"
_STARS = "any bytes"
_FORK = "either on, or past the two tokens that follow: the `**/` of `**/x` may be nothing"
_Token = frozenset[int] | str


class Glob:
    """A pattern as git's wildmatch.c reads it; with `pathname`, only `**` between slashes matches a slash."""

    def __init__(self, pattern: bytes, *, pathname: bool) -> None:
        tokens = _tokens(pattern, pathname=pathname)
        self._end = -1 if tokens is None else len(tokens)  # -1: malformed, which matches nothing
        self._moves = [0] * 256
        self._star = self._stars = self._fork = 0
        for at, token in enumerate(tokens or ()):
            bit = 1 << at
            if isinstance(token, frozenset):
                for byte in token:
                    self._moves[byte] |= bit
            elif token is _STAR:
                self._star |= bit
            elif token is _STARS:
                self._stars |= bit
            else:
                self._fork |= bit
        self._free = self._star | self._stars | self._fork

    def matches(self, name: bytes) -> bool:
        """Whether the whole of `name` matches."""
        if self._end < 0:
            return False
        states = self._closed(1)
        for byte in name:
            stay = self._stars if byte == _SLASH else self._stars | self._star
            states = self._closed((states & self._moves[byte]) << 1 | states & stay)
            if not states:
                return False
        return bool(states >> self._end & 1)

    def _closed(self, states: int) -> int:
        """The states with those that can be had without a byte."""
        while True:
            more = states | (states & self._free) << 1 | (states & self._fork) << 3
            if more == states:
                return states
            states = more


def _tokens(pattern: bytes, *, pathname: bool) -> list[_Token] | None:
    tokens: list[_Token] = []
    at = 0
    while at < len(pattern):
        char = pattern[at : at + 1]
        if char == b"\\":
            at += 1
            if at == len(pattern):
                return None
            tokens.append(frozenset((pattern[at],)))
        elif char == b"?":
            tokens.append(_ONE_NAME if pathname else _ANY)
        elif char == b"*":
            at = _add_stars(tokens, pattern, at, pathname=pathname)
            continue
        elif char == b"[":
            got = _bracket(pattern, at + 1)
            if got is None:
                return None
            chosen, at = got
            tokens.append(chosen - {_SLASH} if pathname else chosen)
        else:
            tokens.append(frozenset((pattern[at],)))
        at += 1
    return tokens


def _add_stars(tokens: list[_Token], pattern: bytes, at: int, *, pathname: bool) -> int:
    """Add what the stars at `at` match; answers where they end."""
    end = at
    while pattern[end : end + 1] == b"*":
        end += 1
    whole = end > at + 1 and (at == 0 or pattern[at - 1] == _SLASH)
    rest = pattern[end : end + 2]
    if not pathname:
        tokens.append(_STARS)
    elif not whole or (rest and rest[:1] != b"/" and rest != b"\\/"):
        tokens.append(_STAR)
    elif rest[:1] != b"/":
        tokens.append(_STARS)
    elif len(tokens) >= 3 and tokens[-3] is _FORK:  # `**/**/` is `**/`
        end += 1
    else:
        tokens += [_FORK, _STARS]
    return end


def _bracket(pattern: bytes, at: int) -> tuple[frozenset[int], int] | None:
    """The bytes that a bracket expression matches, and where its `]` is; None for a malformed one."""
    negated = pattern[at : at + 1] in (b"!", b"^")
    at += negated
    chosen: set[int] = set()
    previous: int | None = None
    first = True
    while first or pattern[at : at + 1] != b"]":
        first = False
        if at >= len(pattern):
            return None
        char = pattern[at]
        following = pattern[at + 1 : at + 2]
        if char == 0x5C:  # backslash
            if not following:
                return None
            at += 1
            previous = pattern[at]
            chosen.add(previous)
        elif char == 0x2D and previous is not None and following not in (b"", b"]"):  # dash
            at += 1
            if pattern[at] == 0x5C:
                at += 1
                if at == len(pattern):
                    return None
            chosen.update(range(previous, pattern[at] + 1))
            previous = None
        elif char == 0x5B and following == b":":  # [:
            end = pattern.find(b"]", at + 2)
            if end < 0:
                return None
            if end > at + 2 and pattern[end - 1] == 0x3A:
                members = _CLASSES.get(pattern[at + 2 : end - 1])
                if members is None:
                    return None
                chosen.update(b"".join(re.findall(members, bytes(range(256)))))
                previous, at = None, end
            else:
                previous = char
                chosen.add(char)
        else:
            previous = char
            chosen.add(char)
        at += 1
    return (_ANY - chosen if negated else frozenset(chosen)), at


class _Pattern:
    """One line of an ignore file."""

    def __init__(self, line: bytes) -> None:
        self.negated = line.startswith(b"!")
        text = line[self.negated :]
        self.only_folders = text.endswith(b"/")
        text = text[:-1] if self.only_folders else text
        self.of_paths = b"/" in text  # else of names, at any depth
        text = text[1:] if text.startswith(b"/") else text
        special = _SPECIAL.search(text)
        self._literal = text if special is None else text[: special.start()] if self.of_paths else b""
        self._rest = text[len(self._literal) :]
        self._ending = self._rest[1:] if not self.of_paths and self._rest.startswith(b"*") else None
        if self._ending is not None and _SPECIAL.search(self._ending):
            self._ending = None
        self._glob: Glob | None = None

    def matches(self, path: bytes, name: bytes) -> bool:
        """Whether it matches a path below the folder of its file, whose last part is `name`."""
        if not self._rest:
            return (path if self.of_paths else name) == self._literal
        if self._ending is not None:
            return name.endswith(self._ending)
        if self.of_paths and not path.startswith(self._literal):
            return False
        if self._glob is None:
            self._glob = Glob(self._rest, pathname=self.of_paths)
        return self._glob.matches(path[len(self._literal) :] if self.of_paths else name)


class Rules:
    """The patterns of one file, for what is below the folder that is `depth` parts from the top."""

    def __init__(self, content: bytes, depth: int) -> None:
        self.depth = depth
        lines = (_pattern_of(line) for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"))
        self._patterns = [_Pattern(line) for line in lines if line and len(line) <= LONGEST_PATTERN][::-1]

    def verdict(self, parts: Sequence[bytes], *, folder: bool) -> bool | None:
        """Whether a path from the top is left out, or taken in again; None where no pattern matches."""
        path = b"/".join(parts[self.depth :])
        for pattern in self._patterns:
            if (folder or not pattern.only_folders) and pattern.matches(path, parts[-1]):
                return not pattern.negated
        return None


def _pattern_of(line: bytes) -> bytes:
    """A line without comment, carriage return, and blanks at its end that no backslash keeps."""
    line = line.removesuffix(b"\r").partition(b"\0")[0]
    if line.startswith(b"#"):
        return b""
    end = at = 0
    while at < len(line):
        if line[at] == 0x5C:
            at += 1
            if at == len(line):
                return line
        elif line[at] == 0x20:
            at += 1
            continue
        at += 1
        end = at
    return line[:end]


@dataclass(frozen=True)
class Ignores:
    """All that holds in one folder of a search: `parts` lead to it from the top, the root of the repository.

    A file in a folder wins over one further up, `.ignore` over `.gitignore`, and that over `.git/info/exclude`.
    """

    read: ReadFile
    parts: tuple[bytes, ...] = ()
    own: tuple[Rules, ...] = ()
    git: tuple[Rules, ...] = ()
    exclude: tuple[Rules, ...] = ()

    def inside(self, folder: Path) -> Ignores:
        """What holds in a sub-folder of this one."""
        if _is_repository(folder):  # one of its own
            return Ignores(self.read).with_files(folder)
        return replace(self, parts=(*self.parts, os.fsencode(folder.name))).with_files(folder)

    def leave_out(self, name: str, *, folder: bool) -> bool:
        """Whether a file or folder of this folder is ignored; a link is no folder."""
        parts = (*self.parts, os.fsencode(name))
        for rules in (*reversed(self.own), *reversed(self.git), *self.exclude):
            verdict = rules.verdict(parts, folder=folder)
            if verdict is not None:
                return verdict
        return False

    def with_files(self, folder: Path) -> Ignores:
        """These, and what the ignore files of a folder say."""
        depth = len(self.parts)
        result = self
        if (own := self.read(folder / ".ignore")) is not None:
            result = replace(result, own=(*result.own, Rules(own, depth)))
        if (git := self.read(folder / ".gitignore")) is not None:
            result = replace(result, git=(*result.git, Rules(git, depth)))
        if not depth and (exclude := _exclude_file(folder, self.read)) is not None:
            result = replace(result, exclude=(Rules(exclude, 0),))
        return result


def ignores_of(folder: Path, read: ReadFile) -> Ignores:
    """What holds in a folder where a search starts: its own files, and in a repository those up to its root."""
    here = Path(os.path.realpath(folder))  # unlike `resolve`, it minds no loop
    top = next((above for above in (here, *here.parents) if _is_repository(above)), here)
    found = Ignores(read).with_files(top)
    for name in here.relative_to(top).parts:
        top = top / name
        found = replace(found, parts=(*found.parts, os.fsencode(name))).with_files(top)
    return found


def _is_repository(folder: Path) -> bool:
    return os.path.lexists(folder / ".git")


def _exclude_file(top: Path, read: ReadFile) -> bytes | None:
    """`info/exclude` of the repository at `top`; in a work tree or submodule `.git` is a file that says where it is."""
    home = top / ".git"
    if not home.is_dir():
        content = read(home)
        if content is None or not content.startswith(b"gitdir: "):
            return None
        home = top / os.fsdecode(content[len(b"gitdir: ") :].strip())
        common = read(home / "commondir")
        if common is not None:
            home = home / os.fsdecode(common.strip())
    return read(home / "info" / "exclude")
