"""Quick fixes: one file for each family of rules."""
