"""`spine-lsp init`: a first pipeline group, asked for or told by options, in a file that is new."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

import click

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.findings import Severity
from spine_lsp.cli import exits
from spine_lsp.cli.output import CannotRunError, is_terminal, note, write, write_json
from spine_lsp.orchestration.kinds import GROUP
from spine_lsp.orchestration.problems import did_you_mean, meant
from spine_lsp.orchestration.vocabulary import API_VERSION, API_VERSION_KEY, KIND_KEY
from spine_lsp.orchestration.yaml_writer import dump
from spine_lsp.printable import printable
from spine_lsp.syntax.text import Text


class _Step(NamedTuple):
    name: str
    pipeline: str
    after: tuple[str, ...]


@click.command()
@click.argument("file", metavar="[FILE]", required=False)
@click.option("--name", metavar="NAME", help="What the group is called; by default as FILE.")
@click.option(
    "--step",
    "steps",
    multiple=True,
    metavar="NAME[=PIPELINE]",
    help="A step, and what it runs (by default GROUP.NAME); repeated, in the order of the file.",
)
@click.option(
    "--after",
    multiple=True,
    metavar="NAME=STEP,...",
    help="What a step waits for; without any --after each step waits for the one before it.",
)
@click.option("--json", "json", is_flag=True, help="Print one JSON object.")
def command(*, file: str | None, name: str | None, steps: tuple[str, ...], after: tuple[str, ...], json: bool) -> int:
    """Write a first pipeline group into FILE (default: group.yaml), which must not exist.

    On a terminal it asks for what no option says; elsewhere, and with --step, it asks nothing. What it writes has
    been checked: a group with a cycle or a missing step is refused.

    \b
    Exit code 0: written
              2: could not run: FILE exists, the group would be broken

    \b
    Examples:
      spine-lsp init
      spine-lsp init daily.yaml --name prices.daily --step fetch=prices.fetch --step report
      spine-lsp init daily.yaml --step a --step b --step c --after c=a,b
    """
    asked = is_terminal(sys.stdin) and is_terminal(sys.stderr) and not steps and not json
    if asked and file is None:
        file = _ask("File", "group.yaml")
    path = Path(file or "group.yaml")
    if path.suffix.lower() not in (".yaml", ".yml"):
        path = path.with_name(f"{path.name}.yaml") if path.name else path
    if path.exists() or path.is_symlink():
        raise CannotRunError(f"{path} exists; nothing is overwritten")
    if asked and name is None:
        name = _ask("Group", path.stem)
    group = name or path.stem
    text = _text(group, _asked_steps(group) if asked else _told(group, steps, after))
    try:
        with path.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError:
        raise CannotRunError(f"{path} exists; nothing is overwritten") from None
    except OSError as exc:
        raise CannotRunError(f"cannot write {path}: {exc.strerror or exc}") from None
    if json:
        write_json({"version": 1, "file": str(path), "group": group, "text": text})
        return exits.OK
    write(f"{printable(str(path))} written\n")
    note(
        f"next: `spine-lsp plan {shlex.quote(str(path))}` shows its order, `spine-lsp check` its faults, an editor both"
    )
    return exits.OK


def _ask(what: str, default: str = "") -> str:
    with redirect_stdout(sys.stderr):  # click before 8.2 writes a part of the prompt there, whatever `err` says
        answer: str = click.prompt(what, default=default, show_default=bool(default), err=True)
    return answer.strip()


def _asked_steps(group: str) -> list[_Step]:
    """The steps that somebody types, one after the other; what cannot be is asked again."""
    note("Its steps, in the order of the file; nothing ends the list.")
    made: list[_Step] = []
    names: list[str] = []
    while name := _ask(f"Step {len(made) + 1}"):
        if name in names:
            note(f"there is a step `{name}` already")
            continue
        pipeline = _ask("  runs the pipeline", f"{group}.{name}")
        while names:
            after = _names(_ask("  waits for (names and commas, `-` for nothing)", names[-1]))
            wrong = [each for each in after if each not in names]
            if not wrong:
                break
            note(f"no step above is called `{wrong[0]}`{meant(did_you_mean(wrong[0], names))}")
        else:
            after = ()
        made.append(_Step(name, pipeline, after))
        names.append(name)
    return made or _told(group, (), ())


def _told(group: str, steps: Iterable[str], after: Iterable[str]) -> list[_Step]:
    """The steps of the options; without any, two as an example."""
    waits: dict[str, tuple[str, ...]] = {}
    for each in after:
        name, equals, others = each.partition("=")
        if not equals:
            raise click.BadParameter(f"`{each}` is not of the form NAME=STEP,...", param_hint="--after")
        waits[name.strip()] = (*waits.get(name.strip(), ()), *_names(others))
    made: list[_Step] = []
    for each in steps or ("fetch", "publish"):
        name, _, pipeline = (part.strip() for part in each.partition("="))
        before = waits.get(name, ()) if waits else tuple(step.name for step in made[-1:])
        made.append(_Step(name, pipeline or f"{group}.{name}", before))
    names = [step.name for step in made]
    for name in waits:
        if name not in names:
            raise click.BadParameter(
                f"no --step is called `{name}`{meant(did_you_mean(name, names))}", param_hint="--after"
            )
    return made


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()) and name != "-")


def _text(group: str, steps: list[_Step]) -> str:
    """The group as YAML. Raises CannotRunError for one that could not run."""
    made = [
        {"name": step.name, "pipeline": step.pipeline} | ({"depends_on": list(step.after)} if step.after else {})
        for step in steps
    ]
    head = {API_VERSION_KEY: API_VERSION, KIND_KEY: GROUP.name}
    text = dump({**head, "metadata": {"name": group, "version": 1}, "spec": {"pipelines": made}})
    for finding in diagnose(Document.read("file:///new.yaml", None, Text(text))):
        if finding.severity is Severity.ERROR:
            raise CannotRunError(f"nothing is written: {finding.message}")
    return text
