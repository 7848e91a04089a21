"""Quick fixes: one file for each family of rules, and the text surgery they share."""
