"""What the stack does for one SSH key, in a few lines: the numbers of its file become keys of an account."""

import secrets

import httpx

from components.openssh_key import OpensshKey
from ops.rotation.homes import Homes
from ops.rotation.proof import Proof
from ops.rotation.stack_file import StackFile

NAME, ORG, USER, TITLE = "ssh-reader", "my-org", "reader", "reader_key"
PATH, FIELD, SECRET = "kvv1/gitea/reader", "private_key", "TERRAFORM_SSH_KEY"


class SmallStack:
    """Keys by number, as a state would remember them."""

    def __init__(
        self, file: StackFile, *, homes: Homes, proof: Proof, vault: httpx.Client, gitea: httpx.Client
    ) -> None:  # fmt: skip
        """Have nothing yet; both clients may do everything."""
        self.file, self.homes, self.proof = file, homes, proof
        self.vault, self.gitea = vault, gitea
        self.keys: dict[int, OpensshKey] = {}
        self.made = 0
        self.publishes = True
        self.removes = True

    def up(self) -> None:
        """Make what the file asks for, publish the current one, and take the rest away."""
        numbers = self.file.numbers(NAME)
        wanted = {numbers.current, *numbers.kept}
        for number in sorted(wanted - self.keys.keys()):
            self.made += 1
            self.keys[number] = OpensshKey.of(secrets.token_urlsafe(48))
            body = {"title": f"{TITLE}-{number}", "key": self.keys[number].public}
            self.gitea.post(f"/admin/users/{USER}/keys", json=body).raise_for_status()
        if self.publishes:
            value = self.keys[numbers.current].private
            self.vault.put(PATH, json={FIELD: value}).raise_for_status()
            self.gitea.put(f"/orgs/{ORG}/actions/secrets/{SECRET}", json={"data": value}).raise_for_status()
        for number in sorted(self.keys.keys() - wanted) if self.removes else ():
            self.take_away(number)

    def take_away(self, number: int) -> None:
        """Take one key away, as somebody would by hand."""
        self.keys.pop(number, None)
        for key in self.gitea.get(f"/users/{USER}/keys").json():
            if key["title"] == f"{TITLE}-{number}":
                self.gitea.delete(f"/admin/users/{USER}/keys/{key['id']}").raise_for_status()

    def take_all_away(self) -> None:
        """Leave nothing for the next test."""
        for number in [*self.keys]:
            self.take_away(number)
        self.vault.delete(PATH).raise_for_status()

    def titles(self) -> list[str]:
        """Return what the account has."""
        return sorted(key["title"] for key in self.gitea.get(f"/users/{USER}/keys").json())

    def published(self) -> str:
        """Return what Vault has."""
        return str(self.vault.get(PATH).raise_for_status().json()["data"][FIELD])
