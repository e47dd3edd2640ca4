"""Inputs that Gitea would refuse, change or forget are refused by name, before anything is contacted."""

import pytest

from provider.factory_error import FactoryError
from provider.gitea.address import GiteaAddress
from provider.gitea.api import GiteaApi
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.gitea_kinds.kinds import gitea_kinds
from provider.values import Plain, Properties, Unknown
from tests.provider.gitea.lives import LIVES, Life

NOWHERE = GiteaApi(GiteaAddress(url="https://127.0.0.1:1"))
KINDS: dict[str, GiteaKind] = {token.rpartition(":")[2]: kind for token, kind in gitea_kinds(NOWHERE).items()}

SECRET: Properties = {"place": "arcodange-org", "name": "FORGE_TOKEN", "value": "x"}
USER: Properties = {"username": "ci", "email": "ci@example.org"}
TEAM: Properties = {"organization": "arcodange-org", "name": "readers", "units": {"repo.code": "read"}}
RULE: Properties = {"repository": "arcodange-org/erp", "rule_name": "main"}
HOOK: Properties = {"place": "arcodange-org", "url": "https://ci.example.org", "secret": "x"}
KEY: Properties = {"username": "ci", "title": "modules", "key": "ssh-ed25519 AAAA"}

FAULTS: dict[str, tuple[str, Properties, str, str]] = {
    "mistyped input": ("ActionsSecret", {**SECRET, "vaule": "x"}, "vaule", "did you mean 'value'"),
    "missing value": ("ActionsSecret", {"place": "o", "name": "N"}, "value", "missing. Expected text"),
    "empty value": ("ActionsSecret", {**SECRET, "value": ""}, "value", "wrong type"),
    "name of Gitea": ("ActionsSecret", {**SECRET, "name": "GITEA_TOKEN"}, "name", "FORGE_"),
    "name of GitHub": ("ActionsVariable", {**SECRET, "name": "GITHUB_X"}, "name", "FORGE_"),
    "name CI": ("ActionsVariable", {**SECRET, "name": "CI"}, "name", "FORGE_"),
    "name in small letters": ("ActionsSecret", {**SECRET, "name": "forge"}, "name", "capitals"),
    "name with a digit first": ("ActionsSecret", {**SECRET, "name": "1A"}, "name", "capitals"),
    "value too long": ("ActionsSecret", {**SECRET, "value": "x" * 65_537}, "value", "longer than 65536"),
    "description too long": ("ActionsSecret", {**SECRET, "description": "x" * 4097}, "description", "longer than"),
    "three parts": ("ActionsSecret", {**SECRET, "place": "a/b/c"}, "place", "arcodange-org/erp"),
    "leads up": ("ActionsSecret", {**SECRET, "place": ".."}, "place", "arcodange-org/erp"),
    "leads up in a repository": ("ActionsSecret", {**SECRET, "place": "o/.."}, "place", "arcodange-org/erp"),
    "user of a path": ("User", {**USER, "username": "a/b"}, "username", "for example"),
    "name like an option": ("User", {**USER, "username": "-f"}, "username", "for example"),
    "no address": ("User", {**USER, "email": "ci"}, "email", "ci@example.org"),
    "unknown visibility": ("User", {**USER, "visibility": "secret"}, "visibility", "public, limited, private"),
    "restricted as text": ("User", {**USER, "restricted": "yes"}, "restricted", "true or false"),
    "certificate": ("SshKey", {**KEY, "key": "-----BEGIN CERTIFICATE-----"}, "key", "ssh-ed25519"),
    "two keys": ("SshKey", {**KEY, "key": "ssh-rsa AAAA\nssh-rsa BBBB"}, "key", "one line"),
    "team of the owners": ("Team", {**TEAM, "name": "Owners"}, "name", "Gitea's own"),
    "team without rights": ("Team", {"organization": "o", "name": "n"}, "units", "expected what the team may do"),
    "rights twice": ("Team", {**TEAM, "administers": True}, "units", "or administers"),
    "unknown right": ("Team", {**TEAM, "units": {"repo.code": "all"}}, "units", "read, write"),
    "repositories twice": (
        "Team", {**TEAM, "all_repositories": True, "repositories": ["erp"]}, "repositories", "expected none",
    ),
    "repositories as text": ("Team", {**TEAM, "repositories": "erp"}, "repositories", "a list of texts"),
    "list of numbers": ("Team", {**TEAM, "repositories": [1.0]}, "repositories", "a list of texts"),
    "rule of an organisation": ("BranchProtection", {**RULE, "repository": "o"}, "repository", "arcodange-org/erp"),
    "list without its switch": (
        "BranchProtection", {**RULE, "enable_push_whitelist": True}, "enable_push_whitelist", "enable_push: true",
    ),
    "force push without push": (
        "BranchProtection", {**RULE, "enable_force_push": True}, "enable_force_push", "enable_push: true",
    ),
    "approvals as text": ("BranchProtection", {**RULE, "required_approvals": "1"}, "required_approvals", "a number"),
    "approvals as truth": ("BranchProtection", {**RULE, "required_approvals": True}, "required_approvals", "a number"),
    "no event": ("Webhook", {**HOOK, "events": []}, "events", "expected one at least"),
    "unknown event": ("Webhook", {**HOOK, "events": ["pusch"]}, "events", "push"),
    "no address of a webhook": ("Webhook", {**HOOK, "url": "ci.example.org"}, "url", "https://"),
    "webhook without a secret": ("Webhook", {"place": "o", "url": "https://x.example"}, "secret", "missing"),
    "client without a way back": ("OAuth2Application", {"name": "erp"}, "redirect_uris", "missing"),
    "client of an empty list": ("OAuth2Application", {"name": "erp", "redirect_uris": []}, "redirect_uris", "one"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "inputs", "path", "part"), FAULTS.values(), ids=FAULTS.keys())
def test_refused(kind: str, inputs: Properties, path: str, part: str) -> None:
    """The fault names the input and says what was expected; of a secret it repeats nothing."""
    faults = dict(KINDS[kind].check(inputs).faults)

    assert faults.keys() == {path}
    assert part in faults[path]


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES.keys())
def test_unknown_values_pass(life: Life) -> None:
    """What only an apply will tell is not refused in a preview, and stays unknown."""
    inputs: Properties = dict.fromkeys(life.inputs, Unknown())

    checked = KINDS[life.kind].check(inputs)

    assert checked.faults == []
    assert all(checked.inputs[name] == Unknown() for name in inputs)


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES.keys())
def test_identity_is_read_back(life: Life) -> None:
    """An import id leads to the same names that made it."""
    kind = KINDS[life.kind]

    assert kind.identity(life.inputs) == life.identity
    assert kind.named(life.identity) == {name: life.inputs[name] for name in kind.names_it}


@pytest.mark.parametrize(
    ("kind", "identity"),
    [
        ("ActionsSecret", "NAME"), ("ActionsVariable", "a/b/c/NAME"), ("SshKey", "ci"), ("Team", "o"),
        ("TeamMembership", "o/t"), ("BranchProtection", "o/erp"), ("Webhook", "o/erp"), ("Webhook", "https://x.example"),
        ("User", ""),
    ],
)  # fmt: skip
def test_wrong_import_id(kind: str, identity: str) -> None:
    """An id with too few parts is refused."""
    with pytest.raises(FactoryError, match="expected"):
        KINDS[kind].named(identity)


@pytest.mark.parametrize(
    ("kind", "inputs", "name", "normal"),
    [
        ("SshKey", {**KEY, "key": "ssh-ed25519 AAAA  somebody@somewhere\n"}, "key", "ssh-ed25519 AAAA"),
        ("ActionsVariable", {**SECRET, "value": "a\r\nb"}, "value", "a\nb"),
        ("Team", {**TEAM, "repositories": ["b", "a", "b"]}, "repositories", ["a", "b"]),
        ("User", USER, "restricted", True),
        ("User", {**USER, "admin": True}, "admin", False),
        ("BranchProtection", RULE, "enable_push", False),
        ("Webhook", HOOK, "events", ["push"]),
    ],
)  # fmt: skip
def test_normal_form(kind: str, inputs: Properties, name: str, normal: Plain) -> None:
    """What the server would change anyway is changed before, and the defaults are the safe ones."""
    checked = KINDS[kind].check(inputs)

    assert checked.faults == []
    assert checked.inputs[name] == normal
