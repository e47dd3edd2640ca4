"""The resources on Gitea, on a real one."""
