"""Pictures of a graph: Mermaid, DOT, text, SVG, HTML; told everything, they know nothing of files."""
