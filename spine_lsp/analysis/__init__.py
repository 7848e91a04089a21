"""Texts and their meaning joined, for a set of files, as one immutable snapshot."""
