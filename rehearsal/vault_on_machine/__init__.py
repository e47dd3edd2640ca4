"""The real Vault on a machine of the rehearsal: what the chart would run in the cluster."""
