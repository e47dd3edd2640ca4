"""What Gitea is told: its settings in the words of its image."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Annotated

import pydantic

from hosts.layers.postgres import PORT as POSTGRES_PORT
from hosts.layers.postgres_facts import CONTAINER as POSTGRES
from hosts.model import Model

DATABASE = "gitea"
"""Its database, and the role that owns it."""
HTTPS_IN_CONTAINER = 3000
SSH_IN_CONTAINER = 2222
SECRETS_IN_CONTAINER = "/run/secrets"
CERTIFICATE_IN_CONTAINER = "/etc/ssl/gitea"

DomainName = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
Folder = Annotated[str, pydantic.StringConstraints(pattern=r"^(/[A-Za-z0-9._-]+)+$")]
Port = Annotated[int, pydantic.Field(ge=1, le=65535)]

SECRETS: Mapping[str, str] = {
    "database_password": "database__PASSWD",
    "secret_key": "security__SECRET_KEY",
    "internal_token": "security__INTERNAL_TOKEN",
    "oauth2_secret": "oauth2__JWT_SECRET",  # secret-scan: allow the name of a setting
    "lfs_secret": "server__LFS_JWT_SECRET",
}
"""Given value, and file of its name → the setting that reads it."""
RUNNER_TOKEN = "runner_token"  # noqa: S105 - its name
"""Given value, and file of its name: what a runner shows to be registered."""
KEYS = ("oauth2_secret", "lfs_secret")
"""Those that Gitea takes only as a key of 32 bytes; it would make another one otherwise."""


class Gitea(Model):
    """The forge of the lab."""

    image: str
    """Name and tag, in production with the digest."""
    mount: Folder
    """Where the data disk is mounted; without it nothing is started."""
    folder: Folder
    """Folder of the data, below `mount`."""
    domain: DomainName
    """Name that it answers to."""
    admin: Annotated[str, pydantic.StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]{0,38}$")]
    """Account that is made while there is no administrator, and never again."""
    admin_email: Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9][^@\s]*@[^@\s]+$")]
    """Its address."""
    https_port: Port = 443
    """Port of the host."""
    ssh_port: Port = 2222
    """Port of the host for Git over SSH; 22 is the host's own."""


def environment(gitea: Gitea) -> Mapping[str, str]:
    """Return the variables from which the image makes its configuration each time it starts; none is a secret."""
    port = "" if gitea.https_port == 443 else f":{gitea.https_port}"  # noqa: PLR2004 - the port of https
    settings = {
        "server__PROTOCOL": "https",
        "server__DOMAIN": gitea.domain,
        "server__ROOT_URL": f"https://{gitea.domain}{port}/",
        "server__HTTP_PORT": str(HTTPS_IN_CONTAINER),
        "server__CERT_FILE": f"{CERTIFICATE_IN_CONTAINER}/tls.crt",
        "server__KEY_FILE": f"{CERTIFICATE_IN_CONTAINER}/tls.key",
        "server__SSH_DOMAIN": gitea.domain,
        "server__SSH_PORT": str(gitea.ssh_port),
        "server__SSH_LISTEN_PORT": str(SSH_IN_CONTAINER),
        "server__LFS_START_SERVER": "true",
        "server__OFFLINE_MODE": "true",
        "database__DB_TYPE": "postgres",
        "database__HOST": f"{POSTGRES}:{POSTGRES_PORT}",
        "database__NAME": DATABASE,
        "database__USER": DATABASE,
        # The way to the server is a network inside this host.
        "database__SSL_MODE": "disable",
        "security__INSTALL_LOCK": "true",
        # Nobody stands between: what a client says of its address is not believed.
        "security__REVERSE_PROXY_TRUSTED_PROXIES": "127.0.0.0/8,::1/128",
        "service__DISABLE_REGISTRATION": "true",
        # In memory they would end with each restart.
        "session__PROVIDER": "db",
        "actions__ENABLED": "true",
        # It would ask the publisher every day; versions are pinned here.
        "cron_0X2E_update_checker__ENABLED": "false",
        "log__MODE": "console",
        "log__LEVEL": "Warn",
    }
    files = {f"{setting}__FILE": f"{SECRETS_IN_CONTAINER}/{name}" for name, setting in SECRETS.items()}
    variables = {f"GITEA__{name}": value for name, value in {**settings, **files}.items()}
    return {**variables, "GITEA_RUNNER_REGISTRATION_TOKEN_FILE": f"{SECRETS_IN_CONTAINER}/{RUNNER_TOKEN}"}


def secret_text(name: str, value: str) -> str:
    """Return what Gitea reads for a given value: keys are made from it, the rest is taken as it is."""
    if name not in KEYS:
        return value
    return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()).decode().rstrip("=")
