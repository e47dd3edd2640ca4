"""The provider `factory`: the protocol's side of our own resource types."""

import asyncio
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import PropertyDiff

from provider.access_list_kind import AccessListKind
from provider.configuration_faults import configuration_faults
from provider.differences import differences
from provider.edge_kinds import edge_kinds
from provider.factory_error import FactoryError
from provider.guard import refuse_production
from provider.login_role_kind import LoginRoleKind
from provider.lookup_function_kind import LookupFunctionKind
from provider.missing_credentials import missing_credentials
from provider.postgres.server import MOST_IN_USE, Server, ServerAddress
from provider.resource_kind import Checked, DeletesKnown, ResourceKind, TellsSecrets, TellsWhatStays
from provider.values import Properties, Unknown, plain, wrapped

OF_THE_ENGINE = frozenset({"version", "pluginDownloadURL"})
REACHED = ("host", "gitea_url", "vault_url", "cloudflare_api", "google_api", "ovh_api")
"""What says where a system is."""
UNSEALED = "factory:vault:Unsealed"

Answer = TypeVar("Answer")


class FactoryProvider(protocol.Provider):
    """Our own resource types, on one PostgreSQL server and the systems around the machines."""

    def __init__(self) -> None:
        """Know no server yet."""
        self._kinds: dict[str, ResourceKind] = {}
        self._server: Server | None = None
        # As many threads as connections: a thread that waits for a connection would be idle.
        self._threads = ThreadPoolExecutor(MOST_IN_USE, thread_name_prefix="factory")

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse a description of the server that cannot be used."""
        given = _configuration(plain(request.new_inputs))
        failures = [protocol.CheckFailure(key, fault) for key, fault in configuration_faults(given)]
        return protocol.CheckResponse(inputs=wrapped(plain(request.new_inputs)), failures=failures)

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Take the servers, unless one is production that was not asked for, or a credential is missing."""
        given = _configuration(plain(request.args))
        _refuse(given)
        if "host" in given:
            self._server = Server(_address(given))
            self._kinds |= {
                "factory:postgres:LookupFunction": LookupFunctionKind(self._server),
                "factory:postgres:AccessList": AccessListKind(self._server),
                "factory:postgres:LoginRole": LoginRoleKind(self._server),
            }
        self._kinds |= edge_kinds(given)
        # Without secrets the engine strips them going in and marks them in what comes back.
        return protocol.ConfigureResponse(accept_secrets=False, supports_preview=True)

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse inputs that cannot be used, by name."""
        checked = self._kind(request.type).check(plain(request.new_inputs))
        return _check_response(checked)

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """Compare what is there with what is wanted, property by property."""
        found = differences(plain(request.old_state), plain(request.new_inputs))
        return _diff_response(found, kind=self._kind(request.type))

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Make the object; a preview needs no server."""
        if request.preview:
            return protocol.CreateResponse(properties=wrapped(plain(request.properties)))
        kind, inputs = self._kind(request.type), plain(request.properties)
        outputs = await self._aside(lambda: kind.make(inputs, {}))
        return protocol.CreateResponse(kind.identity(inputs), _sealed(outputs, kind))

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Make the object exact; a preview needs no server."""
        kind, inputs, state = self._kind(request.type), plain(request.news), plain(request.olds)
        if request.preview:
            return protocol.UpdateResponse(_sealed(_foreseen(inputs, state, kind), kind))
        return protocol.UpdateResponse(_sealed(await self._aside(lambda: kind.make(inputs, state)), kind))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """Read the object as it is; an empty answer says that it is gone."""
        kind, inputs, state = self._kind(request.type), plain(request.inputs), plain(request.properties)
        found = await self._aside(lambda: kind.read(request.resource_id, inputs, state))
        if found is None:
            return protocol.ReadResponse()
        return protocol.ReadResponse(request.resource_id, _sealed(found.outputs, kind), _sealed(found.inputs, kind))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Take the object away, as far as its type allows."""
        kind, state = self._kind(request.type), plain(request.properties)
        if isinstance(kind, DeletesKnown):
            known = kind
            await self._aside(lambda: known.delete_known(request.resource_id, state))
        else:
            await self._aside(lambda: kind.delete(request.resource_id))

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        """Give an empty schema: the classes in provider/resources.py are written by hand."""
        del request
        return protocol.GetSchemaResponse('{"name": "factory"}')

    async def cancel(self) -> None:
        """Close the connections that are kept."""
        if self._server is not None:
            self._server.close()

    def _kind(self, path: str) -> ResourceKind:
        """Return the kind of a resource whose *path* of types leads from the outermost component to its own."""
        token = path.rsplit("$", maxsplit=1)[-1]
        if token == UNSEALED and token not in self._kinds:
            # It says itself which Vault; its HTTP library takes time to load, which only those who need it wait for.
            from provider.vault_seal.unsealed_kind import UnsealedKind  # noqa: PLC0415 - the reason is above

            self._kinds[token] = UnsealedKind()
        if token not in self._kinds:
            known = ", ".join(self._kinds) or "none before the provider is configured"
            raise FactoryError(f"unknown resource type {token}. Expected one of: {known}")
        return self._kinds[token]

    async def _aside(self, work: Callable[[], Answer]) -> Answer:
        """Run *work* in a thread: it blocks, and the protocol must go on being served."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _configuration(given: Properties) -> Properties:
    """Return what describes the server; the SDK sends numbers as text."""
    ours = {key: value for key, value in given.items() if key not in OF_THE_ENGINE and not key.startswith("__")}
    port = ours.get("port")
    return {**ours, "port": float(port)} if isinstance(port, str) and port.isdecimal() else ours


def _refuse(given: Properties) -> None:
    faults = [f"{key}: {fault}" for key, fault in configuration_faults(given)]
    if faults:
        raise FactoryError("the provider `factory` cannot be configured\n" + "\n".join(faults))
    reached = {f"{key} of the provider `factory`": str(given[key]) for key in REACHED if key in given}
    refuse_production(reached, os.environ)
    missing = [*missing_credentials(given, os.environ)]
    if missing:
        raise FactoryError("\n".join(missing))


def _address(given: Properties) -> ServerAddress:
    host, port = str(given["host"]), int(str(given["port"]).partition(".")[0])
    return ServerAddress(host=host, port=port, username=str(given["username"]), sslmode=str(given["sslmode"]))


def _foreseen(inputs: Properties, state: Properties, kind: ResourceKind) -> Properties:
    """Return what is known of an object before it is changed."""
    stay = kind.stays(state) if isinstance(kind, TellsWhatStays) else ()
    outputs = {name: value if name in stay else Unknown() for name, value in state.items() if name not in inputs}
    return {**outputs, **inputs}


def _sealed(properties: Properties, kind: ResourceKind) -> dict[str, PropertyValue]:
    """Return *properties* with the secrets of *kind* marked: on an import, nothing else says which they are."""
    secret = kind.secret_names if isinstance(kind, TellsSecrets) else ()
    return {name: value.with_secret(is_secret=name in secret) for name, value in wrapped(properties).items()}


def _check_response(checked: Checked) -> protocol.CheckResponse:
    failures = [protocol.CheckFailure(key, fault) for key, fault in checked.faults]
    return protocol.CheckResponse(inputs=wrapped(checked.inputs), failures=failures)


def _diff_response(found: Mapping[str, protocol.PropertyDiffKind], *, kind: ResourceKind) -> protocol.DiffResponse:
    replaces = [name for name in kind.names_it if name in found]
    detailed = {path: PropertyDiff(difference, input_diff=False) for path, difference in found.items()}
    for name in replaces:
        detailed[name] = PropertyDiff(protocol.PropertyDiffKind.UPDATE_REPLACE, input_diff=False)
    return protocol.DiffResponse(
        changes=bool(found), replaces=replaces, stables=[*kind.names_it], delete_before_replace=kind.delete_first,
        diffs=sorted({path.split(".")[0].split("[")[0] for path in found}), detailed_diff=detailed,
    )  # fmt: skip
