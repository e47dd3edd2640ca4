"""A bucket and tokens of Cloudflare: embedded engine, stand-in and own provider, double."""

import base64
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.official.event_log import Document
from rehearsal.doubles.cloudflare.permissions import ACCOUNT
from rehearsal.doubles.fault import Fault
from rehearsal.lab import expect_success
from tests.rehearsal.cloudflare.cloud import BUCKET, CMS, STATE, Cloud, cloud, done, said

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cloud, list[Document]]]:
    """Apply the stack twice."""
    with cloud(tmp_path_factory.mktemp("cloudflare")) as place:
        documents = [place.runner.run("up")]
        expect_success(documents[0])
        documents.append(place.runner.run("up", refresh=True))
        yield place, documents


@pytest.fixture
def place(applied: tuple[Cloud, list[Document]]) -> Cloud:
    """Give the stack as it was applied, or repaired by the test before."""
    return applied[0]


def test_second_run_changes_nothing(applied: tuple[Cloud, list[Document]]) -> None:
    """Everything is made once, and a second run with a refresh finds nothing to do."""
    first, second = (done(document) for document in applied[1])

    assert {"R2Bucket state", "R2ManagedDomain state", "ApiToken state-1", "ApiToken cms-1"} <= first.keys()
    assert set(first.values()) == {"create"}
    assert second == {}
    assert said(applied[1][1]) == ""


def test_pair_is_used(place: Cloud) -> None:
    """The pair that the stack gives out reads and writes its bucket, and no other one."""
    with place.pair() as s3:
        assert s3.put("factory/main.json", b"{}").status_code == 200
        assert s3.get("factory/main.json").content == b"{}"
        assert s3.delete("factory/main.json").status_code == 204
    (token,) = place.named(f"{STATE}-1")
    assert {key for policy in token.policies for key in policy.resources} == {
        f"com.cloudflare.edge.r2.bucket.{place.double.account}_default_{BUCKET}"
    }


def test_account_is_given_out(place: Cloud) -> None:
    """The account that was found, and the token as it is."""
    assert place.runner.output("account_id") == place.double.account
    assert place.runner.secret_output("token") == place.named(f"{CMS}-1")[0].value


def test_changes_by_hand_are_seen_and_put_right(place: Cloud) -> None:
    """A permission added, a token disabled and a bucket made public are each shown, and nothing else; then repaired."""
    (cms,), (state,), (bucket,) = place.named(f"{CMS}-1"), place.named(f"{STATE}-1"), place.double.state.buckets
    cms.policies[0].groups.append(place.double.state.group("Billing Read", ACCOUNT))
    state.status, bucket.public = "disabled", True

    shown = place.runner.run("preview", refresh=True)
    repaired = place.runner.run("up", refresh=True)

    differences = {step.urn.rpartition("::")[2]: step.diff for step in shown.steps if step.op == "update"}
    assert done(shown) == done(repaired)
    assert done(repaired) == {
        "ApiToken cms-1": "update",
        "ApiToken state-1": "update",
        "R2ManagedDomain state": "update",
    }
    assert {path.partition("[")[0] for path in differences["cms-1"]} == {"account_permissions"}
    assert {*differences["state-1"]} == {"status"}
    assert (state.status, bucket.public) == ("active", False)
    assert done(place.runner.run("preview", refresh=True)) == {}


def test_removed_objects_are_made_again(place: Cloud) -> None:
    """A token and a bucket that somebody removed are made again; the new token has another value."""
    old = place.runner.secret_output("token")
    place.double.state.tokens.pop(place.named(f"{CMS}-1")[0].id)
    place.double.state.buckets.clear()

    repaired = place.runner.run("up", refresh=True)

    assert done(repaired) == {
        "ApiToken cms-1": "create", "R2Bucket state": "create", "R2ManagedDomain state": "create",
    }  # fmt: skip
    assert place.runner.secret_output("token") == place.named(f"{CMS}-1")[0].value != old
    with place.pair() as s3:
        assert s3.put("x", b"").status_code == 200
    assert done(place.runner.run("preview", refresh=True)) == {}


def test_another_declaration_keeps_the_token(place: Cloud) -> None:
    """Another permission changes the token in place; the order of the names changes nothing."""
    value = place.runner.secret_output("token")
    place.declare(account_permissions=["Workers Scripts Read", "Pages Write"])
    changed = place.runner.run("up")
    place.declare(account_permissions=["Pages Write", "Workers Scripts Read"])
    turned = place.runner.run("preview")

    assert done(changed) == {"ApiToken cms-1": "update"}
    assert done(turned) == {}
    assert place.runner.secret_output("token") == value


def test_faults_pass(place: Cloud) -> None:
    """Too many requests, failures, slow answers and late ones of Cloudflare do not show in what a run does."""
    place.double.fault(Fault(kind="too many requests", method="GET", path=".*/tokens", retry_after="1"))
    place.double.fault(Fault(kind="fail before", method="GET", path=".*/permission_groups", status=502))
    place.double.fault(Fault(kind="fail before", method="GET", path=".*/domains/managed"))
    place.double.fault(Fault(kind="cut before", method="GET", path=".*/zones"))
    place.double.fault(Fault(kind="slow", method="GET", path=".*/verify", seconds=1))

    assert done(place.runner.run("up", refresh=True)) == {}
    assert place.double.faults == []


def test_generations_change(place: Cloud) -> None:
    """The new pair and token are made beside the old ones, and given out; the old ones go when they are not kept."""
    with place.pair() as old:
        place.declare(current=2, kept=[1])
        both = place.runner.run("up")
        assert done(both) == {"ApiToken cms-2": "create", "ApiToken state-2": "create"}
        with place.pair() as new:
            assert (old.get("none").status_code, new.get("none").status_code) == (404, 404)
        assert place.runner.secret_output("token") == place.named(f"{CMS}-2")[0].value
        place.declare(kept=[])
        one = place.runner.run("up")

        assert done(one) == {"ApiToken cms-1": "delete", "ApiToken state-1": "delete"}
        assert old.get("none").status_code == 401
    assert place.named(f"{CMS}-1") == place.named(f"{STATE}-1") == []


def test_answer_that_is_lost_in_a_run(place: Cloud) -> None:
    """The line is cut after a token was made: the run makes it anew, and leaves one, whose value it knows."""
    place.double.fault(Fault(kind="cut after", method="POST", path=".*/tokens", times=2))
    place.declare(current=3, kept=[])

    changed = place.runner.run("up")

    assert changed.result == "succeeded"
    assert place.double.faults == []
    assert [token.value for token in place.named(f"{CMS}-3")] == [place.runner.secret_output("token")]
    assert len(place.named(f"{STATE}-3")) == 1
    with place.pair() as s3:
        assert s3.get("none").status_code == 404


def test_wrong_names_fail_the_run(place: Cloud) -> None:
    """A permission that there is not fails the run, with the one that is near; nothing was changed."""
    before = [*place.double.state.tokens]
    permissions = place.settings["account_permissions"]
    place.declare(account_permissions=["Pages Writ"])

    failed = place.runner.run("up")
    place.declare(account_permissions=permissions)

    assert failed.result == "failed"
    assert "Did you mean 'Pages Write'" in said(failed)
    assert [*place.double.state.tokens] == before


def test_no_value_lies_in_plain(place: Cloud, applied: tuple[Cloud, list[Document]]) -> None:
    """No value of a token, no secret key and not the credential itself is in a file or document, however spelt."""
    values = [token.value for token in place.double.state.tokens.values()]
    keys = [token.secret_access_key for token in place.double.state.tokens.values()]
    files = [file for file in place.runner.folder.rglob("*") if file.is_file()]
    texts = [file.read_text(errors="replace") for file in files]
    texts += [document.model_dump_json() for document in applied[1]]

    for secret in [*values, *keys]:
        raw = secret.encode()
        spellings = {secret, base64.b64encode(raw).decode().rstrip("="), raw.hex(), urllib.parse.quote(secret, safe="")}
        assert not [text[:40] for text in texts for spelling in spellings if spelling in text]
    assert len(texts) > 2


def test_bucket_whose_answer_was_lost(tmp_path: Path) -> None:
    """The next run says that the name is taken; an import takes the bucket over, and the run after goes on."""
    with cloud(tmp_path) as place:
        place.double.fault(Fault(kind="cut after", method="POST", path=".*/r2/buckets"))
        failed = place.runner.run("up")
        again = place.runner.run("up")
        component = next(iter(place.runner.resources("factory:cloudflare:StateBucket")))
        provider = next(iter(place.runner.resources("pulumi:providers:cloudflare")))
        identity = f"{place.double.account}/{BUCKET}/default"

        place.ops(
            "import", "cloudflare", "cloudflare:index/r2Bucket:R2Bucket", "state", identity,
            "--provider", provider, "--parent", component,
        )  # fmt: skip
        adopted = place.runner.run("up")

        assert (failed.result, again.result) == ("failed", "failed")
        assert "The bucket you tried to create already exists, and you own it. (10004)" in said(again)
        assert adopted.result == "succeeded"
        assert len(place.double.state.buckets) == 1
        assert done(place.runner.run("preview", refresh=True)) == {}


def test_account_must_be_meant(tmp_path: Path) -> None:
    """A credential that sees two accounts needs to be told which; a name and an id of an account are taken."""
    with cloud(tmp_path) as place:
        place.double.state.accounts["0" * 32] = "another"

        unclear = place.runner.run("preview")
        place.declare(account="lab")
        named = place.runner.run("preview")
        place.declare(account=next(iter(place.double.state.accounts)))
        before = place.double.sent("GET", ".*/accounts")
        given = place.runner.run("preview")

        assert unclear.result == "failed"
        assert "and one alone; it sees another (00000000000000000000000000000000), lab" in said(unclear)
        assert (named.result, given.result) == ("succeeded", "succeeded")
        assert place.double.sent("GET", ".*/accounts") == before
