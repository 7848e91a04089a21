"""What only a terminal is shown: how far a long command is, and links; a pipe gets nothing of it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TextIO, cast
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, strategies as st

from spine_lsp.cli.terminal import hyperlinks
from spine_lsp.cli.terminal.folding import _WORD, folded
from spine_lsp.cli.terminal.hyperlinks import address_of_file, linker
from spine_lsp.cli.terminal.status_line import StatusLine
from spine_lsp.drawing.labels import width
from tests.cli.runner import ROOT, run
from tests.cli.test_escaping import BAD, assert_harmless, group

LINK = re.compile(r"\x1b\]8;;([!-~]*)\x1b\\")


class Screen:
    """A terminal's last line, as far as a status line needs one."""

    def __init__(self, *, terminal: bool = True) -> None:
        self.terminal = terminal
        self.writes: list[str] = []
        self.line = ""

    def isatty(self) -> bool:
        return self.terminal

    def fileno(self) -> int:
        raise OSError

    def write(self, text: str) -> None:
        self.writes.append(text)
        assert text.startswith("\r")
        assert text.endswith("\x1b[K")
        self.line = text[1:-3]
        assert len(self.line) < 80
        assert "\x1b" not in self.line

    def flush(self) -> None:
        """All is written at once."""


def line_on(screen: Screen | None, now: list[float]) -> StatusLine:
    """A status line on a screen, at a time that the test sets."""
    return StatusLine(lambda: cast("TextIO", screen), lambda: now[0])


def test_a_long_command_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing at first; then a line, now and then; and none of it is left."""
    monkeypatch.setenv("TERM", "xterm")
    screen, now = Screen(), [0.0]
    status = line_on(screen, now)
    status.show("checking", 1, 5_000)
    status.clear()
    assert screen.writes == []
    now[0] = 1.0
    status.show("checking", 1_234, 5_000)
    assert screen.line == "checking 1,234 of 5,000"
    status.show("checking", 1_235, 5_000)
    assert len(screen.writes) == 1
    status.clear()
    status.clear()
    assert (screen.line, len(screen.writes)) == ("", 2)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1), st.integers(0, 10**6)), max_size=30))
def test_no_line_is_left(events: list[tuple[bool, float, int]]) -> None:
    """Whenever it is cleared the line is empty, whatever was shown before."""
    screen, now = Screen(), [0.0]
    status = line_on(screen, now)
    for clear, passed, done in events:
        now[0] += passed
        if clear:
            status.clear()
            assert screen.line == ""
        else:
            status.show("x" * 100, done, done)
    status.clear()
    assert screen.line == ""


def test_what_is_interrupted_leaves_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the line is there."""
    monkeypatch.setenv("TERM", "xterm")
    screen, now = Screen(), [0.0]
    line = line_on(screen, now)
    now[0] = 9.0
    line.show("checking", 1, 2)
    assert screen.line

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("spine_lsp.cli.command_line.status", line)
    monkeypatch.setattr("spine_lsp.cli.check.Run.results", interrupted)
    assert run("check").code == 130
    assert screen.line == ""


@pytest.mark.parametrize("where", ["pipe", "dumb", "closed"])
def test_nobody_else_is_told(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe, on a terminal that cannot move, and where standard error is closed."""
    monkeypatch.setenv("TERM", "dumb" if where == "dumb" else "xterm")
    screen, now = Screen(terminal=where != "pipe"), [0.0]
    status = line_on(None if where == "closed" else screen, now)
    now[0] = 9.0
    status.show("checking", 1, 2)
    status.clear()
    assert screen.writes == []


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Standard output is a terminal that has links, and the environment says nothing else."""
    for name in ("NO_COLOR", "FORCE_HYPERLINK", "TMUX", "VTE_VERSION", "TERM_PROGRAM", *hyperlinks._MARKS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(hyperlinks, "is_terminal", lambda _: True)
    monkeypatch.setenv("TERM", "xterm-kitty")
    return monkeypatch


@pytest.mark.parametrize(
    ("set_to", "choice", "links"),
    [
        ({}, "auto", True),
        ({}, "never", False),
        ({"NO_COLOR": "1"}, "auto", False),
        ({"NO_COLOR": "1"}, "always", True),
        ({"TERM": "dumb"}, "auto", False),
        ({"TERM": "xterm-256color"}, "auto", False),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7200"}, "auto", True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "4800"}, "auto", False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode"}, "auto", True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "auto", False),
        ({"TERM": "xterm-256color", "WT_SESSION": "x"}, "auto", True),
        ({"TMUX": "/tmp/x"}, "auto", False),
        ({"TERM": "screen-256color", "FORCE_HYPERLINK": "1"}, "auto", True),
        ({"FORCE_HYPERLINK": "0"}, "auto", False),
    ],
)
def test_links_where_a_terminal_has_them(
    set_to: dict[str, str], choice: str, links: bool, terminal: pytest.MonkeyPatch
) -> None:
    """The option decides, then the environment, then what the terminal is."""
    for name, value in set_to.items():
        terminal.setenv(name, value)
    assert (linker(choice) is not None) == links
    terminal.setattr(hyperlinks, "is_terminal", lambda _: False)  # a pipe
    assert (linker(choice) is not None) == (choice == "always" or set_to.get("FORCE_HYPERLINK") == "1")


@pytest.mark.parametrize("kind", [kind for kind in BAD if kind != "C0"])
def test_links_hold_nothing_but_addresses(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With them taken out the text is the one without links; each leads to the file, or to the page of a rule."""
    monkeypatch.chdir(tmp_path)
    name = BAD[kind].replace("/", "") + "\udce9.yaml"
    Path(name).write_text(group(BAD[kind]), encoding="utf-8", newline="")
    linked = run("check", name, "--hyperlinks", "always").out
    assert LINK.sub("", linked) == run("check", name).out == run("check", name, "--hyperlinks", "auto").out
    assert_harmless(LINK.sub("", linked))
    addresses = LINK.findall(linked)
    assert addresses[1::2] == [""] * (len(addresses) // 2)
    places = {os.fsencode(unquote(urlsplit(each).path, errors="surrogateescape")) for each in addresses[::2]}
    assert os.fsencode(tmp_path / name) in places
    assert all(Path(os.fsdecode(each)).is_file() for each in places)


def test_the_list_of_rules_leads_to_their_pages() -> None:
    """Each code is a link, and the columns are where they were."""
    linked = run("rules", "--hyperlinks", "always").out
    assert LINK.sub("", linked) == run("rules").out
    assert "/dependency-cycle.md" in linked


def test_an_address_opens_the_line_where_the_terminal_can(terminal: pytest.MonkeyPatch) -> None:
    """As kitty and VS Code have it; others get the file."""
    assert address_of_file("/a b", 3, 4).endswith("/a%20b#3")
    terminal.setenv("TERM", "xterm")
    assert re.fullmatch(r"file://[^/]*/a%20b", address_of_file("/a b", 3, 4))
    terminal.setenv("TERM_PROGRAM", "vscode")
    assert address_of_file("/a b", 3, 4) == "vscode://file/a%20b:3:4"


@given(
    st.lists(st.text(st.sampled_from('ab `"\\语→ '), max_size=60), max_size=4),
    st.integers(1, 50),
    st.booleans(),
)
def test_folded_lines_keep_to_the_width(texts: list[str], limit: int, colours: bool) -> None:
    """No word is lost or broken, and a line is too long only where a single word is; colours take no cells."""
    lines = [f"  \x1b[31m{text}\x1b[0m" if colours else f"  {text}" for text in texts]
    found = list(folded(lines, limit))
    assert "".join("".join(found).split()) == "".join("".join(lines).split())
    assert list(folded(lines, None)) == lines
    for line in found:
        shown = re.sub(r"\x1b\[\d+m", "", line)
        assert width(shown) <= limit or len(_WORD.findall(shown)) <= 1, found


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "g.yaml"),
        ("simulate", "g.yaml"),
        ("simulate", "g.yaml", "--fail", "ingest", "--duration", "*=90s"),
        ("why", "g.yaml"),
        ("why", "broken.yaml"),
        ("why", "g.yaml", "rolling", "ingest"),
        ("diff", "g.yaml", "broken.yaml"),
        ("affected", "--pipeline", "*"),
        ("graph", "g.yaml"),
    ],
    ids=" ".join,
)
def test_a_narrow_terminal_shows_all_of_it(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty columns: only a name that is longer by itself sticks out, and nothing is said less than in wide lines."""
    monkeypatch.chdir(tmp_path)
    for name, example in (("g.yaml", "weekly_refresh"), ("broken.yaml", "broken_refresh")):
        shutil.copy(ROOT / "schemas" / "examples" / f"{example}.yaml", name)
    narrow, wide = (run(*arguments, env={"COLUMNS": columns}).out for columns in ("40", "1000"))
    for line in narrow.splitlines():
        assert width(line) <= 40 or len(line.split(",")[0].split()) <= 4, line
    if arguments[0] in ("why", "diff", "affected"):
        assert narrow.split() == wide.split()
