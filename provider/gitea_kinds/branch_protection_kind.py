"""The resource type `factory:gitea:BranchProtection`."""

import re
from collections.abc import Iterator, Mapping

from provider.declared_input import DeclaredInput
from provider.factory_error import FactoryError
from provider.gitea.place import Place, quoted
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.gitea_kinds.names import REPOSITORY
from provider.http.json_types import Json, Object
from provider.values import Plain, Properties

_NO = DeclaredInput(kind=bool, default=False)
_NOBODY = DeclaredInput(kind=list, default=[])
_PATTERNS = DeclaredInput(kind=str, default="")

RULES: Mapping[str, DeclaredInput] = {
    "enable_push": _NO,
    "enable_push_whitelist": _NO,
    "push_whitelist_usernames": _NOBODY,
    "push_whitelist_teams": _NOBODY,
    "push_whitelist_deploy_keys": _NO,
    "enable_force_push": _NO,
    "enable_force_push_allowlist": _NO,
    "force_push_allowlist_usernames": _NOBODY,
    "force_push_allowlist_teams": _NOBODY,
    "force_push_allowlist_deploy_keys": _NO,
    "enable_merge_whitelist": _NO,
    "merge_whitelist_usernames": _NOBODY,
    "merge_whitelist_teams": _NOBODY,
    "enable_status_check": _NO,
    "status_check_contexts": _NOBODY,
    "required_approvals": DeclaredInput(kind=float, default=0),
    "enable_approvals_whitelist": _NO,
    "approvals_whitelist_username": _NOBODY,
    "approvals_whitelist_teams": _NOBODY,
    "block_on_rejected_reviews": _NO,
    "block_on_official_review_requests": _NO,
    "block_on_outdated_branch": _NO,
    "dismiss_stale_approvals": _NO,
    "ignore_stale_approvals": _NO,
    "require_signed_commits": _NO,
    "protected_file_patterns": _PATTERNS,
    "unprotected_file_patterns": _PATTERNS,
    "block_admin_merge_override": _NO,
}
"""What a rule says, in Gitea's own words; the defaults forbid every direct push."""

NEEDS: Mapping[str, str] = {
    "enable_push_whitelist": "enable_push",
    "push_whitelist_deploy_keys": "enable_push_whitelist",
    "enable_force_push": "enable_push",
    "enable_force_push_allowlist": "enable_force_push",
    "force_push_allowlist_deploy_keys": "enable_force_push_allowlist",
}
"""Input → the input without which Gitea forgets it in silence."""


class BranchProtectionKind(GiteaKind):
    """A rule for the branches of a repository whose names fit its pattern."""

    names_it = ("repository", "rule_name")
    declared: Mapping[str, DeclaredInput] = {
        "repository": REPOSITORY,
        "rule_name": DeclaredInput(kind=str, longest=255),
        **RULES,
    }

    def named(self, identity: str) -> Mapping[str, str]:
        """Return repository and rule; a rule such as `release/*` holds slashes."""
        match = re.fullmatch(r"([^/]+/[^/]+)/(.+)", identity)
        if match is None:
            raise FactoryError(f"import id: expected organisation/repository/rule_name, found {identity!r}")
        return {"repository": match[1], "rule_name": match[2]}

    def contradictions(self, inputs: Properties) -> Iterator[tuple[str, str]]:
        """Refuse what Gitea would forget in silence."""
        for name, needed in NEEDS.items():
            if inputs[name] is True and inputs[needed] is False:
                yield name, f"expected together with {needed}: true"

    def make(self, inputs: Properties, state: Properties) -> Properties:
        """Make the rule, or change it."""
        named = {name: str(inputs[name]) for name in self.names_it}
        rules: Object = {name: _sent(inputs[name]) for name in RULES}
        path, place = _path(named), Place.parse(named["repository"]).path
        new: Object = {"rule_name": named["rule_name"], **rules}
        self.api.make_once(
            lambda: self.api.find(path, inside=place),
            lambda: self.api.send("POST", f"{place}/branch_protections", new),
        )
        made = self.found(named, inputs, state)
        if made is not None and any(made[name] != inputs[name] for name in RULES):
            self.api.send("PATCH", path, rules)
            made = self.found(named, inputs, state)
        return self.exact(made, inputs)

    def found(self, named: Mapping[str, str], _inputs: Properties, _state: Properties) -> Properties | None:
        """Read the rule."""
        found = self.api.find(_path(named), inside=Place.parse(named["repository"]).path)
        if found is None:
            return None
        return {**named, **{name: _shown(found.get(name), RULES[name]) for name in RULES}}

    def delete(self, identity: str) -> None:
        """Delete the rule."""
        self.api.delete(_path(self.named(identity)))


def _path(named: Mapping[str, str]) -> str:
    return f"{Place.parse(named['repository']).path}/branch_protections/{quoted(named['rule_name'])}"


def _sent(value: Plain) -> Json:
    if isinstance(value, list):
        return [str(item) for item in value]
    return int(value) if isinstance(value, float) else value if isinstance(value, bool | int) else str(value)


def _shown(value: Json, declared: DeclaredInput) -> Plain:
    """Return *value* as it is declared; an empty list is shown as nothing."""
    if declared.kind is list:
        return sorted(str(item) for item in value) if isinstance(value, list) else []
    return value
