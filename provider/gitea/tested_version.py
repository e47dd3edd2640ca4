"""The versions of Gitea that the tests have seen."""

import re

from provider.factory_error import FactoryError

TESTED = (1, 25)
"""Major and minor version; a patch changes no API."""

_VERSION = re.compile(r"^v?(\d+)\.(\d+)(\D|$)")


def refuse_untested(version: str, *, url: str) -> None:
    """Raise when a server of *version* at *url* may answer otherwise than the tests have seen."""
    match = _VERSION.match(version)
    if match is None or (int(match[1]), int(match[2])) != TESTED:
        tested = ".".join(map(str, TESTED))
        raise FactoryError(
            f"Gitea at {url} has version {version}. Expected {tested}.x, which was tested; run the tests in "
            f"tests/provider/gitea with the other version, then change TESTED in provider/gitea/tested_version.py"
        )
