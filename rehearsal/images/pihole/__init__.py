"""The stand-in for the image of Pi-hole."""
