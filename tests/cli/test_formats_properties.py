"""Whatever a group says, each format of `check` is valid, strict readers take it, and nothing gets out raw."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from spine_lsp.cli import formats
from tests.cli.official.schemas import junit, ours, schema_store, validate
from tests.cli.runner import run
from tests.cli.test_escaping import assert_harmless, quoted
from tests.examples import examples

SARIF = schema_store("https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json")
HARD = [
    *"\n\r\t\0\x07\x1b\x7f\x85\x9b\u2028\u2029\u202e\u2066\u200b\ufeff\ud800\udfff\U0001f600\U000e0041|`<>&'\"\\%,:#[]()*_~$",
    "::error file=x::",
    "::set-output name=a::b",
    "##vso[task]",
    "##[error]",
    "\x1b[2J",
    "\x1b]8;;http://x\x1b\\",
    "]]>",
    "-->",
    "```",
    "%0A",
    "&#10;",
    "</script>",
    "a" * 2_000,
    "\u202e" * 300,
]
TEXTS = st.lists(st.one_of(st.sampled_from(HARD), st.text(max_size=4)), min_size=1, max_size=6).map("".join)


def group(name: str) -> str:
    """A group in which each kind of finding tells the name: unknown, twice, waiting for itself, a wrong value."""
    written = "".join(char if ord(char) < 0xD800 or ord(char) > 0xDFFF else "\ufffd" for char in name)
    word = quoted(written)
    return (
        f"kind: PipelineGroup\nname: {word}\nsteps:\n  - name: {word}\n    pipeline: {word}\n"
        f"    depends_on: [{quoted(written + 'x')}, {word}, b, b]\n  - name: b\n    pipeline: p\n    {word}: 1\n"
        f"  - name: {word}\n    pipeline: p\npolicy:\n  execution: {word}\n"
    )


def strict(text: str) -> Any:
    """What a reader takes out of JSON that refuses half characters."""
    value = json.loads(text)
    json.dumps(value, ensure_ascii=False).encode()
    return value


def read_github(out: str) -> Iterator[str]:
    for line in out.splitlines()[:-1]:
        found = re.fullmatch(r"::(error|warning|notice) file=[^,:]*,line=\d+,col=\d+,.*?,title=([a-z-]+)::.+", line)
        assert found, line
        yield found.group(2)


def read_junit(out: str) -> Iterator[str]:
    junit().validate(out)
    for case in ET.fromstring(out).iter("testcase"):
        yield str(case.get("name")).partition(" ")[0]


def read_markdown(out: str) -> Iterator[str]:
    assert len(out) < 65_536
    assert out.count("```") % 2 == 0
    for row in (line for line in out.splitlines() if line.startswith("| ") and not line.startswith("| |")):
        cells = re.split(r"(?<!\\)\|", row)
        assert len(cells) == 6, row
        yield cells[3].strip(" `")


def read_sarif(out: str) -> Iterator[str]:
    log = strict(out)
    validate(SARIF, log)
    yield from (each["ruleId"] for each in log["runs"][0]["results"])


def read_gitlab(out: str) -> Iterator[str]:
    report = strict(out)
    validate(ours("gitlab"), report)
    assert len({each["fingerprint"] for each in report}) == len(report)
    yield from (each["check_name"] for each in report)


def read_rdjson(out: str) -> Iterator[str]:
    report = strict(out)
    validate(ours("rdjson"), report)
    yield from (each["code"]["value"] for each in report["diagnostics"])


def read_concise(out: str) -> Iterator[str]:
    for line in out.splitlines():
        found = re.fullmatch(r"g\.yaml:\d+:\d+: [a-z]+\[([a-z-]+)\]: .+", line)
        assert found, line
        yield found.group(1)


READ: dict[str, Callable[[str], Iterator[str]]] = {
    "text": lambda out: iter(re.findall(r"^g\.yaml:\d+:\d+: [a-z]+\[([a-z-]+)\]: ", out, re.MULTILINE)),
    "concise": read_concise,
    "json": lambda out: (each["code"] for each in strict(out)["findings"]),
    "jsonl": lambda out: (strict(line)["finding"]["code"] for line in out.splitlines()[:-1]),
    "sarif": read_sarif,
    "github": read_github,
    "gitlab": read_gitlab,
    "junit": read_junit,
    "rdjson": read_rdjson,
    "markdown": read_markdown,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats")


@settings(max_examples=examples(4), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXTS)
@example(name="::error file=x,line=1::a\r\n::warning::b")
@example(name="\x1b[2J\x1b]8;;http://x\x07\u202e\u2066")
@example(name="]]>" + "&#10;" + "a|b`c" * 200)
def test_every_format_holds_whatever_a_name_is(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same findings in each, one by one, valid by the schema of the format where it has one."""
    monkeypatch.chdir(folder)
    Path("g.yaml").write_text(group(name), encoding="utf-8", newline="")
    assert set(READ) == set(formats.NAMES)
    told = {}
    for form, read in READ.items():
        out = run("check", "g.yaml", "--format", form, "--level", "hint").out
        assert_harmless(out, form)
        told[form] = sorted(read(out))
    assert len(told["json"]) > 4
    assert all(codes == told["json"] for codes in told.values()), told


def test_bytes_of_a_path_that_are_no_text_are_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Strict readers of JSON take no half characters, so a path has an escape in their place."""
    monkeypatch.chdir(tmp_path)
    Path("a\udce9.yaml").write_text(group("n"), encoding="utf-8")
    for form, schema in (("rdjson", ours("rdjson")), ("gitlab", ours("gitlab")), ("sarif", SARIF)):
        value = strict(run("check", "a\udce9.yaml", "--format", form).out)
        validate(schema, value)
