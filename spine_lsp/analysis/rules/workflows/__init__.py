"""The rules of workflows: what the runner does with them that their authors hardly meant."""
