"""Stand-ins for the container images of production: the same names, tags and interfaces, made from what is here."""
