"""What the programs of the kill test ask for: lists of objects, each made at random from the one before."""

import dataclasses
import random
from collections.abc import Sequence

MOST = 9
"""How many objects a list has at most."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wish:
    """One object that a program declares; see `programs.declared`."""

    resource: str
    kind: str
    name: str
    value: int
    above: str = ""
    first: bool = False


def next_wishes(chance: random.Random, *, before: Sequence[Wish], kind: str, round_: int) -> list[Wish]:
    """Return *before* with objects of *kind* changed, replaced, taken away and added; at least one is new."""
    wishes: list[Wish] = []
    for wish in before:
        [fate] = chance.choices(("kept", "changed", "replaced", "dropped"), weights=(8, 6, 3, 3))
        if fate == "changed":
            wishes.append(dataclasses.replace(wish, value=wish.value + 1))
        elif fate == "replaced":
            wishes.append(dataclasses.replace(wish, name=f"{wish.resource}-{round_}"))
        elif fate == "kept":
            wishes.append(wish)
    for number in range(chance.randint(1, 3)):
        resource = f"r{round_}x{number}"
        above = chance.choice(wishes).resource if wishes and chance.random() < 0.5 else ""
        first = chance.random() < 0.3
        wishes.append(Wish(resource=resource, kind=kind, name=resource, value=0, above=above, first=first))
    kept = wishes[-MOST:]
    names = {wish.resource for wish in kept}
    return [wish if wish.above in names else dataclasses.replace(wish, above="") for wish in kept]
