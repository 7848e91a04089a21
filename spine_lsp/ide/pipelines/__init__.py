"""What the editor says of pipelines and parameters, which live in Python: described, found, renamed and made."""
