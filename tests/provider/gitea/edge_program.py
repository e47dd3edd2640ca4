"""A program that declares one resource of each type on Gitea."""

import json
import os

import pulumi

from provider.edge_provider import EdgeProvider, EdgeProviderArgs
from provider.gitea_resources.actions_secret import ActionsSecret
from provider.gitea_resources.actions_variable import ActionsVariable
from provider.gitea_resources.branch_protection import BranchProtection
from provider.gitea_resources.oauth2_application import OAuth2Application
from provider.gitea_resources.ssh_key import SshKey
from provider.gitea_resources.team import Team
from provider.gitea_resources.team_membership import TeamMembership
from provider.gitea_resources.user import User
from provider.gitea_resources.webhook import Webhook

SETTINGS_VARIABLE = "EDGE_SETTINGS"


def main() -> None:
    """Declare a CI user who reads one repository, and what a repository needs."""
    told = json.loads(os.environ[SETTINGS_VARIABLE])
    on_gitea = pulumi.ResourceOptions(
        provider=EdgeProvider("edge", EdgeProviderArgs(gitea_url=told["url"], gitea_ca=told["ca"]))
    )
    organization, repository = told["organization"], told["repository"]
    place = f"{organization}/{repository}"
    user = User(
        "ci", username="edge-ci", email="edge@example.org", password=pulumi.Output.from_input(told["password"]),
        opts=on_gitea,
    )  # fmt: skip
    SshKey("modules", username=user.username, title="edge", key=told["key"], opts=on_gitea)
    team = Team(
        "readers", organization=organization, name="edge-readers", units={"repo.code": "read"},
        repositories=[repository], opts=on_gitea,
    )  # fmt: skip
    TeamMembership("ci", organization=organization, team=team.name, username=user.username, opts=on_gitea)
    client = OAuth2Application("client", name="edge", redirect_uris=["https://edge.example.org"], opts=on_gitea)
    ActionsSecret("client", place=place, name="EDGE_CLIENT", value=client.client_secret, opts=on_gitea)
    ActionsSecret("told", place=organization, name="EDGE", value=pulumi.Output.from_input(told["value"]), opts=on_gitea)
    ActionsVariable("client", place=place, name="EDGE_CLIENT_ID", value=client.client_id, opts=on_gitea)
    BranchProtection("main", repository=place, rule_name="edge/*", rules={"required_approvals": 1}, opts=on_gitea)
    Webhook(
        "ci", place=place, url="https://edge.example.org/hook", secret=pulumi.Output.from_input(told["hook"]),
        opts=on_gitea,
    )  # fmt: skip
    pulumi.export("client_secret", client.client_secret)
