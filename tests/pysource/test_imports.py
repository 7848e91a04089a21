"""Names that other files of the workspace define: layouts, packages, re-exports, stars, circles."""

from __future__ import annotations

import pytest

from spine_lsp.pysource.targets import Known
from tests.pysource.workspaces import SPINE, files_of, gaps, index_of, marked, names

USE = f"{SPINE}{{}}\n@register_pipeline({{}})\nclass A(Pipeline): ...\n"


def workspace(user: str, import_: str, name: str, **others: str) -> str:
    """Files: one that registers, at `user`, and others by path."""
    files = {
        user: USE.format(import_, name),
        **dict(others.items()),
    }
    return "".join(f"#- {path}\n{text}\n" for path, text in files.items())


FOUND = {
    "beside it": ("p.py", "from names import N", {"names.py": "N = 'x'"}),
    "package": ("pkg/p.py", "from pkg.names import N", {"pkg/__init__.py": "", "pkg/names.py": "N = 'x'"}),
    "relative": ("pkg/p.py", "from .names import N", {"pkg/names.py": "N = 'x'"}),
    "relative, of the package": ("pkg/p.py", "from . import N", {"pkg/__init__.py": "N = 'x'"}),
    "relative, one up": ("pkg/a/p.py", "from ..names import N", {"pkg/names.py": "N = 'x'"}),
    "src layout": ("src/pkg/p.py", "from pkg.names import N", {"src/pkg/names.py": "N = 'x'"}),
    "src layout, from the tests": ("tests/p.py", "from pkg.names import N", {"src/pkg/names.py": "N = 'x'"}),
    "src layout of another project": (
        "packages/a/src/a/p.py",
        "from b.names import N",
        {"packages/b/src/b/names.py": "N = 'x'"},
    ),
    "package of another project": (
        "one/a/p.py",
        "from b.names import N",
        {"two/b/__init__.py": "", "two/b/names.py": "N = 'x'"},
    ),
    "namespace package": ("src/ns/a/p.py", "from ns.b.names import N", {"src/ns/b/names.py": "N = 'x'"}),
    "namespace package in two folders": (
        "one/src/ns/a/p.py",
        "from ns.b.names import N",
        {"two/src/ns/b/names.py": "N = 'x'", "three/src/ns/c/names.py": "N = 'y'"},
    ),
    "re-export": (
        "p.py",
        "from pkg import N",
        {"pkg/__init__.py": "from .names import M as N", "pkg/names.py": "M = 'x'"},
    ),
    "re-export of a re-export": (
        "p.py",
        "from pkg import N",
        {
            "pkg/__init__.py": "from .sub import *",
            "pkg/sub/__init__.py": "from ..names import N\n__all__ = ['N']",
            "pkg/names.py": "N = 'x'",
        },
    ),
    "star": ("p.py", "from names import *", {"names.py": "N = 'x'"}),
    "star of a list of names": ("p.py", "from names import *", {"names.py": "__all__ = ['N']\nN = 'x'"}),
    "star of lists put together": (
        "p.py",
        "from names import *",
        {
            "names.py": "import more\n__all__ = ['M'] + more.__all__\n__all__ += ['N']\nN = 'x'",
            "more.py": "__all__ = ['L']",
        },
    ),
    "the later star": (
        "p.py",
        "from one import *\nfrom two import *",
        {"one.py": "N = 'y'", "two.py": "N = 'x'"},
    ),
    "a stub beside nothing": ("p.py", "from pkg.names import N", {"pkg/names.py": "N: str = 'x'"}),
    "a circle of imports": (
        "p.py",
        "from one import N",
        {"one.py": "from two import M\nN = 'x'", "two.py": "from one import N\nM = N"},
    ),
}


@pytest.mark.parametrize("case", FOUND.values(), ids=FOUND)
def test_a_constant_of_another_file_is_found(case: tuple[str, str, dict[str, str]]) -> None:
    """The name is known, and where it is written."""
    user, import_, others = case
    text = workspace(user, import_, "N", **others)
    index = index_of(text)
    assert gaps(index) == []
    (found,) = index.registrations()
    assert found.name.value == "x"
    assert found.name.source is not None
    assert marked(files_of(text), found.name.source) == "x"
    assert marked(files_of(text), found.name.spot) == "N"


ATTRIBUTES = {
    "import pkg.names": "pkg.names.N",
    "import pkg.names as other": "other.N",
    "from pkg import names": "names.N",
    "import pkg": "pkg.names.N",
}


@pytest.mark.parametrize("import_", ATTRIBUTES)
def test_a_constant_is_found_through_its_module(import_: str) -> None:
    """However the module is bound."""
    others = {"pkg/__init__.py": "", "pkg/names.py": "N = 'x'"}
    index = index_of(workspace("p.py", import_, ATTRIBUTES[import_], **others))
    assert (names(index), gaps(index)) == (["classes pipeline:x"], [])


NOT_FOUND = {
    "no such name": ("from names import M", "M", {"names.py": "N = 'x'"}, "`names` has no `M`"),
    "hidden from a star": (
        "from names import *",
        "_N",
        {"names.py": "_N = 'x'"},
        "`_N` is not defined in its file",
    ),
    "not in the list": (
        "from names import *",
        "N",
        {"names.py": "__all__ = ['M']\nN = 'x'"},
        "`N` is not defined in its file",
    ),
    "a list that is worked out": (
        "from names import *",
        "N",
        {"names.py": "__all__ = [n for n in dir()]\nN = 'x'"},
        "`names.py` works out its `__all__` when it runs",
    ),
    "another package": ("from acme import N", "N", {}, "`acme.N` is not in the workspace"),
    "all of another package": ("from acme import *", "N", {}, "`acme.N` is not in the workspace"),
    "no such module": (
        "from pkg.names import N",
        "N",
        {"pkg/__init__.py": ""},
        "there is no module `pkg.names`",
    ),
    "a circle": (
        "from one import N",
        "N",
        {"one.py": "from two import N", "two.py": "from one import N"},
        "`N` is imported in a circle",
    ),
    "two of them": (
        "from b.names import N",
        "N",
        {
            "one/b/__init__.py": "",
            "one/b/names.py": "N = 'x'",
            "two/b/__init__.py": "",
            "two/b/names.py": "N = 'y'",
        },
        "`b` is in several folders: one, two",
    ),
    "names by __getattr__": (
        "from names import N",
        "N",
        {"names.py": "def __getattr__(name): ..."},
        "`names.py` works its names out by `__getattr__`",
    ),
    "a file that does not parse": (
        "from names import N",
        "N",
        {"names.py": "# Pipeline\nN = 'x"},
        "`names.py` cannot be read: it does not parse",
    ),
}


@pytest.mark.parametrize("case", NOT_FOUND.values(), ids=NOT_FOUND)
def test_a_name_that_is_not_found_says_why(case: tuple[str, str, dict[str, str], str]) -> None:
    """And is no registration."""
    import_, name, others, reason = case
    index = index_of(workspace("pkg2/p.py" if "one" in reason else "p.py", import_, name, **others))
    assert names(index) == []
    assert any(reason in gap for gap in gaps(index))


def test_roots_that_are_named_come_first() -> None:
    """Where a name is in several folders, the folder that imports start from decides."""
    others = {"one/b.py": "N = 'one'", "two/b.py": "N = 'two'", "b.py": "N = 'top'"}
    text = workspace("p.py", "from b import N", "N", **others)
    assert names(index_of(text)) == ["classes pipeline:top"]
    assert names(index_of(text, roots=("two", "one"))) == ["classes pipeline:two"]


def test_classes_enums_and_decorators_of_other_files_are_read() -> None:
    """A base class with a specification, the enum of a validator, a decorator under another name."""
    index = index_of(
        """
        #- app/compat.py
        from spine.framework.registry import register_pipeline as pipeline
        from spine.framework.pipelines import Pipeline
        from spine.framework.params import PipelineSpec, ParamDef, enum_value
        from app.tiers import Tier
        class Weekly(Pipeline):
            spec = PipelineSpec({"tier": ParamDef("tier", str, "", validator=enum_value(Tier))})
            def week(self):
                return self.params["week"]
        #- app/tiers.py
        from enum import Enum
        class Tier(Enum):
            A = "NMS"
        #- app/pipelines.py
        from .compat import Weekly, pipeline
        @pipeline("a.b")
        class Ingest(Weekly):
            def run(self):
                return self.params.get("extra")
        """
    )
    (found,) = index.registrations()
    assert gaps(index) == []
    assert (found.name.value, found.registry, found.symbol) == ("a.b", "classes", "Ingest")
    (tier,) = found.signature.parameters
    assert tier.validator is not None
    assert tier.validator.values == ("NMS",)
    assert [read.name for read in found.signature.reads] == ["extra", "week"]
    assert found.signature.open == ()


def test_spine_itself_may_be_in_the_workspace() -> None:
    """Its decorators are told by their full names; its own definitions register nothing."""
    index = index_of(
        """
        #- src/spine/framework/registry.py
        _registry = {}
        def register_pipeline(name):
            def put(cls):
                _registry[name] = cls
                return cls
            return put
        #- src/spine/execution/registry.py
        class HandlerRegistry:
            def register(self, kind, name, handler): ...
        def register_pipeline(name, registry=None):
            def put(f):
                registry.register("pipeline", name, f)
                return f
            return put
        #- src/spine/execution/__init__.py
        from spine.execution.registry import HandlerRegistry, register_pipeline
        #- src/spine/domains/p.py
        from spine.framework.registry import register_pipeline
        from spine.execution import register_pipeline as run, HandlerRegistry
        @register_pipeline("a.b")
        class A: ...
        @run("c")
        def c(params): ...
        HandlerRegistry().register("task", "d", c)
        """
    )
    assert names(index) == ["classes pipeline:a.b", "functions pipeline:c", "functions task:d"]
    assert gaps(index) == []


def test_values_of_other_files_are_plain() -> None:
    """A list of texts of several files is a value."""
    index = index_of(
        f"""
        #- p.py
        {"".join(SPINE.splitlines()[0])}
        from names import TABLES
        @register_pipeline("a")
        class A:
            DEPENDENCIES = [*TABLES, "own"]
        #- names.py
        TABLES = ["x", "y"]
        """
    )
    (found,) = index.registrations()
    assert isinstance(found.dependencies, Known)
    assert found.dependencies.value == ["x", "y", "own"]
