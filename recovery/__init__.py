"""What brings data back. Standard library only, so that it also runs on a machine that has nothing but Python."""
