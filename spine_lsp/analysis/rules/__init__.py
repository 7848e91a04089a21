"""One file a rule: code, severity, documentation, check and fixes together."""
