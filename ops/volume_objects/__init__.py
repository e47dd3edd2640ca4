"""The objects that tell Longhorn which data on which disk belong to which volume."""
