"""Certificates that this machine trusts, and when they end."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from ops.machine.finding import Finding

LAB_ROOT = Path("/etc/ssl/certs/lab-root.pem")
SOON = timedelta(days=30)
FIX = "see docs/runbooks/certificates.md"


def certificates(files: Sequence[Path] = (LAB_ROOT,), *, now: datetime | None = None) -> Finding:
    """Name each certificate of *files* that has ended or ends soon; a file that is not there is no fault."""
    moment, wrong, ends = now or datetime.now(UTC), [], []
    for file in files:
        if not file.exists():
            continue
        try:
            found = x509.load_pem_x509_certificates(file.read_bytes())
        except ValueError:
            wrong.append(f"{file} holds no certificate as PEM text")
            continue
        for each in found:
            ends.append(each.not_valid_after_utc)
            if each.not_valid_after_utc - moment < SOON:
                verb = "has ended" if each.not_valid_after_utc <= moment else "ends"
                wrong.append(f"{file} {verb} on {each.not_valid_after_utc:%Y-%m-%d}")
    if wrong:
        return Finding(name="certificates", found="; ".join(wrong), ok=False, needed=False, fix=FIX)
    text = f"the first of {len(ends)} ends on {min(ends):%Y-%m-%d}" if ends else "none of the lab on this machine"
    return Finding(name="certificates", found=text, ok=True, needed=False)
