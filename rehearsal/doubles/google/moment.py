"""Now, as Google writes it."""

import datetime as dt


def moment() -> str:
    """Return the time of now, with milliseconds."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
