"""Where things are in a text: lines, columns, a positioned YAML tree. Knows YAML, not pipelines."""
