"""The command line: serve, check, plan, graph, rules, schema, doctor."""

# Both are imported since Python started. Nothing else is imported before `main` has put the search path right, not
# even `__future__`.
import os
import sys


def main() -> None:
    """Run the command `spine-lsp` and exit.

    What editors start, `serve` over standard input and output, goes past the command line library: its import is
    a third of the time to the first answer.
    """
    _forget_the_working_folder()
    try:
        if sys.argv[1:] in (["serve"], ["serve", "--stdio"]):
            from spine_lsp.cli.serving import serve_and_exit

            serve_and_exit()
        _collect_seldom()
        from spine_lsp.cli.command_line import main as run

        run()
    except KeyboardInterrupt:  # while something is imported; elsewhere it is met where it happens
        if sys.stderr is not None:
            sys.stderr.write("interrupted\n")
        sys.exit(130)


def _collect_seldom() -> None:
    """Let the collector of garbage look at what is loaded hardly ever: nearly all of it stays until the end.

    Else a fifth of the time of `check` of a file is spent on looking for garbage, at the end once more.
    """
    import atexit
    import gc

    gc.set_threshold(50_000, 20, 20)
    atexit.register(gc.freeze)


def _forget_the_working_folder() -> None:
    """Take the working folder from the places that modules come from: its files are read and never run.

    `python -m` puts it first, and an empty entry or a dot in PYTHONPATH somewhere.
    """
    try:
        here = os.getcwd()  # noqa: PTH109 - pathlib is not to be imported yet
    except OSError:  # it was deleted
        here = ""
    if sys.path and sys.path[0] in ("", here):
        del sys.path[0]
    for entry in os.environ.get("PYTHONPATH", "/").split(os.pathsep):
        if entry in ("", ".") and here in sys.path:
            sys.path.remove(here)
