"""`spine-lsp serve`: the language server."""

from __future__ import annotations

import click


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
def command(stdio: bool, port: int | None, log_level: str, log_file: str | None) -> None:
    """Run the language server, for editors.

    Exit code 0 after a regular shutdown, 1 when the client left without one.
    """
    from spine_lsp.server.logs import configure_logging
    from spine_lsp.server.serve import leave, serve

    if stdio and port is not None:
        raise click.UsageError("choose one of --stdio and --tcp")
    try:
        configure_logging(log_level, log_file)
    except OSError as exc:
        raise click.UsageError(f"cannot write the log file {log_file}: {exc.strerror or exc}") from None
    try:
        leave(serve(port))
    except OSError as exc:
        raise click.UsageError(f"cannot listen on 127.0.0.1:{port}: {exc.strerror or exc}") from None
