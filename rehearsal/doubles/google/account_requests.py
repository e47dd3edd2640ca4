"""`/v1/projects/PROJECT/serviceAccounts`: service accounts."""

import re
import secrets

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.google.body_of import body_of
from rehearsal.doubles.google.delete_account import delete_account
from rehearsal.doubles.google.google_state import Account, GoogleState
from rehearsal.doubles.google.page_of import page_of
from rehearsal.doubles.google.refusals import account_refused
from rehearsal.doubles.request import Request

ACCOUNT_ID = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])")
LENGTHS = range(6, 31)
LONGEST_DESCRIPTION = 256
FIELDS = {"description": str, "displayName": str, "etag": str}


def account_requests(request: Request, state: GoogleState, name: str | None) -> Answer:
    """List or make accounts, or show, change, switch or delete the one called *name*: its address, or its number."""
    if name is None:
        if request.method == "POST":
            return _made(request, state)
        shown = [_shown(email, state) for email in sorted(state.accounts)]
        return page_of(request, shown, called="accounts", size="pageSize", most=state.page)
    known, _, verb = name.partition(":")
    email = next((one for one, account in state.accounts.items() if known in {one, account.unique_id}), None)
    if email is None:
        raise account_refused(404, "Unknown service account")
    account = state.accounts[email]
    if request.method == "POST" and verb in {"disable", "enable"}:
        account.disabled = verb == "disable"
        return Answer.of_json({})
    if request.method == "PATCH" and not verb:
        _change(account, body_of(request, {"serviceAccount": FIELDS, "updateMask": str}))
    elif request.method == "DELETE" and not verb:
        delete_account(email, state)
        return Answer.of_json({})
    elif request.method != "GET":
        raise account_refused(404, "Method not found.")
    return Answer.of_json(_shown(email, state))


def _made(request: Request, state: GoogleState) -> Answer:
    body = body_of(request, {"accountId": str, "serviceAccount": FIELDS})
    account_id = str(body.get("accountId"))
    if not ACCOUNT_ID.fullmatch(account_id) or len(account_id) not in LENGTHS:
        raise account_refused(400, "The account ID does not have a length between 6 and 30 or an allowed form.")
    email = state.named(account_id)
    if email in state.accounts:
        raise account_refused(
            409, f"Service account {account_id} already exists within project projects/{state.project}."
        )
    account = Account(unique_id=f"1{secrets.randbelow(10**20):020}")
    given = body.get("serviceAccount")
    _take(account, given if isinstance(given, dict) else {}, ("description", "displayName"))
    state.accounts[email] = account
    return Answer.of_json(_shown(email, state))


def _change(account: Account, body: dict[str, JsonValue]) -> None:
    given, mask = body.get("serviceAccount"), str(body.get("updateMask", "")).split(",")
    if not {*mask} <= {"description", "display_name", "displayName"}:
        raise account_refused(400, "Invalid updateMask.")
    named = [("displayName" if field == "display_name" else field) for field in mask]
    _take(account, given if isinstance(given, dict) else {}, named)


def _take(account: Account, given: dict[str, JsonValue], fields: list[str] | tuple[str, ...]) -> None:
    if len(str(given.get("description", ""))) > LONGEST_DESCRIPTION:
        raise account_refused(400, "The description is longer than 256 bytes.")
    if "description" in fields:
        account.description = str(given.get("description") or "")
    if "displayName" in fields:
        account.display_name = str(given.get("displayName") or "")


def _shown(email: str, state: GoogleState) -> JsonValue:
    account = state.accounts[email]
    shown: dict[str, JsonValue] = {
        "name": f"projects/{state.project}/serviceAccounts/{email}", "projectId": state.project, "email": email,
        "uniqueId": account.unique_id, "oauth2ClientId": account.unique_id, "etag": "MDEwMjE5MjA=",
    }  # fmt: skip
    # What is empty is left out.
    if account.display_name:
        shown["displayName"] = account.display_name
    if account.description:
        shown["description"] = account.description
    if account.disabled:
        shown["disabled"] = True
    return shown
