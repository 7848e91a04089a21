"""Workspaces as different teams write them: their Python, and the steps of a group with what is found in each.

A step is a line `pipeline | parameters | code: what was meant`; without the last part nothing is found in it.
"""

from __future__ import annotations

TEAMS = {
    "src layout, constants in a module of their own, exports through the package": '''
#- services/otc/src/otc/__init__.py
"""OTC."""
from .pipelines import *
from .constants import DOMAIN as DOMAIN
#- services/otc/src/otc/constants.py
from typing import Final
DOMAIN: Final = "otc"
STAGES: Final[tuple[str, ...]] = ("raw", "clean")
DEFAULT_WINDOW: Final[int] = 6
#- services/otc/src/otc/params.py
from spine.framework.params import ParamDef as P, date_format
WEEK = P("week_ending", str, "the Friday", validator=date_format)
def unused(): ...
#- services/otc/src/otc/pipelines/__init__.py
from otc.pipelines.ingest import Ingest
from otc.pipelines.roll import Roll
__all__ = ["Ingest", "Roll"]
#- services/otc/src/otc/pipelines/ingest.py
from __future__ import annotations
from typing import TYPE_CHECKING
from spine.framework import registry as _registry
from spine.framework.params import PipelineSpec
from spine.framework.pipelines import Pipeline
from ..constants import DOMAIN, STAGES
from ..params import WEEK
if TYPE_CHECKING:
    from spine.framework.pipelines import PipelineResult
@_registry.register_pipeline(f"{DOMAIN}.ingest_{STAGES[0]}")
class Ingest(Pipeline):
    """Takes a week in."""
    spec = PipelineSpec(required_params={WEEK.name: WEEK})
    def run(self) -> PipelineResult:
        return self.params["week_ending"]
#- services/otc/src/otc/pipelines/roll.py
from otc import DOMAIN
from otc.constants import DEFAULT_WINDOW
from otc.params import WEEK
from spine.framework.params import ParamDef, PipelineSpec
from spine.framework.pipelines import Pipeline
from spine.framework.registry import register_pipeline as pipeline
@pipeline(DOMAIN + ".roll")
class Roll(Pipeline):
    spec = PipelineSpec(
        required_params={"week_ending": WEEK},
        optional_params={"window": ParamDef("window", int, required=False, default=DEFAULT_WINDOW)},
    )
#- steps
otc.ingest_raw | {week_ending: "2026-01-09"}
otc.ingest_raw | {week_ending: 2026-01-09} | wrong-parameter-type
otc.ingest_row | {week_ending: "2026-01-09"} | unknown-pipeline: otc.ingest_raw
otc.roll | {week_ending: "2026-01-09", window: 3}
otc.roll | {week_ending: "2026-01-09", windows: 3} | unknown-parameter: window
otc.roll | {window: 3} | missing-parameter
otc.roll | {week_ending: "x", window: "3"} | wrong-parameter-type
''',
    "a namespace package over two roots": """
#- team_a/src/acme/prices/jobs.py
from spine.framework.registry import register_pipeline
from acme.shared.base import DatedPipeline
@register_pipeline("prices.load")
class Load(DatedPipeline):
    def run(self):
        return self.params.get("symbol")
#- team_b/src/acme/shared/base.py
from abc import ABC, abstractmethod
from spine.framework.params import ParamDef, PipelineSpec
from spine.framework.pipelines import Pipeline
class DatedPipeline(Pipeline, ABC):
    spec = PipelineSpec(required_params={"date": ParamDef(name="date", type=str, description="day")})
    @abstractmethod
    def run(self): ...
#- steps
prices.load | {date: "2026-01-09", symbol: A}
prices.laod | {date: "2026-01-09"} | unknown-pipeline: prices.load
prices.load | {dat: "2026-01-09"} | missing-parameter, unknown-parameter: date
""",
    "circular imports and relative ones through two levels": """
#- pkg/__init__.py
from . import names, base
from .sub.deep import jobs
#- pkg/names.py
from . import base
class Names:
    ROOT = "deep"
    LOAD = f"{ROOT}.load"
#- pkg/base.py
from .names import Names
from spine.framework.pipelines import Pipeline
class Base(Pipeline):
    NAMES = Names
#- pkg/sub/__init__.py
from ..base import Base
#- pkg/sub/deep/__init__.py
#- pkg/sub/deep/jobs.py
from ...names import Names
from .. import Base
from spine.framework import register_pipeline
@register_pipeline(Names.LOAD)
class Load(Base):
    def run(self):
        day: str = self.params["day"]
        return day
#- steps
deep.load | {day: x}
deep.loaf | {day: x} | unknown-pipeline: deep.load
deep.load | {day: x, dya: x} | unknown-parameter
deep.load | {dya: x} | missing-parameter, unknown-parameter: day
""",
    "specifications inherited and extended": '''
#- p.py
from spine.framework import register_pipeline, Pipeline, PipelineSpec, ParamDef
class Base(Pipeline):
    spec = PipelineSpec(
        required_params={"week": ParamDef("week", str)},
        optional_params={"force": ParamDef("force", bool, required=False, default=False)},
    )
@register_pipeline("e.spread")
class Spread(Base):
    spec = PipelineSpec(
        required_params={**Base.spec.required_params, "tier": ParamDef("tier", str)},
        optional_params=Base.spec.optional_params,
    )
@register_pipeline("e.union")
class Union(Base):
    spec = PipelineSpec(
        required_params=Base.spec.required_params | {"n": ParamDef("n", int)},
        optional_params=dict(Base.spec.optional_params, m=ParamDef("m", int, required=False, default=1)),
    )
@register_pipeline("e.same")
class Same(Base):
    """As its base."""
#- steps
e.spread | {week: a, tier: b, force: true}
e.spread | {week: a} | missing-parameter
e.spread | {week: a, tier: b, forse: true} | unknown-parameter: force
e.union | {week: a, n: 1, m: 2, force: false}
e.union | {week: a, n: "1"} | wrong-parameter-type
e.union | {week: a, n: 1, o: 2} | unknown-parameter
e.same | {week: a}
e.same | {weak: a} | missing-parameter, unknown-parameter: week
''',
    "definitions given by `**`, by position, and by constants": """
#- p.py
from spine.framework import register_pipeline, Pipeline, PipelineSpec, ParamDef
COMMON = {"type": int, "required": True}
OPTIONAL = dict(required=False, default=None)
REQUIRED = True
LIMIT = 10 * 2
@register_pipeline("k.a")
class A(Pipeline):
    spec = PipelineSpec(
        {"n": ParamDef("n", **COMMON)},
        {"m": ParamDef("m", str, "words", **OPTIONAL), "limit": ParamDef("limit", int, "", not REQUIRED, LIMIT)},
    )
SPEC = {"required_params": {"q": ParamDef("q", str)}}
@register_pipeline("k.b")
class B(Pipeline):
    spec = PipelineSpec(**SPEC)
#- steps
k.a | {n: 1}
k.a | {n: 1, m: x, limit: 3}
k.a | {m: x} | missing-parameter
k.a | {n: x} | wrong-parameter-type
k.a | {n: 1, limits: 3} | unknown-parameter: limit
k.b | {q: x}
k.b | {q: 1} | wrong-parameter-type
k.b | {q: 1e3}
k.a | {n: 1, m: 1e3}
k.a | {n: 1e3} | wrong-parameter-type
k.b | {} | missing-parameter
""",
    "enums as names of pipelines and values of parameters": """
#- acme/kinds.py
import enum
from enum import auto
class Tier(str, enum.Enum):
    ONE = "T1"
    TWO = "T2"
class Freq(enum.StrEnum):
    DAILY = auto()
    WEEKLY = auto()
class Job(enum.Enum):
    LOAD = "acme.load"
    CLEAN = "acme.clean"
#- acme/jobs.py
from .kinds import Tier, Job, Freq
from spine.framework import register_pipeline, Pipeline
from spine.framework.params import PipelineSpec, ParamDef, enum_value
@register_pipeline(Job.LOAD.value)
class Load(Pipeline):
    spec = PipelineSpec(required_params={
        "tier": ParamDef("tier", str, validator=enum_value(Tier)),
        "freq": ParamDef("freq", str, validator=enum_value(Freq)),
    })
@register_pipeline(name=Job.CLEAN.value)
class Clean(Pipeline):
    def run(self):
        return Tier(self.params["tier"])
#- steps
acme.load | {tier: T1, freq: daily}
acme.load | {tier: T3, freq: daily} | bad-parameter-value: T1/T2
acme.load | {tier: ONE, freq: daily} | bad-parameter-value: T1/T2
acme.load | {tier: T1, freq: dayly} | bad-parameter-value: daily
acme.clean | {tier: T1}
acme.claen | {tier: T1} | unknown-pipeline: acme.clean
""",
    "decorators stacked and under aliases, plain and called": """
#- p.py
import functools
import spine.framework as sf
from spine.framework.registry import register_pipeline as rp
reg = rp
audit = functools.lru_cache
def traced(cls):
    @functools.wraps(cls, updated=())
    class Wrapped(cls):
        pass
    return Wrapped
def owner(team):
    def inner(cls):
        cls.team = team
        return cls
    return inner
@owner("x")
@traced
@rp("s.one")
class One(sf.Pipeline):
    def run(self): return self.params["a"]
@reg("s.two")
@owner("y")
class Two(sf.Pipeline):
    def run(self): return self.params["a"]
@sf.register_pipeline("s.three")
@sf.register_pipeline("s.three_alias")
class Three(sf.Pipeline): ...
#- steps
s.one | {a: 1}
s.two | {a: 1}
s.two | {aa: 1} | missing-parameter, unknown-parameter: a
s.three |
s.three_alias |
s.four | | unknown-pipeline
s.tow | {a: 1} | unknown-pipeline: s.two
""",
    "registrations inside of `if`, `try` and functions": """
#- p.py
import os
from spine.framework import register_pipeline, Pipeline
try:
    import pandas
except ImportError:
    pandas = None
if pandas is not None:
    @register_pipeline("f.frame")
    class Frame(Pipeline): ...
try:
    @register_pipeline("f.tried")
    class Tried(Pipeline): ...
except ValueError:
    pass
class Late(Pipeline):
    name = "f.late"
def register_all_pipelines(registry):
    if os.environ.get("LATE"):
        registry.register(Late)
def main():
    register_pipeline("f.called")(Late)
if __name__ == "__main__":
    main()
#- steps
f.frame |
f.tried |
f.late |
f.called |
f.frames | | unknown-pipeline: f.frame
""",
    "mixins, generics, protocols and aliases of types": '''
#- base.py
from __future__ import annotations
from typing import Generic, Protocol, TypeAlias, TypeVar
from spine.framework.params import ParamDef, PipelineSpec
from spine.framework.pipelines import Pipeline
T = TypeVar("T", bound="Runs")
Params: TypeAlias = dict[str, object]
class Runs(Protocol):
    params: Params
class Windowed:
    """Reads a window."""
    params: Params
    @property
    def window(self) -> int:
        return int(self.params.get("window", 3))
class Typed(Pipeline, Generic[T]):
    result: T
class Sourced(Windowed, Typed[int]):
    @classmethod
    def describe(cls) -> str: return cls.__name__
#- jobs.py
from spine.framework.registry import register_pipeline
from base import Sourced, Typed, Windowed
@register_pipeline("m.one")
class One(Sourced):
    async def run(self):
        async with self.session() as s:
            return await s.get(self.params["url"])
@register_pipeline("m.two")
class Two(Windowed, Typed["Two"]):
    def run(self):
        match self.params:
            case {"mode": str() as mode}:
                return mode
#- steps
m.one | {url: x, window: 4}
m.one | {url: x, windw: 4} | unknown-parameter: window
m.two | {mode: x, window: 1}
m.tow | {} | unknown-pipeline: m.two
''',
    "reads of parameters in all ways": """
#- p.py
from spine.framework import register_pipeline, Pipeline
from typing import TypedDict, cast
class P(TypedDict, total=False):
    day: str
KEY = "keyed"
@register_pipeline("r.a")
class A(Pipeline):
    defaults = {"x": 1}
    def __init__(self, params=None):
        super().__init__(params)
        self.day = (params or {}).get("day")
    def run(self):
        p = self.params
        a, b = p["a"], p.get("b")
        if "c" in p and (c := p["c"]):
            return c
        return p.pop(KEY, None) or p.setdefault("d", 1)
@register_pipeline("r.b")
class B(Pipeline):
    def run(self):
        return do(**self.params)
@register_pipeline("r.c")
class C(Pipeline):
    def run(self):
        return {k: v for k, v in self.params.items()}
@register_pipeline("r.d")
class D(Pipeline):
    def run(self):
        params = cast(P, self.params)
        return params["day"]
#- steps
r.a | {a: 1, b: 2, c: 3, d: 4, keyed: 5, day: 6}
r.b | {whatever: 1}
r.c | {whatever: 1}
r.d | {day: x}
""",
    "a copy of the framework inside, and tests that register in fun": """
#- vendor/spine/__init__.py
#- vendor/spine/framework/__init__.py
from .registry import register_pipeline, get_pipeline
from .pipelines import Pipeline
#- vendor/spine/framework/registry.py
_registry = {}
def register_pipeline(name):
    def decorator(cls):
        if name in _registry:
            raise ValueError(name)
        _registry[name] = cls
        return cls
    return decorator
def get_pipeline(name):
    return _registry[name]
#- vendor/spine/framework/pipelines.py
class Pipeline:
    name = ""
    description = ""
    spec = None
    def __init__(self, params=None):
        self.params = params or {}
#- app/jobs.py
from spine.framework import Pipeline, register_pipeline
@register_pipeline("v.load")
class Load(Pipeline):
    def run(self):
        return self.params["day"]
#- tests/test_registry.py
import pytest
from spine.framework import Pipeline, register_pipeline
def test_duplicates():
    @register_pipeline("v.dup")
    class A(Pipeline): ...
    with pytest.raises(ValueError):
        @register_pipeline("v.dup")
        class B(Pipeline): ...
@pytest.fixture(params=["v.p1", "v.p2"])
def one(request):
    return register_pipeline(request.param)(type("X", (Pipeline,), {}))
#- steps
v.load | {day: x}
v.load | {days: x} | missing-parameter, unknown-parameter: day
v.laod | {day: x} | unknown-pipeline: v.load
""",
    "files exported from notebooks, and scripts with a coding": """
#- nb/export.py
# %% [markdown]
# # Load
# %%
get_ipython().run_line_magic("load_ext", "autoreload")
# In[1]:
from spine.framework import Pipeline, register_pipeline
# In[2]:
@register_pipeline("n.load")
class Load(Pipeline):
    def run(self):
        display(self.params["day"])
# In[3]:
register_pipeline
#- nb/magic.py
from spine.framework import Pipeline, register_pipeline
%matplotlib inline
!pip install x
@register_pipeline("n.magic")
class Magic(Pipeline):
    def run(self):
        return self.params["day"]
#- steps
n.load | {day: x}
n.laod | {day: x} | unknown-pipeline: n.load
n.magic | {day: x}
n.magik | {day: x} | unknown-pipeline: n.magic
""",
    "the grammar of newer Pythons": """
#- p.py
from spine.framework import Pipeline, register_pipeline, PipelineSpec, ParamDef
type Day = str
class Box[T]:
    item: T
def first[T](x: list[T]) -> T: return x[0]
try:
    pass
except ValueError, TypeError:
    pass
greeting = t"hello {first}"
nested = f"{"a" + f"{"b"}"}"
@register_pipeline("g.a")
class A(Pipeline):
    spec = PipelineSpec(required_params={"day": ParamDef("day", str)})
    def run(self):
        try:
            return self.params["day"]
        except* ValueError:
            pass
@register_pipeline("g.b")
class B[T](Pipeline):
    def run(self): return self.params["day"]
#- steps
g.a | {day: x}
g.a | {dya: x} | missing-parameter, unknown-parameter: day
g.b | {day: x}
g.c | | unknown-pipeline
""",
    "an application factory with a registry of its own": """
#- app/registry.py
from spine.framework.registry import PipelineRegistry
registry = PipelineRegistry()
def get_registry() -> PipelineRegistry:
    return registry
#- app/jobs/load.py
from app.registry import registry
from spine.framework.pipelines import Pipeline
@registry.register
class Load(Pipeline):
    name = "af.load"
    def run(self): return self.params["day"]
class Clean(Pipeline):
    name = "af.clean"
    description = "Cleans"
#- app/main.py
from app.jobs.load import Clean, Load
from app.registry import get_registry
def create_app():
    get_registry().register(Clean)
#- steps
af.load | {day: x}
af.clean |
af.laod | {day: x} | unknown-pipeline: af.load
""",
    "names by way of factories in other modules": '''
#- lib/names.py
DOMAIN = "fac"
def name(verb):
    return f"{DOMAIN}.{verb}"
def spec(*names):
    from spine.framework.params import ParamDef, PipelineSpec
    return PipelineSpec(required_params={n: ParamDef(n, str) for n in names})
def one() -> "PipelineSpec":
    """The specification of all."""
    return PipelineSpec(required_params={"day": ParamDef("day", str)})
from spine.framework.params import ParamDef, PipelineSpec
#- lib/jobs.py
from spine.framework import Pipeline, register_pipeline
from lib.names import name, spec, one
@register_pipeline(name("load"))
class Load(Pipeline):
    spec = spec("a", "b")
@register_pipeline(name("clean"))
class Clean(Pipeline):
    spec = one()
#- steps
fac.load | {whatever: 1}
fac.clean | {day: x}
fac.clean | {dya: x} | missing-parameter, unknown-parameter: day
fac.laod | {} | unknown-pipeline: fac.load
''',
    "star imports, with and without `__all__`, and several re-exports": """
#- acme/__init__.py
from acme.api import *
#- acme/api.py
from acme._impl import *
from acme._impl import _hidden as hidden
#- acme/_impl.py
from spine.framework import *
from spine.framework.registry import register_pipeline
from spine.framework.pipelines import Pipeline
from spine.framework.params import ParamDef, PipelineSpec
_hidden = "st"
TABLE = "load"
#- jobs.py
from acme import *
from acme.api import hidden
@register_pipeline(f"{hidden}.{TABLE}")
class Load(Pipeline):
    spec = PipelineSpec(required_params={"day": ParamDef("day", str)})
#- steps
st.load | {day: x}
st.laod | {day: x} | unknown-pipeline: st.load
st.load | {day: 1} | wrong-parameter-type
""",
}
