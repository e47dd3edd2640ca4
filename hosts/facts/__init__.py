"""Questions to a host that pyinfra has not."""
