"""Every shape in which a pipeline is registered, and what looks like one and is none."""

from __future__ import annotations

import pytest

from spine_lsp.pysource.vocabulary import Vocabulary
from tests.pysource.workspaces import SPINE, files_of, gaps, index_of, marked, names

CLASS = "class Ingest(Pipeline):\n    '''Takes a week.'''\n"

LOOP = f"{SPINE}class A(Pipeline):\n    name = 'a'\nclass B(A):\n    name = 'b'\n"
WRAPPER = """\
def pipe(name, *, tags=()):
    def wrap(cls):
        return register_pipeline(f"x.{name}")(cls)
    return wrap
"""

REGISTERED = {
    "a decorator that wraps it": (
        f'{SPINE}def pipe(name):\n    return register_pipeline("x." + name)\n@pipe("a")\n{CLASS}',
        ["classes pipeline:x.a"],
    ),
    "a decorator that wraps it, and hands the class on": (
        f'{SPINE}{WRAPPER}@pipe("a", tags=["t"])\n{CLASS}',
        ["classes pipeline:x.a"],
    ),
    "a decorator that wraps one that wraps it, in another file": (
        (
            f'#- tools.py\n{SPINE}{WRAPPER}def daily(which):\n    return pipe(name=which + ".daily")\n'
            f'#- jobs.py\nfrom tools import daily as d\n@d("a")\n{CLASS}'
        ),
        ["classes pipeline:x.a.daily"],
    ),
    "a decorator that wraps it, used in a file without a word of Spine": (
        f'#- tools.py\n{SPINE}{WRAPPER}#- jobs.py\nfrom tools import pipe\n@pipe("a")\nclass Job: ...\n',
        ["classes pipeline:x.a"],
    ),
    "an import under another name, used in a file without a word of Spine": (
        (
            "#- tools/__init__.py\nfrom .names import *\n"
            "#- tools/names.py\nfrom spine.framework.registry import register_pipeline as job\n"
            "#- jobs.py\nimport tools\n@tools.job('a')\nclass Job: ...\n"
        ),
        ["classes pipeline:a"],
    ),
    "a function that registers what it is given, in the same file": (
        f"{SPINE}def _make(name):\n    @register_pipeline(name)\n    class A: ...\n_make('a')\n_make(name='b')\n",
        ["classes pipeline:a", "classes pipeline:b"],
    ),
    "classes in a loop": (
        f"{LOOP}def register_x_pipelines(registry):\n    for each in (A, B):\n        registry.register(each)\n",
        ["project pipeline:a", "project pipeline:b"],
    ),
    "names in a loop": (
        f"{LOOP}NAMES = ['x', 'y']\nfor n in sorted(NAMES):\n    register_pipeline(f'{{n}}.z')(A)\n",
        ["classes pipeline:x.z", "classes pipeline:y.z"],
    ),
    "pairs in a loop": (
        f"{LOOP}for n, each in [('x', A), ('y', B)]:\n    register_pipeline(n)(each)\n",
        ["classes pipeline:x", "classes pipeline:y"],
    ),
    "a dict in a loop": (
        f"{LOOP}ALL = {{'x': A, 'y': B}}\nfor n, each in ALL.items():\n    register_pipeline(n)(each)\n",
        ["classes pipeline:x", "classes pipeline:y"],
    ),
    "a loop in a loop": (
        f"{LOOP}for n in 'x', 'y':\n    for m in ('1', '2'):\n        register_pipeline(n + m)(A)\n",
        ["classes pipeline:x1", "classes pipeline:x2", "classes pipeline:y1", "classes pipeline:y2"],
    ),
    "an enum in a loop": (
        (
            f"{LOOP}from enum import Enum\nclass E(Enum):\n    P = 'x'\n    Q = 'y'\n"
            "for e in E:\n    @register_pipeline(f'{e.value}.{e.name}')\n    class Of(Pipeline): ...\n"
        ),
        ["classes pipeline:x.P", "classes pipeline:y.Q"],
    ),
    "a comprehension": (
        f"{LOOP}[register_pipeline(n)(A) for n in ('x', 'y')]\n",
        ["classes pipeline:x", "classes pipeline:y"],
    ),
    "a class whose base is not in the workspace": (
        "from acme import Job\nclass A(Job):\n    name = 'a'\ndef fill(registry):\n    registry.register(A)\n",
        ["project pipeline:a"],
    ),
    "one import or another": (
        (
            "import sys\nif sys.version_info > (3, 9):\n    from spine.framework.registry import register_pipeline\n"
            "else:\n    from spine.compat.registry import register_pipeline\n@register_pipeline('a')\nclass A: ...\n"
        ),
        ["classes pipeline:a"],
    ),
    "an import for type checkers, or another": (
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from spine.framework import Pipeline\n"
            "else:\n    Pipeline = load()\nclass A(Pipeline):\n    name = 'a'\n"
            "def f(registry):\n    registry.register(A)\n"
        ),
        ["project pipeline:a"],
    ),
    "names made by methods": (
        f"{SPINE}N = 'A B'\n@register_pipeline('.'.join([N.lower().replace(' ', '_'), 'x']))\n{CLASS}",
        ["classes pipeline:a_b.x"],
    ),
    "names made by old formats": (
        (
            f"{SPINE}N = 'a'\n@register_pipeline('%s.%s' % (N, 'b'))\n{CLASS}"
            f"@register_pipeline('{{}}.{{x}}'.format(N, x='c'))\n{CLASS}"
        ),
        ["classes pipeline:a.b", "classes pipeline:a.c"],
    ),
    "decorator on a class": (f'{SPINE}@register_pipeline("a.b")\n{CLASS}', ["classes pipeline:a.b"]),
    "name by keyword": (f'{SPINE}@register_pipeline(name="a.b")\n{CLASS}', ["classes pipeline:a.b"]),
    "import under another name": (
        'from spine.framework.registry import register_pipeline as rp\n@rp("a.b")\nclass A: ...\n',
        ["classes pipeline:a.b"],
    ),
    "import of the module": (
        'import spine.framework.registry\n@spine.framework.registry.register_pipeline("a.b")\nclass A: ...\n',
        ["classes pipeline:a.b"],
    ),
    "import of the module under a name": (
        'import spine.framework.registry as reg\n@reg.register_pipeline("a.b")\nclass A: ...\n',
        ["classes pipeline:a.b"],
    ),
    "import of the package": (
        'from spine import framework\n@framework.register_pipeline("a.b")\nclass A: ...\n',
        ["classes pipeline:a.b"],
    ),
    "assigned to another name": (
        f'{SPINE}pipe = register_pipeline\n@pipe("a.b")\nclass A: ...\n',
        ["classes pipeline:a.b"],
    ),
    "all of a module imported": (
        'from spine.framework.registry import *\n@register_pipeline("a.b")\nclass A: ...\n',
        ["classes pipeline:a.b"],
    ),
    "all of a module imported, under another name": (
        (
            "#- compat.py\nfrom spine.framework.registry import register_pipeline as pipe\n"
            '#- p.py\nfrom compat import *\n@pipe("a.b")\nclass Pipeline: ...\n'
        ),
        ["classes pipeline:a.b"],
    ),
    "import that may fail": (
        (
            "try:\n    from spine.framework.registry import register_pipeline\n"
            "except ImportError:\n    register_pipeline = lambda name: (lambda c: c)\n"
            '@register_pipeline("a.b")\nclass A: ...\n'
        ),
        ["classes pipeline:a.b"],
    ),
    "import for type checkers": (
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
            "    from spine.framework.registry import register_pipeline\n"
            '@register_pipeline("a.b")\nclass A: ...\n'
        ),
        ["classes pipeline:a.b"],
    ),
    "operation": (
        'from spine.framework.registry import register_operation\n@register_operation("a.b")\nclass A: ...\n',
        ["classes operation:a.b"],
    ),
    "operation of the other registry": (
        'from spine.execution.registry import register_operation\n@register_operation("ab")\ndef f(params): ...\n',
        ["functions operation:ab"],
    ),
    "function of the other registry": (
        (
            "from spine.execution import register_pipeline, HandlerRegistry\nregistry = HandlerRegistry()\n"
            '@register_pipeline("ingest", registry=registry, description="d", tags={"a": "b"})\n'
            "async def f(params): ...\n"
        ),
        ["functions pipeline:ingest"],
    ),
    "task, step, workflow and handler": (
        (
            "from spine.execution.registry import register_task, register_step, register_workflow, register_handler\n"
            '@register_task("t")\ndef a(params): ...\n@register_step("s")\ndef b(params): ...\n'
            '@register_workflow("w")\ndef c(params): ...\n@register_handler("task", "h")\ndef d(params): ...\n'
        ),
        ["functions task:t", "functions step:s", "functions workflow:w", "functions task:h"],
    ),
    "registry.register(Class) in a function": (
        (
            "from spine.framework.pipelines import Pipeline\nclass Otc(Pipeline):\n    name = 'otc.ingest'\n"
            "def register_otc_pipelines(registry):\n    registry.register(Otc)\n"
        ),
        ["project pipeline:otc.ingest"],
    ),
    "registry.register(Class) of a registry": (
        "from market_spine.registry import registry\nclass Otc:\n    name = 'otc.ingest'\nregistry.register(Otc)\n",
        ["classes pipeline:otc.ingest"],
    ),
    "@PipelineRegistry.register": (
        (
            "from market_spine.pipelines.registry import PipelineRegistry\n"
            "@PipelineRegistry.register\nclass Otc:\n    name = 'otc.ingest'\n"
        ),
        ["classes pipeline:otc.ingest"],
    ),
    "@PIPELINES.register(name)": (
        'from market_spine import PIPELINES\n@PIPELINES.register("a.b")\nclass A: ...\n',
        ["classes pipeline:a.b"],
    ),
    "register(name=, handler=)": (
        (
            "from market_spine.pipelines.registry import registry\ndef fn(params): ...\n"
            'registry.register(name="otc_backfill", handler=fn, description="d", requires_lock=True)\n'
        ),
        ["classes pipeline:otc_backfill"],
    ),
    "register(kind, name, function)": (
        (
            "from spine.execution import HandlerRegistry\nregistry = HandlerRegistry()\ndef fetch(params): ...\n"
            'def main():\n    registry.register("task", "fetch", fetch)\n'
        ),
        ["functions task:fetch"],
    ),
    "register(kind, name, lambda)": (
        (
            "from spine.execution.registry import get_default_registry\n"
            'get_default_registry().register("pipeline", "double", lambda p: p)\n'
        ),
        ["functions pipeline:double"],
    ),
    "register(kind=, name=, handler=)": (
        "def f(registry, fetch):\n    registry.register(kind='operation', name='x', handler=fetch)\n",
        ["project operation:x"],
    ),
    "register(name, function, kind=)": (
        (
            "from spine.execution import HandlerRegistry\nr = HandlerRegistry()\ndef f(params): ...\n"
            "r.register('fetch', f, kind='task')\n"
        ),
        ["functions task:fetch"],
    ),
    "decorator called on a class": (
        f'{SPINE}{CLASS}register_pipeline("a.b")(Ingest)\n',
        ["classes pipeline:a.b"],
    ),
    "decorator of the same file": (
        (
            "PIPELINES = {}\ndef register_pipeline(name):\n    def put(f):\n"
            "        PIPELINES[name] = f\n        return f\n"
            '    return put\nDOMAIN = "equity"\n@register_pipeline(f"{DOMAIN}/ingest_daily")\ndef run(params): ...\n'
        ),
        ["project pipeline:equity/ingest_daily"],
    ),
    "name of a constant": (f'{SPINE}N = "a.b"\n@register_pipeline(N)\n{CLASS}', ["classes pipeline:a.b"]),
    "name of constants of constants": (
        f'{SPINE}A = "a"\nB = A + ".b"\nC = f"{{B}}.{{1}}"\n@register_pipeline(C + "." "d")\n{CLASS}',
        ["classes pipeline:a.b.1.d"],
    ),
    "name of an enum, a dict, a class": (
        (
            f'{SPINE}from enum import Enum\nclass N(str, Enum):\n    A = "a.b"\n'
            'D = {"k": "c.d"}\nclass K:\n    X = "e.f"\n'
            f'@register_pipeline(N.A)\n{CLASS}@register_pipeline(N.A.value + "2")\n{CLASS}'
            f'@register_pipeline(D["k"])\n{CLASS}@register_pipeline(K.X)\n{CLASS}'
        ),
        [f"classes pipeline:{name}" for name in ("a.b", "a.b2", "c.d", "e.f")],
    ),
    "several decorators": (
        f'{SPINE}@register_pipeline("a")\n@register_pipeline("b")\n{CLASS}',
        ["classes pipeline:a", "classes pipeline:b"],
    ),
    "inside a function, with its own names": (
        f'{SPINE}X = "outer"\ndef make():\n    X = "inner"\n    @register_pipeline(X)\n    class A(Pipeline): ...\n',
        ["classes pipeline:inner"],
    ),
    "list of names, one taken": (
        f'{SPINE}NAMES = ["a", "b"]\n@register_pipeline(NAMES[-1])\n{CLASS}',
        ["classes pipeline:b"],
    ),
    "names unpacked": (f'{SPINE}A, B = "a", "b"\n@register_pipeline(B)\n{CLASS}', ["classes pipeline:b"]),
    "constant with an annotation": (
        f'{SPINE}N: str = "a.b"\n@register_pipeline(N)\n{CLASS}',
        ["classes pipeline:a.b"],
    ),
}


@pytest.mark.parametrize("source", REGISTERED.values(), ids=REGISTERED)
def test_a_registration_is_read(source: tuple[str, list[str]]) -> None:
    """Name, kind and registry, and nothing left open."""
    text, expected = source
    index = index_of(text)
    assert names(index) == expected
    assert gaps(index) == []


UNKNOWN = {
    "a name that a function makes": (
        f"{SPINE}@register_pipeline(make_name())\n{CLASS}",
        ["?: `make_name` works it out when the program runs"],
    ),
    "a registry filled in a loop": (
        f"{SPINE}from m import REGISTRY\nfor name, cls in REGISTRY.items():\n    register_pipeline(name)(cls)\n",
        ["?: `name` is set by a loop"],
    ),
    "a comprehension": (
        f"{SPINE}[register_pipeline(n)(c) for n, c in ALL]\n",
        ["?: `n` is set by a loop"],
    ),
    "a factory": (
        f"{SPINE}def make(name):\n    @register_pipeline(name)\n    class A(Pipeline): ...\n    return A\n",
        ["?: `name` is an argument of `make`, which every call gives anew"],
    ),
    "a function that registers what it is given": (
        f'{SPINE}def make(name):\n    @register_pipeline("x." + name)\n    class A: ...\nall(map(make, NAMES))\n',
        ["?: `name` is an argument of `make`, which every call gives anew"],
    ),
    "a decorator that wraps it, by a name that is not known": (
        f'{SPINE}def pipe(name):\n    return register_pipeline("x." + name)\n@pipe(NAME)\n{CLASS}',
        ["?: `NAME` is not defined in its file"],
    ),
    "a name with two values": (
        f'{SPINE}import os\nif os.name == "nt":\n    N = "a"\nelse:\n    N = "b"\n@register_pipeline(N)\n{CLASS}',
        ["?: `N` is given more than one value"],
    ),
    "a name that a function sets": (
        f'{SPINE}N = "a"\ndef f():\n    global N\n    N = "b"\n@register_pipeline(N)\n{CLASS}',
        ["?: `N` is set by a function"],
    ),
    "a name that is formatted": (
        f"{SPINE}N = 3\n@register_pipeline(f'{{N:03}}')\n{CLASS}",
        ["?: `f'{N:03}'` is formatted when the program runs"],
    ),
    "a name of the environment": (
        f"{SPINE}import os\n@register_pipeline(os.environ['X'])\n{CLASS}",
        ["?: `os.environ['X']` is known only when the program runs"],
    ),
    "a name defined by itself": (
        f"{SPINE}A = B\nB = A\n@register_pipeline(A)\n{CLASS}",
        ["?: `B` is defined by itself"],
    ),
    "a name that nobody defines": (
        f"{SPINE}@register_pipeline(NOWHERE)\n{CLASS}",
        ["?: `NOWHERE` is not defined in its file"],
    ),
    "arguments that are unpacked": (
        f"{SPINE}@register_pipeline(*args)\n{CLASS}",
        ["?: the name is not among the arguments that can be seen"],
    ),
    "a decorator of somebody else's": (
        'from acme.flows import register_pipeline\n@register_pipeline("a.b")\nclass A: ...\n',
        ["a.b: `acme.flows.register_pipeline` is not in the workspace"],
    ),
    "a decorator that nobody imports": (
        '@register_pipeline("a.b")\nclass A: ...\n',
        ["a.b: `register_pipeline` is not defined in its file"],
    ),
    "a decorator that is handed on": (
        f'{SPINE}apply(register_pipeline("a.b"), 3)\n',
        ["a.b: `register_pipeline` makes a decorator here that is used elsewhere"],
    ),
    "a decorator in other hands": (
        f"{SPINE}from functools import partial\npipe = partial(register_pipeline, tags={{}})\n@pipe('a')\n{CLASS}",
        ["?: `register_pipeline` is handed on here, and may register any name"],
    ),
    "a member of an enum": (
        f'{SPINE}from enum import Enum\nclass N(Enum):\n    A = "a.b"\n@register_pipeline(N.A)\n{CLASS}',
        ["?: `N.A` is a member of an enum, and no plain value"],
    ),
    "a member of an enum in an f-string": (
        f'{SPINE}from enum import Enum\nclass N(str, Enum):\n    A = "a.b"\n@register_pipeline(f"{{N.A}}.c")\n{CLASS}',
        ["?: `N.A` is a member of an enum, which an f-string writes by its name or its value"],
    ),
    "classes in a loop": (
        "from market_spine.registry import registry\nfor cls in ALL:\n    registry.register(cls)\n",
        ["?: `cls` is set by a loop"],
    ),
    "a class without a name": (
        f"{SPINE}from market_spine.registry import registry\n{CLASS}registry.register(Ingest)\n",
        ["?: `Ingest` has no `name` that can be read"],
    ),
}


@pytest.mark.parametrize("source", UNKNOWN.values(), ids=UNKNOWN)
def test_what_cannot_be_known_says_why(source: tuple[str, list[str]]) -> None:
    """No registration, and one reason."""
    text, expected = source
    index = index_of(text)
    assert names(index) == []
    assert gaps(index) == expected


FOREIGN = {
    "another framework's registry": (
        "from django.contrib import admin\nfrom m import Model\nadmin.site.register(Model)\n"
        "@admin.register(Model)\nclass ModelAdmin: ...\n"
    ),
    "atexit and codecs": "import atexit, codecs\natexit.register(print)\ncodecs.register(print)\n",
    "singledispatch": (
        "from functools import singledispatch\n@singledispatch\ndef f(x): ...\n@f.register\ndef _(x: int): ...\n"
        "@f.register(str)\ndef _(x): ...\n"
    ),
    "abstract classes": "from collections.abc import Mapping\nclass A: ...\nMapping.register(A)\n",
    "a registry of models": (
        "class ModelRegistry:\n    def register(self, c): ...\nregistry = ModelRegistry()\nclass A:\n    name = 'a'\n"
        "registry.register(A)\n@registry.register('x')\nclass B: ...\nregistry.register('y', B)\n"
    ),
    "a registry of another package": (
        "from prometheus_client import registry\ndef f(): ...\nregistry.register(name='a', handler=f)\n"
    ),
    "a bare decorator": f"{SPINE}@register_pipeline\n{CLASS}",
    "other decorators": (
        "import click\n@click.command('register')\ndef f(): ...\nimport pytest\n"
        "@pytest.mark.parametrize('a', ['b'])\ndef test(a): ...\n"
    ),
    "words only": "'''@register_pipeline(\"a.b\")'''\n# @register_pipeline('a.b')\nx = 'class A(Pipeline)'\n",
    "the definition of a decorator": (
        "def register_pipeline(name, registry=None):\n    def put(f):\n        registry.register('pipeline', name, f)\n"
        "        return f\n    return put\n"
    ),
    "another language of kinds": "registry.register('widget', 'a', object)\n",
}


@pytest.mark.parametrize("source", FOREIGN.values(), ids=FOREIGN)
def test_what_is_none_of_spines_is_left_alone(source: str) -> None:
    """Neither a registration nor a gap."""
    index = index_of(source)
    assert (names(index), gaps(index)) == ([], [])


def test_a_decorator_of_the_users_is_named() -> None:
    """By its last name wherever it comes from, or by its full name."""
    text = 'from acme.flows import flow\n@flow("a.b")\nclass A: ...\n'
    assert names(index_of(text)) == []
    assert names(index_of(text, Vocabulary(("flow",)))) == ["project pipeline:a.b"]
    assert names(index_of(text, Vocabulary(("acme.flows.flow",)))) == ["project pipeline:a.b"]
    assert names(index_of(text, Vocabulary(("other.flow",)))) == []


def test_places_are_exact_in_every_encoding() -> None:
    """The name between its quotes, the class, the constant that the name comes from."""
    text = (
        f"""{SPINE}
    """.replace("    ", "")
        + (
            '名前 = "𝒜é"; N = "a.é𝒜"\n@register_pipeline(N)\nclass Été(Pipeline):\n    "Doc"\n'
            "@register_pipeline(r'é.𝒜')\nclass 𝒜B(Pipeline): pass\n"
            "@register_pipeline('''x.y''')\nclass C(Pipeline): pass\n"
            "@register_pipeline('a' '.b')\nclass D(Pipeline): pass\n"
            "@register_pipeline('a\\x2eb')\nclass E(Pipeline): pass\n"
        )
    )
    files = files_of(text)
    found = list(index_of(text).registrations())
    assert [marked(files, each.name.spot) for each in found] == [
        "a.é𝒜",
        "é.𝒜",
        "x.y",
        "'a' '.b'",
        "'a\\x2eb'",
    ]
    assert [marked(files, each.symbol_spot) for each in found if each.symbol_spot] == [
        "Été",
        "𝒜B",
        "C",
        "D",
        "E",
    ]
    assert found[0].name.source is not None


def test_the_class_says_what_it_is() -> None:
    """Docstring, description, its own name, what it depends on, who registers it."""
    index = index_of(
        f'''{SPINE}
DEPENDS = "reference"
@register_pipeline("a.b")
class Ingest(Pipeline):
    """Takes a week.

    And more.
    """
    name = "a.c"
    description = "Takes " + "it"
    DEPENDENCIES = [{{"domain": DEPENDS, "table": "t", "required": True}}]
'''
    )
    (found,) = index.registrations()
    assert found.doc == "Takes a week.\n\nAnd more."
    assert found.description == "Takes it"
    assert found.symbol == "Ingest"
    assert getattr(found.own_name, "value", None) == "a.c"
    assert getattr(found.dependencies, "value", None) == [{"domain": "reference", "table": "t", "required": True}]
