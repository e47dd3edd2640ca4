"""The two requirement files and the tables of pyproject.toml that they come from."""
