"""Pictures of a pipeline graph: text for terminals, Mermaid, DOT and a page for the browser."""
