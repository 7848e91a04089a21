"""The tools over the Model Context Protocol, with its official SDK, which nothing else imports."""

from __future__ import annotations

from typing import Any

import anyio
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from spine_lsp import __version__
from spine_lsp.agents.folder import AgentFolder, RefusedError
from spine_lsp.agents.tools import TOOLS, Tool, answer

_INSTRUCTIONS = (
    "Spine pipeline groups in YAML. `check` after each change; `why` before a dependency is touched; `edit` previews "
    "a diff, and writes with apply=true. Answers are cut: `truncated` and `more` say how to go on."
)


def serve(folder: AgentFolder) -> None:
    """Answer on standard input and output until the client leaves."""
    anyio.run(_serve, folder)


async def _serve(folder: AgentFolder) -> None:
    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_as_type(tool) for tool in TOOLS])

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            text = await anyio.to_thread.run_sync(answer, folder, params.name, params.arguments or {}, limiter=one)
        except RefusedError as exc:
            return types.CallToolResult(content=[types.TextContent(type="text", text=str(exc))], is_error=True)
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)])

    one = anyio.CapacityLimiter(1)  # what is known of the folder is worked out by one at a time
    server: Server[Any] = Server(
        "spine-lsp",
        version=__version__,
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def _as_type(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=tool.description,
        input_schema=tool.schema(),
        annotations=types.ToolAnnotations(
            read_only_hint=tool.reads_only,
            destructive_hint=not tool.reads_only,
            idempotent_hint=tool.reads_only,
            open_world_hint=False,
        ),
    )
