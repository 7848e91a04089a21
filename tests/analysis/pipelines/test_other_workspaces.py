"""Workspaces of other people: what is right has no finding, what is wrong has its own, and nothing is guessed."""

from __future__ import annotations

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.syntax.text import Text
from tests.fixture import project_of
from tests.pysource.workspaces import SPINE, files_of

RUN = f"{SPINE}@register_pipeline('a.b')\nclass A(Pipeline):\n    def run(self):\n        "
"""A pipeline that is about to run."""

# What Python says, the steps (a pipeline and its parameters), and what is found in them.
Case = tuple[str, list[tuple[str, str]], list[str]]
CASES: dict[str, Case] = {
    "functools.wraps deco stacked above": (
        SPINE
        + """
import functools
def timed(f):
    @functools.wraps(f)
    def w(*a, **k): return f(*a, **k)
    return w
@timed
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
""",
        [("a.b", "{x: 1}"), ("a.b", ""), ("a.c", "")],
        ["missing-parameter", "unknown-pipeline"],
    ),
    "stacked below": (
        SPINE
        + """
import functools
def timed(f): return f
@register_pipeline("a.b")
@timed
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
""",
        [("a.b", "{x: 1}"), ("a.b", ""), ("a.c", "")],
        ["missing-parameter", "unknown-pipeline"],
    ),
    "dataclass pipeline": (
        SPINE
        + """
from dataclasses import dataclass
@register_pipeline("a.b")
@dataclass
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
""",
        [("a.b", "{x: 1}"), ("a.b", ""), ("a.c", "")],
        ["missing-parameter", "unknown-pipeline"],
    ),
    "spec via inheritance from mixin": (
        SPINE
        + """
class SpecMixin:
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
@register_pipeline("a.b")
class A(SpecMixin, Pipeline): ...
""",
        [("a.b", '{x: "q"}'), ("a.b", ""), ("a.b", "{x: 1, y: 2}")],
        ["wrong-parameter-type", "missing-parameter", "unknown-parameter"],
    ),
    "spec updated with base dict merge": (
        SPINE
        + """
COMMON = {"x": ParamDef("x", int)}
class Base(Pipeline):
    spec = PipelineSpec(required_params=COMMON)
@register_pipeline("a.b")
class A(Base):
    spec = PipelineSpec(required_params={**COMMON, "y": ParamDef("y", str)},
        optional_params=dict(z=ParamDef("z", bool, default=False)))
""",
        [("a.b", "{x: 1, y: s, z: true}"), ("a.b", "{x: 1}"), ("a.b", "{x: 1, y: a, w: 1}")],
        ["missing-parameter", "unknown-parameter"],
    ),
    "dict() | union": (
        SPINE
        + """
COMMON = dict(x=ParamDef("x", int))
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params=COMMON | {"y": ParamDef("y", str)})
""",
        [("a.b", "{x: 1, y: s}"), ("a.b", "{x: 1}")],
        ["missing-parameter"],
    ),
    "comprehension spec": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={p.name: p for p in [ParamDef("x", int), ParamDef("y", str)]})
""",
        [("a.b", "{x: 1, y: s}"), ("a.b", "{z: 1}")],
        [],
    ),
    "try import": (
        """
try:
    from spine.framework.registry import register_pipeline
    from spine.framework.pipelines import Pipeline
except ImportError:
    from myfw import register_pipeline, Pipeline
@register_pipeline("a.b")
class A(Pipeline): ...
""",
        [("a.b", ""), ("a.c", "")],
        ["unknown-pipeline"],
    ),
    "try import fallback def": (
        """
try:
    from spine.framework import register_pipeline, Pipeline
except ImportError:
    def register_pipeline(name):
        def deco(cls): return cls
        return deco
    class Pipeline: ...
@register_pipeline("a.b")
class A(Pipeline): ...
""",
        [("a.b", ""), ("a.c", "")],
        ["unknown-pipeline"],
    ),
    "version-conditional": (
        """
import sys
if sys.version_info >= (3, 12):
    from spine.framework import register_pipeline
else:
    from spine.framework.registry import register_pipeline
from spine.framework import Pipeline
@register_pipeline("a.b")
class A(Pipeline): ...
""",
        [("a.b", ""), ("a.c", "")],
        ["unknown-pipeline"],
    ),
    "partial": (
        """
from functools import partial
from spine.framework import register_pipeline, Pipeline
reg = partial(register_pipeline)
@reg("a.b")
class A(Pipeline): ...
@register_pipeline("a.d")
class D(Pipeline): ...
""",
        [("a.b", ""), ("a.d", ""), ("a.zzz", "")],
        [],
    ),
    "f-string w/ constant": (
        SPINE
        + """
DOMAIN = "finra"
VERSION = 2
@register_pipeline(f"{DOMAIN}.v{VERSION}.run")
class A(Pipeline): ...
""",
        [("finra.v2.run", ""), ("finra.v1.run", "")],
        ["unknown-pipeline"],
    ),
    "percent format & join & format": (
        SPINE
        + """
D = "finra"
@register_pipeline("%s.a" % D)
class A(Pipeline): ...
@register_pipeline("{}.b".format(D))
class B(Pipeline): ...
@register_pipeline(".".join([D, "c"]))
class E(Pipeline): ...
@register_pipeline(D + ".d")
class F(Pipeline): ...
""",
        [("finra.a", ""), ("finra.b", ""), ("finra.c", ""), ("finra.d", ""), ("finra.e", "")],
        ["unknown-pipeline"],
    ),
    "class constant name attr": (
        SPINE
        + """
class Names:
    A = "x.a"
    B = A + ".b"
@register_pipeline(Names.A)
class A(Pipeline): ...
@register_pipeline(Names.B)
class B(Pipeline): ...
""",
        [("x.a", ""), ("x.a.b", ""), ("x.q", "")],
        ["unknown-pipeline"],
    ),
    "enum value": (
        SPINE
        + """
from enum import Enum
class N(str, Enum):
    A = "x.a"
@register_pipeline(N.A.value)
class A(Pipeline): ...
""",
        [("x.a", ""), ("x.q", "")],
        ["unknown-pipeline"],
    ),
    "loop of names": (
        SPINE
        + """
for n in ("x.a", "x.b"):
    register_pipeline(n)(type("A", (Pipeline,), {}))
""",
        [("x.a", ""), ("x.b", ""), ("x.q", "")],
        ["unknown-pipeline"],
    ),
    "loop over runtime": (
        SPINE
        + """
import os
for n in os.listdir("."):
    register_pipeline(n)(type("A", (Pipeline,), {}))
@register_pipeline("z.z")
class Z(Pipeline): ...
""",
        [("x.a", ""), ("z.z", "")],
        [],
    ),
    "class name attr via register in function": (
        """
from spine.framework import Pipeline
class Ingest(Pipeline):
    name = "otc.ingest"
    def run(self): self.params["day"]
def register_otc_pipelines(registry):
    registry.register(Ingest)
""",
        [("otc.ingest", '{day: "x"}'), ("otc.ingest", "{}"), ("otc.ing", "")],
        ["missing-parameter", "unknown-pipeline"],
    ),
    "multi files reexport star": (
        """
#- pkg/__init__.py
from .core import *
#- pkg/core.py
__all__ = ["register", "BasePipe"]
from spine.framework.registry import register_pipeline as register
from spine.framework.pipelines import Pipeline as BasePipe
#- pkg/jobs.py
from pkg import register, BasePipe
@register("a.b")
class A(BasePipe): ...
""",
        [("a.b", ""), ("a.c", "")],
        ["unknown-pipeline"],
    ),
    "public factory across files": (
        """
#- lib/factory.py
from spine.framework.registry import register_pipeline
def pipeline(name, **kw):
    return register_pipeline(name)
#- jobs/p.py
from lib.factory import pipeline
from spine.framework import Pipeline
@pipeline("a.b", owner="me")
class A(Pipeline): ...
""",
        [("a.b", ""), ("a.c", "")],
        ["unknown-pipeline"],
    ),
    "factory w/ prefix across files": (
        """
#- lib/factory.py
from spine.framework.registry import register_pipeline
PREFIX = "team"
def pipeline(name):
    return register_pipeline(f"{PREFIX}.{name}")
#- jobs/p.py
from lib.factory import pipeline
from spine.framework import Pipeline
@pipeline("b")
class A(Pipeline): ...
""",
        [("team.b", ""), ("b", "")],
        ["unknown-pipeline"],
    ),
    "factory closure function-made class": (
        """
#- lib/factory.py
from spine.framework import Pipeline, register_pipeline
def make(name, table):
    @register_pipeline(name)
    class P(Pipeline):
        def run(self): return table
    return P
#- jobs/p.py
from lib.factory import make
A = make("a.b", "t")
B = make("a.c", table="u")
C = make(name="a.d", table="u")
""",
        [("a.b", ""), ("a.c", ""), ("a.d", ""), ("a.e", "")],
        [],
    ),
    "positional ParamDef types": (
        SPINE
        + """
from pathlib import Path
from datetime import date
from typing import Optional
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec({"p": ParamDef("p", Path),
        "d": ParamDef("d", date),
        "o": ParamDef("o", Optional[int]),
        "t": ParamDef("t", (int, float)),
        "l": ParamDef("l", list),
        "m": ParamDef("m", dict)})
""",
        [
            ("a.b", "{p: /x, d: 2026-01-01, o: 1, t: 2.5, l: [1], m: {a: 1}}"),
            ("a.b", '{p: 3, d: "2026-01-01", o: x, t: s, l: a, m: 1}'),
        ],
        [
            "wrong-parameter-type",
            "wrong-parameter-type",
            "wrong-parameter-type",
            "wrong-parameter-type",
            "wrong-parameter-type",
            "wrong-parameter-type",
        ],
    ),
    "annotated spec": (
        SPINE
        + """
from typing import ClassVar
@register_pipeline("a.b")
class A(Pipeline):
    name: ClassVar[str] = "a.b"
    spec: ClassVar[PipelineSpec] = PipelineSpec(required_params={"x": ParamDef(name="x", type=int, description="")})
""",
        [("a.b", "{x: 1}"), ("a.b", "")],
        ["missing-parameter"],
    ),
    "params via alias & kwargs": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline):
    def run(self):
        p = self.params
        q = p["x"]
        r = p.get("y", 1)
        helper(**self.params)
""",
        [("a.b", "{x: 1, y: 2, zzz: 3}"), ("a.b", "{y: 1}")],
        ["missing-parameter"],
    ),
    "nested package + namespace + src": (
        """
#- services/a/src/acme/jobs/__init__.py
#- services/a/src/acme/jobs/p.py
from spine.framework import register_pipeline, Pipeline
from acme.common.names import NAME
@register_pipeline(NAME)
class A(Pipeline): ...
#- services/b/src/acme/common/names.py
NAME = "x.y"
""",
        [("x.y", ""), ("x.z", "")],
        ["unknown-pipeline"],
    ),
    "register_pipeline in __init__ of own framework": (
        """
#- spinex/__init__.py
def register_pipeline(name):
    def d(c):
        REG[name] = c
        return c
    return d
REG = {}
#- jobs.py
from spinex import register_pipeline
@register_pipeline("a.b")
class A: ...
""",
        [("a.b", ""), ("a.c", "")],
        ["unknown-pipeline"],
    ),
    "lower-case attr import": (
        """
import spine.framework.registry as reg
import spine.framework as fw
@reg.register_pipeline("a.b")
class A(fw.Pipeline): ...
@fw.register_pipeline("a.d")
class B(fw.Pipeline): ...
""",
        [("a.b", ""), ("a.d", ""), ("a.c", "")],
        ["unknown-pipeline"],
    ),
    "registry obj attr": (
        """
from spine.framework.registry import registry
from spine.framework import Pipeline
class A(Pipeline):
    name = "a.b"
registry.register(A)
""",
        [("a.b", ""), ("a.c", "")],
        ["unknown-pipeline"],
    ),
    "PipelineRegistry.register cls deco": (
        """
from market_spine.pipelines.registry import PipelineRegistry
from market_spine.pipelines.base import Pipeline
@PipelineRegistry.register
class A(Pipeline):
    name = "a.b"
""",
        [("a.b", ""), ("a.c", "")],
        ["unknown-pipeline"],
    ),
    "loop over classes list in function": (
        """
from spine.framework import Pipeline
class A(Pipeline):
    name = "a.a"
class B(Pipeline):
    name = "a.b"
ALL = [A, B]
def register_x_pipelines(registry):
    for c in ALL:
        registry.register(c)
""",
        [("a.a", ""), ("a.b", ""), ("a.c", "")],
        ["unknown-pipeline"],
    ),
    "comment-out & string": (
        SPINE
        + """
# @register_pipeline("ghost")
@register_pipeline("real")
class A(Pipeline): ...
""",
        [("ghost", ""), ("real", "")],
        ["unknown-pipeline"],
    ),
    "if TYPE_CHECKING / __main__": (
        SPINE
        + """
if __name__ == "__main__":
    @register_pipeline("main.only")
    class A(Pipeline): ...
@register_pipeline("real")
class B(Pipeline): ...
""",
        [("main.only", ""), ("real", ""), ("q", "")],
        ["unknown-pipeline"],
    ),
    "validator enum + lambdas": (
        SPINE
        + """
from enum import Enum
class Tier(str, Enum):
    T1 = "NMS_TIER_1"
    OTC = "OTC"
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"t": ParamDef("t", str, validator=enum_value(Tier)),
        "u": ParamDef("u", str, validator=lambda v: v in ("a","b"))})
""",
        [("a.b", "{t: OTC, u: z}"), ("a.b", "{t: Tier1, u: z}")],
        ["bad-parameter-value"],
    ),
    "spec from another file attr": (
        """
#- specs.py
from spine.framework.params import PipelineSpec, ParamDef
WEEKLY = PipelineSpec(required_params={"w": ParamDef("w", str)})
#- p.py
from spine.framework import register_pipeline, Pipeline
import specs
@register_pipeline("a.b")
class A(Pipeline):
    spec = specs.WEEKLY
""",
        [("a.b", "{w: x}"), ("a.b", "{v: x}")],
        ["missing-parameter", "unknown-parameter"],
    ),
    "ParamDef helper function": (
        SPINE
        + """
def p(name, type=str, **kw):
    return ParamDef(name, type, **kw)
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": p("x", int)})
""",
        [("a.b", "{x: 1}"), ("a.b", "{x: q}"), ("a.b", "")],
        ["missing-parameter"],
    ),
    "pyi stub only": (
        """
#- p.pyi
from spine.framework import register_pipeline, Pipeline
@register_pipeline("stub.only")
class A(Pipeline): ...
#- q.py
from spine.framework import register_pipeline, Pipeline
@register_pipeline("real")
class A(Pipeline): ...
""",
        [("real", ""), ("stub.only", "")],
        ["unknown-pipeline"],
    ),
    "match / with / while register": (
        SPINE
        + """
with open("x") as f:
    @register_pipeline("in.with")
    class A(Pipeline): ...
while True:
    @register_pipeline("in.while")
    class B(Pipeline): ...
    break
match 1:
    case 1:
        @register_pipeline("in.match")
        class D(Pipeline): ...
""",
        [("in.with", ""), ("in.while", ""), ("in.match", ""), ("nope", "")],
        ["unknown-pipeline"],
    ),
    "class nested": (
        SPINE
        + """
class Outer:
    @register_pipeline("nested")
    class A(Pipeline): ...
""",
        [("nested", ""), ("nope", "")],
        ["unknown-pipeline"],
    ),
    "global reassign": (
        SPINE
        + """
NAME = "a.b"
NAME = "a.c"
@register_pipeline(NAME)
class A(Pipeline): ...
""",
        [("a.b", ""), ("a.c", ""), ("zzz", "")],
        [],
    ),
    "walrus / conditional expr": (
        SPINE
        + """
import os
@register_pipeline("a.x" if os.environ.get("X") else "a.y")
class A(Pipeline): ...
""",
        [("a.x", ""), ("a.y", ""), ("zzz", "")],
        [],
    ),
    "operation": (
        """
from spine.framework.operations import Operation
from spine.framework.registry import register_operation
from spine.framework.params import OperationSpec, ParamDef
@register_operation("a.b")
class A(Operation):
    spec = OperationSpec(required_params={"x": ParamDef("x", int)})
""",
        [("a.b", "{x: 1}"), ("a.b", "")],
        ["missing-parameter"],
    ),
    "base imported unknown package": (
        """
from acme.base import AcmePipeline
from spine.framework import register_pipeline
@register_pipeline("a.b")
class A(AcmePipeline): ...
""",
        [("a.b", "{x: 1}"), ("a.c", "")],
        ["unknown-pipeline"],
    ),
    "plugin entry: decorator imported from unknown package": (
        """
from acme import pipeline
@pipeline("a.b")
class A: ...
""",
        [("a.b", ""), ("a.c", "")],
        [],
    ),
    "params.get in helper method": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
    def run(self):
        return self._h(self.params)
    def _h(self, params):
        return params.get("extra")
""",
        [("a.b", "{x: 1, extra: 2}"), ("a.b", "{x: 1, extr: 2}")],
        [],
    ),
    "validate_params override reads": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
    def run(self):
        if "flag" in self.params: ...
        for k in ("u", "v"):
            self.params.get(k)
        x, y = self.params["x"], self.params.pop("popped", None)
        self.params.setdefault("sd", 1)
""",
        [("a.b", "{x: 1, flag: true, u: 1, popped: 1, sd: 2}")],
        [],
    ),
    "kwargs order & description positional": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline):
    name = "a.b"
    description = "x"
    spec = PipelineSpec(
        {"x": ParamDef("x", int, "X")},
        {"y": ParamDef("y", str, "Y", False, "d")},
        "desc", ["ex"], ["note"])
""",
        [("a.b", "{x: 1, y: k}"), ("a.b", "{y: 1}")],
        ["missing-parameter", "wrong-parameter-type"],
    ),
    "int for float / bool for int": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"f": ParamDef("f", float), "i": ParamDef("i", int)})
""",
        [("a.b", "{f: 12, i: true}"), ("a.b", "{f: 1.5, i: 3}"), ("a.b", '{f: "1", i: "3"}')],
        ["wrong-parameter-type", "wrong-parameter-type", "wrong-parameter-type"],
    ),
    "types as strings / future annotations": (
        SPINE
        + """
from __future__ import annotations
import typing as t, datetime as dt, pathlib, decimal
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"a": ParamDef("a", dt.date),
        "b": ParamDef("b", pathlib.Path),
        "c": ParamDef("c", decimal.Decimal),
        "d": ParamDef("d", t.Any),
        "e": ParamDef("e", object),
        "f": ParamDef("f", "int"),
        "g": ParamDef("g", t.Union[int, str]),
        "h": ParamDef("h", t.Literal["x","y"])})
""",
        [("a.b", "{a: 2026-01-01, b: /x, c: 1.5, d: 1, e: 2, f: 3, g: x, h: x}")],
        [],
    ),
    "reads via kwargs unpack in comprehension": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec()
    def run(self):
        cfg = {k: self.params.get(k) for k in KEYS}
KEYS = ["u","v"]
""",
        [("a.b", "{u: 1}"), ("a.b", "{q: 1}")],
        [],
    ),
    "params property delegation": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
    def run(self):
        do_it(self)
""",
        [("a.b", "{x: 1, q: 1}")],
        [],
    ),
    "super().run + base reads": (
        SPINE
        + """
class Base(Pipeline):
    spec = PipelineSpec(optional_params={"b": ParamDef("b", int)})
    def run(self): return self.params.get("hidden")
@register_pipeline("a.b")
class A(Base):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
    def run(self): return super().run()
""",
        [("a.b", "{x: 1, hidden: 1}"), ("a.b", "{x: 1, hiddn: 1}")],
        ["unknown-parameter"],
    ),
    "class alias base subscript Generic": (
        SPINE
        + """
from typing import Generic, TypeVar
T = TypeVar("T")
class Base(Pipeline, Generic[T]):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
@register_pipeline("a.b")
class A(Base[int]): ...
""",
        [("a.b", ""), ("a.b", "{x: 1}")],
        ["missing-parameter"],
    ),
    "abc import, protocol": (
        """
import abc
from spine.framework import Pipeline, register_pipeline
class Base(Pipeline, abc.ABC):
    @abc.abstractmethod
    def go(self): ...
@register_pipeline("a.b")
class A(Base):
    def run(self): return self.params["x"]
""",
        [("a.b", ""), ("a.b", "{x: 1}")],
        ["missing-parameter"],
    ),
    "monkey spec after class": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline): ...
A.spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
""",
        [("a.b", ""), ("a.b", "{x: 1}"), ("a.b", "{q: 1}")],
        [],
    ),
    "spec in classmethod / property": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline):
    @property
    def spec(self): return PipelineSpec(required_params={"x": ParamDef("x", int)})
""",
        [("a.b", ""), ("a.b", "{x: 1}"), ("a.b", "{q: 1}")],
        [],
    ),
    "spec replaced": (
        SPINE
        + """
import dataclasses
BASE = PipelineSpec(required_params={"x": ParamDef("x", int)})
@register_pipeline("a.b")
class A(Pipeline):
    spec = dataclasses.replace(BASE, optional_params={"y": ParamDef("y", int)})
""",
        [("a.b", ""), ("a.b", "{x: 1, y: 2}"), ("a.b", "{q: 1}")],
        [],
    ),
    "decorator via class attr or method: app.pipeline('x')": (
        """
from myapp import app
@app.pipeline("a.b")
class A: ...
from spine.framework import register_pipeline
@register_pipeline("r.r")
class B: ...
""",
        [("a.b", ""), ("r.r", ""), ("zzz", "")],
        ["unknown-pipeline"],
    ),
    "own registry class instance in workspace": (
        """
#- reg.py
class PipelineRegistry:
    def __init__(self): self._p = {}
    def register(self, cls):
        self._p[cls.name] = cls
        return cls
registry = PipelineRegistry()
#- jobs.py
from reg import registry
@registry.register
class A:
    name = "a.b"
registry.register(type("X", (), {"name": "dyn"}))
""",
        [("a.b", ""), ("zzz", "")],
        [],
    ),
    "own registry method with name": (
        """
#- reg.py
class Registry:
    def register(self, name):
        def deco(cls): return cls
        return deco
PIPELINES = Registry()
#- jobs.py
from reg import PIPELINES
@PIPELINES.register("a.b")
class A: ...
@PIPELINES.register(name="a.c")
def f(params): return params["x"]
""",
        [("a.b", ""), ("a.c", "{x: 1}"), ("zzz", "")],
        [],
    ),
    "unicode names": (
        SPINE
        + """
@register_pipeline("größe.prüfen")
class A(Pipeline): ...
""",
        [("größe.prüfen", ""), ("grosse", "")],
        ["unknown-pipeline"],
    ),
    "case differs": (
        SPINE
        + """
@register_pipeline("Finra.Load")
class A(Pipeline): ...
""",
        [("finra.load", "")],
        ["unknown-pipeline"],
    ),
    "implicit concat and multi-line": (
        SPINE
        + """
@register_pipeline(
    "finra."
    "load"
)
class A(Pipeline): ...
""",
        [("finra.load", ""), ("finra.", "")],
        ["unknown-pipeline"],
    ),
    "NAME: Final": (
        SPINE
        + """
from typing import Final
NAME: Final[str] = "a.b"
@register_pipeline(name=NAME)
class A(Pipeline): ...
""",
        [("a.b", ""), ("a.c", "")],
        ["unknown-pipeline"],
    ),
    "register in if DEBUG": (
        SPINE
        + """
DEBUG = False
if DEBUG:
    @register_pipeline("dbg")
    class A(Pipeline): ...
@register_pipeline("r")
class B(Pipeline): ...
""",
        [("dbg", ""), ("x", "")],
        ["unknown-pipeline"],
    ),
    "lazy import inside function": (
        """
def setup():
    from spine.framework import register_pipeline, Pipeline
    @register_pipeline("in.fn")
    class A(Pipeline): ...
    return A
""",
        [("in.fn", ""), ("x", "")],
        ["unknown-pipeline"],
    ),
    "import module alias chain": (
        """
#- fw.py
import spine.framework as _f
register_pipeline = _f.register_pipeline
Pipeline = _f.Pipeline
#- p.py
import fw
@fw.register_pipeline("a.b")
class A(fw.Pipeline): ...
""",
        [("a.b", ""), ("x", "")],
        ["unknown-pipeline"],
    ),
    "__getattr__ lazy package": (
        """
#- pkg/__init__.py
def __getattr__(name):
    from . import core
    return getattr(core, name)
#- pkg/core.py
from spine.framework import register_pipeline
#- p.py
from pkg import register_pipeline
@register_pipeline("a.b")
class A: ...
""",
        [("a.b", ""), ("x", "")],
        [],
    ),
    "decorator factory class": (
        """
from spine.framework import register_pipeline, Pipeline
class register:
    def __init__(self, name): self.name = name
    def __call__(self, cls): return register_pipeline(self.name)(cls)
@register("a.b")
class A(Pipeline): ...
@register_pipeline("r")
class B(Pipeline): ...
""",
        [("a.b", ""), ("x", "")],
        [],
    ),
    "versioned names by tuple loop": (
        SPINE
        + """
class Base(Pipeline): ...
for tier in ("t1", "t2"):
    register_pipeline(f"load.{tier}")(type(f"L{tier}", (Base,), {}))
""",
        [("load.t1", ""), ("load.t2", ""), ("load.t3", "")],
        ["unknown-pipeline"],
    ),
    "range loop": (
        SPINE
        + """
for i in range(3):
    register_pipeline(f"load.{i}")(type("L", (Pipeline,), {}))
""",
        [("load.1", ""), ("load.9", ""), ("other", "")],
        [],
    ),
    "enumerate/zip/items loop": (
        SPINE
        + """
M = {"a": int, "b": str}
for k, v in M.items():
    register_pipeline(k)(type("L", (Pipeline,), {}))
for i, k in enumerate(["c","d"]):
    register_pipeline(k)(type("L", (Pipeline,), {}))
""",
        [("a", ""), ("d", ""), ("zzz", "")],
        [],
    ),
    "tabs": (
        SPINE
        + """if True:
	@register_pipeline("a.b")
	class A(Pipeline): ...
""",
        [("a.b", ""), ("x", "")],
        ["unknown-pipeline"],
    ),
    "changed: subscript": (
        SPINE
        + """
P = {"x": ParamDef("x", int)}
P["y"] = ParamDef("y", str)
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params=P)
""",
        [("a.b", "{x: 1, y: s}"), ("a.b", "{x: 1}")],
        [],
    ),
    "changed: update": (
        SPINE
        + """
P = {"x": ParamDef("x", int)}
P.update({"y": ParamDef("y", str)})
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params=P)
""",
        [("a.b", "{x: 1, y: s}")],
        [],
    ),
    "changed: spec attr": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
A.spec.optional_params["y"] = ParamDef("y", str)
""",
        [("a.b", "{x: 1, y: s}")],
        [],
    ),
    "changed: setattr": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline): ...
setattr(A, "spec", PipelineSpec(required_params={"x": ParamDef("x", int)}))
""",
        [("a.b", "{x: 1, y: s}")],
        [],
    ),
    "changed: spec var": (
        SPINE
        + """
S = PipelineSpec(required_params={"x": ParamDef("x", int)})
S.optional_params["y"] = ParamDef("y", str)
@register_pipeline("a.b")
class A(Pipeline):
    spec = S
""",
        [("a.b", "{x: 1, y: s}")],
        [],
    ),
    "changed: append loop": (
        SPINE
        + """
NAMES = ["a"]
NAMES.append("b")
for n in NAMES:
    register_pipeline(n)(type("A", (Pipeline,), {}))
@register_pipeline("z")
class Z(Pipeline): ...
""",
        [("b", ""), ("z", "")],
        [],
    ),
    "changed: in class body": (
        SPINE
        + """
@register_pipeline("a.b")
class A(Pipeline):
    P = {"x": ParamDef("x", int)}
    P["y"] = ParamDef("y", str)
    spec = PipelineSpec(required_params=P)
""",
        [("a.b", "{x: 1, y: s}")],
        [],
    ),
    "changed: in function": (
        SPINE
        + """
P = {"x": ParamDef("x", int)}
def add(): P["y"] = ParamDef("y", str)
add()
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params=P)
""",
        [("a.b", "{x: 1, y: s}")],
        [],
    ),
    "changed: name attr": (
        """
from spine.framework import Pipeline
class A(Pipeline):
    name = "a.b"
A.name = "a.c"
def register_x_pipelines(registry): registry.register(A)
""",
        [("a.c", ""), ("a.b", "")],
        [],
    ),
    "of another package: deco plain name": (
        """
from acme import pipeline
from spine.framework import register_pipeline
@pipeline("load")
class A: ...
@register_pipeline("r.r")
class B: ...
""",
        [("load", ""), ("r.r", ""), ("zzz", "")],
        ["unknown-pipeline"],
    ),
    "of another package: registry": (
        """
from acme.core import registry
from spine.framework import register_pipeline, Pipeline
@registry.register("a.b")
class A(Pipeline): ...
@registry.register(name="a.c")
def f(params): ...
@register_pipeline("r.r")
class B: ...
""",
        [("a.b", ""), ("a.c", ""), ("zzz", "")],
        ["unknown-pipeline"],
    ),
    "of another package: registry class": (
        """
from acme.core import registry
from spine.framework import register_pipeline, Pipeline
class A(Pipeline):
    name = "a.b"
registry.register(A)
@register_pipeline("r.r")
class B: ...
""",
        [("a.b", ""), ("zzz", "")],
        ["unknown-pipeline"],
    ),
    "of another package: web route no noise": (
        """
from flask import Flask
app = Flask(__name__)
from spine.framework import register_pipeline, Pipeline
@app.route("/pipelines")
def f(): ...
@register_pipeline("r.r")
class B: ...
""",
        [("zzz", "")],
        ["unknown-pipeline"],
    ),
    "guarded in": (
        RUN + 'if "x" in self.params: return self.params["x"]\n',
        [("a.b", "")],
        [],
    ),
    "branch": (
        RUN + 'if self.mode: return self.params["x"]\n',
        [("a.b", "")],
        [],
    ),
    "try": (
        RUN + 'try:\n            return self.params["x"]\n        except KeyError: return 1\n',
        [("a.b", "")],
        [],
    ),
    "contextlib.suppress": (
        RUN + 'with suppress(KeyError):\n            return self.params["x"]\n',
        [("a.b", "")],
        [],
    ),
    "setdefault": (
        RUN + 'self.params.setdefault("x", 1)\n        return self.params["x"]\n',
        [("a.b", "")],
        [],
    ),
    "store": (
        RUN + 'self.params["x"] = 1\n        return self.params["x"]\n',
        [("a.b", "")],
        [],
    ),
    "merged": (
        RUN + 'params = {**D, **self.params}\n        return params["x"]\n',
        [("a.b", ""), ("a.b", "{x: 1}")],
        [],
    ),
    "dict(self.params)": (
        RUN + 'params = dict(self.params)\n        params["x"]; params.get("y")\n',
        [("a.b", "{x: 1, y: 1}")],
        [],
    ),
    "early return": (
        RUN + 'if not self.params: return\n        return self.params["x"]\n',
        [("a.b", "")],
        [],
    ),
    "ternary": (
        RUN + 'return self.params["x"] if self.a else 1\n',
        [("a.b", "")],
        [],
    ),
    "or": (
        RUN + 'return self.params.get("x") or self.params["y"]\n',
        [("a.b", "{x: 1}")],
        [],
    ),
    "loop body": (
        RUN + 'for q in self.rows: self.params["x"]\n',
        [("a.b", "")],
        [],
    ),
    "helper method not run": (
        SPINE
        + """@register_pipeline('a.b')
class A(Pipeline):
    def run(self): pass
    def other(self): return self.params['x']
""",
        [("a.b", "")],
        [],
    ),
    "property": (
        SPINE
        + """@register_pipeline('a.b')
class A(Pipeline):
    def run(self): return self.week
    @property
    def week(self): return self.params['week']
""",
        [("a.b", "{week: 1}")],
        [],
    ),
    "init override": (
        SPINE
        + """@register_pipeline('a.b')
class A(Pipeline):
    def __init__(self, params):
        super().__init__({**D, **params})
    def run(self): return self.params['x']
""",
        [("a.b", "{}")],
        [],
    ),
    "optional w/ spec read required": (
        SPINE
        + """@register_pipeline('a.b')
class A(Pipeline):
    spec = PipelineSpec(optional_params={'x': ParamDef('x', int, default=1)})
    def run(self): return self.params['x']
""",
        [("a.b", "")],
        [],
    ),
    "fn pipeline with market registry: params['x'] in branch": (
        """
from market_spine.pipelines.registry import registry
def go(params):
    if params.get("a"): return params["b"]
registry.register(name="go", handler=go)
""",
        [("go", "")],
        [],
    ),
    "fn signature kwargs": (
        """
from market_spine.pipelines.registry import registry
def go(start_date, end_date, **kw): ...
registry.register(name="go", handler=go)
""",
        [("go", "{start_date: x, zz: 1}")],
        [],
    ),
    "params typed dataclass": (
        RUN + "p = P(**self.params)\n        return p.x\n",
        [("a.b", "{x: 1}")],
        [],
    ),
    "walrus": (
        RUN + 'if (x := self.params.get("x")): return x\n',
        [("a.b", "{x: 1}"), ("a.b", "{y: 1}")],
        ["unknown-parameter"],
    ),
    "nested get": (
        RUN + 'return self.params.get("cfg", {}).get("inner")\n',
        [("a.b", "{cfg: {inner: 1}}"), ("a.b", "{inner: 1}")],
        ["unknown-parameter"],
    ),
    "key constant": (
        """
K="x"
from spine.framework.registry import register_pipeline
from spine.framework.pipelines import Pipeline
from spine.framework.params import ParamDef, PipelineSpec, enum_value
@register_pipeline('a.b')
class A(Pipeline):
    def run(self):
        return self.params[K], self.params.get(K2)
K2="y"
""",
        [("a.b", "{x: 1, y: 2}"), ("a.b", "{x: 1, z: 2}")],
        ["unknown-parameter"],
    ),
    "iter params": (
        RUN + "for k, v in self.params.items(): print(k)\n",
        [("a.b", "{x: 1}")],
        [],
    ),
    "json dump params": (
        RUN + "log(self.params)\n",
        [("a.b", "{x: 1}")],
        [],
    ),
    "print f-string params": (
        RUN + 'print(f"{self.params}")\n',
        [("a.b", "{x: 1}")],
        [],
    ),
    "assert required": (
        RUN + 'assert "x" in self.params\n        return self.params["x"]\n',
        [("a.b", "")],
        [],
    ),
    "getitem helper": (
        RUN + 'get = self.params.get\n        return get("x")\n',
        [("a.b", "{x: 1}")],
        [],
    ),
    "operator itemgetter": (
        RUN + 'a, b = itemgetter("a","b")(self.params)\n',
        [("a.b", "{a: 1, b: 1}")],
        [],
    ),
    "_params": (
        SPINE
        + """@register_pipeline('a.b')
class A(Pipeline):
    def run(self): return self._params['x'], self.config.get('y')
""",
        [("a.b", "{x: 1}")],
        [],
    ),
    "async run": (
        SPINE
        + """@register_pipeline('a.b')
class A(Pipeline):
    async def run(self): return self.params['x']
""",
        [("a.b", "")],
        ["missing-parameter"],
    ),
    "inner function/lambda": (
        RUN + 'f = lambda: self.params["x"]\n        return f\n',
        [("a.b", "")],
        [],
    ),
    "base spec + super spec copy": (
        SPINE
        + """class B(Pipeline):
    spec = PipelineSpec(required_params={'x': ParamDef('x', int)})
@register_pipeline('a.b')
class A(B):
    spec = PipelineSpec(required_params={**B.spec.required_params, 'y': ParamDef('y', int)})
""",
        [("a.b", "{x: 1, y: 1}"), ("a.b", "{x: 1}")],
        ["missing-parameter"],
    ),
    "spec None": (
        SPINE
        + """@register_pipeline('a.b')
class A(Pipeline):
    spec = None
    def run(self): ...
""",
        [("a.b", "{x: 1}")],
        ["unknown-parameter"],
    ),
    "no reads at all": (
        SPINE
        + """@register_pipeline('a.b')
class A(Pipeline):
    description='x'
    def run(self): return 1
""",
        [("a.b", "{x: 1}")],
        ["unknown-parameter"],
    ),
    "__init_subclass__ registry": (
        """
from spine.framework import Pipeline, register_pipeline
class Auto(Pipeline):
    def __init_subclass__(cls, **k):
        register_pipeline(cls.name)(cls)
class A(Auto):
    name='a.b'
@register_pipeline('r')
class R(Pipeline): ...
""",
        [("a.b", ""), ("r", "")],
        [],
    ),
    "metaclass registry": (
        """
from spine.framework import Pipeline, register_pipeline
class M(type):
    def __new__(m, n, b, d):
        c = super().__new__(m, n, b, d)
        register_pipeline(d['name'])(c)
        return c
class A(metaclass=M):
    name='a.b'
@register_pipeline('r')
class R(Pipeline): ...
""",
        [("a.b", ""), ("r", "")],
        [],
    ),
    "entry points": (
        """
from importlib.metadata import entry_points
from spine.framework import register_pipeline, Pipeline
for ep in entry_points(group='x'):
    register_pipeline(ep.name)(ep.load())
@register_pipeline('r')
class R(Pipeline): ...
""",
        [("q", ""), ("r", "")],
        [],
    ),
    "map()": (
        """
from spine.framework import register_pipeline, Pipeline, registry
class A(Pipeline):
    name='a'
list(map(registry.register, [A]))
@register_pipeline('r')
class R(Pipeline): ...
""",
        [("a", ""), ("r", "")],
        [],
    ),
    "subclasses loop": (
        """
from spine.framework import register_pipeline, Pipeline
class A(Pipeline):
    name='a'
for c in Pipeline.__subclasses__():
    register_pipeline(c.name)(c)
""",
        [("a", ""), ("r", "")],
        [],
    ),
    "globals loop": (
        """
from spine.framework import register_pipeline, Pipeline
class A(Pipeline):
    name='a'
for c in list(globals().values()):
    if isinstance(c, type): register_pipeline(c.name)(c)
@register_pipeline('r')
class R(Pipeline): ...
""",
        [("a", ""), ("q", "")],
        [],
    ),
    "assign registered later": (
        """
from spine.framework import register_pipeline, Pipeline
class A(Pipeline): ...
A = register_pipeline('a.b')(A)
B = register_pipeline(name='a.c')(A)
""",
        [("a.b", ""), ("a.c", ""), ("q", "")],
        ["unknown-pipeline"],
    ),
    "deco stored": (
        """
from spine.framework import register_pipeline, Pipeline
deco = register_pipeline('a.b')
@deco
class A(Pipeline): ...
@register_pipeline('r')
class R(Pipeline): ...
""",
        [("a.b", ""), ("q", "")],
        ["unknown-pipeline"],
    ),
    "dict comp registry": (
        """
from spine.framework import register_pipeline, Pipeline
{n: register_pipeline(n)(c) for n, c in [('a', A), ('b', B)]}
@register_pipeline('r')
class R(Pipeline): ...
""",
        [("a", ""), ("b", ""), ("q", "")],
        ["unknown-pipeline"],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_findings_are_those_that_are_sure(case: Case) -> None:
    """The codes in the order of the steps, and no others."""
    python, steps, expected = case
    text = "kind: PipelineGroup\nname: g\nsteps:\n" + "".join(
        f"  - name: s{number}\n    pipeline: {pipeline}\n" + (f"    params: {params}\n" if params else "")
        for number, (pipeline, params) in enumerate(steps)
    )
    files = {path: source for path, source in files_of(python).items() if path.endswith(".py")}
    document = Document.read("file:///g.yaml", 1, Text(text))
    assert [each.code for each in diagnose(document, project=project_of(files))] == expected
