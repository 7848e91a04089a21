"""The commands `run` and `runs`: what a run needs, how it is shown, and what the history says of it."""
