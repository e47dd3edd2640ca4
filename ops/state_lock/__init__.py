"""Locks of a stack that another run left, and when one may be taken away."""
