"""What the login of a workflow at Gitea needs, and under which names the workflow finds it."""

REDIRECT = "http://127.0.0.1/"
"""Registered with the client; nothing listens there, only its query is read."""
CLIENT_SECRETS = {"client_id": "CI_CLIENT_ID", "client_secret": "CI_CLIENT_SECRET"}
"""Field in Vault → name of the secret of Actions."""
USER_SECRETS = {"user": "CI_USER", "password": "CI_PASSWORD"}
"""The same, for the workflows of a repository."""
PLAN_USER_SECRETS = {field: f"PLAN_{name}" for field, name in USER_SECRETS.items()}
"""The same, for those of this repository that only plan."""
