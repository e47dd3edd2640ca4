"""What the publisher of a pin says of it now."""

import hashlib
import json
import posixpath
import re
import urllib.parse

import httpx

from hosts.pin import ARCHITECTURES, Chart, Image, Pin, Program
from ops.pinning.chart_archive import published_chart
from ops.pinning.errors import PinError
from ops.pinning.fetch import digest_of, fetch

Place = tuple[str, ...]
"""Where a value of a pin stands: keywords and keys, for example `files`, `amd64`, `sha256`."""

_HUB = "docker.io"
_HUB_REGISTRY = "registry-1.docker.io"
_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1)(:[0-9]+)?")


def published(pin: Pin) -> dict[Place, str]:
    """Return each value of the pin, downloaded and compared with what its publisher says.

    Raises:
        PinError: the publisher cannot be reached, or what it hands out is not what it says.

    """
    if isinstance(pin, Program):
        return {("files", each, "sha256"): _program_digest(pin, each) for each in ARCHITECTURES}
    if isinstance(pin, Image):
        return {("digest",): _image_digest(pin)}
    if isinstance(pin, Chart):
        version, digest = published_chart(pin)
        return {("version",): version, ("sha256",): digest}
    if pin.fingerprint is None:
        raise PinError(f"{pin.url}: expected a person to read the fingerprint in the publisher's documentation")
    return {}


def _program_digest(program: Program, architecture: str) -> str:
    file = program.file("amd64" if architecture == "amd64" else "arm64")
    name = urllib.parse.unquote(posixpath.basename(urllib.parse.urlsplit(file.url).path))
    lines = [line.split() for line in fetch(file.checksums).text.splitlines()]
    said = {words[1].removeprefix("*"): words[0] for words in lines if len(words) == 2}  # noqa: PLR2004  # digest, name
    if not re.fullmatch("[0-9a-f]{64}", said.get(name, "")):
        raise PinError(f"{file.checksums}: expected a SHA-256 of {name}, found none")
    found = digest_of(file.url)
    if found != said[name]:
        raise PinError(f"{file.url}: expected {said[name]}, as {file.checksums} says, found {found}")
    return found


def _image_digest(image: Image) -> str:
    registry, _, name = image.name.partition("/")
    scheme = "http" if _LOOPBACK.fullmatch(registry) else "https"
    server = _HUB_REGISTRY if registry == _HUB else registry
    url = f"{scheme}://{server}/v2/{name}/manifests/{image.version}"
    headers = {"Accept": ", ".join(_INDEXES)}
    response = fetch(url, headers=headers)
    if response.status_code == httpx.codes.UNAUTHORIZED:
        response = fetch(url, headers={**headers, "Authorization": f"Bearer {_token(response)}"})
        if response.status_code == httpx.codes.UNAUTHORIZED:
            raise PinError(f"{url}: expected an image that everybody may read")
    digest = f"sha256:{hashlib.sha256(response.content).hexdigest()}"
    said = response.headers.get("docker-content-digest", digest)
    if said != digest:
        raise PinError(f"{url}: expected {said}, as the registry says, found {digest}")
    _check_architectures(url, response)
    return digest


def _check_architectures(url: str, response: httpx.Response) -> None:
    """Make sure that the digest is that of a list for all processors, and no image of one."""
    try:
        listed = response.json()["manifests"]
        found = {each["platform"]["architecture"] for each in listed}
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise PinError(f"{url}: expected a list of images, found none") from error
    missing = [each for each in ARCHITECTURES if each not in found]
    if missing:
        raise PinError(f"{url}: expected an image for {', '.join(missing)}, found {', '.join(sorted(found))}")


def _token(response: httpx.Response) -> str:
    """Ask for the token that the registry wants of everybody."""
    wanted = dict(re.findall(r'(\w+)="([^"]*)"', response.headers["www-authenticate"]))
    realm = wanted.pop("realm", "")
    if not realm:
        raise PinError(f"{response.url}: expected to hear where tokens are given, found nothing")
    token = fetch(f"{realm}?{urllib.parse.urlencode(wanted)}").json().get("token")
    if not isinstance(token, str):
        raise PinError(f"{realm}: expected a token, found none")
    return token
