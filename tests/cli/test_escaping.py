"""Nothing that a file, a name or a path says reaches a terminal, a pipe or a log raw, in any command or format."""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from spine_lsp.cli import formats
from spine_lsp.printable import is_unseen, pieces, printable
from spine_lsp.server.logs import configure_logging, drain_logs
from tests.cli.runner import run

BAD = {
    "escape sequences": "\x1b[2J\x1b]0;OWNED\x07",
    "C0": "\x00\x01\x08\x0b\x0c\x0e\x7f",
    "C1": "\x80\x85\x9b31m\x9d",
    "line breaks": "\r\n::error file=x::forged\n",
    "directions": "\u202a\u202e\u2066\u2069\u200e\u061c",
    "invisible": "\u200b\u200d\u2060\ufeff\u00ad\u3164\u034f\ufe0f\U000e0041",
    "line separators": "\u2028\u2029",
    "commands of CI services": "##[error]x ##vso[task.setvariable]y ##teamcity[z]",
    "other blanks": "\u00a0\u3000\u2003",
}
COMMANDS = [
    ("check", "--level", "hint"),
    ("check", "--level", "hint", "--color", "always"),
    ("check", "--level", "hint", "--format", "json"),
    *(("check", "--level", "hint", "--format", form) for form in formats.NAMES if form not in ("text", "json")),
    ("check", "--diff"),
    ("plan",),
    ("plan", "--color", "always"),
    ("plan", "--format", "json"),
    ("plan", "--format", "mermaid"),
    ("plan", "--format", "dot"),
    ("graph",),
    ("graph", "--ascii"),
    ("graph", "--color", "always"),
    ("graph", "--format", "mermaid"),
    ("graph", "--format", "dot"),
    ("graph", "--format", "html"),
    ("graph", "--format", "json"),
]
_SGR = re.compile(r"\x1b\[[0-9;]*m")


def assert_harmless(text: str, *arguments: str) -> None:
    """No character that cannot be seen but line feeds (and our own colours), no line that a CI service obeys."""
    if "always" in arguments:
        text = _SGR.sub("", text)
    raw = {f"U+{ord(char):04X}" for char in text if char != "\n" and is_unseen(char)}
    assert not raw
    assert "OWNED\x07" not in text
    if "github" not in arguments:
        assert not re.search(r"^\s*::", text, re.MULTILINE)
    else:
        assert all(
            re.match(r"::(error|warning|notice) file=[^,]*,line=\d+,|\d+ groups? in ", line)
            for line in text.splitlines()
        )
    if "html" not in arguments and "dot" not in arguments:
        assert not re.search(r"##\w*\[", text)


def quoted(text: str) -> str:
    """A text as a double-quoted scalar of YAML, which may write any character as an escape."""
    return '"' + "".join(f"\\U{ord(char):08x}" if char != " " else char for char in text) + '"'


def group(bad: str) -> str:
    name = quoted(f"n{bad}e")
    raw = "".join(char for char in bad if char not in "\r\n\x85\u2028\u2029")
    return f"""\
kind: PipelineGroup
metadata: {{name: {name}, version: {name}, {name}: 1}}  # {raw}
spec:
  defaults: {{{name}: {name}}}
  pipelines:
    - {{name: {name}, pipeline: {name}, params: {{{name}: {name}}}}}
    - {{name: b, pipeline: p, depends_on: [{name}, {quoted("missing" + bad)}]}}  # {raw}
    - {{name: c, pipeline: p, depends_on: [b]}}
    - {{name: {quoted(bad + "d")}, pipeline: p, depends_on: [{quoted(bad + "d")}]}}
    - {{name: {quoted(bad)}, pipeline: p, depends_on: [{name}]}}
    - {{name: {name}, pipeline: p}}
  policy: {{execution: {name}}}  # {raw}
"""


@pytest.mark.parametrize("kind", BAD)
def test_names_of_a_file_are_escaped_in_every_command_and_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Names of groups, steps, pipelines, parameters, keys, and source lines with comments."""
    monkeypatch.chdir(tmp_path)
    Path("x.yaml").write_text(group(BAD[kind]), encoding="utf-8", newline="")
    for arguments in COMMANDS:
        laid_out = "--format" not in arguments and "--diff" not in arguments  # to the width of a terminal
        for width in ("40", "200") if laid_out else ("80",):
            code, out, err = run(arguments[0], "x.yaml", *arguments[1:], env={"COLUMNS": width})
            assert code in (0, 1)
            assert out
            assert_harmless(out, *arguments)
            assert_harmless(err)
            if "json" in arguments:
                json.loads(out)


@pytest.mark.parametrize("kind", [kind for kind in BAD if kind != "C0"])
def test_paths_are_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A file's own name, in findings, in words about what was passed over, and in errors."""
    monkeypatch.chdir(tmp_path)
    name = BAD[kind].replace("/", "") + "\udce9.yaml"
    Path(name).write_text(group("x"), encoding="utf-8")
    Path("other" + name).write_text("a: 1\n")
    for form in formats.NAMES:
        code, out, err = run("check", "--format", form, name, "other" + name, "none" + name)
        assert code == 2
        assert_harmless(out.replace("::error file=none", "::error file=none,line=1,"), form)
        assert_harmless(err)
    for command in ("plan", "graph"):
        _, out, err = run(command, "none" + name)
        assert err.startswith("Error: cannot read none")
        assert_harmless(out + err)


@pytest.mark.parametrize("kind", BAD)
def test_what_was_typed_is_escaped(kind: str) -> None:
    """Errors of the command line repeat what was typed: commands, options, values, codes, groups, parameters."""
    bad = BAD[kind].replace("\0", "")
    weekly = "schemas/examples/weekly_refresh.yaml"
    for arguments in [
        (f"x{bad}",),
        ("check", f"--{bad}"),
        ("check", "--select", f"x{bad}"),
        ("check", "--format", bad),
        ("rules", f"x{bad}"),
        ("plan", weekly, "--group", bad),
        ("plan", weekly, "--param", bad.replace("=", "")),
        ("plan", weekly, "--param", f"k=*{bad}"),
        ("graph", weekly, "--width", bad),
    ]:
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert_harmless(err)


def test_log_lines_are_escaped(capfd: pytest.CaptureFixture[str]) -> None:
    """One line for a message, whatever it holds; a traceback stays readable and is indented."""
    before = logging.root.handlers[:]
    try:
        configure_logging("warning")
        logging.getLogger("x").warning("name %s", "\x1b[2J\u202e\nforged")
        try:
            raise ValueError("\x1b]0;OWNED\x07\nforged")
        except ValueError:
            logging.getLogger("x").exception("failed")
        assert drain_logs(60)
    finally:
        logging.root.handlers[:] = before
        logging.captureWarnings(False)
    lines = capfd.readouterr().err.splitlines()
    assert lines[0].endswith(r"WARNING x: name \x1b[2J\u202e\nforged")
    assert lines[1].endswith("ERROR x: failed")
    assert all(line.startswith("    ") for line in lines[2:])
    assert_harmless("\n".join(lines))


@given(st.text())
def test_a_printable_text_is_seen_on_one_line(text: str) -> None:
    """For every text: what is left is visible or a space; a visible text is left as it is."""
    shown = printable(text)
    joiners = "\u200d\ufe0e\ufe0f" + "".join(map(chr, range(0xFE00, 0xFE10)))
    assert not [
        char for char in shown if is_unseen(char) and char not in joiners and not 0xE0100 <= ord(char) <= 0xE01EF
    ]
    assert printable(shown) == shown or "\u200d" in shown or any(map(unicodedata.combining, shown))
    if text.isascii() and text.isprintable():
        assert shown == text


@pytest.mark.parametrize("text", ["café", "e\u0301", "语", "👩\u200d💻", "❤\ufe0f", "1\ufe0f\u20e3", "नमस्ते", "a b"])
def test_what_people_write_is_left_as_it_is(text: str) -> None:
    """Accents, other scripts, and emoji with what joins them."""
    assert printable(text) == text


@given(
    st.text(
        st.sampled_from([*"ab \n\t\x1b1", "\u2192", "\u0301", "\u200d", "\ufe0f", "\u20e3", "\U0001f469", "\u3164"])
        | st.characters(),
        max_size=12,
    )
)
def test_runs_of_plain_characters_change_nothing(text: str) -> None:
    """A text is made printable as it is character by character, though most of it is not looked at."""
    assert printable(text) == "".join(pieces(text))
