"""Vault tells its keys once: what happens when something goes wrong just then."""

import signal
import time
from pathlib import Path

import httpx
import pytest

from provider.factory_error import FactoryError
from provider.vault_seal.seal_case import SealCase
from rehearsal.fault_proxy import Fault, FaultProxy
from rehearsal.servers.vault import VaultServer
from tests.provider.vault_seal.operator_machine import ONE, OperatorMachine

pytestmark = pytest.mark.slow

INIT = "/v1/sys/init"
LOST = "nobody has the keys: it can never have been unsealed, so it is empty"


def test_killed_before_the_answer(machine: OperatorMachine, bare: VaultServer, proxy: FaultProxy) -> None:
    """The keys are lost with the process; that is said, and a wiped Vault starts anew without a further word."""
    behind = OperatorMachine(machine.folder.parent, url=proxy.url, ca=machine.ca)
    proxy.faults = [Fault(method="PUT", path=INIT, what="slow", seconds=30)]
    run = behind.initialising_run()
    while not _initialised(bare):
        assert run.poll() is None, run.communicate()[1]
        time.sleep(0.05)
    run.kill()
    run.communicate()

    assert machine.files == ["keys.json.answer"]
    for refused in (lambda: machine.seal.initialise(ONE), machine.seal.unseal):
        with pytest.raises(FactoryError, match=LOST):
            refused()
    assert machine.files == ["keys.json.answer"]

    bare.wipe()
    machine.seal.initialise(ONE)
    machine.seal.unseal()
    assert machine.seal.look().case is SealCase.UNSEALED


def test_killed_after_the_answer(machine: OperatorMachine) -> None:
    """Killed between the answer and the key file's name: nothing is lost, the next run goes on."""
    run = machine.initialising_run(ends_at="os.link")
    said = run.communicate()[1]
    assert run.returncode == -signal.SIGKILL, said
    assert machine.files == ["keys.json.answer", "keys.json.half"]
    assert machine.seal.look().case is SealCase.SEALED

    machine.seal.unseal()

    assert machine.seal.look().case is SealCase.UNSEALED
    assert machine.files == ["keys.json", "keys.json.vault"]


def test_killed_while_waiting_and_nothing_was_done(machine: OperatorMachine, proxy: FaultProxy) -> None:
    """A connection that broke before Vault had the request costs nothing: the next run initialises."""
    behind = OperatorMachine(machine.folder.parent, url=proxy.url, ca=machine.ca)
    proxy.faults = [Fault(method="PUT", path=INIT, what="cut before")]

    with pytest.raises(FactoryError, match="gave no answer to PUT /v1/sys/init"):
        behind.seal.initialise(ONE)

    assert proxy.sent("PUT", INIT) == 1
    machine.seal.initialise(ONE)
    machine.seal.unseal()
    assert machine.seal.look().case is SealCase.UNSEALED


def test_lost_answer_is_not_asked_for_again(machine: OperatorMachine, proxy: FaultProxy) -> None:
    """One request, one answer: when that is lost, so are the keys, and the message says that nothing else is."""
    behind = OperatorMachine(machine.folder.parent, url=proxy.url, ca=machine.ca)
    proxy.faults = [Fault(method="PUT", path=INIT, what="cut after")]

    with pytest.raises(FactoryError, match="they were in the answer that was lost: nobody has them"):
        behind.seal.initialise(ONE)

    assert proxy.sent("PUT", INIT) == 1
    with pytest.raises(FactoryError, match=LOST):
        behind.seal.unseal()


def test_killed_before_the_token_is_revoked(machine: OperatorMachine, bare: VaultServer, proxy: FaultProxy) -> None:
    """A run that lost its connection while revoking is finished by the next one, and the token is of no use then."""
    behind = OperatorMachine(machine.folder.parent, url=proxy.url, ca=machine.ca)
    machine.seal.initialise(ONE)
    answer = machine.seal.file.answer.read()
    assert answer is not None
    for what, lives in (("cut before", True), ("cut after", False)):
        proxy.faults = [Fault(method="PUT", path="revoke-self", what=what)]  # type: ignore[arg-type] # both are kinds
        with pytest.raises(FactoryError, match="gave no answer to PUT /v1/auth/token/revoke-self"):
            behind.seal.unseal()
        assert machine.seal.look().case is SealCase.UNFINISHED
        assert machine.seal.api.accepts(answer.root_token) is lives

    machine.seal.unseal()

    assert machine.seal.look().case is SealCase.UNSEALED
    with bare.client(answer.root_token) as client:
        assert client.get("auth/token/lookup-self").status_code == httpx.codes.FORBIDDEN


def test_one_of_two_operators_wins(machine: OperatorMachine, tmp_path: Path) -> None:
    """Two machines ask at the same moment: one has the keys, the other is told and keeps nothing."""
    machines = [machine, OperatorMachine(tmp_path / "other", url=machine.url, ca=machine.ca)]
    runs = [one.initialising_run() for one in machines]
    said = [run.communicate()[1] for run in runs]

    assert sorted(run.returncode for run in runs) == [0, 1]
    winner, loser = (0, 1) if runs[0].returncode == 0 else (1, 0)
    assert (
        "initialised by somebody else a moment ago" in said[loser] or "is initialised, and there is no" in said[loser]
    )
    assert machines[loser].files == []
    machines[winner].seal.unseal()
    assert machines[winner].seal.look().case is SealCase.UNSEALED


def test_one_of_two_runs_on_a_machine_asks(machine: OperatorMachine, proxy: FaultProxy) -> None:
    """While one run waits for the answer, another one on the same machine does not ask."""
    behind = OperatorMachine(machine.folder.parent, url=proxy.url, ca=machine.ca)
    proxy.faults = [Fault(method="PUT", path=INIT, what="slow", seconds=2)]
    run = behind.initialising_run()
    while not proxy.sent("PUT", INIT):
        assert run.poll() is None, run.communicate()[1]
        time.sleep(0.02)

    with pytest.raises(FactoryError, match=r"another run on this machine is initialising|there is no key file"):
        machine.seal.initialise(ONE)

    assert run.communicate()[1] == ""
    assert proxy.sent("PUT", INIT) == 1
    machine.seal.unseal()
    assert machine.files == ["keys.json", "keys.json.vault"]


def test_overtaken_operator_keeps_nothing(machine: OperatorMachine, bare: VaultServer, tmp_path: Path) -> None:
    """Somebody else initialises between the last look and the request: Vault refuses, and that is explained."""
    other = OperatorMachine(tmp_path / "other", url=machine.url, ca=machine.ca)
    with Overtaking(other, bare) as proxy:
        behind = OperatorMachine(machine.folder.parent, url=proxy.url, ca=machine.ca)

        with pytest.raises(FactoryError, match="was initialised by somebody else a moment ago; no keys were made here"):
            behind.seal.initialise(ONE)

    assert machine.files == []
    other.seal.unseal()
    assert other.seal.look().case is SealCase.UNSEALED


class Overtaking(FaultProxy):
    """A proxy before a Vault that somebody initialises just before a request to do so reaches it."""

    def __init__(self, other: OperatorMachine, server: VaultServer) -> None:
        """Have *other* be quicker at *server*."""
        super().__init__(server.address, trust=server.authority.root, authority=server.authority)
        self._other = other

    def fault(self, method: str, path: str) -> Fault | None:
        """Let the other one pass."""
        if (method, path) == ("PUT", INIT):
            self._other.seal.initialise(ONE)
        return super().fault(method, path)


def test_lock_is_held_while_asking(machine: OperatorMachine) -> None:
    """A second run on the same machine does not even reach for the file of the first."""
    with machine.seal.file.answer.alone(), pytest.raises(FactoryError, match="another run on this machine"):
        machine.seal.initialise(ONE)

    assert machine.files == []
    machine.seal.initialise(ONE)
    assert machine.seal.look().case is SealCase.SEALED


def test_full_disk_is_found_out_before_vault_is_asked(machine: OperatorMachine, bare: VaultServer) -> None:
    """The room for the answer is taken before Vault is asked; without it, it is not asked."""
    run = machine.initialising_run(largest_file=1000)

    assert "Vault was not asked for keys, for they could not be kept" in run.communicate()[1]
    assert run.returncode == 1
    assert not _initialised(bare)
    assert machine.files == []


def _initialised(server: VaultServer) -> bool:
    with server.client() as client:
        answer = client.get("sys/seal-status")
    # In the middle of it Vault cannot say.
    return answer.is_success and answer.json()["initialized"] is True
