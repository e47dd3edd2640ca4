"""The page `unseal.md`, followed word by word on a real Vault."""

import re
import shutil
from pathlib import Path

import httpx
import pytest

from ops.cli.exit_code import ExitCode
from rehearsal.servers.vault import VaultServer
from tests.ops.vault.laptop import ROOT, Laptop

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "runbooks" / "unseal.md").read_text(encoding="utf-8")
SECTIONS = {
    part.partition("\n")[0]: part.partition("\n")[2] for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
}
BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


class Followed:
    """The operator, who types what the page says."""

    def __init__(self, laptop: Laptop, server: VaultServer) -> None:
        """Type on *laptop*; what the cluster would do is done to *server*."""
        self.laptop = laptop
        self.server = server

    def section(self, name: str) -> None:
        """Type each command of the section; each must end with 0."""
        for command in self.commands(name):
            done = self.laptop.shell(command)
            assert done.returncode == ExitCode.DONE, f"{command}\n{done.stdout}{done.stderr}"
            self._cluster(command)

    def commands(self, name: str) -> list[str]:
        """Return the commands of the section *name*, continued lines joined."""
        blocks = [match[2] for match in BLOCK.finditer(SECTIONS[name])]
        assert blocks, name
        return [line.strip() for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.strip()]

    def says(self) -> str:
        """Return what the status says."""
        return self.laptop.vault("status --ca lab-root.pem --target production").stdout

    def _cluster(self, command: str) -> None:
        if "--replicas 0" in command:
            self.server.stop()
        elif "delete persistentvolumeclaim" in command:
            self.server.wipe()
        elif "--replicas 1" in command:
            assert self.server.pid is not None


@pytest.fixture
def followed(laptop: Laptop, bare: VaultServer) -> Followed:
    """Give an operator with a page."""
    return Followed(laptop, bare)


def test_every_section_is_tried() -> None:
    """No section with commands is left out below."""
    here = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    tried = {one or other for one, other in re.findall(r"(?:section|commands)\((?:\"(.*?)\"|'(.*?)')\)", here)}

    assert {name for name, text in SECTIONS.items() if BLOCK.search(text)} == tried


def test_first_time_then_a_power_cut(followed: Followed, bare: VaultServer) -> None:
    """From a bare Vault to a stack `main` with a token, and back to serving after a restart."""
    followed.section("The first time")
    assert (followed.laptop.home / "verbs").read_text() == "up main --target production\n"
    token = (followed.laptop.home / "token").read_text()
    assert token.startswith("hvs.")
    with bare.client(token) as client:
        assert client.get("auth/token/lookup-self").status_code == httpx.codes.FORBIDDEN
    bare.stop()
    bare.start()

    followed.section("After a restart or a power cut")

    assert not bare.is_sealed()
    assert (followed.laptop.home / "verbs").read_text().endswith("up hosts --refresh --target production\n")


def test_lost_key_file_comes_back(followed: Followed, bare: VaultServer) -> None:
    """The second copy opens Vault; without it the page leads to a new beginning."""
    followed.section("The first time")
    shutil.rmtree(followed.laptop.keys)
    bare.stop()
    bare.start()
    assert "there is no key file at" in followed.says()

    followed.section('"There is no key file"')

    assert "is unsealed, and" in followed.says()
    shutil.rmtree(followed.laptop.keys)
    followed.section("Begin anew")
    assert "is unsealed, and" in followed.says()


def test_wiped_vault_begins_anew(followed: Followed, bare: VaultServer) -> None:
    """The old keys are put away, not lost."""
    followed.section("The first time")
    old = followed.laptop.shares()
    bare.wipe()
    assert "belongs to one that was" in followed.says()

    followed.section('"Belongs to one that was"')

    assert "is unsealed, and" in followed.says()
    assert followed.laptop.shares() != old
    assert old[0] in (followed.laptop.keys.with_name("vault.old") / "keys.json").read_text()


def test_other_key_file_is_exchanged(followed: Followed, bare: VaultServer) -> None:
    """The key file of another Vault makes room for the right one."""
    followed.section("The first time")
    right = followed.laptop.keys.with_name("right")
    followed.laptop.keys.rename(right)
    bare.stop()
    data, kept = bare.folder / "data", bare.folder / "kept"
    data.rename(kept)
    shutil.copytree(kept, data)
    bare.wipe()
    followed.laptop.vault("init --ca lab-root.pem --yes")
    bare.stop()
    shutil.rmtree(data)
    kept.rename(data)
    bare.start()
    done = followed.laptop.vault("unseal --target production")
    assert "does not open Vault" in done.stderr

    followed.section('"Keys of another Vault", "does not open"')

    assert "is unsealed, and" in followed.says()
    assert followed.laptop.shares()[0] in (right / "keys.json").read_text()
