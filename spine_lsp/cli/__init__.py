"""The command line: serve, check, plan, graph, rules, schema."""
