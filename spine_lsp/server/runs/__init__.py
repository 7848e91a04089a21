"""Runs that are started from the editor: the runner is a process of its own, and its events reach the client."""
