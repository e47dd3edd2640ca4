"""Taking over objects that exist: read them, check that the program describes them, record them."""

import dataclasses
import secrets

from engine.provider import PartialFailureError, ProviderError
from engine.run import Run
from engine.state import Resource, now
from engine.steps import Step, provider_of, refused_input


@dataclasses.dataclass(kw_only=True)
class Import(Step):
    """Read the object with the id that the program (or `import`) names."""

    pending = "importing"
    identity: str = ""
    replacing: bool = False
    undeclared: bool = False
    """Whether no program says what the object is to be (the verb `import`): what was found is taken as declared."""

    @property
    def name(self) -> str:
        """Tell whether another object is in the place."""
        return "import-replacement" if self.replacing else "import"

    def apply(self, run: Run) -> None:
        """Read it; the new record has what was found."""
        new = self.resource
        if not new.custom:
            new.created = new.modified = now()
            return
        try:
            found = provider_of(run, new).read(
                new.urn, identity=self.identity, inputs=None, state=None, timeout=new.custom_timeouts.get("read", 0)
            )
        except PartialFailureError as error:  # pragma: no cover  # `read` turns it into a result
            raise ProviderError(str(error)) from error
        if not found.identity and not found.outputs:
            raise ProviderError(f"resource '{self.identity}' does not exist")
        if found.inputs is None:
            raise ProviderError(f"the provider of {new.type} does not support importing resources")
        new.id = found.identity or self.identity
        new.inputs, new.outputs, new.init_errors = found.inputs, found.outputs, found.init_errors
        new.created = new.modified = now()
        if self.undeclared:
            self._warn(run)
        if self.replacing and self.old is not None:
            self.old.delete = True
            self.old.text = None

    def _warn(self, run: Run) -> None:
        """Say what the provider holds against the inputs that it has just given itself."""
        new = self.resource
        _, failures = provider_of(run, new).check(
            new.urn, old=new.inputs, new=new.inputs, preview=False, seed=secrets.token_bytes(32)
        )
        for failure in failures:
            run.say("warning", f"{refused_input(new, failure)}; imported all the same, declare another value", new.urn)

    def commit(self, run: Run) -> None:
        """Add the record."""
        if run.snapshot:
            run.snapshot.end(self.resource, new=self.resource)


def imported_copy(declared: Resource) -> Resource:
    """Return the record that an import fills, beside the one that the program declares."""
    return declared.copy()
