"""The questions as tools of the Model Context Protocol: described, checked at the door, answered one at a time."""

import functools
import inspect
import threading
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp_types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError

from core.agents.desk import Desk
from core.agents.questions import PARAMETERS, QUESTIONS, Question
from core.agents.words import INSTRUCTIONS, STRANGERS
from core.errors import MeanderError
from core.settings import DoorSettings
from core.workspace import Workspace, upgrades


class Door(MCPServer[Any]):
    """Refuses with one line: also what it does not know of, which would be left out silently otherwise."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Ask one question; what went wrong is told as the answer."""
        known = {question.__name__: [*inspect.signature(question).parameters][1:] for question in QUESTIONS}
        if name not in known:
            return _refused(f"There is no tool {name[:80]!r}. Choose from {', '.join(known)}.")
        if unknown := [given[:80] for given in arguments if given not in known[name]]:
            takes = ", ".join(known[name]) or "nothing"
            return _refused(f"{name} does not take {', '.join(map(repr, unknown))}. It takes {takes}.")
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError:
            raise
        except ToolError as error:
            return _refused(_told(error))


def _told(error: ToolError) -> str:
    """An error in one line: which argument is wrong and why, or what the engine said."""
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        wrong = ("{}: {}".format(".".join(map(str, each["loc"])), each["msg"]) for each in cause.errors()[:3])
        return f"{'; '.join(wrong)}. See the schema of the tool."
    return str(cause) if isinstance(cause, ToolError) else str(error)


def _refused(line: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=" ".join(line.split()))], is_error=True)


def server(workspace: Workspace, settings: DoorSettings | None = None) -> Door:
    """A server that answers from a workspace."""
    desk, lock = Desk(workspace, settings), threading.Lock()
    made = Door("meander", title="Meander", instructions=INSTRUCTIONS, version=upgrades.PRODUCT, log_level="WARNING")
    for question in QUESTIONS:
        description = f"{inspect.getdoc(question)} {STRANGERS}"
        reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)
        made.add_tool(_tool(question, desk, lock), question.__name__, description=description, annotations=reads)
    return made


def _tool(question: Question, desk: Desk, lock: threading.Lock) -> Question:
    """A question as a tool: without its desk, and after the question before it is answered."""

    @functools.wraps(question)
    def tool(**given: Any) -> dict[str, Any]:
        with lock:
            try:
                return question(desk, **given)
            except MeanderError as error:
                raise ToolError(desk.who.told(error.said)) from error

    parameters = [
        each.replace(annotation=Annotated[each.annotation, Field(description=PARAMETERS[each.name])])
        for each in list(inspect.signature(question).parameters.values())[1:]
    ]
    tool.__signature__ = inspect.Signature(parameters, return_annotation=dict[str, Any])  # type: ignore[attr-defined]
    tool.__annotations__ = {each.name: each.annotation for each in parameters} | {"return": dict[str, Any]}
    return tool
