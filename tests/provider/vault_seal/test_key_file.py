"""Keys are only read and written where nobody else can; what stands in their place is left alone."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from provider.factory_error import FactoryError
from provider.vault_seal.answer_file import Reserved
from provider.vault_seal.key_file import KeyFile
from provider.vault_seal.unseal_keys import UnsealKeys
from provider.vault_seal.vault_record import VaultRecord
from rehearsal.servers.free_port import free_port
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority
from tests.provider.vault_seal.operator_machine import OperatorMachine

SECRET = "c2hhcmU="  # noqa: S105 - stands for a share, is none
KEYS = UnsealKeys(vault="https://v.example", made="now", threshold=1, recipients=[], shares=[SECRET])


@pytest.fixture
def machine(tmp_path: Path) -> OperatorMachine:
    """Give a machine that knows a Vault which is not there."""
    machine = OperatorMachine(tmp_path, url=f"https://127.0.0.1:{free_port()}", ca=ThrowAwayAuthority().root)
    machine.folder.mkdir(mode=0o700)
    return machine


def _written(machine: OperatorMachine) -> Path:
    machine.path.touch(mode=0o600)
    machine.path.write_bytes(KEYS.content)
    return machine.path


def _link(machine: OperatorMachine) -> None:
    target = machine.folder / "target"
    _written(machine).rename(target)
    machine.path.symlink_to(target)


def _dangling_link(machine: OperatorMachine) -> None:
    machine.path.symlink_to(machine.folder / "nothing")


def _pipe(machine: OperatorMachine) -> None:
    os.mkfifo(machine.path, mode=0o600)


def _open_file(machine: OperatorMachine) -> None:
    _written(machine).chmod(0o640)


def _open_folder(machine: OperatorMachine) -> None:
    _written(machine)
    machine.folder.chmod(0o750)


def _something_else(machine: OperatorMachine) -> None:
    _written(machine).write_text('{"threshold": 1}')


def _torn(machine: OperatorMachine) -> None:
    _written(machine).write_bytes(KEYS.content[:-20])


def _link_as_answer(machine: OperatorMachine) -> None:
    (machine.folder / "keys.json.answer").symlink_to(machine.folder / "elsewhere")


REFUSED: dict[str, tuple[Callable[[OperatorMachine], None], str]] = {
    "link": (_link, "expected a file, found a link"),
    "link to nothing": (_dangling_link, "expected a file, found a link"),
    "link in the place of the answer": (_link_as_answer, "expected a file, found a link"),
    "pipe": (_pipe, "expected a file, found something else"),
    "file that others read": (_open_file, "Expected mode 600: chmod 600"),
    "folder that others enter": (_open_folder, "Expected mode 700: chmod 700"),
    "another file": (_something_else, "expected the shares of a Vault, found something else"),
    "half a file": (_torn, "expected the shares of a Vault, found something else"),
}


@pytest.mark.parametrize(("spoil", "part"), REFUSED.values(), ids=REFUSED.keys())
def test_place_is_refused(machine: OperatorMachine, spoil: Callable[[OperatorMachine], None], part: str) -> None:
    """It is refused before Vault is contacted, without a share in the message, and stays as it is."""
    spoil(machine)
    before = machine.files

    with pytest.raises(FactoryError) as error:
        machine.seal.look()

    assert part in str(error.value)
    assert SECRET not in str(error.value)
    assert machine.files == before


def test_folder_of_somebody_else_is_refused(machine: OperatorMachine) -> None:
    """Another owner could read the keys whatever the modes say."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(machine.folder, 65534, 65534)

    with pytest.raises(FactoryError, match="expected a folder of your own, found one of the user 65534"):
        machine.seal.look()


def test_relative_path_is_refused() -> None:
    """A path that depends on where a command is typed would be another one tomorrow."""
    with pytest.raises(FactoryError, match="expected a path such as"):
        KeyFile("keys.json")


def test_folder_that_cannot_be_made(machine: OperatorMachine) -> None:
    """A place where nothing can be written is said with the reason of the system."""
    file = KeyFile("/proc/factory/keys.json")

    with pytest.raises(FactoryError, match="/proc/factory: cannot be made"), file.answer.alone():
        pass
    assert machine.files == []


def test_key_file_is_never_written_over(machine: OperatorMachine) -> None:
    """Even a run that came past every other check cannot put new keys in the place of old ones."""
    _written(machine)
    folder = machine.seal.file.folder

    with pytest.raises(FileExistsError):
        folder.write_new("keys.json", b"others")

    assert machine.path.read_bytes() == KEYS.content
    assert machine.files == ["keys.json"]


def test_keys_come_back_as_they_were_written() -> None:
    """What is written is read again, and not shown by accident."""
    assert UnsealKeys.read(KEYS.content, path="x") == KEYS
    assert SECRET not in repr(KEYS)


def test_broken_disk_is_told(machine: OperatorMachine) -> None:
    """When even the room that was made cannot be written, it is said that the keys are lost, and nothing else is."""
    reader, writer = os.pipe()
    try:
        # No position can be written to in a pipe: to the program that is a disk that fails.
        reserved = Reserved(writer, machine.seal.file.folder, machine.path)

        with pytest.raises(FactoryError, match="nobody has its keys and it is empty") as error:
            reserved.keep(SECRET.encode())
    finally:
        os.close(reader)
        os.close(writer)

    assert SECRET not in str(error.value)


def test_note_that_cannot_be_written(machine: OperatorMachine) -> None:
    """The note which Vault it is can wait: the next run writes it."""
    (machine.folder / "keys.json.vault").mkdir()
    record = VaultRecord(cluster="c", vault="https://v.example", ca=None)

    with pytest.raises(FactoryError, match="The keys are safe; the next run writes it"):
        machine.seal.file.write_record(record)
