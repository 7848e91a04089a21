"""`spine-lsp completion`: the completion of a shell, written to where that looks for it."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import click

from spine_lsp.cli import exits
from spine_lsp.cli.output import CannotRunError, note, write, write_raw
from spine_lsp.disk.writing import replace_content
from spine_lsp.printable import printable
from spine_lsp.user_folders import xdg_folder

_MARK = "# Made by `spine-lsp completion`, which replaces it."
_LINE_MARK = "# spine-lsp completion"


class _Shell(NamedTuple):
    file: Callable[[], Path]
    then: str
    rc: Callable[[], Path] | None = None


def _data() -> Path:
    return xdg_folder("XDG_DATA_HOME", ".local/share")


def _bash() -> Path:
    return xdg_folder("BASH_COMPLETION_USER_DIR", str(_data() / "bash-completion")) / "completions" / "spine-lsp"


_SHELLS = {
    "bash": _Shell(_bash, "bash-completion loads it in every new shell"),
    "zsh": _Shell(
        lambda: _data() / "spine-lsp" / "completion.zsh",
        "every new shell has it",
        lambda: Path(os.environ.get("ZDOTDIR") or Path.home()) / ".zshrc",
    ),
    "fish": _Shell(
        lambda: xdg_folder("XDG_CONFIG_HOME", ".config") / "fish" / "completions" / "spine-lsp.fish",
        "every new shell has it",
    ),
}


@click.command()
@click.argument("shell", type=click.Choice(list(_SHELLS)), required=False)
@click.option("--print", "printed", is_flag=True, help="Print the script, and write nothing.")
@click.pass_context
def command(ctx: click.Context, shell: str | None, *, printed: bool) -> int:
    """Install completion for a shell, by default that of SHELL: commands, options, and the steps of `--steps`.

    It says which files it writes; what it wrote once is replaced, and nothing else is.

    \b
    Exit code 0: written, or as it should be already
              2: could not run: no known shell, a file that cannot be written or is not ours

    \b
    Examples:
      spine-lsp completion
      spine-lsp completion zsh
      eval "$(spine-lsp completion bash --print)"
    """
    name = shell or Path(os.environ.get("SHELL", "")).name
    if name not in _SHELLS:
        raise CannotRunError(f"name the shell: {', '.join(_SHELLS)}")
    script = f"{_MARK}\n{_script(ctx, name)}"
    if printed:
        write_raw(script)
        return exits.OK
    written = list(_install(_SHELLS[name], script))
    for path in written:
        write(f"{printable(str(path))} written\n")
    note(_SHELLS[name].then if written else f"completion for {name} is installed already")
    return exits.OK


def _script(ctx: click.Context, name: str) -> str:
    from click.shell_completion import ShellComplete, get_completion_class

    kind = get_completion_class(name)
    assert kind is not None  # click knows the three
    made = kind(ctx.find_root().command, {}, "spine-lsp", "_SPINE_LSP_COMPLETE")
    return ShellComplete.source(made).strip() + "\n"  # that of bash would start bash to ask for its version


def _install(shell: _Shell, script: str) -> Iterator[Path]:
    """Write the script and what loads it; yields each file that was not so already."""
    file = shell.file()
    before = _text(file)
    if before is not None and not before.startswith(_MARK):
        raise CannotRunError(f"{file} is not of this command; move it away, or use --print")
    if before != script:
        yield _write(file, script)
    if shell.rc is None:
        return
    rc = shell.rc()
    source = shlex.quote(str(file))
    load = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }"
    line = f"[[ -r {source} ]] && {{ {load}; source {source}; }} {_LINE_MARK}"
    old = _text(rc) or ""
    if f"{line}\n" not in old:
        kept = "".join(each for each in re.findall(r"[^\n]*\n|[^\n]+", old) if _LINE_MARK not in each)
        end = "" if not kept or kept.endswith("\n") else "\n"
        yield _write(rc, f"{kept}{end}{line}\n")


def _text(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise CannotRunError(f"cannot read {path}: {exc.strerror or exc}") from None


def _write(path: Path, text: str) -> Path:
    """Write a file, through a link to where it leads; raises CannotRunError, and then it is as it was."""
    data = text.encode(errors="surrogateescape")
    try:
        if path.exists():
            replace_content(str(path), data)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as exc:
        raise CannotRunError(f"cannot write {path}: {exc.strerror or exc}") from None
    return path
