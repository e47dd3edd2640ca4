"""PostgreSQL, PgBouncer and Gitea on a machine: brought up, changed, disturbed, cut off; seen by their own clients."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow
from pydantic import JsonValue

from hosts.layer import Layer
from hosts.layers.disks import LAYER as DISKS
from hosts.layers.docker import LAYER as DOCKER
from hosts.layers.gitea import LAYER as GITEA
from hosts.layers.order import AnyLayer
from hosts.layers.pgbouncer import LAYER as PGBOUNCER
from hosts.layers.pki import LAYER as PKI
from hosts.layers.pki_settings import ROOT
from hosts.layers.postgres import LAYER as POSTGRES
from hosts.layers.runner import LAYER as RUNNER
from hosts.model import Model
from hosts.operations.installed_packages import installed_packages
from hosts.worker.errors import WorkerError
from hosts.worker.layer_work import Outcome
from rehearsal.images.build import build
from rehearsal.images.lab_images import lab_image
from rehearsal.machines.machine import Machine
from rehearsal.machines.machines import Machines
from rehearsal.part import PartMissingError, find_part
from rehearsal.parts import STEP_CA, STEP_CLI
from rehearsal.registry import Registry
from tests.hosts.on_machine import on_machine

pytestmark = pytest.mark.slow

HOST = "pi2"
DATA = "/mnt/data"
DOMAIN = "gitea.lab.test"
PATIENCE_SECONDS = 60
WORDS = (
    "superuser_password", "lookup_password", "database_password", "admin_password", "secret_key", "internal_token",
    "oauth2_secret", "lfs_secret", "runner_token", "ca_password", "provisioner_password",
)  # fmt: skip
GIVEN = {word: hashlib.sha256(word.encode()).hexdigest()[:40] for word in WORDS}
IMAGES = ("postgres", "pgbouncer", "gitea", "act_runner", "job")
FOUNDATIONS: tuple[AnyLayer, ...] = (POSTGRES, PGBOUNCER, GITEA)
Settings = dict[str, JsonValue]


class Nothing(Model):
    """No settings."""


def _packages(settings: Nothing, given: object) -> None:
    del settings, given
    installed_packages(name="Install", packages=("curl", "openssl"))


PACKAGES = Layer(name="packages", settings=Nothing, deploy=_packages)


class Foundations:
    """The machine under test."""

    def __init__(self, lab: Machines, settings: dict[str, Settings]) -> None:
        """Know the machine and what its layers are told."""
        self.lab = lab
        self.settings = settings

    @property
    def machine(self) -> Machine:
        """The machine itself."""
        return self.lab[HOST]

    def apply(self, layer: AnyLayer, *, settings: Settings | None = None, **given: str) -> Outcome:
        """Apply a layer, with other settings and given values where named."""
        with on_machine(
            self.lab, self.machine, layer, settings={**self.settings.get(layer.name, {}), **(settings or {})},
            given={name: value for name, value in {**GIVEN, **given}.items() if name in layer.given},
        ) as work:  # fmt: skip
            return work.apply()

    def give_runner(self, given: Mapping[str, str]) -> tuple[str, ...]:
        """Apply the runner's layer, and return what was done."""
        return self.apply(RUNNER, settings=None, **given).done

    def pending(self, layer: AnyLayer) -> tuple[str, ...]:
        """Ask what the layer would change."""
        with on_machine(
            self.lab, self.machine, layer, settings=self.settings[layer.name],
            given={name: value for name, value in GIVEN.items() if name in layer.given},
        ) as work:  # fmt: skip
            return work.read().pending

    def said(self, command: str, *, check: bool = True) -> str:
        """Return what a command says as root."""
        return self.machine.run("sudo sh -s", given=command, check=check).stdout.strip()

    def containers(self) -> dict[str, str]:
        """Return name → id."""
        lines = self.said("docker ps --all --format '{{.Names}} {{.ID}}'").splitlines()
        return dict(line.split() for line in lines)

    def connect(self, dbname: str = "postgres", *, password: str = GIVEN["superuser_password"]) -> Connection[TupleRow]:
        """Connect as the superuser through PgBouncer, checking its certificate."""
        root = self.lab.folder / "root.pem"
        root.write_text(self.said(f"cat {ROOT}"))
        with self.lab.inside():
            return psycopg.connect(
                host=self.machine.address, port=6432, user="postgres", password=password, dbname=dbname,
                sslmode="verify-full", sslrootcert=str(root), autocommit=True, prepare_threshold=None,
            )  # fmt: skip

    def api(self, path: str, *, password: str = GIVEN["admin_password"], check: bool = True) -> Settings:
        """Ask Gitea as its administrator, from the machine, which trusts the lab's root."""
        answer = self.said(
            f"curl --silent {'--fail' if check else ''} --resolve {DOMAIN}:443:{self.machine.address} --config - "
            f"https://{DOMAIN}/api/v1/{path} <<'END'\nuser = operator:{password}\nEND\n"
        )
        found: Settings = json.loads(answer)
        return found

    def change(self, method: str, path: str, **body: JsonValue) -> None:
        """Tell Gitea something as its administrator."""
        self.said(
            f"curl --silent --show-error --fail --output /dev/null --request {method} "
            f"--resolve {DOMAIN}:443:{self.machine.address} --config - --header 'Content-Type: application/json' "
            f"--data '{json.dumps(body)}' https://{DOMAIN}/api/v1/{path} <<'END'\n"
            f"user = operator:{GIVEN['admin_password']}\nEND\n"
        )

    def until_as_declared(self) -> None:
        """Wait until no layer has anything to change."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while left := [each for layer in FOUNDATIONS for each in self.pending(layer)]:
            assert time.monotonic() < deadline, left
            time.sleep(1)


@pytest.fixture(scope="module")
def programs(lab: Machines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Serve step-ca and step inside the lab."""
    folder = tmp_path_factory.mktemp("programs")
    instead: Settings = {}
    try:
        for name, part in (("step_ca", STEP_CA), ("step_cli", STEP_CLI)):
            program = find_part(part).path
            (folder / name).symlink_to(program)
            digest = hashlib.sha256(program.read_bytes()).hexdigest()
            instead[name] = {"url": f"http://{lab.gateway}:8082/{name}", "sha256": digest}
    except PartMissingError as error:
        pytest.skip(str(error))
    with lab.inside():
        server = ThreadingHTTPServer((lab.gateway, 8082), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield instead
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def mirror(lab: Machines) -> Iterator[str]:
    """Serve the images inside the lab."""
    try:
        images = [build(lab_image(name)) for name in IMAGES]
    except PartMissingError as error:
        pytest.skip(str(error))
    with Registry((lab.gateway, 5001), images, network=lab.network) as registry:
        threading.Thread(target=registry.serve_forever, daemon=True).start()
        yield f"http://{lab.gateway}:5001"
        registry.shutdown()


@pytest.fixture(scope="module")
def foundations(lab: Machines, programs: Settings, mirror: str) -> Iterator[Foundations]:
    """Bring a bare machine up to Gitea, twice: refused without its disk, undisturbed by what a power cut left."""
    machine = lab[HOST]
    machine.reset()
    machine.start()
    images = {name: lab_image(name).reference for name in IMAGES}
    settings: dict[str, Settings] = {
        "disks": {"disks": [{"id": machine.disk_name, "label": "data", "mount": DATA}], "may_be_erased": []},
        "pki": {
            "authority": {
                "name": "Lab of the test", "names": ["ca.lab.test", machine.address], "primary": machine.address,
                "instead": programs,
            }
        },
        "docker": {"source": "debian", "mount": "/var/lib", "registry_mirrors": [mirror]},
        "postgres": {
            "image": images["postgres"], "mount": DATA, "folder": f"{DATA}/postgres", "memory_mib": 256,
        },
        "pgbouncer": {"image": images["pgbouncer"], "names": [machine.address, "pooler.lab.test"]},
        "gitea": {
            "image": images["gitea"], "mount": DATA, "folder": f"{DATA}/gitea", "domain": DOMAIN,
            "admin": "operator", "admin_email": "operator@lab.test",
        },
        "runner": {
            "image": images["act_runner"], "version": "stand-in", "job_image": images["job"], "mount": DATA,
            "folder": f"{DATA}/gitea-runner-{HOST}", "name": HOST, "instance": f"https://{DOMAIN}",
        },
    }  # fmt: skip
    found = Foundations(lab, settings)
    found.apply(PACKAGES)
    root = found.apply(PKI).gives["root_certificate"]
    found.apply(DOCKER, root_certificate=root)
    with pytest.raises(WorkerError, match="Make the folder of PostgreSQL"):
        found.apply(POSTGRES)
    assert found.said(f"find {DATA} | wc -l", check=False) in {"0", "1"}
    found.apply(DISKS)
    found.said(f"mkdir -p {DATA}/postgres/data.half; echo 16 >{DATA}/postgres/data.half/PG_VERSION")
    for layer in FOUNDATIONS:
        assert found.apply(layer).done != ()
    for layer in FOUNDATIONS:
        assert found.apply(layer).done == ()
    yield found
    machine.reset()
    machine.start()


def test_pooler_lets_the_superuser_in(foundations: Foundations) -> None:
    """Over TLS, with a certificate of the lab, the password leads to PostgreSQL 16; another one leads nowhere."""
    with foundations.connect() as connection:
        row = connection.execute("SELECT current_setting('server_version'), current_setting('shared_buffers')")
        assert row.fetchone() == ("16.14", "64MB")
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        foundations.connect(password="another word")  # noqa: S106 - wrong on purpose


def test_gitea_knows_its_administrator(foundations: Foundations) -> None:
    """The forge answers under its own name, the first administrator may do everything, and Actions are on."""
    assert foundations.api("version") == {"version": "1.25.5"}
    assert foundations.api("user")["is_admin"] is True
    assert "token" in foundations.api("admin/runners/registration-token")
    assert "SSH-2.0-" in foundations.said(f"ssh-keyscan -p 2222 {foundations.machine.address} 2>&1")


def test_passwords_are_closed(foundations: Foundations) -> None:
    """No given word stands in a container's description, in a Compose file, or in a file that others may read."""
    patterns = "\n".join(GIVEN.values())
    command = (
        f"cat >/root/words <<'END'\n{patterns}\nEND\n"
        "docker inspect postgres pgbouncer gitea | grep -cFf /root/words\n"
        "find /opt/factory /etc/factory -type f -perm /044 -exec grep -lFf /root/words '{}' +\n"
        'grep -rlFe "$(sed -n 1p /root/words)" /opt/factory /mnt/data/gitea/data /var/log\n'
        "rm /root/words"
    )
    assert foundations.said(command, check=False) == "0"


def test_changed_setting_makes_its_own_container_again(foundations: Foundations) -> None:
    """More memory concerns PostgreSQL alone: the others run on, the data are there, and asking again finds nothing."""
    before = foundations.containers()
    with foundations.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    foundations.settings["postgres"]["memory_mib"] = 512
    assert foundations.apply(POSTGRES).done == ("Configure PostgreSQL", "Run PostgreSQL")
    after = foundations.containers()
    assert {name for name in after if after[name] != before[name]} == {"postgres"}
    with foundations.connect() as connection:
        found = connection.execute("SELECT answer, current_setting('shared_buffers') FROM kept").fetchone()
    assert found == (42, "128MB")
    foundations.until_as_declared()


def test_drift_is_named_and_repaired(foundations: Foundations) -> None:
    """A file edited, a container killed, a role changed: each is found by its name, and only that is repaired."""
    foundations.said(
        "sed -i 's/^jit = off/jit = on/' /opt/factory/postgres/etc/postgresql.conf; docker kill pgbouncer;"
        "docker exec -u postgres postgres psql -c 'ALTER ROLE gitea CREATEDB';"
        "chmod 644 /opt/factory/gitea/secrets/secret_key"
    )
    before = foundations.containers()
    expected = {
        POSTGRES.name: ("Configure PostgreSQL", "Let PostgreSQL read its corrected files"),
        PGBOUNCER.name: ("Run PgBouncer",),
        GITEA.name: (
            "Make the database of Gitea", "Place the secret secret_key of Gitea",
            "Let Gitea read its corrected secrets",
        ),
    }  # fmt: skip
    for layer in FOUNDATIONS:
        assert foundations.pending(layer) == expected[layer.name]
        assert foundations.apply(layer).done == expected[layer.name]
    foundations.until_as_declared()
    assert foundations.containers() == before


def test_changed_password_converges(foundations: Foundations) -> None:
    """A new password of the superuser reaches server and pooler; the old one no longer leads in."""
    new = GIVEN["superuser_password"][::-1]
    assert foundations.apply(POSTGRES, superuser_password=new).done == (
        "Set the passwords of superuser and lookup user",
    )
    foundations.apply(PGBOUNCER, superuser_password=new)
    foundations.connect(password=new).close()
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        foundations.connect()
    foundations.apply(POSTGRES)
    foundations.apply(PGBOUNCER)
    foundations.connect().close()


@pytest.mark.parametrize(("name", "way"), [("pgbouncer", "6432 -starttls postgres"), ("gitea", "443")])
def test_renewed_certificate_is_served(foundations: Foundations, name: str, way: str) -> None:
    """When the host renews a certificate, the service shows the new one without anybody's help."""
    served = f"openssl s_client -connect {foundations.machine.address}:{way} </dev/null 2>/dev/null | openssl x509"
    before = foundations.said(served)

    foundations.said(f"rm /opt/factory/{name}/tls/tls.key; systemctl start factory-certificate@{name}")

    after = foundations.said(served)
    assert after != before
    assert after in foundations.said(f"cat /opt/factory/{name}/tls/tls.crt")
    foundations.until_as_declared()


def test_administrator_is_never_made_again(foundations: Foundations) -> None:
    """Another given password changes nothing once there is an administrator."""
    assert foundations.apply(GITEA, admin_password="another word of the test").done == ()  # noqa: S106 - never used
    assert foundations.api("user")["login"] == "operator"


def test_power_cut_leaves_everything(foundations: Foundations) -> None:
    """After a power cut all three come up by themselves with their data, and nothing is left to change."""
    foundations.machine.kill()
    foundations.machine.start()
    foundations.until_as_declared()
    with foundations.connect() as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert foundations.api("user")["login"] == "operator"


WORKFLOW = "on: push\njobs:\n  greet:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo done by a runner\n"


def test_runner_converges(foundations: Foundations) -> None:
    """A runner registers once, does a job, is registered anew when Gitea lost it; without Gitea nothing is lost."""
    foundations.said(f"echo {foundations.machine.address} {DOMAIN} >>/etc/hosts")
    given = {"root_certificate": foundations.said(f"cat {ROOT}") + "\n", "registration_token": GIVEN["runner_token"]}
    registration = f"{DATA}/gitea-runner-{HOST}/.runner"

    assert "Register the runner with Gitea" in foundations.give_runner(given)
    first = foundations.said(f"cat {registration}")
    assert foundations.give_runner(given) == ()
    (known,) = runners(foundations)
    assert (known["name"], foundations.said(f"stat -c %a {registration}")) == (HOST, "600")
    assert json.loads(first)["token"] not in foundations.said("docker inspect runner; ps -eww -o args")

    assert workflow_result(foundations) == "success"

    foundations.change("DELETE", f"admin/actions/runners/{known['id']}")
    assert foundations.give_runner(given) == (
        "Register the runner with Gitea", "Let the runner read its new registration",
    )  # fmt: skip
    second = foundations.said(f"cat {registration}")
    assert second != first
    assert [each["name"] for each in runners(foundations)] == [HOST]

    foundations.said("docker stop gitea")
    with pytest.raises(WorkerError, match="gave no answer"):
        foundations.give_runner(given)
    assert foundations.said(f"cat {registration}") == second
    foundations.said("docker start gitea")
    foundations.until_as_declared()
    foundations.give_runner(given)
    assert foundations.said(f"cat {registration}") == second
    foundations.said("docker rm --force runner")


def runners(foundations: Foundations) -> list[Settings]:
    """Return the runners that Gitea knows."""
    found = foundations.api("admin/actions/runners")["runners"]
    assert isinstance(found, list)
    return [each for each in found if isinstance(each, dict)]


def workflow_result(foundations: Foundations) -> JsonValue:
    """Push a workflow to a new repository, and wait for its end."""
    foundations.change("POST", "user/repos", name="greeting", auto_init=True)
    content = base64.b64encode(WORKFLOW.encode()).decode()
    foundations.change(
        "POST", "repos/operator/greeting/contents/.gitea/workflows/greet.yaml", content=content, message="greet"
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        runs = foundations.api("repos/operator/greeting/actions/tasks")["workflow_runs"]
        assert isinstance(runs, list)
        for run in runs:
            if isinstance(run, dict) and run["status"] in {"success", "failure"}:
                return run["status"]
        assert time.monotonic() < deadline, runs
        time.sleep(0.5)
