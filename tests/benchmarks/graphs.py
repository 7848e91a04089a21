"""The generated groups: one graph for all servers, written in the format that each of them reads."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isqrt

VERBS = (
    "ingest",
    "validate",
    "normalize",
    "enrich",
    "merge",
    "aggregate",
    "rank",
    "score",
    "publish",
    "store",
)
TOPICS = ("otc_week", "ats_summary", "firm_volume", "symbol_map", "tier_totals", "venue_share", "calendar")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the graph, and the names it waits for."""

    name: str
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A word of a generated file: line and column count from 0, all text is ASCII."""

    line: int
    column: int
    length: int


@dataclass(frozen=True, slots=True)
class Generated:
    """A file for one server, and where the words are that the measurements edit and ask about."""

    lines: tuple[str, ...]
    names: frozenset[str]
    edges: int
    edited: Place
    """The name, in the middle of the file, of a step that others wait for."""
    dependencies: tuple[Place, ...]

    @property
    def text(self) -> str:
        """The whole file."""
        return "\n".join(self.lines) + "\n"


Render = Callable[[Sequence[Step]], Generated]


def layered(count: int) -> list[Step]:
    """A sound graph of `count` steps in about √count layers, with about three edges a step.

    Most edges lead to the layer before, some to an earlier one; a step's file position follows its layer.
    The same count gives the same graph, always.
    """
    dice = random.Random(count)
    width = max(2, isqrt(count))
    layers: list[list[str]] = []
    steps: list[Step] = []
    for number in range(count):
        if number % width == 0:
            layers.append([])
        depth = len(layers) - 1
        waits_for: list[str] = []
        if depth:
            before = layers[depth - 1]
            waits_for = dice.sample(before, min(3, len(before)))
            if depth > 1 and dice.random() < 0.3:
                waits_for[-1] = dice.choice(layers[dice.randrange(depth - 1)])
        name = f"{VERBS[depth % len(VERBS)]}_{TOPICS[number % len(TOPICS)]}_{number:05d}"
        layers[-1].append(name)
        steps.append(Step(name, tuple(waits_for)))
    return steps


# -- the formats --------------------------------------------------------------------------------------


def group(steps: Sequence[Step]) -> Generated:
    """A Spine pipeline group."""
    page = _Page(
        "apiVersion: spine.io/v1",
        "kind: PipelineGroup",
        "metadata:",
        "  name: finra.weekly_refresh",
        "  domain: finra.otc_transparency",
        "  version: 1",
        "  tags: [finra, weekly]",
        "spec:",
        "  defaults:",
        '    tier: "{{ params.tier }}"',
        "  pipelines:",
    )
    for number, step in enumerate(steps):
        verb = step.name.split("_")[0]
        page.name("    - name: ", step)
        page.line(f"      pipeline: finra.otc_transparency.{verb}_week")
        page.flow("      depends_on: ", step)
        week = '"{{ params.week_ending }}"'
        page.line(f"      params: {{source: s3, week_ending: {week}, batch_size: {500 + number % 7}}}")
    page.line("  policy:", "    execution: parallel", "    max_concurrency: 4", "    on_failure: stop")
    return page.finish(steps)


def workflow(steps: Sequence[Step]) -> Generated:
    """A GitHub Actions workflow: jobs with `needs`."""
    page = _Page("name: weekly refresh", "on:", "  workflow_dispatch:", "permissions: {}", "jobs:")
    for step in steps:
        page.name("  ", step, ":")
        page.line("    runs-on: ubuntu-latest")
        page.flow("    needs: ", step)
        page.line("    steps:", f"      - run: ./run.sh {step.name.split('_')[0]} --source s3")
    return page.finish(steps)


def compose(steps: Sequence[Step]) -> Generated:
    """A Compose file: services with `depends_on`."""
    page = _Page("name: weekly", "services:")
    for step in steps:
        page.name("  ", step, ":")
        page.line(f"    image: example.org/finra/{step.name.split('_')[0]}:1.4")
        page.block("    depends_on:", "      - ", step)
        page.line("    environment:", '      SOURCE: "s3"', '      WEEK_ENDING: "${week_ending}"')
    return page.finish(steps)


def azure(steps: Sequence[Step]) -> Generated:
    """An Azure pipeline: jobs with `dependsOn`."""
    page = _Page("trigger: none", "jobs:")
    for step in steps:
        page.name("- job: ", step)
        page.flow("  dependsOn: ", step)
        page.line("  pool:", "    vmImage: ubuntu-latest")
        page.line("  steps:", f"  - script: ./run.sh {step.name.split('_')[0]} --source s3")
    return page.finish(steps)


class _Page:
    """Lines that are being written, with the places of names and dependencies."""

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)
        self._names: list[Place] = []
        self._dependencies: list[Place] = []

    def line(self, *lines: str) -> None:
        self._lines += lines

    def name(self, before: str, step: Step, after: str = "") -> None:
        self._names.append(self._word(before, step.name))
        self._lines.append(before + step.name + after)

    def flow(self, key: str, step: Step) -> None:
        if not step.waits_for:
            return
        written = f"{key}["
        for number, name in enumerate(step.waits_for):
            written += ", " if number else ""
            self._dependencies.append(self._word(written, name))
            written += name
        self._lines.append(written + "]")

    def block(self, key: str, dash: str, step: Step) -> None:
        if step.waits_for:
            self._lines.append(key)
        for name in step.waits_for:
            self._dependencies.append(self._word(dash, name))
            self._lines.append(dash + name)

    def finish(self, steps: Sequence[Step]) -> Generated:
        wanted = set(chain.from_iterable(step.waits_for for step in steps))
        middle = len(steps) // 2
        by_distance = sorted(range(len(steps)), key=lambda number: abs(number - middle))
        edited = next((number for number in by_distance if steps[number].name in wanted), 0)
        return Generated(
            tuple(self._lines),
            frozenset(step.name for step in steps),
            sum(len(step.waits_for) for step in steps),
            self._names[edited],
            tuple(self._dependencies),
        )

    def _word(self, before: str, word: str) -> Place:
        return Place(len(self._lines), len(before), len(word))
