"""`spine-lsp serve`: the language server."""

from __future__ import annotations

import click

from spine_lsp.cli import exits


@click.command()
@click.option("--stdio", is_flag=True, help="Talk over standard input and output (the default).")
@click.option(
    "--tcp",
    "port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Listen on 127.0.0.1:PORT instead, for one client.",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    show_default=True,
    help="What is logged.",
)
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Log to FILE instead of standard error.",
)
def command(*, stdio: bool, port: int | None, log_level: str, log_file: str | None) -> int:
    """Run the language server, for editors.

    \b
    Exit code 0: the client shut it down
              1: the client left without that
              2: could not run

    \b
    Examples:
      spine-lsp serve
      spine-lsp serve --tcp 7658 --log-level debug --log-file spine-lsp.log
    """
    if stdio and port is not None:
        raise click.UsageError("choose one of --stdio and --tcp")
    from spine_lsp.cli.serving import serve_and_exit

    try:
        serve_and_exit(port, log_level, log_file)
    except SystemExit as exc:  # the code is answered, as by every command
        return exc.code if isinstance(exc.code, int) else exits.CANNOT_RUN
