"""`k3s server`: datastore, API, controllers, scheduler, and this machine's node."""

import ipaddress
import platform
import time
from typing import NoReturn

from rehearsal.k3s_program import certificates
from rehearsal.k3s_program.api import Api
from rehearsal.k3s_program.encryption import write_encryption
from rehearsal.k3s_program.manifests import Manifests
from rehearsal.k3s_program.node import run_node
from rehearsal.k3s_program.notify import notify_ready
from rehearsal.k3s_program.places import AGENT, CRED, DATABASE, KUBECONFIG, MANIFESTS, PORT, SERVER, TLS
from rehearsal.k3s_program.processes import Processes
from rehearsal.k3s_program.rights import rights
from rehearsal.k3s_program.say import fail, say
from rehearsal.k3s_program.settings import Settings, read_settings
from rehearsal.k3s_program.tokens import ACCOUNTS_FILE, write_tokens
from rehearsal.k3s_program.told import told

SOCKET = f"unix://{SERVER}/kine.sock"
# Writers wait for one another: kine's own words for that are those of another driver.
STORE = f"sqlite://{DATABASE}/state.db?_pragma=journal_mode(WAL)&_pragma=busy_timeout(30000)&_txlock=immediate"
ISSUER = "https://kubernetes.default.svc.cluster.local"


def serve() -> NoReturn:
    """Run until told to end."""
    settings, processes = read_settings(), Processes()
    refuse_several(settings)
    for folder in (TLS, CRED, DATABASE, MANIFESTS, AGENT):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    named = settings.words("tls-san")
    addresses = [one for one in named if _is_address(one)]
    names = [settings.node, *(one for one in named if not _is_address(one))]
    authority = certificates.make_certificates(names, [settings.address, *addresses])
    api = Api(KUBECONFIG)
    api.write("127.0.0.1", authority=authority, token=write_tokens(settings, authority=authority))
    processes.start(
        "kine", "kine", "--endpoint", STORE, "--listen-address", SOCKET, "--metrics-bind-address", "0"
    )  # fmt: skip
    processes.start("kube-apiserver", "kubernetes", "kube-apiserver", *_api_words(settings))
    api.wait(processes)
    _start_controllers(processes)
    done = api.apply(f"{told().definitions}\n---\n{rights()}")
    if done.returncode != 0:
        fail(done.stderr)
    run_node(api, processes, settings, chip=platform.machine())
    notify_ready()
    say("k3s is up and running")
    manifests = Manifests(api)
    while True:
        processes.check()
        manifests.apply_changed()
        time.sleep(1)


def refuse_several(settings: Settings) -> None:
    """End the program where it should be one of several servers."""
    joined = settings.text("server")
    if joined or settings.switch("cluster-init"):
        wish = f"join {joined}" if joined else "begin with etcd"
        fail(f"{settings.node} should {wish}: several servers need etcd, which this stand-in has not")


def _api_words(settings: Settings) -> list[str]:
    encryption = settings.switch("secrets-encryption")
    return [
        f"--etcd-servers={SOCKET}", "--bind-address=0.0.0.0", f"--secure-port={PORT}",
        f"--advertise-address={settings.address}", "--service-cluster-ip-range=10.43.0.0/16",
        f"--tls-cert-file={certificates.CERTIFICATE}", f"--tls-private-key-file={certificates.KEY}",
        f"--client-ca-file={certificates.AUTHORITY}",
        f"--token-auth-file={ACCOUNTS_FILE}", "--authorization-mode=Node,RBAC", "--allow-privileged=true",
        f"--service-account-key-file={certificates.ACCOUNTS}",
        f"--service-account-signing-key-file={certificates.ACCOUNTS}", f"--service-account-issuer={ISSUER}",
        *([f"--encryption-provider-config={write_encryption()}"] if encryption else []),
    ]  # fmt: skip


def _start_controllers(processes: Processes) -> None:
    access = [f"--{what}kubeconfig={KUBECONFIG}" for what in ("", "authentication-", "authorization-")]
    common = [*access, "--leader-elect=false", "--bind-address=127.0.0.1"]
    processes.start(
        "kube-controller-manager", "kubernetes", "kube-controller-manager", *common,
        f"--service-account-private-key-file={certificates.ACCOUNTS}", f"--root-ca-file={certificates.AUTHORITY}",
        "--allocate-node-cidrs=true", "--cluster-cidr=10.42.0.0/16",
    )  # fmt: skip
    processes.start("kube-scheduler", "kubernetes", "kube-scheduler", *common)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
