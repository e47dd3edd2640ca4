"""Layer: Gitea, outside the cluster because the cluster's own parts come from it."""

import yaml
from pyinfra.operations import server
from pyinfra.operations.util import any_changed

from hosts.layer import Given, Layer, Value
from hosts.layers.gitea_admin import first_administrator
from hosts.layers.gitea_password import kept_password
from hosts.layers.gitea_settings import (
    CERTIFICATE_IN_CONTAINER,
    DATABASE,
    HTTPS_IN_CONTAINER,
    RUNNER_TOKEN,
    SECRETS,
    SECRETS_IN_CONTAINER,
    SSH_IN_CONTAINER,
    Gitea,
    environment,
    secret_text,
)
from hosts.layers.postgres_facts import CONTAINER as POSTGRES
from hosts.layers.postgres_roles import Role, postgres_roles
from hosts.layers.postgres_verifier import scram_verifier
from hosts.operations.compose_project import FOLDER, compose_project
from hosts.operations.files_digest import files_digest
from hosts.operations.host_certificate import host_certificate
from hosts.operations.mounted_folder import mounted_folder
from hosts.operations.placed_file import placed_file

PROJECT = "gitea"
ACCOUNT = 1000
"""Number of the account in the image."""
SECRETS_ON_HOST = f"{FOLDER}/{PROJECT}/secrets"
CERTIFICATE = f"{FOLDER}/{PROJECT}/tls"
RELOAD = (
    f"docker restart {PROJECT} >/dev/null || exit 1; for try in $(seq 240); do "
    f"[ \"$(docker inspect --format '{{{{.State.Health.Status}}}}' {PROJECT})\" != healthy ] || exit 0; sleep .5; "
    "done; exit 1"
)
"""Makes it read its files again, the certificate too; it knows no gentler way inside a container."""


def render_compose(gitea: Gitea, *, files_label: str) -> str:
    """Return the Compose file."""
    service = {
        "image": gitea.image,
        "container_name": PROJECT,
        "restart": "always",
        "stop_grace_period": "60s",
        "networks": [POSTGRES],
        "ports": [f"{gitea.https_port}:{HTTPS_IN_CONTAINER}", f"{gitea.ssh_port}:{SSH_IN_CONTAINER}"],
        "environment": dict(environment(gitea)),
        # The image makes its configuration from the variables: in memory, so that no setting outlives its declaration
        # and no secret stays on the disk.
        "tmpfs": [f"/etc/gitea:mode=0700,uid={ACCOUNT},gid={ACCOUNT}"],
        "volumes": [
            f"{gitea.folder}/data:/var/lib/gitea",
            f"{SECRETS_ON_HOST}:{SECRETS_IN_CONTAINER}:ro",
            f"{CERTIFICATE}:{CERTIFICATE_IN_CONTAINER}:ro",
        ],
        "labels": {"factory.files": files_label},
        "healthcheck": {
            # The certificate is for the name that others use.
            "test": [
                "CMD", "curl", "--silent", "--fail", "--insecure", "--output", "/dev/null",
                f"https://127.0.0.1:{HTTPS_IN_CONTAINER}/api/healthz",
            ],
            "interval": "5s",
            "timeout": "5s",
            "retries": 6,
            # The first start makes the tables.
            "start_period": "120s",
        },
    }  # fmt: skip
    networks = {POSTGRES: {"external": True, "name": POSTGRES}}
    return yaml.safe_dump({"services": {"gitea": service}, "networks": networks}, sort_keys=False, width=120)


def deploy_gitea(gitea: Gitea, given: Given) -> None:
    """Give Gitea its database, its folder and its secrets, run it, and make its first administrator."""
    secrets = {name: secret_text(name, given[name]) for name in (*SECRETS, RUNNER_TOKEN)}
    postgres_roles(
        name="Make the database of Gitea",
        roles=[
            Role(
                name=DATABASE,
                verifier=scram_verifier(given["database_password"], role=DATABASE),
                database=DATABASE,
            )
        ],
    )
    mounted_folder(name="Make the folder of Gitea", path=f"{gitea.folder}/data", mount=gitea.mount, owner=ACCOUNT)
    host_certificate(
        name=PROJECT,
        names=[gitea.domain],
        folder=CERTIFICATE,
        reload=RELOAD,
        owner=f"{ACCOUNT}:{ACCOUNT}",
    )
    placed = [
        placed_file(
            name=f"Place the secret {name} of Gitea", text=text, dest=f"{SECRETS_ON_HOST}/{name}", mode="600",
            user=str(ACCOUNT), group=str(ACCOUNT), secret=True,
        )
        for name, text in secrets.items()
    ]  # fmt: skip
    running = compose_project(
        name="Run Gitea",
        project=PROJECT,
        compose=render_compose(gitea, files_label=files_digest(*secrets.values())),
        patience=240,
    )
    server.shell(
        name="Let Gitea read its corrected secrets",
        commands=[RELOAD],
        # A secret that changed made the container again; this is for a file that somebody else had changed.
        _if=[any_changed(*placed), lambda: not running.did_change()],
    )
    first_administrator(
        name="Make the first administrator of Gitea, once",
        account=gitea.admin,
        address=gitea.admin_email,
        password=kept_password(given["admin_password"], account=gitea.admin),
    )


LAYER = Layer(
    name="gitea",
    settings=Gitea,
    deploy=deploy_gitea,
    needs=("pki", "postgres"),
    given={
        "database_password": Value(meaning=f"password of the database role `{DATABASE}`", secret=True),
        "admin_password": Value(meaning="first password of the administrator", secret=True),
        "secret_key": Value(meaning="what Gitea encrypts its users' secrets with", secret=True),
        "internal_token": Value(meaning="what Gitea's own programs show each other", secret=True),
        "oauth2_secret": Value(meaning="what the key for OAuth2 is made from", secret=True),
        "lfs_secret": Value(meaning="what the key for large files is made from", secret=True),
        "runner_token": Value(meaning="what a runner shows to be registered, 32 characters at least", secret=True),
    },
    pins=("gitea",),
    holds_data=True,
)
