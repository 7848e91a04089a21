"""`python -m spine_lsp` is the command `spine-lsp`."""

# No `from __future__` here: the working folder is still among the places that modules come from.
from spine_lsp.cli import main

if __name__ == "__main__":
    main()
