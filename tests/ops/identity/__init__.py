"""Who a workflow is, at a real Gitea and a real Vault."""
