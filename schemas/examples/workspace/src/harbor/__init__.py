"""The calls of ships, the tides, and what is reported of them."""
