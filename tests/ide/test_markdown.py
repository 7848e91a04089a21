"""Nothing that a file says becomes Markdown, HTML, a link or an unseen character in what leaves the server."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from lsprotocol import types as lsp
from lsprotocol.converters import get_converter
from markdown_it import MarkdownIt
from markdown_it.token import Token

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.workspace import Workspace
from spine_lsp.ide.commands.order_text import order_text
from spine_lsp.ide.commands.resolved_order import resolved_order
from spine_lsp.ide.markdown import code, escape, link, one_line, sentence
from spine_lsp.server import to_lsp
from spine_lsp.server.asking import CompletionMemory
from spine_lsp.server.client import Client, resolve_client
from spine_lsp.server.handlers.completion import on_completion, on_resolve
from spine_lsp.server.handlers.hover import on_hover
from spine_lsp.server.handlers.inlay_hints import on_inlay_hint
from spine_lsp.server.handlers.lenses import on_code_lens, on_code_lens_resolve
from spine_lsp.server.session import Session
from tests.examples import examples
from tests.server.test_start import EVERYTHING

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
URI = "file:///g.yaml"
HOSTILE = [
    "[x](command:workbench.action.quit)",
    "![x](https://evil.example/a.png)",
    "<img src=x onerror=alert(1)>",
    "<https://evil.example>",
    "https://evil.example",
    "www.evil.example",
    "me@evil.example",
    "# heading",
    "a\n\n# heading\n\n[x](command:y)",
    "`code`",
    "``` \nfence",
    "a ` b `` c",
    "**bold** _it_ ~~gone~~",
    "| a | b |",
    "&lt;b&gt; &#x202e;",
    "a\u202eb\u2066c",
    "\x1b]8;;command:x\x07y\x1b[31m",
    "a\u200bb\ufeff",
    "\\[x](y)",
    "$(rm) $x ${1:y}",
    "---",
    "1. one",
    "> quote",
    "a\r\n- b",
    "\u2028x",
]
OURS = ("paragraph", "strong", "bullet_list", "list_item", "link")
WORDS = {"inline", "text", "code_inline", "softbreak", "hardbreak", "fence"}
HARMLESS = WORDS | {f"{name}_{end}" for name in OURS for end in ("open", "close")}
OF_A_DOCUMENT = HARMLESS | {
    f"{name}_{end}" for name in ("heading", "table", "thead", "tbody", "tr", "th", "td") for end in ("open", "close")
}


def tokens(text: str) -> Iterator[Token]:
    for token in MARKDOWN.parse(text):
        yield token
        yield from token.children or ()


def check_markdown(text: str, allowed: set[str] = HARMLESS, *, headings: int = 0) -> None:
    """Only what we write is marked, every link leads into a file of ours, and no address stands by itself."""
    check_seen(text)
    found = list(tokens(text))
    assert {token.type for token in found} <= allowed, text
    assert sum(token.type == "heading_open" for token in found) == headings
    for token in found:
        if token.type == "link_open":
            assert re.fullmatch(r"file:///g\.yaml#L\d+,\d+", str(token.attrs["href"])), text
    # Where some editors make links of addresses by themselves.
    outside = re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", text, flags=re.DOTALL)
    assert not re.search(r"https?://|www\.|\w@\w", outside), outside


def check_seen(text: str, *, lines: bool = True) -> None:
    for char in text:
        assert (lines and char == "\n") or unicodedata.category(char) not in ("Cc", "Cf", "Zl", "Zp", "Cs"), ascii(text)


def quoted(name: str) -> str:
    return json.dumps(name)


def group_with(name: str) -> str:
    """A group that says a name wherever one can be, with every kind of fault."""
    q = quoted(name)
    return f"""\
name: {q}
defaults: {{{q}: {q}, "k": {q}}}
steps:
  - name: {q}
    pipeline: {q}
    params: {{"k": {q}, {q}: 1}}
  - name: b
    pipeline: {q}
    depends_on: [{q}, {quoted(name + "x")}, {q}]
    params: {{"k": "c"}}
  - name: {quoted(name + "c")}
    pipeline: p
    depends_on: [d]
  - name: d
    pipeline: p
    depends_on: [{quoted(name + "c")}]
  - name: e
    pipeline: p
    depends_on: [d, ""]
    {q}: 1
  - name: {q}
    pipeline: ""
    params: {{"": 1}}
policy: {{execution: {q}}}
"""


class Editor:
    """The handlers with a session, as a client that can show everything calls them."""

    def __init__(self, source: str) -> None:
        session = Session(Workspace, strict=True)
        session.start(resolve_client({"capabilities": EVERYTHING}))
        session.open({"textDocument": {"uri": URI, "version": 1, "languageId": "yaml", "text": source}})
        self.workspace: Any = session.snapshot().workspace
        self.document = self.workspace.documents[URI]
        protocol = SimpleNamespace(plain=get_converter().unstructure)
        past = SimpleNamespace(look=lambda groups: None)  # nothing has run
        runs = SimpleNamespace(trusted=True)
        self.ls: Any = SimpleNamespace(
            session=session, completions=CompletionMemory(), protocol=protocol, past=past, runs=runs
        )
        self.text = lsp.TextDocumentIdentifier(URI)

    def places(self) -> Iterator[lsp.Position]:
        """Every place at which a token begins."""
        source = self.document.text.source
        for match in re.finditer(r"(?<=[\s\[{:,\"])(?=\w)", source):
            yield lsp.Position(*self.document.text.position(match.start(), "utf-32"))


@pytest.mark.parametrize("name", [*HOSTILE[::3], *HOSTILE[1:5]], ids=ascii)
def test_hovers_and_completions_show_names_as_they_are(name: str) -> None:
    """At every place: hovers, documentation, details and labels of items."""
    editor = Editor(group_with(name))
    asked: set[str] = set()
    for place in editor.places():
        hover: Any = on_hover(editor.ls, lsp.HoverParams(editor.text, place))
        if hover is not None:
            check_markdown(hover["contents"]["value"])
        answer = on_completion(editor.ls, lsp.CompletionParams(editor.text, place))
        for item in json.loads(answer)["items"] if answer is not None else ():
            for text in (
                item["label"],
                item.get("detail", ""),
                item.get("labelDetails", {}).get("description", ""),
            ):
                check_seen(text, lines=False)
            data = json.dumps(item["data"])
            if data not in asked:
                asked.add(data)
                documented: Any = on_resolve(editor.ls, item)
                check_markdown(documented["documentation"]["value"])
    assert asked


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_labels_and_messages_are_seen(name: str) -> None:
    """Hints, lenses and diagnostics are plain: on one line, without characters that turn others round."""
    editor = Editor(group_with(name))
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(999, 0))
    hints: Any = on_inlay_hint(editor.ls, lsp.InlayHintParams(editor.text, whole))
    texts = [hint[key] for hint in hints for key in ("label", "tooltip")]
    lenses: Any = on_code_lens(editor.ls, lsp.CodeLensParams(editor.text))
    for lens in lenses:
        made: Any = on_code_lens_resolve(editor.ls, lsp.CodeLens(whole, data=lens["data"]))
        texts.append(made["command"]["title"])
    client = Client(related_information=True, code_description=True)
    findings = diagnose(editor.document, editor.workspace.config_of(URI))
    for one in json.loads(to_lsp.diagnostics(editor.document.text, URI, findings, client)):
        texts.append(one["message"])
        texts += [related["message"] for related in one.get("relatedInformation", ())]
        assert re.fullmatch(r"file:///\S+/pages/[a-z-]+\.md", one["codeDescription"]["href"])
    assert len(texts) > 10
    for text in texts:
        check_seen(text, lines=False)


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_the_order_as_a_document_has_its_own_headings_only(name: str) -> None:
    """The Markdown that is shown as a document, or as a message."""
    order = resolved_order(Editor(group_with(name)).workspace, URI, None, {})
    assert order is not None
    check_markdown(order_text(order), OF_A_DOCUMENT, headings=order_text(order).count("\n## ") + 1)


@given(st.text(max_size=30), st.text(max_size=10))
@settings(max_examples=examples(80))
def test_any_text_is_shown_as_it_is(text: str, target: str) -> None:
    """Code, escaped words and links show what `one_line` says, and nothing else."""
    shown = one_line(text)
    check_seen(shown, lines=False)
    if shown:
        assert words(f"a {code(text)} b") == f"a {shown} b"
        assert words(f"a {escape(text)} b") == f"a {shown} b"
        made = f"a {link(text, 'https://x/' + target)} b"
        assert words(made) == f"a {shown} b"
        assert [token.type for token in tokens(made)].count("link_open") == 1


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_message_with_names_in_backticks(name: str) -> None:
    """Names become code where that can be told, and stay words where it cannot."""
    shown = words(sentence(f"no step is called `{name}`; did you mean `x`?"))
    assert shown.replace("`", "") == one_line(f"no step is called {name}; did you mean x?").replace("`", "")


def words(markdown: str) -> str:
    found = list(tokens(markdown))
    assert {token.type for token in found} <= HARMLESS
    return "".join(token.content for token in found if token.type in ("text", "code_inline"))
