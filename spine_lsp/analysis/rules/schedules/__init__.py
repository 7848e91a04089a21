"""The rules of schedules: what keeps one from running when its author meant it to."""
