"""The layers of the machines without any engine."""
