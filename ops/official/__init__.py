"""Running the official Pulumi CLI and reading what it writes."""
