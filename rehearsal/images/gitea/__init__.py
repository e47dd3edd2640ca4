"""The stand-in for the image of Gitea."""
