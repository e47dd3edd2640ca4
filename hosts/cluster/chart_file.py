"""Where the archive of a pinned chart lies."""

from pathlib import Path


def chart_file(sha256: str) -> Path:
    """Return the place of the archive with that digest; `./factory pins update` puts it there."""
    return Path.home() / ".cache" / "factory" / "charts" / f"{sha256}.tgz"
