"""The tides."""
