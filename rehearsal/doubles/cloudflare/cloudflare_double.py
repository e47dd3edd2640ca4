"""The double of Cloudflare's API, version 4, and of R2's S3."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.api_double import ApiDouble
from rehearsal.doubles.cloudflare.buckets import answer_buckets
from rehearsal.doubles.cloudflare.envelope import failed, no_route, paged, refused
from rehearsal.doubles.cloudflare.permissions import ACCOUNT, NAMES, OF_USER, ZONE, known_permissions, new_id
from rehearsal.doubles.cloudflare.rights import living_token, may, visible_accounts, zone_key
from rehearsal.doubles.cloudflare.s3 import answer_s3, is_s3
from rehearsal.doubles.cloudflare.state import USER, CloudflareState, Policy, Token, Zone
from rehearsal.doubles.cloudflare.tokens import answer_tokens, new_value, now
from rehearsal.doubles.request import Request

BASE = ("client", "v4")
LIMIT_REACHED = 10100


class CloudflareDouble(ApiDouble[CloudflareState]):
    """Accounts with zones, tokens and buckets; the first token may do everything, and belongs to the user."""

    def __init__(self, accounts: Mapping[str, Sequence[str]]) -> None:
        """Begin with *accounts*, name → names of its zones."""
        state = CloudflareState(groups=known_permissions())
        for name, zones in accounts.items():
            account = new_id()
            state.accounts[account] = name
            state.zones += [Zone(id=new_id(), name=zone, account=account) for zone in zones]
        super().__init__(state)
        self.first_token = self.add_token(USER, "first", _everything(state))

    @property
    def address(self) -> str:
        """Where the API begins."""
        return "/".join([self.origin, *BASE])

    @property
    def account(self) -> str:
        """Id of the only account."""
        (account,) = self.state.accounts
        return account

    def add_token(self, owner: str, name: str, policies: Sequence[Policy]) -> Token:
        """Make a token as somebody would by hand."""
        token = Token(
            id=new_id(), owner=owner, name=name, value=new_value(), policies=[*policies], issued_on=now(),
            modified_on=now(),
        )  # fmt: skip
        self.state.tokens[token.id] = token
        return token

    def answer(self, request: Request, state: CloudflareState) -> Answer:
        """Do what *request* asks for."""
        if is_s3(request):
            return answer_s3(request, state)
        if request.segments[: len(BASE)] != BASE:
            raise no_route()
        match request.segments[len(BASE) :]:
            case ("user", "tokens", *rest):
                return answer_tokens(request, state, owner=USER, rest=tuple(rest))
            case ("accounts", account, *rest) if account not in state.accounts:
                living_token(request, state)
                raise no_route() if rest else refused(404, 7003, "Account not found")
            case ("accounts", account, "tokens", *rest):
                return answer_tokens(request, state, owner=account, rest=tuple(rest))
            case ("accounts", account, "r2", "buckets", *rest):
                return answer_buckets(request, state, account=account, rest=tuple(rest))
            case ("accounts",) if request.method == "GET":
                return _accounts(request, state)
            case ("zones",) if request.method == "GET":
                return _zones(request, state)
            case _:
                raise no_route()

    def failure(self, status: int, message: str, *, headers: dict[str, str] | None = None) -> Answer:
        """Return a fault in Cloudflare's form."""
        return failed(status, LIMIT_REACHED if status == 429 else 10001, message, headers=headers)  # noqa: PLR2004 - the code says it


def _accounts(request: Request, state: CloudflareState) -> Answer:
    asking = living_token(request, state)
    if asking.owner != USER:
        raise refused(400, 1001, "List accounts endpoint does not support account owned tokens.")
    visible = visible_accounts(asking, state)
    found: list[JsonValue] = [
        {"id": account, "name": state.accounts[account], "type": "standard"}
        for account in visible
        if request.query.get("name") in {None, state.accounts[account]}
    ]
    return paged(request, found)


def _zones(request: Request, state: CloudflareState) -> Answer:
    asking = living_token(request, state)
    found: list[JsonValue] = [
        {
            "id": zone.id, "name": zone.name, "status": zone.status, "paused": False, "type": "full",
            "account": {"id": zone.account, "name": state.accounts[zone.account]},
        }
        for zone in state.zones
        if any(may(asking, state, permission, zone_key(zone.id)) for permission in ("Zone Read", "Zone Write"))
        and request.query.get("name") in {None, zone.name}
        and request.query.get("account.id") in {None, zone.account}
    ]  # fmt: skip
    return paged(request, found)


def _everything(state: CloudflareState) -> list[Policy]:
    return [
        Policy(
            id=new_id(), effect="allow", resources={f"{scope}.*": "*"},
            groups=[state.group(name, scope) for name in NAMES[scope]],
        )
        for scope in (ACCOUNT, ZONE, OF_USER)
    ]  # fmt: skip
