"""The words that a workflow has beside those of a group."""

from __future__ import annotations

WORKFLOW_KIND = "Workflow"
RUNNER = "spine-core 0.4"

TYPE, OPERATION, CONFIG = "type", "operation", "config"
HANDLER_REF, CONDITION_REF = "handler_ref", "condition_ref"
HANDLER, CONDITION = "handler", "condition"
THEN_STEP, ELSE_STEP = "then_step", "else_step"
DURATION_SECONDS, ITEMS_PATH, ITERATOR_WORKFLOW = "duration_seconds", "items_path", "iterator_workflow"
ON_ERROR, TIMEOUT_SECONDS = "on_error", "timeout_seconds"
EXECUTION_POLICY, MODE = "execution_policy", "mode"
"""What `Workflow.to_dict` calls the policy, and what it calls `execution`."""

LAMBDA, CHOICE, WAIT, MAP = "lambda", "choice", "wait", "map"
"""Values of `type` that both dialects have; the fifth is `operation` in the newer one, `pipeline` in the older."""

THEN, ELSE = "then", "else"
"""What a branch is called where it is drawn."""
