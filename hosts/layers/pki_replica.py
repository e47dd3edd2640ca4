"""Layer: a host that could take over the certificate authority, and does not run it; it trusts its root."""

from hosts.layer import Given, Layer
from hosts.layers import pki_settings as at
from hosts.layers.pki import LAYER as PRIMARY
from hosts.layers.pki_authority import same_authority
from hosts.layers.pki_files import render_configuration
from hosts.layers.pki_install import TRUSTED_AS, install_step_ca
from hosts.layers.pki_settings import Authority
from hosts.model import Model
from hosts.operations.placed_file import placed_file
from hosts.operations.running_service import running_service
from hosts.operations.trusted_root import trusted_root


class PkiReplica(Model):
    """A replica: it has the intermediate's key and the configuration, and waits."""

    authority: Authority


def deploy_pki_replica(replica: PkiReplica, given: Given) -> None:
    """Install step-ca with the authority's keys except the root's, keep it stopped, and trust the root."""
    same_authority(name="Make sure that no other authority is here", root_certificate=given["root_certificate"])
    install_step_ca(replica.authority)
    placed_file(name="Place the certificate of the root", text=given["root_certificate"], dest=at.ROOT)
    placed_file(
        name="Place the certificate of the intermediate", text=given["intermediate_certificate"], dest=at.INTERMEDIATE
    )
    placed_file(name="Place the key of the provisioner", text=given["provisioner"], dest=at.PROVISIONER)
    placed_file(
        name="Place the encrypted key of the intermediate",
        text=given["intermediate_key"],
        dest=at.INTERMEDIATE_KEY,
        mode="600",
        user=at.ACCOUNT,
        group=at.ACCOUNT,
        secret=True,
    )
    for what, key, dest, user in (
        ("the encrypted key of the provisioner", "provisioner_key", at.PROVISIONER_KEY, "root"),
        ("the password of the authority's keys", "ca_password", at.PASSWORD, at.ACCOUNT),
        ("the password of the provisioner", "provisioner_password", at.PROVISIONER_PASSWORD, "root"),
    ):
        placed_file(name=f"Place {what}", text=given[key], dest=dest, mode="600", user=user, secret=True)
    placed_file(
        name="Configure the certificate authority",
        text=render_configuration(
            replica.authority, provisioner=given["provisioner"], provisioner_key=given["provisioner_key"]
        ),
        dest=at.CONFIGURATION,
        mode="600",
        user=at.ACCOUNT,
        group=at.ACCOUNT,
        secret=True,
    )
    trusted_root(name="Trust the root of the lab", label=TRUSTED_AS, source=at.ROOT)
    # Two active authorities would each know only half of what was issued and revoked.
    running_service(name="Keep the certificate authority stopped", unit=at.UNIT, running=False)


LAYER = Layer(
    name="pki_replica",
    settings=PkiReplica,
    deploy=deploy_pki_replica,
    needs=("pki",),
    given={**PRIMARY.given, **PRIMARY.gives},
    pins=PRIMARY.pins,
    holds_data=True,
)
