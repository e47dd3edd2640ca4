"""Gitea's HTTP API; nothing here knows Pulumi."""
