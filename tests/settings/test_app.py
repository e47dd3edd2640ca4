"""Every name of an application follows from its declaration."""

import pydantic
import pytest

from stacks.app import App


def _names(app: App) -> dict[str, str]:
    properties = {name for name, value in vars(App).items() if isinstance(value, property)}
    return {name: getattr(app, name) for name in properties - {"model_extra", "model_fields_set"}}


def test_names_in_production() -> None:
    """The environment `prod` adds nothing, and hyphens stay."""
    app = App(name="dance-lessons-coach", org="arcodange-org", domain="arcodange.lab")

    assert _names(app) == {
        "instance": "dance-lessons-coach",
        "repository": "arcodange-org/dance-lessons-coach",
        "database": "dance-lessons-coach",
        "owner_role": "dance-lessons-coach_role",
        "vault_database_role": "postgres/creds/dance-lessons-coach",
        "vault_kubernetes_role": "dance-lessons-coach",
        "runtime_policy": "dance-lessons-coach",
        "ci_policy": "dance-lessons-coach-ops",
        "jwt_role": "gitea_cicd_dance-lessons-coach",
        "namespace": "dance-lessons-coach",
        "service_account": "dance-lessons-coach",
        "argocd_application": "dance-lessons-coach",
        "dns_name": "dance-lessons-coach.arcodange.lab",
        "configuration_path": "kvv2/dance-lessons-coach/config",
    }


def test_names_in_another_environment() -> None:
    """Another environment is joined everywhere, by an underscore in the owner role; a repository has one for all."""
    app = App(name="erp", environment="sandbox", org="arcodange-org", domain="arcodange.lab")

    assert _names(app) == {
        "instance": "erp-sandbox",
        "repository": "arcodange-org/erp",
        "database": "erp-sandbox",
        "owner_role": "erp_sandbox_role",
        "vault_database_role": "postgres/creds/erp-sandbox",
        "vault_kubernetes_role": "erp-sandbox",
        "runtime_policy": "erp-sandbox",
        "ci_policy": "erp-ops",
        "jwt_role": "gitea_cicd_erp",
        "namespace": "erp-sandbox",
        "service_account": "erp-sandbox",
        "argocd_application": "erp-sandbox",
        "dns_name": "erp-sandbox.arcodange.lab",
        "configuration_path": "kvv2/erp-sandbox/config",
    }


def test_names_cannot_be_set() -> None:
    """A derived name is neither taken nor changed."""
    app = App(name="erp", org="arcodange-org", domain="arcodange.lab")

    with pytest.raises(pydantic.ValidationError, match="Extra inputs are not permitted"):
        App.model_validate({"name": "erp", "org": "arcodange-org", "domain": "arcodange.lab", "database": "other"})
    with pytest.raises((AttributeError, pydantic.ValidationError)):
        app.database = "other"  # type: ignore[misc] # the type checker refuses it as well
