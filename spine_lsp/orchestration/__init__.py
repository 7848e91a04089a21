"""What a pipeline group means: its order, its faults, its plan. Knows no positions and no editor."""
