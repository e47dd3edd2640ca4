"""The gate, rehearsed on a real Gitea: what is reviewed is applied, and nothing else."""
