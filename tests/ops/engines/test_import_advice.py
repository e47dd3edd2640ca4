"""What is said of an object that is there already."""

from engine.run import Diagnostic
from ops.engines.import_advice import import_advice

ROOT = "urn:pulumi:main::factory::"
PROVIDER = f"{ROOT}pulumi:providers:vault::vault"
BASE = f"{ROOT}factory:vault:VaultBase::vault"
ENGINE = f"{ROOT}factory:vault:VaultBase$vault:index/mount:Mount::transit"
BUCKET = f"{ROOT}factory:google:BackupBucket$gcp:storage/bucket:Bucket::backup"


def _said(urn: str, message: str) -> Diagnostic:
    return Diagnostic(severity="error", urn=urn, message=message)


def test_command_is_whole() -> None:
    """Type, name, what the id looks like, and the URNs of component and provider as the state has them."""
    said = [_said(ENGINE, "path is already in use at transit/")]

    advice = [*import_advice(said, stack="main", urns=[PROVIDER, BASE])]

    assert advice == [
        (
            "transit is there already. If it is ours, take it over and run again:\n"
            "  ./factory import main vault:index/mount:Mount transit PATH "
            f"--parent '{BASE}' --provider '{PROVIDER}'"
        )
    ]


def test_of_two_components_the_one_of_the_same_name() -> None:
    """A component and its bucket have one name, by which it is told from others of its type."""
    backup, other = (f"{ROOT}factory:google:BackupBucket::{name}" for name in ("backup", "other"))

    (advice,) = import_advice([_said(BUCKET, "409: you already own it.")], stack="main", urns=[other, backup])

    assert f"backup PROJECT/BUCKET --parent '{backup}' --provider URN" in advice


def test_each_is_named_once() -> None:
    """Both engines repeat a message at the end of a run."""
    said = [_said(BUCKET, "you already own it"), _said(BUCKET, "you already own it")]

    assert len([*import_advice(said, stack="main", urns=[])]) == 1


def test_other_failures_have_no_advice() -> None:
    """A refusal for another reason, a message about nothing, and a type that takes up what is there."""
    said = [
        _said(ENGINE, "permission denied"),
        _said("", "already exists"),
        _said(f"{ROOT}factory:gitea:User::ci", "the user already exists"),
    ]

    assert [*import_advice(said, stack="main", urns=[BASE])] == []
