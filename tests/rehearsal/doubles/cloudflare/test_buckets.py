"""Buckets, the switch that makes one public, and objects by S3."""

import datetime as dt
import hashlib
import re

import httpx
import pytest

from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from rehearsal.doubles.cloudflare.permissions import BUCKET, new_id
from rehearsal.doubles.cloudflare.s3_client import S3Client
from rehearsal.doubles.cloudflare.signature import signature
from rehearsal.doubles.cloudflare.state import Policy, Token
from tests.rehearsal.doubles.cloudflare.asking import fault

ENDPOINT = "https://{}.r2.cloudflarestorage.com"


def _token(double: CloudflareDouble, account: str, permission: str = "Write", *, bucket: str = "state") -> Token:
    group = double.state.group(f"Workers R2 Storage Bucket Item {permission}", BUCKET)
    resources: dict[str, str | dict[str, str]] = {f"{BUCKET}.{account}_default_{bucket}": "*"}
    return double.add_token(account, "pair", [Policy(id=new_id(), effect="allow", groups=[group], resources=resources)])


def _s3(double: CloudflareDouble, token: Token, account: str, *, secret: str | None = None, late: int = 0) -> S3Client:
    return S3Client(
        ENDPOINT.format(account), bucket="state", access_key_id=token.id,
        secret_access_key=secret or token.secret_access_key, origin=double.origin,
        clock=lambda: dt.datetime.now(dt.UTC) - dt.timedelta(minutes=late),
    )  # fmt: skip


def _code(answer: httpx.Response) -> tuple[int, str]:
    found = re.search(r"<Code>(\w+)</Code>", answer.text)
    assert found is not None
    return answer.status_code, found[1]


def test_bucket_lives_its_life(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """A bucket is made, found, listed in its jurisdiction, changed and removed when it is empty."""
    place = f"/accounts/{account}/r2/buckets"
    made = client.post(place, json={"name": "state", "locationHint": "weur"}).raise_for_status().json()["result"]
    read = client.get(f"{place}/state").raise_for_status().json()["result"]
    listed = client.get(place).json()["result"]["buckets"]
    elsewhere = client.get(place, headers={"cf-r2-jurisdiction": "eu"}).json()["result"]["buckets"]
    changed = client.patch(f"{place}/state", headers={"cf-r2-storage-class": "InfrequentAccess"}).json()["result"]

    assert made == read
    assert (made["location"], made["storage_class"], made["jurisdiction"]) == ("WEUR", "Standard", "default")
    assert (listed, elsewhere) == ([read], [])
    assert changed["storage_class"] == "InfrequentAccess"
    double.state.buckets[0].objects["x"] = b""
    assert fault(client.delete(f"{place}/state"))[:2] == (409, 10008)
    double.state.buckets[0].objects.clear()
    assert client.delete(f"{place}/state").status_code == 200
    assert fault(client.get(f"{place}/state"))[:2] == (404, 10006)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "ab"}, 10005), ({"name": "Upper"}, 10005), ({"name": "state", "location": "weur"}, 10040),
        ({"name": "state", "locationHint": "mars"}, 10040), ({}, 10040), ({"name": "taken"}, 10004),
    ],
)  # fmt: skip
def test_bucket_is_refused(client: httpx.Client, account: str, body: dict[str, str], code: int) -> None:
    """Names, fields and values that the API would not take, and a name that is taken."""
    client.post(f"/accounts/{account}/r2/buckets", json={"name": "taken"}).raise_for_status()

    assert fault(client.post(f"/accounts/{account}/r2/buckets", json=body))[1] == code


def test_bucket_is_made_public(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """The switch is off at first; it takes a truth value and nothing else."""
    client.post(f"/accounts/{account}/r2/buckets", json={"name": "state"})
    place = f"/accounts/{account}/r2/buckets/state/domains/managed"

    before = client.get(place).json()["result"]
    after = client.put(place, json={"enabled": True}).json()["result"]

    assert (before["enabled"], after["enabled"]) == (False, True)
    assert after["domain"] == f"pub-{after['bucketId']}.r2.dev"
    assert double.state.buckets[0].public
    assert fault(client.put(place, json={"enabled": "yes"}))[:2] == (400, 10040)


def test_pair_of_a_token_signs(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """Access key and secret that come from a token read, write, list and remove objects of its bucket."""
    client.post(f"/accounts/{account}/r2/buckets", json={"name": "state"})
    with _s3(double, _token(double, account), account) as s3:
        assert s3.put("a b/c+d.json", b"content").status_code == 200
        assert s3.get("a b/c+d.json").content == b"content"
        assert "<Key>a b/c+d.json</Key>" in s3.listed("a ").text
        assert "<KeyCount>0</KeyCount>" in s3.listed("b").text
        assert s3.delete("a b/c+d.json").status_code == 204
        assert _code(s3.get("a b/c+d.json")) == (404, "NoSuchKey")


def test_pair_that_is_not_right(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """A wrong secret, a token without the right, one for another bucket, a disabled and a removed one are refused."""
    client.post(f"/accounts/{account}/r2/buckets", json={"name": "state"})
    token, reader = _token(double, account), _token(double, account, "Read")
    with _s3(double, token, account, secret=token.value) as wrong:
        assert _code(wrong.get("x")) == (403, "SignatureDoesNotMatch")
    with _s3(double, reader, account) as reading:
        assert _code(reading.put("x", b"")) == (403, "AccessDenied")
        assert _code(reading.get("x")) == (404, "NoSuchKey")
    with _s3(double, _token(double, account, bucket="other"), account) as elsewhere:
        assert _code(elsewhere.get("x")) == (403, "AccessDenied")
    with _s3(double, token, [*double.state.accounts][1]) as stranger:
        assert _code(stranger.get("x")) == (403, "AccessDenied")
    token.status = "disabled"
    with _s3(double, token, account) as own:
        assert _code(own.get("x")) == (401, "Unauthorized")
        del double.state.tokens[token.id]
        assert _code(own.get("x")) == (401, "Unauthorized")


def test_request_that_was_changed_on_its_way(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """Another path, method or content than the signed one is refused."""
    client.post(f"/accounts/{account}/r2/buckets", json={"name": "state"})
    token = _token(double, account)
    with _s3(double, token, account) as s3:
        sent = s3.put("x", b"content").request.headers
    headers = {name: value for name, value in sent.items() if name != "content-length"}

    with httpx.Client(base_url=double.origin, headers=headers, trust_env=False) as thief:
        assert _code(thief.put("/state/y", content=b"content")) == (403, "SignatureDoesNotMatch")
        assert _code(thief.delete("/state/x")) == (400, "XAmzContentSHA256Mismatch")
        assert _code(thief.put("/state/x", content=b"another")) == (400, "XAmzContentSHA256Mismatch")
    assert double.state.buckets[0].objects == {"x": b"content"}


def test_request_that_is_too_old(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """A signature is good for a quarter of an hour."""
    client.post(f"/accounts/{account}/r2/buckets", json={"name": "state"})
    token = _token(double, account)
    with _s3(double, token, account, late=14) as young, _s3(double, token, account, late=16) as old:
        assert young.put("x", b"").status_code == 200
        assert _code(old.put("x", b"")) == (403, "RequestTimeTooSkewed")


def test_request_whose_host_is_not_signed(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """What must be signed is signed: a signature that is right for the rest is refused."""
    client.post(f"/accounts/{account}/r2/buckets", json={"name": "state"})
    token, nothing = _token(double, account), hashlib.sha256(b"").hexdigest()
    moment = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/auto/s3/aws4_request"
    headers = {"host": ENDPOINT.format(account)[8:], "x-amz-content-sha256": nothing, "x-amz-date": moment}

    for signed in (["host", "x-amz-content-sha256", "x-amz-date"], ["x-amz-content-sha256", "x-amz-date"]):
        proof = signature(
            "GET", "/state/x", raw_query="", headers=headers, signed=signed, content_digest=nothing, scope=scope,
            secret=token.secret_access_key,
        )  # fmt: skip
        said = f"AWS4-HMAC-SHA256 Credential={token.id}/{scope}, SignedHeaders={';'.join(signed)}, Signature={proof}"
        answer = httpx.get(f"{double.origin}/state/x", headers={**headers, "authorization": said}, trust_env=False)
        assert _code(answer)[1] == ("NoSuchKey" if "host" in signed else "SignatureDoesNotMatch")


def test_signature_is_the_documented_one() -> None:
    """The example in the documentation of Signature Version 4 gives the signature that stands there."""
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    headers = {
        "host": "examplebucket.s3.amazonaws.com", "range": "bytes=0-9", "x-amz-content-sha256": nothing,
        "x-amz-date": "20130524T000000Z",
    }  # fmt: skip
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105 - an example; secret-scan: allow documented example

    found = signature(
        "GET", "/test.txt", raw_query="", headers=headers, signed=[*headers], content_digest=nothing,
        scope="20130524/us-east-1/s3/aws4_request", secret=secret,
    )  # fmt: skip

    assert found == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
