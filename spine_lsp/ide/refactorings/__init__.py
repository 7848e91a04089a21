"""Rewritings of a group that keep its graph, or change it in one stated way, and keep every comment."""
