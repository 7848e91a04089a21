"""Formatting: of a file, of a range, and while typing."""
