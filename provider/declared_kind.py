"""What the resource types have in common whose inputs are declared and whose objects have names."""

import abc
import difflib
from collections.abc import Iterator, Mapping

from provider.declared_input import DeclaredInput
from provider.factory_error import FactoryError
from provider.resource_kind import Checked, Found
from provider.values import Plain, Properties


class DeclaredKind(abc.ABC):
    """A type of resource: an object with a name that is unique to us, and inputs that are checked as declared."""

    delete_first = True
    """Two objects of one name are never wanted, for the name is how ours are told from others."""
    server = "the server"
    """Who does not take something, in messages."""
    taken = "values that the server knows"
    """What is taken, in messages."""

    @property
    @abc.abstractmethod
    def names_it(self) -> tuple[str, ...]:
        """Return the inputs that name the object."""

    @property
    @abc.abstractmethod
    def declared(self) -> Mapping[str, DeclaredInput]:
        """Return what the inputs may be."""

    @abc.abstractmethod
    def found(self, named: Mapping[str, str], inputs: Properties, state: Properties) -> Properties | None:
        """Return all that is known of the object with these names, `None` when it is gone."""

    @abc.abstractmethod
    def make(self, inputs: Properties, state: Properties) -> Properties:
        """Make the object exactly as *inputs* say, and return all that is known of it."""

    @abc.abstractmethod
    def delete(self, identity: str) -> None:
        """Take the object away; fine when it is gone already."""

    def identity(self, inputs: Properties) -> str:
        """Return the names, the last of which may hold anything."""
        return "/".join(str(inputs[name]) for name in self.names_it)

    def named(self, identity: str) -> Mapping[str, str]:
        """Return the names in *identity*."""
        parts = identity.split("/", maxsplit=len(self.names_it) - 1)
        if len(parts) != len(self.names_it) or not all(parts):
            raise FactoryError(f"import id: expected {'/'.join(self.names_it)}, found {identity!r}")
        return dict(zip(self.names_it, parts, strict=True))

    def check(self, inputs: Properties) -> Checked:
        """Refuse what cannot be used; fill in the defaults, and sort lists, whose order means nothing."""
        faults = [*self._faults(inputs)]
        if faults:
            return Checked(inputs=inputs, faults=faults)
        normal = {name: declared.value(inputs.get(name)) for name, declared in self.declared.items()}
        normal = {name: value for name, value in normal.items() if value is not None}
        return Checked(inputs=normal, faults=[*self.contradictions(normal)])

    def contradictions(self, inputs: Properties) -> Iterator[tuple[str, str]]:  # noqa: ARG002 - most types have none
        """Yield (input, fault) for inputs that cannot be together."""
        yield from ()

    def read(self, identity: str, inputs: Properties, state: Properties) -> Found | None:
        """Read the object, whatever was declared."""
        outputs = self.found(self.named(identity), inputs, state)
        if outputs is None:
            return None
        return Found(inputs={name: outputs[name] for name in self.declared if name in outputs}, outputs=outputs)

    def exact(self, made: Properties | None, inputs: Properties) -> Properties:
        """Return *made*, after comparing it with *inputs*: some servers drop in silence what they do not like."""
        if made is None:
            raise FactoryError(f"{self.identity(inputs)}: gone right after it was made")
        different = sorted(name for name in self.declared if name in inputs and made.get(name) != inputs[name])
        if different:
            raise FactoryError(
                f"{self.identity(inputs)}: {self.server} did not take {', '.join(different)} as declared. "
                f"Expected {self.taken}"
            )
        return made

    def _faults(self, inputs: Properties) -> Iterator[tuple[str, str]]:
        for name in inputs.keys() - self.declared.keys():
            close = difflib.get_close_matches(name, self.declared, n=1)
            hint = f", did you mean {close[0]!r}?" if close else "."
            yield name, f"unknown input{hint} Expected {', '.join(self.declared)}"
        for name, declared in self.declared.items():
            fault = declared.fault(_absent_when_empty(inputs.get(name), declared))
            if fault is not None:
                yield name, fault


def _absent_when_empty(given: Plain, declared: DeclaredInput) -> Plain:
    """Return `None` for an empty list or mapping where the default is empty too."""
    return None if given in ([], {}) and given == declared.default else given
