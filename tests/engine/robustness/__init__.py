"""What the engine must survive: kills, damage, a full disk, secrets everywhere, providers that misbehave."""
