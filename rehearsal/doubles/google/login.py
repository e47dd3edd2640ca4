"""Who asks: a service account whose assertion was exchanged for a token."""

import base64
import json
import secrets
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.google.google_state import GoogleState
from rehearsal.doubles.google.refusals import login_refused, refused
from rehearsal.doubles.request import Request

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LONGEST_SECONDS = 3600
SKEW_SECONDS = 60
EVERYTHING = "https://www.googleapis.com/auth/cloud-platform"
STORAGE = "https://www.googleapis.com/auth/devstorage.full_control"
PARTS = 3


def login(request: Request, state: GoogleState, *, audience: str) -> Answer:
    """Exchange the assertion in *request* for a token."""
    if request.method != "POST" or request.form.get("grant_type") != GRANT:
        raise login_refused("Invalid grant_type", error="unsupported_grant_type")
    parts = request.form.get("assertion", "").split(".")
    if len(parts) != PARTS:
        raise login_refused("Bad Request: the assertion is no JWT")
    head, claims = (json.loads(_decoded(part)) for part in parts[:2])
    if head.get("alg") != "RS256" or claims.get("iss") != state.email:
        raise login_refused("Invalid grant: account not found")
    if not _is_signed(parts, state) or head.get("kid", state.key_id) != state.key_id:
        raise login_refused("Invalid JWT Signature.")
    if claims.get("aud") != audience:
        raise login_refused("Invalid JWT: Failed audience check.")
    now, issued, ends = time.time(), claims.get("iat", 0), claims.get("exp", 0)
    if not (issued - SKEW_SECONDS <= now < ends and ends - issued <= LONGEST_SECONDS):
        raise login_refused(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
        )
    if not claims.get("scope"):
        raise login_refused("Invalid OAuth scope or ID token audience provided.", error="invalid_scope")
    token = f"ya29.c.{secrets.token_urlsafe(64)}"
    state.tokens[token] = claims["scope"]
    return Answer.of_json({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})


def assure_let_in(request: Request, state: GoogleState, *scopes: str) -> None:
    """Refuse unless the token of *request* was asked for with one of *scopes*, or with all rights."""
    told = state.tokens.get(request.bearer)
    if told is None:
        challenge = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'}
        raise refused(401, "Invalid Credentials", headers=challenge)
    if not {EVERYTHING, *scopes}.intersection(told.split()):
        raise refused(403, "Request had insufficient authentication scopes.")


def _is_signed(parts: list[str], state: GoogleState) -> bool:
    private = load_pem_private_key(state.private_key.encode(), password=None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError("expected an RSA key")
    try:
        private.public_key().verify(
            _decoded(parts[2]), ".".join(parts[:2]).encode(), padding.PKCS1v15(), hashes.SHA256()
        )
    except InvalidSignature:
        return False
    return True


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise login_refused("Bad Request: the assertion is no JWT") from None
