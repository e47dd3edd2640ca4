"""Who a workflow is: the token by which it logs in to Vault."""
