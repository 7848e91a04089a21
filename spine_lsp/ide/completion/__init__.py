"""Completion: what may stand at the cursor, and the items for it."""
