"""Edits of a group that fixes and rewritings share, and the trial that each edit has to pass before it is offered."""
