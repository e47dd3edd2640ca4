"""`vault:transit/secretBackendKey:SecretBackendKey`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import Property
from rehearsal.standins.vault.kept_object import KeptObject

CONFIGURED = ("allow_plaintext_backup", "auto_rotate_period", "deletion_allowed", "exportable",
              "min_decryption_version", "min_encryption_version")  # fmt: skip


class TransitKey(KeptObject):
    """A key that encrypts without leaving Vault; where its deletion is not allowed, Vault refuses it."""

    token = "vault:transit/secretBackendKey:SecretBackendKey"  # noqa: S105 - the name of a type
    named = True
    place = "{backend}/keys/{name}"
    properties: ClassVar[Mapping[str, Property]] = {
        "allowPlaintextBackup": Property(type=bool, default=False),
        "autoRotatePeriod": Property(type=int, computed=True, minimum=0),
        "backend": Property(type=str, required=True, replaces=True),
        "convergentEncryption": Property(type=bool, default=False, replaces=True),
        "deletionAllowed": Property(type=bool, default=False),
        "derived": Property(type=bool, default=False, replaces=True),
        "exportable": Property(type=bool, default=False),
        "latestVersion": Property(type=int, output=True),
        "minAvailableVersion": Property(type=int, output=True),
        "minDecryptionVersion": Property(type=int, default=1, minimum=1),
        "minEncryptionVersion": Property(type=int, default=0, minimum=0),
        "name": Property(type=str, required=True, replaces=True),
        "supportsDecryption": Property(type=bool, output=True),
        "supportsDerivation": Property(type=bool, output=True),
        "supportsEncryption": Property(type=bool, output=True),
        "supportsSigning": Property(type=bool, output=True),
        "type": Property(type=str, default="aes256-gcm96", replaces=True),
    }

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Make the key, then say what may be done with it."""
        path = self.place.format(backend=str(inputs["backend"]).strip("/"), name=inputs["name"])
        body = self.sent(inputs, {})
        making: dict[str, Plain] = {name: value for name, value in body.items() if name not in CONFIGURED}
        self.vault.write(path, making)
        self.vault.write(f"{path}/config", {name: body[name] for name in CONFIGURED if name in body})
        return path, self._found(path, inputs)

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Change what may be done with the key."""
        body = self.sent(new, old)
        self.vault.write(f"{identity}/config", {name: body[name] for name in CONFIGURED if name in body})
        return self._found(identity, new)
