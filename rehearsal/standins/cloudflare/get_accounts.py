"""`cloudflare:index/getAccounts:getAccounts`."""

from rehearsal.standins.cloudflare.cloudflare_session import CloudflareSession
from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.stand_in_function import StandInFunction


def get_accounts(session: CloudflareSession) -> StandInFunction:
    """Return the function that lists the accounts that the token sees."""

    def call(arguments: Properties) -> Properties:
        name = arguments.get("name")
        found = session.listed("/accounts", {"name": str(name)} if name else {})
        results: list[Plain] = [{"id": one["id"], "name": one["name"], "type": one["type"]} for one in found]
        return {**arguments, "results": results}

    return StandInFunction(
        token="cloudflare:index/getAccounts:getAccounts",  # noqa: S106 - the name of a function
        arguments=frozenset({"name"}),
        call=call,
    )
