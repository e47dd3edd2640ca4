"""How it is proved that a credential works, or is dead."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Proof(Protocol):
    """What one kind of credential is tried by. Not being able to ask is an error, and never means dead."""

    def accepts(self, values: Mapping[str, str]) -> bool:
        """Use the credential with these *values*, and tell whether the server knows it.

        Raises:
            FactoryError: the server could not be asked, or says something that means neither.

        """
        ...

    def others(self, values: Mapping[str, str]) -> Sequence[str]:
        """Return what the server lists for the same purpose beside the credential with these *values*, by id."""
        ...
