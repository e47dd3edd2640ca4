"""What the machines are given, by pyinfra; nothing here knows Pulumi."""
