"""The resource `factory:vault:Unsealed`, run by the embedded engine against the real server."""

import base64
import json
import sys
from pathlib import Path

import grpc
import pytest
import yaml

from ops.official.event_log import Document
from provider.values import Plain, Properties, Unknown
from provider.vault_seal.unsealed_kind import UnsealedKind
from rehearsal.servers.vault import VaultServer
from rehearsal.stack_runner import PROJECT, StackRunner
from tests.postgres.plugin import Plugin
from tests.provider.vault_seal.operator_machine import ONE, ROOT, TWO_OF_THREE, OperatorMachine
from tests.provider.vault_seal.unsealed_program import SETTINGS_VARIABLE

KIND = "factory:vault:Unsealed"
STACK = "seal"
GIVEN: Properties = {"url": "https://vault.example", "key_file": "~/keys/keys.json"}
KEY = base64.b64encode(b"\x99\x01 no real key").decode()

FAULTS: dict[str, tuple[dict[str, Plain], str, str]] = {
    "mistyped": ({"treshold": 2.0}, "treshold", "did you mean 'threshold'"),
    "no url": ({"url": None}, "url", "missing"),
    "in plain": ({"url": "http://vault.example"}, "url", "expected an address such as https"),
    "relative": ({"key_file": "keys.json"}, "key_file", "expected a path such as ~/"),
    "no share": ({"shares": 0.0}, "shares", "expected a whole number from 1 to 255, found 0"),
    "too many": ({"shares": 256.0, "threshold": 2.0}, "shares", "expected a whole number from 1 to 255, found 256"),
    "half a share": ({"shares": 1.5}, "shares", "expected a whole number, found 1.5"),
    "never opens": ({"shares": 2.0, "threshold": 3.0}, "threshold", "from 1 to shares, which is 2, found 3"),
    "each alone": ({"shares": 3.0, "threshold": 1.0}, "threshold", "expected 2 at least with 3 shares"),
    "too few keys": ({"shares": 3.0, "threshold": 2.0, "recipients": [KEY]}, "recipients", "each of the 3 shares"),
    "no key": ({"recipients": ["age1example"]}, "recipients[0]", "is no PGP public key"),
    "keys as text": ({"recipients": KEY}, "recipients", "Expected a list"),
    "empty ca": ({"ca": ""}, "ca", "Expected certificates as PEM text"),
}


@pytest.mark.parametrize(("more", "path", "part"), FAULTS.values(), ids=FAULTS.keys())
def test_inputs_are_refused(more: dict[str, Plain], path: str, part: str) -> None:
    """The fault names the input, before anything is contacted."""
    given = {key: value for key, value in {**GIVEN, **more}.items() if value is not None}

    assert part in dict(UnsealedKind().check(given).faults)[path]


def test_inputs_get_one_form() -> None:
    """What is left out has its default; what is not known yet is no fault; a key is taken in base64."""
    checked = UnsealedKind().check({**GIVEN, "ca": Unknown(), "recipients": [KEY]})

    assert not checked.faults
    assert checked.inputs == {
        **GIVEN, "ca": Unknown(), "shares": 1, "threshold": 1, "recipients": [KEY], "initialized": True,
        "sealed": False, "keys": "kept",
    }  # fmt: skip


def test_key_is_the_same_however_it_is_written() -> None:
    """A key in armour, with its checksum and comments, is the key in base64: to write it otherwise is no change."""
    armoured = f"-----BEGIN PGP PUBLIC KEY BLOCK-----\nComment: x\n\n{KEY[:8]}\n{KEY[8:]}\n=abcd\n-----END PGP"

    assert UnsealedKind().check({**GIVEN, "recipients": [armoured]}).inputs["recipients"] == [KEY]


@pytest.mark.parametrize("url", ["https://vault.arcodange.lab", "https://192.168.1.201:8200"])
def test_production_is_refused(tmp_path: Path, url: str) -> None:
    """A run that did not ask for production initialises and unseals nothing there, and reads nothing either."""
    with Plugin({}) as plugin:
        inputs, faults = plugin.check(KIND, {"url": url, "key_file": str(tmp_path / "keys" / "keys.json")})
        assert faults == []
        with pytest.raises(grpc.RpcError, match=r"url of factory:vault:Unsealed: .* is production"):
            plugin.create(KIND, inputs)
        with pytest.raises(grpc.RpcError, match=r"url of factory:vault:Unsealed: .* is production"):
            plugin.read(KIND, url, inputs)

    assert not (tmp_path / "keys").exists()


@pytest.fixture
def runner(machine: OperatorMachine, tmp_path: Path) -> StackRunner:
    """Give the program in a project folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
    providers = [{"name": "factory", "path": str(ROOT / "provider")}]
    project = {"name": PROJECT, "runtime": runtime, "plugins": {"providers": providers}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    (folder / f"Pulumi.{STACK}.yaml").write_text("config: {}\n")
    (folder / "__main__.py").write_text("from tests.provider.vault_seal.unsealed_program import main\n\nmain()\n")
    told = {"url": machine.url, "ca": machine.ca, "file": str(machine.path)}
    environment = {SETTINGS_VARIABLE: json.dumps(told)}
    return StackRunner(folder, stack=STACK, engine="embedded", checkout=ROOT, secrets_of_providers=environment)


def _step(document: Document) -> str:
    """Return what was done with the Vault, asking left out."""
    steps = [step.op for step in document.steps if step.type == KIND and step.op != "refresh"]
    return steps[0] if steps else "nothing"


def _errors(document: Document) -> str:
    return "\n".join(one.message for one in document.diagnostics)


@pytest.mark.slow
def test_life(runner: StackRunner, machine: OperatorMachine, bare: VaultServer) -> None:
    """Made once; sealed is drift, which the next run repairs; wiped or without keys is refused; never in the state."""
    made = runner.run("up")
    assert (_step(made), made.diagnostics) == ("create", [])
    assert not bare.is_sealed()
    keys = machine.path.read_bytes()

    bare.stop()
    bare.start()
    seen = runner.run("preview", refresh=True)
    assert (_step(seen), bare.is_sealed()) == ("update", True)
    repaired, unchanged = runner.run("up", refresh=True), runner.run("up", refresh=True)
    assert (_step(repaired), _step(unchanged), bare.is_sealed()) == ("update", "same", False)

    machine.path.rename(machine.path.with_suffix(".away"))
    assert "there is no key file at" in _errors(runner.run("up", refresh=True))
    machine.path.with_suffix(".away").rename(machine.path)
    bare.wipe()
    assert "is not initialised, but" in _errors(runner.run("up", refresh=True))
    for file in machine.folder.iterdir():
        file.unlink()
    assert "a new Vault would be empty, and look as if all was well" in _errors(runner.run("up", refresh=True))
    assert machine.files == []

    texts = [file.read_text(errors="replace") for file in runner.folder.rglob("*") if file.is_file()]
    texts += [each.model_dump_json() for each in (made, seen, repaired, unchanged)]
    for share in json.loads(keys)["shares"]:
        spellings = {share, share.rstrip("="), base64.b64decode(share).hex()}
        assert not [spelling for spelling in spellings for text in texts if spelling in text]


@pytest.mark.slow
def test_vault_that_was_made_by_hand(runner: StackRunner, machine: OperatorMachine, bare: VaultServer) -> None:
    """It is taken as it is when it has the declared shares, left alone when not, and stays when the stack goes."""
    machine.seal.initialise(ONE)
    refused = _errors(runner.run("up"))
    assert "has 1 shares, of which 1 open it" in refused
    assert "declared are 3, 2 and 0" in refused
    assert bare.is_sealed()

    bare.wipe()
    for file in machine.folder.iterdir():
        file.unlink()
    machine.seal.initialise(TWO_OF_THREE)
    before = machine.path.read_bytes()
    assert runner.run("up").result == "succeeded"
    assert runner.run("destroy").result == "succeeded"

    assert machine.path.read_bytes() == before
    assert not bare.is_sealed()
