"""The stand-in for act_runner."""
