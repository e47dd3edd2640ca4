"""The resources on Gitea, as the components declare them, one file each."""
