"""What comes back after what, once the data are where they belong."""
