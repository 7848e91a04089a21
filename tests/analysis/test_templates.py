"""The reader of templates: where each begins and ends, what it refers to, and that it takes linear time."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from spine_lsp.analysis.templates import begun_name, has_unpaired_braces, is_referred_to, templates


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("{{ params.a }}", ["{{ params.a }} a"]),
        ("x {{params.a-b|f(params.c)}} y", ["{{params.a-b|f(params.c)}} a-b c"]),
        ("{{ params.a {{ params.b }}", ["{{ params.a  open a", "{{ params.b }} b"]),
        ("{{ params.a\nparams.b", ["{{ params.a open a"]),
        ("{{ params.a\n}}", ["{{ params.a\n}} a"]),
        ("}} {{ }} params.a", ["{{ }}"]),
        ("{{ x.params.a params.1 params. }}", ["{{ x.params.a params.1 params. }}"]),
        ("{ params.a }", []),
    ],
)
def test_templates_with_what_they_refer_to(text: str, drawn: list[str]) -> None:
    """A template ends at its braces, else with its line, or where the next one begins."""
    found = []
    for template in templates(text):
        names = [reference.name for reference in template.references]
        found.append(" ".join([text[slice(*template.span)], *([] if template.is_closed else ["open"]), *names]))
    assert found == drawn


@given(st.text("{} ap.rms\n-", max_size=40).map(lambda text: text.replace("p", "params.")))
def test_templates_are_in_order_and_apart(text: str) -> None:
    """Each lies behind the one before, its references lie in it, and a text without unpaired braces has no open one."""
    end = 0
    for template in templates(text):
        assert end <= template.span.start < template.span.end <= len(text)
        end = template.span.end
        for reference in template.references:
            assert template.span.start < reference.span.start < reference.name_span.start
            assert reference.name_span.end <= template.span.end
            assert text[slice(*reference.span)] == f"params.{reference.name}"
            assert is_referred_to(text, reference.name)
        assert template.is_closed or has_unpaired_braces(text)


def test_a_name_is_referred_to_as_a_whole() -> None:
    """Not as the beginning of another; what follows a dot belongs to its value."""
    for text in ("params.a", "{{ params.a }}", "defaults.a", "params.a.b", "params.a-", "(params.a)"):
        assert is_referred_to(text, "a")
    for text in ("params.ab", "params.a-b", "xparams.a", "x.params.a", "params", "other.a"):
        assert not is_referred_to(text, "a")


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("{{", ""),
        ("x {{ par", "par"),
        ("{{ params.a", "params.a"),
        ("{{ a }}", None),
        ("{{ a b", None),
        ("{", None),
    ],
)
def test_what_is_typed_of_a_name_in_an_open_template(text: str, typed: str | None) -> None:
    """Up to the end of the text, where the cursor is; None where no template is open there."""
    assert begun_name(text) == typed
