"""The double of Google is as strict as Google."""

import dataclasses
from collections.abc import Iterator

import httpx
import pytest
from pydantic import JsonValue

from provider.google.service_account_key import ServiceAccountKey
from rehearsal.doubles.cloudflare.s3_client import S3Client
from rehearsal.doubles.google.google_double import GoogleDouble
from rehearsal.doubles.google.login import EVERYTHING, GRANT

NAME, ACCOUNT = "my-backup", "backup-1@my-project.iam.gserviceaccount.com"
WHOLE: dict[str, JsonValue] = {
    "name": NAME, "location": "us-east1", "versioning": {"enabled": True},
    "iamConfiguration": {"uniformBucketLevelAccess": {"enabled": True}, "publicAccessPrevention": "enforced"},
    "lifecycle": {"rule": [{"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 30}}]},
    "softDeletePolicy": {"retentionDurationSeconds": "604800"},
}  # fmt: skip
USER: dict[str, JsonValue] = {"role": "roles/storage.objectUser", "members": [f"serviceAccount:{ACCOUNT}"]}


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleDouble]:
    """Run a double, with its credentials in the environment."""
    with GoogleDouble() as double:
        for name, value in double.environment.items():
            monkeypatch.setenv(name, value)
        yield double


@pytest.fixture
def client(double: GoogleDouble) -> Iterator[httpx.Client]:
    """Ask it as the service account of the project, after its bucket and an account were made."""
    with httpx.Client(base_url=double.origin, trust_env=False) as client:
        form = {"grant_type": GRANT, "assertion": ServiceAccountKey.from_environment().assertion(EVERYTHING)}
        token = client.post("/token", data=form).raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        client.post("/storage/v1/b", params={"project": "my-project"}, json=WHOLE).raise_for_status()
        client.post("/v1/projects/my-project/serviceAccounts", json={"accountId": "backup-1"}).raise_for_status()
        yield client


def _say(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["message"]


def _key(client: httpx.Client) -> dict[str, str]:
    told = client.post("/storage/v1/projects/my-project/hmacKeys", params={"serviceAccountEmail": ACCOUNT})
    content = told.raise_for_status().json()
    return {"access_key_id": content["metadata"]["accessId"], "secret_access_key": content["secret"]}


def _objects(double: GoogleDouble, pair: dict[str, str]) -> S3Client:
    return S3Client(
        double.origin, bucket=NAME, access_key_id=pair["access_key_id"], secret_access_key=pair["secret_access_key"]
    )  # fmt: skip


def test_only_a_signed_assertion_lets_in(double: GoogleDouble) -> None:
    """Another audience, another signer, no scope and a made-up token are refused, in the form of Google's logins."""
    with GoogleDouble() as stranger:
        key = ServiceAccountKey.from_environment()
        foreign = stranger.state.private_key
        double_key, double.state.private_key = double.state.private_key, foreign
        said = _refusals(double, key.assertion(EVERYTHING))
        double.state.private_key = double_key

    assert said == (400, "invalid_grant", "Invalid JWT Signature.")
    assert _refusals(double, key.assertion("")) == (
        400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.",
    )  # fmt: skip
    elsewhere = dataclasses.replace(key, token_uri=f"{double.origin}/other")
    assert _refusals(double, elsewhere.assertion(EVERYTHING)) == (
        400,
        "invalid_grant",
        "Invalid JWT: Failed audience check.",
    )
    assert _refusals(double, "a.b")[0] == 400
    answer = httpx.get(f"{double.origin}/storage/v1/b/x", headers={"Authorization": "Bearer x"}, trust_env=False)
    assert _say(answer) == (401, "Invalid Credentials")


def _refusals(double: GoogleDouble, assertion: str) -> tuple[int, str, str]:
    form = {"grant_type": GRANT, "assertion": assertion}
    answer = httpx.post(double.token_address, data=form, trust_env=False)
    return answer.status_code, answer.json()["error"], answer.json()["error_description"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"colour": "red"}, 'Unknown name "colour"'),
        ({"versioning": {"enabled": "yes"}}, "of the wrong type"),
        ({"location": "moon"}, "location constraint"),
        ({"name": NAME}, "you already own it"),
        ({"softDeletePolicy": {"retentionDurationSeconds": "60"}}, "between 7 and 90 days"),
        ({"softDeletePolicy": {"retentionDurationSeconds": 604800}}, "of the wrong type"),
        ({"lifecycle": {"rule": [{"action": {"type": "Delete"}, "condition": {}}]}}, "at least one condition"),
        ({"iamConfiguration": {"publicAccessPrevention": "maybe"}}, "publicAccessPrevention"),
    ],
)
def test_unknown_fields_and_wrong_values_are_refused(
    double: GoogleDouble, client: httpx.Client, wrong: dict[str, JsonValue], said: str
) -> None:
    """What Google does not know is refused, and no bucket is made."""
    body = {**WHOLE, "name": "another", **wrong}

    status, message = _say(client.post("/storage/v1/b", params={"project": "my-project"}, json=body))

    assert (status, said in message) == (409 if "name" in wrong else 400, True)
    assert [*double.state.buckets] == [NAME]


def test_nobody_makes_a_protected_bucket_public(client: httpx.Client) -> None:
    """A public binding is refused while the prevention is enforced; without it, everybody reads."""
    public = {"bindings": [{"role": "roles/storage.objectViewer", "members": ["allUsers"]}]}
    refused = client.put(f"/storage/v1/b/{NAME}/iam", json=public)
    relaxed = {"iamConfiguration": {"publicAccessPrevention": "inherited"}}
    client.patch(f"/storage/v1/b/{NAME}", json=relaxed).raise_for_status()
    client.put(f"/storage/v1/b/{NAME}/iam", json=public).raise_for_status()

    assert refused.status_code == 412
    assert "not allowed since public access prevention is enforced" in refused.text
    del client.headers["Authorization"]
    assert client.get(f"/{NAME}/nothing").status_code == 404
    assert client.put(f"/{NAME}/something", content=b"x").status_code == 403


def test_policy_is_set_as_a_whole(double: GoogleDouble, client: httpx.Client) -> None:
    """An old etag, an unknown role and an account that is not there are refused; a deleted account is named so."""
    place = f"/storage/v1/b/{NAME}/iam"
    first = client.get(place).json()
    changed = client.put(place, json={"etag": first["etag"], "bindings": [USER]}).raise_for_status().json()

    assert {binding["role"] for binding in first["bindings"]} >= {"roles/storage.legacyBucketOwner"}
    assert changed["bindings"] == [USER]
    assert client.put(place, json={"etag": first["etag"], "bindings": []}).status_code == 412
    assert client.put(place, json={"bindings": [{"role": "roles/owner", "members": []}]}).status_code == 400
    stranger = {"role": "roles/storage.admin", "members": [f"serviceAccount:x-{ACCOUNT}"]}
    assert "does not exist" in _say(client.put(place, json={"bindings": [stranger]}))[1]
    number = double.state.accounts[ACCOUNT].unique_id
    client.delete(f"/v1/projects/my-project/serviceAccounts/{ACCOUNT}").raise_for_status()
    assert client.get(place).json()["bindings"][0]["members"] == [f"deleted:serviceAccount:{ACCOUNT}?uid={number}"]


def test_key_lives_its_life(double: GoogleDouble, client: httpx.Client) -> None:
    """Its secret is told once; switched off or deleted it is dead; deleted only when switched off; ten at most."""
    pair, place = _key(client), "/storage/v1/projects/my-project/hmacKeys"
    one = f"{place}/{pair['access_key_id']}"
    client.put(f"/storage/v1/b/{NAME}/iam", json={"bindings": [USER]}).raise_for_status()

    with _objects(double, pair) as objects:
        assert objects.put("dump/a", b"1").status_code == 200
        assert objects.get("dump/a").content == b"1"
        assert "<Key>dump/a</Key>" in objects.listed("dump").text
        assert pair["secret_access_key"] not in client.get(one).text
        assert _say(client.delete(one)) == (400, "Cannot delete keys in 'ACTIVE' state.")
        client.put(one, json={"state": "INACTIVE"}).raise_for_status()
        assert objects.get("dump/a").status_code == 403
        assert client.delete(one).status_code == 204
        assert objects.get("dump/a").status_code == 403
    assert client.get(one).json()["state"] == "DELETED"
    assert client.get(place, params={"serviceAccountEmail": ACCOUNT}).json() == {"kind": "storage#hmacKeysMetadata"}
    for _ in range(10):
        _key(client)
    full = client.post(place, params={"serviceAccountEmail": ACCOUNT})
    assert (full.status_code, "maximum number" in full.text) == (400, True)


def test_objects_follow_rights_and_retention(double: GoogleDouble, client: httpx.Client) -> None:
    """Without a binding a key may nothing; a wrong secret is refused; a retention policy keeps what is there."""
    pair = _key(client)
    with _objects(double, pair) as objects:
        assert objects.put("a", b"1").status_code == 403
        client.put(f"/storage/v1/b/{NAME}/iam", json={"bindings": [USER]}).raise_for_status()
        assert [objects.put("a", content).status_code for content in (b"1", b"2")] == [200, 200]
        client.patch(f"/storage/v1/b/{NAME}", json={"retentionPolicy": {"retentionPeriod": "60"}}).raise_for_status()
        assert [objects.delete("a").status_code, objects.put("a", b"3").status_code] == [403, 403]
        client.patch(f"/storage/v1/b/{NAME}", json={"retentionPolicy": None}).raise_for_status()
        assert objects.delete("a").status_code == 204
    with _objects(double, {**pair, "secret_access_key": "x"}) as objects:
        assert "SignatureDoesNotMatch" in objects.put("a", b"1").text

    assert double.state.buckets[NAME].noncurrent == [("a", b"1"), ("a", b"2")]
    assert client.delete(f"/storage/v1/b/{NAME}").status_code == 409


def test_condition_binds_a_right_to_names(double: GoogleDouble, client: httpx.Client) -> None:
    """An account that adds neither deletes nor writes over, but below the names that its condition says."""
    place, pair = f"/storage/v1/b/{NAME}/iam", _key(client)
    locks = f'resource.name.startsWith("projects/_/buckets/{NAME}/objects/pi1/locks/")'
    adds: list[JsonValue] = [{**USER, "role": f"roles/storage.object{role}"} for role in ("Creator", "Viewer")]
    limited = {"version": 3, "bindings": [*adds, {**USER, "condition": {"title": "locks", "expression": locks}}]}
    client.put(place, json=limited).raise_for_status()

    with _objects(double, pair) as objects:
        assert [objects.put(name, b"1").status_code for name in ("pi1/data/a", "pi1/locks/a")] == [200, 200]
        assert [objects.put(name, b"2").status_code for name in ("pi1/data/a", "pi1/locks/a")] == [403, 200]
        names = ("pi1/data/a", "pi2/locks/a", "x/pi1/locks/a", "pi1/locks/a")
        assert [objects.delete(name).status_code for name in names] == [403, 403, 403, 204]
        assert objects.get("pi1/data/a").content == b"1"


def test_conditions_are_taken_as_google_takes_them(client: httpx.Client) -> None:
    """A version that knows none, an expression that nobody understands and a bucket with other rules are refused."""
    place = f"/storage/v1/b/{NAME}/iam"
    begins = 'resource.name.startsWith("a")'

    def put(expression: str, *, version: int = 3) -> int:
        binding = {**USER, "condition": {"title": "one", "expression": expression}}
        return client.put(place, json={"version": version, "bindings": [binding]}).status_code

    assert [put(begins, version=1), put("true"), put(" || ".join([begins] * 14))] == [400, 400, 400]
    assert put(" || ".join([begins] * 13)) == 200
    asked = {"optionsRequestedPolicyVersion": "3"}
    assert [client.get(place).status_code, client.get(place, params=asked).json()["version"]] == [400, 3]
    relaxed = {"iamConfiguration": {"uniformBucketLevelAccess": {"enabled": False}}}
    client.patch(f"/storage/v1/b/{NAME}", json=relaxed).raise_for_status()
    assert put(begins) == 412


def test_account_lives_its_life(double: GoogleDouble, client: httpx.Client) -> None:
    """An account is made once, changed, switched and deleted; a new one of its name is another one."""
    place = "/v1/projects/my-project/serviceAccounts"
    again = client.post(place, json={"accountId": "backup-1"})
    assert (again.status_code, again.json()["error"]["status"]) == (409, "ALREADY_EXISTS")
    assert client.post(place, json={"accountId": "x"}).status_code == 400
    body = {"serviceAccount": {"description": "d"}, "updateMask": "description"}
    assert client.patch(f"{place}/{ACCOUNT}", json=body).json()["description"] == "d"
    client.post(f"{place}/{ACCOUNT}:disable", json={}).raise_for_status()
    assert client.get(f"/v1/projects/-/serviceAccounts/{ACCOUNT}").json()["disabled"] is True
    number = double.state.accounts[ACCOUNT].unique_id
    client.delete(f"{place}/{ACCOUNT}").raise_for_status()
    assert client.get(f"{place}/{ACCOUNT}").json()["error"] == {
        "code": 404, "message": "Unknown service account", "status": "NOT_FOUND",
    }  # fmt: skip
    client.post(place, json={"accountId": "backup-1"}).raise_for_status()
    assert double.state.accounts[ACCOUNT].unique_id != number


def test_objects_have_versions(client: httpx.Client) -> None:
    """Each write is another version; a request that insists on an older one, or on none, is refused."""
    there, upload = f"/storage/v1/b/{NAME}/o/a%2Fb", f"/upload/storage/v1/b/{NAME}/o"
    made = client.post(upload, params={"uploadType": "media", "name": "a/b", "ifGenerationMatch": "0"}, content=b"1")
    first = made.raise_for_status().json()["generation"]
    second = client.post(upload, params={"uploadType": "media", "name": "a/b"}, content=b"2").json()["generation"]
    assert int(second) > int(first)

    moved = (412, "At least one of the pre-conditions you specified did not hold.")
    again = client.post(upload, params={"uploadType": "media", "name": "a/b", "ifGenerationMatch": "0"}, content=b"3")
    assert _say(again) == moved
    assert _say(client.delete(there, params={"ifGenerationMatch": first})) == moved
    assert client.get(there, params={"alt": "media"}).content == b"2"
    assert client.get(there).json()["generation"] == second

    assert client.delete(there, params={"ifGenerationMatch": second}).status_code == 204
    assert _say(client.delete(there)) == (404, f"No such object: {NAME}/a/b")


def test_objects_are_for_who_may(client: httpx.Client, double: GoogleDouble) -> None:
    """Nobody reads a bucket without a token, and a parameter that the double does not know is no parameter."""
    assert _say(client.get(f"/storage/v1/b/{NAME}/o", params={"prefixes": "a"}))[0] == 400
    assert _say(client.get(f"/storage/v1/b/{NAME}/o", params={"matchGlob": "a*"}))[0] == 400
    double.state.buckets[NAME].put("a/b", b"1")
    double.state.buckets[NAME].put("c", b"2")
    listed = client.get(f"/storage/v1/b/{NAME}/o", params={"delimiter": "/"}).json()
    assert ([each["name"] for each in listed["items"]], listed["prefixes"]) == (["c"], ["a/"])

    del client.headers["Authorization"]
    assert _say(client.get(f"/storage/v1/b/{NAME}/o"))[0] == 401
    upload = client.post(f"/upload/storage/v1/b/{NAME}/o", params={"uploadType": "media", "name": "d"}, content=b"3")
    assert _say(upload)[0] == 401
