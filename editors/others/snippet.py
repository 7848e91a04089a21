"""Print the fenced block that follows `<!-- snippet: NAME -->` in editors/README.md: what is documented is what is run."""

import re
import sys
from pathlib import Path

page = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
for name in sys.argv[1:]:
    found = re.search(rf"<!-- snippet: {re.escape(name)} -->\n```\w+\n(.*?)\n```", page, re.DOTALL)
    if found is None:
        sys.exit(f"editors/README.md has no snippet {name}")
    print(found[1])
