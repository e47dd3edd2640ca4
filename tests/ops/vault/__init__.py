"""The verbs `./factory vault`."""
