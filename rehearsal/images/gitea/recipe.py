"""The recipe of the stand-in for Gitea."""

from rehearsal.go_source import go_source
from rehearsal.images.image import Brought, Image
from rehearsal.part import find_part
from rehearsal.parts import GITEA

NAME = "docker.io/gitea/gitea"
ACCOUNT = 1000
"""Number of the account `git` in the published image without root."""
DATA = "/var/lib/gitea"
CONFIGURATION = "/etc/gitea"
STATIC = "/usr/share/gitea"
PROGRAMS = "/usr/local/bin"
SCRIPTS = ("docker-entrypoint.sh", "docker-setup.sh", "gitea")
"""The published image's own, which the module holds."""


def gitea_image(tag: str) -> Image:
    """Return Gitea from its Go module behind the interface of the published image without root.

    The module lacks what the published build makes of the web pages' scripts and styles: pages come without them.
    """
    program = find_part(GITEA).path
    module = go_source("gitea", "code.gitea.io/gitea")
    published = module / "docker/rootless"
    folders = [Brought(source=module / name, target=f"{STATIC}/{name}") for name in ("options", "templates", "public")]
    scripts = [
        Brought(source=published / f"usr/local/bin/{name}", target=f"{PROGRAMS}/{name}", mode=0o755) for name in SCRIPTS
    ]
    return Image(
        name=NAME,
        tag=tag,
        origin="built from its Go module",
        packages=("curl", "dumb-init", "gettext-base", "git", "gnupg", "openssh-client"),
        setup=[
            f"groupadd --gid {ACCOUNT} git",
            f"useradd --uid {ACCOUNT} --gid git --home-dir {DATA}/git --no-create-home --shell /bin/bash git",
            f"install -d -o git -g git {DATA} {CONFIGURATION}",
        ],
        brought=[
            *folders,
            *scripts,
            Brought(source=published / "etc/templates/app.ini", target="/etc/templates/app.ini", mode=0o644),
            Brought(source=program, target="/app/gitea/gitea", mode=0o755),
            Brought(
                source=program.with_name("environment-to-ini"), target=f"{PROGRAMS}/environment-to-ini", mode=0o755
            ),
        ],
        environment={
            "GITEA_WORK_DIR": DATA,
            "GITEA_CUSTOM": f"{DATA}/custom",
            "GITEA_TEMP": "/tmp/gitea",  # noqa: S108 - a path in the image, as published
            "TMPDIR": "/tmp/gitea",  # noqa: S108 - the same
            "GITEA_APP_INI": f"{CONFIGURATION}/app.ini",
            "HOME": f"{DATA}/git",
            # The published program has these files within.
            "GITEA__SERVER__STATIC_ROOT_PATH": STATIC,
        },
        entrypoint=["/usr/bin/dumb-init", "--", f"{PROGRAMS}/docker-entrypoint.sh"],
        user=f"{ACCOUNT}:{ACCOUNT}",
        folder=DATA,
        ports=["2222/tcp", "3000/tcp"],
        volumes=[DATA, CONFIGURATION],
    )
