"""Commands: questions of a group, answered as values, as JSON and as documents."""
