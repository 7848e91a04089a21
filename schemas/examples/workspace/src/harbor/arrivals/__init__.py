"""The calls of ships."""
