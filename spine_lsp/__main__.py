"""`python -m spine_lsp` is the command `spine-lsp`."""

from spine_lsp.cli.main import main

main()
