"""`random:index/randomPassword:RandomPassword`."""

import secrets
import string
from collections.abc import Mapping
from typing import ClassVar

import bcrypt

from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import Property, ResourceKind

SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
BCRYPT_LIMIT = 72


class RandomPassword(ResourceKind):
    """A password that exists nowhere but in the state."""

    token = "random:index/randomPassword:RandomPassword"  # noqa: S105 - the name of a type
    named = False
    properties: ClassVar[Mapping[str, Property]] = {
        "bcryptHash": Property(type=str, output=True, secret=True),
        "keepers": Property(type=dict, replaces=True),
        "length": Property(type=int, required=True, replaces=True, minimum=1),
        "lower": Property(type=bool, default=True, replaces=True),
        "minLower": Property(type=int, default=0, replaces=True, minimum=0),
        "minNumeric": Property(type=int, default=0, replaces=True, minimum=0),
        "minSpecial": Property(type=int, default=0, replaces=True, minimum=0),
        "minUpper": Property(type=int, default=0, replaces=True, minimum=0),
        "numeric": Property(type=bool, default=True, replaces=True),
        "overrideSpecial": Property(type=str, replaces=True),
        "result": Property(type=str, output=True, secret=True),
        "special": Property(type=bool, default=True, replaces=True),
        "upper": Property(type=bool, default=True, replaces=True),
    }

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Draw a password."""
        return "none", {**inputs, **_outputs(_draw(inputs))}

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Return what is recorded; an import takes its id for the password, as the official one does."""
        if state:
            return identity, state
        defaults = {name: item.default for name, item in self.properties.items() if item.default is not None}
        return "none", {**defaults, "length": len(identity), **_outputs(identity)}

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Fail: nothing of a password is changed in place."""
        del old, new
        raise NotImplementedError(f"expected a replacement of {identity}, found an update")

    def delete(self, identity: str, state: Properties) -> None:
        """Do nothing: there is nothing outside the state."""


def _draw(inputs: Properties) -> str:
    special = str(inputs.get("overrideSpecial") or SPECIAL)
    sets = {
        "upper": (string.ascii_uppercase, "minUpper"),
        "lower": (string.ascii_lowercase, "minLower"),
        "numeric": (string.digits, "minNumeric"),
        "special": (special, "minSpecial"),
    }
    everything = "".join(characters for name, (characters, _) in sets.items() if inputs[name])
    if not everything:
        raise ValueError("expected at least one of upper, lower, numeric, special to be true")
    drawn = [secrets.choice(characters) for characters, least in sets.values() for _ in range(_number(inputs[least]))]
    missing = _number(inputs["length"]) - len(drawn)
    if missing < 0:
        raise ValueError(f"expected a length of at least {len(drawn)}, found {inputs['length']}")
    drawn += [secrets.choice(everything) for _ in range(missing)]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)


def _number(value: Plain) -> int:
    return value if isinstance(value, int) else 0


def _outputs(password: str) -> Properties:
    digest = bcrypt.hashpw(password.encode()[:BCRYPT_LIMIT], bcrypt.gensalt(rounds=10))
    return {"result": password, "bcryptHash": digest.decode()}
