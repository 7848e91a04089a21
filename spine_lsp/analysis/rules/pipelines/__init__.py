"""Rules about the pipelines of steps and their parameters: one file a rule, as beside this folder."""
