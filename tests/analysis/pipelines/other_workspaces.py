"""Workspaces of other people: shapes of Python, and the steps of a group with what is found in each.

What is right has no finding, what is wrong has its own, and nothing is guessed. A step is a line as in `teams.py`.
"""

from __future__ import annotations

from tests.pysource.workspaces import SPINE

_BEHIND_SPINE = {
    "functools.wraps deco stacked above": """
import functools
def timed(f):
    @functools.wraps(f)
    def w(*a, **k): return f(*a, **k)
    return w
@timed
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
#- steps
a.b | {x: 1}
a.b |  | missing-parameter
a.c |  | unknown-pipeline
""",
    "stacked below": """
import functools
def timed(f): return f
@register_pipeline("a.b")
@timed
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
#- steps
a.b | {x: 1}
a.b |  | missing-parameter
a.c |  | unknown-pipeline
""",
    "dataclass pipeline": """
from dataclasses import dataclass
@register_pipeline("a.b")
@dataclass
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
#- steps
a.b | {x: 1}
a.b |  | missing-parameter
a.c |  | unknown-pipeline
""",
    "spec via inheritance from mixin": """
class SpecMixin:
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
@register_pipeline("a.b")
class A(SpecMixin, Pipeline): ...
#- steps
a.b | {x: "q"} | wrong-parameter-type
a.b |  | missing-parameter
a.b | {x: 1, y: 2} | unknown-parameter
""",
    "spec updated with base dict merge": """
COMMON = {"x": ParamDef("x", int)}
class Base(Pipeline):
    spec = PipelineSpec(required_params=COMMON)
@register_pipeline("a.b")
class A(Base):
    spec = PipelineSpec(required_params={**COMMON, "y": ParamDef("y", str)},
        optional_params=dict(z=ParamDef("z", bool, default=False)))
#- steps
a.b | {x: 1, y: s, z: true}
a.b | {x: 1} | missing-parameter
a.b | {x: 1, y: a, w: 1} | unknown-parameter
""",
    "dict() | union": """
COMMON = dict(x=ParamDef("x", int))
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params=COMMON | {"y": ParamDef("y", str)})
#- steps
a.b | {x: 1, y: s}
a.b | {x: 1} | missing-parameter
""",
    "comprehension spec": """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={p.name: p for p in [ParamDef("x", int), ParamDef("y", str)]})
#- steps
a.b | {x: 1, y: s}
a.b | {z: 1}
""",
    "f-string w/ constant": """
DOMAIN = "finra"
VERSION = 2
@register_pipeline(f"{DOMAIN}.v{VERSION}.run")
class A(Pipeline): ...
#- steps
finra.v2.run
finra.v1.run |  | unknown-pipeline: finra.v2.run
""",
    "percent format & join & format": """
D = "finra"
@register_pipeline("%s.a" % D)
class A(Pipeline): ...
@register_pipeline("{}.b".format(D))
class B(Pipeline): ...
@register_pipeline(".".join([D, "c"]))
class E(Pipeline): ...
@register_pipeline(D + ".d")
class F(Pipeline): ...
#- steps
finra.a
finra.b
finra.c
finra.d
finra.e |  | unknown-pipeline
""",
    "class constant name attr": """
class Names:
    A = "x.a"
    B = A + ".b"
@register_pipeline(Names.A)
class A(Pipeline): ...
@register_pipeline(Names.B)
class B(Pipeline): ...
#- steps
x.a
x.a.b
x.q |  | unknown-pipeline
""",
    "enum value": """
from enum import Enum
class N(str, Enum):
    A = "x.a"
@register_pipeline(N.A.value)
class A(Pipeline): ...
#- steps
x.a
x.q |  | unknown-pipeline
""",
    "loop of names": """
for n in ("x.a", "x.b"):
    register_pipeline(n)(type("A", (Pipeline,), {}))
#- steps
x.a
x.b
x.q |  | unknown-pipeline
""",
    "loop over runtime": """
import os
for n in os.listdir("."):
    register_pipeline(n)(type("A", (Pipeline,), {}))
@register_pipeline("z.z")
class Z(Pipeline): ...
#- steps
x.a
z.z
""",
    "positional ParamDef types": """
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
#- steps
a.b | {p: /x, d: 2026-01-01, o: 1, t: 2.5, l: [1], m: {a: 1}}
a.b | {p: 3, d: "2026-01-01", o: x, t: s, l: a, m: 1} | wrong-parameter-type, wrong-parameter-type, wrong-parameter-type, wrong-parameter-type, wrong-parameter-type, wrong-parameter-type
""",  # noqa: E501 - a step is one line, with all that is found in it
    "annotated spec": """
from typing import ClassVar
@register_pipeline("a.b")
class A(Pipeline):
    name: ClassVar[str] = "a.b"
    spec: ClassVar[PipelineSpec] = PipelineSpec(required_params={"x": ParamDef(name="x", type=int, description="")})
#- steps
a.b | {x: 1}
a.b |  | missing-parameter
""",
    "params via alias & kwargs": """
@register_pipeline("a.b")
class A(Pipeline):
    def run(self):
        p = self.params
        q = p["x"]
        r = p.get("y", 1)
        helper(**self.params)
#- steps
a.b | {x: 1, y: 2, zzz: 3}
a.b | {y: 1} | missing-parameter
""",
    "comment-out & string": """
# @register_pipeline("ghost")
@register_pipeline("real")
class A(Pipeline): ...
#- steps
ghost |  | unknown-pipeline
real
""",
    "if TYPE_CHECKING / __main__": """
if __name__ == "__main__":
    @register_pipeline("main.only")
    class A(Pipeline): ...
@register_pipeline("real")
class B(Pipeline): ...
#- steps
main.only
real
q |  | unknown-pipeline
""",
    "validator enum + lambdas": """
from enum import Enum
class Tier(str, Enum):
    T1 = "NMS_TIER_1"
    OTC = "OTC"
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"t": ParamDef("t", str, validator=enum_value(Tier)),
        "u": ParamDef("u", str, validator=lambda v: v in ("a","b"))})
#- steps
a.b | {t: OTC, u: z}
a.b | {t: Tier1, u: z} | bad-parameter-value: NMS_TIER_1/OTC
""",
    "ParamDef helper function": """
def p(name, type=str, **kw):
    return ParamDef(name, type, **kw)
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": p("x", int)})
#- steps
a.b | {x: 1}
a.b | {x: q}
a.b |  | missing-parameter
""",
    "match / with / while register": """
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
#- steps
in.with
in.while
in.match
nope |  | unknown-pipeline
""",
    "class nested": """
class Outer:
    @register_pipeline("nested")
    class A(Pipeline): ...
#- steps
nested
nope |  | unknown-pipeline
""",
    "global reassign": """
NAME = "a.b"
NAME = "a.c"
@register_pipeline(NAME)
class A(Pipeline): ...
#- steps
a.b
a.c
zzz
""",
    "walrus / conditional expr": """
import os
@register_pipeline("a.x" if os.environ.get("X") else "a.y")
class A(Pipeline): ...
#- steps
a.x
a.y
zzz
""",
    "params.get in helper method": """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
    def run(self):
        return self._h(self.params)
    def _h(self, params):
        return params.get("extra")
#- steps
a.b | {x: 1, extra: 2}
a.b | {x: 1, extr: 2}
""",
    "validate_params override reads": """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
    def run(self):
        if "flag" in self.params: ...
        for k in ("u", "v"):
            self.params.get(k)
        x, y = self.params["x"], self.params.pop("popped", None)
        self.params.setdefault("sd", 1)
#- steps
a.b | {x: 1, flag: true, u: 1, popped: 1, sd: 2}
""",
    "kwargs order & description positional": """
@register_pipeline("a.b")
class A(Pipeline):
    name = "a.b"
    description = "x"
    spec = PipelineSpec(
        {"x": ParamDef("x", int, "X")},
        {"y": ParamDef("y", str, "Y", False, "d")},
        "desc", ["ex"], ["note"])
#- steps
a.b | {x: 1, y: k}
a.b | {y: 1} | missing-parameter, wrong-parameter-type
""",
    "int for float / bool for int": """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"f": ParamDef("f", float), "i": ParamDef("i", int)})
#- steps
a.b | {f: 12, i: true} | wrong-parameter-type
a.b | {f: 1.5, i: 3}
a.b | {f: "1", i: "3"} | wrong-parameter-type, wrong-parameter-type
""",
    "types as strings / future annotations": """
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
#- steps
a.b | {a: 2026-01-01, b: /x, c: 1.5, d: 1, e: 2, f: 3, g: x, h: x}
""",
    "reads via kwargs unpack in comprehension": """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec()
    def run(self):
        cfg = {k: self.params.get(k) for k in KEYS}
KEYS = ["u","v"]
#- steps
a.b | {u: 1}
a.b | {q: 1}
""",
    "params property delegation": """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
    def run(self):
        do_it(self)
#- steps
a.b | {x: 1, q: 1}
""",
    "super().run + base reads": """
class Base(Pipeline):
    spec = PipelineSpec(optional_params={"b": ParamDef("b", int)})
    def run(self): return self.params.get("hidden")
@register_pipeline("a.b")
class A(Base):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
    def run(self): return super().run()
#- steps
a.b | {x: 1, hidden: 1}
a.b | {x: 1, hiddn: 1} | unknown-parameter: hidden
""",
    "class alias base subscript Generic": """
from typing import Generic, TypeVar
T = TypeVar("T")
class Base(Pipeline, Generic[T]):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
@register_pipeline("a.b")
class A(Base[int]): ...
#- steps
a.b |  | missing-parameter
a.b | {x: 1}
""",
    "monkey spec after class": """
@register_pipeline("a.b")
class A(Pipeline): ...
A.spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
#- steps
a.b
a.b | {x: 1}
a.b | {q: 1}
""",
    "spec in classmethod / property": """
@register_pipeline("a.b")
class A(Pipeline):
    @property
    def spec(self): return PipelineSpec(required_params={"x": ParamDef("x", int)})
#- steps
a.b
a.b | {x: 1}
a.b | {q: 1}
""",
    "spec replaced": """
import dataclasses
BASE = PipelineSpec(required_params={"x": ParamDef("x", int)})
@register_pipeline("a.b")
class A(Pipeline):
    spec = dataclasses.replace(BASE, optional_params={"y": ParamDef("y", int)})
#- steps
a.b
a.b | {x: 1, y: 2}
a.b | {q: 1}
""",
    "unicode names": """
@register_pipeline("größe.prüfen")
class A(Pipeline): ...
#- steps
größe.prüfen
grosse |  | unknown-pipeline
""",
    "case differs": """
@register_pipeline("Finra.Load")
class A(Pipeline): ...
#- steps
finra.load |  | unknown-pipeline: Finra.Load
""",
    "implicit concat and multi-line": """
@register_pipeline(
    "finra."
    "load"
)
class A(Pipeline): ...
#- steps
finra.load
finra. |  | unknown-pipeline: finra.load
""",
    "NAME: Final": """
from typing import Final
NAME: Final[str] = "a.b"
@register_pipeline(name=NAME)
class A(Pipeline): ...
#- steps
a.b
a.c |  | unknown-pipeline
""",
    "register in if DEBUG": """
DEBUG = False
if DEBUG:
    @register_pipeline("dbg")
    class A(Pipeline): ...
@register_pipeline("r")
class B(Pipeline): ...
#- steps
dbg
x |  | unknown-pipeline
""",
    "versioned names by tuple loop": """
class Base(Pipeline): ...
for tier in ("t1", "t2"):
    register_pipeline(f"load.{tier}")(type(f"L{tier}", (Base,), {}))
#- steps
load.t1
load.t2
load.t3 |  | unknown-pipeline: load.t1/load.t2
""",
    "range loop": """
for i in range(3):
    register_pipeline(f"load.{i}")(type("L", (Pipeline,), {}))
#- steps
load.1
load.9
other
""",
    "enumerate/zip/items loop": """
M = {"a": int, "b": str}
for k, v in M.items():
    register_pipeline(k)(type("L", (Pipeline,), {}))
for i, k in enumerate(["c","d"]):
    register_pipeline(k)(type("L", (Pipeline,), {}))
#- steps
a
d
zzz
""",
    "tabs": """
if True:
\t@register_pipeline("a.b")
\tclass A(Pipeline): ...
#- steps
a.b
x |  | unknown-pipeline
""",
    "changed: subscript": """
P = {"x": ParamDef("x", int)}
P["y"] = ParamDef("y", str)
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params=P)
#- steps
a.b | {x: 1, y: s}
a.b | {x: 1}
""",
    "changed: update": """
P = {"x": ParamDef("x", int)}
P.update({"y": ParamDef("y", str)})
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params=P)
#- steps
a.b | {x: 1, y: s}
""",
    "changed: spec attr": """
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params={"x": ParamDef("x", int)})
A.spec.optional_params["y"] = ParamDef("y", str)
#- steps
a.b | {x: 1, y: s}
""",
    "changed: setattr": """
@register_pipeline("a.b")
class A(Pipeline): ...
setattr(A, "spec", PipelineSpec(required_params={"x": ParamDef("x", int)}))
#- steps
a.b | {x: 1, y: s}
""",
    "changed: spec var": """
S = PipelineSpec(required_params={"x": ParamDef("x", int)})
S.optional_params["y"] = ParamDef("y", str)
@register_pipeline("a.b")
class A(Pipeline):
    spec = S
#- steps
a.b | {x: 1, y: s}
""",
    "changed: append loop": """
NAMES = ["a"]
NAMES.append("b")
for n in NAMES:
    register_pipeline(n)(type("A", (Pipeline,), {}))
@register_pipeline("z")
class Z(Pipeline): ...
#- steps
b
z
""",
    "changed: in class body": """
@register_pipeline("a.b")
class A(Pipeline):
    P = {"x": ParamDef("x", int)}
    P["y"] = ParamDef("y", str)
    spec = PipelineSpec(required_params=P)
#- steps
a.b | {x: 1, y: s}
""",
    "changed: in function": """
P = {"x": ParamDef("x", int)}
def add(): P["y"] = ParamDef("y", str)
add()
@register_pipeline("a.b")
class A(Pipeline):
    spec = PipelineSpec(required_params=P)
#- steps
a.b | {x: 1, y: s}
""",
    "helper method not run": """
@register_pipeline('a.b')
class A(Pipeline):
    def run(self): pass
    def other(self): return self.params['x']
#- steps
a.b
""",
    "property": """
@register_pipeline('a.b')
class A(Pipeline):
    def run(self): return self.week
    @property
    def week(self): return self.params['week']
#- steps
a.b | {week: 1}
""",
    "init override": """
@register_pipeline('a.b')
class A(Pipeline):
    def __init__(self, params):
        super().__init__({**D, **params})
    def run(self): return self.params['x']
#- steps
a.b | {}
""",
    "optional w/ spec read required": """
@register_pipeline('a.b')
class A(Pipeline):
    spec = PipelineSpec(optional_params={'x': ParamDef('x', int, default=1)})
    def run(self): return self.params['x']
#- steps
a.b
""",
    "_params": """
@register_pipeline('a.b')
class A(Pipeline):
    def run(self): return self._params['x'], self.config.get('y')
#- steps
a.b | {x: 1}
""",
    "async run": """
@register_pipeline('a.b')
class A(Pipeline):
    async def run(self): return self.params['x']
#- steps
a.b |  | missing-parameter
""",
    "base spec + super spec copy": """
class B(Pipeline):
    spec = PipelineSpec(required_params={'x': ParamDef('x', int)})
@register_pipeline('a.b')
class A(B):
    spec = PipelineSpec(required_params={**B.spec.required_params, 'y': ParamDef('y', int)})
#- steps
a.b | {x: 1, y: 1}
a.b | {x: 1} | missing-parameter
""",
    "spec None": """
@register_pipeline('a.b')
class A(Pipeline):
    spec = None
    def run(self): ...
#- steps
a.b | {x: 1} | unknown-parameter
""",
    "no reads at all": """
@register_pipeline('a.b')
class A(Pipeline):
    description='x'
    def run(self): return 1
#- steps
a.b | {x: 1} | unknown-parameter
""",
}
"""Files that begin with the imports of Spine."""

_RUN = f"{SPINE}@register_pipeline('a.b')\nclass A(Pipeline):\n    def run(self):\n        "
_RUNNING = {
    "guarded in": """if "x" in self.params: return self.params["x"]
#- steps
a.b
""",
    "branch": """if self.mode: return self.params["x"]
#- steps
a.b
""",
    "try": """try:
            return self.params["x"]
        except KeyError: return 1
#- steps
a.b
""",
    "contextlib.suppress": """with suppress(KeyError):
            return self.params["x"]
#- steps
a.b
""",
    "setdefault": """self.params.setdefault("x", 1)
        return self.params["x"]
#- steps
a.b
""",
    "store": """self.params["x"] = 1
        return self.params["x"]
#- steps
a.b
""",
    "merged": """params = {**D, **self.params}
        return params["x"]
#- steps
a.b
a.b | {x: 1}
""",
    "dict(self.params)": """params = dict(self.params)
        params["x"]; params.get("y")
#- steps
a.b | {x: 1, y: 1}
""",
    "early return": """if not self.params: return
        return self.params["x"]
#- steps
a.b
""",
    "ternary": """return self.params["x"] if self.a else 1
#- steps
a.b
""",
    "or": """return self.params.get("x") or self.params["y"]
#- steps
a.b | {x: 1}
""",
    "loop body": """for q in self.rows: self.params["x"]
#- steps
a.b
""",
    "params typed dataclass": """p = P(**self.params)
        return p.x
#- steps
a.b | {x: 1}
""",
    "walrus": """if (x := self.params.get("x")): return x
#- steps
a.b | {x: 1}
a.b | {y: 1} | unknown-parameter
""",
    "nested get": """return self.params.get("cfg", {}).get("inner")
#- steps
a.b | {cfg: {inner: 1}}
a.b | {inner: 1} | unknown-parameter
""",
    "iter params": """for k, v in self.params.items(): print(k)
#- steps
a.b | {x: 1}
""",
    "json dump params": """log(self.params)
#- steps
a.b | {x: 1}
""",
    "print f-string params": """print(f"{self.params}")
#- steps
a.b | {x: 1}
""",
    "assert required": """assert "x" in self.params
        return self.params["x"]
#- steps
a.b
""",
    "getitem helper": """get = self.params.get
        return get("x")
#- steps
a.b | {x: 1}
""",
    "operator itemgetter": """a, b = itemgetter("a","b")(self.params)
#- steps
a.b | {a: 1, b: 1}
""",
    "inner function/lambda": """f = lambda: self.params["x"]
        return f
#- steps
a.b
""",
}
"""What a pipeline does when it runs, and what may stand behind it."""

_WHOLE = {
    "try import": """
try:
    from spine.framework.registry import register_pipeline
    from spine.framework.pipelines import Pipeline
except ImportError:
    from myfw import register_pipeline, Pipeline
@register_pipeline("a.b")
class A(Pipeline): ...
#- steps
a.b
a.c |  | unknown-pipeline
""",
    "try import fallback def": """
try:
    from spine.framework import register_pipeline, Pipeline
except ImportError:
    def register_pipeline(name):
        def deco(cls): return cls
        return deco
    class Pipeline: ...
@register_pipeline("a.b")
class A(Pipeline): ...
#- steps
a.b
a.c |  | unknown-pipeline
""",
    "version-conditional": """
import sys
if sys.version_info >= (3, 12):
    from spine.framework import register_pipeline
else:
    from spine.framework.registry import register_pipeline
from spine.framework import Pipeline
@register_pipeline("a.b")
class A(Pipeline): ...
#- steps
a.b
a.c |  | unknown-pipeline
""",
    "partial": """
from functools import partial
from spine.framework import register_pipeline, Pipeline
reg = partial(register_pipeline)
@reg("a.b")
class A(Pipeline): ...
@register_pipeline("a.d")
class D(Pipeline): ...
#- steps
a.b
a.d
a.zzz
""",
    "class name attr via register in function": """
from spine.framework import Pipeline
class Ingest(Pipeline):
    name = "otc.ingest"
    def run(self): self.params["day"]
def register_otc_pipelines(registry):
    registry.register(Ingest)
#- steps
otc.ingest | {day: "x"}
otc.ingest | {} | missing-parameter
otc.ing |  | unknown-pipeline: otc.ingest
""",
    "multi files reexport star": """
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
#- steps
a.b
a.c |  | unknown-pipeline
""",
    "public factory across files": """
#- lib/factory.py
from spine.framework.registry import register_pipeline
def pipeline(name, **kw):
    return register_pipeline(name)
#- jobs/p.py
from lib.factory import pipeline
from spine.framework import Pipeline
@pipeline("a.b", owner="me")
class A(Pipeline): ...
#- steps
a.b
a.c |  | unknown-pipeline
""",
    "factory w/ prefix across files": """
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
#- steps
team.b
b |  | unknown-pipeline: team.b
""",
    "factory closure function-made class": """
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
#- steps
a.b
a.c
a.d
a.e
""",
    "nested package + namespace + src": """
#- services/a/src/acme/jobs/__init__.py
#- services/a/src/acme/jobs/p.py
from spine.framework import register_pipeline, Pipeline
from acme.common.names import NAME
@register_pipeline(NAME)
class A(Pipeline): ...
#- services/b/src/acme/common/names.py
NAME = "x.y"
#- steps
x.y
x.z |  | unknown-pipeline
""",
    "register_pipeline in __init__ of own framework": """
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
#- steps
a.b
a.c |  | unknown-pipeline
""",
    "lower-case attr import": """
import spine.framework.registry as reg
import spine.framework as fw
@reg.register_pipeline("a.b")
class A(fw.Pipeline): ...
@fw.register_pipeline("a.d")
class B(fw.Pipeline): ...
#- steps
a.b
a.d
a.c |  | unknown-pipeline
""",
    "registry obj attr": """
from spine.framework.registry import registry
from spine.framework import Pipeline
class A(Pipeline):
    name = "a.b"
registry.register(A)
#- steps
a.b
a.c |  | unknown-pipeline
""",
    "PipelineRegistry.register cls deco": """
from market_spine.pipelines.registry import PipelineRegistry
from market_spine.pipelines.base import Pipeline
@PipelineRegistry.register
class A(Pipeline):
    name = "a.b"
#- steps
a.b
a.c |  | unknown-pipeline
""",
    "loop over classes list in function": """
from spine.framework import Pipeline
class A(Pipeline):
    name = "a.a"
class B(Pipeline):
    name = "a.b"
ALL = [A, B]
def register_x_pipelines(registry):
    for c in ALL:
        registry.register(c)
#- steps
a.a
a.b
a.c |  | unknown-pipeline
""",
    "spec from another file attr": """
#- specs.py
from spine.framework.params import PipelineSpec, ParamDef
WEEKLY = PipelineSpec(required_params={"w": ParamDef("w", str)})
#- p.py
from spine.framework import register_pipeline, Pipeline
import specs
@register_pipeline("a.b")
class A(Pipeline):
    spec = specs.WEEKLY
#- steps
a.b | {w: x}
a.b | {v: x} | missing-parameter, unknown-parameter
""",
    "pyi stub only": """
#- p.pyi
from spine.framework import register_pipeline, Pipeline
@register_pipeline("stub.only")
class A(Pipeline): ...
#- q.py
from spine.framework import register_pipeline, Pipeline
@register_pipeline("real")
class A(Pipeline): ...
#- steps
real
stub.only |  | unknown-pipeline
""",
    "operation": """
from spine.framework.operations import Operation
from spine.framework.registry import register_operation
from spine.framework.params import OperationSpec, ParamDef
@register_operation("a.b")
class A(Operation):
    spec = OperationSpec(required_params={"x": ParamDef("x", int)})
#- steps
a.b | {x: 1}
a.b |  | missing-parameter
""",
    "base imported unknown package": """
from acme.base import AcmePipeline
from spine.framework import register_pipeline
@register_pipeline("a.b")
class A(AcmePipeline): ...
#- steps
a.b | {x: 1}
a.c |  | unknown-pipeline
""",
    "plugin entry: decorator imported from unknown package": """
from acme import pipeline
@pipeline("a.b")
class A: ...
#- steps
a.b
a.c
""",
    "abc import, protocol": """
import abc
from spine.framework import Pipeline, register_pipeline
class Base(Pipeline, abc.ABC):
    @abc.abstractmethod
    def go(self): ...
@register_pipeline("a.b")
class A(Base):
    def run(self): return self.params["x"]
#- steps
a.b |  | missing-parameter
a.b | {x: 1}
""",
    "decorator via class attr or method: app.pipeline('x')": """
from myapp import app
@app.pipeline("a.b")
class A: ...
from spine.framework import register_pipeline
@register_pipeline("r.r")
class B: ...
#- steps
a.b
r.r
zzz |  | unknown-pipeline
""",
    "own registry class instance in workspace": """
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
#- steps
a.b
zzz
""",
    "own registry method with name": """
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
#- steps
a.b
a.c | {x: 1}
zzz
""",
    "lazy import inside function": """
def setup():
    from spine.framework import register_pipeline, Pipeline
    @register_pipeline("in.fn")
    class A(Pipeline): ...
    return A
#- steps
in.fn
x |  | unknown-pipeline
""",
    "import module alias chain": """
#- fw.py
import spine.framework as _f
register_pipeline = _f.register_pipeline
Pipeline = _f.Pipeline
#- p.py
import fw
@fw.register_pipeline("a.b")
class A(fw.Pipeline): ...
#- steps
a.b
x |  | unknown-pipeline
""",
    "__getattr__ lazy package": """
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
#- steps
a.b
x
""",
    "decorator factory class": """
from spine.framework import register_pipeline, Pipeline
class register:
    def __init__(self, name): self.name = name
    def __call__(self, cls): return register_pipeline(self.name)(cls)
@register("a.b")
class A(Pipeline): ...
@register_pipeline("r")
class B(Pipeline): ...
#- steps
a.b
x
""",
    "changed: name attr": """
from spine.framework import Pipeline
class A(Pipeline):
    name = "a.b"
A.name = "a.c"
def register_x_pipelines(registry): registry.register(A)
#- steps
a.c
a.b
""",
    "of another package: deco plain name": """
from acme import pipeline
from spine.framework import register_pipeline
@pipeline("load")
class A: ...
@register_pipeline("r.r")
class B: ...
#- steps
load
r.r
zzz |  | unknown-pipeline
""",
    "of another package: registry": """
from acme.core import registry
from spine.framework import register_pipeline, Pipeline
@registry.register("a.b")
class A(Pipeline): ...
@registry.register(name="a.c")
def f(params): ...
@register_pipeline("r.r")
class B: ...
#- steps
a.b
a.c
zzz |  | unknown-pipeline
""",
    "of another package: registry class": """
from acme.core import registry
from spine.framework import register_pipeline, Pipeline
class A(Pipeline):
    name = "a.b"
registry.register(A)
@register_pipeline("r.r")
class B: ...
#- steps
a.b
zzz |  | unknown-pipeline
""",
    "of another package: web route no noise": """
from flask import Flask
app = Flask(__name__)
from spine.framework import register_pipeline, Pipeline
@app.route("/pipelines")
def f(): ...
@register_pipeline("r.r")
class B: ...
#- steps
zzz |  | unknown-pipeline
""",
    "fn pipeline with market registry: params['x'] in branch": """
from market_spine.pipelines.registry import registry
def go(params):
    if params.get("a"): return params["b"]
registry.register(name="go", handler=go)
#- steps
go
""",
    "fn signature kwargs": """
from market_spine.pipelines.registry import registry
def go(start_date, end_date, **kw): ...
registry.register(name="go", handler=go)
#- steps
go | {start_date: x, zz: 1}
""",
    "key constant": """
K="x"
from spine.framework.registry import register_pipeline
from spine.framework.pipelines import Pipeline
from spine.framework.params import ParamDef, PipelineSpec, enum_value
@register_pipeline('a.b')
class A(Pipeline):
    def run(self):
        return self.params[K], self.params.get(K2)
K2="y"
#- steps
a.b | {x: 1, y: 2}
a.b | {x: 1, z: 2} | unknown-parameter
""",
    "__init_subclass__ registry": """
from spine.framework import Pipeline, register_pipeline
class Auto(Pipeline):
    def __init_subclass__(cls, **k):
        register_pipeline(cls.name)(cls)
class A(Auto):
    name='a.b'
@register_pipeline('r')
class R(Pipeline): ...
#- steps
a.b
r
""",
    "metaclass registry": """
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
#- steps
a.b
r
""",
    "entry points": """
from importlib.metadata import entry_points
from spine.framework import register_pipeline, Pipeline
for ep in entry_points(group='x'):
    register_pipeline(ep.name)(ep.load())
@register_pipeline('r')
class R(Pipeline): ...
#- steps
q
r
""",
    "map()": """
from spine.framework import register_pipeline, Pipeline, registry
class A(Pipeline):
    name='a'
list(map(registry.register, [A]))
@register_pipeline('r')
class R(Pipeline): ...
#- steps
a
r
""",
    "subclasses loop": """
from spine.framework import register_pipeline, Pipeline
class A(Pipeline):
    name='a'
for c in Pipeline.__subclasses__():
    register_pipeline(c.name)(c)
#- steps
a
r
""",
    "globals loop": """
from spine.framework import register_pipeline, Pipeline
class A(Pipeline):
    name='a'
for c in list(globals().values()):
    if isinstance(c, type): register_pipeline(c.name)(c)
@register_pipeline('r')
class R(Pipeline): ...
#- steps
a
q
""",
    "assign registered later": """
from spine.framework import register_pipeline, Pipeline
class A(Pipeline): ...
A = register_pipeline('a.b')(A)
B = register_pipeline(name='a.c')(A)
#- steps
a.b
a.c
q |  | unknown-pipeline
""",
    "deco stored": """
from spine.framework import register_pipeline, Pipeline
deco = register_pipeline('a.b')
@deco
class A(Pipeline): ...
@register_pipeline('r')
class R(Pipeline): ...
#- steps
a.b
q |  | unknown-pipeline
""",
    "dict comp registry": """
from spine.framework import register_pipeline, Pipeline
{n: register_pipeline(n)(c) for n, c in [('a', A), ('b', B)]}
@register_pipeline('r')
class R(Pipeline): ...
#- steps
a
b
q |  | unknown-pipeline
""",
}

OTHERS = {
    **{title: f"{SPINE}{text}" for title, text in _BEHIND_SPINE.items()},
    **{title: f"{_RUN}{text}" for title, text in _RUNNING.items()},
    **_WHOLE,
}
