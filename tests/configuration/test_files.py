"""Configuration files: what they set, and each fault at its place with the word that was meant."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from spine_lsp.analysis.findings import Severity
from spine_lsp.configuration.files import ConfigFile, read_config_file
from spine_lsp.configuration.options import OPTIONS
from spine_lsp.configuration.toml import TomlFault, load
from spine_lsp.configuration.toml_places import places_of

OWN, SHARED = "home/me/spine-lsp.toml", "home/me/pyproject.toml"


def marked(file: ConfigFile) -> list[tuple[str, str]]:
    """The text that each finding stands at, and what it says."""
    return [(file.text[found.start : found.end], found.message) for found in file.findings]


def test_both_files_set_the_same() -> None:
    """The one at the top, the other in its table."""
    inner = 'inlayHints.order = "all"\ncodeLens = { graph = false }\n[{}rules]\nblocked-step = "info"\n'
    own = read_config_file(OWN, inner.replace("{}", ""))
    shared = read_config_file(SHARED, "[tool.spine-lsp]\n" + inner.replace("{}", "tool.spine-lsp."))
    assert own.values == shared.values
    assert own.values["inlayHints.order"] == "all"
    assert own.values["codeLens.graph"] is False
    assert own.values["rules"] == {"blocked-step": "information"}
    assert own.findings == shared.findings == ()


# The text, what of it is marked, and what is said of that.
FAULTS: list[tuple[str, str, str]] = [
    ("inlayHnts.order = 'all'", "inlayHnts", "there is no option `inlayHnts`; did you mean `inlayHints`?"),
    (
        "inlay-hints.order = 'all'",
        "inlay-hints",
        "there is no option `inlay-hints`; did you mean `inlayHints`?",
    ),
    ("[inlayHints]\nordr = 'all'", "ordr", "there is no option `inlayHints.ordr`; did you mean `order`?"),
    ("codeLens.grph = true", "grph", "there is no option `codeLens.grph`; did you mean `graph`?"),
    ("zzz = 1", "zzz", "there is no option `zzz`"),
    ("'a.b' = 1", "'a.b'", "there is no option `a.b`"),
    ("index = true", "true", "`index` is a group of options, not true"),
    ("index.enabled = 1", "1", "`index.enabled` must be true or false, not 1"),
    ("index.enabled.x = 1", "enabled", "`index.enabled` must be true or false, not a table"),
    (
        'inlayHints.order = "alll"',
        '"alll"',
        "`inlayHints.order` must be `all`, `moved` or `off`, not `alll`; did you mean `all`?",
    ),
    ("completion.limit = 0", "0", "`completion.limit` must be from 1 to 1,000, not 0"),
    ("completion.limit = 2.5", "2.5", "`completion.limit` must be a whole number, not 2.5"),
    ("exclude = 'x'", "'x'", "`exclude` must be a list of texts, not `x`"),
    ("exclude = [\n 'x', # y\n 3,\n]", "3", "`exclude` must be a list of texts, not of 3"),
    ("exclude = ['x', '']", "''", "`` is no pattern"),
    ("decorators = ['a b']", "'a b'", "`a b` is no name in Python"),
    (
        'companion = ["hovr"]',
        '"hovr"',
        "`companion` must be `validation`, `completion`, `hover` or `formatting`, not `hovr`; did you mean `hover`?",
    ),
    (
        "[rules]\nbloked-step = 'off'",
        "bloked-step",
        "there is no rule `bloked-step`; did you mean `blocked-step`?",
    ),
    ("rules = { zzz = 'off' }", "zzz", "there is no rule `zzz`; `spine-lsp rules` lists them"),
    (
        "rules.blocked-step = 'wrning'",
        "'wrning'",
        (
            "`rules.blocked-step` must be `off`, `hint`, `information`, `warning` or `error`, not `wrning`;"
            " did you mean `warning`?"
        ),
    ),
    (
        "rules.blocked-step = false",
        "false",
        "`rules.blocked-step` must be `off`, `hint`, `information`, `warning` or `error`, not false",
    ),
    ("rules = 'off'", "'off'", "`rules` must give levels by rule, not `off`"),
]


@pytest.mark.parametrize(("text", "at", "message"), FAULTS)
def test_each_fault_stands_where_it_is(text: str, at: str, message: str) -> None:
    """In both files, and sets nothing; the keys beside it hold."""
    beside = "dialect = 'pipeline'\n"
    file = read_config_file(OWN, beside + text)
    assert marked(file) == [(at, message)]
    assert file.findings[0].severity is Severity.WARNING
    assert file.values["dialect"] == "pipeline"
    table = text.replace("[rules]", "[tool.spine-lsp.rules]").replace("[inlayHints]", "[tool.spine-lsp.inlayHints]")
    assert marked(read_config_file(SHARED, "[tool.spine-lsp]\n" + table)) == [(at, message)]


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("a = \n", "\n", "invalid value"),
        ("a = 1\na = 2", "2", "cannot overwrite a value at the end"),
        ('é = "x', '"', "xpected"),
        ("spine-lsp = [", "[", "at the end"),
        ("a = " + "[" * 5_000, "", ""),
        ("spine = " + "9" * 5_000, "", ""),
    ],
)
def test_what_is_no_toml_is_one_error_where_it_breaks(text: str, at: str, message: str) -> None:
    """The words of the reader, in our way of writing; in a file that is others' too only where ours may be in it."""
    file = read_config_file(OWN, text)
    if file.broken:
        assert [found.severity for found in file.findings] == [Severity.ERROR]
        assert file.findings[0].message.startswith("this is no valid TOML: ")
        assert file.values == {}
    else:  # a newer reader counts further
        assert marked(file)
    assert not read_config_file(SHARED, "[tool.other]\nx = ").findings
    assert len(read_config_file(SHARED, "[tool.spine-lsp]\nx = ").findings) == 1


def test_bytes_that_are_no_text_are_an_error_in_ours() -> None:
    """And none of our business in a pyproject.toml that has nothing of us."""
    assert "it is not UTF-8" in read_config_file(OWN, b"a = '\xff'").findings[0].message
    assert not read_config_file(SHARED, b"a = '\xff'").holds
    assert read_config_file(OWN, b"\xef\xbb\xbfdialect = 'pipeline'").values == {"dialect": "pipeline"}


def test_a_table_of_another_name_is_said() -> None:
    """`spine_lsp` is no tool, and the file's own table is not for spine-lsp.toml."""
    file = read_config_file(SHARED, "[tool.spine_lsp]\ndialect = 'auto'")
    assert marked(file) == [("spine_lsp", "there is no tool `spine_lsp`; did you mean `spine-lsp`?")]
    assert not file.holds
    file = read_config_file(OWN, "[tool.spine-lsp]\ndialect = 'auto'")
    assert marked(file) == [("tool", "in spine-lsp.toml options stand at the top, without a table")]
    assert marked(read_config_file(SHARED, "tool.spine-lsp = 3"))[0][0] == "3"
    assert not read_config_file(SHARED, "tool = 3\n# spine-lsp").holds


_KEYS = st.one_of(st.sampled_from(["a", "b-c", "1", "_"]), st.text(max_size=3))
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(-9, 9),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=4),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=3)),
    max_leaves=8,
)


def written(value: Any) -> str:
    """A value as TOML, inline."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[ # one ]\n" + ",\n".join(map(written, value)) + "]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f") if text.isascii() else _escaped(text)


def _escaped(text: str) -> str:
    return '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'


@given(st.dictionaries(_KEYS, _VALUES, max_size=4), st.booleans(), st.sampled_from(["\n", "\r\n"]))
@example({"a": '"""', "b-c": "'"}, True, "\n")
def test_every_key_and_item_is_at_its_place(table: dict[str, Any], headers: bool, line: str) -> None:
    """The text at a place is TOML for the value that the path leads to."""
    lines = []
    for key, value in table.items():
        if headers and isinstance(value, dict):
            lines += [f"[ t . {quoted(key)} ] # x"] + [f"{quoted(k)}={written(v)}" for k, v in value.items()]
        else:
            lines.insert(0, f"{quoted(key)} = {written(value)} # = [")
    text = line.join(lines)
    read = load(text)
    assert not isinstance(read, TomlFault), (read, text)
    places = places_of(text)

    def visit(value: Any, path: tuple[str | int, ...]) -> None:
        if path:
            place = places[path]
            if place.key != place.value:
                part = load(f"x = {text[place.value.start : place.value.end]}")
                assert not isinstance(part, TomlFault)
                assert part["x"] == value
        if isinstance(value, dict):
            for key, each in value.items():
                visit(each, (*path, key))
        elif isinstance(value, list):
            for number, each in enumerate(value):
                visit(each, (*path, number))

    visit(read, ())


@pytest.mark.parametrize(
    ("text", "path", "at"),
    [
        ("a.b.c = 1", ("a", "b", "c"), "1"),
        ("[[a]]\nx = 1\n[[a]]\nx = '''2'''", ("a", 1, "x"), "'''2'''"),
        ("[[a]]\n[a.b]\nc = 2000-01-01 10:00:00 # x", ("a", 0, "b", "c"), "2000-01-01 10:00:00"),
        ('a = """x\n"y" ""\\" z"""""\nb = 0x1F', ("b",), "0x1F"),
        ("a = [[1], [2, {b = 3}]]", ("a", 1, 1, "b"), "3"),
        ("\ufeffa = inf", ("a",), "inf"),
    ],
)
def test_the_forms_of_toml(text: str, path: tuple[str | int, ...], at: str) -> None:
    """Dotted keys, arrays of tables, all strings, dates with a blank."""
    assert not isinstance(load(text), TomlFault)
    place = places_of(text)[path].value
    assert text[place.start : place.end] == at


@given(st.text(alphabet="ab.=[]{}\"'\\#,\n\r \t-1", max_size=40))
@example("[tool.spine-lsp")
@example("rules = {")
def test_every_text_has_an_answer(text: str) -> None:
    """Valid or not: findings lie inside, and what is set are options."""
    for path in (OWN, SHARED):
        file = read_config_file(path, f"{text}\n#spine-lsp")
        assert all(0 <= found.start <= found.end <= len(file.text) for found in file.findings)
        assert set(file.values) <= set(OPTIONS)
    places_of(text)
