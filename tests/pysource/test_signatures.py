"""The parameters of a pipeline: specification, reads, enums, locks, and what is left open."""

from __future__ import annotations

import pytest

from spine_lsp.pysource.declarations import ParameterSpec, Registration, Signature
from spine_lsp.pysource.targets import Known, Unknown
from tests.pysource.workspaces import SPINE, files_of, index_of, marked


def one(text: str) -> Registration:
    """The only registration."""
    (found,) = index_of(text).registrations()
    return found


def drawn(parameter: ParameterSpec) -> str:
    """A parameter in a line: `name: type*` where it is required, default, values of an enum."""
    line = f"{parameter.name}: {parameter.type}{'*' if parameter.required else ''}"
    if isinstance(parameter.default, Known):
        line += f" = {parameter.default.value!r}"
    elif isinstance(parameter.default, Unknown):
        line += " = ?"
    if parameter.validator is not None:
        line += f" {parameter.validator.name}"
        if parameter.validator.values is not None:
            line += str(list(parameter.validator.values))
    return line


def opened(signature: Signature) -> list[str]:
    return [each.reason for each in signature.open]


def spec(body: str, before: str = "") -> str:
    """A file with one pipeline that has this specification."""
    return f'{SPINE}{before}\n@register_pipeline("a.b")\nclass A(Pipeline):\n    spec = {body}\n'


SPECS = {
    "by keyword": (
        spec(
            "PipelineSpec(required_params={'w': ParamDef(name='w', type=str, description='d')}, "
            "optional_params={'n': ParamDef(name='n', type=int, description='d', required=True, default=3)})"
        ),
        ["w: str*", "n: int = 3"],
    ),
    "by position": (
        spec(
            "PipelineSpec({'w': ParamDef('w', str, 'd')}, "
            "{'n': ParamDef('n', int | None, 'd', False, -1.5, positive_int)})"
        ),
        ["w: str*", "n: int | None = -1.5 positive_int"],
    ),
    "operation": (
        spec("OperationSpec(required_params={'w': ParamDef('w', list[str], '')})").replace(
            "PipelineSpec, enum", "OperationSpec, enum"
        ),
        ["w: list[str]*"],
    ),
    "constants, of the whole and of parts": (
        spec(
            "SPEC",
            "KEY = 'w'\nTEXT = 'the' + ' week'\nWEEK = ParamDef(KEY, str, TEXT, default=KEY)\nCOMMON = {KEY: WEEK}\n"
            "SPEC = PipelineSpec(optional_params={**COMMON, 'x': ParamDef('x', bool, '', default=None)})",
        ),
        ["w: str = 'w'", "x: bool = None"],
    ),
    "dicts put together": (
        spec(
            "PipelineSpec(required_params=YEAR | dict(z=ParamDef('z', int, '')))",
            "YEAR = {'y': ParamDef('y', int, '')}",
        ),
        ["y: int*", "z: int*"],
    ),
    "parts of the specification of a base class": (
        spec(
            "PipelineSpec(Base.spec.required_params, {**Base.spec.optional_params, 'z': ParamDef('z', int, '')})",
            "class Base(Pipeline):\n"
            "    spec = PipelineSpec({'w': ParamDef('w', str, '')}, {'f': ParamDef('f', bool, '', default=False)})",
        ),
        ["w: str*", "f: bool = False", "z: int"],
    ),
    "enum with two names for a value": (
        spec(
            "PipelineSpec({'t': ParamDef('t', str, '', validator=enum_value(Tier))})",
            "from enum import Enum\nclass Tier(Enum):\n    A = 'NMS'\n    B = 'OTC'\n    DEFAULT = A",
        ),
        ["t: str* enum_value['NMS', 'OTC']"],
    ),
    "enum": (
        spec(
            "PipelineSpec({'t': ParamDef('t', str, '', validator=enum_value(Tier))})",
            "from enum import Enum, auto\nclass Tier(Enum):\n    'doc'\n    _x = 1\n    A = 'NMS'\n    B = 'OTC'\n"
            "    def f(self): ...",
        ),
        ["t: str* enum_value['NMS', 'OTC']"],
    ),
    "enum with values of their names": (
        spec(
            "PipelineSpec({'t': ParamDef('t', str, '', validator=CHECK)})",
            "import enum\nclass Tier(enum.StrEnum):\n    A = enum.auto()\n    B = 'x'\nCHECK = enum_value(Tier)",
        ),
        ["t: str* enum_value['a', 'x']"],
    ),
    "enum that is not here": (
        spec("PipelineSpec({'t': ParamDef('t', str, '', validator=enum_value(Tier))})", "from acme import Tier"),
        ["t: str* enum_value"],
    ),
    "default of a member": (
        spec(
            "PipelineSpec(None, {'t': ParamDef('t', str, '', default=T.A.value), "
            "'u': ParamDef('u', T, '', default=T.A)})",
            "from enum import Enum\nclass T(Enum):\n    A = 'NMS'",
        ),
        ["t: str = 'NMS'", "u: T = 'NMS'"],
    ),
    "inherited": (
        (
            f"{SPINE}class Base(Pipeline):\n    spec = PipelineSpec({{'w': ParamDef('w', str, '')}})\n"
            "class Mid(Base): ...\n"
            '@register_pipeline("a.b")\nclass A(Mid): ...\n'
        ),
        ["w: str*"],
    ),
    "of another class": (
        (
            f"{SPINE}class Other:\n    spec = PipelineSpec({{'w': ParamDef('w', str, '')}})\n"
            '@register_pipeline("a.b")\nclass A(Pipeline):\n    spec = Other.spec\n'
        ),
        ["w: str*"],
    ),
    "under other names": (
        (
            "from spine.framework.registry import register_pipeline\nfrom enum import StrEnum\n"
            "from spine.framework.params import PipelineSpec as Spec, ParamDef as P, enum_value as ev\n"
            "class T(StrEnum):\n    A = 'x'\nclass U:\n    P = 1\n"
            "@register_pipeline('a.b')\nclass A:\n    spec: Spec = Spec({'w': P('w', str, '', validator=ev(T))})\n"
        ),
        ["w: str* enum_value['x']"],
    ),
    "made by a function of the project": (
        spec("PipelineSpec({'w': date_param('w', 'text')})", "def date_param(name, text): ..."),
        ["w: *"],
    ),
    "inherited, as a generic": (
        (
            f"{SPINE}from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Base(Pipeline, Generic[T]):\n"
            "    spec = PipelineSpec({'w': ParamDef('w', str, '')})\n"
            '@register_pipeline("a.b")\nclass A(Base[int]): ...\n'
        ),
        ["w: str*"],
    ),
}


@pytest.mark.parametrize("case", SPECS.values(), ids=SPECS)
def test_a_specification_is_read(case: tuple[str, list[str]]) -> None:
    """Each parameter, and nothing left open."""
    text, expected = case
    signature = one(text).signature
    assert signature.specified
    assert [drawn(parameter) for parameter in signature.parameters] == expected
    assert opened(signature) == []


OPEN = {
    "made by a function": (spec("make_spec()"), "its specification is made by `make_spec()`"),
    "parameters of a function": (
        spec("PipelineSpec(required_params=common())"),
        "`common()` is known only when the program runs",
    ),
    "a comprehension": (
        spec("PipelineSpec({n: ParamDef(n, str, '') for n in 'ab'})"),
        "`{n: ParamDef(n, str, '') for n in 'ab'}` is known only when the program runs",
    ),
    "a key that is worked out": (
        spec("PipelineSpec({make(): ParamDef('a', str, '')})"),
        "`make` works it out when the program runs",
    ),
    "unpacked arguments": (spec("PipelineSpec(**ALL)"), "its specification unpacks arguments"),
    "one of two": (spec("X if Y else Z"), "its specification is made by `X if Y else Z`"),
    "of a base that is not here": (
        (
            'from acme import Base\nfrom spine.framework.registry import register_pipeline\n@register_pipeline("a.b")\n'
            "class A(Base): ...\n"
        ),
        "`acme.Base`, which `A` inherits from, is not in the workspace",
    ),
    "a specification beside a base that is not here": (
        (
            f'{SPINE}from acme import Mixin\n@register_pipeline("a.b")\n'
            "class A(Mixin, Pipeline):\n    spec = PipelineSpec({'w': ParamDef('w', str, '')})\n"
        ),
        "`acme.Mixin`, which `A` inherits from, is not in the workspace",
    ),
    "the pipeline handed on": (
        f'{SPINE}@register_pipeline("a.b")\nclass A(Pipeline):\n    def run(self):\n        run_it(self)\n',
        "the pipeline itself is handed on",
    ),
    "parameters handed on": (
        f'{SPINE}@register_pipeline("a.b")\nclass A(Pipeline):\n    def run(self):\n        f(self.params)\n',
        "the parameters are handed on whole",
    ),
    "a parameter by a name": (
        f'{SPINE}@register_pipeline("a.b")\nclass A(Pipeline):\n    def run(self, k):\n        return self.params[k]\n',
        "a parameter is taken by a name that the code works out",
    ),
}


@pytest.mark.parametrize("case", OPEN.values(), ids=OPEN)
def test_what_is_left_open_says_why(case: tuple[str, str]) -> None:
    """There may be more parameters than are known."""
    text, reason = case
    assert opened(one(text).signature) == [reason]


def test_reads_are_found_beside_the_specification() -> None:
    """In all methods, through another name, with defaults, inherited; each with its place."""
    text = f"""{SPINE}
DEFAULT = 7
class Base(Pipeline):
    def helper(self):
        return self.params["from_base"]
@register_pipeline("a.b")
class A(Base):
    def run(self):
        params = self.params
        a = params["a"]
        more: dict = self.params
        more["a"]
        b: int = params.get("b", DEFAULT) or self.params.get("c")
        if "d" in self.params:
            self.params.pop("e")
        self.params["written"] = 1
        return f"{{params['f']}} é {{self.params.get('g')}}"
    async def other(self, params):
        return params["not this"]
"""
    found = one(text)
    reads = {read.name: read for read in found.signature.reads}
    assert [name for name, read in reads.items() if read.needed] == [
        "a",
        "f",
    ]  # what is read whenever it runs
    assert [name for name, read in reads.items() if not read.needed] == ["b", "c", "d", "e", "g", "from_base"]
    assert reads["b"].default is not None
    assert getattr(reads["b"].default, "value", None) == 7
    files = files_of(text)
    assert all(marked(files, reads[name].spot) == name for name in "abcde")
    assert all(name in marked(files, reads[name].spot) for name in "fg")
    assert opened(found.signature) == []
    assert not found.signature.specified


def test_a_function_takes_its_parameters_of_its_argument() -> None:
    """`params`, or its only argument."""
    text = """
        from spine.execution.registry import register_pipeline
        @register_pipeline("a")
        async def a(params, context=None):
            "Does it."
            return params["x"], params.get("y", 0)
        @register_pipeline("b")
        def b(p: dict):
            return p["z"]
    """
    found = list(index_of(text).registrations())
    assert [[read.name for read in each.signature.reads] for each in found] == [["x", "y"], ["z"]]
    assert [each.doc for each in found] == ["Does it.", ""]
    assert not any(each.is_class for each in found)


LOCKS = {
    "template": ("", 'lock_key_template="otc:{start}:{end}", requires_lock=True', "otc:{start}:{end}"),
    "template of a constant": ("K = 'otc'\n", 'lock_key_template=f"{K}:" + "{start}"', "otc:{start}"),
    "required only": ("", "requires_lock=True", None),
    "worked out": ("", "lock_key_template=make()", None),
}


@pytest.mark.parametrize("case", LOCKS.values(), ids=LOCKS)
def test_a_lock_is_read_where_it_is_registered(case: tuple[str, str, str | None]) -> None:
    """The template, or that it is not known."""
    before, arguments, template = case
    found = one(
        f"from market_spine.pipelines.registry import registry\n{before}def f(params): ...\n"
        f'registry.register(name="a", handler=f, {arguments})\n'
    )
    assert found.lock is not None
    assert found.lock.template == template
    assert (found.lock.unknown is None) == (template is not None)


def test_what_a_function_of_the_project_makes_of_it_is_left_open() -> None:
    """A function with arguments of its own, and what is registered instead of what is decorated."""
    wrapper = (
        f"{SPINE}def job(name):\n    def wrap(fn):\n        @register_pipeline(name)\n"
        "        class Made(Pipeline):\n            def run(self):\n                return fn(**self.params)\n"
        "        return fn\n    return wrap\n"
    )
    assert opened(one(f"{wrapper}@job('a')\ndef f(day, rows=3): ...\n").signature) == [
        "`f` has several arguments, of which nobody knows what they are given",
        "`job` makes something else of it",
    ]
    assert opened(one(f"{wrapper}@job('a')\nclass F: ...\n").signature) == ["`job` makes something else of it"]


def test_a_lock_is_read_of_a_class() -> None:
    """A method that answers a text of parameters, or an attribute; a method that answers None locks nothing."""

    def lock(body: str) -> object:
        found = one(f'{SPINE}@register_pipeline("a")\nclass A(Pipeline):\n{body}')
        return found.lock and (found.lock.template or "?")

    method = "    def get_logical_key(self, params):\n        'doc'\n        return {}\n"
    assert lock(method.format("f\"otc:{params['week']}:{params.get('tier')}\"")) == "otc:{week}:{tier}"
    assert lock(method.format("'otc:' + self.params['week']")) == "otc:{week}"
    assert lock(method.format("None")) is None
    assert lock(method.format("make(params)")) == "?"
    assert lock("    lock_key_template = 'otc:{week}'\n") == "otc:{week}"
    assert lock("    pass\n") is None


def test_places_of_parameters_are_exact() -> None:
    """The key of a parameter, and the members of an enum, where they are written."""
    text = spec(
        "PipelineSpec({'wéek': ParamDef('w', str, '', validator=enum_value(Tier))})",
        "from enum import Enum\nclass Tier(Enum):\n    A = 'é'",
    )
    (parameter,) = one(text).signature.parameters
    assert marked(files_of(text), parameter.spot) == "wéek"
    assert parameter.validator is not None
    assert parameter.validator.enum is not None
    assert marked(files_of(text), parameter.validator.enum) == "Tier"
