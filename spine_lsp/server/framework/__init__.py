"""pygls behind one door, and the only importer of it.

The endpoint knows `desk`, `feed`, `cancel`, `cancel_all`, `changed` and `forget` of a `SpineProtocol`; handlers know
`SpineServer` and the two errors. pygls gives us a table of handlers, typed params, and requests to the client. Where
it does less than a server needs we override it, and with that methods that it does not promise to keep: so its version
has a close upper bound, and each override has a test that fails without it.

| override | what pygls does | test |
|---|---|---|
| `__init__` | refuses a progress token that is used again (607) | `test_progress_leaves_no_tokens` |
| `structure_message` | takes params that look like one for a message | `test_custom_params_arrive_as_they_are` |
| `_execute_handler` | keeps the future of every notification | `test_nothing_grows` |
| `_send_handler_result` | sends tracebacks to the client | `test_strict_session_makes_faults_errors` |
| `_send_response` | leaves a result that is no JSON unanswered | `test_unencodable_result` |
| `_send_data` | writes past our outbox | `test_only_frames_reach_standard_output` |
| `send_request` | keeps requests that are never answered | `test_a_client_that_never_answers_costs_a_bounded_memory` |
| `report_server_error` | opens a pop-up for every odd message | `test_unknown_and_bad_notifications_are_silent` |

Besides, `lenient_converter` makes its converter keep enum values that lsprotocol does not know (438).
"""

from __future__ import annotations

from pygls.exceptions import JsonRpcException as RefusedError, JsonRpcInvalidParams as InvalidParamsError

from spine_lsp.server.framework.server import SpineServer, create_framework

__all__ = ["InvalidParamsError", "RefusedError", "SpineServer", "create_framework"]
