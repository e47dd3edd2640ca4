"""The page of what is proved of the backups, for people."""

import datetime as dt
from collections.abc import Sequence

from ops.backup_evidence.evidence import Evidence
from ops.page.content import Content, Verdict


def evidence_page(found: Sequence[Evidence], *, uncovered: Sequence[str], now: dt.datetime) -> Content:
    """Return each source with its proof or with what is missing, and what no source covers."""
    bad = [each for each in found if each.faults]
    missing = len(bad) + len(uncovered)
    words = f"{missing} of {len(found) + len(uncovered)} not proved" if missing else f"{len(found)} sources proved"
    return Content(
        title="Backups",
        verdict=f"{words}, {now:%Y-%m-%d %H:%M} UTC",
        good=not missing,
        verdicts=[
            *(Verdict(name=each.name, word="not proved", text="\n".join(each.faults)) for each in bad),
            *(Verdict(name=fault.partition(": ")[0], word="not covered", text=fault) for fault in uncovered),
            *(
                Verdict(name=each.name, word=each.proof, text=f"archive of {each.time}, {each.size:,} bytes")
                for each in found
                if not each.faults
            ),
        ],
    )
