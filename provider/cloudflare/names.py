"""Names of permissions and zones, and the ids that Cloudflare has for them."""

import difflib
import threading
from collections.abc import Iterable, Mapping, Sequence

from provider.cloudflare.api import CloudflareApi
from provider.factory_error import FactoryError
from provider.http.json_types import Object

ACCOUNT = "com.cloudflare.api.account"
ZONE = "com.cloudflare.api.account.zone"
BUCKET = "com.cloudflare.edge.r2.bucket"
SHOWN: Mapping[str, str] = {ACCOUNT: "accounts", ZONE: "zones", BUCKET: "buckets"}
NEAR = 3


class Names:
    """What the accounts' permissions and zones are called; each list is asked for once."""

    def __init__(self, api: CloudflareApi) -> None:
        """Ask *api*."""
        self._api = api
        self._lock = threading.Lock()
        self._known: dict[str, Sequence[Object]] = {}

    def permission_ids(self, account: str, scope: str, names: Iterable[str]) -> Sequence[str]:
        """Return the ids of the permissions *names*, in the order of the names, for resources of the kind *scope*."""
        return [self._permission_id(account, scope, name) for name in sorted(names)]

    def zone_ids(self, account: str, names: Iterable[str]) -> Sequence[str]:
        """Return the ids of the zones *names* of *account*, in the order of the names."""
        return [self._zone_id(account, name) for name in sorted(names)]

    def permission_names(self, account: str, scope: str) -> Mapping[str, str]:
        """Return id → name of the permissions for resources of the kind *scope*; only a name of one is a name."""
        found = [group for group in self._permissions(account) if _is_for(group, scope)]
        names = [str(group["name"]) for group in found]
        return {
            str(group["id"]): name if names.count(name) == 1 else f"{name} ({group['id']})"
            for group, name in zip(found, names, strict=True)
        }

    def zone_names(self, account: str) -> Mapping[str, str]:
        """Return id → name of the zones of *account*."""
        return {str(zone["id"]): str(zone["name"]) for zone in self._zones(account)}

    def _permission_id(self, account: str, scope: str, name: str) -> str:
        groups = self._permissions(account)
        found = [str(group["id"]) for group in groups if group["name"] == name and _is_for(group, scope)]
        if len(found) > 1:
            raise FactoryError(
                f"permission {name!r}: there are {len(found)} of this name for {SHOWN[scope]}, with the ids "
                f"{', '.join(sorted(found))}. Expected a name that stands for one"
            )
        if found:
            return found[0]
        elsewhere = [
            SHOWN[kind] for kind in SHOWN for group in groups if group["name"] == name and _is_for(group, kind)
        ]
        if elsewhere:
            raise FactoryError(f"permission {name!r} is for {elsewhere[0]}, not for {SHOWN[scope]}")
        known = [str(group["name"]) for group in groups if _is_for(group, scope)]
        raise FactoryError(f"permission {name!r} for {SHOWN[scope]}: there is none of this name{_near(name, known)}")

    def _zone_id(self, account: str, name: str) -> str:
        zones = self._zones(account)
        found = [str(zone["id"]) for zone in zones if zone["name"] == name]
        if not found:
            raise FactoryError(
                f"zone {name!r}: the token sees none of this name in the account {account}"
                f"{_near(name, [str(zone['name']) for zone in zones])}"
            )
        return found[0]

    def _permissions(self, account: str) -> Sequence[Object]:
        return self._list(f"/accounts/{account}/tokens/permission_groups", {})

    def _zones(self, account: str) -> Sequence[Object]:
        return self._list("/zones", {"account.id": account})

    def _list(self, path: str, query: Mapping[str, str]) -> Sequence[Object]:
        key = f"{path}?{query}"
        with self._lock:
            if key not in self._known:
                self._known[key] = [*self._api.listed(path, query)]
            return self._known[key]


def _is_for(group: Object, scope: str) -> bool:
    scopes = group.get("scopes")
    return isinstance(scopes, Sequence) and not isinstance(scopes, str) and scope in scopes


def _near(name: str, known: Sequence[str]) -> str:
    """Return the end of a sentence that names what may have been meant."""
    if not known:
        return ". Expected one; the token sees none at all"
    by_case = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(name.casefold(), by_case, n=NEAR)
    return f". Did you mean {' or '.join(repr(by_case[one]) for one in found)}?" if found else ". None is near"
