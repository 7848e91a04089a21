"""`spine-lsp mcp`: answers agents over the Model Context Protocol, on standard input and output."""

from __future__ import annotations

import click

from spine_lsp.cli import exits
from spine_lsp.cli.output import CannotRunError, write_json


@click.command()
@click.argument("folder", default=".", metavar="[FOLDER]")
@click.option("--list-tools", is_flag=True, help="Print the tools as JSON, and serve nothing.")
def command(*, folder: str, list_tools: bool) -> int:
    """Serve the tools for agents in FOLDER (default: the working folder), over standard input and output.

    Nothing outside of FOLDER is read, nothing is run or fetched, and a file is only changed by `edit` with `apply`.
    The official SDK is needed: pip install 'spine-lsp[mcp]'.

    \b
    Exit code 0: served until the client left
              2: could not run: FOLDER is no folder, the SDK is not installed

    \b
    Examples:
      spine-lsp mcp
      spine-lsp mcp services/prices
      claude mcp add spine -- spine-lsp mcp
    """
    from spine_lsp.agents.folder import AgentFolder, RefusedError
    from spine_lsp.agents.tools import TOOLS, as_json

    if list_tools:
        write_json([as_json(tool) for tool in TOOLS])
        return exits.OK
    try:
        place = AgentFolder(folder)
    except RefusedError as exc:
        raise CannotRunError(str(exc)) from None
    try:
        from spine_lsp.agents.serving import serve
    except ImportError as exc:
        raise CannotRunError(
            f"the SDK of the Model Context Protocol is missing ({exc.name}): pip install 'spine-lsp[mcp]'"
        ) from None
    serve(place)
    return exits.OK
