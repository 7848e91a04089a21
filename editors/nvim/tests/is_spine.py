"""Say of each YAML text on standard input, a JSON object by name, whether the server takes it for a pipeline group."""

import json
import sys

from spine_lsp.analysis.document import Document
from spine_lsp.syntax.text import Text

texts = json.load(sys.stdin)
json.dump({name: Document.read(name, 1, Text(text)).is_spine for name, text in texts.items()}, sys.stdout)
