"""What the primary and the replicas are given alike: the programs, the account, the unit."""

from pyinfra.api.operation import OperationMeta

from hosts.layers import pki_settings as at
from hosts.layers.pki_files import render_client, render_unit
from hosts.layers.pki_settings import Authority
from hosts.operations.pinned_download import pinned_download
from hosts.operations.placed_file import placed_file
from hosts.operations.system_account import system_account

TRUSTED_AS = "lab-root"
READ_BY_SERVICE = (at.STEP_CA, at.UNIT_FILE, at.CONFIGURATION, at.PASSWORD, at.INTERMEDIATE, at.INTERMEDIATE_KEY)
"""A newer one of these needs a restart."""
ANSWERS = f"STEPPATH={at.FOLDER} {at.STEP} ca health >/dev/null 2>&1"


def install_step_ca(authority: Authority) -> list[OperationMeta]:
    """Declare what both kinds of host have; return the operations that place what the service reads."""
    instead = authority.instead
    programs = [
        pinned_download(
            name="Install step-ca", pin="step-ca", dest=at.STEP_CA, instead=instead.step_ca if instead else None
        ),
        pinned_download(
            name="Install step", pin="step-cli", dest=at.STEP, instead=instead.step_cli if instead else None
        ),
    ]
    system_account(name="Make the account of the certificate authority", account=at.ACCOUNT, home=at.DATABASE)
    placed_file(name="Tell step where the certificate authority is", text=render_client(authority), dest=at.CLIENT)
    unit = placed_file(name="Place the unit of the certificate authority", text=render_unit(), dest=at.UNIT_FILE)
    return [*programs, unit]
