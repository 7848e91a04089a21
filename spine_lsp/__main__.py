"""`python -m spine_lsp` is the command `spine-lsp`."""

from spine_lsp.cli import main

if __name__ == "__main__":
    main()
