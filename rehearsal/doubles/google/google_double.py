"""The double of Google."""

import json
import secrets

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.api_double import ApiDouble
from rehearsal.doubles.google.account_requests import account_requests
from rehearsal.doubles.google.bucket_requests import bucket_requests
from rehearsal.doubles.google.google_state import GoogleState
from rehearsal.doubles.google.hmac_key_requests import hmac_key_requests
from rehearsal.doubles.google.login import STORAGE, assure_let_in, login
from rehearsal.doubles.google.object_requests import object_requests
from rehearsal.doubles.google.policy_requests import policy_requests
from rehearsal.doubles.google.refusals import account_refused, refused
from rehearsal.doubles.google.stored_objects import stored_objects, uploaded
from rehearsal.doubles.request import Request

LOGIN = ("token",)
STORAGE_API = ("storage", "v1")
ACCOUNT_API = ("v1",)
KEY_BITS = 2048


class GoogleDouble(ApiDouble[GoogleState]):
    """Google with one project: buckets with their policies and objects, service accounts and their keys.

    What Google has at several addresses, it has at one: the storage's API in JSON below `/storage/v1`, that of service
    accounts below `/v1`, logins at `/token`, and everywhere else the S3-compatible one. The credentials of a service
    account that may do everything in the project are drawn anew for each double.
    """

    def __init__(self, *, project: str = "my-project") -> None:
        """Begin with *project*, which has nothing in it."""
        private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        super().__init__(
            GoogleState(
                project=project,
                number=f"{10**11 + secrets.randbelow(10**11)}",
                email=f"deployer@{project}.iam.gserviceaccount.com",
                key_id=secrets.token_hex(20),
                private_key=pem.decode(),
            )
        )

    @property
    def token_address(self) -> str:
        """Where a service account logs in."""
        return f"{self.origin}/{'/'.join(LOGIN)}"

    @property
    def account_address(self) -> str:
        """Where the API of service accounts begins."""
        return f"{self.origin}/{'/'.join(ACCOUNT_API)}/"

    @property
    def storage_address(self) -> str:
        """Where the storage's API in JSON begins."""
        return f"{self.origin}/{'/'.join(STORAGE_API)}/"

    @property
    def environment(self) -> dict[str, str]:
        """Return the credentials of the service account, as the environment holds them."""
        key = {
            "type": "service_account", "project_id": self.state.project, "private_key_id": self.state.key_id,
            "private_key": self.state.private_key, "client_email": self.state.email, "token_uri": self.token_address,
        }  # fmt: skip
        return {"GOOGLE_CREDENTIALS": json.dumps(key)}

    def answer(self, request: Request, state: GoogleState) -> Answer:
        """Do what is asked for, for who may."""
        place = request.segments
        if place == LOGIN:
            return login(request, state, audience=self.token_address)
        if place[:2] == STORAGE_API:
            _assure_let_in(request, state)
            return _of_storage(request, state, place[2:])
        if place[:4] == ("upload", *STORAGE_API, "b") and place[5:] == ("o",) and request.method == "POST":
            _assure_let_in(request, state)
            return uploaded(request, state, place[4])
        if place[:2] == (*ACCOUNT_API, "projects"):
            assure_let_in(request, state)
            if place[2:3] not in {(state.project,), ("-",)} or place[3:4] != ("serviceAccounts",):
                raise account_refused(403, f"Permission denied on resource project {'/'.join(place[2:3])}.")
            return account_requests(request, state, "/".join(place[4:]) or None)
        return object_requests(request, state)

    def failure(self, status: int, message: str, *, headers: dict[str, str] | None = None) -> Answer:
        """Return an answer that says *message*, in Google's form."""
        return refused(status, message, headers=headers).answer


def _of_storage(request: Request, state: GoogleState, place: tuple[str, ...]) -> Answer:
    match place:
        case ("b",):
            return bucket_requests(request, state, None)
        case ("b", name):
            return bucket_requests(request, state, name)
        case ("b", name, "iam"):
            return policy_requests(request, state, name)
        case ("b", name, "o", *rest):
            return stored_objects(request, state, (name, *rest))
        case ("projects", state.project, "hmacKeys", *rest) if len(rest) <= 1:
            return hmac_key_requests(request, state, rest[0] if rest else None)
        case ("projects", project, *_) if project != state.project:
            raise refused(403, f"{state.email} does not have access to the project {project}.")
    raise refused(404, "Not Found")


def _assure_let_in(request: Request, state: GoogleState) -> None:
    if not (state.is_open and "authorization" not in request.headers):
        assure_let_in(request, state, STORAGE)
