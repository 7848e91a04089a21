"""Runs pipelines for a runner: plain files for the user's interpreter, Python 3.9 or later, started by their path.

Nothing of spine-lsp and no library is imported here, for the user's interpreter has none of them.
"""
