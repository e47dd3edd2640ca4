"""Credentials in their two homes: embedded engine, real Vault, real Gitea."""

import base64
import dataclasses
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
import yaml
from pydantic import JsonValue

from ops.official.event_log import Document
from provider.gitea.address import TOKEN_VARIABLE
from provider.gitea.digest_step import digest_command
from provider.missing_credentials import VAULT_TOKEN
from rehearsal.servers.gitea import GiteaServer
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.vault import VaultServer
from rehearsal.stack_runner import PROJECT, StackRunner
from tests.provider.gitea.conftest import ANOTHER_REPOSITORY, ORGANIZATION, REPOSITORY

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
STACK = "publish"
READER = "tofu-module-reader"
MODULES = ANOTHER_REPOSITORY.partition("/")[2]
PLUGINS = {"factory": ROOT / "provider", "random": ROOT / "rehearsal" / "standins" / "random"}
ENGINES = {"kvv1": "1", "kvv2": "2"}
REFUSED = ("Permission denied", "is not authorized")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Published:
    """The program, and what it works on."""

    runner: StackRunner
    """What runs it."""
    gitea: GiteaServer
    """One home."""
    vault: VaultServer
    """The other."""
    told: Mapping[str, JsonValue]
    """What the program is told."""
    documents: list[Document]
    """What the runs said."""

    def tell(self, **changes: JsonValue) -> None:
        """Change what the program is told."""
        config = {"factory:settings": {**self.told, **changes}, "pulumi:disable-default-providers": ["factory"]}
        (self.runner.folder / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump({"config": config}))

    def preview(self) -> dict[str, str]:
        """Return what a run would do to which resource, by type and name."""
        return self._kept(self.runner.run("preview", refresh=True))

    def up(self) -> dict[str, str]:
        """Return what a run did."""
        return self._kept(self.runner.run("up", refresh=True))

    def _kept(self, document: Document) -> dict[str, str]:
        self.documents.append(document)
        assert (document.result, document.diagnostics) == ("succeeded", [])
        steps = {"::".join(step.urn.rpartition("$")[2].split("::")[-2:]): step for step in document.steps}
        return {name: step.op for name, step in steps.items() if step.op not in {"same", "refresh"}}

    def in_vault(self) -> dict[str, str]:
        """Return what Vault has, by field."""
        with self.vault.client(self.vault.root_token) as hand:
            key = hand.get("kvv2/data/gitea/tofu_module_reader").raise_for_status().json()["data"]["data"]
            return {**key, **hand.get("kvv1/cloud/state").raise_for_status().json()["data"]}

    def in_state(self) -> dict[str, str]:
        """Return what the state has, by field."""
        names = {"ssh_key": "private_key", "access_key": "access_key", "secret_key": "secret_key"}
        return {field: self.runner.secret_output(name) for field, name in names.items()}

    def keys(self) -> dict[str, str]:
        """Return the public keys of the account on Gitea, by title."""
        with self.gitea.client() as hand:
            return {key["title"]: key["key"] for key in hand.get(f"/users/{READER}/keys").raise_for_status().json()}

    def reads_by_ssh(self, key: str, folder: Path, *, repository: str = ANOTHER_REPOSITORY) -> bool:
        """Tell whether `git` may read *repository* with the private *key*."""
        files = {"key": key, "known": self.gitea.known_host + "\n"}
        for name, content in files.items():
            (folder / name).touch(mode=0o600)
            (folder / name).write_text(content)
        options = f"-F none -i {folder}/key -o IdentitiesOnly=yes -o UserKnownHostsFile={folder}/known -o BatchMode=yes"
        said = subprocess.run(
            ["git", "ls-remote", self.gitea.ssh_url(repository)], capture_output=True, text=True, check=False,  # noqa: S607 - the system's own git
            env={"PATH": "/usr/bin:/bin", "GIT_SSH_COMMAND": f"ssh {options}"},
        )  # fmt: skip
        assert said.returncode == 0 or any(word in said.stderr for word in REFUSED), said.stderr
        return said.returncode == 0

    def names_on_gitea(self) -> set[str]:
        """Return the names of all secrets of Actions."""
        with self.gitea.client() as hand:
            places = (f"/orgs/{ORGANIZATION}", f"/repos/{ANOTHER_REPOSITORY}")
            found = [hand.get(f"{place}/actions/secrets").raise_for_status().json() for place in places]
            return {secret["name"] for secrets in found for secret in secrets}


@pytest.fixture(scope="module")
def published(gitea: GiteaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Run the program once; take everything away at the end."""
    folder = tmp_path_factory.mktemp("publish")
    runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
    plugins = {"providers": [{"name": name, "path": str(path)} for name, path in PLUGINS.items()]}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": PROJECT, "runtime": runtime, "plugins": plugins}))
    (folder / "__main__.py").write_text("from tests.provider.gitea.publish_program import main\n\nmain()\n")
    with own_folder() as servers, VaultServer(folder=servers / "vault") as vault:
        vault.initialise()
        with vault.client(vault.root_token) as hand:
            for mount, version in ENGINES.items():
                new = {"type": "kv", "options": {"version": version}}
                hand.put(f"sys/mounts/{mount}", json=new).raise_for_status()
        told: dict[str, JsonValue] = {
            "gitea_url": gitea.url, "gitea_ca": gitea.authority.root, "vault_url": vault.address,
            "vault_ca": vault.authority.root, "organization": ORGANIZATION, "repository": MODULES, "current": 1,
            "kept": [], "prefix": "STATE_",
        }  # fmt: skip
        secrets = {TOKEN_VARIABLE: gitea.token, VAULT_TOKEN: vault.root_token}
        runner = StackRunner(folder, stack=STACK, engine="embedded", checkout=ROOT, secrets_of_providers=secrets)
        published = Published(runner=runner, gitea=gitea, vault=vault, told=told, documents=[])
        published.tell()
        assert set(published.up().values()) == {"create"}
        yield published
        assert runner.run("destroy").result == "succeeded"
        with vault.client(vault.root_token) as hand:
            assert hand.get("kvv2/metadata/gitea/tofu_module_reader").status_code == httpx.codes.NOT_FOUND
        assert published.names_on_gitea() == set()


def test_second_run_changes_nothing(published: Published) -> None:
    """Both homes have the values that the state has, and another run finds nothing to do."""
    assert published.in_vault() == published.in_state()
    assert published.names_on_gitea() == {"TERRAFORM_SSH_KEY", "STATE_ACCESS_KEY", "STATE_SECRET_KEY"}
    assert published.up() == {}


def test_key_belongs_to_the_account(published: Published, tmp_path: Path) -> None:
    """OpenSSH finds in the published private key the public one that Gitea knows the account by."""
    file = tmp_path / "key"
    file.touch(mode=0o600)
    file.write_text(published.in_vault()["ssh_key"])

    said = subprocess.run(["ssh-keygen", "-y", "-f", file], capture_output=True, text=True, check=True)  # noqa: S607 - the system's own ssh-keygen

    assert published.keys() == {"tofu_module_reader-1": said.stdout.strip()}
    assert published.runner.output("public_key") == said.stdout.strip()


def test_key_reads_the_modules(published: Published, tmp_path: Path) -> None:
    """With the key that Vault has, `git` reads the modules, and no other repository."""
    key = published.in_vault()["ssh_key"]

    assert published.reads_by_ssh(key, tmp_path)
    assert not published.reads_by_ssh(key, tmp_path, repository=REPOSITORY)


def test_account_reads_its_repositories_and_nothing_else(published: Published) -> None:
    """It is restricted: it reads the code of the modules, writes nothing, and does not see another repository."""
    with published.gitea.client() as hand:
        hand.headers["Sudo"] = READER
        myself = hand.get("/user").raise_for_status().json()
        rights = hand.get(f"/repos/{ANOTHER_REPOSITORY}").raise_for_status().json()["permissions"]
        file = {"content": base64.b64encode(b"x").decode(), "message": "x"}
        written = hand.post(f"/repos/{ANOTHER_REPOSITORY}/contents/x", json=file)
        issues = hand.get(f"/repos/{ANOTHER_REPOSITORY}/issues")
        other = hand.get(f"/repos/{REPOSITORY}")

    assert (myself["restricted"], myself["is_admin"]) == (True, False)
    assert rights == {"admin": False, "push": False, "pull": True}
    assert written.status_code == httpx.codes.FORBIDDEN
    assert issues.status_code == httpx.codes.NOT_FOUND
    assert other.status_code == httpx.codes.NOT_FOUND


def test_each_side_is_watched_and_repaired(published: Published) -> None:
    """What is changed or deleted in either home, and what the account loses or gains, is shown and put right."""
    before = published.in_vault()
    with published.vault.client(published.vault.root_token) as vault, published.gitea.client() as gitea:
        vault.put("kvv1/cloud/state", json={**before, "access_key": "theirs"}).raise_for_status()
        vault.delete("kvv2/data/gitea/tofu_module_reader").raise_for_status()
        secrets = f"/repos/{ANOTHER_REPOSITORY}/actions/secrets"
        gitea.delete(f"{secrets}/STATE_ACCESS_KEY").raise_for_status()
        gitea.delete(f"{secrets}/STATE_SECRET_KEY").raise_for_status()
        time.sleep(1.01 - time.time() % 1)  # Gitea counts in seconds: made again in the same one is not seen
        gitea.put(f"{secrets}/STATE_SECRET_KEY", json={"data": "theirs"}).raise_for_status()
        (key,) = gitea.get(f"/users/{READER}/keys").raise_for_status().json()
        gitea.delete(f"/admin/users/{READER}/keys/{key['id']}").raise_for_status()
        (team,) = gitea.get(f"/orgs/{ORGANIZATION}/teams/search", params={"q": READER}).json()["data"]
        gitea.put(f"/teams/{team['id']}/repos/{REPOSITORY}").raise_for_status()
        gitea.delete(f"/teams/{team['id']}/members/{READER}").raise_for_status()
    expected = {
        "factory:vault:KvSecret::pair": "update",
        "factory:vault:KvSecret::key": "create",
        "factory:gitea:ActionsSecret::pair-access_key": "create",
        "factory:gitea:ActionsSecret::pair-secret_key": "update",
        "factory:gitea:SshKey::modules-1": "create",
        "factory:gitea:Team::modules": "update",
        "factory:gitea:TeamMembership::modules": "create",
    }

    assert published.preview() == expected
    assert published.up() == expected
    assert published.in_vault() == before == published.in_state()
    assert len(published.keys()) == 1


def test_value_written_over_on_gitea_is_told_by_the_digest(published: Published) -> None:
    """Gitea does not tell that a value was written over; the step of a workflow prints another digest then."""
    digest, value = published.runner.secret_output("digest"), published.in_state()["secret_key"]
    with published.gitea.client() as hand:
        path = f"/repos/{ANOTHER_REPOSITORY}/actions/secrets/STATE_SECRET_KEY"
        hand.put(path, json={"data": "theirs", "description": "secret_key of kvv1/cloud/state in Vault"})

    printed = {held: _printed(digest, held) for held in (value, "theirs")}

    assert published.preview() == {}
    assert printed[value] == digest
    assert printed["theirs"] != digest


def test_renewal_of_the_key(published: Published, tmp_path: Path) -> None:
    """The new key is published while the old one still works; then the old one is dead. Every step may be repeated."""
    first = published.in_vault()["ssh_key"]

    published.tell(current=2, kept=[1])
    published.up()
    second, beside = published.in_vault()["ssh_key"], published.keys()
    both = [published.reads_by_ssh(key, tmp_path) for key in (first, second)]
    again = published.up()
    published.tell(current=2)
    removed = published.up()

    assert second != first
    assert beside.keys() == {"tofu_module_reader-1", "tofu_module_reader-2"}
    assert again == {}
    assert removed == {
        "factory:gitea:SshKey::modules-1": "delete",
        "random:index/randomPassword:RandomPassword::modules-1": "delete",
    }
    assert published.keys().keys() == {"tofu_module_reader-2"}
    assert both == [True, True]
    assert [published.reads_by_ssh(key, tmp_path) for key in (first, second)] == [False, True]
    assert published.in_vault()["ssh_key"] == second


def test_name_of_the_server_is_refused(published: Published) -> None:
    """A name that Gitea keeps for itself is refused before anything is made, with what to write instead."""
    published.tell(current=2, prefix="GITEA_")
    document = published.runner.run("preview")
    published.documents.append(document)
    published.tell(current=2)

    said = "\n".join(diagnostic.message for diagnostic in document.diagnostics)
    assert document.result == "failed"
    assert "FORGE_TOKEN: capitals, digits and _; GITEA_… and GITHUB_… are the server's own" in said


def test_no_secret_in_plain(published: Published) -> None:
    """Neither state, history, logs nor documents hold a value, in any of the usual spellings."""
    texts = [file.read_text(errors="replace") for file in published.runner.folder.rglob("*") if file.is_file()]
    texts += [document.model_dump_json() for document in published.documents]
    values = published.in_state()
    body = values.pop("ssh_key").splitlines()[1:-1]
    secrets = [*values.values(), *body, published.gitea.token, published.vault.root_token]

    assert len(texts) > len(published.documents)
    for secret in secrets:
        spellings = {secret, base64.b64encode(secret.encode()).decode().rstrip("="), secret.encode().hex()}
        assert not [spelling for spelling in spellings for text in texts if spelling in text]


def _printed(digest: str, held: str) -> str:
    said = subprocess.run(
        ["/bin/sh", "-c", digest_command(digest)], env={"VALUE": held, "PATH": "/usr/bin:/bin"}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    return said.stdout.strip()
