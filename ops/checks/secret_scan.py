"""Check: no file of the checkout holds a secret."""

import math
import re
from collections import Counter
from pathlib import Path

from ops.checks.source_files import source_files

ALLOWED = re.compile(r"secret-scan: allow \S+ \S+")
"""Marks a line that only looks like a secret; two words of reason at least."""

KINDS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "age key": re.compile(r"AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
    "cloud access key": re.compile(r"\b(?:AKIA|ASIA|GOOG1E)[A-Z0-9]{16,}"),
    "Google API key": re.compile(r"\bAIza[A-Za-z0-9_-]{35}"),
    "forge token": re.compile(r"\b(?:gh[opsu]_[A-Za-z0-9]{36}|github_pat_\w{60,}|glpat-[\w-]{20})"),
    "Vault token": re.compile(r"\bhv[sbr]\.[A-Za-z0-9_-]{24,}"),
    "Pulumi token": re.compile(r"\bpul-[0-9a-f]{40}\b"),
    "JSON web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "password in an address": re.compile(r"\b[a-z][a-z0-9+]*://[^\s:/@{}$<\"']+:(?P<value>[^\s/@{}$<\"']{8,})@"),
    "assigned secret": re.compile(
        r"(?i)\b[\w-]*(?:password|passwd|passphrase|secret|token|api_?key|access_?key|credential)s?[\w-]*[\"']?"
        r"\s*(?:[:=]|=>|:=)\s*[\"']?(?P<value>[A-Za-z0-9+/=_.~-]{16,})[\"']?\s*(?:[,;)}\]#]|$)",
    ),
}
PUBLIC = {"4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"}
"""Pulumi's mark of a secret and its key: constants of the protocol, the same for everybody."""

LEAST_BITS = 3.5
"""Entropy per character from which a value looks drawn by lot; words and paths stay below it or have no digit."""

LARGEST = 2_000_000


def secret_scan(root: Path) -> list[str]:
    """Return the place and the kind of each secret, never the secret."""
    findings = []
    for path in source_files(root):
        content = path.read_bytes()[:LARGEST]
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
            kinds = [kind for kind, pattern in KINDS.items() if _holds(pattern, line)]
            if kinds and not ALLOWED.search(line):
                findings.append(f"{path.relative_to(root)}:{number}: {kinds[0]}: take it out and make a new one")
    return findings


def _holds(pattern: re.Pattern[str], line: str) -> bool:
    return any(
        "value" not in pattern.groupindex or _looks_drawn_by_lot(match["value"]) for match in pattern.finditer(line)
    )


def _looks_drawn_by_lot(value: str) -> bool:
    if value in PUBLIC:
        return False
    has_both = re.search(r"\d", value) and re.search(r"[A-Za-z]", value)
    frequencies = [count / len(value) for count in Counter(value).values()]
    return bool(has_both) and -sum(share * math.log2(share) for share in frequencies) >= LEAST_BITS
