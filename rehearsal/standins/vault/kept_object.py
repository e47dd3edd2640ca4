"""What is the same for all objects that Vault keeps under a path of their own."""

import re
import string
from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import Property, ResourceKind
from rehearsal.standins.vault.vault_session import Answer, VaultSession

_CAPITAL = re.compile(r"([A-Z])")


class KeptObject(ResourceKind):
    """One object: a request to its path writes it, another reads it, and the path is its id, or the end of it.

    Vault's name of a property is Pulumi's with underscores.
    """

    named = False
    place: ClassVar[str]
    """Path, with the properties that it is made of in braces."""
    prefix: ClassVar[str] = ""
    """Beginning of the path that is not part of the id."""
    untold: ClassVar[frozenset[str]] = frozenset()
    """Properties that the server does not tell: the recorded value stays, and a change by hand is not seen."""
    unsent: ClassVar[frozenset[str]] = frozenset()
    """Properties that are the provider's own and not sent."""

    def __init__(self, vault: VaultSession) -> None:
        """Work over *vault*."""
        self.vault = vault

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Write the object; Vault does not mind when there was one."""
        path = self.place.format(**{name: _trimmed(inputs[name]) for name in self._places()})
        self.vault.write(path, self.sent(inputs, {}))
        return path.removeprefix(self.prefix), self._found(path, inputs)

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Ask for the object; what the server does not tell stays as recorded."""
        path = self.prefix + identity
        answer = self.vault.read(path)
        return None if answer is None else (identity, self._state(path, answer, state))

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Write the object anew."""
        path = self.prefix + identity
        self.vault.write(path, self.sent(new, old))
        return self._found(path, new)

    def delete(self, identity: str, state: Properties) -> None:
        """Remove the object."""
        del state
        self.vault.delete(self.prefix + identity)

    def sent(self, new: Properties, old: Properties) -> dict[str, Plain]:
        """Return what to write: the *new* values, and nothing for what only the *old* state has."""
        body: dict[str, Plain] = {}
        for name, declared in self._own():
            if name in self.unsent:
                continue
            if name in new:
                body[vault_name(name)] = self.to_vault(name, new[name])
            elif old.get(name):
                body[vault_name(name)] = declared.type()
        return body

    def to_vault(self, name: str, value: Plain) -> Plain:
        """Return the *value* of the property *name* as Vault takes it."""
        del name
        return value

    def from_vault(self, name: str, value: Plain, known: Plain) -> Plain:
        """Return the *value* that Vault tells as Pulumi has it; *known* is the recorded one."""
        del name, known
        return value

    def _found(self, path: str, known: Properties) -> Properties:
        answer = self.vault.read(path)
        if answer is None:
            raise LookupError(f"expected {path} to be there after it was written, found nothing")
        return self._state(path, answer, known)

    def _state(self, path: str, answer: Answer, known: Properties) -> Properties:
        state: Properties = dict(self._named_in(path))
        for name, declared in self._own():
            if name in self.untold or name in self.unsent:
                state[name] = known.get(name, declared.default)
            else:
                state[name] = self.from_vault(name, answer.get(vault_name(name)), known.get(name))
        return {name: value for name, value in state.items() if value is not None}

    def _places(self) -> list[str]:
        return [field for _, field, _, _ in string.Formatter().parse(self.place) if field]

    def _own(self) -> list[tuple[str, Property]]:
        """Return the properties that are not part of the path."""
        return [item for item in self.properties.items() if item[0] not in self._places()]

    def _named_in(self, path: str) -> Mapping[str, str]:
        pattern = re.escape(self.place)
        for name in self._places():
            pattern = pattern.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>.+)")
        match = re.fullmatch(pattern, path)
        if match is None:
            raise ValueError(f"expected a path of the form {self.place}, found {path}")
        return match.groupdict()


def vault_name(name: str) -> str:
    """Return Vault's name of the property *name*."""
    return _CAPITAL.sub(lambda found: f"_{found[1].lower()}", name)


def _trimmed(value: Plain) -> str:
    return str(value).strip("/")
