"""A version of k3s: that of Kubernetes, and the number of its packaging."""

import re
from typing import NamedTuple, Self

PATTERN = r"^\d+\.\d+\.\d+\+k3s\d+$"
_PARTS = re.compile(r"^v?(\d+)\.(\d+)\.(\d+)\+k3s(\d+)$")


class Version(NamedTuple):
    """A version, comparable part by part."""

    major: int
    minor: int
    patch: int
    packaging: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the version that *text* says, as a pin, a node or `k3s --version` writes it."""
        found = _PARTS.fullmatch(text)
        if found is None:
            raise ValueError(f"expected a version of k3s, for example 1.34.3+k3s1, found {text!r}")
        return cls(*map(int, found.groups()))

    def __str__(self) -> str:
        """Return it as a pin writes it."""
        return f"{self.major}.{self.minor}.{self.patch}+k3s{self.packaging}"
