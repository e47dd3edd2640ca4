"""The resource type `factory:gitea:Webhook`."""

import re
from collections.abc import Iterator, Mapping, Sequence

from provider.declared_input import DeclaredInput
from provider.factory_error import FactoryError
from provider.gitea.place import Place
from provider.gitea.secret_digest import secret_digest
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.gitea_kinds.names import PLACE
from provider.http.json_types import Json, Object
from provider.values import Plain, Properties

ANOTHER = "another secret than the declared one"
"""Stands for the secret of a webhook that we did not make; the server does not tell it."""

EVENTS = (
    "create", "delete", "fork", "issue_assign", "issue_comment", "issue_label", "issue_milestone", "issues", "package",
    "pull_request", "pull_request_assign", "pull_request_comment", "pull_request_label", "pull_request_milestone",
    "pull_request_review", "pull_request_review_request", "pull_request_sync", "push", "release", "repository",
    "status", "wiki", "workflow_job", "workflow_run",
)  # fmt: skip
ALONE: Mapping[str, str] = {"issues": "issues_only", "pull_request": "pull_request_only"}
"""What Gitea takes for a whole group of events, and how the one is told from the group."""


class WebhookKind(GiteaKind):
    """A webhook of an organisation or a repository, one for each address.

    Gitea tells neither its secret nor when that was changed, and cannot change it: another secret is another webhook.
    """

    names_it = ("place", "url")
    declared: Mapping[str, DeclaredInput] = {
        "place": PLACE,
        "url": DeclaredInput(kind=str, pattern=r"https?://\S+", example="https://ci.example.org/hook"),
        "secret": DeclaredInput(kind=str),
        "type": DeclaredInput(kind=str, default="gitea", one_of=("gitea", "gogs", "discord", "msteams", "telegram")),
        "content_type": DeclaredInput(kind=str, default="json", one_of=("json", "form")),
        "events": DeclaredInput(kind=list, default=["push"], one_of=EVENTS),
        "branch_filter": DeclaredInput(kind=str, default="*"),
        "authorization_header": DeclaredInput(kind=str, default=""),
        "active": DeclaredInput(kind=bool, default=True),
        "copies": DeclaredInput(kind=float, default=1, fixed=True),
    }

    def named(self, identity: str) -> Mapping[str, str]:
        """Return place and address."""
        match = re.fullmatch(r"([^/]+(?:/[^/:]+)?)/(https?://.+)", identity)
        if match is None:
            raise FactoryError(f"import id: expected {'/'.join(self.names_it)}, found {identity!r}")
        return {"place": match[1], "url": match[2]}

    def contradictions(self, inputs: Properties) -> Iterator[tuple[str, str]]:
        """Refuse a webhook without events, which would get another one."""
        if not inputs["events"]:
            yield "events", "expected one at least, for example push"

    def make(self, inputs: Properties, state: Properties) -> Properties:
        """Make the webhook, or change the one that we made with this secret; there is one for the address then."""
        named = {name: str(inputs[name]) for name in self.names_it}
        place, secret = Place.parse(named["place"]), str(inputs["secret"])
        hidden = [secret, str(inputs["authorization_header"])]
        old = self._at(place, named["url"])
        kept = [hook for hook in old if _is_ours(hook, state) and state.get("secret") == secret][:1]
        for hook in old:
            if hook not in kept or hook["type"] != inputs["type"]:
                self.api.delete(f"{place.path}/hooks/{hook['id']}")
        made = self.api.make_once(
            lambda: next(iter(self._at(place, named["url"])), None),
            lambda: self.api.send("POST", f"{place.path}/hooks", _body(inputs), secrets=hidden),
        )
        outputs = self._outputs(made, named, copies=1)
        if any(outputs[name] != inputs[name] for name in outputs if name in inputs):
            self.api.send("PATCH", f"{place.path}/hooks/{made['id']}", _body(inputs), secrets=hidden)
        digest = state.get("digest") if kept else secret_digest(secret)
        now: Properties = {"created": made["created_at"], "hook": made["id"], "digest": digest}
        return self.exact(self.found(named, inputs, {**state, **now}), inputs)

    def found(self, named: Mapping[str, str], inputs: Properties, state: Properties) -> Properties | None:
        """Read the webhook; one that is not ours has another secret."""
        hooks = self._at(Place.parse(named["place"]), named["url"])
        if not hooks:
            return None
        hook = next((hook for hook in hooks if _is_ours(hook, state)), hooks[0])
        ours = _is_ours(hook, state)
        kept: Properties = {"digest": state["digest"]} if ours and "digest" in state else {}
        secret = inputs["secret"] if ours and "secret" in inputs else ANOTHER
        return {**self._outputs(hook, named, copies=len(hooks)), **kept, "secret": secret}

    def delete(self, identity: str) -> None:
        """Delete the webhook, and whatever else goes to its address."""
        self.delete_known(identity, {})

    def delete_known(self, identity: str, state: Properties) -> None:
        """Delete the webhook also when somebody gave it another address, and whatever else goes to its own."""
        named = self.named(identity)
        place = Place.parse(named["place"])
        for hook in self.api.listed(f"{place.path}/hooks", inside=place.path):
            if _configured(hook).get("url") == named["url"] or _is_ours(hook, state):
                self.api.delete(f"{place.path}/hooks/{hook['id']}")

    def _at(self, place: Place, url: str) -> Sequence[Object]:
        listed = self.api.listed(f"{place.path}/hooks", inside=place.path)
        return [hook for hook in listed if _configured(hook).get("url") == url]

    def _outputs(self, hook: Object, named: Mapping[str, str], *, copies: int) -> Properties:
        events = hook["events"]
        return {
            **named,
            "type": hook["type"],
            "content_type": _configured(hook).get("content_type"),
            "events": sorted(str(event) for event in events) if isinstance(events, list) else [],
            "branch_filter": hook["branch_filter"] or "*",
            "authorization_header": hook["authorization_header"],
            "active": hook["active"],
            "copies": copies,
            "created": hook["created_at"],
            "hook": hook["id"],
        }


def _is_ours(hook: Object, state: Properties) -> bool:
    return hook["id"] == state.get("hook") and hook["created_at"] == state.get("created")


def _configured(hook: Object) -> Mapping[str, Json]:
    config = hook["config"]
    return config if isinstance(config, Mapping) else {}


def _body(inputs: Properties) -> Object:
    events: Plain = inputs["events"]
    return {
        "type": str(inputs["type"]),
        "config": {
            "url": str(inputs["url"]),
            "content_type": str(inputs["content_type"]),
            "secret": str(inputs["secret"]),
        },
        "events": [ALONE.get(str(event), str(event)) for event in events] if isinstance(events, Sequence) else [],
        "branch_filter": str(inputs["branch_filter"]),
        "authorization_header": str(inputs["authorization_header"]),
        "active": bool(inputs["active"]),
    }
