"""What the hosts of the certificate authority have in common: where it is, what it issues, which files it has."""

from typing import Annotated

import pydantic

from hosts.artefact import Artefact
from hosts.model import Model

FOLDER = "/etc/step-ca"
AUTHORITY = f"{FOLDER}/authority"
"""Key material: made once on the primary, in one step, and copied to the replicas without the root's key."""
ROOT = f"{AUTHORITY}/root_ca.crt"
ROOT_KEY = f"{AUTHORITY}/root_ca_key"
"""May be kept elsewhere: it is needed for another intermediate only."""
INTERMEDIATE = f"{AUTHORITY}/intermediate_ca.crt"
INTERMEDIATE_KEY = f"{AUTHORITY}/intermediate_ca_key"
PROVISIONER = f"{AUTHORITY}/provisioner.json"
PROVISIONER_KEY = f"{AUTHORITY}/provisioner_key.json"
CONFIGURATION = f"{FOLDER}/config/ca.json"
CLIENT = f"{FOLDER}/config/defaults.json"
PASSWORD = f"{FOLDER}/secrets/password"
PROVISIONER_PASSWORD = f"{FOLDER}/secrets/provisioner_password"
DATABASE = "/var/lib/step-ca"
ACCOUNT = "step-ca"
STEP_CA = "/usr/local/bin/step-ca"
STEP = "/usr/local/bin/step"
UNIT = "step-ca.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"
ACCOUNT_FILE = "/etc/sysusers.d/step-ca.conf"

Name = Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")]
"""No name may be taken for an option, nor end a quotation."""

Hours = Annotated[int, pydantic.Field(gt=0)]


class Lifetime(Model):
    """How long a certificate lives."""

    default_hours: Hours
    """Where the request does not say."""
    maximum_hours: Hours
    """The longest that a request may ask for."""

    @pydantic.model_validator(mode="after")
    def _default_fits(self) -> "Lifetime":
        if self.default_hours > self.maximum_hours:
            raise ValueError(
                f"default_hours: expected at most maximum_hours ({self.maximum_hours}), for example 24, "
                f"found {self.default_hours}"
            )
        return self


class Instead(Model):
    """What stands for the pinned programs in a rehearsal."""

    step_ca: Artefact
    """For the pin `step-ca`."""
    step_cli: Artefact
    """For the pin `step-cli`."""


class Authority(Model):
    """The lab's certificate authority, as every host of it must know it."""

    name: Name
    """What its certificates are named for, for example `Arcodange Lab`."""
    names: tuple[Name, ...]
    """Names and addresses at which it answers, of the primary and of each replica."""
    primary: Name
    """Address of the host that is active; clients reach it there, also while no name resolves."""
    port: Annotated[int, pydantic.Field(gt=0, lt=65536)] = 8443
    """Not 443, which k3s takes on nodes that serve the outside."""
    provisioner: Name = "lab"
    """Name of the JWK provisioner, which cert-manager and the hosts use."""
    jwk: Lifetime = Lifetime(default_hours=24, maximum_hours=2160)
    """cert-manager asks for 90 days, step-ca alone would grant one day."""
    acme: Lifetime = Lifetime(default_hours=24, maximum_hours=2160)
    """The same for the ACME provisioner, named `acme`."""
    instead: Instead | None = None
    """None: the pinned downloads."""

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"https://{self.primary}:{self.port}"
