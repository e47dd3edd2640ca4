"""`/domain`: what a client is for."""

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.ovh.body_of import body_of
from rehearsal.doubles.ovh.caller import Caller
from rehearsal.doubles.ovh.ovh_state import Domain, OvhState
from rehearsal.doubles.ovh.refusals import refused
from rehearsal.doubles.request import Request

ACTIONS = {
    ("GET", ()): "domain:apiovh:get",
    ("PUT", ()): "domain:apiovh:edit",
    ("GET", ("nameServer",)): "domain:apiovh:nameServer/get",
    ("GET", ("nameServer", "id")): "domain:apiovh:nameServer/get",
    ("POST", ("nameServers", "update")): "domain:apiovh:nameServer/edit",
    ("GET", ("authInfo",)): "domain:apiovh:authInfo/get",
    ("GET", ("task", "id")): "domain:apiovh:task/get",
}


def domain_requests(request: Request, state: OvhState, caller: Caller, place: tuple[str, ...]) -> Answer:
    """Show a domain or change its name servers, for who may; *place* is what follows `/domain/`."""
    name, rest = place[0], place[1:]
    kind = (rest[0], "id") if rest[:1] in {("nameServer",), ("task",)} and rest[1:] else rest
    action = ACTIONS.get((request.method, kind))
    if action is None:
        raise refused(404, "Got an invalid (or empty) URL")
    caller.assure_may(action, f"urn:v1:eu:resource:domain:{name}", state)
    domain = state.domains.get(name)
    if domain is None:
        raise refused(404, "This service does not exist")
    if request.method == "POST":
        return _changed(request, domain)
    if kind == ("nameServer",):
        return Answer.of_json([*range(1, len(domain.name_servers) + 1)])
    if kind == ("nameServer", "id"):
        if not rest[1].isdecimal() or not 0 < int(rest[1]) <= len(domain.name_servers):
            raise refused(404, "The requested object does not exist")
        return Answer.of_json({"id": int(rest[1]), "host": domain.name_servers[int(rest[1]) - 1], "isUsed": True})
    if kind == ("task", "id"):
        return Answer.of_json({"id": int(rest[1]), "function": "DnsUpdate", "status": "done", "domain": name})
    return Answer.of_json({"domain": name, "nameServerType": "external"})


def _changed(request: Request, domain: Domain) -> Answer:
    body = body_of(request, {"nameServers": list}, required=("nameServers",))
    servers = body["nameServers"]
    hosts = [one.get("host") if isinstance(one, dict) else None for one in servers] if isinstance(servers, list) else []
    if not hosts or not all(isinstance(host, str) and host for host in hosts):
        raise refused(400, "[nameServers] Given data is not valid")
    domain.name_servers, domain.edits = [str(host) for host in hosts], domain.edits + 1
    return Answer.of_json({"id": domain.edits, "function": "DnsUpdate", "status": "todo"})
