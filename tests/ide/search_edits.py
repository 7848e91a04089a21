"""Looks for texts on which an offered edit does harm: `python -m tests.ide.search_edits FIRST_SEED COUNT [--refused]`.

With `--refused` it also counts the edits that the trial kept from being offered, by title: each could be made better.
"""

from __future__ import annotations

import random
import sys
import traceback
from collections import Counter
from collections.abc import Sequence

from spine_lsp.analysis.findings import Finding
from spine_lsp.ide.edits.trial import Trial
from spine_lsp.syntax.text import Edit
from tests.ide.edit_checks import check_actions, check_formatting, check_renames
from tests.ide.texts import any_text


def main(first: int, count: int, *, refused: bool) -> None:
    """Try the texts of some seeds, and say what went wrong, each kind once with its text."""
    say = sys.stdout.write
    faults_of: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    refusals = count_refusals() if refused else Counter()
    for seed in range(first, first + count):
        rng = random.Random(seed)
        source = any_text(rng)
        try:
            for check in (check_actions, check_renames, check_formatting):
                for title, faults in check(rng, source):
                    tried[check.__name__] += 1
                    for fault in faults:
                        key = f"{title.split('@')[0].split('`')[0]} / {fault[:60]}"
                        faults_of[key] += 1
                        if faults_of[key] == 1:
                            say(f"--- seed {seed}: {title}\n    {fault}\n{source!r}\n")
        except Exception:
            faults_of["raised"] += 1
            say(f"--- seed {seed} raised\n{source!r}\n{traceback.format_exc()[-1500:]}\n")
    say(f"{dict(tried)}: {faults_of.total()} faults\n")
    for counted in (faults_of, refusals):
        for key, number in counted.most_common(60):
            say(f"{number:6} {key}\n")


def count_refusals() -> Counter[str]:
    """The codes and first edits that trials refuse from now on."""
    refusals: Counter[str] = Counter()
    judge = Trial._judge

    def counting(self: Trial, edits: Sequence[Edit], finding: Finding | None) -> bool:
        verdict = judge(self, edits, finding)
        if not verdict:
            frame = sys._getframe(3)
            title = frame.f_locals.get("title", frame.f_code.co_name)
            what = finding.code if finding is not None else "no finding"
            refusals[f"refused: {str(title).split('`')[0]} ({what} {finding.kind if finding else ''})"] += 1
            if refusals.total() % 97 == 0:
                sys.stdout.write(f"... refused: {title} {edits}\n{self.document.text.source!r}\n")
        return verdict

    Trial._judge = counting  # type: ignore[method-assign]  # a probe, for this run alone
    return refusals


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), refused="--refused" in sys.argv)
