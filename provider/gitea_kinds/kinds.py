"""All resource types on Gitea."""

from collections.abc import Mapping

from provider.gitea.api import GiteaApi
from provider.gitea_kinds.actions_secret_kind import ActionsSecretKind
from provider.gitea_kinds.actions_variable_kind import ActionsVariableKind
from provider.gitea_kinds.branch_protection_kind import BranchProtectionKind
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.gitea_kinds.oauth2_application_kind import OAuth2ApplicationKind
from provider.gitea_kinds.ssh_key_kind import SshKeyKind
from provider.gitea_kinds.team_kind import TeamKind
from provider.gitea_kinds.team_membership_kind import TeamMembershipKind
from provider.gitea_kinds.user_kind import UserKind
from provider.gitea_kinds.webhook_kind import WebhookKind


def gitea_kinds(api: GiteaApi) -> Mapping[str, GiteaKind]:
    """Return each type by its token, all working with *api*."""
    return {
        "factory:gitea:ActionsSecret": ActionsSecretKind(api),
        "factory:gitea:ActionsVariable": ActionsVariableKind(api),
        "factory:gitea:BranchProtection": BranchProtectionKind(api),
        "factory:gitea:OAuth2Application": OAuth2ApplicationKind(api),
        "factory:gitea:SshKey": SshKeyKind(api),
        "factory:gitea:Team": TeamKind(api),
        "factory:gitea:TeamMembership": TeamMembershipKind(api),
        "factory:gitea:User": UserKind(api),
        "factory:gitea:Webhook": WebhookKind(api),
    }
