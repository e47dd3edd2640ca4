"""`gcp:serviceaccount/account:Account`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.gcp.google_session import GoogleConflictError, GoogleSession
from rehearsal.standins.plain import Properties
from rehearsal.standins.resource_kind import Property, ResourceKind


class Account(ResourceKind):
    """A service account."""

    token = "gcp:serviceaccount/account:Account"  # noqa: S105 - the name of a type
    named = True
    properties: ClassVar[Mapping[str, Property]] = {
        "accountId": Property(type=str, required=True, replaces=True),
        "createIgnoreAlreadyExists": Property(type=bool),
        "description": Property(type=str),
        "disabled": Property(type=bool, default=False),
        "displayName": Property(type=str),
        "email": Property(type=str, output=True),
        "member": Property(type=str, output=True),
        "name": Property(type=str, output=True),
        "project": Property(type=str, computed=True, replaces=True),
        "uniqueId": Property(type=str, output=True),
    }

    def __init__(self, google: GoogleSession) -> None:
        """Work over *google*."""
        self._google = google

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Make the account; one that is there already is taken over when that was asked for."""
        project, account_id = str(inputs.get("project") or self._google.target.project), str(inputs["accountId"])
        texts: Properties = {name: inputs[name] for name in ("description", "displayName") if name in inputs}
        identity = f"projects/{project}/serviceAccounts/{account_id}@{project}.iam.gserviceaccount.com"
        try:
            self._google.of_accounts(
                "POST", f"projects/{project}/serviceAccounts", body={"accountId": account_id, "serviceAccount": texts}
            )
        except GoogleConflictError:
            if not inputs.get("createIgnoreAlreadyExists"):
                raise
        if inputs.get("disabled"):
            self._google.of_accounts("POST", f"{identity}:disable", body={})
        return identity, self._found(identity, inputs)

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Ask for the account."""
        shown = self._google.of_accounts("GET", identity)
        if shown is None:
            return None
        email = str(shown["email"])
        now: Properties = {
            "accountId": email.partition("@")[0], "description": shown.get("description", ""),
            "disabled": bool(shown.get("disabled")), "displayName": shown.get("displayName", ""), "email": email,
            "member": f"serviceAccount:{email}", "name": shown["name"], "project": shown["projectId"],
            "uniqueId": shown["uniqueId"],
        }  # fmt: skip
        kept: Properties = {name: state[name] for name in ("createIgnoreAlreadyExists",) if name in state}
        return str(shown["name"]), {**now, **kept}

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Change its texts, and whether it lets somebody in."""
        if bool(old.get("disabled")) != bool(new.get("disabled")):
            verb = "disable" if new.get("disabled") else "enable"
            self._google.of_accounts("POST", f"{identity}:{verb}", body={})
        texts: Properties = {name: new.get(name, "") for name in ("description", "displayName")}
        if any(texts[name] != old.get(name, "") for name in texts):
            body: Properties = {"serviceAccount": texts, "updateMask": "description,display_name"}
            self._google.of_accounts("PATCH", identity, body=body)
        return self._found(identity, new)

    def delete(self, identity: str, state: Properties) -> None:
        """Delete the account; one that is gone is an error, as for the official one."""
        del state
        if self._google.of_accounts("DELETE", identity) is None:
            raise LookupError(f"expected the service account {identity}, found none")

    def _found(self, identity: str, known: Properties) -> Properties:
        found = self.read(identity, known)
        if found is None:
            raise LookupError(f"expected {identity} to be there after it was written, found nothing")
        return found[1]
