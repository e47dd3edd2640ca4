"""The stand-in for the image in which jobs run."""
