"""What a terminal is shown beside the answer, and how lines keep to its width."""
