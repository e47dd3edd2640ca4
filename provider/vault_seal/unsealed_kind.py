"""The resource type `factory:vault:Unsealed`."""

import os
from collections.abc import Iterator, Mapping, Sequence

from provider.factory_error import FactoryError
from provider.guard import refuse_production
from provider.http.waiting import WAITS
from provider.input_faults import input_faults
from provider.resource_kind import Checked, Found
from provider.values import Plain, Properties, Unknown
from provider.vault_seal.init_order import InitOrder
from provider.vault_seal.key_file import KeyFile
from provider.vault_seal.seal_api import SealApi
from provider.vault_seal.seal_case import Look, SealCase
from provider.vault_seal.vault_seal import VaultSeal

EXPECTED: Mapping[str, type] = {"url": str, "key_file": str, "shares": float, "threshold": float}
ALWAYS: Properties = {"initialized": True, "sealed": False, "keys": "kept"}
"""What every declared Vault is; anything else is drift."""
DEFAULTS: Properties = {"shares": 1.0, "threshold": 1.0, "recipients": []}
FIRST_WAITS: Sequence[float] = (*WAITS, *((10.0,) * 28))
"""As long as a new Vault may take to answer for the first time: five minutes."""
COUNTED = ("shares", "threshold", "recipients")
"""What must fit together."""


class UnsealedKind:
    """A Vault that serves, with its keys on this machine; deleting it leaves both as they are."""

    names_it = ("url",)
    delete_first = False

    def identity(self, inputs: Properties) -> str:
        """Return the address."""
        return str(inputs["url"])

    def check(self, inputs: Properties) -> Checked:
        """Refuse an impossible number of shares; a Vault that is sealed is never what was declared."""
        given = {key: value for key, value in inputs.items() if value is not None and key not in ALWAYS}
        normal = {**DEFAULTS, **given, **ALWAYS}
        if faults := [*_faults({**DEFAULTS, **given})]:
            return Checked(inputs=normal, faults=faults)
        if not any(isinstance(normal[key], Unknown) for key in COUNTED):
            normal["recipients"] = _order(normal).packets
        return Checked(inputs=normal)

    def make(self, inputs: Properties, state: Properties) -> Properties:
        """Initialise it if it is new to the stack and has no keys, and unseal it."""
        # What brings Vault has placed a manifest a moment ago: its container, its volume and its name have yet to come.
        seal, order = _seal(inputs, waits=WAITS if state else FIRST_WAITS), _order(inputs)
        look = seal.look()
        if look.case is SealCase.NEW and state:
            raise FactoryError(
                f"Vault at {seal.api.url} was initialised in this stack before, has lost its storage, and "
                f"{seal.file.path} is gone. Nothing was done: a new Vault would be empty, and look as if all was well. "
                "To begin anew on purpose: `./factory vault init`, then this again"
            )
        if look.case is SealCase.NEW:
            seal.initialise(order)
        elif look.status.initialized:
            _refuse_others(look, order, seal)
        seal.unseal()
        return _outputs(inputs, seal.look())

    def read(self, identity: str, inputs: Properties, _state: Properties) -> Found | None:
        """Read how it is; a Vault that has lost everything is not gone, it is wiped."""
        if not inputs:
            raise FactoryError(
                f"{identity}: cannot be imported by its address alone. Declare it: a Vault whose key file is in its "
                "place is taken as it is"
            )
        outputs = _outputs(inputs, _seal(inputs).look())
        declared = [*EXPECTED, "ca", "recipients", *ALWAYS]
        return Found(inputs={key: outputs[key] for key in declared if key in outputs}, outputs=outputs)

    def delete(self, identity: str) -> None:
        """Change nothing: keys cannot be made again, and what they open neither."""


def _faults(given: Properties) -> Iterator[tuple[str, str]]:
    plain = {key: value for key, value in given.items() if key not in {"ca", "recipients"}}
    faults = dict(input_faults(plain, EXPECTED))
    ca, recipients = given.get("ca"), given["recipients"]
    if not isinstance(ca, str | Unknown | None) or ca == "":
        faults["ca"] = "of the wrong type or empty. Expected certificates as PEM text"
    if not isinstance(recipients, Unknown) and not _is_texts(recipients):
        faults["recipients"] = "of the wrong type. Expected a list of PGP public keys"
    url, path = given.get("url"), given.get("key_file")
    if isinstance(url, str) and "url" not in faults and not url.startswith("https://"):
        faults["url"] = "expected an address such as https://vault.example"
    if isinstance(path, str) and "key_file" not in faults and not path.startswith(("/", "~/")):
        faults["key_file"] = "expected a path such as ~/.config/factory/vault/keys.json"
    yield from faults.items()
    if not faults and not any(isinstance(given[key], Unknown) for key in COUNTED):
        yield from _count_faults(given)


def _count_faults(given: Properties) -> Iterator[tuple[str, str]]:
    shares, threshold = (float(str(given[key])) for key in ("shares", "threshold"))
    for key, value in (("shares", shares), ("threshold", threshold)):
        if not value.is_integer():
            yield key, f"expected a whole number, found {value}"
            return
    yield from InitOrder(shares=int(shares), threshold=int(threshold), recipients=_texts(given["recipients"])).faults()


def _seal(inputs: Properties, *, waits: Sequence[float] = WAITS) -> VaultSeal:
    """Return the Vault that is meant, unless it is production and production was not asked for."""
    url, ca = str(inputs["url"]), inputs.get("ca")
    refuse_production({"url of factory:vault:Unsealed": url}, os.environ)
    return VaultSeal(
        SealApi(url, ca=ca if isinstance(ca, str) else None, waits=waits), KeyFile(str(inputs["key_file"]))
    )


def _order(inputs: Properties) -> InitOrder:
    shares, threshold = (int(float(str(inputs[key]))) for key in ("shares", "threshold"))
    return InitOrder(shares=shares, threshold=threshold, recipients=_texts(inputs["recipients"]))


def _refuse_others(look: Look, order: InitOrder, seal: VaultSeal) -> None:
    """Raise when Vault has other shares than declared: only its owners can exchange them."""
    there = (look.status.shares, look.status.threshold)
    kept = None if look.keys is None else [*look.keys.recipients]
    if there != (order.shares, order.threshold) or (kept is not None and kept != [*order.packets]):
        raise FactoryError(
            f"Vault at {seal.api.url} has {there[0]} shares, of which {there[1]} open it, encrypted to "
            f"{len(kept or [])} keys; declared are {order.shares}, {order.threshold} and {len(order.recipients)}. "
            "Nothing was done: shares are exchanged by their owners alone, with `vault operator rekey`"
        )


def _outputs(inputs: Properties, look: Look) -> Properties:
    declared = {key: value for key, value in inputs.items() if key in {"url", "ca", "key_file"}}
    keys = look.keys
    counted = {"shares": look.status.shares, "threshold": look.status.threshold} if look.status.initialized else {}
    return {
        **declared,
        **{key: inputs[key] for key in ("shares", "threshold") if key in inputs},
        **counted,
        "recipients": inputs.get("recipients", []) if keys is None else [*keys.recipients],
        "initialized": look.status.initialized,
        "sealed": look.status.sealed,
        "keys": _keys(look),
        "cluster": look.status.cluster or (None if look.record is None else look.record.cluster),
        "version": look.status.version,
    }


def _keys(look: Look) -> str:
    if look.keys is None:
        return "missing"
    named = {SealCase.ANOTHER: "of another Vault", SealCase.UNFINISHED: "not proven, or root token not revoked"}
    return named.get(look.case, "kept")


def _is_texts(value: Plain) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(one, str) for one in value)


def _texts(value: Plain) -> Sequence[str]:
    return [str(one) for one in value] if isinstance(value, Sequence) and not isinstance(value, str) else []
