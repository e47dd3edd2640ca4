"""Layer: the certificate authority of the lab on its primary host, which makes it once and runs it."""

from collections.abc import Mapping
from typing import Annotated

import pydantic
from pyinfra.context import host

from hosts.facts.authority_files import AuthorityFiles
from hosts.layer import Given, Layer, Value
from hosts.layers import pki_settings as at
from hosts.layers.pki_authority import NEEDED, made_authority
from hosts.layers.pki_host_files import authority_configuration, kept_password
from hosts.layers.pki_install import ANSWERS, READ_BY_SERVICE, TRUSTED_AS, install_step_ca
from hosts.layers.pki_settings import Authority
from hosts.model import Model
from hosts.operations.running_service import running_service
from hosts.operations.trusted_root import trusted_root

Days = Annotated[int, pydantic.Field(gt=0)]

GIVES = {
    "root_certificate": at.ROOT,
    "intermediate_certificate": at.INTERMEDIATE,
    "intermediate_key": at.INTERMEDIATE_KEY,
    "provisioner": at.PROVISIONER,
    "provisioner_key": at.PROVISIONER_KEY,
}


class Pki(Model):
    """The primary of the certificate authority."""

    authority: Authority
    root_fingerprint: Annotated[str, pydantic.StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """SHA-256 of the lab's root; once it is set, no other authority can be made. None: the first bring-up makes one."""
    root_days: Days = 3650
    """How long the root lives; read when it is made."""
    intermediate_days: Days = 3650
    """The same for the intermediate."""


def deploy_pki(pki: Pki, given: Given) -> None:
    """Install step-ca, make the authority where there never was one, run it, and trust its root."""
    placed = install_step_ca(pki.authority)
    placed.append(
        kept_password(
            name="Place the password of the authority's keys",
            text=given["ca_password"],
            dest=at.PASSWORD,
            user=at.ACCOUNT,
            keys=(at.INTERMEDIATE_KEY, at.ROOT_KEY),
        )
    )
    kept_password(
        name="Place the password of the provisioner",
        text=given["provisioner_password"],
        dest=at.PROVISIONER_PASSWORD,
        user="root",
        keys=(at.PROVISIONER_KEY,),
    )
    placed.append(
        made_authority(
            name=f"Make the certificate authority {pki.authority.name}, once",
            label=pki.authority.name,
            root_days=pki.root_days,
            intermediate_days=pki.intermediate_days,
            root_fingerprint=pki.root_fingerprint,
        )
    )
    placed.append(
        authority_configuration(name="Configure the certificate authority", authority=pki.authority),
    )
    trusted_root(name="Trust the root of the lab", label=TRUSTED_AS, source=at.ROOT)
    running_service(
        name="Run the certificate authority",
        unit=at.UNIT,
        files=READ_BY_SERVICE,
        after=placed,
        ready=ANSWERS,
    )


def read_pki(pki: Pki) -> Mapping[str, str]:
    """Return the certificates and the encrypted keys that a replica needs; nothing while there is no authority."""
    del pki
    found = host.get_fact(AuthorityFiles, paths=NEEDED)
    return {} if len(found) < len(NEEDED) else {name: found[path] for name, path in GIVES.items()}


LAYER = Layer(
    name="pki",
    settings=Pki,
    deploy=deploy_pki,
    needs=("base",),
    given={
        "ca_password": Value(meaning="what the keys of root and intermediate are encrypted with", secret=True),
        "provisioner_password": Value(meaning="what the provisioner's key is encrypted with", secret=True),
    },
    gives={
        "root_certificate": Value(meaning="root of the lab, PEM", secret=False),
        "intermediate_certificate": Value(meaning="intermediate, PEM", secret=False),
        "intermediate_key": Value(meaning="its key, PEM, encrypted", secret=True),
        "provisioner": Value(meaning="public key of the JWK provisioner, JSON", secret=False),
        "provisioner_key": Value(meaning="its private key, JSON, encrypted", secret=True),
    },
    pins=("step-ca", "step-cli"),
    read_given=read_pki,
    holds_data=True,
)
