"""Runs the command line: `python -m spine_lsp`."""

from spine_lsp.cli import main

if __name__ == "__main__":
    main()
