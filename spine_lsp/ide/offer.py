"""What the features offer by name. It imports nothing, so that the server's first answer can say it.

Tokens and kinds of actions have the protocol's own names, so that themes and menus know them.
"""

from __future__ import annotations

TOKEN_TYPES = (
    "namespace",  # the name of a group
    "function",  # a step: its name, and each dependency on it
    "class",  # a pipeline
    "property",  # a key
    "parameter",  # a parameter: its key, and its name in a template
    "variable",  # an anchor or alias, and `params` in a template
    "enumMember",  # a value out of a fixed set
    "string",
    "number",
    "keyword",  # true, false and null
    "operator",  # the braces of a template
)
TOKEN_MODIFIERS = ("declaration",)

QUICK_FIX = "quickfix"
REWRITE = "refactor.rewrite"
FIX_ALL = "source.fixAll.spine"
SORT_STEPS = "source.sortSteps.spine"
ACTION_KINDS = (QUICK_FIX, REWRITE, FIX_ALL, SORT_STEPS)

COMPLETION_TRIGGERS = ("[", " ", ".", '"', "'")
"""Not `:`, `-`, `{` and `,`: after these the line may end, and the list that they opened would take the Enter."""

FORMATTING_TRIGGER = "\n"
"""The character after which formatting has something to say."""

SHOW_RESOLVED_ORDER = "spine.showResolvedOrder"
GRAPH = "spine.graph"
COMPARE_GRAPH = "spine.compareGraph"
EXPLAIN_PATH = "spine.explainPath"
SIMULATE = "spine.simulate"
RENDER_GRAPH = "spine.renderGraph"
LIST_GROUPS = "spine.listGroups"
EDIT_GRAPH = "spine.editGraph"
SELECT = "spine.select"
DOCTOR = "spine.doctor"
RUN = "spine.run"
CANCEL_RUN = "spine.cancelRun"
RUNS = "spine.runs"
RUN_DETAILS = "spine.runDetails"
RUN_PARAMETERS = "spine.runParameters"
OPEN_RESOLVED_ORDER = "spine.openResolvedOrder"
OPEN_GRAPH = "spine.openGraph"
OPEN_EFFECTIVE = "spine.openEffective"
OPEN_EXPECTATIONS = "spine.openExpectations"
APPLY_ACTION = "spine.applyAction"
CREATE_PIPELINE = "spine.createPipeline"
CHOOSE_PIPELINE_FILE = "spine.client.createPipeline"
"""A command of clients: asks for the file, and then the server."""
COMMANDS = (
    SHOW_RESOLVED_ORDER,
    GRAPH,
    COMPARE_GRAPH,
    EXPLAIN_PATH,
    SIMULATE,
    RENDER_GRAPH,
    LIST_GROUPS,
    EDIT_GRAPH,
    SELECT,
    DOCTOR,
    OPEN_RESOLVED_ORDER,
    OPEN_GRAPH,
    OPEN_EFFECTIVE,
    OPEN_EXPECTATIONS,
    APPLY_ACTION,
    CREATE_PIPELINE,
    RUN,
    CANCEL_RUN,
    RUNS,
    RUN_DETAILS,
    RUN_PARAMETERS,
)

LIVE_SCHEMES = LIVE_ORDER, LIVE_GRAPH, LIVE_EFFECTIVE, LIVE_RULE = (
    "spine-order",
    "spine-graph",
    "spine-effective",
    "spine-rule",
)
"""The schemes of the documents that the server makes."""
